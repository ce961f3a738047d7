//! Finding, creating and opening stores; the lock of a server.

use std::time::Duration;

use store::{Location, OpenOptions, Store, StoreCrs, StoreError};

use crate::{
    edits::put,
    place::{Place, on_both_stores},
    records::full,
};

on_both_stores! {
    async fn a_store_is_found_once_it_was_created(place: Place) {
        assert!(Store::find(&place.location, OpenOptions::default()).await.unwrap().is_none());
        let error = Store::open(&place.location, OpenOptions::default()).await.unwrap_err();
        assert!(matches!(error, StoreError::Missing { .. } | StoreError::NotAStore { .. }), "{error}");
        let store = place.create().await;
        assert!(Store::find(&place.location, OpenOptions::default()).await.unwrap().is_some());
        assert_eq!(store.crs(), &StoreCrs::known(25833).unwrap());
        let again = Store::create(&place.location, StoreCrs::known(25832).unwrap()).await.unwrap_err();
        assert!(matches!(again, StoreError::Exists { .. }), "{again}");
        put(&store, full()).await;
        store.close().await;
        let store = place.open().await;
        assert_eq!(store.crs().epsg, 25833);
        assert_eq!(store.head().await.unwrap().0, 1);
    }

    async fn any_crs_can_be_that_of_a_store(place: Place) {
        let crs = StoreCrs { epsg: 2154, wkt: "PROJCS[\"RGF93 / Lambert-93\",AUTHORITY[\"EPSG\",\"2154\"]]".into() };
        let store = Store::create(&place.location, crs.clone()).await.unwrap();
        assert_eq!(store.crs(), &crs);
        put(&store, full()).await;
    }

    async fn a_closed_store_answers_that_it_is_gone(place: Place) {
        let store = place.create().await;
        store.close().await;
        assert!(store.head().await.unwrap_err().is_unavailable());
    }
}

#[tokio::test]
async fn a_second_server_on_a_file_is_refused_and_the_first_one_named() {
    let place = Place::geopackage();
    let (first, second) = (place.create().await, place.open().await);
    let lock = first.serve_lock().unwrap();
    let error = second.serve_lock().unwrap_err();
    assert!(
        error.to_string().ends_with(&format!("is being served already by process {}", std::process::id())),
        "{error}"
    );
    drop(lock);
    second.serve_lock().unwrap();
}

#[tokio::test]
async fn any_number_of_servers_share_a_database() {
    let place = Place::postgis().await;
    let store = place.create().await;
    let _locks = [store.serve_lock().unwrap(), store.serve_lock().unwrap()];
}

async fn check_no_store(name: &str, bytes: &[u8], reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let location = Location::parse(path.to_str().unwrap()).unwrap();
    let options = OpenOptions::default();
    for error in
        [Store::open(&location, options).await.unwrap_err(), Store::find(&location, options).await.unwrap_err()]
    {
        assert!(error.to_string().contains(reason), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "a file that is no store was written to");
}

#[tokio::test]
async fn files_that_are_no_store_are_refused_and_left_alone() {
    check_no_store("text.gpkg", &b"no database at all, whatever its name says".repeat(30), "it is no GeoPackage").await;
    check_no_store("empty.gpkg", b"", "it has no tables of baulotse").await;
}

#[tokio::test]
async fn a_foreign_geopackage_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("foreign.gpkg");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE parcels (fid INTEGER PRIMARY KEY)").unwrap();
    let location = Location::parse(path.to_str().unwrap()).unwrap();
    let error = Store::open(&location, OpenOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("it has no tables of baulotse"), "{error}");
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_unavailable() {
    let location = Location::parse("postgres://nobody@127.0.0.1:1/nothing").unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(30), Store::open(&location, OpenOptions::default()));
    assert!(answer.await.unwrap().unwrap_err().is_unavailable());
}

#[tokio::test]
async fn a_file_put_in_the_place_of_the_store_is_the_store_from_then_on() {
    let place = Place::geopackage();
    let store = place.create().await;
    put(&store, full()).await;
    let Location::GeoPackage(path) = &place.location else { panic!("no file") };
    let other = Place::geopackage();
    other.create().await.close().await;
    let Location::GeoPackage(empty) = &other.location else { panic!("no file") };
    store.backup(&place.folder.path().join("kept.gpkg")).await.unwrap();
    std::fs::remove_file(path).unwrap();
    assert!(store.head().await.unwrap_err().is_unavailable());
    for sidecar in ["-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(sidecar);
        let _ = std::fs::remove_file(name);
    }
    std::fs::copy(empty, path).unwrap();
    assert_eq!(store.head().await.unwrap().0, 0);
    assert_eq!(put(&store, full()).await.unwrap().0, 1);
}
