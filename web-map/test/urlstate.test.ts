import { expect, test } from "vitest";
import { formatHash, formatShape, parseHash, parseShape, searchHere, searchWithin, type Shape, type UrlState } from "../src/urlstate.ts";

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

function checkShape(search: string, expected: Shape | undefined): void {
  expect(parseShape(search), search).toEqual(expected);
}

test("the query holds a drawn area or a circle", () => {
  checkShape("?gebiet=12.9,51.1,13,51.1,13,51.2", { kind: "area", corners: [[12.9, 51.1], [13, 51.1], [13, 51.2]] });
  checkShape("?umkreis=12.9,51.1,500", { kind: "circle", centre: [12.9, 51.1], metres: 500 });
  checkShape("?typ=hof", undefined);
});

test("a shape that makes no sense is left out", () => {
  for (const shape of ["12.9,51.1,13,51.1", "1,2,3,4,5", "a,b,c,d,e,f", "1,,3,4,5,6", "1,2,3,4,5,91", "181,2,3,4,5,6", "1,2,".repeat(401)]) {
    checkShape(`?gebiet=${shape}`, undefined);
  }
  for (const circle of ["12,51", "12,51,0", "12,51,100001", "12,91,5", "x"]) {
    checkShape(`?umkreis=${circle}`, undefined);
  }
});

test("what is written of a shape is read back, to about a metre", () => {
  const area: Shape = { kind: "area", corners: [[12.900004, 51.1], [13, 51.123456], [12.95, 51]] };
  const [key, value] = formatShape(area);
  expect(value).toBe("12.9,51.1,13,51.12346,12.95,51");
  checkShape(`?${key}=${value}`, { kind: "area", corners: [[12.9, 51.1], [13, 51.12346], [12.95, 51]] });
  expect(formatShape({ kind: "circle", centre: [12.9, 51.1], metres: 500.4 })).toEqual(["umkreis", "12.9,51.1,500"]);
});

test("a list is limited to one place at a time, and its other filters stay", () => {
  const circle: Shape = { kind: "circle", centre: [12.9, 51.1], metres: 500 };
  const search = "?typ=hof&bbox=1,2,3,4&gebiet=1,2,3,4,5,6&seite=2&lang=en";
  expect(searchWithin("/", search, circle)).toBe("/?typ=hof&lang=en&umkreis=12.9,51.1,500");
  expect(searchWithin("/", search, undefined)).toBe("/?typ=hof&lang=en");
  expect(searchWithin("/", "?gebiet=1,2,3,4,5,6", undefined)).toBe("/");
});
