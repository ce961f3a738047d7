//! Municipalities and districts that rows refer to: those of the store, those of the file, and those
//! that have to be created. Also where buildings lie whose source does not say it.

use std::collections::{BTreeMap, HashMap};

use cadastre::{
    Ags, DistrictKey, Kind, Record,
    record::{District, Municipality, Parcel, Publication, Settings},
};
use geo::BoundingRect as _;
use geo_types::{Geometry, LineString, Rect};
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};
use store::{At, Store, StoreError};

use super::met::Met;

/// What is known of places while a file is read. Small: one entry a municipality and a district.
#[derive(Debug, Default)]
pub(super) struct Known {
    municipalities: BTreeMap<Ags, Place<Municipality>>,
    districts: BTreeMap<DistrictKey, Place<District>>,
    parcel_boxes: Vec<(Rect, Ags)>,
    tree: Option<RTree<GeomWithData<Rectangle<(f64, f64)>, Ags>>>,
    homeless_buildings: u64,
    publications: HashMap<String, Publication>,
    /// Which records were met so far.
    pub(super) met: Met,
}

#[derive(Debug)]
struct Place<T> {
    record: T,
    /// Whether it has to be written.
    is_new: bool,
}

impl Known {
    /// Loads what the store has.
    pub(super) async fn load(store: &Store) -> Result<Self, StoreError> {
        let mut known = Self::default();
        store
            .scan(&[Kind::Municipality, Kind::District, Kind::Site], At::Current, |batch| {
                for versioned in batch {
                    match versioned.record {
                        Record::Municipality(record) => {
                            known.municipalities.insert(record.ags, Place { record, is_new: false });
                        }
                        Record::District(record) => {
                            known.districts.insert(record.district_key, Place { record, is_new: false });
                        }
                        Record::Site(record) => {
                            known.publications.insert(record.site_id, record.publication);
                        }
                        _ => {}
                    }
                }
                Ok(())
            })
            .await?;
        Ok(known)
    }

    /// Takes a municipality of the file. What the municipality itself has set is kept: its settings, and
    /// its boundary where the file has none.
    pub(super) fn municipality(&mut self, from_file: Municipality) {
        match self.municipalities.get_mut(&from_file.ags) {
            None => {
                self.municipalities.insert(from_file.ags, Place { record: from_file, is_new: true });
            }
            Some(place) => {
                let is_better_name = place.record.name == placeholder_municipality(from_file.ags);
                if is_better_name && from_file.name != place.record.name {
                    place.record.name = from_file.name;
                    place.is_new = true;
                }
                if from_file.geometry.is_some() && from_file.geometry != place.record.geometry {
                    place.record.geometry = from_file.geometry;
                    place.is_new = true;
                }
            }
        }
    }

    /// Takes a district of the file, whose name and area are official.
    pub(super) fn district(&mut self, from_file: District) {
        self.ensure_municipality(from_file.ags);
        match self.districts.get_mut(&from_file.district_key) {
            None => {
                self.districts.insert(from_file.district_key, Place { record: from_file, is_new: true });
            }
            Some(place) => {
                let keeps_name = from_file.name == placeholder_district(from_file.district_key);
                let name = if keeps_name { place.record.name.clone() } else { from_file.name };
                let geometry = from_file.geometry.or_else(|| place.record.geometry.take());
                let merged = District { name, geometry, ..from_file };
                place.is_new |= merged != place.record;
                place.record = merged;
            }
        }
    }

    /// Creates the municipality and the district of a parcel if they are unknown, and remembers where it lies.
    pub(super) fn parcel(&mut self, parcel: &Parcel) {
        self.ensure_municipality(parcel.ags);
        let district_key = parcel.parcel_id.district_key();
        self.districts.entry(district_key).or_insert_with(|| Place {
            record: District {
                district_key,
                name: placeholder_district(district_key),
                ags: parcel.ags,
                geometry: None,
            },
            is_new: true,
        });
        if let Some(bounds) = LineString(parcel.geometry.coords()).bounding_rect() {
            self.parcel_boxes.push((bounds, parcel.ags));
        }
    }

    /// Creates a municipality that a row names, if it is unknown.
    pub(super) fn ensure_municipality(&mut self, ags: Ags) {
        self.municipalities.entry(ags).or_insert_with(|| Place {
            record: Municipality {
                ags,
                name: placeholder_municipality(ags),
                settings: Settings::default(),
                geometry: None,
            },
            is_new: true,
        });
    }

    /// Key of the district with this name or key; of several with the name, the one in `ags`.
    pub(super) fn district_key(&self, text: &str, ags: Option<Ags>) -> Result<DistrictKey, String> {
        if let Ok(key) = DistrictKey::parse(text) {
            return Ok(key);
        }
        let name = text.trim().to_lowercase();
        let found: Vec<_> = self
            .districts
            .values()
            .map(|place| &place.record)
            .filter(|district| district.name.to_lowercase() == name && ags.is_none_or(|ags| district.ags == ags))
            .map(|district| district.district_key)
            .collect();
        match found[..] {
            [key] => Ok(key),
            [] => Err(format!("there is no Gemarkung \"{text}\" in the store")),
            _ => Err(format!("there are {} Gemarkungen \"{text}\" in the store; give the six-digit key", found.len())),
        }
    }

    /// What was decided about the publication of a site: an import leaves it as it is, and decides nothing for a new one.
    pub(super) fn publication_of(&self, site_id: &str) -> Publication {
        self.publications.get(site_id).cloned().unwrap_or_default()
    }

    /// Notes that a building was met whose source does not name its municipality.
    pub(super) fn homeless_building(&mut self) {
        self.homeless_buildings += 1;
    }

    /// Whether the files must be read once more for such buildings.
    pub(super) fn has_homeless_buildings(&self) -> bool {
        self.homeless_buildings > 0
    }

    /// Municipality of the parcel a building lies on. With parcels of one municipality only, that one; otherwise
    /// that of the smallest parcel box around the building's middle.
    pub(super) fn municipality_at(&mut self, geometry: &Geometry) -> Option<Ags> {
        let first = self.parcel_boxes.first()?.1;
        if self.tree.is_none() {
            if self.parcel_boxes.iter().all(|(_, ags)| *ags == first) {
                return Some(first);
            }
            let boxes = self.parcel_boxes.iter().map(|(bounds, ags)| {
                GeomWithData::new(Rectangle::from_corners(bounds.min().x_y(), bounds.max().x_y()), *ags)
            });
            self.tree = Some(RTree::bulk_load(boxes.collect()));
        }
        let middle = geometry.bounding_rect()?.center().x_y();
        let around = self.tree.as_ref()?.locate_in_envelope_intersecting(AABB::from_point(middle));
        let area = |found: &&GeomWithData<Rectangle<(f64, f64)>, Ags>| {
            let ((x0, y0), (x1, y1)) = (found.geom().lower(), found.geom().upper());
            (x1 - x0) * (y1 - y0)
        };
        around.min_by(|a, b| area(a).total_cmp(&area(b))).map(|found| found.data)
    }

    /// Municipalities and districts that have to be written, municipalities first.
    pub(super) fn into_records(self) -> Vec<Record> {
        let municipalities =
            self.municipalities.into_values().filter(|place| place.is_new).map(|place| place.record.into());
        let districts = self.districts.into_values().filter(|place| place.is_new).map(|place| place.record.into());
        municipalities.chain(districts).collect()
    }
}

/// Name of a municipality of which only the key is known.
fn placeholder_municipality(ags: Ags) -> String {
    format!("Gemeinde {ags}")
}

/// Name of a district of which only the key is known.
fn placeholder_district(key: DistrictKey) -> String {
    format!("Gemarkung {key}")
}

#[cfg(test)]
mod tests {
    use cadastre::{
        Ags, ParcelId, Record,
        record::{Municipality, Parcel, Settings},
    };
    use geo_types::{Geometry, Rect, point};

    use super::Known;

    fn ags(text: &str) -> Ags {
        Ags::parse(text).unwrap()
    }

    fn parcel(id: &str, key: &str, x: f64, width: f64) -> Parcel {
        Parcel {
            parcel_id: ParcelId::parse(id).unwrap(),
            ags: ags(key),
            street: None,
            official_area_m2: None,
            land_use: None,
            source_date: None,
            geometry: Rect::new((x, 0.0), (x + width, width)).to_polygon().into(),
        }
    }

    #[test]
    fn unknown_places_are_created_once() {
        let mut known = Known::default();
        known.parcel(&parcel("142888___00001______", "14522310", 0.0, 1.0));
        known.parcel(&parcel("142888___00002______", "14522310", 1.0, 1.0));
        let names: Vec<_> = known
            .into_records()
            .into_iter()
            .map(|record| match record {
                Record::Municipality(municipality) => municipality.name,
                Record::District(district) => district.name,
                _ => String::new(),
            })
            .collect();
        assert_eq!(names, ["Gemeinde 14522310", "Gemarkung 142888"]);
    }

    #[test]
    fn a_municipality_keeps_its_settings() {
        let mut known = Known::default();
        let settings = Settings { contact_mail: Some("bauamt@example.org".into()), ..Settings::default() };
        let leisnig =
            |settings| Municipality { ags: ags("14522310"), name: "Leisnig".into(), settings, geometry: None };
        known.municipalities.insert(ags("14522310"), super::Place { record: leisnig(settings), is_new: false });
        known.municipality(leisnig(Settings::default()));
        assert!(known.into_records().is_empty());
    }

    fn check_home(known: &mut Known, x: f64, expected: Option<&str>) {
        let geometry: Geometry = point!(x: x, y: 0.5).into();
        assert_eq!(known.municipality_at(&geometry), expected.map(ags));
    }

    #[test]
    fn a_building_belongs_where_its_parcel_does() {
        let mut known = Known::default();
        check_home(&mut known, 0.5, None);
        known.parcel(&parcel("142888___00001______", "14522310", 0.0, 1.0));
        known.parcel(&parcel("142889___00001______", "14522320", 1.0, 10.0));
        check_home(&mut known, 0.5, Some("14522310"));
        check_home(&mut known, 5.0, Some("14522320"));
        check_home(&mut known, 50.0, None);
    }
}
