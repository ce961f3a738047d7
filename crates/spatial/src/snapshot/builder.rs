//! From the rows of a store to a snapshot.

use cadastre::{Day, Revision, Versioned};

use super::{Snapshot, SnapshotError, tables::Changes};
use crate::Crs;

/// Collects records in any order.
#[derive(Debug)]
pub struct Builder {
    store_crs: Crs,
    day: Day,
    records: Changes,
}

impl Builder {
    /// A builder for a store in this CRS.
    pub fn new(store_crs: Crs, day: Day) -> Self {
        Self { store_crs, day, records: Changes::default() }
    }

    /// Adds a record; a later one of the same kind and id replaces it.
    pub fn push(&mut self, record: Versioned) {
        self.records.put(record);
    }

    /// Builds the snapshot of the store at this revision, on all cores.
    ///
    /// It answers everything at once, from texts that it writes on request; [`Snapshot::merged`] has them ready.
    pub fn build(self, revision: Revision) -> Result<Snapshot, SnapshotError> {
        Snapshot::empty(self.store_crs, self.day).apply_changes(revision, self.records)
    }
}
