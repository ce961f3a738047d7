import { expect, test } from "vitest";
import { crosses, polygonOf, simplify } from "../src/shape.ts";
import type { Corner } from "../src/urlstate.ts";

const checkCrossing = (corners: Corner[], expected: boolean): void => expect(crosses(corners), JSON.stringify(corners)).toBe(expected);

test("a line that meets itself is found, whichever way round", () => {
  checkCrossing([[0, 0], [4, 0], [4, 4], [0, 4]], false);
  checkCrossing([[0, 0], [4, 4], [4, 0], [0, 4]], true);
  // A corner on a side, a side on a side, a corner used twice.
  checkCrossing([[0, 0], [4, 0], [4, 4], [2, 0], [0, 4]], true);
  checkCrossing([[0, 0], [4, 0], [2, 0], [2, 4]], true);
  checkCrossing([[0, 0], [2, 2], [4, 0], [4, 4], [2, 2], [0, 4]], true);
  // A corner in the middle of a straight side is nothing special.
  checkCrossing([[0, 0], [2, 0], [4, 0], [4, 4]], false);
  checkCrossing([[0, 0], [4, 0], [4, 4]], false);
});

test("a polygon is closed, and a circle has its radius on all sides", () => {
  expect(polygonOf({ kind: "area", corners: [[0, 0], [1, 0], [1, 1]] }).coordinates).toEqual([[[0, 0], [1, 0], [1, 1], [0, 0]]]);
  const [ring] = polygonOf({ kind: "circle", centre: [12.9, 51.1], metres: 1000 }).coordinates;
  expect(ring![0]).toEqual(ring!.at(-1));
  for (const [lng, lat] of ring as [number, number][]) {
    const east = (lng - 12.9) * 111_320 * Math.cos((51.1 * Math.PI) / 180);
    const north = (lat - 51.1) * 111_320;
    expect(Math.hypot(east, north)).toBeCloseTo(1000, 6);
  }
});

test("fewer corners stay as near as asked, and never more than asked", () => {
  const wave = Array.from({ length: 1000 }, (_, index): Corner => [12 + index / 10_000, 51 + Math.sin(index / 40) / 1000]);
  const kept = simplify(wave, 0.0001, 400);
  expect(kept.length).toBeLessThan(100);
  expect([kept[0], kept.at(-1)]).toEqual([wave[0], wave.at(-1)]);
  for (const [lng, lat] of wave) {
    const index = kept.findIndex((corner) => corner[0] >= lng);
    const [before, after] = [kept[Math.max(0, index - 1)]!, kept[index]!];
    const along = after[0] === before[0] ? 0 : (lng - before[0]) / (after[0] - before[0]);
    expect(Math.abs(before[1] + along * (after[1] - before[1]) - lat)).toBeLessThan(0.00025);
  }
  expect(simplify(wave, 0, 20).length).toBeLessThanOrEqual(20);
  expect(simplify([[0, 0], [1, 1]], 1, 2)).toEqual([[0, 0], [1, 1]]);
});
