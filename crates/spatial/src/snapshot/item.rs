//! Single records, and records that belong together.

use cadastre::{
    Ags, DistrictKey, ParcelId, Viewer,
    parcel_id::ParcelNumber,
    publication::{Visibility, view, visibility},
    record::{Locality, Municipality, Unit},
    role::Action,
};

use super::{
    Snapshot,
    collection::Target,
    context::{Context, Served},
    segment::Entry,
    shown::Shown,
    table::Table,
};
use crate::geometry::{measure::label_point, predicate::shape_contains};

/// Answer to a question for one record.
#[expect(clippy::large_enum_variant, reason = "boxed would be an allocation a request")]
#[derive(Clone, Copy, Debug)]
pub enum Found<'s> {
    /// The viewer sees it.
    Shown(Shown<'s>),
    /// It was public and ended by use: 410.
    Ended,
    /// There is none, or none for this viewer: 404.
    Unknown,
}

impl<'s> Found<'s> {
    /// The record, if the viewer sees it.
    pub fn shown(self) -> Option<Shown<'s>> {
        match self {
            Self::Shown(shown) => Some(shown),
            Self::Ended | Self::Unknown => None,
        }
    }
}

impl Snapshot {
    /// One record of a collection.
    pub fn item(&self, collection: &str, id: &str, viewer: &Viewer) -> Found<'_> {
        match self.target(collection, viewer) {
            Some(Target::Parcels) => self.found(&self.tables.parcels, id, viewer),
            Some(Target::Sites) => self.found(&self.tables.sites, id, viewer),
            Some(Target::Buildings) => self.found(&self.tables.buildings, id, viewer),
            Some(Target::Districts) => self.found(&self.tables.districts, id, viewer),
            Some(Target::Layer(_, Some(features))) => self.found(features, id, viewer),
            Some(Target::Layer(_, None)) | None => Found::Unknown,
        }
    }

    fn found<'s, R: Served>(&'s self, table: &'s Table<R>, id: &str, viewer: &Viewer) -> Found<'s> {
        let Some(slot) = table.find(id) else { return Found::Unknown };
        let entry = table.entry(slot);
        if let Some(shown) = self.show(entry, viewer, &mut Context::new(self)) {
            return Found::Shown(shown.with_text(table.text(slot).filter(|_| !viewer.is_staff())));
        }
        let subject = entry.row.subject(&mut Context::new(self));
        match subject.map(|(subject, _)| visibility(subject, self.day)) {
            Some(Visibility::Ended) => Found::Ended,
            _ => Found::Unknown,
        }
    }

    pub(crate) fn show<'s, R: Served>(
        &'s self,
        entry: Entry<'s, R>,
        viewer: &Viewer,
        context: &mut Context<'s>,
    ) -> Option<Shown<'s>> {
        let (subject, stamps) = entry.row.subject(context)?;
        Some(Shown::new(self, entry, view(subject, viewer, self.day)?, stamps))
    }

    /// Parcels with this number, by key. Without a district every one is a candidate; a district may be given
    /// by key or by name, upper and lower case alike.
    pub fn parcels_by_number(&self, district: Option<&str>, number: &ParcelNumber, viewer: &Viewer) -> Vec<Shown<'_>> {
        // District and Flur begin the key, the Zähler follows.
        const GROUP: usize = 9;
        let numerator: String = number.to_string().chars().take_while(char::is_ascii_digit).collect();
        let keys = district.map(|district| self.district_keys(district));
        let is_wanted =
            |group: &str| keys.as_ref().is_none_or(|keys| keys.iter().any(|key| group.starts_with(key.as_str())));
        let mut context = Context::new(self);
        let mut found = Vec::new();
        for group in self.tables.parcels.prefixes(GROUP).into_iter().filter(|group| is_wanted(group)) {
            let prefix = format!("{group}{numerator:0>5}");
            let parcels =
                self.tables.parcels.with_prefix(&prefix).filter(|entry| entry.row.parcel_id.number() == *number);
            let ids: Vec<ParcelId> = parcels.map(|entry| entry.row.parcel_id).collect();
            found.extend(
                ids.into_iter().filter_map(|id| self.show(self.tables.parcels.get(id.as_str())?, viewer, &mut context)),
            );
        }
        found.sort_by_key(|parcel| parcel.view().id());
        found
    }

    fn district_keys(&self, district: &str) -> Vec<DistrictKey> {
        if let Ok(key) = DistrictKey::parse(district) {
            return vec![key];
        }
        let name = district.trim().to_lowercase();
        let districts = self.tables.districts.entries().map(|entry| entry.row);
        districts
            .filter(|district| district.name.to_lowercase() == name)
            .map(|district| district.district_key)
            .collect()
    }

    /// Parcels that a site lies on, in the order of the site; none if the viewer does not see which they are.
    pub fn parcels_of_site(&self, site_id: &str, viewer: &Viewer) -> Vec<Shown<'_>> {
        let Some(site) = self.tables.sites.get(site_id) else { return Vec::new() };
        let mut context = Context::new(self);
        if !self.show(site, viewer, &mut context).is_some_and(|site| shows_parcels(&site)) {
            return Vec::new();
        }
        let parcels = site.row.parcels.iter().filter_map(|parcel| self.tables.parcels.get(parcel.as_str()));
        parcels.filter_map(|parcel| self.show(parcel, viewer, &mut context)).collect()
    }

    /// Sites on a parcel, by id, as far as the viewer sees them and that they lie there.
    pub fn sites_on_parcel(&self, parcel: ParcelId, viewer: &Viewer) -> Vec<Shown<'_>> {
        let mut context = Context::new(self);
        let sites = self.tables.sites.linked(parcel.as_str());
        let mut shown: Vec<_> =
            sites.filter_map(|site| self.show(site, viewer, &mut context)).filter(shows_parcels).collect();
        shown.sort_by_key(|site| site.view().id());
        shown
    }

    /// Buildings on a parcel, by id: those whose inner point lies in it, so that a building on a boundary
    /// belongs to one parcel.
    pub fn buildings_on_parcel(&self, parcel: ParcelId, viewer: &Viewer) -> Vec<Shown<'_>> {
        let Some(parcel) = self.tables.parcels.get(parcel.as_str()).and_then(|entry| entry.shape_crs84()) else {
            return Vec::new();
        };
        let Some(bounds) = parcel.bounds() else { return Vec::new() };
        let mut context = Context::new(self);
        let mut shown = Vec::new();
        let region = super::area::Region::Boxes(vec![bounds]);
        for (number, level) in self.tables.buildings.levels().iter().enumerate() {
            for position in region.search(level).into_iter().flatten() {
                let entry = self.tables.buildings.entry(super::table::Slot { level: number, position });
                let inner = entry.shape_crs84().and_then(|shape| label_point(&shape));
                if inner.is_some_and(|inner| shape_contains(&parcel, inner)) {
                    shown.extend(self.show(entry, viewer, &mut context));
                }
            }
        }
        shown.sort_by_key(|building| building.view().id());
        shown
    }

    /// Units of a building, by id; for those who read the internal register there.
    pub fn units_of_building(&self, building_id: &str, viewer: &Viewer) -> Vec<&Unit> {
        let units = self.tables.units.linked(building_id).map(|entry| entry.row);
        let mut units: Vec<_> = units.filter(|unit| viewer.may(Action::ReadInternal, unit.ags)).collect();
        units.sort_by_key(|unit| unit.unit_id.as_str());
        units
    }

    /// A municipality; everybody may know of it.
    pub fn municipality(&self, ags: Ags) -> Option<&Municipality> {
        self.tables.municipalities.get(ags.as_str()).map(|entry| entry.row)
    }

    /// All municipalities, by name.
    pub fn municipalities(&self) -> Vec<&Municipality> {
        let mut municipalities: Vec<_> = self.tables.municipalities.entries().map(|entry| entry.row).collect();
        municipalities.sort_by(|a, b| a.name.cmp(&b.name).then(a.ags.cmp(&b.ags)));
        municipalities
    }

    /// Box in CRS84 around a municipality's boundary.
    pub fn municipality_bounds(&self, ags: Ags) -> Option<geo_types::Rect> {
        self.tables.municipalities.get(ags.as_str())?.shape_crs84()?.bounds()
    }

    /// Localities of a municipality, by name; everybody may know of them.
    pub fn localities(&self, ags: Ags) -> Vec<&Locality> {
        let all = self.tables.localities.entries().map(|entry| entry.row);
        let mut localities: Vec<_> = all.filter(|locality| locality.ags == ags).collect();
        localities.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.locality_id.cmp(&b.locality_id)));
        localities
    }
}

/// Whether the viewer may know on which parcels a site lies: a consent need not cover that.
fn shows_parcels(site: &Shown<'_>) -> bool {
    !site.view().value("numbers").is_null()
}
