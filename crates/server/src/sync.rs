//! Where store and snapshot meet: loading, following the journal, midnight.
//!
//! Every process follows the journal, the writer too: it is told directly, and hears of others' writes
//! through the store's watch. A new snapshot is made beside the old one and swapped in; readers never wait.

use std::{sync::Arc, time::Instant};

use cadastre::{Day, Revision};
use spatial::{Builder, Crs, Snapshot, snapshot::SnapshotError};
use store::{At, Changes, Event, Store, StoreError};
use tokio_util::sync::CancellationToken;

use crate::{
    app::{App, State},
    clock, past,
};

/// Why there is no snapshot of a store.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What it holds cannot be shown.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The thread that builds it ended badly.
    #[error("building the snapshot failed")]
    Interrupted(#[source] tokio::task::JoinError),
}

/// Loads a whole store into a snapshot.
pub(crate) async fn load(store: &Store, day: Day) -> Result<State, SyncError> {
    let epoch: Arc<str> = store.epoch().await?.into();
    let started = std::time::Instant::now();
    let mut builder = Builder::new(Crs::Epsg(store.crs().epsg), day);
    let mut loaded = 0_u64;
    let mut told = std::time::Instant::now();
    let revision = store
        .scan_all(At::Current, |batch| {
            loaded += batch.len() as u64;
            for versioned in batch {
                builder.push(versioned);
            }
            if told.elapsed().as_secs() >= 2 {
                told = std::time::Instant::now();
                tracing::info!(records = loaded, "loading");
            }
            Ok(())
        })
        .await?;
    let read_ms = started.elapsed().as_millis() as u64;
    let snapshot = tokio::task::spawn_blocking(move || builder.build(revision)).await;
    let snapshot = snapshot.map_err(SyncError::Interrupted)??;
    let snapshot = Arc::new(past::remember(store, &snapshot).await?);
    let ms = started.elapsed().as_millis() as u64;
    tracing::info!(records = loaded, %revision, read_ms, ms, "loaded");
    Ok(State { epoch, snapshot })
}

/// Makes beside everything else what a snapshot can do without for a while: outlines for the map, and its kept texts
/// compressed, part by part.
fn pack(snapshot: Arc<Snapshot>) {
    let work = move || {
        snapshot.make_outlines();
        let started = Instant::now();
        let packing = snapshot.packing();
        // Only its texts are held on to.
        drop(snapshot);
        let mut steps = 0_u64;
        while packing.step() {
            steps += 1;
        }
        if steps > 0 {
            tracing::info!(steps, ms = started.elapsed().as_millis() as u64, "compressed the kept texts");
        }
    };
    if let Err(error) = std::thread::Builder::new().name("pack".into()).spawn(work) {
        tracing::warn!(%error, "texts stay uncompressed");
    }
}

/// Follows the journal and the calendar until it is cancelled.
pub(crate) async fn follow(app: App, cancelled: CancellationToken) {
    tokio::spawn(merge(app.clone()));
    let mut watcher = app.store().watch();
    loop {
        let midnight = clock::until_midnight(jiff::Timestamp::now());
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = tokio::time::sleep(midnight) => turn_day(&app, clock::today()).await,
            event = watcher.next() => match event {
                Some(Event::Moved) => follow_journal(&app).await,
                Some(Event::Lost { since }) => {
                    app.journal_lost(since);
                    tracing::warn!("the store is lost; base data are served on");
                }
                // The head is read with the move that follows.
                Some(Event::Recovered) => tracing::info!("the store is there again"),
                None => return,
            },
        }
    }
}

async fn follow_journal(app: &App) {
    let begun = Instant::now();
    if let Err(error) = catch_up(app).await {
        app.journal_lost(begun);
        tracing::warn!(%error, "the journal cannot be read");
    }
}

/// Brings the snapshot to the head of the journal.
pub(crate) async fn catch_up(app: &App) -> Result<(), SyncError> {
    let _update = app.update_lock().lock().await;
    let state = app.state();
    let changes = app.store().changes_since(state.snapshot.revision()).await?;
    app.journal_read();
    if changes.epoch != *state.epoch {
        tracing::info!("the store was restored; loading it anew");
        app.publish(load(app.store(), state.snapshot.day()).await?);
        tokio::spawn(merge(app.clone()));
        return Ok(());
    }
    if changes.head > state.snapshot.revision() {
        app.publish(applied(app.store(), &state, &changes).await?);
        if app.snapshot().needs_merge() {
            tokio::spawn(merge(app.clone()));
        }
    }
    Ok(())
}

async fn applied(store: &Store, state: &State, changes: &Changes) -> Result<State, SyncError> {
    let days = changes.committed.map(|(first, last)| (clock::day_of(first), clock::day_of(last)));
    let (first, last) = days.unwrap_or((state.snapshot.day(), state.snapshot.day()));
    let mut snapshot = state.snapshot.apply_on(last, changes.head, &changes.applied)?;
    if first != last {
        // What a record was on the days between is in its history only.
        snapshot = past::remember(store, &snapshot).await?;
    }
    Ok(State { epoch: Arc::clone(&state.epoch), snapshot: Arc::new(snapshot) })
}

/// Merges the edits since the last build into the packed base and has its texts ready, beside readers and writers: only
/// the swap, with what was edited meanwhile applied on top, holds the update lock.
async fn merge(app: App) {
    let before = app.state();
    let snapshot = Arc::clone(&before.snapshot);
    let Ok(merged) = tokio::task::spawn_blocking(move || snapshot.merged()).await else {
        tracing::error!("merging the snapshot failed");
        return;
    };
    let _update = app.update_lock().lock().await;
    let now = app.state();
    if now.epoch != before.epoch || now.snapshot.day() != merged.day() {
        return;
    }
    let state = State { epoch: Arc::clone(&now.epoch), snapshot: Arc::new(merged) };
    pack(Arc::clone(&state.snapshot));
    if now.snapshot.revision() == state.snapshot.revision() {
        app.publish(state);
        return;
    }
    let changes = app.store().changes_since(state.snapshot.revision()).await.map_err(SyncError::from);
    let caught_up = match changes {
        Ok(changes) if changes.epoch == *state.epoch => applied(app.store(), &state, &changes).await.map(Some),
        Ok(_restored) => Ok(None),
        Err(error) => Err(error),
    };
    match caught_up {
        Ok(caught_up) => caught_up.into_iter().for_each(|state| app.publish(state)),
        Err(error) => tracing::warn!(%error, "the merged snapshot was dropped"),
    }
}

/// What becomes or ceases to be public by date does so now.
async fn turn_day(app: &App, today: Day) {
    let _update = app.update_lock().lock().await;
    let state = app.state();
    if state.snapshot.day() != today {
        let snapshot: Snapshot = state.snapshot.with_day(today);
        app.publish(State { epoch: Arc::clone(&state.epoch), snapshot: Arc::new(snapshot) });
        tracing::info!(%today, "a new day");
    }
}

/// Tells the follower of an own commit and waits until it is visible.
pub(crate) async fn after_commit(app: &App, revision: Revision) {
    if let Err(error) = catch_up(app).await {
        tracing::warn!(%error, "the journal cannot be read after a commit");
    }
    app.wait_for(revision).await;
}
