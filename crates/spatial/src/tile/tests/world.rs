//! Made-up worlds in EPSG:25833 for tiles to be cut from.

use cadastre::{
    Ags, Day, DistrictKey, ParcelId, Record, Revision, Value, Versioned, Viewer,
    codes::{Basis, Decision, LayerVisibility, OwnerClass, SiteStatus, SiteType, VacancyDegree},
    geometry::{Geometry, LineString, MultiPolygon, Polygon},
    record::{Building, District, Feature, Layer, Municipality, Parcel, Publication, Settings, Site, Vacancy},
    role::{Role, Scope},
};
use geo_types::Coord;

use crate::{Builder, Crs, Snapshot, Transformer};

pub(super) const STORE: Crs = Crs::Epsg(25833);
pub(super) const ORIGIN: Coord = Coord { x: 350_000.0, y: 5_670_000.0 };

pub(super) fn ags() -> Ags {
    Ags::parse("14522310").unwrap()
}

pub(super) fn clerk() -> Viewer {
    Viewer::new(Role::Clerk, Scope::Municipalities(vec![ags()]))
}

pub(super) fn build(records: impl IntoIterator<Item = Record>) -> Snapshot {
    let mut builder = Builder::new(STORE, Day::constant(2026, 3, 1));
    let municipality = Municipality { ags: ags(), name: "Stadt".into(), settings: Settings::default(), geometry: None };
    for record in std::iter::once(municipality.into()).chain(records) {
        builder.push(Versioned { revision: Revision(1), record });
    }
    builder.build(Revision(1)).unwrap()
}

/// A position so many metres from the origin.
pub(super) fn at(x: f64, y: f64) -> Coord {
    ORIGIN + Coord { x, y }
}

pub(super) fn to_crs84(position: Coord) -> Coord {
    Transformer::new(STORE, Crs::CRS84).unwrap().transform_coord(position).unwrap()
}

pub(super) fn square(corner: Coord, side: f64) -> Polygon {
    let corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side), (0.0, 0.0)];
    Polygon::new(LineString(corners.map(|(x, y)| corner + Coord { x, y }).to_vec()), vec![])
}

/// A net of crooked quadrangles that share their corners: cell `(column, row)` of so many a side.
#[derive(Clone, Debug)]
pub(super) struct Net {
    pub(super) side: usize,
    pub(super) width_m: f64,
    /// How far each corner is off its place, in tenths of the width, `side + 1` a row.
    pub(super) jitter: Vec<(i8, i8)>,
}

impl Net {
    fn corner(&self, column: usize, row: usize) -> Coord {
        let (dx, dy) = self.jitter[(row * (self.side + 1) + column) % self.jitter.len()];
        let place = |cell: usize, off: i8| (cell as f64 + f64::from(off) / 10.0) * self.width_m;
        at(place(column, dx), place(row, dy))
    }

    pub(super) fn cells(&self) -> Vec<Polygon> {
        let ring = |column, row| {
            let corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)];
            LineString(corners.map(|(x, y)| self.corner(column + x, row + y)).to_vec())
        };
        (0..self.side * self.side).map(|cell| Polygon::new(ring(cell % self.side, cell / self.side), vec![])).collect()
    }
}

pub(super) fn parcel(number: u32, geometry: Polygon) -> Parcel {
    let district = DistrictKey::parse("142800").unwrap();
    Parcel {
        parcel_id: ParcelId::from_parts(district, None, number + 1, None, None).unwrap(),
        ags: ags(),
        street: Some("Lindenweg".into()),
        official_area_m2: number.is_multiple_of(2).then_some(f64::from(number) * 100.0),
        land_use: None,
        source_date: None,
        geometry: geometry.into(),
    }
}

pub(super) fn district(number: u32, geometry: Polygon) -> District {
    District {
        district_key: DistrictKey::parse(&format!("14{number:04}")).unwrap(),
        name: format!("Gemarkung {number}"),
        ags: ags(),
        geometry: Some(MultiPolygon(vec![geometry])),
    }
}

pub(super) fn building(number: u32, geometry: Geometry) -> Building {
    Building {
        building_id: format!("b{number}"),
        function: Some("1000".into()),
        district_key: None,
        ags: ags(),
        geometry,
    }
}

pub(super) fn vacancy(number: u32, basis: Option<Basis>) -> Vacancy {
    let decision = basis.map(|_| Decision::Publish);
    Vacancy {
        building_id: format!("b{number}"),
        ags: ags(),
        degree: VacancyDegree::Whole,
        vacant_since: None,
        condition: None,
        monument: None,
        built_year: None,
        storeys: None,
        living_area_m2: None,
        owner_class: Some(OwnerClass::Municipal),
        note: None,
        publication: Publication { basis, decision, ..Publication::default() },
    }
}

pub(super) fn site(id: &str, basis: Option<Basis>, geometry: Geometry) -> Site {
    let decision = basis.map(|_| Decision::Publish);
    Site {
        site_id: id.into(),
        ags: ags(),
        name: Some("Fläche".into()),
        site_type: SiteType::InfillGap,
        status: SiteStatus::Confirmed,
        parcels: vec![],
        locality: None,
        street: None,
        area_m2: Some(700.0),
        planning_law: None,
        servicing: None,
        available_from: None,
        price_eur: None,
        condition: None,
        monument: None,
        dwellings_min: None,
        dwellings_max: None,
        contact: None,
        owner_class: Some(OwnerClass::Municipal),
        note: Some("intern".into()),
        publication: Publication { basis, decision, ..Publication::default() },
        geometry,
    }
}

pub(super) fn layer(name: &str, visibility: LayerVisibility) -> Layer {
    use cadastre::{ColumnKind, record::Column};
    let column = |name: &str| Column { name: name.into(), kind: ColumnKind::Text };
    Layer {
        name: name.into(),
        title: name.into(),
        visibility,
        columns: vec![column("status"), column("owner")],
        attribution: None,
    }
}

pub(super) fn feature(layer: &str, number: usize, geometry: Geometry) -> Feature {
    Feature {
        layer: layer.into(),
        feature_id: number.to_string().into(),
        values: vec![Value::text("planned"), Value::text("somebody")],
        geometry: Some(geometry),
    }
}
