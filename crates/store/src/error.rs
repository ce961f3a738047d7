//! What can go wrong with a store, and with a change of it.

use std::path::PathBuf;

use cadastre::{Key, Problem, Revision, edit::Expected};

use crate::{plan::RowError, session::DatabaseError};

/// A store cannot be opened, read or kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store at the place.
    #[error("there is no store at {location}; `baulotse import` creates one")]
    Missing {
        /// The place.
        location: String,
    },
    /// A store, or something else, is there already.
    #[error("{location} exists already")]
    Exists {
        /// The place.
        location: String,
    },
    /// What is there is no store of this program.
    #[error("{location} is no store: {reason}")]
    NotAStore {
        /// The place.
        location: String,
        /// What is missing.
        reason: String,
    },
    /// Written by a newer program.
    #[error("{location} has schema {found}, this program knows {known}: a newer baulotse is needed")]
    Newer {
        /// The place.
        location: String,
        /// Schema version of the store.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// Written by an older program, and migrating was not asked for.
    #[error("{location} has schema {found}, this program needs {known}: run `baulotse migrate --store …` first")]
    Older {
        /// The place.
        location: String,
        /// Schema version of the store.
        found: u32,
        /// Version needed.
        known: u32,
    },
    /// A backup in another coordinate reference system than the store it is to replace.
    #[error("the backup is in EPSG:{found}, the store in EPSG:{expected}")]
    OtherCrs {
        /// EPSG code of the backup.
        found: u32,
        /// EPSG code of the store.
        expected: u32,
    },
    /// Another process serves the file.
    #[error("{path} is being served already{}", pid.map(|pid| format!(" by process {pid}")).unwrap_or_default())]
    Served {
        /// The file.
        path: PathBuf,
        /// That process, as far as it is known.
        pid: Option<u32>,
    },
    /// The database does not answer; trying again later may help.
    #[error("the store does not answer: {source}")]
    Unavailable {
        /// Why.
        source: DatabaseError,
    },
    /// The database answered with an error.
    #[error("the database refused: {source}")]
    Database {
        /// Why.
        source: DatabaseError,
    },
    /// A row is not what this program writes; `baulotse check` lists all such rows.
    #[error("row \"{key}\" of table {table}: {source}")]
    Row {
        /// Table.
        table: String,
        /// Key of the row.
        key: String,
        /// What is wrong with it.
        source: RowError,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The system gave no random numbers.
    #[error("the system gave no random numbers: {reason}")]
    Random {
        /// Why.
        reason: String,
    },
}

impl StoreError {
    /// Whether the database is gone for now, as against having refused.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl From<DatabaseError> for StoreError {
    fn from(source: DatabaseError) -> Self {
        if source.is_unavailable() { Self::Unavailable { source } } else { Self::Database { source } }
    }
}

/// A record that no store can hold as it is, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unstorable {
    /// The record.
    pub key: Key,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// A change was not made; the store is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The record is not in the state the edit expects.
    #[error("{key} {}", conflict(*expected, *found))]
    Conflict {
        /// The record.
        key: Key,
        /// What the edit expects.
        expected: Expected,
        /// Revision at which the record is; `None`: it is not there.
        found: Option<Revision>,
    },
    /// A record to be ended is not there.
    #[error("there is no {key}")]
    NotFound {
        /// The record.
        key: Key,
    },
    /// Two changes of one record in one transaction.
    #[error("{key} occurs twice")]
    DuplicateKey {
        /// The record.
        key: Key,
    },
    /// A feature of a layer that is neither in the store nor in this change.
    #[error("there is no layer \"{layer}\"")]
    UnknownLayer {
        /// Name of the layer.
        layer: String,
    },
    /// Somebody changed the columns of the layer while its features were being handed in.
    #[error("the columns of layer \"{layer}\" were changed meanwhile; please try again")]
    LayerChanged {
        /// Name of the layer.
        layer: String,
    },
    /// Records that no store can hold. None of the batch was taken.
    #[error("{}", unstorable(records))]
    Unstorable {
        /// Each of them.
        records: Vec<Unstorable>,
    },
    /// The journal cannot hold what is said about the change.
    #[error("the journal cannot hold this: {problem}")]
    Unwritable {
        /// Field and reason.
        problem: Problem,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// Whether the database is gone for now: 503, as against a fault.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_unavailable())
    }
}

impl From<DatabaseError> for CommitError {
    fn from(source: DatabaseError) -> Self {
        Self::Store(source.into())
    }
}

fn conflict(expected: Expected, found: Option<Revision>) -> String {
    match (expected, found) {
        (Expected::Absent, _) => "exists already".to_owned(),
        (Expected::At(at), Some(found)) => format!("was expected at revision {at}, it is at {found}"),
        (Expected::At(at), None) => format!("was expected at revision {at}, it has ended or never was"),
        (Expected::Any, _) => "is in conflict".to_owned(),
    }
}

fn unstorable(records: &[Unstorable]) -> String {
    let Some(first) = records.first() else { return "no record".to_owned() };
    let problems: Vec<String> = first.problems.iter().map(ToString::to_string).collect();
    let others = match records.len() - 1 {
        0 => String::new(),
        others => format!(" (and {others} more records)"),
    };
    format!("{} cannot be stored: {}{others}", first.key, problems.join("; "))
}
