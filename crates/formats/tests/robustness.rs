//! No bytes make a reader panic or run away: damaged versions of sound files of every format.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use common::{read, sample};
use proptest::prelude::*;

const GEOJSON: &str = r#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:25833"}}, "features": [
{"type": "Feature", "id": 1, "properties": {"a": 1, "b": [1, {"c": null}]}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}},
{"type": "Feature", "id": "x", "properties": null, "geometry": {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1.5, 2]}]}}]}"#;

const CSV: &str =
    "id;wkt;fläche;seit\n1;\"POLYGON((0 0,1 0,1 1,0 0))\";12,5;2026-03-31\n2;SRID=25833;POINT(1 2);x\n\"a\"\"b\";;;\n";

/// A piece of the real file with one parcel in it.
fn erfurt() -> Vec<u8> {
    let text = std::fs::read_to_string(sample("erfurt_alkis_vereinfacht.gml")).unwrap();
    let end = text.match_indices("</wfs:member>").nth(1).unwrap().0;
    format!("{}</wfs:member></wfs:FeatureCollection>", &text[..end]).into_bytes()
}

/// The bytes with some changed and, perhaps, the end cut off.
fn damage(mut bytes: Vec<u8>, changes: &[(prop::sample::Index, u8)], cut: Option<prop::sample::Index>) -> Vec<u8> {
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len()));
    }
    bytes
}

fn check(name: &str, bytes: &[u8]) {
    // Any answer will do, as long as it is one; a row that is handed out is structurally sound.
    if let Ok(content) = read(name, bytes) {
        for row in &content.rows {
            if let Some(geometry) = &row.raw.geometry {
                assert!(common::area(geometry).is_finite());
            }
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    let byte = prop_oneof![any::<u8>(), proptest::sample::select(b"<>&\"'{}[](),;0-e\n \0\xff".to_vec())];
    proptest::collection::vec((any::<prop::sample::Index>(), byte), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_texts_are_answered(changes in changes(), cut: Option<prop::sample::Index>) {
        check("a.geojson", &damage(GEOJSON.as_bytes().to_vec(), &changes, cut));
        check("a.csv", &damage(CSV.as_bytes().to_vec(), &changes, cut));
        check("a.gml", &damage(erfurt(), &changes, cut));
    }

    #[test]
    fn damaged_binaries_are_answered(changes in changes(), cut: Option<prop::sample::Index>) {
        check("a.fgb", &damage(include_bytes!("hostile/squares.fgb").to_vec(), &changes, cut));
        check("a.gpkg", &damage(include_bytes!("hostile/squares.gpkg").to_vec(), &changes, cut));
        check("a.xlsx", &damage(include_bytes!("hostile/list.xlsx").to_vec(), &changes, cut));
        check("a.gz", &damage(include_bytes!("hostile/list.csv.gz").to_vec(), &changes, cut));
    }
}
