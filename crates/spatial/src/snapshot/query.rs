//! Questions to a collection and their answers.

use std::fmt;

use cadastre::Viewer;

use super::{
    Snapshot,
    answer::Question,
    area::{Area, AreaError, Region},
    collection::Target,
    context::{Context, Served},
    filter::{Filter, Predicate, PredicateError},
    scan::{Scan, Window},
    shown::Shown,
    sort::{Order, SortKey},
    table::Table,
};
use crate::Crs;

/// What is asked of a collection. [`Query::default`] asks for everything, a thousand at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Only what intersects this.
    pub within: Option<Area>,
    /// Only these records.
    pub ids: Option<Vec<String>>,
    /// Only what this takes.
    pub filter: Predicate,
    /// By which properties the answer is sorted, the first one first; none: in the order of the collection.
    pub sort: Vec<SortKey>,
    /// Only what comes after this place in the order.
    pub after: Option<Cursor>,
    /// So many matches are left out first.
    pub offset: usize,
    /// So many records are answered at most.
    pub limit: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self { within: None, ids: None, filter: Predicate::All, sort: Vec::new(), after: None, offset: 0, limit: 1000 }
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// No such collection, or none that the viewer may know of.
    #[error("there is no collection \"{name}\"")]
    UnknownCollection {
        /// Name as given.
        name: String,
    },
    /// The area is none.
    #[error(transparent)]
    Area(#[from] AreaError),
    /// The filter must not be answered.
    #[error(transparent)]
    Predicate(#[from] PredicateError),
    /// Nothing can be sorted by this.
    #[error("\"{property}\" is not a property of this collection that can be sorted by")]
    NotSortable {
        /// Name as given.
        property: String,
    },
    /// The place belongs to another order.
    #[error("the cursor belongs to another order; take it from the \"next\" link of a page")]
    OtherOrder,
    /// The store's CRS does not measure in metres.
    #[error("areas cannot be measured in {crs}, the coordinate reference system of the store")]
    NoMetres {
        /// The CRS.
        crs: Crs,
    },
    /// No groups can be made by this.
    #[error("\"{property}\" is not a property of this collection that groups can be made by")]
    NoGroups {
        /// Name as given.
        property: String,
    },
    /// A sum over something that is no number.
    #[error("\"{property}\" is not a number and has no sum")]
    NotANumber {
        /// Name of the property.
        property: String,
    },
}

/// A place in the order of a collection, behind a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub(crate) Place);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On the curve. It stays good when records come and go.
    Curve {
        /// Place on the curve.
        curve: u64,
        /// The record.
        id: String,
    },
    /// Behind so many records of a sorted answer.
    Rank(u64),
}

impl Cursor {
    /// Behind so many records of a sorted answer.
    pub(crate) fn rank(rank: u64) -> Self {
        Self(Place::Rank(rank))
    }
}

/// A text is no cursor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is not a place in a collection; take it from the \"next\" link of a page")]
pub struct CursorError {
    given: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Curve { curve, id } => write!(f, "{curve:016x}{id}"),
            Place::Rank(rank) => write!(f, "r{rank}"),
        }
    }
}

impl std::str::FromStr for Cursor {
    type Err = CursorError;
    fn from_str(text: &str) -> Result<Self, CursorError> {
        let refuse = || CursorError { given: text.chars().take(80).collect() };
        if let Some(rank) = text.strip_prefix('r') {
            let is_number = !rank.is_empty() && rank.bytes().all(|b| b.is_ascii_digit());
            return rank.parse().ok().filter(|_| is_number).map(Self::rank).ok_or_else(refuse);
        }
        let (curve, id) = text
            .split_at_checked(16)
            .filter(|(curve, _)| curve.bytes().all(|b| b.is_ascii_hexdigit()))
            .ok_or_else(refuse)?;
        let curve = u64::from_str_radix(curve, 16).ok().ok_or_else(refuse)?;
        Ok(Self(Place::Curve { curve, id: id.to_owned() }))
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page<'s> {
    /// All that match, on this page or not, exactly.
    pub matched: u64,
    /// The records of this page.
    pub returned: Vec<Shown<'s>>,
    /// Where the next page begins; `None`: this is the last.
    pub next: Option<Cursor>,
}

/// A sum over all matches.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// All that match.
    pub matched: u64,
    /// Sum of the property where it is known.
    pub sum: f64,
    /// Matches of which the property is null.
    pub missing: u64,
}

impl Snapshot {
    /// Answers a query as this viewer sees it. What the viewer does not see is neither counted nor filtered.
    ///
    /// Order: along the curve of [`crate::snapshot`], then by id. Takes time in proportion to the matches
    /// (without filter, and for base data and layers: to the page).
    pub fn query(&self, collection: &str, query: &Query, viewer: &Viewer) -> Result<Page<'_>, QueryError> {
        let (target, asked) = self.prepare(collection, query, viewer)?;
        Ok(match target {
            Target::Parcels => self.page(&self.tables.parcels, query, &asked),
            Target::Sites => self.page(&self.tables.sites, query, &asked),
            Target::Buildings => self.page(&self.tables.buildings, query, &asked),
            Target::Districts => self.page(&self.tables.districts, query, &asked),
            Target::Layer(_, Some(features)) => self.page(features, query, &asked),
            Target::Layer(_, None) => Page { matched: 0, returned: Vec::new(), next: None },
        })
    }

    /// Counts the matches of a query and adds up a property of theirs; paging is disregarded.
    pub fn figures(
        &self,
        collection: &str,
        query: &Query,
        property: &str,
        viewer: &Viewer,
    ) -> Result<Figures, QueryError> {
        let question = Question { query: query.clone(), sum: Some(property.to_owned()), ..Question::default() };
        self.answer(collection, &question, viewer).map(|answer| answer.total)
    }

    pub(crate) fn prepare<'s, 'v>(
        &'s self,
        collection: &str,
        query: &Query,
        viewer: &'v Viewer,
    ) -> Result<(Target<'s>, Asked<'s, 'v>), QueryError> {
        let unknown = || QueryError::UnknownCollection { name: collection.to_owned() };
        let target = self.target(collection, viewer).ok_or_else(unknown)?;
        let filter = Filter::compile(&query.filter, target.schema(), viewer, self.crs)?;
        let region = query.within.as_ref().map(|area| area.compile(self.crs)).transpose()?;
        let order = |key: &SortKey| {
            let refuse = || QueryError::NotSortable { property: key.property.clone() };
            Order::find(key, target.schema(), viewer).ok_or_else(refuse)
        };
        let orders = query.sort.iter().map(order).collect::<Result<Vec<_>, _>>()?;
        let fits = match &query.after {
            None => true,
            Some(Cursor(Place::Curve { .. })) => orders.is_empty(),
            Some(Cursor(Place::Rank(_))) => !orders.is_empty(),
        };
        if !fits {
            return Err(QueryError::OtherOrder);
        }
        Ok((target, Asked { filter, region, orders, viewer }))
    }

    fn page<'s, R: Served>(&'s self, table: &'s Table<R>, query: &Query, asked: &Asked<'s, '_>) -> Page<'s> {
        let window = Window { after: query.after.as_ref(), offset: query.offset, limit: query.limit };
        let scan = asked.scan_page(self, table, query, window);
        let selection = scan.select(window, &asked.orders);
        let next = selection.next(table);
        let mut context = Context::new(self);
        let show = |slot| {
            let (view, stamps) = scan.view(slot, &mut context)?;
            Some(Shown::new(self, table.entry(slot), view, stamps))
        };
        Page { matched: selection.matched, returned: selection.slots.into_iter().filter_map(show).collect(), next }
    }
}

/// A query, made ready.
pub(crate) struct Asked<'s, 'v> {
    pub(crate) filter: Filter<'s>,
    region: Option<Region>,
    pub(crate) orders: Vec<Order<'s>>,
    pub(crate) viewer: &'v Viewer,
}

impl<'s> Asked<'s, '_> {
    pub(crate) fn scan<'q, R: Served>(
        &'q self,
        snapshot: &'s Snapshot,
        table: &'s Table<R>,
        query: &Query,
    ) -> Scan<'q, 's, R> {
        self.scan_for(snapshot, table, query, None)
    }

    /// As [`Self::scan`], for a page in the order of the collection, if it is in that order.
    pub(crate) fn scan_page<'q, R: Served>(
        &'q self,
        snapshot: &'s Snapshot,
        table: &'s Table<R>,
        query: &Query,
        window: Window<'_>,
    ) -> Scan<'q, 's, R> {
        self.scan_for(snapshot, table, query, Some(window).filter(|_| self.orders.is_empty()))
    }

    fn scan_for<'q, R: Served>(
        &'q self,
        snapshot: &'s Snapshot,
        table: &'s Table<R>,
        query: &Query,
        page: Option<Window<'_>>,
    ) -> Scan<'q, 's, R> {
        Scan::new(snapshot, table, self.region.as_ref(), query.ids.as_deref(), &self.filter, self.viewer, page)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Place};

    #[test]
    fn a_cursor_is_read_back() {
        for place in [Place::Curve { curve: 0x1234_5678_9abc_def0, id: "ä/b c".into() }, Place::Rank(4711)] {
            let cursor = Cursor(place);
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "12", "r", "r+1", "r99999999999999999999", "+23456789abcdef0x", "ääääääääääääääää"]
        {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
