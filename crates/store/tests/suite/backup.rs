//! Backup and restore, within a kind of store and across.

use cadastre::{ColumnKind, Edit, Key, Kind, Revision, Value};
use jiff::{SignedDuration, Timestamp};
use store::{At, JournalEntry, Location, NewAccount, OpenOptions, Selection, Store, StoreCrs, StoreError};

use crate::{
    edits::{by, put, state},
    enquiries, pictures,
    place::{Place, on_both_stores},
    records::{feature, full, layer, parcel, sparse},
};

/// When the notice in the outbox was taken, to be sent within the hour or else again.
fn taken() -> Timestamp {
    "2100-01-01T00:00:00Z".parse().unwrap()
}

/// When it is due again.
fn due() -> Timestamp {
    taken() + SignedDuration::from_hours(1)
}

/// A store with a past: every kind, changed and ended records, layers that were reshaped and ended, an account.
async fn fill(store: &Store) {
    put(store, full()).await;
    let old = layer("zones", &[("name", ColumnKind::Text), ("fid", ColumnKind::Integer)]);
    put(store, vec![old.into(), feature("zones", 1, vec![Value::text("a"), Value::Integer(4)]).into()]).await;
    put(store, sparse()).await;
    put(store, vec![layer("zones", &[("name", ColumnKind::Date)]).into(), layer("gone", &[]).into()]).await;
    store.commit(vec![Edit::end(Key::new(Kind::Layer, "gone"), Revision(4))], by()).await.unwrap();
    let role = cadastre::role::Role::Clerk;
    let scope = cadastre::role::Scope::County("14522".into());
    let account = NewAccount { login: "max".into(), display_name: None, mail: None, role, scope };
    store.add_account(account).await.unwrap();
    enquiries::file(store, 1).await;
    enquiries::file_told(store, 2).await;
    assert!(enquiries::take(store, taken()).await.is_some());
    pictures::add(store, "kept", "s1").await;
    pictures::add(store, "ended", "s1").await;
    pictures::end(store, "ended").await;
}

/// Asserts that two stores have the same past and present.
async fn assert_same(ours: &Store, theirs: &Store) {
    let journal: Vec<JournalEntry> = ours.journal(Revision(0), 1000).await.unwrap();
    assert_eq!(theirs.journal(Revision(0), 1000).await.unwrap(), journal);
    for revision in 0..=journal.len() as u64 {
        let at = At::Revision(Revision(revision));
        assert_eq!(state(theirs, at).await, state(ours, at).await, "at revision {revision}");
        let since = Revision(revision);
        assert_eq!(
            theirs.changes_since(since).await.unwrap().applied,
            ours.changes_since(since).await.unwrap().applied
        );
    }
    assert_eq!(theirs.accounts().await.unwrap(), ours.accounts().await.unwrap());
    let enquiries = ours.enquiries(&Selection::default(), 10).await.unwrap();
    assert_eq!(enquiries.len(), 2);
    assert_eq!(theirs.enquiries(&Selection::default(), 10).await.unwrap(), enquiries);
    for (at, expected) in [(due() - SignedDuration::from_millis(1), (1, false)), (due(), (1, true))] {
        assert_eq!(ours.waiting_notices(at).await.unwrap(), expected, "ours at {at}");
        assert_eq!(theirs.waiting_notices(at).await.unwrap(), expected, "theirs at {at}");
    }
    let files = [ours.picture_file("kept", 300).await.unwrap(), theirs.picture_file("kept", 300).await.unwrap()];
    assert!(files[0].is_some() && files[0] == files[1]);
    assert_eq!(theirs.picture_file("ended", 300).await.unwrap(), None);
    assert_eq!(theirs.check(&|_| Vec::new()).await.unwrap(), ours.check(&|_| Vec::new()).await.unwrap());
    assert_eq!(theirs.crs(), ours.crs());
}

async fn open(path: &std::path::Path) -> Store {
    let location = Location::parse(path.to_str().unwrap()).unwrap();
    Store::open(&location, OpenOptions::default()).await.unwrap()
}

on_both_stores! {
    async fn a_backup_is_a_store_with_the_same_past_and_present(place: Place) {
        let store = place.create().await;
        fill(&store).await;
        let path = place.folder.path().join("backup.gpkg");
        store.backup(&path).await.unwrap();
        let backup = open(&path).await;
        assert_same(&store, &backup).await;
        assert_eq!(backup.epoch().await.unwrap(), store.epoch().await.unwrap());
        let again = store.backup(&path).await.unwrap_err();
        assert!(matches!(again, StoreError::Exists { .. }), "{again}");
    }

    async fn restored_the_store_is_as_it_was_in_another_epoch_and_goes_on(place: Place) {
        let store = place.create().await;
        fill(&store).await;
        let path = place.folder.path().join("backup.gpkg");
        store.backup(&path).await.unwrap();
        let epoch = store.epoch().await.unwrap();
        put(&store, vec![parcel(90, 0).into(), layer("later", &[]).into()]).await;
        put(&store, full()).await;
        let mut watcher = store.watch();
        watcher.next().await.unwrap();

        store.restore(&path).await.unwrap();
        watcher.next().await.unwrap();
        assert_same(&open(&path).await, &store).await;
        assert_ne!(store.epoch().await.unwrap(), epoch);
        let head = store.head().await.unwrap();
        assert_eq!(put(&store, full()).await, Some(Revision(head.0 + 1)));
        put(&store, vec![layer("later", &[("a", ColumnKind::Text)]).into()]).await;
        assert_eq!(store.check(&|_| Vec::new()).await.unwrap().iter().find(|finding| finding.is_error()), None);
    }

    async fn a_backup_moves_between_the_kinds_of_stores(place: Place) {
        let store = place.create().await;
        fill(&store).await;
        let path = place.folder.path().join("backup.gpkg");
        store.backup(&path).await.unwrap();
        let other = if place.is_postgis() { Place::geopackage() } else { Place::postgis().await };
        let moved = other.create().await;
        moved.restore(&path).await.unwrap();
        assert_same(&open(&path).await, &moved).await;
        // And back.
        let back = place.folder.path().join("back.gpkg");
        moved.backup(&back).await.unwrap();
        store.restore(&back).await.unwrap();
        assert_same(&moved, &store).await;
        // It is known how often it was tried to send what is to be sent.
        assert_eq!(enquiries::take(&store, due()).await.map(|(_, attempts)| attempts), Some(1));
    }

    async fn a_store_is_made_from_a_backup(place: Place) {
        let store = place.create().await;
        fill(&store).await;
        let path = place.folder.path().join("backup.gpkg");
        store.backup(&path).await.unwrap();
        for other in [Place::geopackage(), Place::postgis().await] {
            let made = Store::create_from(&other.location, &path).await.unwrap();
            assert_same(&open(&path).await, &made).await;
            assert_ne!(made.epoch().await.unwrap(), store.epoch().await.unwrap());
            let head = made.head().await.unwrap();
            assert_eq!(put(&made, full()).await, Some(Revision(head.0 + 1)));
            let again = Store::create_from(&other.location, &path).await.unwrap_err();
            assert!(matches!(again, StoreError::Exists { .. }), "{again}");
        }
        let nowhere = Place::geopackage();
        let missing = Store::create_from(&nowhere.location, &place.folder.path().join("none.gpkg")).await.unwrap_err();
        assert!(matches!(missing, StoreError::Missing { .. }), "{missing}");
        assert!(Store::find(&nowhere.location, OpenOptions::default()).await.unwrap().is_none());
    }

    async fn a_backup_in_another_crs_is_refused_and_the_store_kept(place: Place) {
        let store = place.create().await;
        put(&store, full()).await;
        let path = place.folder.path().join("other.gpkg");
        let location = Location::parse(path.to_str().unwrap()).unwrap();
        Store::create(&location, StoreCrs::known(25832).unwrap()).await.unwrap().close().await;
        let error = store.restore(&path).await.unwrap_err();
        assert_eq!(error.to_string(), "the backup is in EPSG:25832, the store in EPSG:25833");
        assert_eq!(store.head().await.unwrap(), Revision(1));
        let missing = store.restore(&place.folder.path().join("none.gpkg")).await.unwrap_err();
        assert!(matches!(missing, StoreError::Missing { .. }), "{missing}");
    }

    async fn backups_are_of_one_state_while_others_write(place: Place) {
        let store = place.create().await;
        let writer = store.clone();
        let storm = tokio::spawn(async move {
            for i in 0..60 {
                // Both or neither are in every state.
                put(&writer, vec![parcel(1, i).into(), parcel(2, i).into()]).await;
            }
        });
        for i in 0..3 {
            let path = place.folder.path().join(format!("{i}.gpkg"));
            store.backup(&path).await.unwrap();
            let backup = open(&path).await;
            let errors = backup.check(&|_| Vec::new()).await.unwrap();
            assert_eq!(errors.iter().find(|finding| finding.is_error()), None);
            let revisions: Vec<_> = state(&backup, At::Current).await.into_values().map(|it| it.revision).collect();
            assert!(revisions.windows(2).all(|pair| pair[0] == pair[1]), "{revisions:?}");
        }
        storm.await.unwrap();
    }
}
