//! Points gathered by the cells of a grid that divides every tile evenly, so that no cell lies in two tiles.

use std::collections::BTreeMap;

use geo_types::Coord;

use super::units::Vertex;

/// Side of a cell in units: an eighth of a tile.
const CELL: i32 = 512;

/// What lies in a cell.
#[derive(Clone, Debug)]
pub(super) struct Cluster<T> {
    pub(super) count: u64,
    /// The first of them, in the order they came.
    pub(super) first: T,
    sum: Coord<i64>,
}

impl<T> Cluster<T> {
    /// The mean of the points, which lies in their cell.
    pub(super) fn middle(&self) -> Vertex {
        let count = self.count.max(1) as i64;
        Coord { x: (self.sum.x / count) as i32, y: (self.sum.y / count) as i32 }
    }
}

/// The cells of a tile that hold something.
#[derive(Debug)]
pub(super) struct Clusters<T> {
    cells: BTreeMap<(i32, i32), Cluster<T>>,
}

impl<T> Clusters<T> {
    pub(super) fn new() -> Self {
        Self { cells: BTreeMap::new() }
    }

    /// Adds a point of the tile.
    pub(super) fn add(&mut self, point: Vertex, what: impl FnOnce() -> T) {
        let cell = (point.y.div_euclid(CELL), point.x.div_euclid(CELL));
        let cluster =
            self.cells.entry(cell).or_insert_with(|| Cluster { count: 0, first: what(), sum: Coord { x: 0, y: 0 } });
        cluster.count += 1;
        cluster.sum = cluster.sum + Coord { x: i64::from(point.x), y: i64::from(point.y) };
    }

    /// From north to south, from west to east.
    pub(super) fn into_clusters(self) -> impl Iterator<Item = Cluster<T>> {
        self.cells.into_values()
    }
}

#[cfg(test)]
mod tests {
    use geo_types::Coord;
    use proptest::prelude::*;

    use super::{CELL, Clusters};
    use crate::tile::matrix::EXTENT;

    proptest! {
        #[test]
        fn every_point_is_counted_once_and_its_cluster_lies_in_its_cell(
            points in proptest::collection::vec((0..EXTENT, 0..EXTENT), 0..200),
        ) {
            let mut clusters = Clusters::new();
            for (x, y) in &points {
                clusters.add(Coord { x: *x, y: *y }, || (x / CELL, y / CELL));
            }
            let clusters: Vec<_> = clusters.into_clusters().collect();
            prop_assert_eq!(clusters.iter().map(|cluster| cluster.count).sum::<u64>(), points.len() as u64);
            prop_assert!(clusters.len() <= 64);
            for cluster in clusters {
                let middle = cluster.middle();
                prop_assert_eq!((middle.x / CELL, middle.y / CELL), cluster.first);
            }
        }
    }
}
