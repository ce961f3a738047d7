import { expect, test } from "vitest";
import { listingsWithin, parcelsWithin } from "../src/figures.ts";
import { inWords } from "../src/map/draw/words.ts";
import { loadTexts } from "../src/texts.ts";
import type { Shape } from "../src/urlstate.ts";

const TRIANGLE: Shape = { kind: "area", corners: [[0, 0], [1, 0], [1, 1]] };
const within = {
  op: "s_intersects",
  args: [{ property: "geometry" }, { type: "Polygon", coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] }],
};

test("the list is asked as it would be limited: its filters stay, the place is another one", () => {
  expect(listingsWithin("/liste.geojson", TRIANGLE)).toBe("/liste.geojson?gebiet=0,0,1,0,1,1");
  expect(listingsWithin("/gemeinde/1/liste.geojson?typ=hof&bbox=1,2,3,4&lang=en", { kind: "circle", centre: [1, 2], metres: 500 })).toBe(
    "/gemeinde/1/liste.geojson?typ=hof&lang=en&umkreis=1,2,500",
  );
});

test("parcels are counted in the municipality that the page is about", () => {
  expect(parcelsWithin(TRIANGLE, undefined)).toEqual({ collection: "parcels", filter: within, sum: "official_area_m2" });
  const ofTown = { op: "=", args: [{ property: "ags" }, "14522310"] };
  expect(parcelsWithin(TRIANGLE, "14522310")).toMatchObject({ filter: { op: "and", args: [within, ofTown] } });
});

test("figures are put into words; an area that nobody knows is left out", async () => {
  const t = await loadTexts("de");
  const listings = { matched: 5, area: 23_400, missing: 1 };
  const parcels = { matched: 1, area: 830, missing: 0 };
  expect(inWords({ listings, parcels }, t, "de")).toBe("5 Flächen, 2,3\u00a0ha · 1 Flurstück, 830\u00a0m²");
  expect(inWords({ listings: { matched: 2, area: 0, missing: 2 }, parcels: { matched: 0, area: 0, missing: 0 } }, await loadTexts("en"), "en")).toBe(
    "2 sites · 0 parcels",
  );
});
