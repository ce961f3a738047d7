// Vector tiles (MVT) as flat arrays: what is painted and what is hit come from the same numbers.
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

/** Side of a tile in its own units; coordinates may lie outside by the tile's buffer. */
export const EXTENT = 4096;

const POLYGON = 3;

export interface TileFeature {
  /** Collection. */
  layer: string;
  /** Public id. */
  id: string;
  isArea: boolean;
  /** Codes, where the collection has them. */
  type: string | undefined;
  status: string | undefined;
  /** Records that a clustered point stands for. */
  count: number;
  /** Least x, least y, greatest x, greatest y, in units of the tile. */
  box: readonly [number, number, number, number];
  /** Rings or lines, each x, y, x, y, …; rings are closed by their last point. */
  rings: Int32Array[];
}

/** Decodes a tile; throws if it is none. */
export function decode(bytes: ArrayBuffer): TileFeature[] {
  const features: TileFeature[] = [];
  if (bytes.byteLength === 0) {
    return features;
  }
  for (const [name, layer] of Object.entries(new VectorTile(new PbfReader(bytes)).layers)) {
    const scale = EXTENT / layer.extent;
    for (let index = 0; index < layer.length; index++) {
      const feature = layer.feature(index);
      const rings = feature.loadGeometry().map((ring) => flat(ring, scale));
      const { id, type, status, count } = feature.properties;
      features.push({
        layer: name,
        id: String(id ?? ""),
        isArea: feature.type === POLYGON,
        type: text(type),
        status: text(status),
        count: typeof count === "number" ? count : 1,
        box: boxOf(rings),
        rings,
      });
    }
  }
  return features;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function flat(ring: readonly { x: number; y: number }[], scale: number): Int32Array {
  const numbers = new Int32Array(ring.length * 2);
  ring.forEach(({ x, y }, index) => {
    numbers[2 * index] = x * scale;
    numbers[2 * index + 1] = y * scale;
  });
  return numbers;
}

function boxOf(rings: readonly Int32Array[]): TileFeature["box"] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      left = Math.min(left, ring[i]!);
      right = Math.max(right, ring[i]!);
      top = Math.min(top, ring[i + 1]!);
      bottom = Math.max(bottom, ring[i + 1]!);
    }
  }
  return [left, top, right, bottom];
}
