//! Imports: streamed, one revision, repeatable.

use cadastre::{ColumnKind, Kind, Record, Revision, Value};
use store::{At, CommitError, Counts, ImportMeta, Source, Store};

use crate::{
    edits::{put, state},
    place::{Place, on_both_stores},
    records::{feature, full, layer, parcel, parcel_id},
};

fn meta() -> ImportMeta {
    ImportMeta::new("parcels.gml", "ab".repeat(32))
}

/// Imports records as if a layer's file held them all.
async fn replace(store: &Store, kind: Kind, records: Vec<Record>, dry_run: bool) -> store::Outcome {
    let mut import = store.import(meta()).await.unwrap();
    for batch in records.chunks(700) {
        import.put(batch.to_vec()).await.unwrap();
    }
    import.replace(kind);
    import.finish(dry_run).await.unwrap()
}

fn zones(states: impl IntoIterator<Item = (u32, i64)>) -> Vec<Record> {
    let mut records: Vec<Record> = vec![layer("zones", &[("depth", ColumnKind::Integer)]).into()];
    records.extend(states.into_iter().map(|(id, depth)| feature("zones", id, vec![Value::Integer(depth)]).into()));
    records
}

fn counts(added: u64, changed: u64, ended: u64, unchanged: u64) -> Counts {
    Counts { added, changed, ended, unchanged }
}

on_both_stores! {
    async fn the_same_import_twice_changes_nothing(place: Place) {
        let store = place.create().await;
        let parcels = || (0..2500).map(|number| Record::from(parcel(number, 0))).collect::<Vec<_>>();
        let kind = Kind::Feature("zones".into());
        for (records, kind) in [(parcels(), Kind::Parcel), (zones((0..2500).map(|id| (id, 1))), kind)] {
            let head = store.head().await.unwrap();
            let first = replace(&store, kind.clone(), records.clone(), false).await;
            assert_eq!(first.revision, Some(Revision(head.0 + 1)));
            assert_eq!(first.counts[&kind], counts(2500, 0, 0, 0));
            let second = replace(&store, kind.clone(), records, false).await;
            assert_eq!(second.revision, None);
            assert_eq!(second.counts[&kind], counts(0, 0, 0, 2500));
        }
        assert_eq!(store.count(&Kind::Parcel).await.unwrap(), 2500);
        assert_eq!(store.count_all().await.unwrap(), 5001);
        assert_eq!(store.check(&|_| Vec::new()).await.unwrap().iter().find(|finding| finding.is_error()), None);
    }

    async fn a_layer_replaced_ends_what_the_file_no_longer_has(place: Place) {
        let store = place.create().await;
        let kind = Kind::Feature("zones".into());
        replace(&store, kind.clone(), zones((0..2000).map(|id| (id, 0))), false).await;
        // Of 2000 features the first 500 are gone, every tenth is deeper, 100 are new.
        let next = || zones((500..2100).map(|id| (id, i64::from(id % 10 == 0))));
        let expected = counts(100, 150, 500, 1350);
        let tried = replace(&store, kind.clone(), next(), true).await;
        assert_eq!((tried.revision, tried.counts[&kind]), (None, expected));
        assert_eq!(store.head().await.unwrap(), Revision(1));
        let done = replace(&store, kind.clone(), next(), false).await;
        assert_eq!((done.revision, done.counts[&kind]), (Some(Revision(2)), expected));
        assert_eq!(store.count(&kind).await.unwrap(), 1600);
        assert_eq!(state(&store, At::Revision(Revision(1))).await.len(), 2001);
        assert_eq!(store.check(&|_| Vec::new()).await.unwrap().iter().find(|finding| finding.is_error()), None);
    }

    async fn an_import_dropped_never_was(place: Place) {
        let store = place.create().await;
        let mut import = store.import(meta()).await.unwrap();
        import.put(zones((0..50).map(|id| (id, 0)))).await.unwrap();
        drop(import);
        assert_eq!(store.head().await.unwrap(), Revision(0));
        assert_eq!(store.count_all().await.unwrap(), 0);
        replace(&store, Kind::Feature("zones".into()), zones([(1, 1)]), false).await;
        assert_eq!(store.count_all().await.unwrap(), 2);
    }

    async fn others_write_while_an_import_is_read(place: Place) {
        let store = place.create().await;
        let mut import = store.import(meta()).await.unwrap();
        import.put(vec![parcel(1, 1).into()]).await.unwrap();
        assert_eq!(put(&store, full()).await, Some(Revision(1)));
        assert_eq!(import.finish(false).await.unwrap().revision, Some(Revision(2)));
    }

    async fn a_key_that_occurs_twice_is_named(place: Place) {
        let store = place.create().await;
        let mut import = store.import(meta()).await.unwrap();
        import.put(vec![parcel(1, 0).into(), parcel(2, 0).into()]).await.unwrap();
        import.put(vec![parcel(2, 0).into()]).await.unwrap();
        let error = import.finish(false).await.unwrap_err();
        assert!(matches!(error, CommitError::DuplicateKey { key } if key.id == parcel_id(2).to_string()));
        assert_eq!(store.head().await.unwrap(), Revision(0));
    }

    async fn a_batch_that_cannot_be_stored_is_named_and_the_rest_goes_on(place: Place) {
        let store = place.create().await;
        let mut import = store.import(meta()).await.unwrap();
        import.put(zones([(1, 0)])).await.unwrap();
        let wrong = vec![
            feature("zones", 2, vec![Value::Integer(1)]).into(),
            feature("zones", 3, vec![Value::text("deep")]).into(),
            feature("zones", 4, Vec::new()).into(),
        ];
        let CommitError::Unstorable { records } = import.put(wrong).await.unwrap_err() else { panic!("not unstorable") };
        let told: Vec<String> =
            records.iter().map(|record| format!("{}: {}", record.key, record.problems[0])).collect();
        assert_eq!(told, [
            "layer:zones/3: depth: must be of kind Integer, got Some(Text)",
            "layer:zones/4: columns: has 0 values, the layer has 1 columns",
        ]);
        import.put(vec![feature("zones", 2, vec![Value::Integer(1)]).into()]).await.unwrap();
        let outcome = import.finish(false).await.unwrap();
        assert_eq!(outcome.counts[&Kind::Feature("zones".into())], counts(2, 0, 0, 0));
    }

    async fn the_journal_knows_the_source(place: Place) {
        let store = place.create().await;
        let mut import = store.import(meta()).await.unwrap();
        import.put((0..1500).map(|number| parcel(number, 0).into()).collect()).await.unwrap();
        import.source_rows(1502);
        import.finish(false).await.unwrap();
        let entry = store.journal(Revision(0), 1).await.unwrap().remove(0);
        let source = Source { name: "parcels.gml".into(), sha256: "ab".repeat(32), rows: 1502 };
        assert_eq!(entry.source, Some(source));
        assert_eq!(entry.touched, None);
        assert_eq!(entry.counts["parcel"], counts(1500, 0, 0, 0));
    }
}
