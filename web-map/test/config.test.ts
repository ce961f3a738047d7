// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { groupOf, pagePath, readConfig, type MapConfig } from "../src/config.ts";

const config: MapConfig = {
  language: "de",
  bounds: null,
  listings: "/liste.geojson",
  groups: [
    { code: "brache", letter: "B", label: "Brachflächen" },
    { code: "kataster", letter: "K", label: "Bauland im Kataster" },
  ],
  municipalities: [],
  credits: [],
  linkQuery: "",
};

test("a group that the page does not know of is the register", () => {
  expect(groupOf(config, "brache").code).toBe("brache");
  expect(groupOf(config, "castle").code).toBe("kataster");
});

test("links keep the language that was asked for", () => {
  expect(pagePath(config, "sites", "a/b")).toBe("/flaeche/a%2Fb");
  expect(pagePath({ ...config, linkQuery: "lang=en" }, "parcels", "1")).toBe("/flurstueck/1?lang=en");
  expect(pagePath(config, "buildings", "b-1")).toBe("/gebaeude/b-1");
});

test("a page without a map has no settings", () => {
  document.body.innerHTML = "";
  expect(readConfig(document)).toBeUndefined();
  document.body.innerHTML = '<script type="application/json" id="map-config">{"language":"en"}</script>';
  expect(readConfig(document)?.language).toBe("en");
});
