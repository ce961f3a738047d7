//! Real extracts of the official cadastre, read whole.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use std::collections::HashSet;

use cadastre::{Value, geometry::Geometry, raw::Target};
use common::{Content, read_path, sample};
use formats::{Format, ReadOptions, SourceCrs};

fn official_area(content: &Content) -> f64 {
    let areas = content.of(Target::Parcel).into_iter().map(|row| match row.raw.field("official_area_m2") {
        Value::Real(area) => *area,
        other => panic!("{other:?}"),
    });
    areas.sum()
}

#[test]
fn neuwerk_is_read_completely() {
    let content = read_path(&sample("neuwerk_nas.xml.gz"), &ReadOptions::default()).unwrap();
    assert_eq!(content.header.format, Format::Nas);
    assert_eq!(content.header.crs, Some(SourceCrs::Epsg(25832)));
    assert_eq!(content.problems, [""; 0]);
    let parcels = content.of(Target::Parcel);
    assert_eq!((parcels.len(), content.of(Target::Building).len()), (137, 57));
    assert_eq!(content.header.feature_count, Some(content.rows.len() as u64));
    assert!((official_area(&content) - 2_506_460.12).abs() < 0.005, "{}", official_area(&content));
    let area: f64 = parcels.iter().map(|row| row.area()).sum();
    // 2,504,427.68 m² with exact arcs; chains within a centimetre of 1,000 m of arcs differ by some square metres.
    assert!((2_504_427.6..2_504_430.0).contains(&area), "{area}");
    assert!(content.rows.iter().all(|row| row.raw.geometry.is_none() || row.crs == Some(SourceCrs::Epsg(25832))));
    // Every parcel and every building is a record of the domain once a building has its municipality.
    for row in &parcels {
        cadastre::raw::parcel(&row.raw).unwrap();
    }
    for row in content.of(Target::Building) {
        let mut raw = row.raw.clone();
        raw.fields.push(("ags".into(), Value::text("02000000")));
        cadastre::raw::building(&raw).unwrap();
    }
    assert_eq!(content.summary.left_out["AX_Wohnbauflaeche"], 9);
}

#[test]
fn neuwerk_has_one_municipality_and_one_district_without_names() {
    let content = read_path(&sample("neuwerk_nas.xml.gz"), &ReadOptions::default()).unwrap();
    let municipality = cadastre::raw::municipality(&content.of(Target::Municipality)[0].raw).unwrap();
    assert_eq!((municipality.ags.as_str(), municipality.name.as_str()), ("02000000", "Gemeinde 02000000"));
    assert!(municipality.geometry.is_some());
    let district = cadastre::raw::district(&content.of(Target::District)[0].raw).unwrap();
    assert_eq!(
        (district.district_key.as_str(), district.name.as_str(), district.ags.as_str()),
        ("020125", "Gemarkung 020125", "02000000")
    );
    // They come before what refers to them.
    assert_eq!(content.rows[0].target, Some(Target::Municipality));
    assert_eq!(content.rows[1].target, Some(Target::District));
    assert_eq!(content.rows[0].notes[0].field, "name");
    assert!(content.notes()[0].starts_with("street: 20 of 51 addresses are given by a key"), "{:?}", content.notes());
}

#[test]
fn a_parcel_of_neuwerk_has_what_its_object_says() {
    let content = read_path(&sample("neuwerk_nas.xml.gz"), &ReadOptions::default()).unwrap();
    let parcels = content.of(Target::Parcel);
    let parcel = parcels.iter().find(|row| row.raw.id.as_deref() == Some("DEHHALKAn0007rf5")).unwrap();
    assert_eq!(parcel.text("parcel_id"), "020125___00128______");
    assert_eq!(parcel.text("ags"), "02000000");
    assert_eq!(parcel.raw.field("official_area_m2"), &Value::Real(123.0));
    assert_eq!(parcel.raw.field("source_date"), &Value::Date("2015-03-31".parse().unwrap()));
    assert_eq!(parcel.text("street"), "Osthof");
    let Some(Geometry::Polygon(polygon)) = &parcel.raw.geometry else { panic!("{parcel:?}") };
    assert_eq!(polygon.exterior().0.len(), 7);
    // The one parcel of tidal flats whose official area is far from its geometry is handed out as it is.
    let far = parcels.iter().filter(|row| match row.raw.field("official_area_m2") {
        Value::Real(official) => (official - row.area()).abs() > 0.3 * official,
        _ => false,
    });
    assert_eq!(far.count(), 1);
}

/// Vertices that are not in the file: those have millimetres, the vertices of arcs have more digits.
fn drawn_vertices(row: &common::Row) -> HashSet<[u64; 2]> {
    let Some(Geometry::Polygon(polygon)) = &row.raw.geometry else { panic!("{row:?}") };
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let of_file = |x: f64| (x * 1000.0 - (x * 1000.0).round()).abs() < 1e-5;
    let coords = rings.flat_map(|ring| ring.0.iter()).filter(|coord| !of_file(coord.x) && !of_file(coord.y));
    coords.map(|coord| [coord.x.to_bits(), coord.y.to_bits()]).collect()
}

#[test]
fn neighbours_in_neuwerk_share_the_vertices_of_their_arcs() {
    let content = read_path(&sample("neuwerk_nas.xml.gz"), &ReadOptions::default()).unwrap();
    let parcels: Vec<_> = content.of(Target::Parcel).into_iter().map(drawn_vertices).collect();
    let mut shared = 0;
    for (index, one) in parcels.iter().enumerate() {
        for other in &parcels[index + 1..] {
            shared += one.intersection(other).count();
            // Vertices that are near but not the same would be a gap.
            for (a, b) in one.difference(other).flat_map(|a| other.difference(one).map(move |b| (a, b))) {
                let distance = |i: usize| f64::from_bits(a[i]) - f64::from_bits(b[i]);
                assert!(distance(0).hypot(distance(1)) > 0.1);
            }
        }
    }
    assert!(shared > 100, "{shared}");
}

#[test]
fn erfurt_is_read_completely_and_lies_in_erfurt() {
    let content = read_path(&sample("erfurt_alkis_vereinfacht.gml"), &ReadOptions::default()).unwrap();
    assert_eq!((content.header.format, content.header.crs), (Format::AlkisSimple, Some(SourceCrs::Epsg(4326))));
    assert_eq!(content.header.feature_count, Some(10));
    assert_eq!(content.problems, [""; 0]);
    assert_eq!(content.notes(), [""; 0]);
    let parcels = content.of(Target::Parcel);
    assert_eq!(parcels.len(), 10);
    for row in &parcels {
        let parcel = cadastre::raw::parcel(&row.raw).unwrap();
        let coords = parcel.geometry.coords();
        assert!(coords.into_iter().all(|c| (11.06..11.08).contains(&c.x) && (50.95..50.96).contains(&c.y)));
        // Degrees made metres: the area is that of the register.
        let scale = 111_195.0_f64.powi(2) * 50.957_f64.to_radians().cos();
        let official = parcel.official_area_m2.unwrap();
        assert!((row.area() * scale - official).abs() < 0.1 * official, "{} of {official}", row.area() * scale);
    }
    let municipality = cadastre::raw::municipality(&content.of(Target::Municipality)[0].raw).unwrap();
    assert_eq!((municipality.ags.as_str(), municipality.name.as_str()), ("16051000", "Erfurt"));
    let district = cadastre::raw::district(&content.of(Target::District)[0].raw).unwrap();
    assert_eq!((district.district_key.as_str(), district.name.as_str()), ("160115", "Melchendorf"));
    let first = parcels[0];
    assert_eq!(first.raw.id.as_deref(), Some("DETHL51P00005SoZ"));
    assert_eq!((first.text("street"), first.text("land_use")), ("Tungerstraße", "Strassenverkehr; 2462"));
    assert_eq!(first.raw.field("source_date"), &Value::Date("2022-10-11".parse().unwrap()));
}
