//! The store of the cadastre: the only SQL of baulotse.
//!
//! One interface, two stores: a GeoPackage file and a PostGIS database. What a record is as a row is said
//! once, in the table plan; every statement is made from it for both databases, and both pass the same tests.
//!
//! There is one write path ([`Store::commit`] and [`Store::import`] are two doors to it): changes are staged,
//! and merged under a lock in one transaction that moves superseded rows to the history, writes the new ones
//! and adds one journal entry, whose number is the revision of the store.

mod account;
mod backend;
mod backup;
mod check;
mod crs;
mod enquiry;
mod error;
mod follow;
mod geopackage;
mod indexes;
mod journal;
mod layers;
mod location;
mod lock;
mod notice;
mod open;
mod picture;
mod plan;
mod postgis;
mod random;
mod read;
mod schema;
mod session;
mod sql;
mod transfer;
mod write;

use std::sync::Arc;

use cadastre::Revision;

use backend::Backend;

pub use account::{Account, AccountError, AccountId, Issued, NewAccount, Token};
pub use check::{Finding, Severity};
pub use crs::StoreCrs;
pub use enquiry::{EnquiryError, Selection};
pub use error::{CommitError, StoreError, Unstorable};
pub use follow::{Event, Watcher};
pub use journal::JournalEntry;
pub use layers::At;
pub use location::{Location, LocationError};
pub use lock::ServeLock;
pub use notice::DueNotice;
pub use open::OpenOptions;
pub use picture::PictureFile;
pub use plan::RowError;
pub use read::Changes;
pub use schema::{MIGRATIONS, Migration};
pub use session::DatabaseError;
pub use write::{Author, Counts, Import, ImportMeta, Outcome, Source};

/// A store, open. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    location: Location,
    crs: StoreCrs,
    backend: Backend,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.inner.location)
    }
}

impl Store {
    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.inner.location
    }

    /// The CRS all its geometry is in.
    pub fn crs(&self) -> &StoreCrs {
        &self.inner.crs
    }

    /// The last revision.
    pub async fn head(&self) -> Result<Revision, StoreError> {
        let mut session = self.backend().read().await?;
        Ok(journal::head(&mut session).await?)
    }

    /// Random id of this line of revisions; a restore begins another one.
    pub async fn epoch(&self) -> Result<String, StoreError> {
        let mut session = self.backend().read().await?;
        Ok(schema::meta(&mut session).await?.map(|meta| meta.epoch).unwrap_or_default())
    }

    /// Waits for what is under way and closes every connection. A GeoPackage is one file again.
    pub async fn close(&self) {
        self.inner.backend.close().await;
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.inner.backend
    }
}
