//! Which records an attribute filter takes.
//!
//! A filter sees what passed the gate and nothing else: what the gate withholds is null to it.

mod compile;
mod condition;
pub(crate) mod number;
mod slots;
mod spatial;
mod text;
pub(crate) mod time;
mod uses;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use cadastre::{ColumnKind, Value, Viewer, publication::View, value::ValueRef};

use super::{
    area::{AreaError, Region, Space},
    collection::Schema,
};
use crate::{
    Crs,
    cql2::{Comparison, Expr},
    geometry::Shape,
};

use compile::Compiler;
pub(crate) use condition::{Comparable, Condition, Truth};
use condition::{List, Scalar};
use number::{Num, Number};
pub(crate) use slots::{Slot, Source};
pub(crate) use spatial::SpatialTest;
use text::Text;
use time::Instant;
pub(crate) use uses::Uses;

/// A condition on the properties of a record as the viewer sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Predicate {
    /// Everything.
    #[default]
    All,
    /// The property has this value; of a list, one of its members. Null equals nothing.
    Equals {
        /// Name of the property or column.
        property: String,
        /// The value. Numbers are compared as numbers, whatever their kind.
        value: Value,
    },
    /// The property is null: nothing is known, or nothing is shown to this viewer.
    IsNull {
        /// Name of the property or column.
        property: String,
    },
    /// All of them.
    And(Vec<Predicate>),
    /// CQL2.
    Cql2 {
        /// What is asked.
        filter: Arc<Expr>,
        /// CRS of its geometries.
        crs: Crs,
    },
}

/// A filter that must not, or cannot, be answered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PredicateError {
    /// The collection has no such property, or none that this viewer may know of: both look the same.
    #[error("\"{property}\" is not a property of this collection")]
    UnknownProperty {
        /// Name as given.
        property: String,
    },
    /// CQL2 that makes no sense of this collection.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

/// CQL2 that makes no sense of a collection.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FilterError {
    /// The collection has no such property, or none that this viewer may know of: both look the same.
    #[error("\"{property}\" is not a property of this collection")]
    UnknownProperty {
        /// Name as given.
        property: String,
    },
    /// An operand of the wrong kind.
    #[error("\"{operator}\" takes {expected} there, not {found}")]
    Kind {
        /// Name of the operator.
        operator: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What was given.
        found: &'static str,
    },
    /// Values of kinds that are not compared.
    #[error("\"{operator}\" cannot compare {left} with {right}")]
    Incomparable {
        /// Name of the operator.
        operator: &'static str,
        /// What stands first.
        left: &'static str,
        /// What it was to be compared with.
        right: &'static str,
    },
    /// A list where a single value is needed.
    #[error("\"{operator}\" takes single values, and this property is a list: use a_contains or a_overlaps")]
    List {
        /// Name of the operator.
        operator: &'static str,
    },
    /// Something that is neither true nor false.
    #[error("a condition is needed, which is true or false, not {found}")]
    NoCondition {
        /// What was given.
        found: &'static str,
    },
    /// `LIKE` without a pattern.
    #[error("\"like\" takes a pattern in quotes, possibly within casei or accenti")]
    NoPattern,
    /// `IN` without a list.
    #[error("\"in\" takes a list of values")]
    NoList,
    /// A text compared with a time.
    #[error("\"{given}\" is neither a day (2026-03-31) nor an instant (2026-03-31T12:00:00Z)")]
    NoTime {
        /// The text.
        given: String,
    },
    /// A geometry that is none.
    #[error("a geometry of the filter: {source}")]
    Geometry {
        /// Why not.
        #[from]
        source: AreaError,
    },
    /// A collection that has neither one dimension nor one boundary.
    #[error(
        "of a collection of different kinds, or of areas that overlap, only s_intersects and s_disjoint are defined"
    )]
    Mixed,
    /// More than may be asked at once.
    #[error("the filter asks too much at once: fewer operators or geometries of fewer vertices are needed")]
    TooCostly,
}

/// A record as a filter sees it.
pub(crate) trait Record {
    /// Value of a property, by its number in the filter.
    fn value(&self, slot: usize) -> ValueRef<'_>;

    /// Its shape; `None` if it has none.
    fn shape(&self, space: Space) -> Option<Shape<'_>>;

    /// Whether it has a shape.
    fn has_geometry(&self) -> bool {
        self.shape(Space::Own).is_some()
    }
}

/// A filter, ready to be asked of the records of a collection.
#[derive(Debug)]
pub(crate) struct Filter<'s> {
    /// `None`: everything in the regions.
    pub(crate) condition: Option<Condition>,
    pub(crate) slots: Vec<Slot<'s>>,
    /// Every record that is taken intersects all of them.
    pub(crate) regions: Vec<Region>,
}

impl Predicate {
    /// Whether it takes everything without looking.
    pub fn is_all(&self) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(Self::is_all),
            Self::Equals { .. } | Self::IsNull { .. } | Self::Cql2 { .. } => false,
        }
    }

    /// CQL2 with geometries in CRS84.
    pub fn cql2(filter: Expr) -> Self {
        Self::Cql2 { filter: Arc::new(filter), crs: Crs::CRS84 }
    }

    /// Whether the viewer may ask this of a collection, and it makes sense there.
    pub fn check(&self, schema: Schema<'_>, viewer: &Viewer, store_crs: Crs) -> Result<(), PredicateError> {
        Filter::compile(self, schema, viewer, store_crs).map(drop)
    }
}

impl<'s> Filter<'s> {
    pub(crate) fn compile(
        predicate: &Predicate,
        schema: Schema<'s>,
        viewer: &Viewer,
        store_crs: Crs,
    ) -> Result<Self, PredicateError> {
        let mut compiler = Compiler { schema, viewer, crs: Crs::CRS84, store_crs, slots: Vec::new(), cost: 0 };
        let mut filter = Self { condition: None, slots: Vec::new(), regions: Vec::new() };
        let mut parts = Vec::new();
        compiler.predicate(predicate, &mut parts)?;
        let mut rest = Vec::new();
        for part in parts {
            filter.split(part, &mut rest);
        }
        filter.condition = if rest.len() > 1 { Some(Condition::All(rest)) } else { rest.pop() };
        filter.slots = compiler.slots;
        Ok(filter)
    }

    /// Takes from what all must be true what the spatial index answers.
    fn split(&mut self, part: Condition, rest: &mut Vec<Condition>) {
        match part {
            Condition::Constant(Some(true)) => {}
            Condition::All(parts) => parts.into_iter().for_each(|part| self.split(part, rest)),
            Condition::Spatial(test) => match test.into_region() {
                Ok((region, test)) => {
                    self.regions.push(region);
                    rest.extend(test.map(Condition::Spatial));
                }
                Err(test) => rest.push(Condition::Spatial(test)),
            },
            other => rest.push(other),
        }
    }

    /// Whether it takes this record.
    pub(crate) fn takes(&self, record: &dyn Record) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.of(record) == Some(true))
    }
}

impl Compiler<'_, '_> {
    /// Conditions that must all be true.
    fn predicate(&mut self, predicate: &Predicate, parts: &mut Vec<Condition>) -> Result<(), PredicateError> {
        match predicate {
            Predicate::All => {}
            Predicate::And(all) => all.iter().try_for_each(|part| self.predicate(part, parts))?,
            Predicate::IsNull { property } => parts.push(Condition::IsNull(self.known(property)?.0)),
            Predicate::Equals { property, value } => {
                let (slot, kind, is_list) = self.known(property)?;
                parts.push(equals(slot, kind, is_list, value));
            }
            Predicate::Cql2 { filter, crs } => {
                self.crs = *crs;
                parts.push(self.condition(filter)?);
            }
        }
        Ok(())
    }

    fn known(&mut self, property: &str) -> Result<(usize, ColumnKind, bool), PredicateError> {
        let slot = Slot::find(self.schema, self.viewer, property)
            .ok_or_else(|| PredicateError::UnknownProperty { property: property.to_owned() })?;
        let (kind, is_list) = (slot.kind, slot.is_list);
        Ok((self.slot(slot), kind, is_list))
    }
}

/// A value of another kind than the property's equals nothing.
fn equals(slot: usize, kind: ColumnKind, is_list: bool, value: &Value) -> Condition {
    let (own, wanted) = match (kind, value) {
        (ColumnKind::Text, Value::Text(text)) if is_list => {
            let wanted = vec![Scalar::Text(Text::Constant(text.clone()))];
            let relation = crate::cql2::ArrayRelation::Contains;
            return Condition::Array(relation, List::Slot(slot), List::Members(wanted));
        }
        _ if is_list => return Condition::Constant(Some(false)),
        (ColumnKind::Text, Value::Text(text)) => {
            (Scalar::Text(Text::Slot(slot)), Scalar::Text(Text::Constant(text.clone())))
        }
        (ColumnKind::Integer | ColumnKind::Real, Value::Integer(number)) => {
            (Scalar::Number(Number::Slot(slot)), Scalar::Number(Number::Constant(Num::Integer(*number))))
        }
        (ColumnKind::Integer | ColumnKind::Real, Value::Real(number)) => {
            (Scalar::Number(Number::Slot(slot)), Scalar::Number(Number::Constant(Num::Real(*number))))
        }
        (ColumnKind::Boolean, Value::Boolean(yes)) => (
            Scalar::Boolean(Box::new(Condition::Flag(slot))),
            Scalar::Boolean(Box::new(Condition::Constant(Some(*yes)))),
        ),
        (ColumnKind::Date, Value::Date(day)) => {
            (Scalar::Instant(Instant::Slot(slot)), Scalar::Instant(Instant::Constant(time::of_day(*day))))
        }
        (ColumnKind::Timestamp, Value::Timestamp(at)) => {
            (Scalar::Instant(Instant::Slot(slot)), Scalar::Instant(Instant::Constant(time::of_timestamp(*at))))
        }
        _ => return Condition::Constant(Some(false)),
    };
    Condition::Compare(Comparison::Equal, own, wanted)
}

/// A record by its view.
pub(crate) struct Seen<'r, 's> {
    pub(crate) view: View<'s>,
    pub(crate) slots: &'r [Slot<'s>],
    pub(crate) own: Option<Shape<'s>>,
    pub(crate) crs84: Option<Shape<'s>>,
}

impl Record for Seen<'_, '_> {
    fn value(&self, slot: usize) -> ValueRef<'_> {
        self.slots[slot].of(&self.view)
    }

    fn shape(&self, space: Space) -> Option<Shape<'_>> {
        match space {
            Space::Own => self.own,
            Space::Crs84 => self.crs84,
        }
    }
}
