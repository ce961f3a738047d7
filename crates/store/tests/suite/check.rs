//! `check` finds what is wrong, each kind of wrong.

use cadastre::{ColumnKind, Problem, Value};
use store::{Finding, Severity};

use crate::{
    edits::put,
    place::{Place, on_both_stores},
    records::{feature, full, layer, parcel, sparse},
};

/// Spoils a sound store and expects to be told so.
async fn check_found(place: &Place, sql: &str, expected: &str) {
    let store = place.create().await;
    put(&store, full()).await;
    put(&store, sparse()).await;
    put(&store, vec![layer("zones", &[("n", ColumnKind::Integer)]).into()]).await;
    put(&store, vec![feature("zones", 1, vec![Value::Integer(1)]).into()]).await;
    let errors = |findings: Vec<Finding>| {
        findings.into_iter().filter(Finding::is_error).map(|finding| finding.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(errors(store.check(&|_| Vec::new()).await.unwrap()), Vec::<String>::new());
    place.tamper(sql).await;
    let found = errors(store.check(&|_| Vec::new()).await.unwrap());
    assert!(found.iter().any(|found| found.contains(expected)), "{sql}: {found:#?}");
}

on_both_stores! {
    async fn a_missing_journal_entry_is_found(place: Place) {
        check_found(&place, "DELETE FROM journal WHERE revision = 2", "revision 2 is missing").await;
    }

    async fn the_last_journal_entry_missing_is_found(place: Place) {
        let expected = "rows of layer:zones belong to this revision, of which the journal knows nothing";
        check_found(&place, "DELETE FROM journal WHERE revision = 4", expected).await;
    }

    async fn a_row_deleted_by_hand_is_found(place: Place) {
        let sql = "DELETE FROM parcel_history WHERE fid = (SELECT min(fid) FROM parcel_history)";
        check_found(&place, sql, "of parcel it says 2 rows written and 0 superseded, there are 1 and 0").await;
    }

    async fn a_row_that_ends_before_it_begins_is_found(place: Place) {
        let sql = "UPDATE site_history SET from_revision = 2";
        check_found(&place, sql, "a superseded row does not end after it begins").await;
    }

    async fn overlapping_rows_are_found(place: Place) {
        let sql = "INSERT INTO unit_history (unit_id, building_id, ags, unit_use, from_revision, to_revision) \
                   SELECT unit_id, building_id, ags, unit_use, 1, 3 FROM unit_history";
        check_found(&place, sql, "two superseded rows overlap").await;
    }

    async fn a_past_newer_than_the_present_is_found(place: Place) {
        let sql = "UPDATE objection_history SET to_revision = 4";
        check_found(&place, sql, "a superseded row is newer than the current one").await;
    }

    async fn a_value_that_is_no_code_is_found(place: Place) {
        let sql = "UPDATE unit SET unit_use = 'palace'";
        check_found(&place, sql, "error: unit u1: column unit_use is wrong: \"palace\" is not one of dwelling, shop").await;
    }

    async fn a_missing_column_is_found(place: Place) {
        let sql = "ALTER TABLE vacancy DROP COLUMN storeys";
        check_found(&place, sql, "error: vacancy: column \"storeys\" is missing").await;
    }

    async fn invalid_geometry_and_dangling_references_are_warnings(place: Place) {
        let store = place.create().await;
        put(&store, vec![parcel(5, 0).into()]).await;
        let validity = |_: &cadastre::geometry::Geometry| vec![Problem::new("geometry", "crosses itself")];
        let findings = store.check(&validity).await.unwrap();
        let warnings: Vec<String> = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Warning)
            .map(ToString::to_string)
            .collect();
        let key = crate::records::parcel_id(5);
        assert_eq!(warnings, [
            format!("warning: parcel {key}: geometry: crosses itself"),
            format!("warning: parcel {key}: ags refers to municipality 14522310, which is not there"),
        ]);
        assert!(findings.iter().any(|finding| finding.to_string() == "info: parcel: 1 rows, 0 superseded"));
    }
}

#[tokio::test]
async fn an_entry_missing_from_the_r_tree_is_found() {
    let sql = "DELETE FROM rtree_site_geom";
    check_found(&Place::geopackage(), sql, "error: site: 1 rows and entries of the R-tree do not fit").await;
}

#[tokio::test]
async fn bytes_that_are_no_geometry_are_found() {
    // As a client without the R-tree's functions would write them.
    let drops: String =
        [2, 4, 5, 6, 7].map(|number| format!("DROP TRIGGER rtree_building_geom_update{number};")).concat();
    let sql = format!("{drops} UPDATE building SET geom = x'47500001E864000001'");
    check_found(&Place::geopackage(), &sql, "error: building DESN1: column geom the geometry ends").await;
}

#[tokio::test]
async fn a_value_of_another_type_is_found() {
    let sql = "UPDATE vacancy SET storeys = 'many'";
    check_found(&Place::geopackage(), sql, "error: vacancy DESN1: column storeys does not hold a whole number").await;
}

#[tokio::test]
async fn a_missing_spatial_index_is_found() {
    let sql = "DROP INDEX parcel_geom_idx";
    check_found(&Place::postgis().await, sql, "parcel: 1 spatial index is missing or invalid").await;
}
