//! From the CRS of the store to CRS84, many records at a time.

use std::{num::NonZeroUsize, thread};

use geo_types::Coord;

use super::{SnapshotError, row::Row, segment::Draft};
use crate::{Crs, CrsError, Transformer};

/// Fewer coordinates are not worth another thread.
const COORDS_PER_THREAD: usize = 50_000;

/// Among so many coordinates equal ones are looked for.
const COORDS_AT_ONCE: usize = 1 << 16;
const WORTH_REMEMBERING: usize = 1 << 10;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Projector {
    pub(crate) store_crs: Crs,
}

impl Projector {
    /// Brings the coordinates of a draft into CRS84. The error names the record.
    pub(crate) fn finish<R: Row>(self, draft: &mut Draft<R>) -> Result<(), SnapshotError> {
        match self.transform(draft.coords_mut()) {
            Ok(()) => Ok(()),
            Err(source) => Err(self.culprit(draft, source)),
        }
    }

    fn transform(self, coords: &mut [Coord]) -> Result<(), CrsError> {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = (coords.len() / COORDS_PER_THREAD).clamp(1, cores);
        if threads == 1 {
            return self.transform_here(coords);
        }
        let share = coords.len().div_ceil(threads);
        thread::scope(|scope| {
            let running: Vec<_> =
                coords.chunks_mut(share).map(|chunk| scope.spawn(move || self.transform_here(chunk))).collect();
            running.into_iter().try_for_each(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    }

    fn transform_here(self, coords: &mut [Coord]) -> Result<(), CrsError> {
        let transformer = Transformer::new(self.store_crs, Crs::CRS84)?;
        if coords.len() < WORTH_REMEMBERING {
            return transformer.transform(coords);
        }
        let mut corners = Corners::default();
        coords.chunks_mut(COORDS_AT_ONCE).try_for_each(|coords| corners.transform(coords, &transformer))
    }

    /// Transforms record by record, from the coordinates they came with, to find the one at fault.
    fn culprit<R: Row>(self, draft: &Draft<R>, source: CrsError) -> SnapshotError {
        for row in draft.rows() {
            let mut coords = Vec::new();
            if let Some(shape) = row.shape() {
                shape.append_coords_to(&mut coords);
            }
            if let Err(source) = self.transform_here(&mut coords) {
                return SnapshotError::Geometry { id: row.id().to_owned(), source };
            }
        }
        SnapshotError::Crs { source }
    }
}

/// Corners that are transformed once, however many parcels share them: neighbours have them in common, and a ring ends
/// where it began.
struct Corners {
    distinct: Vec<Coord>,
    transformed: Vec<Coord>,
    /// Which of the distinct ones each coordinate is.
    which: Vec<u32>,
    /// By hash, the last of the distinct ones.
    last: Vec<u32>,
}

const HASH_BITS: u32 = 16;

impl Default for Corners {
    fn default() -> Self {
        Self { distinct: Vec::new(), transformed: Vec::new(), which: Vec::new(), last: vec![0; 1 << HASH_BITS] }
    }
}

impl Corners {
    fn transform(&mut self, coords: &mut [Coord], transformer: &Transformer) -> Result<(), CrsError> {
        self.distinct.clear();
        self.which.clear();
        for coord in &*coords {
            let which = self.find(*coord);
            self.which.push(which);
        }
        self.transformed.clone_from(&self.distinct);
        transformer.transform(&mut self.transformed)?;
        for (coord, which) in coords.iter_mut().zip(&self.which) {
            *coord = self.transformed[*which as usize];
        }
        Ok(())
    }

    /// Its place among the distinct ones, a new one if it is not remembered.
    fn find(&mut self, coord: Coord) -> u32 {
        let bits = coord.x.to_bits() ^ coord.y.to_bits().rotate_left(32);
        let hash = (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - HASH_BITS)) as usize;
        let last = &mut self.last[hash];
        // What is left from the coordinates before is another one, or no place.
        if self.distinct.get(*last as usize).is_none_or(|known| !is_same(*known, coord)) {
            *last = self.distinct.len() as u32;
            self.distinct.push(coord);
        }
        *last
    }
}

/// To the last bit: zero has two signs.
fn is_same(a: Coord, b: Coord) -> bool {
    (a.x.to_bits(), a.y.to_bits()) == (b.x.to_bits(), b.y.to_bits())
}

#[cfg(test)]
mod tests {
    use geo_types::Coord;

    use super::{COORDS_AT_ONCE, Projector};
    use crate::{Crs, Transformer};

    #[test]
    fn shared_corners_are_transformed_as_each_for_itself() {
        let store_crs = Crs::Epsg(25833);
        let corner = |number: usize| {
            let (column, row) = (number % 700, number / 700 % 60);
            Coord { x: 345_000.0 + column as f64 * 14.5, y: 5_650_000.0 + row as f64 * 28.25 }
        };
        // More than are looked at together, most of them several times.
        let mut coords: Vec<Coord> =
            (0..2 * COORDS_AT_ONCE + 17).map(|number| corner(number / 7 * 5 + number % 7)).collect();
        let mut expected = coords.clone();
        Projector { store_crs }.transform(&mut coords).unwrap();
        let transformer = Transformer::new(store_crs, Crs::CRS84).unwrap();
        for coord in &mut expected {
            *coord = transformer.transform_coord(*coord).unwrap();
        }
        assert_eq!(coords, expected);
    }
}
