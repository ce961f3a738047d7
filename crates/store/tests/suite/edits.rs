//! Commits of edits: what is written is read, what is expected is checked.

use std::collections::BTreeMap;

use cadastre::{
    ColumnKind, Edit, Key, Kind, Record, Revision, Value, Versioned,
    edit::{Applied, Change, Expected, Superseded},
    record::Parcel,
};
use geo_types::{Geometry, MultiPolygon};
use jiff::Timestamp;
use store::{At, Author, CommitError, Counts, ImportMeta, Store};

use crate::{
    place::{Place, on_both_stores},
    records::{feature, full, layer, parcel, parcel_id, sparse},
};

pub(crate) fn by() -> Author {
    Author::operator("test")
}

/// Everything in the store, by key.
pub(crate) async fn state(store: &Store, at: At) -> BTreeMap<Key, Versioned> {
    let mut state = BTreeMap::new();
    store
        .scan_all(at, |batch| {
            for versioned in batch {
                assert!(state.insert(versioned.record.key(), versioned).is_none(), "a key came twice");
            }
            Ok(())
        })
        .await
        .unwrap();
    state
}

pub(crate) async fn put(store: &Store, records: Vec<Record>) -> Option<Revision> {
    store.commit(records.into_iter().map(Edit::put).collect(), by()).await.unwrap().revision
}

fn parcel_key(number: u32) -> Key {
    Key::new(Kind::Parcel, parcel_id(number).to_string())
}

on_both_stores! {
    async fn every_field_of_every_kind_comes_back_as_it_was(place: Place) {
        let store = place.create().await;
        for (revision, records) in [(Revision(1), full()), (Revision(2), sparse())] {
            assert_eq!(put(&store, records.clone()).await, Some(revision));
            let state = state(&store, At::Current).await;
            assert_eq!(state.len(), records.len());
            for record in records {
                assert_eq!(state[&record.key()], Versioned { revision, record });
            }
        }
    }

    async fn values_of_a_layer_come_back_as_they_were(place: Place) {
        let store = place.create().await;
        let columns = [
            ("text", ColumnKind::Text),
            ("whole", ColumnKind::Integer),
            ("number", ColumnKind::Real),
            ("yes", ColumnKind::Boolean),
            ("day", ColumnKind::Date),
            ("instant", ColumnKind::Timestamp),
        ];
        let values = |instant: &str| vec![
            Value::text("Ä\"'\\,\t\n€ 😀"),
            Value::Integer(i64::MIN),
            Value::Real(-0.1),
            Value::Boolean(true),
            Value::Date("0001-01-01".parse().unwrap()),
            Value::Timestamp(instant.parse().unwrap()),
        ];
        let mut records: Vec<Record> = vec![layer("kinds", &columns).into()];
        records.push(feature("kinds", 1, values("2026-02-03T04:05:06.789Z")).into());
        records.push(feature("kinds", 2, values("9999-12-30T21:59:59.999999Z")).into());
        records.push(feature("kinds", 3, vec![Value::Null; 6]).into());
        let mut extremes = values("1969-12-31T23:59:59.000001Z");
        extremes[1..5].clone_from_slice(&[
            Value::Integer(i64::MAX),
            Value::Real(f64::MAX),
            Value::Boolean(false),
            Value::Date("9999-12-31".parse().unwrap()),
        ]);
        records.push(feature("kinds", 4, extremes).into());
        put(&store, records.clone()).await;
        let state = state(&store, At::Current).await;
        for record in records {
            assert_eq!(state[&record.key()].record, record);
        }
    }

    async fn edits_are_taken_only_if_what_they_expect_is_there(place: Place) {
        let store = place.create().await;
        store.commit(vec![Edit::create(parcel(1, 0))], by()).await.unwrap();
        let refused = |edit: Edit| {
            let store = store.clone();
            async move { store.commit(vec![Edit::put(parcel(9, 9)), edit], by()).await.unwrap_err().to_string() }
        };
        let key = parcel_key(1);
        assert_eq!(refused(Edit::create(parcel(1, 1))).await, format!("{key} exists already"));
        assert_eq!(
            refused(Edit::replace(parcel(1, 1), Revision(7))).await,
            format!("{key} was expected at revision 7, it is at 1")
        );
        assert_eq!(
            refused(Edit::end(parcel_key(2), Revision(1))).await,
            format!("{} was expected at revision 1, it has ended or never was", parcel_key(2))
        );
        let end = Edit { expected: Expected::Any, change: Change::End(parcel_key(2)) };
        assert_eq!(refused(end).await, format!("there is no {}", parcel_key(2)));
        assert_eq!(refused(Edit::put(parcel(9, 1))).await, format!("{} occurs twice", parcel_key(9)));
        // Nothing of the refused changes was kept, the other edit of each neither.
        assert_eq!(store.head().await.unwrap(), Revision(1));
        assert_eq!(state(&store, At::Current).await.len(), 1);

        store.commit(vec![Edit::replace(parcel(1, 1), Revision(1))], by()).await.unwrap();
        store.commit(vec![Edit::end(key.clone(), Revision(2))], by()).await.unwrap();
        store.commit(vec![Edit::create(parcel(1, 2))], by()).await.unwrap();
        assert_eq!(state(&store, At::Current).await[&key].revision, Revision(4));
    }

    async fn words_that_no_store_can_hold_are_refused_by_name(place: Place) {
        let store = place.create().await;
        let refused = |edit: Edit, by: Author| {
            let store = store.clone();
            async move { store.commit(vec![edit], by).await.unwrap_err().to_string() }
        };
        let end = Edit::end(Key::new(Kind::Site, "a\0b"), Revision(1));
        let told = "site/a\0b cannot be stored: site_id: must have 1 to 500 bytes and no NUL character";
        assert_eq!(refused(end, by()).await, told);
        let told = "the journal cannot hold this: reason: must not contain a NUL character";
        assert_eq!(refused(Edit::put(parcel(1, 0)), Author::operator("a\0b")).await, told);
        let error = store.import(ImportMeta::new("a\0.gml", "00")).await.unwrap_err().to_string();
        assert_eq!(error, told.replace("reason", "source_name"));
        assert_eq!(store.head().await.unwrap(), Revision(0));
    }

    async fn what_is_there_already_is_no_change(place: Place) {
        let store = place.create().await;
        put(&store, full()).await;
        let again = store.commit(full().into_iter().map(Edit::put).collect(), by()).await.unwrap();
        assert_eq!(again.revision, None);
        assert_eq!(again.counts.values().map(|counts| counts.unchanged).sum::<u64>(), full().len() as u64);
        assert_eq!(store.head().await.unwrap(), Revision(1));
        let mixed = vec![Edit::put(parcel(7, 0)), Edit::put(parcel(3, 5)), Edit::put(parcel(1, 0))];
        let outcome = store.commit(mixed, by()).await.unwrap();
        assert_eq!(outcome.revision, Some(Revision(2)));
        let expected = Counts { added: 1, changed: 1, ended: 0, unchanged: 1 };
        assert_eq!(outcome.counts, BTreeMap::from([(Kind::Parcel, expected)]));
        assert_eq!(state(&store, At::Current).await[&parcel_key(7)].revision, Revision(1));
    }

    async fn no_edits_are_no_change(place: Place) {
        let store = place.create().await;
        assert_eq!(store.commit(Vec::new(), by()).await.unwrap(), store::Outcome::default());
    }

    async fn what_no_store_can_hold_is_refused_with_its_reason(place: Place) {
        let store = place.create().await;
        let refused = |parcel: Parcel| {
            let store = store.clone();
            async move { store.commit(vec![Edit::put(parcel)], by()).await.unwrap_err().to_string() }
        };
        let prefix = format!("{} cannot be stored: ", parcel_key(1));
        let street = Parcel { street: Some("a\0b".into()), ..parcel(1, 0) };
        assert_eq!(refused(street).await, format!("{prefix}street: must not contain a NUL character"));
        let area = Parcel { official_area_m2: Some(f64::NAN), ..parcel(1, 0) };
        assert_eq!(refused(area).await, format!("{prefix}official_area_m2: must be a finite number, got NaN"));
        let empty = Parcel { geometry: MultiPolygon(Vec::new()).into(), ..parcel(1, 0) };
        assert_eq!(refused(empty).await, format!("{prefix}geom: must not be empty"));
        let day = Parcel { source_date: Some("0000-12-31".parse().unwrap()), ..parcel(1, 0) };
        assert_eq!(
            refused(day).await,
            format!("{prefix}source_date: must lie in the years 1 to 9999, got 0000-12-31")
        );
        let mut area = MultiPolygon::from(parcel(1, 0).geometry);
        area.0[0].exterior_mut(|ring| ring.0[1].x = f64::INFINITY);
        let endless = Parcel { geometry: area.into(), ..parcel(1, 0) };
        assert_eq!(refused(endless).await, format!("{prefix}geom: must have finite coordinates"));
        assert_eq!(store.head().await.unwrap(), Revision(0));
    }

    async fn superseded_states_come_record_by_record_oldest_first(place: Place) {
        let store = place.create().await;
        for state in 0..3 {
            store.commit(vec![Edit::put(parcel(2, state)), Edit::put(parcel(1, state))], by()).await.unwrap();
        }
        store.commit(vec![Edit::end(parcel_key(2), Revision(3))], by()).await.unwrap();
        let mut found = Vec::new();
        let sink = |batch: Vec<Superseded>| {
            found.extend(batch);
            Ok(())
        };
        store.superseded(&[Kind::Site, Kind::Parcel], sink).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|one| (one.record, one.from.0, one.until.0)).collect();
        let expected = [(1, 0, 1, 2), (1, 1, 2, 3), (2, 0, 1, 2), (2, 1, 2, 3), (2, 2, 3, 4)];
        let expected = expected.map(|(number, state, from, until)| (Record::from(parcel(number, state)), from, until));
        assert_eq!(found, expected);
    }

    async fn the_journal_goes_forward_also_where_days_are_said(place: Place) {
        let store = place.create().await;
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let commit = |state, at| store.commit_dated(vec![Edit::put(parcel(1, state))], by(), at);
        commit(0, at("2025-01-31T11:00:00Z")).await.unwrap();
        commit(1, at("2025-03-01T11:00:00Z")).await.unwrap();
        for wrong in [at("2025-02-28T11:00:00Z"), at("2999-01-01T00:00:00Z")] {
            let error = commit(2, wrong).await.unwrap_err().to_string();
            assert!(error.contains("at: must be from 2025-03-01T11:00:00Z"), "{error}");
        }
        store.commit(vec![Edit::put(parcel(1, 3))], by()).await.unwrap();
        let first = |text: &str| {
            let store = store.clone();
            let from = at(text);
            async move { store.first_revision_from(from).await.unwrap().map(|(revision, at)| (revision.0, at)) }
        };
        assert_eq!(first("1970-01-01T00:00:00Z").await, Some((1, at("2025-01-31T11:00:00Z"))));
        assert_eq!(first("2025-01-31T11:00:00Z").await.unwrap().0, 1);
        assert_eq!(first("2025-01-31T11:00:01Z").await.unwrap().0, 2);
        assert_eq!(first("2025-03-02T00:00:00Z").await.unwrap().0, 3);
        assert_eq!(first("2999-01-01T00:00:00Z").await, None);
        let changes = store.changes_since(Revision(0)).await.unwrap();
        let (first, last) = changes.committed.unwrap();
        assert!(first == at("2025-01-31T11:00:00Z") && last > at("2026-01-01T00:00:00Z"), "{first} {last}");
        assert_eq!(store.changes_since(Revision(3)).await.unwrap().committed, None);
    }

    async fn followers_are_told_states_and_ends(place: Place) {
        let store = place.create().await;
        put(&store, vec![parcel(1, 0).into(), parcel(2, 0).into(), parcel(3, 0).into()]).await;
        store.commit(vec![Edit::put(parcel(1, 1)), Edit::end(parcel_key(2), Revision(1))], by()).await.unwrap();
        put(&store, vec![parcel(4, 0).into()]).await;
        let changes = store.changes_since(Revision(1)).await.unwrap();
        assert_eq!(changes.head, Revision(3));
        assert_eq!(changes.epoch, store.epoch().await.unwrap());
        let told = |number, state, revision| {
            Applied::Put(Box::new(Versioned { revision: Revision(revision), record: parcel(number, state).into() }))
        };
        let ended = Applied::Ended { key: parcel_key(2), revision: Revision(2) };
        assert_eq!(changes.applied, vec![told(1, 1, 2), told(4, 0, 3), ended]);
        assert_eq!(store.changes_since(Revision(3)).await.unwrap().applied, Vec::new());
        assert_eq!(store.changes_since(Revision(9)).await.unwrap().applied, Vec::new());
    }

    async fn the_journal_says_who_when_why_and_what(place: Place) {
        let store = place.create().await;
        let account = store::AccountId("someone".to_owned());
        let before = jiff::Timestamp::now();
        store.commit(vec![Edit::put(parcel(1, 0))], Author::account(account.clone(), "Vermessung")).await.unwrap();
        store.commit(vec![Edit::end(parcel_key(1), Revision(1))], by()).await.unwrap();
        let journal = store.journal(Revision(0), 10).await.unwrap();
        assert_eq!(journal.iter().map(|entry| entry.revision).collect::<Vec<_>>(), [Revision(1), Revision(2)]);
        assert_eq!(journal[0].account, Some(account));
        assert_eq!(journal[0].reason, "Vermessung");
        assert_eq!(journal[0].source, None);
        assert_eq!(journal[0].touched, Some(vec![parcel_key(1).to_string()]));
        assert_eq!(journal[0].counts["parcel"], Counts { added: 1, ..Counts::default() });
        assert_eq!(journal[1].account, None);
        assert_eq!(journal[1].counts["parcel"], Counts { ended: 1, ..Counts::default() });
        assert!(journal[0].at.as_millisecond() >= before.as_millisecond() && journal[0].at <= journal[1].at);
        assert_eq!(store.journal(Revision(1), 10).await.unwrap(), journal[1..]);
        assert_eq!(store.journal(Revision(0), 1).await.unwrap(), journal[..1]);
        assert_eq!(store.revision_at(journal[1].at).await.unwrap(), Revision(2));
        assert_eq!(store.revision_at("1999-12-31T00:00:00Z".parse().unwrap()).await.unwrap(), Revision(0));
    }

    async fn the_view_site_parcel_unrolls_the_parcels_of_sites(place: Place) {
        let store = place.create().await;
        put(&store, full()).await;
        // The check reads it: a parcel that is not there is found through the view.
        let parcels = [parcel_key(3), parcel_key(7)];
        let ends = parcels.map(|key| Edit { expected: Expected::Any, change: Change::End(key) });
        store.commit(ends.to_vec(), by()).await.unwrap();
        let findings = store.check(&|_| Vec::new()).await.unwrap();
        let missing: Vec<_> = findings.iter().filter(|finding| finding.subject == "site_parcel").collect();
        assert_eq!(missing.len(), 2, "{findings:?}");
        assert!(missing.iter().all(|finding| finding.key.as_deref() == Some("s1")));
    }

    async fn geometry_keeps_its_type_and_its_last_digit(place: Place) {
        let store = place.create().await;
        let point = Geometry::Point(geo_types::Point::new(358_123.123_456_789, 5_667_001.987_654_321));
        let line = Geometry::LineString(vec![(1.5, 2.5), (1e-9, 7e6)].into());
        let parts = Geometry::GeometryCollection(vec![point.clone(), line.clone()].into());
        let mut records: Vec<Record> = vec![layer("shapes", &[]).into()];
        for (id, geometry) in [Some(point), Some(line), Some(parts), None].into_iter().enumerate() {
            let feature = cadastre::record::Feature { geometry, ..feature("shapes", id as u32, Vec::new()) };
            records.push(feature.into());
        }
        put(&store, records.clone()).await;
        let state = state(&store, At::Current).await;
        for record in records {
            assert_eq!(state[&record.key()].record, record);
        }
    }

    async fn an_unknown_layer_is_refused(place: Place) {
        let store = place.create().await;
        let error = store.commit(vec![Edit::put(feature("nowhere", 1, Vec::new()))], by()).await.unwrap_err();
        assert!(matches!(error, CommitError::UnknownLayer { layer } if layer == "nowhere"));
    }
}
