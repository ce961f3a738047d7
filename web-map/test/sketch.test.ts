import { expect, test } from "vitest";
import { Sketch } from "../src/map/draw/sketch.ts";
import type { Corner } from "../src/urlstate.ts";

function drawn(...corners: Corner[]): Sketch {
  const sketch = new Sketch();
  corners.forEach((corner) => sketch.put(corner));
  return sketch;
}

test("three corners are an area, and one taken back is none any more", () => {
  const sketch = drawn([0, 0], [4, 0], [4, 0]);
  expect(sketch.corners).toHaveLength(2);
  expect(sketch.shape).toBeUndefined();
  sketch.put([4, 4]);
  expect(sketch.shape).toEqual({ kind: "area", corners: [[0, 0], [4, 0], [4, 4]] });
  sketch.undo();
  expect(sketch.shape).toBeUndefined();
  sketch.clear();
  expect(sketch.isEmpty).toBe(true);
});

test("a line that crosses itself is no area", () => {
  const sketch = drawn([0, 0], [4, 4], [4, 0], [0, 4]);
  expect(sketch.isCrossed).toBe(true);
  expect(sketch.shape).toBeUndefined();
  sketch.undo();
  expect(sketch.isCrossed).toBe(false);
});

test("a circle has a middle and a radius", () => {
  const sketch = new Sketch();
  sketch.mode = "circle";
  expect(sketch.shape).toBeUndefined();
  sketch.put([12, 51]);
  sketch.metres = 1000;
  expect(sketch.shape).toEqual({ kind: "circle", centre: [12, 51], metres: 1000 });
  sketch.undo();
  expect(sketch.isEmpty).toBe(true);
});

test("a stroke becomes few corners, and is taken back as a whole", () => {
  const sketch = new Sketch();
  sketch.mode = "freehand";
  const line = Array.from({ length: 500 }, (_, index): Corner => {
    const angle = (index / 500) * 2 * Math.PI;
    return [12 + Math.sin(angle) / 100, 51 + Math.cos(angle) / 100];
  });
  sketch.stroke(line, 0.0001);
  expect(sketch.corners.length).toBeGreaterThan(8);
  expect(sketch.corners.length).toBeLessThan(100);
  expect(sketch.shape?.kind).toBe("area");
  sketch.undo();
  expect(sketch.isEmpty).toBe(true);
});

test("an outline is taken without the corner that repeats the first", () => {
  const sketch = new Sketch();
  sketch.mode = "district";
  sketch.outline([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]);
  expect(sketch.corners).toEqual([[0, 0], [4, 0], [4, 4], [0, 4]]);
});

test("what the list is limited to already can be changed", () => {
  const area = new Sketch();
  area.load({ kind: "area", corners: [[0, 0], [4, 0], [4, 4]] });
  area.put([0, 4]);
  expect(area.corners).toHaveLength(4);
  const circle = new Sketch();
  circle.load({ kind: "circle", centre: [1, 2], metres: 300 });
  expect([circle.mode, circle.metres, circle.centre]).toEqual(["circle", 300, [1, 2]]);
});
