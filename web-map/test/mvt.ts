// Makes vector tiles for tests, after the specification of MVT 2.1.
import { PbfWriter } from "pbf";

type Point = readonly [number, number];

export interface TestFeature {
  /** 1 points, 2 lines, 3 areas. */
  type: 1 | 2 | 3;
  /** Rings without their last, repeated point. */
  rings: readonly (readonly Point[])[];
  properties: Record<string, string | number>;
}

const command = (id: number, count: number): number => (count << 3) | id;
const zigzag = (value: number): number => (value << 1) ^ (value >> 31);

function geometry({ type, rings }: TestFeature): number[] {
  const numbers: number[] = [];
  let [x, y] = [0, 0];
  const put = (point: Point): void => {
    numbers.push(zigzag(point[0] - x), zigzag(point[1] - y));
    [x, y] = point;
  };
  for (const [first, ...rest] of rings) {
    numbers.push(command(1, 1));
    put(first!);
    if (type > 1) {
      numbers.push(command(2, rest.length));
      rest.forEach(put);
    }
    if (type === 3) {
      numbers.push(command(7, 1));
    }
  }
  return numbers;
}

export function encode(layers: Record<string, readonly TestFeature[]>, extent = 4096): ArrayBuffer {
  const tile = new PbfWriter();
  for (const [name, features] of Object.entries(layers)) {
    const values: (string | number)[] = [];
    const keys: string[] = [];
    const index = <T>(list: T[], item: T): number => (list.includes(item) ? list.indexOf(item) : list.push(item) - 1);
    tile.writeMessage(3, (_: unknown, layer: PbfWriter) => {
      layer.writeVarintField(15, 2);
      layer.writeStringField(1, name);
      for (const feature of features) {
        layer.writeMessage(2, (__: unknown, pbf: PbfWriter) => {
          const tags = Object.entries(feature.properties).flatMap(([key, value]) => [index(keys, key), index(values, value)]);
          pbf.writePackedVarint(2, tags);
          pbf.writeVarintField(3, feature.type);
          pbf.writePackedVarint(4, geometry(feature));
        }, undefined);
      }
      keys.forEach((key) => layer.writeStringField(3, key));
      for (const value of values) {
        layer.writeMessage(4, (__: unknown, pbf: PbfWriter) => {
          if (typeof value === "string") {
            pbf.writeStringField(1, value);
          } else {
            pbf.writeVarintField(5, value);
          }
        }, undefined);
      }
      layer.writeVarintField(5, extent);
    }, undefined);
  }
  const bytes = tile.finish();
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** A square, clockwise on the screen as outer rings are. */
export function square(x: number, y: number, side: number): Point[] {
  return [[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
}

export function area(id: string, rings: readonly (readonly Point[])[], properties: Record<string, string | number> = {}): TestFeature {
  return { type: 3, rings, properties: { id, ...properties } };
}
