//! What everybody may know of a place: its streets, its Ortsteil, and where a vacancy is published.

use std::{collections::HashMap, sync::Arc};

use cadastre::{Ags, DistrictKey, Viewer, record::Locality, texts::folded};
use geo_types::{Coord, Rect};

use super::{Snapshot, context::Context, shown::Shown};
use crate::geometry::{measure::label_point, predicate::shape_contains, union};

/// A street or field name of the parcels of one district.
#[derive(Clone, Debug, PartialEq)]
pub struct Street {
    /// Name without a house number.
    pub name: Box<str>,
    /// The name as it is compared ([`folded`]).
    pub folded: Box<str>,
    /// Municipality.
    pub ags: Ags,
    /// District.
    pub district_key: DistrictKey,
    /// Number of its parcels.
    pub parcels: u32,
    /// Box in CRS84 around them.
    pub bounds: Rect,
}

impl Snapshot {
    /// Every street of every district, by name. Made when first asked for, and again after parcels have changed.
    pub fn streets(&self) -> Arc<[Street]> {
        Arc::clone(self.derived.streets.get_or_init(|| self.gather_streets()))
    }

    fn gather_streets(&self) -> Arc<[Street]> {
        let mut streets: HashMap<(DistrictKey, &str), Street> = HashMap::new();
        for entry in self.tables.parcels.entries() {
            let Some((name, _)) = entry.row.street.as_deref().map(split_house_number) else { continue };
            let Some(bounds) = entry.shape_crs84().and_then(|shape| shape.bounds()) else { continue };
            let district_key = entry.row.parcel_id.district_key();
            let street = streets.entry((district_key, name)).or_insert_with(|| Street {
                name: name.into(),
                folded: folded(name).into(),
                ags: entry.row.ags,
                district_key,
                parcels: 0,
                bounds,
            });
            street.parcels += 1;
            street.bounds = union(Some(street.bounds), Some(bounds)).unwrap_or(bounds);
        }
        let mut streets: Vec<Street> = streets.into_values().collect();
        streets.sort_by(|a, b| (&a.name, a.district_key).cmp(&(&b.name, b.district_key)));
        streets.into()
    }

    /// The Ortsteil in which a point (CRS84) lies; of several the first by id.
    pub fn locality_at(&self, ags: Ags, point: Coord) -> Option<&Locality> {
        let around = self.tables.localities.entries().filter(|locality| locality.row.ags == ags);
        let covers = around.filter(|locality| locality.shape_crs84().is_some_and(|area| shape_contains(&area, point)));
        covers.map(|locality| locality.row).min_by(|a, b| a.locality_id.cmp(&b.locality_id))
    }

    /// Box in CRS84 around an Ortsteil.
    pub fn locality_bounds(&self, locality_id: &str) -> Option<Rect> {
        self.tables.localities.get(locality_id)?.shape_crs84()?.bounds()
    }

    /// Buildings whose vacancy record this viewer sees, by id.
    pub fn vacant_buildings(&self, viewer: &Viewer) -> Vec<Shown<'_>> {
        let mut context = Context::new(self);
        let buildings =
            self.tables.vacancies.entries().filter_map(|vacancy| self.tables.buildings.get(&vacancy.row.building_id));
        let shown = buildings.filter_map(|building| self.show(building, viewer, &mut context));
        let mut shown: Vec<_> = shown.filter(|building| building.view().shows_vacancy()).collect();
        shown.sort_by_key(|building| building.view().id());
        shown
    }
}

impl Shown<'_> {
    /// Whether its shape and that of another record lie on the same spot: one covers the marker of the other.
    pub fn is_on(&self, other: &Self) -> bool {
        let (Some(a), Some(b)) = (self.shape_crs84(), other.shape_crs84()) else { return false };
        let (Some(around_a), Some(around_b)) = (a.bounds(), b.bounds()) else { return false };
        crate::geometry::predicate::rects_intersect(&around_a, &around_b)
            && (label_point(&a).is_some_and(|inner| shape_contains(&b, inner))
                || label_point(&b).is_some_and(|inner| shape_contains(&a, inner)))
    }
}

/// A street and the house number at its end, if it has one: "Lindenstraße 12a" is "Lindenstraße" and "12a".
pub fn split_house_number(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let is_number = |word: &str| {
        let letters = word.trim_start_matches(|c: char| c.is_ascii_digit());
        letters.len() < word.len() && letters.len() <= 1 && letters.bytes().all(|b| b.is_ascii_alphabetic())
    };
    match text.rsplit_once(' ') {
        Some((street, number)) if is_number(number) && street.chars().any(char::is_alphabetic) => {
            (street.trim_end(), Some(number))
        }
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::split_house_number;

    fn check(text: &str, street: &str, number: Option<&str>) {
        assert_eq!(split_house_number(text), (street, number), "{text}");
    }

    #[test]
    fn a_house_number_is_told_from_a_street() {
        check("Lindenstraße", "Lindenstraße", None);
        check("Lindenstraße 12", "Lindenstraße", Some("12"));
        check("Straße des 17. Juni 135a", "Straße des 17. Juni", Some("135a"));
        check("Am Lindner Weg", "Am Lindner Weg", None);
        check("Platz des 8. Mai", "Platz des 8. Mai", None);
        check("12", "12", None);
        check("3 4", "3 4", None);
        check("", "", None);
    }
}
