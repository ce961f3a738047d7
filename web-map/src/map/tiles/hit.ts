// What lies at a place of a tile: first by box, then by its outline, in units of the tile.
import type { TileFeature } from "./decode.ts";

/**
 * The feature that covers a place; of several, as strata may be, the one with the smallest box. Where none does,
 * the nearest one whose outline is not farther than `tolerance`.
 */
export function hit(features: Iterable<TileFeature>, x: number, y: number, tolerance: number): TileFeature | undefined {
  let covering: TileFeature | undefined;
  let near: TileFeature | undefined;
  let least = tolerance;
  for (const feature of features) {
    if (!isInBox(feature.box, x, y, tolerance)) {
      continue;
    }
    if (feature.isArea && covers(feature.rings, x, y)) {
      covering = covering && size(covering) <= size(feature) ? covering : feature;
    } else if (!covering && tolerance > 0) {
      const distance = distanceTo(feature.rings, x, y);
      if (distance <= least) {
        least = distance;
        near = feature;
      }
    }
  }
  return covering ?? near;
}

function isInBox([left, top, right, bottom]: TileFeature["box"], x: number, y: number, margin: number): boolean {
  return left - margin <= x && x <= right + margin && top - margin <= y && y <= bottom + margin;
}

function size({ box: [left, top, right, bottom] }: TileFeature): number {
  return (right - left) * (bottom - top);
}

/** Even-odd rule over all rings: holes are out. */
function covers(rings: readonly Int32Array[], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [ax, ay, bx, by] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) {
        inside = !inside;
      }
    }
  }
  return inside;
}

function distanceTo(rings: readonly Int32Array[], x: number, y: number): number {
  let least = Infinity;
  for (const ring of rings) {
    if (ring.length === 2) {
      least = Math.min(least, Math.hypot(ring[0]! - x, ring[1]! - y));
    }
    for (let i = 2; i < ring.length; i += 2) {
      least = Math.min(least, toSegment(x, y, ring[i - 2]!, ring[i - 1]!, ring[i]!, ring[i + 1]!));
    }
  }
  return least;
}

/** Distance from a point to the stretch from a to b. */
function toSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
