//! Where the memory of a snapshot goes.

use std::ops::{Add, AddAssign};

/// Bytes by part; what the allocator adds is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The records with their geometry in the CRS of the store.
    pub records: usize,
    /// Coordinates in CRS84.
    pub coordinates: usize,
    /// R-tree and order.
    pub spatial_index: usize,
    /// What finds records by id and by the records they refer to.
    pub id_index: usize,
    /// GeoJSON of the public view.
    pub encoded: usize,
    /// The same, compressed.
    pub compressed: usize,
    /// What is filtered, sorted and summed.
    pub columns: usize,
    /// On which days the public saw the records.
    pub past: usize,
}

impl Memory {
    /// All parts.
    pub fn total(&self) -> usize {
        self.parts().into_iter().map(|(_, bytes)| bytes).sum()
    }

    /// The parts by name.
    pub fn parts(&self) -> [(&'static str, usize); 8] {
        [
            ("records", self.records),
            ("coordinates", self.coordinates),
            ("spatial_index", self.spatial_index),
            ("id_index", self.id_index),
            ("encoded", self.encoded),
            ("compressed", self.compressed),
            ("columns", self.columns),
            ("past", self.past),
        ]
    }
}

impl Add for Memory {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            records: self.records + other.records,
            coordinates: self.coordinates + other.coordinates,
            spatial_index: self.spatial_index + other.spatial_index,
            id_index: self.id_index + other.id_index,
            encoded: self.encoded + other.encoded,
            compressed: self.compressed + other.compressed,
            columns: self.columns + other.columns,
            past: self.past + other.past,
        }
    }
}

impl AddAssign for Memory {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Memory {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), Add::add)
    }
}
