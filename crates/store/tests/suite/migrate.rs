//! From an older schema to a newer one, with steps made for this test.

use cadastre::{Kind, Revision};
use store::{At, Location, MIGRATIONS, Migration, OpenOptions, Store, StoreError};

use crate::{
    edits::{put, state},
    enquiries, pictures,
    place::{Place, on_both_stores},
    records::full,
    schema,
};

const NEXT: Migration = Migration {
    geopackage: "CREATE TABLE campaign (campaign_id TEXT PRIMARY KEY NOT NULL, site_id TEXT)",
    postgis: "CREATE TABLE campaign (campaign_id text PRIMARY KEY, site_id text, geom geometry(Point, {srid}))",
};
const BROKEN: Migration = Migration {
    geopackage: "CREATE TABLE a (b); DROP TABLE nothing",
    postgis: "CREATE TABLE a (); DROP TABLE nothing",
};
const KNOWN: usize = MIGRATIONS.len();
static NEXT_SCHEMA: [Migration; KNOWN + 1] = followed_by(NEXT);
static BROKEN_SCHEMA: [Migration; KNOWN + 1] = followed_by(BROKEN);

/// Every step there is, and this one.
const fn followed_by(next: Migration) -> [Migration; KNOWN + 1] {
    let mut steps = [next; KNOWN + 1];
    let mut at = 0;
    while at < KNOWN {
        steps[at] = MIGRATIONS[at];
        at += 1;
    }
    steps
}

const KNOWING_NEXT: OpenOptions = OpenOptions { migrate: false, migrations: &NEXT_SCHEMA };

async fn refused(place: &Place, options: OpenOptions) -> StoreError {
    Store::open(&place.location, options).await.unwrap_err()
}

on_both_stores! {
    async fn an_older_store_is_migrated_and_a_newer_one_refused(place: Place) {
        let store = place.create().await;
        put(&store, full()).await;
        let before = state(&store, At::Current).await;
        store.close().await;
        if place.is_postgis() {
            let error = refused(&place, KNOWING_NEXT).await;
            assert!(error.to_string().contains("baulotse migrate"), "{error}");
            let StoreError::Older { found, known, .. } = error else { panic!("{error}") };
            assert_eq!((found as usize, known as usize), (KNOWN, KNOWN + 1));
        }
        let options = OpenOptions { migrate: true, ..KNOWING_NEXT };
        let migrated = Store::open(&place.location, options).await.unwrap();
        assert_eq!(state(&migrated, At::Current).await, before);
        migrated.close().await;
        place.tamper("INSERT INTO campaign (campaign_id) VALUES ('c1')").await;
        let error = refused(&place, OpenOptions::default()).await;
        let StoreError::Newer { found, known, .. } = error else { panic!("{error}") };
        assert_eq!((found as usize, known as usize), (KNOWN + 1, KNOWN));
        // Opened again there is nothing to migrate.
        Store::open(&place.location, KNOWING_NEXT).await.unwrap();
    }

    async fn a_store_of_the_first_version_gets_tables_for_enquiries_and_pictures(place: Place) {
        let store = place.create().await;
        put(&store, full().into_iter().filter(|record| record.kind() != Kind::Picture).collect()).await;
        let before = state(&store, At::Current).await;
        store.close().await;
        let columns = schema::columns(&place, "enquiry").await;
        let of_pictures = schema::columns(&place, "picture_history").await;
        // The later versions only add tables to the first.
        let listed = if place.is_postgis() { "" } else { "DELETE FROM gpkg_contents WHERE table_name = 'picture';" };
        place
            .tamper(&format!(
                "DROP TABLE enquiry; DROP TABLE enquiry_notice; DROP TABLE picture; DROP TABLE picture_history; DROP TABLE picture_file; {listed} \
                 UPDATE meta SET schema_version = 1"
            ))
            .await;
        let options = OpenOptions { migrate: true, ..OpenOptions::default() };
        let migrated = Store::open(&place.location, options).await.unwrap();
        assert_eq!(state(&migrated, At::Current).await, before);
        assert_eq!(schema::columns(&place, "enquiry").await, columns);
        assert_eq!(schema::columns(&place, "picture_history").await, of_pictures);
        pictures::add(&migrated, "p1", "s1").await;
        assert!(migrated.picture_file("p1", 300).await.unwrap().is_some());
        let number = enquiries::file(&migrated, 1).await;
        assert_eq!(migrated.enquiry(number).await.unwrap().unwrap().number, number);
        assert_eq!(migrated.check(&|_| Vec::new()).await.unwrap().iter().find(|finding| finding.is_error()), None);
    }

    async fn a_migration_that_fails_leaves_the_store_as_it_was(place: Place) {
        let store = place.create().await;
        put(&store, full()).await;
        store.close().await;
        let error = refused(&place, OpenOptions { migrate: true, migrations: &BROKEN_SCHEMA }).await;
        assert!(matches!(error, StoreError::Database { .. }), "{error}");
        let store = place.open().await;
        assert_eq!(store.head().await.unwrap(), Revision(1));
        store.close().await;
        place.tamper("CREATE TABLE a (b integer)").await;
    }
}

#[tokio::test]
async fn a_file_is_copied_before_it_is_migrated() {
    let place = Place::geopackage();
    let store = place.create().await;
    put(&store, full()).await;
    let before = state(&store, At::Current).await;
    store.close().await;
    Store::open(&place.location, KNOWING_NEXT).await.unwrap().close().await;
    let copies: Vec<_> = std::fs::read_dir(place.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "bak"))
        .collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    let name = copies[0].file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with(&format!("town.gpkg.v{KNOWN}-20")) && name.ends_with("Z.bak"), "{name}");
    let copy = Store::open(&Location::GeoPackage(copies[0].clone()), OpenOptions::default()).await.unwrap();
    assert_eq!(state(&copy, At::Current).await, before);
}
