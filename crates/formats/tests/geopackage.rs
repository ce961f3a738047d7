//! GeoPackage files of others: choosing the table, kinds of columns, damaged content.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use std::path::{Path, PathBuf};

use cadastre::{Value, geometry::Geometry, wkb};
use common::{Content, read_path};
use formats::{Format, FormatError, ReadOptions, SourceCrs};
use geo_types::{point, polygon};
use rusqlite::Connection;

/// A GeoPackage with the tables every one has, and the given SQL.
fn create(directory: &Path, sql: &str) -> PathBuf {
    let path = directory.join("a b?#%.gpkg");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
             CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
             CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z INTEGER, m INTEGER);
             INSERT INTO gpkg_spatial_ref_sys VALUES ('UTM', 33, 'EPSG', 25833, ''), ('local', 900000, 'NONE', 1, '');",
        )
        .unwrap();
    connection.execute_batch(sql).unwrap();
    path
}

const PLOTS: &str = "
    CREATE TABLE plots (fid INTEGER PRIMARY KEY AUTOINCREMENT, shape POLYGON, name TEXT(20), area DOUBLE, storeys MEDIUMINT, free BOOLEAN,
                        since DATE, changed DATETIME, photo BLOB);
    INSERT INTO gpkg_contents VALUES ('plots', 'features', 'Plots', 33);
    INSERT INTO gpkg_geometry_columns VALUES ('plots', 'shape', 'POLYGON', 33, 0, 0);";

fn insert(path: &Path, geometry: Option<Vec<u8>>, values: &str) {
    let sql = format!("INSERT INTO plots (shape, name, area, storeys, free, since, changed) VALUES (?1, {values})");
    Connection::open(path).unwrap().execute(&sql, [geometry]).unwrap();
}

fn blob(geometry: impl Into<Geometry>) -> Vec<u8> {
    wkb::encode_geopackage(&geometry.into(), Some([0.0, 0.0, 1.0, 1.0]), 33)
}

fn read_all(path: &Path) -> Content {
    read_path(path, &ReadOptions::default()).unwrap()
}

#[test]
fn columns_have_the_kinds_they_were_declared_with() {
    let directory = tempfile::tempdir().unwrap();
    let path = create(directory.path(), PLOTS);
    let triangle = polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.), (x: 0., y: 0.)];
    insert(&path, Some(blob(triangle.clone())), "'Wiese', 12, 2, 1, '2026-03-31', '2026-03-31T10:00:00.5Z'");
    insert(&path, None, "NULL, NULL, NULL, NULL, NULL, NULL");
    let content = read_all(&path);
    assert_eq!((content.header.format, content.header.name.as_str()), (Format::GeoPackage, "plots"));
    assert_eq!((content.header.crs, content.header.feature_count), (Some(SourceCrs::Epsg(25833)), Some(2)));
    assert_eq!(
        content.columns(),
        ["name Text", "area Real", "storeys Integer", "free Boolean", "since Date", "changed Timestamp"]
    );
    assert_eq!(
        content.values()[0],
        [
            Value::text("Wiese"),
            Value::Real(12.0),
            Value::Integer(2),
            Value::Boolean(true),
            Value::Date("2026-03-31".parse().unwrap()),
            Value::Timestamp("2026-03-31T10:00:00.5Z".parse().unwrap()),
        ]
    );
    assert!(content.values()[1].iter().all(Value::is_null));
    assert_eq!(
        (content.rows[0].raw.geometry.clone(), content.rows[0].crs),
        (Some(triangle.into()), Some(SourceCrs::Epsg(25833)))
    );
    assert_eq!((content.rows[1].raw.geometry.clone(), content.rows[1].crs), (None, None));
    assert_eq!(content.rows[1].raw.id.as_deref(), Some("2"));
    assert_eq!(content.notes(), ["photo: binary values are not read"]);
}

#[test]
fn values_that_do_not_fit_their_column_are_problems() {
    let directory = tempfile::tempdir().unwrap();
    let path = create(directory.path(), PLOTS);
    insert(&path, None, "1, 'viel', 2, 1, NULL, NULL");
    insert(&path, None, "NULL, NULL, 2.5, NULL, NULL, NULL");
    insert(&path, None, "NULL, NULL, NULL, 2, NULL, NULL");
    insert(&path, None, "NULL, NULL, NULL, NULL, '31.03.2026', NULL");
    insert(&path, None, "NULL, NULL, NULL, NULL, NULL, 'gestern'");
    insert(&path, None, "7, 1, 2.0, 0, NULL, '2026-03-31T10:00:00'");
    insert(&path, Some(b"GP\0\x01abcd".to_vec()), "NULL, NULL, NULL, NULL, NULL, NULL");
    insert(&path, Some(vec![1, 2, 3]), "NULL, NULL, NULL, NULL, NULL, NULL");
    insert(&path, Some(blob(point!(x: f64::NAN, y: 0.))), "NULL, NULL, NULL, NULL, NULL, NULL");
    let content = read_all(&path);
    let fields: Vec<_> =
        content.problems.iter().map(|problem| problem.split(": ").take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        fields,
        ["1 area", "2 storeys", "3 free", "4 since", "5 changed", "7 geometry", "8 geometry", "9 geometry"]
    );
    assert_eq!(
        content.values()[0][..4],
        [Value::text("7"), Value::Real(1.0), Value::Integer(2), Value::Boolean(false)]
    );
}

#[test]
fn of_several_tables_one_must_be_named() {
    let directory = tempfile::tempdir().unwrap();
    let more = "CREATE TABLE roads (fid INTEGER PRIMARY KEY, geom LINESTRING, \"na\"\"me\" TEXT);
                INSERT INTO gpkg_contents VALUES ('roads', 'features', 'Roads', 0);
                INSERT INTO gpkg_geometry_columns VALUES ('roads', 'geom', 'LINESTRING', 900000, 0, 0);
                CREATE TABLE owners (id INTEGER PRIMARY KEY, class TEXT);
                INSERT INTO owners VALUES (5, 'church');
                INSERT INTO gpkg_contents VALUES ('owners', 'attributes', 'Owners', NULL);";
    let path = create(directory.path(), &format!("{PLOTS}{more}"));
    let error = read_path(&path, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "say which table to import; the file has: plots, roads, owners");
    let read_table =
        |name: &str| read_path(&path, &ReadOptions { layer: Some(name.to_owned()), ..ReadOptions::default() });
    let error = read_table("PLOTS").unwrap_err();
    assert_eq!(error.to_string(), "there is no table \"PLOTS\"; the file has: plots, roads, owners");
    let roads = read_table("roads").unwrap();
    assert_eq!((roads.header.crs, roads.columns()), (None, vec!["na\"me Text".to_owned()]));
    assert_eq!(roads.notes(), ["crs: the coordinate reference system (local) has no EPSG code; it must be named"]);
    let owners = read_table("owners").unwrap();
    assert_eq!((owners.rows[0].raw.id.as_deref(), owners.rows[0].text("class")), (Some("5"), "church"));
}

#[test]
fn a_file_in_write_ahead_mode_is_read_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = create(directory.path(), PLOTS);
    Connection::open(&path).unwrap().pragma_update(None, "journal_mode", "wal").unwrap();
    insert(&path, None, "'Wiese', 1, 1, 1, NULL, NULL");
    let before = std::fs::read(&path).unwrap();
    assert_eq!(read_all(&path).rows.len(), 1);
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn what_is_no_geopackage_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.gpkg");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    let error = read_path(&path, &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("an SQLite database that is no GeoPackage"), "{error}");
    let path = create(directory.path(), "");
    let error = read_path(&path, &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("it has no table of features or attributes"), "{error}");
    let listed_only =
        create(&tempfile::tempdir().unwrap().keep(), "INSERT INTO gpkg_contents VALUES ('gone', 'features', '', 33);");
    let error = read_path(&listed_only, &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("the table \"gone\" is listed but not there"), "{error}");
}

#[test]
fn a_truncated_file_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = create(directory.path(), PLOTS);
    for _ in 0..200 {
        insert(&path, Some(blob(point!(x: 1., y: 2.))), "'a name that fills the page', 1, 1, 1, NULL, NULL");
    }
    let whole = std::fs::read(&path).unwrap();
    for end in [100, 4096, whole.len() / 2, whole.len() - 5000] {
        std::fs::write(&path, &whole[..end]).unwrap();
        let error = read_path(&path, &ReadOptions::default()).unwrap_err();
        assert!(matches!(error, FormatError::Malformed { .. }), "{end}: {error}");
        assert!(error.to_string().contains("cut off"), "{end}: {error}");
    }
}
