import type { Geometry, Position } from "geojson";
import { expect, test } from "vitest";
import { boxOf, contains, covers, enlarge, labelPoint, touches } from "../src/geometry.ts";

const square = (x: number, y: number, size: number): Position[] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];

const withHole: Geometry = { type: "Polygon", coordinates: [square(0, 0, 10), square(4, 4, 2)] };
const two: Geometry = { type: "MultiPolygon", coordinates: [[square(0, 0, 1)], [square(10, 10, 4)]] };

test("a box is around everything, and nothing has none", () => {
  expect(boxOf(two)).toEqual([0, 0, 14, 14]);
  expect(boxOf({ type: "Point", coordinates: [3, 4] })).toEqual([3, 4, 3, 4]);
  expect(boxOf({ type: "GeometryCollection", geometries: [two, { type: "Point", coordinates: [-1, 2] }] })).toEqual([-1, 0, 14, 14]);
  expect(boxOf({ type: "MultiPolygon", coordinates: [] })).toBeUndefined();
});

test("a hole is not inside", () => {
  expect(covers(withHole, 1, 1)).toBe(true);
  expect(covers(withHole, 5, 5)).toBe(false);
  expect(covers(withHole, 11, 5)).toBe(false);
  expect(covers(two, 12, 12)).toBe(true);
  expect(covers({ type: "Point", coordinates: [1, 1] }, 1, 1)).toBe(false);
});

test("a label stands inside the largest part", () => {
  expect(labelPoint(two)).toEqual([12, 12]);
  // The middle of the box of a U lies outside of it.
  const u: Geometry = {
    type: "Polygon",
    coordinates: [[[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10], [0, 0]]],
  };
  const [x, y] = labelPoint(u)!;
  expect(covers(u, x, y)).toBe(true);
  expect(labelPoint({ type: "Point", coordinates: [3, 4] })).toEqual([3, 4]);
});

test("boxes are enlarged within the world", () => {
  expect(enlarge([10, 50, 12, 51], 0.5)).toEqual([9, 49.5, 13, 51.5]);
  expect(enlarge([-180, -90, 180, 90], 1)).toEqual([-180, -90, 180, 90]);
  expect(contains([0, 0, 2, 2], [0, 1, 2, 2])).toBe(true);
  expect(contains([0, 0, 2, 2], [0, 1, 2.1, 2])).toBe(false);
  expect(touches([0, 0, 1, 1], [1, 1, 2, 2])).toBe(true);
  expect(touches([0, 0, 1, 1], [1.1, 0, 2, 1])).toBe(false);
});
