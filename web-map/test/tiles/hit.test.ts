import { expect, test } from "vitest";
import { covers as coversPlainly } from "../../src/geometry.ts";
import { decode, type TileFeature } from "../../src/map/tiles/decode.ts";
import { hit } from "../../src/map/tiles/hit.ts";
import { area, encode, square } from "../mvt.ts";

const features = decode(
  encode({
    sites: [
      area("ring", [square(0, 0, 100), square(40, 40, 20).toReversed()]),
      area("large", [square(200, 0, 100)]),
      area("small", [square(220, 20, 10)]),
      { type: 1, rings: [[[500, 500]]], properties: { id: "point" } },
    ],
  }),
);

function check([x, y]: [number, number], tolerance: number, expected: string | undefined): void {
  expect(hit(features, x, y, tolerance)?.id, `${x} ${y} within ${tolerance}`).toBe(expected);
}

test("what covers a place is hit; a hole is not, and of two the smaller one is", () => {
  check([10, 10], 0, "ring");
  check([50, 50], 0, undefined);
  check([250, 50], 0, "large");
  check([225, 25], 0, "small");
  check([150, 50], 0, undefined);
});

test("within the tolerance the nearest outline is hit, but what covers the place comes first", () => {
  check([110, 50], 12, "ring");
  check([113, 50], 12, undefined);
  check([215, 25], 12, "large");
  check([50, 50], 12, "ring");
  check([508, 508], 12, "point");
  check([509, 509], 12, undefined);
  check([193, 50], 12, "large");
});

test("on random stars the same is covered as by the plain test on degrees", () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round++) {
    const corners = Array.from({ length: 5 + Math.floor(random() * 12) }, (_, index, { length } = { length: 17 }): [number, number] => {
      const angle = (index / length) * 2 * Math.PI;
      const radius = 50 + random() * 400;
      return [Math.round(500 + radius * Math.cos(angle)), Math.round(500 + radius * Math.sin(angle))];
    });
    const star: TileFeature[] = decode(encode({ parcels: [area("star", [corners])] }));
    const plain = { type: "Polygon" as const, coordinates: [[...corners, corners[0]!]] };
    for (let i = 0; i < 20; i++) {
      const [x, y] = [random() * 1000, random() * 1000];
      expect(hit(star, x, y, 0) !== undefined).toBe(coversPlainly(plain, x, y));
    }
  }
});
