//! When revisions were committed, for what must say it (Atom). The journal knows; what it said once holds for ever.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use cadastre::Revision;
use jiff::Timestamp;
use store::{Store, StoreError};

/// Times of commits by epoch and revision.
#[derive(Debug, Default)]
pub(crate) struct CommitTimes {
    known: Mutex<HashMap<u64, Timestamp>>,
    epoch: Mutex<String>,
}

/// More revisions than the feeds of the largest store name; beyond it all is asked for anew.
const MOST_KNOWN: usize = 100_000;

impl CommitTimes {
    /// When a revision was committed; `None` if the journal has no such entry.
    pub(crate) async fn of(&self, store: &Store, epoch: &str, revision: u64) -> Result<Option<Timestamp>, StoreError> {
        self.forget_other_epochs(epoch);
        if let Some(at) = self.known().get(&revision) {
            return Ok(Some(*at));
        }
        let entries = store.journal(Revision(revision.saturating_sub(1)), 1).await?;
        let at = entries.first().filter(|entry| entry.revision.0 == revision).map(|entry| entry.at);
        if let Some(at) = at {
            let mut known = self.known();
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            known.insert(revision, at);
        }
        Ok(at)
    }

    /// A restored store counts its revisions anew.
    fn forget_other_epochs(&self, epoch: &str) {
        let mut of = self.epoch.lock().unwrap_or_else(PoisonError::into_inner);
        if *of != epoch {
            epoch.clone_into(&mut of);
            self.known().clear();
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Timestamp>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
