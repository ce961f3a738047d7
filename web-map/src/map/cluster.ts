// Groups points that would cover each other on the screen.

export interface Located {
  x: number;
  y: number;
}

export interface Cluster<T extends Located> extends Located {
  members: T[];
}

/**
 * Clusters points, given in pixels, until no two clusters are nearer than `radius`; each lies in the middle of
 * its members. Close to linear in the number of points; the same points in the same order give the same clusters.
 */
export function cluster<T extends Located>(points: readonly T[], radius: number): Cluster<T>[] {
  let clusters = points.map(({ x, y }, index): Cluster<T> => ({ x, y, members: [points[index]!] }));
  for (;;) {
    const merged = merge(clusters, radius);
    if (merged.length === clusters.length) {
      return merged;
    }
    clusters = merged;
  }
}

/** Joins each cluster to the nearest one before it that is near enough. */
function merge<T extends Located>(clusters: readonly Cluster<T>[], radius: number): Cluster<T>[] {
  const merged: Cluster<T>[] = [];
  const cells = new Map<string, Cluster<T>[]>();
  for (const { x, y, members } of clusters) {
    const column = Math.floor(x / radius);
    const row = Math.floor(y / radius);
    const near = nearest(cells, column, row, { x, y }, radius);
    if (near) {
      near.members.push(...members);
      continue;
    }
    const added = { x, y, members: [...members] };
    merged.push(added);
    const key = `${column}/${row}`;
    cells.set(key, [...(cells.get(key) ?? []), added]);
  }
  for (const cluster of merged) {
    cluster.x = mean(cluster.members.map((member) => member.x));
    cluster.y = mean(cluster.members.map((member) => member.y));
  }
  return merged;
}

function nearest<T extends Located>(
  cells: Map<string, Cluster<T>[]>,
  column: number,
  row: number,
  point: Located,
  radius: number,
): Cluster<T> | undefined {
  let best: Cluster<T> | undefined;
  let least = radius;
  for (let x = column - 1; x <= column + 1; x++) {
    for (let y = row - 1; y <= row + 1; y++) {
      for (const candidate of cells.get(`${x}/${y}`) ?? []) {
        const distance = Math.hypot(candidate.x - point.x, candidate.y - point.y);
        if (distance < least) {
          least = distance;
          best = candidate;
        }
      }
    }
  }
  return best;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
