//! Several writers on one store: nothing acknowledged is lost, no revision skipped.

use std::collections::BTreeMap;

use cadastre::{Edit, Key, Kind, Record, Revision, Versioned};
use store::{At, CommitError, Store};

use crate::{
    edits::{by, put, state},
    place::{Place, on_both_stores},
    records::{parcel, parcel_id},
};

/// Makes edits of a few records in turn, each expecting the state it knows; returns what was acknowledged.
async fn storm(store: Store, writer: u32, edits: u32) -> Vec<(Revision, Key, u32)> {
    let mut acknowledged = Vec::new();
    for i in 0..edits {
        let number = (i + writer * 3) % 7;
        let key = Key::new(Kind::Parcel, parcel_id(number).to_string());
        let mark = writer * 10_000 + i;
        loop {
            let known = revision(&store, &key).await;
            let edit =
                known.map_or_else(|| Edit::create(parcel(number, mark)), |at| Edit::replace(parcel(number, mark), at));
            match store.commit(vec![edit], by()).await {
                Ok(outcome) => {
                    acknowledged.push((outcome.revision.unwrap(), key, mark));
                    break;
                }
                // Somebody was quicker: the edit must be looked at again.
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
    acknowledged
}

/// The revision of a parcel now.
async fn revision(store: &Store, key: &Key) -> Option<Revision> {
    let mut found = None;
    let look = |batch: Vec<Versioned>| {
        found = found.or_else(|| batch.into_iter().find(|it| it.record.key() == *key).map(|it| it.revision));
        Ok(())
    };
    store.scan(&[Kind::Parcel], At::Current, look).await.unwrap();
    found
}

on_both_stores! {
    async fn a_thousand_edits_through_two_handles_are_all_kept(place: Place) {
        let handles = [place.create().await, place.open().await];
        let storms: Vec<_> = (0..4u32)
            .map(|writer| tokio::spawn(storm(handles[writer as usize % 2].clone(), writer, 250)))
            .collect();
        let mut acknowledged = BTreeMap::new();
        for storm in storms {
            for (revision, key, mark) in storm.await.unwrap() {
                assert!(acknowledged.insert(revision, (key, mark)).is_none(), "{revision} was drawn twice");
            }
        }
        assert_eq!(acknowledged.keys().copied().collect::<Vec<_>>(), (1..=1000).map(Revision).collect::<Vec<_>>());
        // Each acknowledged state is in the past of the store, just as it was written.
        for (revision, (key, mark)) in acknowledged.iter().filter(|(revision, _)| revision.0 % 50 == 0) {
            let then = &state(&handles[0], At::Revision(*revision)).await[key];
            assert_eq!((then.revision, area(&then.record)), (*revision, 400.0 + f64::from(*mark)));
        }
        for handle in &handles {
            let findings = handle.check(&|_| Vec::new()).await.unwrap();
            assert_eq!(findings.iter().find(|finding| finding.is_error()), None);
            assert_eq!(handle.journal(Revision(0), 2000).await.unwrap().len(), 1000);
        }
    }

    async fn a_scan_sees_one_state_while_others_write(place: Place) {
        let (reader, writer) = (place.create().await, place.open().await);
        let parcels = |state| (0..3000).map(|number| Record::from(parcel(number, state))).collect::<Vec<_>>();
        put(&writer, parcels(0)).await;
        let mut writing = Some(tokio::spawn(async move { put(&writer, parcels(1)).await }));
        let mut revisions = Vec::new();
        let head = reader
            .scan(&[Kind::Parcel], At::Current, |batch| {
                revisions.extend(batch.into_iter().map(|versioned| versioned.revision));
                Ok(())
            })
            .await
            .unwrap();
        assert_eq!(revisions.len(), 3000);
        assert!(revisions.iter().all(|revision| *revision == head), "{head}");
        assert_eq!(writing.take().unwrap().await.unwrap(), Some(Revision(2)));
    }

    async fn a_commit_given_up_midway_leaves_nothing_behind(place: Place) {
        let store = place.create().await;
        const STEPS: u32 = 60;
        let commit = |state| store.commit((0..20).map(|number| Edit::put(parcel(number, state))).collect(), by());
        let begun = std::time::Instant::now();
        commit(0).await.unwrap();
        let whole = begun.elapsed();
        for step in 1..=STEPS {
            // Dropped at any point, as when a client hangs up; whoever comes next must not notice.
            let _ = tokio::time::timeout(whole * step / STEPS, commit(step)).await;
            put(&store, vec![parcel(98, step).into()]).await;
        }
        let findings = store.check(&|_| Vec::new()).await.unwrap();
        assert_eq!(findings.iter().find(|finding| finding.is_error()), None);
        let state = state(&store, At::Current).await;
        let first: Vec<Revision> = (0..20)
            .filter_map(|number| state.get(&Key::new(Kind::Parcel, parcel_id(number).to_string())))
            .map(|versioned| versioned.revision)
            .collect();
        assert!(first.len() == 20 && first.iter().all(|revision| *revision == first[0]), "{first:?}");
    }
}

fn area(record: &Record) -> f64 {
    let Record::Parcel(parcel) = record else { panic!("no parcel") };
    parcel.official_area_m2.unwrap()
}
