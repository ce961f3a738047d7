//! Changes: what the store commits and what every follower applies.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Record;

/// Number of a journal entry, and so the state of a store: 0 is the empty one, each commit adds one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Kind of a record: one table each, and one a layer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Gemeinde.
    Municipality,
    /// Gemarkung.
    District,
    /// Ortsteil.
    Locality,
    /// Flurstück.
    Parcel,
    /// Building.
    Building,
    /// Standort.
    Site,
    /// Leerstand.
    Vacancy,
    /// Unit of a building.
    Unit,
    /// Bekanntmachung.
    Announcement,
    /// Widerspruch.
    Objection,
    /// Picture of a site or a vacant building; its bytes are no part of the record.
    Picture,
    /// Imported layer (its description).
    Layer,
    /// Features of the layer with this name.
    Feature(Box<str>),
}

impl Kind {
    /// Every kind but the features of layers; referred-to kinds before those that refer to them.
    pub const TYPED: [Self; 12] = [
        Self::Municipality,
        Self::District,
        Self::Locality,
        Self::Parcel,
        Self::Building,
        Self::Announcement,
        Self::Objection,
        Self::Site,
        Self::Vacancy,
        Self::Unit,
        Self::Picture,
        Self::Layer,
    ];

    /// Name as in the journal: `parcel`, `layer:flood_zones`.
    pub fn name(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Municipality => "municipality",
            Self::District => "district",
            Self::Locality => "locality",
            Self::Parcel => "parcel",
            Self::Building => "building",
            Self::Site => "site",
            Self::Vacancy => "vacancy",
            Self::Unit => "unit",
            Self::Announcement => "announcement",
            Self::Objection => "objection",
            Self::Picture => "picture",
            Self::Layer => "layer",
            Self::Feature(layer) => return write!(f, "layer:{layer}"),
        })
    }
}

/// What names a record in its store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Kind.
    pub kind: Kind,
    /// Id, unique within the kind.
    pub id: String,
}

impl Key {
    /// A key.
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// What must hold of a record for an edit to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there is replaced or ended; an import.
    Any,
    /// Nothing is there; the creation of a record.
    Absent,
    /// The record is there at this revision (`If-Match`).
    At(Revision),
}

/// One change of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// Condition.
    pub expected: Expected,
    /// What to do.
    pub change: Change,
}

/// What an edit does. Records are ended, not deleted: the superseded row goes to the history.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The record is from now on this.
    Put(Box<Record>),
    /// The record ends.
    End(Key),
}

impl Edit {
    /// Creates a record that must not be there yet.
    pub fn create(record: impl Into<Record>) -> Self {
        Self { expected: Expected::Absent, change: Change::Put(Box::new(record.into())) }
    }

    /// Puts a record, whatever was there.
    pub fn put(record: impl Into<Record>) -> Self {
        Self { expected: Expected::Any, change: Change::Put(Box::new(record.into())) }
    }

    /// Replaces a record that must be at this revision.
    pub fn replace(record: impl Into<Record>, at: Revision) -> Self {
        Self { expected: Expected::At(at), change: Change::Put(Box::new(record.into())) }
    }

    /// Ends a record that must be at this revision.
    pub fn end(key: Key, at: Revision) -> Self {
        Self { expected: Expected::At(at), change: Change::End(key) }
    }

    /// The record it touches.
    pub fn key(&self) -> Key {
        match &self.change {
            Change::Put(record) => record.key(),
            Change::End(key) => key.clone(),
        }
    }
}

/// A record with the revision that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned {
    /// Revision that wrote this state.
    pub revision: Revision,
    /// The record.
    pub record: Record,
}

/// A state of a record that another one took the place of, or that ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Superseded {
    /// Revision that wrote this state.
    pub from: Revision,
    /// Revision that ended it.
    pub until: Revision,
    /// The record.
    pub record: Record,
}

/// What a commit did to one record: what followers of the journal apply.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
    /// The record is from this revision on this.
    Put(Box<Versioned>),
    /// The record ended at this revision.
    Ended {
        /// Which record.
        key: Key,
        /// Revision that ended it.
        revision: Revision,
    },
}
