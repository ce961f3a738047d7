//! What tells one state of a collection in a municipality from every other: the base of validators.
//!
//! A tag is a sum over the records, each by its id and revision. It does not depend on the order in which the records
//! came or on what was there in between, so every process comes to the same tags, after a restart as well; and
//! a record that ends changes it too, which the greatest revision of what is left would not.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    hash::Hasher as _,
};

use cadastre::{Ags, DistrictKey, Revision};
use geo_types::Rect;

use crate::geometry::{predicate::rects_intersect, union};

/// Tags by municipality; records of layers have none.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tags(BTreeMap<Option<Ags>, Tag>);

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tag {
    sum: u64,
    count: u64,
    /// Box in CRS84 around the records, and around those that were there: it does not shrink.
    extent: Option<Rect>,
    /// Districts whose names are shown with the records, and with how many. A district need not be of the same
    /// municipality.
    districts: BTreeMap<DistrictKey, u64>,
}

impl Tags {
    /// Adds a record, which may show the name of a district.
    pub(crate) fn add(&mut self, ags: Option<Ags>, district: Option<DistrictKey>, mark: u64, extent: Option<Rect>) {
        let tag = self.0.entry(ags).or_default();
        tag.sum = tag.sum.wrapping_add(mark);
        tag.count += 1;
        tag.extent = union(tag.extent, extent);
        if let Some(district) = district {
            *tag.districts.entry(district).or_default() += 1;
        }
    }

    /// The same tags, each with `more` of its municipality and of every district it shows added to its sum.
    pub(crate) fn with_places(
        mut self,
        of_municipality: impl Fn(Ags) -> u64,
        of_district: impl Fn(DistrictKey) -> u64,
    ) -> Self {
        for (ags, tag) in &mut self.0 {
            let places = tag.districts.keys().map(|district| of_district(*district));
            tag.sum = places.chain(ags.map(&of_municipality)).fold(tag.sum, u64::wrapping_add);
        }
        self
    }

    /// Takes a record out again.
    pub(crate) fn remove(&mut self, ags: Option<Ags>, district: Option<DistrictKey>, mark: u64) {
        let Entry::Occupied(mut place) = self.0.entry(ags) else { return };
        let tag = place.get_mut();
        tag.sum = tag.sum.wrapping_sub(mark);
        tag.count -= 1;
        if let Some(Entry::Occupied(mut shown)) = district.map(|district| tag.districts.entry(district)) {
            *shown.get_mut() -= 1;
            if *shown.get() == 0 {
                shown.remove();
            }
        }
        // A municipality without records looks as one that never had any.
        if tag.count == 0 {
            place.remove();
        }
    }

    /// Adds all records of others.
    pub(crate) fn merge(&mut self, others: &Self) {
        for (ags, other) in &others.0 {
            let tag = self.0.entry(*ags).or_default();
            tag.sum = tag.sum.wrapping_add(other.sum);
            tag.count += other.count;
            tag.extent = union(tag.extent, other.extent);
            for (district, count) in &other.districts {
                *tag.districts.entry(*district).or_default() += count;
            }
        }
    }

    /// Municipalities with records that may touch one of the boxes (`None`: all), with the sum of each.
    pub(crate) fn touching(&self, boxes: Option<&[Rect]>) -> impl Iterator<Item = (Option<Ags>, u64)> {
        let touches = move |tag: &Tag| match (boxes, tag.extent) {
            (None, _) => true,
            (Some(boxes), Some(extent)) => boxes.iter().any(|rect| rects_intersect(rect, &extent)),
            (Some(_), None) => false,
        };
        self.0.iter().filter(move |(_, tag)| touches(tag)).map(|(ags, tag)| (*ags, tag.sum))
    }
}

/// The mark of a record at a revision.
pub(crate) fn mark(id: &str, revision: Revision) -> u64 {
    let mut hash = Fnv::default();
    hash.write(id.as_bytes());
    hash.write_u64(revision.0);
    hash.finish()
}

/// FNV-1a of 64 bits with a finaliser, as sums want all bits mixed; the same in every process.
#[derive(Clone, Debug)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl std::hash::Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }

    fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ (mixed >> 33)
    }
}
