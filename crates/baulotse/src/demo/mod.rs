//! The example data of the demo: Leisnig with its real boundary and the real names of its Gemarkungen, and
//! inside it a made-up cadastre that looks like one.
//!
//! Everything is generated from fixed seeds: the same boundary and day give the same records on every
//! machine. The ground is one planar subdivision ([`planar`]) that is cut step by step: river and
//! Gemarkungen ([`districts`]), brooks, railway and roads ([`roads`]), settlements and their streets
//! ([`settlements`]), plots and fields ([`parcels`]). It is gap-free by construction.

mod attributes;
mod buildings;
mod candidates;
mod canvas;
mod curve;
mod cut;
mod districts;
mod face;
mod frame;
mod land;
mod names;
mod parcels;
mod pictures;
mod planar;
mod prng;
mod publications;
mod records;
mod roads;
mod scenes;
mod services;
mod settlements;
mod sites;
mod story;
mod uses;
mod vacancies;

use cadastre::{
    Day, Record,
    geometry::{Coord, MultiPolygon, Polygon},
    ids::KeyError,
    parcel_id::ParcelIdError,
};
use serde_json::Value;

pub(crate) use story::tell;

use self::{
    land::{Ground, Land},
    records::Keys,
    sites::Material,
};

const BOUNDARY: &str = include_str!("../../../../data/leisnig/gemeinde_leisnig.geojson");
const DISTRICTS: &str = include_str!("../../../../data/leisnig/gemarkungen_leisnig.csv");
const AGS: &str = "14522310";

pub(crate) use pictures::pictures;

/// The embedded data are not what the generator needs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// The boundary is no GeoJSON with a polygon.
    #[error("the boundary of Leisnig is no GeoJSON FeatureCollection with one Polygon")]
    Boundary {
        /// What the JSON parser says, if it is not even JSON.
        #[source]
        source: Option<serde_json::Error>,
    },
    /// A Gemarkung is missing in the table.
    #[error("the table of the Gemarkungen has no number {number}")]
    NoDistrict {
        /// Number of the Gemarkung within Saxony.
        number: u16,
    },
    /// A key of a municipality or Gemarkung is wrong.
    #[error("a key in the table of the Gemarkungen is wrong")]
    Key {
        /// Which.
        #[source]
        source: KeyError,
    },
    /// A Gemarkung has more parcels than numbers.
    #[error("a parcel cannot be numbered")]
    ParcelId {
        /// Why.
        #[source]
        source: ParcelIdError,
    },
}

/// The real boundary of Leisnig, in WGS 84, longitude before latitude.
pub(crate) fn boundary_wgs84() -> Result<MultiPolygon<f64>, DemoError> {
    let json: Value = serde_json::from_str(BOUNDARY).map_err(|source| DemoError::Boundary { source: Some(source) })?;
    let position = |value: &Value| Some(Coord { x: value[0].as_f64()?, y: value[1].as_f64()? });
    let ring = json["features"][0]["geometry"]["coordinates"][0].as_array();
    let ring: Option<Vec<Coord<f64>>> = ring.and_then(|ring| ring.iter().map(position).collect());
    let ring = ring.ok_or(DemoError::Boundary { source: None })?;
    Ok(Polygon::new(ring.into(), Vec::new()).into())
}

/// Everything generated for Leisnig, in EPSG:25833, deterministic: the same boundary and day give the same records
/// on every run and machine.
///
/// `boundary_25833` is [`boundary_wgs84`] in EPSG:25833; `today` sets the periods that run, ran out or are
/// still to come. Records come in the order in which they refer to each other.
pub(crate) fn leisnig(boundary_25833: &MultiPolygon<f64>, today: Day) -> Result<Vec<Record>, DemoError> {
    let keys = Keys::read(AGS, DISTRICTS)?;
    let mut ground = Ground { map: planar::Planar::new(), streets: Vec::new() };
    for polygon in boundary_25833 {
        ground.map.add(polygon.exterior(), Land::OPEN);
    }
    districts::lay_out(&mut ground);
    roads::lay_brooks_and_railway(&mut ground);
    let roads = roads::lay_roads(&mut ground, &keys.names);
    settlements::settle(&mut ground, &roads);
    parcels::parcel_out(&mut ground);
    let landmarks = uses::decide(&mut ground);
    let raised = buildings::raise(&ground, &landmarks);

    let parcels = records::parcels(&ground, &keys)?;
    let material = Material { ground: &ground, raised: &raised, parcels: &parcels, keys: &keys, today };
    let made = sites::make(&material);
    let vacancies = vacancies::make(&material, &made);
    let units = vacancies::units(&material, &vacancies);
    let objections = sites::objections(&material, &made);
    let (districts, localities) = records::districts(&ground, &keys);

    let mut all = vec![Record::from(records::municipality(&ground, &keys))];
    all.extend(districts.into_iter().map(Record::from));
    all.extend(localities.into_iter().map(Record::from));
    all.extend(records::buildings(&ground, &raised, &keys).into_iter().map(Record::from));
    all.extend(publications::announcements(keys.ags, &keys.districts, today).into_iter().map(Record::from));
    all.extend(objections.into_iter().map(Record::from));
    all.extend(made.into_iter().map(|made| Record::from(made.site)));
    all.extend(vacancies.into_iter().map(|(_, vacancy)| Record::from(vacancy)));
    all.extend(units.into_iter().map(Record::from));
    let (layer, services) = services::make(&ground, &raised);
    all.push(Record::from(layer));
    all.extend(services.into_iter().map(Record::from));
    let base = 1 + 2 * keys.districts.len();
    all.splice(base..base, parcels.into_iter().map(Record::from));
    Ok(all)
}

#[cfg(test)]
mod tests;
