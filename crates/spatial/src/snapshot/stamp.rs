//! Validators: whether an answer would be another one, known without making it.

use std::{hash::Hasher as _, sync::OnceLock};

use cadastre::{Ags, DistrictKey, Viewer};
use geo_types::Rect;

use super::{
    Snapshot,
    area::Area,
    collection::Target,
    context::{Context, Served},
    table::Table,
    tags::{Fnv, Tags, mark},
};

/// The state of what a viewer sees of a collection in some place, as one number.
///
/// Two snapshots of one store give the same stamp if what the viewer class sees there is the same, and (but for a
/// collision in 2^64) only then. For the public it covers the municipalities whose records may touch the place, so a
/// change in another one, or one that only staff see, leaves it alone; what becomes public by date changes it. For
/// staff it covers all of the store and the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp(pub u64);

/// Tags of what the public sees, computed when first asked for.
#[derive(Debug, Default)]
pub(crate) struct DerivedTags {
    parcels: OnceLock<Tags>,
    districts: OnceLock<Tags>,
    buildings: OnceLock<Tags>,
    vacancies: OnceLock<Tags>,
    sites: OnceLock<Tags>,
}

impl Snapshot {
    /// The stamp of a collection within an area, or of all of it; `None` if the viewer may not know of the collection.
    /// Takes time in proportion to the number of municipalities.
    pub fn stamp(&self, collection: &str, within: Option<&Area>, viewer: &Viewer) -> Option<Stamp> {
        let target = self.target(collection, viewer)?;
        let mut hash = Fnv::default();
        if viewer.is_staff() {
            hash.write_u64(self.revision.0);
            hash.write(self.day.to_string().as_bytes());
            return Some(Stamp(hash.finish()));
        }
        let boxes = within.and_then(Area::boxes_crs84);
        let boxes = boxes.as_deref();
        let derived = &self.derived.tags;
        match target {
            Target::Parcels => {
                add(&mut hash, derived.parcels.get_or_init(|| self.with_places(&self.tables.parcels)), boxes);
            }
            Target::Districts => {
                add(&mut hash, derived.districts.get_or_init(|| self.with_places(&self.tables.districts)), boxes);
            }
            Target::Buildings => {
                add(&mut hash, derived.buildings.get_or_init(|| self.with_places(&self.tables.buildings)), boxes);
                add(&mut hash, derived.vacancies.get_or_init(|| self.tags_of_vacancies()), boxes);
            }
            Target::Sites => {
                add(&mut hash, derived.sites.get_or_init(|| self.tags_of_shown(&self.tables.sites)), boxes);
            }
            Target::Layer(layer, features) => {
                let record = self.tables.layers.get(&layer.name).map(|entry| entry.revision.0);
                hash.write_u64(record.unwrap_or_default());
                // A layer whose features have all ended looks as one that never had any.
                add(&mut hash, &features.map(Table::tags).unwrap_or_default(), boxes);
            }
        }
        Some(Stamp(hash.finish()))
    }

    /// Tags of base data, with what it shows of municipalities and districts.
    fn with_places<R: Served>(&self, table: &Table<R>) -> Tags {
        let of_municipality = |ags: Ags| {
            self.tables.municipalities.get(ags.as_str()).map_or(0, |entry| mark(ags.as_str(), entry.revision))
        };
        let of_district = |key: DistrictKey| {
            self.tables.districts.get(key.as_str()).map_or(0, |entry| mark(key.as_str(), entry.revision))
        };
        table.tags().with_places(of_municipality, of_district)
    }

    /// Records as the public sees them today.
    fn tags_of_shown<R: Served>(&self, table: &Table<R>) -> Tags {
        let mut context = Context::new(self);
        let mut tags = Tags::default();
        for entry in table.entries() {
            if let Some(shown) = self.show(entry, &Viewer::ANONYMOUS, &mut context) {
                let extent = shown.shape_crs84().and_then(|shape| shape.bounds());
                let basis = shown.view().basis().map_or(0, |basis| basis as u64);
                let tag = shown.content_tag().wrapping_add(basis.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                tags.add(shown.view().ags(), None, mark(shown.view().id(), cadastre::Revision(tag)), extent);
            }
        }
        tags
    }

    /// Buildings whose vacancy record the public sees today.
    fn tags_of_vacancies(&self) -> Tags {
        let mut context = Context::new(self);
        let mut tags = Tags::default();
        for vacancy in self.tables.vacancies.entries() {
            let building = self.tables.buildings.get(&vacancy.row.building_id);
            let shown = building.and_then(|entry| self.show(entry, &Viewer::ANONYMOUS, &mut context));
            if let Some(shown) = shown.filter(|shown| shown.view().shows_vacancy()) {
                let extent = shown.shape_crs84().and_then(|shape| shape.bounds());
                tags.add(shown.view().ags(), None, mark(shown.view().id(), vacancy.revision), extent);
            }
        }
        tags
    }
}

fn add(hash: &mut Fnv, tags: &Tags, boxes: Option<&[Rect]>) {
    for (ags, sum) in tags.touching(boxes) {
        hash.write(ags.as_ref().map_or("", cadastre::Ags::as_str).as_bytes());
        hash.write_u64(sum);
    }
    hash.write_u64(u64::MAX);
}
