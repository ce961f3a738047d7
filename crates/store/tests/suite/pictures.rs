//! Pictures: kept with their files, erased with them, and no name in the history.

use cadastre::{
    Edit, Key, Kind, Picture, Record, Revision,
    codes::PictureSubject,
    edit::Applied,
    picture::{MOST, Size},
};
use store::{At, CommitError, ImportMeta, Location, PictureFile, Store};

use crate::{
    edits::{by, put, state},
    place::{Place, on_both_stores},
    records::{full, picture, site, vacancy},
};

const AUTHOR: &str = "Erika Mustermann, Lichtbild";
const BYTES: &[u8] = b"bytes of a picture that nobody else has";

fn file(id: &str) -> PictureFile {
    PictureFile { picture_id: id.into(), size: Size { width: 300, height: 200 }, bytes: BYTES.to_vec() }
}

fn with_author(id: &str, site_id: &str) -> Picture {
    Picture { author: Some(AUTHOR.into()), ..picture(id, site_id) }
}

/// Adds a picture with its file.
pub(crate) async fn add(store: &Store, id: &str, site_id: &str) -> Revision {
    let edits = vec![Edit::create(with_author(id, site_id))];
    store.commit_with(edits, vec![file(id)], by()).await.unwrap().revision.unwrap()
}

/// Ends a picture, whatever its revision.
pub(crate) async fn end(store: &Store, id: &str) {
    let key = Key::new(Kind::Picture, id);
    let at = state(store, At::Current).await[&key].revision;
    store.commit(vec![Edit::end(key, at)], by()).await.unwrap();
}

async fn has(store: &Store, id: &str) -> (bool, bool) {
    let record = state(store, At::Current).await.contains_key(&Key::new(Kind::Picture, id));
    (record, store.picture_file(id, 300).await.unwrap().is_some())
}

/// Whether the file of a store, or what waits beside it, holds a text.
fn is_on_disk(place: &Place, text: &[u8]) -> bool {
    let Location::GeoPackage(path) = &place.location else { return false };
    ["", "-wal"].iter().any(|ending| {
        let mut path = path.clone().into_os_string();
        path.push(ending);
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text)
    })
}

on_both_stores! {
    async fn a_picture_comes_back_as_it_was_with_its_file(place: Place) {
        let store = place.create().await;
        let revision = add(&store, "p1", "s1").await;
        let found = &state(&store, At::Current).await[&Key::new(Kind::Picture, "p1")];
        assert_eq!((found.revision, &found.record), (revision, &Record::from(with_author("p1", "s1"))));
        assert_eq!(store.picture_file("p1", 300).await.unwrap().as_deref(), Some(BYTES));
        assert_eq!(store.picture_file("p1", 400).await.unwrap(), None);
        assert_eq!(store.picture_file("p2", 300).await.unwrap(), None);
        store.close().await;
        assert_eq!(place.open().await.picture_file("p1", 300).await.unwrap().as_deref(), Some(BYTES));
    }

    async fn a_change_of_its_record_leaves_its_file(place: Place) {
        let store = place.create().await;
        let at = add(&store, "p1", "s1").await;
        let changed = Picture { is_released: false, alt: "Ein Hof".into(), ..with_author("p1", "s1") };
        store.commit(vec![Edit::replace(changed, at)], by()).await.unwrap();
        assert_eq!(has(&store, "p1").await, (true, true));
        let again = store.commit(vec![Edit::replace(with_author("p1", "s1"), at)], by()).await.unwrap_err();
        assert!(matches!(again, CommitError::Conflict { .. }), "{again}");
    }

    async fn a_picture_that_ends_leaves_neither_file_nor_name(place: Place) {
        let store = place.create().await;
        let at = add(&store, "p1", "s1").await;
        let other = Picture { author: Some("Max Beispiel, Lichtbild".into()), ..with_author("p1", "s1") };
        store.commit(vec![Edit::replace(other, at)], by()).await.unwrap();
        // Superseded, the name is not kept; the rest of the record is.
        let past = &state(&store, At::Revision(at)).await[&Key::new(Kind::Picture, "p1")];
        assert_eq!(past.record, Picture { author: None, ..with_author("p1", "s1") }.into());
        end(&store, "p1").await;
        assert_eq!(has(&store, "p1").await, (false, false));
        let gone = store.changes_since(at).await.unwrap().applied;
        assert!(matches!(&gone[..], [Applied::Ended { key, .. }] if key.id == "p1"), "{gone:?}");
        assert!(store.check(&|_| Vec::new()).await.unwrap().iter().all(|finding| !finding.is_error()));
        store.close().await;
        for text in [AUTHOR.as_bytes(), b"Max Beispiel", BYTES] {
            assert!(!is_on_disk(&place, text), "{}", String::from_utf8_lossy(text));
        }
    }

    async fn a_picture_ends_with_its_site_or_its_vacancy_record(place: Place) {
        let store = place.create().await;
        let building = Picture {
            subject: PictureSubject::Building,
            subject_id: "DESN1".into(),
            ..with_author("of-building", "")
        };
        put(&store, vec![site("s1").into(), site("s2").into(), vacancy("DESN1").into()]).await;
        add(&store, "of-s1", "s1").await;
        add(&store, "of-s2", "s2").await;
        store.commit_with(vec![Edit::create(building)], vec![file("of-building")], by()).await.unwrap();

        let outcome = store.commit(vec![Edit::end(Key::new(Kind::Site, "s1"), Revision(1))], by()).await.unwrap();
        assert_eq!(outcome.counts[&Kind::Picture].ended, 1);
        assert_eq!([has(&store, "of-s1").await, has(&store, "of-s2").await], [(false, false), (true, true)]);
        store.commit(vec![Edit::end(Key::new(Kind::Vacancy, "DESN1"), Revision(1))], by()).await.unwrap();
        assert_eq!(has(&store, "of-building").await, (false, false));
        // A change of a site that ends nothing says nothing of pictures.
        let outcome = store.commit(vec![Edit::put(site("s3"))], by()).await.unwrap();
        assert!(!outcome.counts.contains_key(&Kind::Picture));

        // An import that replaces all sites ends those it does not name, and their pictures.
        let mut import = store.import(ImportMeta::new("sites.geojson", "ab".repeat(32))).await.unwrap();
        import.replace(Kind::Site);
        import.put(vec![site("s3").into()]).await.unwrap();
        import.finish(false).await.unwrap();
        assert_eq!(has(&store, "of-s2").await, (false, false));
        assert!(store.check(&|_| Vec::new()).await.unwrap().iter().all(|finding| !finding.is_error()));
    }

    async fn no_subject_has_more_than_the_limit_however_many_come_at_once(place: Place) {
        let store = place.create().await;
        for number in 1..MOST {
            add(&store, &format!("p{number}"), "s1").await;
        }
        let one = |id: &'static str| {
            store.commit_with(vec![Edit::create(with_author(id, "s1"))], vec![file(id)], by())
        };
        let (a, b) = tokio::join!(one("last"), one("too-many"));
        let refused: Vec<CommitError> = [a.err(), b.err()].into_iter().flatten().collect();
        assert!(matches!(&refused[..], [CommitError::Unstorable { .. }]), "{refused:?}");
        add(&store, "elsewhere", "s2").await;
        let files = [store.picture_file("last", 300).await.unwrap(), store.picture_file("too-many", 300).await.unwrap()];
        assert_eq!(files.iter().flatten().count(), 1, "what was refused left no file");
    }

    async fn a_picture_whose_file_is_missing_is_told(place: Place) {
        let store = place.create().await;
        put(&store, full()).await;
        let found = store.check(&|_| Vec::new()).await.unwrap();
        let told = found.iter().filter(|finding| finding.subject == "picture" && finding.key.as_deref() == Some("p1"));
        assert!(told.into_iter().any(|finding| finding.text.contains("300 pixels wide")), "{found:#?}");
    }
}
