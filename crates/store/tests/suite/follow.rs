//! Following a store: every move is told, losses and recoveries too.

use std::time::Duration;

use store::{Event, Watcher};

use crate::{
    edits::put,
    place::{Place, on_both_stores},
    records::{full, sparse},
};

/// The next event; a test that gets none in a minute has failed.
async fn next(watcher: &mut Watcher) -> Event {
    tokio::time::timeout(Duration::from_secs(60), watcher.next()).await.unwrap().unwrap()
}

on_both_stores! {
    async fn a_follower_sees_what_another_handle_commits(place: Place) {
        let (ours, theirs) = (place.create().await, place.open().await);
        let mut watcher = ours.watch();
        assert_eq!(next(&mut watcher).await, Event::Moved);
        for (revision, records) in [(1, full()), (2, sparse())] {
            put(&theirs, records).await;
            while ours.head().await.unwrap().0 < revision {
                assert_eq!(next(&mut watcher).await, Event::Moved);
            }
            assert_eq!(next(&mut watcher).await, Event::Moved);
        }
    }
}

#[tokio::test]
async fn a_file_taken_away_is_lost_and_put_back_recovered() {
    let place = Place::geopackage();
    let store = place.create().await;
    let mut watcher = store.watch();
    assert_eq!(next(&mut watcher).await, Event::Moved);
    let path = place.folder.path().join("town.gpkg");
    let elsewhere = place.folder.path().join("elsewhere");
    std::fs::rename(&path, &elsewhere).unwrap();
    assert!(matches!(next(&mut watcher).await, Event::Lost { .. }));
    std::fs::rename(&elsewhere, &path).unwrap();
    assert_eq!(next(&mut watcher).await, Event::Recovered);
    assert_eq!(next(&mut watcher).await, Event::Moved);
}

#[tokio::test]
async fn a_database_that_refuses_is_lost_and_once_it_answers_recovered() {
    let place = Place::postgis().await;
    let store = place.create().await;
    let mut watcher = store.watch();
    assert_eq!(next(&mut watcher).await, Event::Moved);
    let name = place.database();
    place.administrate(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    place.administrate(&cut).await;
    assert!(matches!(next(&mut watcher).await, Event::Lost { .. }));
    assert!(store.head().await.unwrap_err().is_unavailable());
    place.administrate(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    assert_eq!(next(&mut watcher).await, Event::Recovered);
    assert_eq!(next(&mut watcher).await, Event::Moved);
    put(&store, full()).await;
    assert_eq!(next(&mut watcher).await, Event::Moved);
}
