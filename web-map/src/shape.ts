// Plane geometry of what is drawn: fewer corners, crossings, circles as polygons.
import type { Polygon } from "geojson";
import type { Corner, Shape } from "./urlstate.ts";

const METRES_A_DEGREE = 111_320;
const SIDES_OF_CIRCLE = 64;

/** The polygon of a shape; a circle becomes one whose corners lie on it. */
export function polygonOf(shape: Shape): Polygon {
  const corners = shape.kind === "area" ? shape.corners : circle(shape.centre, shape.metres);
  return { type: "Polygon", coordinates: [[...corners, corners[0]!].map((corner) => [...corner])] };
}

function circle([lng, lat]: Corner, metres: number): Corner[] {
  const north = metres / METRES_A_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: SIDES_OF_CIRCLE }, (_, index): Corner => {
    const angle = (index / SIDES_OF_CIRCLE) * 2 * Math.PI;
    return [lng + east * Math.sin(angle), lat + north * Math.cos(angle)];
  });
}

/** Whether the closed line through the corners meets itself: such an area has no inside. */
export function crosses(corners: readonly Corner[]): boolean {
  const count = corners.length;
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const areNeighbours = j === i + 1 || (i === 0 && j === count - 1);
      const [a, b, c, d] = [corners[i]!, corners[(i + 1) % count]!, corners[j]!, corners[(j + 1) % count]!];
      if (areNeighbours ? foldsBack(a, b, c, d, j === i + 1) : meet(a, b, c, d)) {
        return true;
      }
    }
  }
  return false;
}

/** Twice the area to the left of a→b→c. */
function turn([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

function meet(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc * abd < 0 && cda * cdb < 0) {
    return true;
  }
  return (
    (abc === 0 && isBetween(a, b, c)) ||
    (abd === 0 && isBetween(a, b, d)) ||
    (cda === 0 && isBetween(c, d, a)) ||
    (cdb === 0 && isBetween(c, d, b))
  );
}

function isBetween([ax, ay]: Corner, [bx, by]: Corner, [x, y]: Corner): boolean {
  return Math.min(ax, bx) <= x && x <= Math.max(ax, bx) && Math.min(ay, by) <= y && y <= Math.max(ay, by);
}

/** Whether a side lies on the one it shares a corner with. */
function foldsBack(a: Corner, b: Corner, c: Corner, d: Corner, isNext: boolean): boolean {
  // Next: a→b, then b→d. Otherwise the last side c→a, then a→b.
  const [before, corner, after] = isNext ? [a, b, d] : [c, a, b];
  const dot = (before[0] - corner[0]) * (after[0] - corner[0]) + (before[1] - corner[1]) * (after[1] - corner[1]);
  return turn(before, corner, after) === 0 && dot > 0;
}

/**
 * A line with at most `most` corners that stays as near to the given one as it can (Douglas and Peucker); corners
 * nearer to it than `tolerance` degrees are left out in any case.
 */
export function simplify(corners: readonly Corner[], tolerance: number, most: number): Corner[] {
  for (let least = tolerance; ; least = Math.max(least * 1.5, 1e-6)) {
    const kept = thin(corners, least);
    if (kept.length <= most) {
      return kept;
    }
  }
}

function thin(corners: readonly Corner[], tolerance: number): Corner[] {
  if (corners.length < 3) {
    return [...corners];
  }
  const isKept = new Uint8Array(corners.length);
  isKept[0] = isKept[corners.length - 1] = 1;
  const stack: [number, number][] = [[0, corners.length - 1]];
  for (let span = stack.pop(); span; span = stack.pop()) {
    const [from, to] = span;
    let [farthest, most] = [-1, tolerance];
    for (let i = from + 1; i < to; i++) {
      const distance = distanceToStretch(corners[i]!, corners[from]!, corners[to]!);
      if (distance > most) {
        [farthest, most] = [i, distance];
      }
    }
    if (farthest > 0) {
      isKept[farthest] = 1;
      stack.push([from, farthest], [farthest, to]);
    }
  }
  return corners.filter((_, index) => isKept[index]);
}

/** In degrees of latitude; a degree of longitude counts as much as it is long there. */
function distanceToStretch([x, y]: Corner, [ax, ay]: Corner, [bx, by]: Corner): number {
  const shrink = Math.cos((ay * Math.PI) / 180);
  const [dx, dy, px, py] = [(bx - ax) * shrink, by - ay, (x - ax) * shrink, y - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
  return Math.hypot(px - along * dx, py - along * dy);
}
