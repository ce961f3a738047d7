import { expect, test } from "vitest";
import { formatHash, parseHash, searchHere, type UrlState } from "../src/urlstate.ts";

function check(hash: string, expected: UrlState): void {
  expect(parseHash(hash), hash).toEqual(expected);
}

test("the fragment holds view and selection", () => {
  check("", { isMapShown: false });
  check("#liste", { isMapShown: false });
  check("#karte", { isMapShown: true });
  check("#karte=15/51.16/12.93", { isMapShown: true, view: { zoom: 15, lat: 51.16, lng: 12.93 } });
  check("#karte=15.25/51.16/12.93&flaeche=ab-1", {
    isMapShown: true,
    view: { zoom: 15.25, lat: 51.16, lng: 12.93 },
    selected: { collection: "sites", id: "ab-1" },
  });
  check("#flurstueck=142888___001230004__", {
    isMapShown: false,
    selected: { collection: "parcels", id: "142888___001230004__" },
  });
});

test("a view that makes no sense is left out", () => {
  for (const view of ["15/51", "15/51/12/1", "99/51/12", "15/95/12", "15/51/190", "a/b/c", "//", "15//12"]) {
    check(`#karte=${view}`, { isMapShown: true });
  }
});

test("what is written is read back", () => {
  const states: UrlState[] = [
    { isMapShown: true },
    { isMapShown: true, view: { zoom: 12.5, lat: -51.1, lng: 179.99999 } },
    { isMapShown: true, view: { zoom: 16, lat: 51, lng: 12 }, selected: { collection: "parcels", id: "a b&c=d" } },
  ];
  for (const state of states) {
    expect(parseHash(formatHash(state))).toEqual(state);
  }
  expect(formatHash({ isMapShown: false })).toBe("");
});

test("limiting the list to the map keeps the filters and begins at the first page", () => {
  const href = searchHere("/gemeinde/14522310", "?typ=brache&typ=hof&seite=3&bbox=1,2,3,4", [12.9, 51.1, 13, 51.2]);
  expect(href).toBe("/gemeinde/14522310?typ=brache&typ=hof&bbox=12.9,51.1,13,51.2");
});
