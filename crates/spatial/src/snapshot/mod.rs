//! Everything in a store at one revision and on one day, in memory and never changed.
//!
//! A request takes the current snapshot at its start and answers from it alone. A commit makes a new
//! snapshot ([`Snapshot::apply`]) that shares all it did not touch with the old one.

mod answer;
mod area;
mod bound;
mod builder;
mod collection;
mod columns;
mod context;
mod encoded;
mod filter;
mod ids;
mod item;
mod memory;
mod nearest;
mod outlines;
mod overlap;
mod parts;
mod past;
mod past_builder;
mod pictures;
mod places;
mod projector;
mod query;
mod records;
mod row;
mod runs;
mod scan;
mod segment;
mod shown;
mod sort;
mod stamp;
mod sum;
mod surroundings;
mod table;
mod tables;
mod tags;
mod visit;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use cadastre::{
    Day, Revision,
    edit::Applied,
    publication::{Facts, next_change_day},
};

pub use answer::{Answer, Group, Question};
pub use area::{Area, AreaError};
pub use builder::Builder;
pub use collection::{CollectionInfo, Schema};
pub use encoded::Packing;
pub use filter::{FilterError, Predicate, PredicateError};
pub use item::Found;
pub use memory::Memory;
pub use nearest::Nearby;
pub use parts::Parts;
pub use past::{Days, Remembered};
pub use past_builder::PastBuilder;
pub use pictures::Pictured;
pub use places::{Street, split_house_number};
pub use query::{Cursor, CursorError, Figures, Page, Query, QueryError};
pub use shown::Shown;
pub use sort::SortKey;
pub use stamp::Stamp;

pub(crate) use collection::Target;
pub(crate) use tags::Fnv;

use context::Context;
use past::Pasts;
use projector::Projector;
use surroundings::Surroundings;
use table::Change;
use tables::{Changes, Tables};

use crate::{Crs, CrsError};

/// Why a snapshot cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SnapshotError {
    /// A geometry cannot be brought into CRS84.
    #[error("the geometry of \"{id}\" cannot be shown in CRS84")]
    Geometry {
        /// The record.
        id: String,
        /// Why not.
        #[source]
        source: CrsError,
    },
    /// The CRS of the store itself is at fault.
    #[error("the coordinate reference system of the store cannot be used")]
    Crs {
        /// Why not.
        #[source]
        source: CrsError,
    },
    /// There are features of a layer that is not recorded.
    #[error("there are features of layer \"{layer}\", but no such layer")]
    NoLayer {
        /// Name of the layer.
        layer: Box<str>,
    },
}

/// The store at one revision, as seen on one day.
#[derive(Debug)]
pub struct Snapshot {
    revision: Revision,
    day: Day,
    crs: Crs,
    tables: Tables,
    /// What decides about the publication of sites.
    facts: Arc<Facts>,
    /// `None` where the past is of no interest, as in an export.
    pasts: Option<Pasts>,
    derived: Derived,
}

/// Computed when first asked for.
#[derive(Debug, Default)]
struct Derived {
    next_change_day: OnceLock<Option<Day>>,
    public_sites: OnceLock<collection::Summary>,
    tags: stamp::DerivedTags,
    /// Shared with later snapshots until parcels change.
    streets: Arc<OnceLock<Arc<[Street]>>>,
    /// Shared with later snapshots until parcels or districts change.
    outlines: Arc<OnceLock<Arc<[outlines::Outline]>>>,
}

impl Derived {
    /// What still holds of the same records on another day.
    fn of_other_day(&self) -> Self {
        let (streets, outlines) = (Arc::clone(&self.streets), Arc::clone(&self.outlines));
        Self { streets, outlines, ..Self::default() }
    }

    /// What still holds after some changes.
    fn after(&self, changes: &Changes) -> Self {
        match (changes.parcels.is_empty(), changes.districts.is_empty()) {
            (true, true) => self.of_other_day(),
            (true, false) => Self { outlines: Arc::default(), ..self.of_other_day() },
            (false, _) => Self::default(),
        }
    }
}

impl Snapshot {
    /// An empty store. [`Builder`] fills one.
    pub fn empty(store_crs: Crs, day: Day) -> Self {
        Self {
            revision: Revision::default(),
            day,
            crs: store_crs,
            tables: Tables::default(),
            facts: Arc::default(),
            pasts: None,
            derived: Derived::default(),
        }
    }

    /// The revision it shows.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The day it shows.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The CRS of the store.
    pub fn store_crs(&self) -> Crs {
        self.crs
    }

    /// The snapshot after a commit of its own day, in about the time the changes themselves take.
    ///
    /// What other records decide (objections, announcements, names of municipalities, vacancy) holds at once.
    pub fn apply(&self, head: Revision, applied: &[Applied]) -> Result<Self, SnapshotError> {
        self.apply_on(self.day, head, applied)
    }

    /// The snapshot after what was committed on a day, as [`Snapshot::apply`]. Of what was committed on several days
    /// only the last state is in `applied`: then its pasts are to be built anew ([`PastBuilder`]).
    pub fn apply_on(&self, committed: Day, head: Revision, applied: &[Applied]) -> Result<Self, SnapshotError> {
        let changes = Changes::from_applied(applied);
        let pasts = self.pasts.as_ref().map(|pasts| pasts.after(self, &changes, committed));
        Ok(Self { pasts, ..self.apply_changes(head, changes)? })
    }

    /// The same snapshot with other pasts.
    fn with_pasts(&self, pasts: Pasts) -> Self {
        Self { pasts: Some(pasts), ..self.with_day(self.day) }
    }

    fn apply_changes(&self, head: Revision, changes: Changes) -> Result<Self, SnapshotError> {
        let facts = self.facts_after(&changes);
        let derived = self.derived.after(&changes);
        let touched = Surroundings::touched(&changes);
        let mut tables = self.tables.apply(changes, Projector { store_crs: self.crs })?;
        tables.outdate(&touched.differing(&self.tables, &tables));
        Ok(Self { revision: head, day: self.day, crs: self.crs, tables, facts, pasts: self.pasts.clone(), derived })
    }

    fn facts_after(&self, changes: &Changes) -> Arc<Facts> {
        if changes.announcements.is_empty() && changes.objections.is_empty() {
            return Arc::clone(&self.facts);
        }
        let mut facts = Facts::clone(&self.facts);
        for change in &changes.announcements {
            match change {
                Change::Put(announcement, _) => facts.put_announcement(announcement.clone()),
                Change::End(id) => facts.end_announcement(id),
            }
        }
        for change in &changes.objections {
            // Which sites are touched needs no telling: visibility is decided when a site is asked for.
            let _ = match change {
                Change::Put(objection, _) => facts.put_objection(objection.clone()),
                Change::End(id) => facts.end_objection(id),
            };
        }
        Arc::new(facts)
    }

    /// The same records on another day.
    #[must_use]
    pub fn with_day(&self, day: Day) -> Self {
        Self {
            revision: self.revision,
            day,
            crs: self.crs,
            tables: self.tables.clone(),
            facts: Arc::clone(&self.facts),
            pasts: self.pasts.clone(),
            derived: self.derived.of_other_day(),
        }
    }

    /// The next day on which what the public sees changes by date alone.
    pub fn next_change_day(&self) -> Option<Day> {
        *self.derived.next_change_day.get_or_init(|| {
            let mut context = Context::new(self);
            let sites = self.tables.sites.entries().map(|site| context.site(site.row).0);
            let of_sites = sites.filter_map(|subject| next_change_day(subject, self.day)).min();
            let mut context = Context::new(self);
            let vacant = self.tables.vacancies.entries().filter_map(|vacancy| {
                let building = self.tables.buildings.get(&vacancy.row.building_id)?;
                Some(context.building(building.row).0)
            });
            let of_buildings = vacant.filter_map(|subject| next_change_day(subject, self.day)).min();
            of_sites.into_iter().chain(of_buildings).min()
        })
    }

    /// Whether so many edits have gathered that [`Snapshot::merged`] should run in the background.
    pub fn needs_merge(&self) -> bool {
        self.tables.lengths().any(|(overlay, whole)| is_merge_due(overlay, whole))
    }

    /// The same snapshot with the edits packed into the base, where enough have gathered.
    ///
    /// Takes time in proportion to the collections concerned. What was committed meanwhile is for the
    /// caller to apply to the result.
    #[must_use]
    pub fn merged(&self) -> Self {
        Self { tables: self.tables.merged(is_merge_due), ..self.with_day(self.day) }.encoded()
    }

    /// The same snapshot with the texts of what lies packed in the base, on all cores.
    fn encoded(self) -> Self {
        let mut tables = self.tables.clone();
        tables.encode(&self);
        Self { tables, ..self }
    }

    /// What can be compressed in the background. Snapshots that share a base share this too.
    pub fn packing(&self) -> Packing {
        Packing(self.tables.encodings())
    }

    /// Bytes by table and part.
    pub fn memory(&self) -> BTreeMap<String, Memory> {
        let mut memory = self.tables.memory();
        for (table, past) in self.pasts.iter().flat_map(Pasts::memory) {
            memory.entry(table.to_owned()).or_default().past += past;
        }
        memory.entry("districts".to_owned()).or_default().coordinates += self.memory_of_outlines();
        memory
    }
}

/// A base may have an overlay of a 32nd of its size.
fn is_merge_due(overlay: usize, whole: usize) -> bool {
    overlay > 1024 + whole / 32
}
