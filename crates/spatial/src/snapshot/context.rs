//! What a record shows of other records, and how it asks to pass the gate.

use cadastre::{
    Ags, DistrictKey, Revision,
    publication::{Place, Subject},
    record::{Building, District, Feature, Layer, Municipality, Parcel, Site, Vacancy},
};

use super::{Snapshot, row::Row, segment::Entry, surroundings::Surroundings};

/// Revisions of the other records that an answer may show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamps {
    pub(crate) municipality: Option<Revision>,
    pub(crate) district: Option<Revision>,
    pub(crate) vacancy: Option<Revision>,
    pub(crate) layer: Option<Revision>,
}

/// Looks other records up; remembers the last ones, as neighbours mostly share them.
#[derive(Debug)]
pub(crate) struct Context<'s> {
    snapshot: &'s Snapshot,
    municipality: Option<(Ags, Option<Entry<'s, Municipality>>)>,
    district: Option<(DistrictKey, Option<Entry<'s, District>>)>,
    layer: Option<Entry<'s, Layer>>,
}

/// A kind of record that is served as a collection.
pub(crate) trait Served: Row {
    /// Whether the gate judges all records of the kind alike, so that none need be asked one by one.
    ///
    /// Base data is open to all, and of a layer all or nothing. A property test holds this against the gate.
    const UNIFORM: bool;

    /// The record with all that decides about it.
    fn subject<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)>;

    /// Whether what the public sees of it is the same on every day.
    fn is_static(&self, _snapshot: &Snapshot) -> bool {
        true
    }

    /// Whether what is shown of it may show one of these.
    fn shows(&self, surroundings: &Surroundings) -> bool;
}

impl<'s> Context<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, municipality: None, district: None, layer: None }
    }

    fn municipality(&mut self, ags: Ags) -> Option<Entry<'s, Municipality>> {
        match self.municipality {
            Some((last, entry)) if last == ags => entry,
            _ => self.municipality.insert((ags, self.snapshot.tables.municipalities.get(ags.as_str()))).1,
        }
    }

    fn district(&mut self, key: DistrictKey) -> Option<Entry<'s, District>> {
        match self.district {
            Some((last, entry)) if last == key => entry,
            _ => self.district.insert((key, self.snapshot.tables.districts.get(key.as_str()))).1,
        }
    }

    fn layer(&mut self, name: &str) -> Option<Entry<'s, Layer>> {
        match self.layer {
            Some(layer) if layer.row.name == name => Some(layer),
            _ => {
                self.layer = self.snapshot.tables.layers.get(name);
                self.layer
            }
        }
    }

    fn place(&mut self, ags: Ags, district: Option<DistrictKey>) -> (Place<'s>, Stamps) {
        let municipality = self.municipality(ags);
        let district = district.and_then(|key| self.district(key));
        let place =
            Place { municipality: municipality.map(|entry| entry.row), district: district.map(|entry| entry.row) };
        let stamps = Stamps {
            municipality: municipality.map(|entry| entry.revision),
            district: district.map(|entry| entry.revision),
            ..Stamps::default()
        };
        (place, stamps)
    }

    pub(crate) fn site(&mut self, site: &'s Site) -> (Subject<'s>, Stamps) {
        let district = site.parcels.first().map(cadastre::ParcelId::district_key);
        let (place, stamps) = self.place(site.ags, district);
        (Subject::Site(site, place, &self.snapshot.facts), stamps)
    }

    pub(crate) fn building(&mut self, building: &'s Building) -> (Subject<'s>, Stamps) {
        let (place, stamps) = self.place(building.ags, building.district_key);
        let vacancy = self.snapshot.tables.vacancies.get(&building.building_id);
        let stamps = Stamps { vacancy: vacancy.map(|entry| entry.revision), ..stamps };
        (Subject::Building(building, vacancy.map(|entry| entry.row), place), stamps)
    }

    /// The vacancy of a building that is recorded.
    pub(crate) fn vacancy(&mut self, vacancy: &'s Vacancy) -> Option<(Subject<'s>, Stamps)> {
        let building = self.snapshot.tables.buildings.get(&vacancy.building_id)?;
        Some(self.building(building.row))
    }
}

impl Served for Parcel {
    const UNIFORM: bool = true;
    fn shows(&self, surroundings: &Surroundings) -> bool {
        surroundings.has_municipality(self.ags) || surroundings.has_district(self.parcel_id.district_key())
    }
    fn subject<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)> {
        let (place, stamps) = context.place(self.ags, Some(self.parcel_id.district_key()));
        Some((Subject::Parcel(self, place), stamps))
    }
}

impl Served for District {
    const UNIFORM: bool = true;
    fn shows(&self, surroundings: &Surroundings) -> bool {
        surroundings.has_municipality(self.ags)
    }
    fn subject<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)> {
        let (place, stamps) = context.place(self.ags, None);
        Some((Subject::District(self, place), stamps))
    }
}

impl Served for Building {
    const UNIFORM: bool = true;
    fn is_static(&self, snapshot: &Snapshot) -> bool {
        snapshot.tables.vacancies.find(&self.building_id).is_none()
    }
    fn shows(&self, surroundings: &Surroundings) -> bool {
        surroundings.has_municipality(self.ags) || surroundings.has_building(&self.building_id)
    }
    fn subject<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)> {
        Some(context.building(self))
    }
}

impl Served for Site {
    const UNIFORM: bool = false;
    fn is_static(&self, _snapshot: &Snapshot) -> bool {
        false
    }
    fn shows(&self, _surroundings: &Surroundings) -> bool {
        true
    }
    fn subject<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)> {
        Some(context.site(self))
    }
}

impl Served for Feature {
    const UNIFORM: bool = true;
    fn shows(&self, surroundings: &Surroundings) -> bool {
        surroundings.has_layer(&self.layer)
    }
    fn subject<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)> {
        let layer = context.layer(&self.layer)?;
        let stamps = Stamps { layer: Some(layer.revision), ..Stamps::default() };
        Some((Subject::Feature(self, layer.row), stamps))
    }
}
