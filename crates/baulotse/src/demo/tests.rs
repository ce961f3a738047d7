use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::OnceLock,
};

use cadastre::{
    Day, Kind, Record, Value, Viewer,
    codes::{Basis, CodeList, SiteStatus, SiteType, Stage, VacancyDegree},
    geometry::{Coord, Geometry, MultiPolygon, Polygon},
    property::Collection,
    publication::{Facts, Place, Subject, Visibility, site_stage, vacancy_stage, view, visibility},
    raw::{self, RawRow},
    record::{Building, Municipality, Parcel, Site, Vacancy},
    value::ValueRef,
};
use geo::{Area, Contains, Validation};

use super::{boundary_wgs84, leisnig};

pub(super) fn today() -> Day {
    "2026-03-31".parse().unwrap()
}

fn boundary() -> MultiPolygon<f64> {
    let proj = proj::Proj::new_known_crs("EPSG:4326", "EPSG:25833", None).unwrap();
    let mut boundary = boundary_wgs84().unwrap();
    for polygon in &mut boundary {
        polygon.exterior_mut(|ring| ring.coords_mut().for_each(|c| *c = proj.convert(c.x_y()).unwrap().into()));
    }
    boundary
}

/// The records of one day, made once for all tests.
pub(super) fn records() -> &'static [Record] {
    static RECORDS: OnceLock<Vec<Record>> = OnceLock::new();
    RECORDS.get_or_init(|| leisnig(&boundary(), today()).unwrap())
}

macro_rules! all_of {
    ($variant:ident) => {
        records().iter().filter_map(|record| match record {
            Record::$variant(inner) => Some(inner),
            _ => None,
        })
    };
}

fn parcels() -> Vec<&'static Parcel> {
    all_of!(Parcel).collect()
}

fn sites() -> Vec<&'static Site> {
    all_of!(Site).collect()
}

fn vacancies() -> Vec<&'static Vacancy> {
    all_of!(Vacancy).collect()
}

fn town() -> &'static Municipality {
    all_of!(Municipality).next().unwrap()
}

fn facts() -> Facts {
    let mut facts = Facts::default();
    all_of!(Announcement).for_each(|announcement| facts.put_announcement(announcement.clone()));
    all_of!(Objection).for_each(|objection| {
        facts.put_objection(objection.clone());
    });
    facts
}

fn polygon(parcel: &Parcel) -> Polygon<f64> {
    let mut area = MultiPolygon::from(&parcel.geometry);
    assert_eq!(area.0.len(), 1, "{}", parcel.parcel_id);
    area.0.remove(0)
}

fn area_m2(parcel: &Parcel) -> f64 {
    MultiPolygon::from(&parcel.geometry).unsigned_area()
}

/// Edges of a ring on the grid of 1 mm.
fn edges(polygon: &Polygon<f64>) -> Vec<[(i64, i64); 2]> {
    let grid = |c: &Coord<f64>| ((c.x * 1000.0).round() as i64, (c.y * 1000.0).round() as i64);
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    rings.flat_map(|ring| ring.0.windows(2).map(|pair| [grid(&pair[0]), grid(&pair[1])])).collect()
}

fn check_count(kind: &Kind, expected: std::ops::RangeInclusive<usize>) {
    let count = records().iter().filter(|record| record.kind() == *kind).count();
    assert!(expected.contains(&count), "{count} of kind {kind}, expected {expected:?}");
}

#[test]
fn there_is_as_much_of_everything_as_promised() {
    check_count(&Kind::Municipality, 1..=1);
    check_count(&Kind::District, 41..=41);
    check_count(&Kind::Locality, 41..=41);
    check_count(&Kind::Parcel, 11_000..=13_000);
    check_count(&Kind::Building, 4_000..=9_000);
    check_count(&Kind::Site, 150..=150);
    check_count(&Kind::Vacancy, 120..=120);
    check_count(&Kind::Unit, 50..=300);
    check_count(&Kind::Announcement, 4..=4);
    check_count(&Kind::Objection, 10..=20);
    check_count(&Kind::Layer, 1..=1);
    check_count(&Kind::Feature("services".into()), 12..=20);
}

#[test]
fn two_runs_give_the_same_records() {
    let again = std::thread::spawn(|| leisnig(&boundary(), today()).unwrap()).join().unwrap();
    assert!(again == records());
}

#[test]
fn another_day_moves_dates_only() {
    let later = leisnig(&boundary(), "2027-09-01".parse().unwrap()).unwrap();
    assert_eq!(later.len(), records().len());
    for (record, other) in records().iter().zip(&later) {
        assert_eq!(record.key(), other.key());
        assert_eq!(record.geometry(), other.geometry());
    }
}

#[test]
fn the_municipality_is_the_real_one_marked_as_example() {
    let (made, real) = (town().geometry.as_ref().unwrap().unsigned_area(), boundary().unsigned_area());
    assert!((made - real).abs() < 5.0, "{made} and {real} m²");
    assert!(town().settings.example_data);
    assert!(town().settings.attribution.as_ref().unwrap().contains("BKG 2013"));
}

#[test]
fn every_geometry_is_valid() {
    for record in records() {
        if let Some(geometry) = record.geometry() {
            assert!(geometry.is_valid(), "{}: {:?}", record.key(), geometry.validation_errors());
        }
    }
}

#[test]
fn parcels_leave_no_gap_and_overlap_nowhere() {
    let mut owners: HashMap<[(i64, i64); 2], &str> = HashMap::new();
    for parcel in parcels() {
        for edge in edges(&polygon(parcel)) {
            let other = owners.insert(edge, parcel.parcel_id.as_str());
            assert_eq!(other, None, "{} has an edge in the same direction at {edge:?}", parcel.parcel_id);
        }
    }
    let open: HashSet<_> = owners.keys().filter(|[a, b]| !owners.contains_key(&[*b, *a])).copied().collect();
    let outline: HashSet<_> = town().geometry.iter().flatten().flat_map(edges).collect();
    assert!(open == outline, "{} edges without a neighbour, {} of the boundary", open.len(), outline.len());
    let sum: f64 = parcels().iter().map(|parcel| area_m2(parcel)).sum();
    assert!((sum - town().geometry.as_ref().unwrap().unsigned_area()).abs() < 1.0);
}

#[test]
fn districts_and_localities_tile_the_municipality() {
    let mut sums: HashMap<String, f64> = HashMap::new();
    for parcel in parcels() {
        *sums.entry(parcel.parcel_id.district_key().to_string()).or_default() += area_m2(parcel);
    }
    let mut whole = 0.0;
    for district in all_of!(District) {
        let area = district.geometry.as_ref().unwrap().unsigned_area();
        assert!((sums[district.district_key.as_str()] - area).abs() < 0.01, "{}", district.name);
        whole += area;
    }
    assert!((whole - town().geometry.as_ref().unwrap().unsigned_area()).abs() < 1.0);
    let localities: Vec<_> = all_of!(Locality).collect();
    assert!(localities.iter().any(|locality| locality.locality_id == "14522310-tragnitz"));
    assert!(localities.iter().any(|locality| locality.locality_id == "14522310-grosspelsen"));
}

#[test]
fn no_parcel_is_a_sliver() {
    for parcel in parcels() {
        assert!(area_m2(parcel) > 1.0, "{}", parcel.parcel_id);
    }
}

#[test]
fn official_areas_differ_from_the_geometry_a_little() {
    let shares: Vec<f64> =
        parcels().iter().map(|parcel| (parcel.official_area_m2.unwrap() - area_m2(parcel)) / area_m2(parcel)).collect();
    // Half a square metre of rounding is much of a tiny parcel.
    assert!(shares.iter().all(|share| share.abs() < 0.03));
    assert!(shares.iter().any(|share| *share > 0.01) && shares.iter().any(|share| *share < -0.01));
}

#[test]
fn ids_are_unique_and_numbers_of_every_form() {
    let keys: HashSet<_> = records().iter().map(Record::key).collect();
    assert_eq!(keys.len(), records().len());
    let denominators: Vec<Option<&str>> = parcels().iter().map(|parcel| parcel.parcel_id.denominator()).collect();
    assert!(denominators.iter().filter(|denominator| denominator.is_none()).count() > 1_000);
    assert!(denominators.iter().flatten().filter(|text| text.parse::<u16>().is_ok()).count() > 4_000);
    assert!(denominators.contains(&Some("a")));
}

#[test]
fn buildings_stand_apart_on_one_parcel_each() {
    use geo::{BoundingRect, Intersects};
    let parcels: Vec<_> =
        parcels().into_iter().map(|parcel| (polygon(parcel), polygon(parcel).bounding_rect().unwrap())).collect();
    let mut on_parcel: HashMap<usize, Vec<&Geometry>> = HashMap::new();
    for building in all_of!(Building) {
        let frame = building.geometry.bounding_rect().unwrap();
        let holds = |(parcel, bounds): &(Polygon<f64>, geo::Rect)| {
            bounds.contains(&frame) && parcel.contains(&building.geometry)
        };
        let parcel = parcels.iter().position(holds);
        let parcel = parcel.unwrap_or_else(|| panic!("{} stands on no parcel", building.building_id));
        on_parcel.entry(parcel).or_default().push(&building.geometry);
    }
    for buildings in on_parcel.values() {
        for (index, building) in buildings.iter().enumerate() {
            assert!(buildings[index + 1..].iter().all(|other| !building.intersects(*other)));
        }
    }
}

#[test]
fn records_refer_to_records_that_are_there() {
    let keys: HashSet<_> = records().iter().map(Record::key).map(|key| (key.kind, key.id)).collect();
    let has = |kind: Kind, id: &str| assert!(keys.contains(&(kind.clone(), id.to_owned())), "no {kind} {id}");
    for site in sites() {
        site.parcels.iter().for_each(|parcel| has(Kind::Parcel, parcel.as_str()));
        site.publication.announcement_id.iter().for_each(|id| has(Kind::Announcement, id));
    }
    for vacancy in vacancies() {
        has(Kind::Building, &vacancy.building_id);
    }
    all_of!(Unit).for_each(|unit| has(Kind::Building, &unit.building_id));
    all_of!(Objection).for_each(|objection| has(Kind::Parcel, objection.parcel_id.as_str()));
}

#[test]
fn sites_stand_in_every_stage_and_most_are_public() {
    let facts = facts();
    let stages: Vec<Stage> = sites().iter().map(|site| site_stage(site, &facts, today())).collect();
    for stage in Stage::ALL {
        assert!(stages.contains(stage), "no site is {}", stage.code());
    }
    assert!(stages.iter().filter(|stage| **stage == Stage::Published).count() >= 90);
    for basis in Basis::ALL {
        let public = sites().iter().any(|site| {
            visibility(Subject::Site(site, Place::default(), &facts), today()) == Visibility::Public(*basis)
        });
        assert!(public, "no site is public by {}", basis.code());
    }
    assert!(sites().iter().any(|site| site.parcels.len() > 1 && site_stage(site, &facts, today()) == Stage::Objected));
    assert!(sites().iter().any(|site| site.publication.public_from.is_some_and(|from| from > today())));
    assert!(sites().iter().any(|site| site.publication.public_until.is_some_and(|until| until < today())));
}

#[test]
fn sites_are_of_every_type_and_status_and_named_as_examples() {
    let types: BTreeSet<_> = sites().iter().map(|site| site.site_type).collect();
    assert_eq!(types.len(), SiteType::ALL.len(), "{types:?}");
    let statuses: BTreeSet<_> = sites().iter().map(|site| site.status).collect();
    assert_eq!(statuses.len(), SiteStatus::ALL.len(), "{statuses:?}");
    for site in sites() {
        assert!(site.name.as_ref().unwrap().starts_with("Beispiel: "), "{:?}", site.name);
        assert_eq!(site.site_id.len(), 12);
    }
}

#[test]
fn vacancies_are_of_every_degree_and_partly_public() {
    let degrees: BTreeSet<_> = vacancies().iter().map(|vacancy| vacancy.degree).collect();
    assert_eq!(degrees.len(), VacancyDegree::ALL.len());
    let stages: BTreeSet<_> = vacancies().iter().map(|vacancy| vacancy_stage(vacancy, today())).collect();
    for stage in [Stage::Internal, Stage::Publishable, Stage::Published, Stage::Withdrawn] {
        assert!(stages.contains(&stage), "no vacancy is {}", stage.code());
    }
}

/// The record as a row of its own stored properties.
fn row(subject: Subject<'_>, collection: Collection, geometry: Option<Geometry>) -> RawRow {
    let view = view(subject, &Viewer::operator(), today()).unwrap();
    let value = |value: ValueRef<'_>| match value {
        ValueRef::List(items) if items.is_empty() => Value::Null,
        ValueRef::List(items) => Value::text(items.join(",")),
        ValueRef::Text(text) => Value::text(text.into_owned()),
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Date(day) => Value::Date(day),
        ValueRef::Null => Value::Null,
        other => panic!("no property of a site or vacancy is a {other:?}"),
    };
    let stored = collection.properties().iter().filter(|property| !property.derived);
    let fields = stored.map(|property| (property.name.into(), value(view.value(property.name)))).collect();
    RawRow { row: 1, id: None, fields, geometry }
}

#[test]
fn every_site_passes_the_checks_of_an_import() {
    let facts = facts();
    for site in sites() {
        let row = row(Subject::Site(site, Place::default(), &facts), Collection::Sites, Some(site.geometry.clone()));
        assert_eq!(raw::site(&row, String::new()).as_ref(), Ok(site));
    }
}

#[test]
fn every_vacancy_passes_the_checks_of_an_import() {
    let buildings: HashMap<&str, &Building> = all_of!(Building).map(|b| (b.building_id.as_str(), b)).collect();
    for vacancy in vacancies() {
        let subject = Subject::Building(buildings[vacancy.building_id.as_str()], Some(vacancy), Place::default());
        let mut row = row(subject, Collection::Buildings, None);
        row.fields.retain(|(name, _)| !matches!(&**name, "function" | "district_key"));
        assert_eq!(raw::vacancy(&row).as_ref(), Ok(vacancy));
    }
}
