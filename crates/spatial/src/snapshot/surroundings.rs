//! Records that others show something of: what a kept text depends on beside its own record.

use std::collections::BTreeSet;

use cadastre::{Ags, DistrictKey};

use super::{
    context::Served,
    row::Row,
    segment::Segment,
    table::Table,
    tables::{Changes, Tables},
};

/// Records of which something has changed that others show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Surroundings {
    municipalities: BTreeSet<Ags>,
    districts: BTreeSet<DistrictKey>,
    /// Buildings whose vacancy record has changed.
    buildings: BTreeSet<String>,
    layers: BTreeSet<String>,
}

impl Surroundings {
    /// What some changes touch. [`Surroundings::differing`] then leaves out what looks the same as before.
    pub(crate) fn touched(changes: &Changes) -> Self {
        Self {
            municipalities: changes.municipalities.iter().filter_map(|c| Ags::parse(c.id()).ok()).collect(),
            districts: changes.districts.iter().filter_map(|c| DistrictKey::parse(c.id()).ok()).collect(),
            buildings: changes.vacancies.iter().map(|change| change.id().to_owned()).collect(),
            layers: changes.layers.iter().map(|change| change.id().to_owned()).collect(),
        }
    }

    /// Those that look different to the records that show them.
    pub(crate) fn differing(mut self, before: &Tables, after: &Tables) -> Self {
        self.municipalities.retain(|ags| {
            differs(&before.municipalities, &after.municipalities, ags.as_str(), |a, b| {
                a.name == b.name && a.settings.example_data == b.settings.example_data
            })
        });
        self.districts
            .retain(|key| differs(&before.districts, &after.districts, key.as_str(), |a, b| a.name == b.name));
        self.layers.retain(|name| {
            differs(&before.layers, &after.layers, name, |a, b| a.columns == b.columns && a.visibility == b.visibility)
        });
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn has_municipality(&self, ags: Ags) -> bool {
        self.municipalities.contains(&ags)
    }

    pub(crate) fn has_district(&self, key: DistrictKey) -> bool {
        self.districts.contains(&key)
    }

    pub(crate) fn has_building(&self, id: &str) -> bool {
        self.buildings.contains(id)
    }

    pub(crate) fn has_layer(&self, name: &str) -> bool {
        self.layers.contains(name)
    }

    /// Positions of the records that show one of these. Looks at every record, unless only buildings are named.
    pub(crate) fn positions<R: Served>(&self, segment: &Segment<R>) -> Vec<u32> {
        if self.municipalities.is_empty() && self.districts.is_empty() && self.layers.is_empty() {
            let named = self.buildings.iter().filter_map(|id| segment.find(id));
            return named.filter(|position| segment.entry(*position).row.shows(self)).collect();
        }
        segment.all().filter(|position| segment.entry(*position).row.shows(self)).collect()
    }
}

/// Whether a record came, went, or is not `alike`.
fn differs<R: Row>(before: &Table<R>, after: &Table<R>, id: &str, alike: impl Fn(&R, &R) -> bool) -> bool {
    match (before.get(id), after.get(id)) {
        (Some(before), Some(after)) => !alike(before.row, after.row),
        (before, after) => before.is_some() != after.is_some(),
    }
}
