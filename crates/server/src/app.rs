//! What every request shares: the store, the snapshot, and how old the server's knowledge is.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use cadastre::Revision;
use spatial::Snapshot;
use store::Store;
use tokio::sync::{Semaphore, watch};

use crate::{error::Error, heavy::Heavy, limits::Filings, mail::Mail, ogc::tiles::KeptTiles, pages::CommitTimes};

/// Pictures that are read from the store at once.
const PICTURE_READS: usize = 4;

/// Shared state of the server; cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    base_url: String,
    snapshot: ArcSwap<State>,
    seen: watch::Sender<Revision>,
    /// When the journal was last read before it was lost; `None` while it can be read.
    lost: Mutex<Option<Instant>>,
    grace: Duration,
    /// Held while a new snapshot is made and put in place; readers never take it.
    update: tokio::sync::Mutex<()>,
    heavy: Heavy,
    /// So many pictures are read from the store at once.
    picture_reads: Arc<Semaphore>,
    kept_tiles: KeptTiles,
    commit_times: CommitTimes,
    filings: Filings,
    mail: Option<Mail>,
}

/// A snapshot with the epoch of the store it was loaded from.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) epoch: Arc<str>,
    pub(crate) snapshot: Arc<Snapshot>,
}

/// What an [`App`] is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) store: Store,
    /// Without a trailing slash.
    pub(crate) base_url: String,
    pub(crate) state: State,
    /// Time without the journal after which what could have been withdrawn is no longer served.
    pub(crate) grace: Duration,
    /// How many enquiries are taken.
    pub(crate) filings: Filings,
    /// The way to the mail server, if there is one.
    pub(crate) mail: Option<Mail>,
    /// Threads for work that takes CPU.
    pub(crate) heavy: Heavy,
}

impl App {
    pub(crate) fn new(parts: Parts) -> Self {
        let revision = parts.state.snapshot.revision();
        Self(Arc::new(Inner {
            store: parts.store,
            base_url: parts.base_url,
            snapshot: ArcSwap::from_pointee(parts.state),
            seen: watch::Sender::new(revision),
            lost: Mutex::default(),
            grace: parts.grace,
            update: tokio::sync::Mutex::new(()),
            heavy: parts.heavy,
            picture_reads: Arc::new(Semaphore::new(PICTURE_READS)),
            kept_tiles: KeptTiles::default(),
            commit_times: CommitTimes::default(),
            filings: parts.filings,
            mail: parts.mail,
        }))
    }

    /// Address under which visitors reach the server, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// The snapshot of this moment. A request takes it once and answers from it alone.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.snapshot.load().snapshot)
    }

    /// The snapshot with its epoch.
    pub(crate) fn state(&self) -> Arc<State> {
        self.0.snapshot.load_full()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Where work is done that takes CPU.
    pub(crate) fn heavy(&self) -> &Heavy {
        &self.0.heavy
    }

    /// Turns for reading pictures: they must not take every connection of the store.
    pub(crate) fn picture_reads(&self) -> &Arc<Semaphore> {
        &self.0.picture_reads
    }

    /// Tiles that took long to cut.
    pub(crate) fn kept_tiles(&self) -> &KeptTiles {
        &self.0.kept_tiles
    }

    pub(crate) fn update_lock(&self) -> &tokio::sync::Mutex<()> {
        &self.0.update
    }

    /// Puts a new snapshot in place. The caller holds the update lock.
    pub(crate) fn publish(&self, state: State) {
        let revision = state.snapshot.revision();
        self.0.snapshot.store(Arc::new(state));
        self.0.seen.send_replace(revision);
    }

    /// Waits until the snapshot has seen a revision, so that an edit is visible to the next request.
    pub(crate) async fn wait_for(&self, revision: Revision) {
        const PATIENCE: Duration = Duration::from_secs(10);
        let mut seen = self.0.seen.subscribe();
        let waited = tokio::time::timeout(PATIENCE, seen.wait_for(|seen| *seen >= revision)).await;
        if waited.is_err() {
            // The edit is committed all the same: the answer stays a success.
            tracing::warn!(%revision, "the snapshot lags behind the journal");
        }
    }

    /// When revisions were committed.
    pub(crate) fn commit_times(&self) -> &CommitTimes {
        &self.0.commit_times
    }

    /// How many enquiries are taken.
    pub(crate) fn filings(&self) -> &Filings {
        &self.0.filings
    }

    /// The way to the mail server, if there is one.
    pub(crate) fn mail(&self) -> Option<&Mail> {
        self.0.mail.as_ref()
    }

    /// Notes that the journal was read just now.
    pub(crate) fn journal_read(&self) {
        *self.0.lost.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Notes that the journal cannot be read, and has not been since.
    pub(crate) fn journal_lost(&self, since: Instant) {
        self.0.lost.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(since);
    }

    /// How long the journal has been out of reach.
    pub(crate) fn silence(&self) -> Duration {
        let lost = *self.0.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Refuses to serve what could have been withdrawn since the journal was last read (invariant 4).
    pub fn require_fresh(&self) -> Result<(), Error> {
        if self.silence() <= self.0.grace {
            return Ok(());
        }
        Err(Error::Unavailable("the journal cannot be read; what could have been withdrawn is not shown"))
    }
}
