//! What is written is read back equal, in every format.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, and so do its helpers")]

mod common;

use cadastre::{
    ColumnKind, Value, Viewer,
    codes::LayerVisibility,
    geometry::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon},
    publication::{Subject, view},
    record::{Column, Feature, Layer},
};
use formats::write::{GeometryKind, Record, TableInfo, WriteColumn, WriteCrs, WriteFormat, table_writer};
use geo_types::{GeometryCollection, MultiLineString, MultiPoint, line_string, polygon};
use proptest::prelude::*;

const COLUMNS: [(&str, ColumnKind); 6] = [
    ("name", ColumnKind::Text),
    ("count", ColumnKind::Integer),
    ("height_m", ColumnKind::Real),
    ("protected", ColumnKind::Boolean),
    ("planted_on", ColumnKind::Date),
    ("seen_at", ColumnKind::Timestamp),
];

fn layer() -> Layer {
    Layer {
        name: "trees".to_owned(),
        title: "Bäume".to_owned(),
        visibility: LayerVisibility::Public,
        columns: COLUMNS.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect(),
        attribution: None,
    }
}

fn table(geometry: GeometryKind) -> TableInfo {
    TableInfo {
        name: "trees".to_owned(),
        title: "Bäume".to_owned(),
        description: "Einzelbäume der Stadt".to_owned(),
        columns: COLUMNS
            .iter()
            .map(|(name, kind)| WriteColumn { name: (*name).to_owned(), kind: *kind, title: format!("Titel {name}") })
            .collect(),
        id_is_column: false,
        crs: WriteCrs {
            epsg: 25833,
            name: "ETRS89 / UTM zone 33N".to_owned(),
            wkt: "PROJCRS[\"ETRS89 / UTM zone 33N\"]".to_owned(),
            is_degrees: false,
        },
        geometry,
        written_at: "2026-03-31T10:00:00Z".parse().unwrap(),
    }
}

type Tree = (String, Vec<Value>, Option<Geometry>);

/// Writes the features and reads them back as (id, values, geometry), by id.
fn there_and_back(format: WriteFormat, geometry: GeometryKind, trees: &[Tree]) -> (Vec<Tree>, formats::Header) {
    let layer = layer();
    let mut bytes = Vec::new();
    let mut writer = table_writer(format, table(geometry), &mut bytes).unwrap();
    for (id, values, geometry) in trees {
        let feature = Feature {
            layer: "trees".into(),
            feature_id: id.as_str().into(),
            values: values.clone(),
            geometry: geometry.clone(),
        };
        let view = view(Subject::Feature(&feature, &layer), &Viewer::ANONYMOUS, cadastre::Day::MIN).unwrap();
        writer.write(&Record::new(&view, feature.geometry.as_ref())).unwrap();
    }
    writer.finish().unwrap();
    let suffix = match format {
        WriteFormat::Csv => "csv",
        WriteFormat::FlatGeobuf => "fgb",
        WriteFormat::GeoPackage => "gpkg",
    };
    let content = common::read(&format!("trees.{suffix}"), &bytes).unwrap();
    assert_eq!(content.problems, Vec::<String>::new());
    let mut back: Vec<Tree> = content
        .rows
        .iter()
        .map(|row| {
            let values = COLUMNS.iter().map(|(name, _)| row.raw.field(name).clone()).collect();
            (row.text("id").to_owned(), values, row.raw.geometry.clone())
        })
        .collect();
    back.sort_by(|a, b| a.0.cmp(&b.0));
    (back, content.header)
}

fn oak(id: &str, geometry: Option<Geometry>) -> Tree {
    let values = vec![
        Value::text("Eiche, \"alt\"\nam Köhlerweg; Süd"),
        Value::Integer(-7),
        Value::Real(12.5),
        Value::Boolean(true),
        Value::Date("2026-03-31".parse().unwrap()),
        Value::Timestamp("2026-03-31T10:00:00.25Z".parse().unwrap()),
    ];
    (id.to_owned(), values, geometry)
}

fn geometries() -> Vec<Option<Geometry>> {
    let area = polygon!(
        exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0)],
        interiors: [[(x: 1.0, y: 0.5), (x: 3.0, y: 2.0), (x: 3.0, y: 0.5)]],
    );
    let line = line_string![(x: 360_000.125, y: 5_670_000.5), (x: 1.0, y: 2.0)];
    vec![
        Some(Geometry::Point(Point::new(1.5, 2.5))),
        None,
        Some(Geometry::MultiPoint(MultiPoint(vec![Point::new(1.0, 2.0), Point::new(3.0, 4.0)]))),
        Some(Geometry::LineString(line.clone())),
        Some(Geometry::MultiLineString(MultiLineString(vec![line.clone(), line.clone()]))),
        Some(Geometry::Polygon(area.clone())),
        Some(Geometry::MultiPolygon(MultiPolygon(vec![area.clone(), area.clone()]))),
        Some(Geometry::GeometryCollection(GeometryCollection(vec![
            Geometry::Polygon(area),
            Geometry::Point(Point::new(7.0, 8.0)),
            Geometry::LineString(line),
        ]))),
    ]
}

#[test]
fn every_kind_of_value_and_geometry_comes_back_from_binary_formats() {
    let mut trees: Vec<Tree> =
        geometries().into_iter().enumerate().map(|(number, geometry)| oak(&format!("t{number}"), geometry)).collect();
    trees.push(("t9".to_owned(), vec![Value::Null; 6], None));
    for format in [WriteFormat::FlatGeobuf, WriteFormat::GeoPackage] {
        let (back, header) = there_and_back(format, GeometryKind::Any, &trees);
        assert_eq!(back, trees, "{format:?}");
        assert_eq!(header.crs, Some(formats::SourceCrs::Epsg(25833)));
        assert_eq!(header.feature_count, Some(9));
    }
}

#[test]
fn a_spreadsheet_has_every_value_as_text_and_well_known_text() {
    let trees = [oak("t1", Some(Geometry::Point(Point::new(1.5, 2.5)))), ("t2".to_owned(), vec![Value::Null; 6], None)];
    let (back, _) = there_and_back(WriteFormat::Csv, GeometryKind::Any, &trees);
    assert_eq!(back[0].2, trees[0].2);
    let texts: Vec<_> = back[0].1.iter().map(|value| format!("{value:?}")).collect();
    assert!(texts[0].contains("Köhlerweg; Süd"), "{texts:?}");
    assert!(back[1].1.iter().all(|value| value.is_null() || *value == Value::text("")), "{:?}", back[1]);
}

#[test]
fn an_empty_table_is_a_file_of_its_format() {
    for format in [WriteFormat::FlatGeobuf, WriteFormat::GeoPackage] {
        let (back, header) = there_and_back(format, GeometryKind::Any, &[]);
        assert!(back.is_empty());
        assert_eq!(header.columns.len(), 7, "{format:?}");
    }
}

#[test]
fn areas_of_one_kind_are_declared_as_such() {
    let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0)];
    let trees = [oak("t1", Some(Geometry::MultiPolygon(MultiPolygon(vec![square])))), oak("t2", None)];
    for format in [WriteFormat::FlatGeobuf, WriteFormat::GeoPackage] {
        assert_eq!(there_and_back(format, GeometryKind::MultiPolygon, &trees).0, trees, "{format:?}");
    }
}

fn ring() -> impl Strategy<Value = Polygon> {
    (-1e6..1e6_f64, -1e6..1e6_f64, 1.0..1e3_f64).prop_map(|(x, y, size)| {
        let corners = [(x, y), (x + size, y), (x + size, y + size), (x, y)];
        Polygon::new(LineString(corners.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()), Vec::new())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_number_of_areas_comes_back(areas in prop::collection::vec((ring(), ".{0,20}", any::<i64>()), 0..120)) {
        let trees: Vec<Tree> = areas.into_iter().enumerate().map(|(number, (area, name, count))| {
            let mut values = vec![Value::Null; 6];
            values[0] = Value::text(name);
            values[1] = Value::Integer(count);
            (format!("{number:04}"), values, Some(Geometry::Polygon(area)))
        }).collect();
        for format in [WriteFormat::FlatGeobuf, WriteFormat::GeoPackage] {
            let (back, _) = there_and_back(format, GeometryKind::Any, &trees);
            prop_assert_eq!(&back, &trees);
        }
    }
}
