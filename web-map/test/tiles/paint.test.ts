import { beforeEach, expect, test } from "vitest";
import { decode } from "../../src/map/tiles/decode.ts";
import { density, paint, WHOLE, type TileStyle, type Window } from "../../src/map/tiles/paint.ts";
import { area, encode, square } from "../mvt.ts";

/** Notes what is drawn: there is no canvas here. */
class FakePath {
  moves: number[][] = [];
  closed = 0;
  moveTo(x: number, y: number): void {
    this.moves.push([x, y]);
  }
  lineTo(): void {}
  closePath(): void {
    this.closed += 1;
  }
}

beforeEach(() => {
  globalThis.Path2D = FakePath as unknown as typeof Path2D;
});

const features = decode(
  encode({
    parcels: [area("a", [square(0, 0, 100)]), area("b", [square(3000, 3000, 100)])],
    buildings: [area("c", [square(10, 10, 20)])],
  }),
);

const STYLES: TileStyle[] = [
  { isFor: ({ layer }) => layer === "parcels", stroke: "grey" },
  { isFor: ({ layer }) => layer === "buildings", fill: "red", opacity: 0.5, stroke: "black", width: 2 },
  { isFor: ({ layer }) => layer === "nothing", fill: "blue" },
];

function painted(part: Window, side: number, pixels: number) {
  const calls: unknown[] = [];
  const context = {
    fillStyle: "",
    strokeStyle: "",
    lineWidth: 0,
    lineJoin: "miter",
    globalAlpha: 1,
    setTransform: (...numbers: number[]) => calls.push(["transform", ...numbers]),
    fill: (path: FakePath, rule: string) => calls.push(["fill", context.fillStyle, context.globalAlpha, rule, path.moves.length]),
    stroke: (path: FakePath) => calls.push(["stroke", context.strokeStyle, context.lineWidth, path.moves.length, path.closed]),
  };
  paint(context as unknown as CanvasRenderingContext2D, features, STYLES, part, side, pixels);
  return calls;
}

test("one path a style, in the order of the styles", () => {
  expect(painted(WHOLE, 256, 2)).toEqual([
    ["transform", 0.125, 0, 0, 0.125, -0, -0],
    ["stroke", "grey", 16, 2, 2],
    ["fill", "red", 0.5, "evenodd", 1],
    ["stroke", "black", 32, 1, 1],
  ]);
});

test("a part of a tile is shown larger, without what lies elsewhere", () => {
  expect(painted({ x: 2048, y: 2048, size: 2048 }, 256, 1)).toEqual([
    ["transform", 0.125, 0, 0, 0.125, -256, -256],
    ["stroke", "grey", 8, 1, 1],
  ]);
});

test("canvases are finer than the screen, up to two pixels a pixel", () => {
  expect([1, 1.5, 2, 3].map(density)).toEqual([1.25, 1.875, 2, 2]);
});
