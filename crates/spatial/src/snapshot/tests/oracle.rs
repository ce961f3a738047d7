//! The same answers the slow way: every record asked one by one, geometry by `geo`.

use std::collections::{BTreeMap, HashSet};

use cadastre::{
    Day, Key, Kind, Record, Revision, Versioned, Viewer,
    edit::Applied,
    property::Collection,
    publication::{Facts, Place, Subject, View, view},
    record::{District, Municipality},
};
use geo::Intersects;
use geo_types::{Geometry, MultiPolygon, Point, Rect};

use super::{fixture::STORE, naive, published};
use crate::{
    Area, Builder, Predicate, Query, Snapshot,
    densify::area_to_crs84,
    geometry::{Shape, disc::Disc},
};

/// All records of a store, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) records: BTreeMap<Key, Versioned>,
}

impl Model {
    pub(super) fn put(&mut self, record: Record, revision: u64) -> Applied {
        let versioned = Versioned { revision: Revision(revision), record };
        self.records.insert(versioned.record.key(), versioned.clone());
        Applied::Put(Box::new(versioned))
    }

    pub(super) fn end(&mut self, key: Key, revision: u64) -> Applied {
        self.records.remove(&key);
        Applied::Ended { key, revision: Revision(revision) }
    }

    pub(super) fn build(&self, revision: u64, day: Day) -> Snapshot {
        let mut builder = Builder::new(STORE, day);
        self.records.values().rev().cloned().for_each(|record| builder.push(record));
        builder.build(Revision(revision)).unwrap().encoded()
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        for versioned in self.records.values() {
            match &versioned.record {
                Record::Announcement(announcement) => facts.put_announcement(announcement.clone()),
                Record::Objection(objection) => drop(facts.put_objection(objection.clone())),
                _ => {}
            }
        }
        facts
    }

    fn get(&self, kind: Kind, id: &str) -> Option<&Record> {
        self.records.get(&Key::new(kind, id)).map(|versioned| &versioned.record)
    }

    fn municipality(&self, ags: cadastre::Ags) -> Option<&Municipality> {
        match self.get(Kind::Municipality, ags.as_str()) {
            Some(Record::Municipality(municipality)) => Some(municipality),
            _ => None,
        }
    }

    fn district(&self, key: Option<cadastre::DistrictKey>) -> Option<&District> {
        match self.get(Kind::District, key?.as_str()) {
            Some(Record::District(district)) => Some(district),
            _ => None,
        }
    }

    fn subject<'m>(&'m self, record: &'m Record, facts: &'m Facts) -> Option<Subject<'m>> {
        let place = |ags, district| Place { municipality: self.municipality(ags), district: self.district(district) };
        Some(match record {
            Record::Parcel(parcel) => Subject::Parcel(parcel, place(parcel.ags, Some(parcel.parcel_id.district_key()))),
            Record::District(district) => Subject::District(district, place(district.ags, None)),
            Record::Building(building) => {
                let vacancy = match self.get(Kind::Vacancy, &building.building_id) {
                    Some(Record::Vacancy(vacancy)) => Some(vacancy),
                    _ => None,
                };
                Subject::Building(building, vacancy, place(building.ags, building.district_key))
            }
            Record::Site(site) => {
                let district = site.parcels.first().map(cadastre::ParcelId::district_key);
                Subject::Site(site, place(site.ags, district), facts)
            }
            Record::Feature(feature) => match self.get(Kind::Layer, &feature.layer) {
                Some(Record::Layer(layer)) => Subject::Feature(feature, layer),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Ids of the matches and the sum of a property of theirs.
    pub(super) fn answer(
        &self,
        collection: &str,
        query: &Query,
        viewer: &Viewer,
        day: Day,
        property: &str,
    ) -> (HashSet<String>, f64) {
        let facts = self.facts();
        let mut ids = HashSet::new();
        let mut sum = 0.0;
        for versioned in self.records.values() {
            let record = &versioned.record;
            let Some(view) = self.subject(record, &facts).and_then(|subject| view(subject, viewer, day)) else {
                continue;
            };
            let is_member = is_of(collection, &view, record);
            let is_wanted = query.ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id == view.id()));
            if is_member
                && is_wanted
                && matches(&query.filter, &view, record)
                && query.within.as_ref().is_none_or(|area| meets(record, area))
            {
                ids.insert(view.id().to_owned());
                sum += match view.value(property) {
                    cadastre::value::ValueRef::Real(value) => value,
                    cadastre::value::ValueRef::Integer(value) => value as f64,
                    _ => 0.0,
                };
            }
        }
        (ids, sum)
    }
}

/// Whether a filter takes a record, property by property by name.
fn matches(filter: &Predicate, view: &View<'_>, record: &Record) -> bool {
    use cadastre::{Value, value::ValueRef};
    match filter {
        Predicate::All => true,
        Predicate::And(parts) => parts.iter().all(|part| matches(part, view, record)),
        Predicate::IsNull { property } => view.value(property).is_null(),
        Predicate::Equals { property, value } => match (view.value(property), value) {
            (ValueRef::List(items), Value::Text(text)) => items.iter().any(|item| **item == **text),
            (shown, value) => shown == value.as_ref() && !value.is_null(),
        },
        Predicate::Cql2 { filter, crs } => naive::truth(filter, view, record.geometry().as_ref(), *crs) == Some(true),
    }
}

fn is_of(collection: &str, view: &View<'_>, record: &Record) -> bool {
    match (Collection::from_name(collection), record) {
        (Some(typed), _) => view.collection() == Some(typed),
        (None, Record::Feature(feature)) => &*feature.layer == collection,
        _ => false,
    }
}

fn meets(record: &Record, area: &Area) -> bool {
    let Some(own) = record.geometry() else { return false };
    let there = published(own.clone());
    match area {
        Area::Bbox([west, south, east, north]) => intersects_box(&there, &Rect::new((*west, *south), (*east, *north))),
        Area::BboxIn(crs, bounds) => {
            let rect = Rect::new((bounds[0], bounds[1]), (bounds[2], bounds[3]));
            if *crs == STORE {
                intersects_box(&own, &rect)
            } else {
                there.intersects(&area_to_crs84(*crs, &MultiPolygon(vec![rect.to_polygon()])).unwrap())
            }
        }
        Area::Polygon(crs, polygons) if *crs == STORE => own.intersects(polygons),
        Area::Polygon(_, polygons) => there.intersects(polygons),
        Area::Radius { centre, metres } => Disc::new(*centre, *metres).intersects(&Shape::from(&there)),
        Area::Point(point) => there.intersects(&Point(*point)),
        Area::Near { .. } => panic!("what is near has a test of its own"),
    }
}

fn intersects_box(geometry: &Geometry, rect: &Rect) -> bool {
    geometry.intersects(rect)
}
