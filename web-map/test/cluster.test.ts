import { expect, test } from "vitest";
import { cluster, type Located } from "../src/map/cluster.ts";

/** Points that look random and are the same on every run. */
function scatter(count: number, size: number): Located[] {
  let state = 42;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state / 2_147_483_648) * size;
  };
  return Array.from({ length: count }, () => ({ x: next(), y: next() }));
}

test("points far from each other stay alone", () => {
  const clusters = cluster([{ x: 0, y: 0 }, { x: 100, y: 0 }], 40);
  expect(clusters.map(({ members }) => members.length)).toEqual([1, 1]);
});

test("points on one spot become one cluster in their middle", () => {
  const [only, ...others] = cluster([{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 20, y: 6 }], 40);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ x: 10, y: 2 });
});

test("no point is lost and no two clusters cover each other", () => {
  const points = scatter(500, 1000);
  const clusters = cluster(points, 40);
  expect(new Set(clusters.flatMap(({ members }) => members))).toEqual(new Set(points));
  for (const [index, a] of clusters.entries()) {
    for (const b of clusters.slice(index + 1)) {
      expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(40);
    }
  }
});

test("the same points give the same clusters", () => {
  expect(cluster(scatter(200, 400), 40)).toEqual(cluster(scatter(200, 400), 40));
});
