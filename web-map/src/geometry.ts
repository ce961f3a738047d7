// Plane geometry on longitudes and latitudes in degrees: boxes, point in polygon, label points.
import type { Geometry, Position } from "geojson";

/** West, south, east, north. */
export type Box = readonly [number, number, number, number];

export function contains(outer: Box, inner: Box): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}

export function touches(a: Box, b: Box): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/** Adds `part` of the width and height on each side, within the world. */
export function enlarge(box: Box, part: number): Box {
  const [west, south, east, north] = box;
  const dx = (east - west) * part;
  const dy = (north - south) * part;
  return [Math.max(-180, west - dx), Math.max(-90, south - dy), Math.min(180, east + dx), Math.min(90, north + dy)];
}

/** Every ring or line of a geometry; of a polygon the outer ring first. */
function* lines(geometry: Geometry): Generator<Position[]> {
  switch (geometry.type) {
    case "Point":
      yield [geometry.coordinates];
      break;
    case "MultiPoint":
    case "LineString":
      yield geometry.coordinates;
      break;
    case "MultiLineString":
    case "Polygon":
      yield* geometry.coordinates;
      break;
    case "MultiPolygon":
      for (const polygon of geometry.coordinates) {
        yield* polygon;
      }
      break;
    case "GeometryCollection":
      for (const part of geometry.geometries) {
        yield* lines(part);
      }
  }
}

/** The smallest box around a geometry; undefined for an empty one. */
export function boxOf(geometry: Geometry): Box | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const line of lines(geometry)) {
    for (const [x, y] of line) {
      west = Math.min(west, x!);
      south = Math.min(south, y!);
      east = Math.max(east, x!);
      north = Math.max(north, y!);
    }
  }
  return west <= east ? [west, south, east, north] : undefined;
}

function inRing(ring: Position[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i] as [number, number];
    const [bx, by] = ring[j] as [number, number];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) {
      inside = !inside;
    }
  }
  return inside;
}

function polygonsOf(geometry: Geometry): Position[][][] {
  switch (geometry.type) {
    case "Polygon":
      return [geometry.coordinates];
    case "MultiPolygon":
      return geometry.coordinates;
    default:
      return [];
  }
}

/** Whether a point lies in an area, its holes taken out (even-odd rule). */
export function covers(geometry: Geometry, x: number, y: number): boolean {
  return polygonsOf(geometry).some(
    ([outer, ...holes]) => outer !== undefined && inRing(outer, x, y) && !holes.some((hole) => inRing(hole, x, y)),
  );
}

function signedArea(ring: Position[]): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    sum += ring[j]![0]! * ring[i]![1]! - ring[i]![0]! * ring[j]![1]!;
  }
  return sum / 2;
}

/** The outline of the largest part of an area. */
export function largestRing(geometry: Geometry): Position[] | undefined {
  const outers = polygonsOf(geometry).flatMap(([outer]) => (outer ? [outer] : []));
  return outers.toSorted((a, b) => Math.abs(signedArea(b)) - Math.abs(signedArea(a)))[0];
}

/** Where to put a label: inside the largest part where possible, half way between two borders. */
export function labelPoint(geometry: Geometry): [number, number] | undefined {
  const largest = largestRing(geometry);
  const box = boxOf(largest ? { type: "Polygon", coordinates: [largest] } : geometry);
  if (!box) {
    return undefined;
  }
  const middle: [number, number] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  return largest ? insideRow(largest, middle) : middle;
}

/** The middle of the widest stretch of a ring along the row through a point. */
function insideRow(ring: Position[], [fallback, y]: [number, number]): [number, number] {
  const crossings: number[] = [];
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i] as [number, number];
    const [bx, by] = ring[j] as [number, number];
    if (ay > y !== by > y) {
      crossings.push(((bx - ax) * (y - ay)) / (by - ay) + ax);
    }
  }
  crossings.sort((a, b) => a - b);
  let best: [number, number] = [fallback, y];
  let width = 0;
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const [from, to] = [crossings[i]!, crossings[i + 1]!];
    if (to - from > width) {
      width = to - from;
      best = [(from + to) / 2, y];
    }
  }
  return best;
}
