// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { SiteProperties } from "../src/api.ts";
import { groupOf, pagePath, readConfig, siteTitle, type MapConfig } from "../src/config.ts";

const config: MapConfig = {
  language: "de",
  bounds: null,
  groups: [
    { code: "brache", letter: "B", label: "Brachflächen", one: "Brachfläche", types: { ruin: "Ruine" } },
    { code: "kataster", letter: "K", label: "Bauland im Kataster", one: "Bauland", types: {} },
  ],
  municipalities: [],
  credits: [],
  linkQuery: "",
};

const site = (given: Partial<SiteProperties>): SiteProperties => ({
  name: null,
  type: null,
  basis: "register",
  ags: "14522310",
  street: null,
  locality: null,
  district: null,
  area_m2: null,
  price_eur: null,
  ...given,
});

function checkTitle(given: Partial<SiteProperties>, expected: string): void {
  expect(siteTitle(config, site(given))).toBe(expected);
}

test("a site is called by its name, or by what and where it is", () => {
  checkTitle({ name: "Alte Ziegelei", type: "ruin" }, "Alte Ziegelei");
  checkTitle({ type: "ruin", street: "Lindenstraße", locality: "Polditz" }, "Ruine, Lindenstraße");
  checkTitle({ locality: "Polditz", district: "Leisnig" }, "Bauland, Polditz");
  checkTitle({}, "Bauland");
});

test("a type that is not public, or not known here, is in the group of the register", () => {
  expect(groupOf(config, "ruin").code).toBe("brache");
  expect(groupOf(config, null).code).toBe("kataster");
  expect(groupOf(config, "castle").code).toBe("kataster");
});

test("links keep the language that was asked for", () => {
  expect(pagePath(config, "sites", "a/b")).toBe("/flaeche/a%2Fb");
  expect(pagePath({ ...config, linkQuery: "lang=en" }, "parcels", "1")).toBe("/flurstueck/1?lang=en");
});

test("a page without a map has no settings", () => {
  document.body.innerHTML = "";
  expect(readConfig(document)).toBeUndefined();
  document.body.innerHTML = '<script type="application/json" id="map-config">{"language":"en"}</script>';
  expect(readConfig(document)?.language).toBe("en");
});
