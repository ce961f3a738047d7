//! GIS programs open the stores as they open any other: tested with GDAL's `ogrinfo`.

use std::process::Command;

use cadastre::{ColumnKind, Edit, Key, Kind, Revision, Value};
use store::Location;

use crate::{
    edits::{by, put},
    place::{Place, on_both_stores},
    records::{feature, full, layer, parcel, parcel_id},
};

/// What GDAL calls the place.
fn data_source(place: &Place) -> String {
    match &place.location {
        Location::GeoPackage(path) => path.display().to_string(),
        Location::Postgis(options) => format!(
            "PG:host={} port={} user={} dbname={}",
            options.get_host(),
            options.get_port(),
            options.get_username(),
            place.database()
        ),
    }
}

/// Runs `ogrinfo` and returns what it says; warnings and errors of GDAL fail the test.
fn ogrinfo(place: &Place, arguments: &[&str]) -> String {
    let output = Command::new("ogrinfo")
        .arg("-ro")
        .args(&arguments[..arguments.len() - 1])
        .arg(data_source(place))
        .args(arguments.last().filter(|layer| !layer.is_empty()))
        .output()
        .expect("ogrinfo (Debian package gdal-bin) must be installed");
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && errors.is_empty(), "{text}\n{errors}");
    text.into_owned()
}

fn assert_has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "\"{line}\" is not in:\n{text}");
    }
}

on_both_stores! {
    async fn gdal_lists_every_layer(place: Place) {
        let store = place.create().await;
        put(&store, full()).await;
        store.close().await;
        let text = ogrinfo(&place, &[""]);
        assert_has(&text, &["municipality (Multi Polygon)", "parcel (Multi Polygon)", "district (Multi Polygon)"]);
        assert_has(&text, &["locality (Multi Polygon)", "building", "site", "layer_flood_zones"]);
        if !place.is_postgis() {
            assert!(!text.contains("history") && !text.contains("journal") && !text.contains("account"), "{text}");
        }
    }

    async fn gdal_reads_the_features_of_a_layer(place: Place) {
        let store = place.create().await;
        let columns = [
            ("Größe", ColumnKind::Real),
            ("n", ColumnKind::Integer),
            ("ok", ColumnKind::Boolean),
            ("day", ColumnKind::Date),
            ("at", ColumnKind::Timestamp),
        ];
        let values = vec![
            Value::Real(1.5),
            Value::Integer(1 << 40),
            Value::Boolean(true),
            Value::Date("2026-02-28".parse().unwrap()),
            Value::Timestamp("2026-02-28T12:00:00.5Z".parse().unwrap()),
        ];
        put(&store, vec![layer("zones", &columns).into(), feature("zones", 3, values).into()]).await;
        store.close().await;
        let text = ogrinfo(&place, &["-al", "layer_zones"]);
        assert_has(&text, &["Feature Count: 1", "ETRS89 / UTM zone 33N", "ID[\"EPSG\",25833]"]);
        assert_has(&text, &["Größe (Real) = 1.5", "n (Integer64) = 1099511627776", "ok (Integer(Boolean)) = 1"]);
        assert_has(&text, &["day (Date) = 2026/02/28", "at (DateTime) = 2026/02/28", "feature_id (String) = 3"]);
        assert_has(&text, &["POLYGON ((358300 5667000,358310 5667000,358310 5667010,358300 5667010,358300 5667000))"]);
    }

    async fn gdal_filters_by_the_spatial_index(place: Place) {
        let store = place.create().await;
        put(&store, (0..2000).map(|number| parcel(number, 0).into()).collect()).await;
        // Written in bulk, then moved, ended and added one by one: the index follows.
        put(&store, vec![parcel(2001, 0).into(), parcel(10, 3).into()]).await;
        let key = Key::new(Kind::Parcel, parcel_id(11).to_string());
        store.commit(vec![Edit::end(key, Revision(1))], by()).await.unwrap();
        store.close().await;
        // Parcels 10 to 15 without 11.
        let text = ogrinfo(&place, &["-so", "-spat", "359001", "5667001", "359501", "5667002", "parcel"]);
        assert_has(&text, &["Feature Count: 5"]);
        let text = ogrinfo(&place, &["-so", "-spat", "558101", "5667001", "558102", "5667002", "parcel"]);
        assert_has(&text, &["Feature Count: 1"]);
    }
}

#[tokio::test]
async fn the_extent_in_a_geopackage_is_true_after_every_change() {
    let place = Place::geopackage();
    let store = place.create().await;
    let check = async |expected: &str| {
        let text = ogrinfo(&place, &["-so", "parcel"]);
        assert_has(&text, &[expected]);
    };
    put(&store, vec![parcel(0, 0).into(), parcel(5, 0).into()]).await;
    check("Extent: (358000.000000, 5667000.000000) - (358520.000000, 5667020.000000)").await;
    put(&store, vec![parcel(7, 1).into()]).await;
    check("Extent: (358000.000000, 5667000.000000) - (358721.000000, 5667021.000000)").await;
    let key = |number| Key::new(Kind::Parcel, parcel_id(number).to_string());
    store.commit(vec![Edit::end(key(7), Revision(2)), Edit::end(key(0), Revision(1))], by()).await.unwrap();
    check("Extent: (358500.000000, 5667000.000000) - (358520.000000, 5667020.000000)").await;
    put(&store, vec![parcel(5, 9).into()]).await;
    check("Extent: (358500.000000, 5667000.000000) - (358529.000000, 5667029.000000)").await;
}

#[tokio::test]
async fn gdal_can_write_to_a_geopackage_and_check_sees_that_it_was_not_the_store() {
    let place = Place::geopackage();
    let store = place.create().await;
    put(&store, full()).await;
    store.close().await;
    let done = Command::new("ogrinfo")
        .args([data_source(&place).as_str(), "-sql", "DELETE FROM parcel WHERE fid = 1"])
        .output()
        .expect("ogrinfo (Debian package gdal-bin) must be installed");
    assert!(done.status.success());
    let findings = place.open().await.check(&|_| Vec::new()).await.unwrap();
    let errors: Vec<String> = findings.iter().filter(|it| it.is_error()).map(ToString::to_string).collect();
    assert_eq!(errors, ["error: journal 1: of parcel it says 2 rows written and 0 superseded, there are 1 and 0"]);
}
