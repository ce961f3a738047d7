// Groups points that would cover each other on the screen.

export interface Located {
  x: number;
  y: number;
}

export interface Cluster<T extends Located> extends Located {
  members: T[];
}

/**
 * Clusters points, given in pixels, that lie within `radius` of a cluster's first member.
 * Linear in the number of points; the order of the points decides, so the same points give the same clusters.
 */
export function cluster<T extends Located>(points: readonly T[], radius: number): Cluster<T>[] {
  const clusters: Cluster<T>[] = [];
  const cells = new Map<string, Cluster<T>[]>();
  for (const point of points) {
    const column = Math.floor(point.x / radius);
    const row = Math.floor(point.y / radius);
    const near = nearest(cells, column, row, point, radius);
    if (near) {
      near.members.push(point);
      continue;
    }
    const added = { x: point.x, y: point.y, members: [point] };
    clusters.push(added);
    const key = `${column}/${row}`;
    const cell = cells.get(key);
    if (cell) {
      cell.push(added);
    } else {
      cells.set(key, [added]);
    }
  }
  for (const added of clusters) {
    added.x = mean(added.members.map((member) => member.x));
    added.y = mean(added.members.map((member) => member.y));
  }
  return clusters;
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
