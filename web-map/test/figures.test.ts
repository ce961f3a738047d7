import { expect, test } from "vitest";
import { questions } from "../src/figures.ts";
import { inWords } from "../src/map/draw/words.ts";
import { loadTexts } from "../src/texts.ts";
import type { Shape } from "../src/urlstate.ts";

const TRIANGLE: Shape = { kind: "area", corners: [[0, 0], [1, 0], [1, 1]] };
const within = {
  op: "s_intersects",
  args: [{ property: "geometry" }, { type: "Polygon", coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] }],
};

test("sites and parcels are asked for, each with the area that counts for it", () => {
  expect(questions(TRIANGLE, {})).toEqual({
    sites: { collection: "sites", filter: within, sum: "area_m2" },
    parcels: { collection: "parcels", filter: within, sum: "official_area_m2" },
  });
});

test("only what the page is about is counted", () => {
  const ofTown = { op: "=", args: [{ property: "ags" }, "14522310"] };
  const passing = { op: "in", args: [{ property: "site_id" }, ["a", "b"]] };
  const { sites, parcels } = questions(TRIANGLE, { ags: "14522310", matching: ["a", "b"] });
  expect(sites.filter).toEqual({ op: "and", args: [within, ofTown, passing] });
  expect(parcels.filter).toEqual({ op: "and", args: [within, ofTown] });
});

test("figures are put into words; an area that nobody knows is left out", async () => {
  const t = await loadTexts("de");
  const sites = { matched: 5, area: 23_400, missing: 1 };
  const parcels = { matched: 1, area: 830, missing: 0 };
  expect(inWords({ sites, parcels }, t, "de")).toBe("5 Flächen, 2,3\u00a0ha · 1 Flurstück, 830\u00a0m²");
  expect(inWords({ sites: { matched: 2, area: 0, missing: 2 }, parcels: { matched: 0, area: 0, missing: 0 } }, await loadTexts("en"), "en")).toBe(
    "2 sites · 0 parcels",
  );
});
