//! From the CRS of the store to CRS84, many records at a time.

use std::{num::NonZeroUsize, thread};

use geo_types::Coord;

use super::{SnapshotError, row::Row, segment::Draft};
use crate::{Crs, CrsError, Transformer};

/// Fewer coordinates are not worth another thread.
const COORDS_PER_THREAD: usize = 50_000;

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
        Transformer::new(self.store_crs, Crs::CRS84)?.transform(coords)
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
