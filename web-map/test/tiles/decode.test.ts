import { expect, test } from "vitest";
import { decode } from "../../src/map/tiles/decode.ts";
import { area, encode, square } from "../mvt.ts";

test("a tile becomes features with rings, box and codes", () => {
  const tile = encode({
    parcels: [area("14522310000010000123", [square(0, 0, 100), square(20, 20, 10).toReversed()])],
    sites: [
      area("s1", [square(-50, 5, 10)], { type: "ruin", status: "confirmed" }),
      { type: 1, rings: [[[7, 8]]], properties: { id: "c1", count: 12 } },
    ],
  });
  const [parcel, site, point] = decode(tile);
  expect(parcel).toMatchObject({ layer: "parcels", id: "14522310000010000123", isArea: true, type: undefined, count: 1 });
  expect(parcel!.box).toEqual([0, 0, 100, 100]);
  expect(parcel!.rings.map((ring) => ring.length)).toEqual([10, 10]);
  expect([...parcel!.rings[0]!]).toEqual([0, 0, 100, 0, 100, 100, 0, 100, 0, 0]);
  expect(site).toMatchObject({ layer: "sites", type: "ruin", status: "confirmed", box: [-50, 5, -40, 15] });
  expect(point).toMatchObject({ isArea: false, count: 12, box: [7, 8, 7, 8] });
});

test("a tile of another extent is brought to ours", () => {
  const [feature] = decode(encode({ parcels: [area("a", [square(0, 0, 256)])] }, 512));
  expect(feature!.box).toEqual([0, 0, 2048, 2048]);
});

test("an empty answer is an empty tile, and what is no tile is refused", () => {
  expect(decode(new ArrayBuffer(0))).toEqual([]);
  expect(() => decode(new TextEncoder().encode("<html>no tile</html>").buffer)).toThrow();
});
