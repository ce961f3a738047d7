//! Figures of all matches of a query: counted, added up, in groups, with ids, and how much of an area they cover.

use std::collections::{BTreeMap, HashMap};

use cadastre::{ColumnKind, Viewer, value::ValueRef};
use geo_types::MultiPolygon;

use super::{
    Snapshot,
    collection::Target,
    columns::Column,
    context::Served,
    filter::{PredicateError, Slot},
    overlap::Overlap,
    query::{Asked, Figures, Query, QueryError},
    scan::{Scan, Window},
    sum::Sum,
    table::{self, Table},
};
use crate::Crs;

/// What is asked of all matches of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// Which records; their page is disregarded.
    pub query: Query,
    /// Number to add up.
    pub sum: Option<String>,
    /// Property by whose values the figures are told apart too.
    pub group_by: Option<String>,
    /// So many ids are answered at most.
    pub ids: usize,
    /// An area, straight in this CRS: how much of it the matches cover.
    pub overlap: Option<(Crs, MultiPolygon)>,
}

/// The figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Of all matches.
    pub total: Figures,
    /// By value, in the order of the values; what is null comes last.
    pub groups: Vec<Group>,
    /// Ids of the first matches, in the order of the collection.
    pub ids: Vec<String>,
    /// Sum of what each match has in common with the area, in m² of the store's CRS.
    pub overlap_m2: Option<f64>,
}

/// Figures of the matches that have one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The value as text; `None`: it is null.
    pub value: Option<String>,
    /// Their figures.
    pub figures: Figures,
}

/// The properties of a question, found.
struct Wanted<'s> {
    sum: Option<Slot<'s>>,
    group_by: Option<Slot<'s>>,
    ids: usize,
    overlap: Option<Overlap>,
}

impl Snapshot {
    /// Answers a question as this viewer sees it.
    pub fn answer(&self, collection: &str, question: &Question, viewer: &Viewer) -> Result<Answer, QueryError> {
        let (target, asked) = self.prepare(collection, &question.query, viewer)?;
        let wanted = self.wanted(question, target, viewer)?;
        Ok(match target {
            Target::Parcels => self.answer_of(&self.tables.parcels, &question.query, &asked, &wanted),
            Target::Sites => self.answer_of(&self.tables.sites, &question.query, &asked, &wanted),
            Target::Buildings => self.answer_of(&self.tables.buildings, &question.query, &asked, &wanted),
            Target::Districts => self.answer_of(&self.tables.districts, &question.query, &asked, &wanted),
            Target::Layer(_, Some(features)) => self.answer_of(features, &question.query, &asked, &wanted),
            Target::Layer(_, None) => Answer { overlap_m2: wanted.overlap.as_ref().map(|_| 0.0), ..Answer::default() },
        })
    }

    fn wanted<'s>(&self, question: &Question, target: Target<'s>, viewer: &Viewer) -> Result<Wanted<'s>, QueryError> {
        let sum = question.sum.as_ref().map(|property| {
            let slot = Slot::find(target.schema(), viewer, property)
                .ok_or_else(|| PredicateError::UnknownProperty { property: property.clone() })?;
            let is_number = matches!(slot.kind, ColumnKind::Integer | ColumnKind::Real) && !slot.is_list;
            if is_number { Ok(slot) } else { Err(QueryError::NotANumber { property: property.clone() }) }
        });
        let group_by = question.group_by.as_ref().map(|property| {
            let slot = Slot::find(target.schema(), viewer, property);
            let tells_apart = |slot: &Slot<'_>| !matches!(slot.kind, ColumnKind::Real | ColumnKind::Timestamp);
            slot.filter(|slot| tells_apart(slot) && !slot.is_list)
                .ok_or_else(|| QueryError::NoGroups { property: property.clone() })
        });
        let overlap = question.overlap.as_ref().map(|(crs, area)| Overlap::new(*crs, area, self.crs));
        Ok(Wanted {
            sum: sum.transpose()?,
            group_by: group_by.transpose()?,
            ids: question.ids,
            overlap: overlap.transpose()?,
        })
    }

    fn answer_of<'s, R: Served>(
        &'s self,
        table: &'s Table<R>,
        query: &Query,
        asked: &Asked<'s, '_>,
        wanted: &Wanted<'s>,
    ) -> Answer {
        let scan = asked.scan(self, table, query);
        let mut groups = Groups::default();
        let total = if groups.add_columns(table, &scan, wanted) {
            groups.total()
        } else {
            let mut total = Sum::default();
            scan.for_each(|_, view| {
                let number = wanted.sum.as_ref().and_then(|slot| Sum::number(&slot.of(view)));
                total.add(number);
                if let Some(slot) = &wanted.group_by {
                    groups.of(&slot.of(view)).add(number);
                }
            });
            total
        };
        let first = Window { after: None, offset: 0, limit: wanted.ids };
        let ids = if wanted.ids > 0 { scan.select(first, &[]).slots } else { Vec::new() };
        let overlap_m2 = wanted.overlap.as_ref().map(|overlap| {
            let mut sum = Sum::default();
            scan.for_each(|slot, _| sum.add(Some(overlap.with(table.entry(slot).shape()))));
            sum.finish().sum
        });
        Answer {
            total: total.finish(),
            groups: if wanted.group_by.is_some() { groups.finish() } else { Vec::new() },
            ids: ids.into_iter().map(|slot| table.entry(slot).row.id().to_owned()).collect(),
            overlap_m2,
        }
    }
}

/// Sums by value. Null comes last.
#[derive(Debug, Default)]
struct Groups {
    by_value: BTreeMap<(bool, String), Sum>,
    whole: Sum,
}

impl Groups {
    fn of(&mut self, value: &ValueRef<'_>) -> &mut Sum {
        let text = match value {
            ValueRef::Null | ValueRef::List(_) => return self.by_value.entry((true, String::new())).or_default(),
            ValueRef::Text(text) => text.to_string(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Boolean(yes) => yes.to_string(),
            ValueRef::Date(day) => day.to_string(),
            ValueRef::Timestamp(at) => at.to_string(),
        };
        self.by_value.entry((false, text)).or_default()
    }

    fn total(&self) -> Sum {
        self.whole
    }

    fn finish(self) -> Vec<Group> {
        let group = |((is_null, value), sum): ((bool, String), Sum)| Group {
            value: (!is_null).then_some(value),
            figures: sum.finish(),
        };
        self.by_value.into_iter().map(group).collect()
    }

    /// Adds all matches by columns alone; `false`: there are none for that, and nothing was added.
    fn add_columns<'s, R: Served>(&mut self, table: &'s Table<R>, scan: &Scan<'_, 's, R>, wanted: &Wanted<'s>) -> bool {
        let Some(hits) = scan.hits() else { return false };
        let columns = |level: &'s table::Level<R>| level.segment().columns();
        let numbers: Vec<Option<&Column>> = match &wanted.sum {
            Some(slot) => table.levels().iter().map(|level| columns(level).get::<R>(slot.source)).collect(),
            None => table.levels().iter().map(|_| Some(&Column::Empty)).collect(),
        };
        let codes: Vec<_> = match &wanted.group_by {
            Some(slot) => table.levels().iter().map(|level| columns(level).codes::<R>(slot.source)).collect(),
            None => Vec::new(),
        };
        if numbers.iter().any(Option::is_none) || codes.iter().any(Option::is_none) {
            return false;
        }
        for (level, (ranges, numbers)) in hits.iter().zip(numbers.into_iter().flatten()).enumerate() {
            for range in ranges {
                self.whole.add_range(numbers, range.clone());
            }
            let (Some(slot), Some(codes)) = (&wanted.group_by, codes.get(level).copied().flatten()) else { continue };
            let mut of_code: HashMap<u32, Sum> = HashMap::new();
            for position in ranges.iter().cloned().flatten() {
                let number = numbers.value(position).and_then(|value| Sum::number(&value));
                of_code.entry(codes.at(position)).or_default().add(number);
            }
            for (code, sum) in of_code {
                let value = scan.value(table::Slot { level, position: codes.example(code) }, slot);
                self.of(&value).join(&sum);
            }
        }
        true
    }
}
