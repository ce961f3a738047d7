//! From a filter as read to one that can be asked of records: names become slots, kinds are checked.

use cadastre::{ColumnKind, Viewer};

use super::{
    FilterError,
    condition::{Condition, List, Members, Scalar},
    number::Number,
    slots::Slot,
    spatial::{self, SpatialTest},
    text::{Folding, Pattern, Text},
    time::{self, End, Grain, Instant, Period},
};
use crate::{
    Crs,
    cql2::{
        ArrayRelation, Comparison, Expr, Literal, Name, Operator, SpatialRelation, TemporalRelation, parse_date,
        parse_timestamp,
    },
    snapshot::collection::Schema,
};

/// What a filter may cost at most: an operator counts 1, a geometry one for every 32 positions.
const MAX_COST: usize = 1_000;

/// Names by which imported layers call their geometry, besides `geometry`.
const GEOMETRY_NAMES: [&str; 6] = ["geom", "the_geom", "wkb_geometry", "shape", "geo", "geometry"];

pub(super) struct Compiler<'s, 'v> {
    pub(super) schema: Schema<'s>,
    pub(super) viewer: &'v Viewer,
    /// CRS of the geometries in the filter.
    pub(super) crs: Crs,
    pub(super) store_crs: Crs,
    pub(super) slots: Vec<Slot<'s>>,
    pub(super) cost: usize,
}

/// A part of a filter with its kind.
enum Operand<'e> {
    Scalar(Scalar, Kind),
    Interval(Period),
    /// The geometry of the record.
    Geometry,
    Literal(&'e Literal),
    List(List),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Boolean,
    Number,
    Text,
    Time(Grain),
}

impl Operand<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Scalar(_, kind) => kind.name(),
            Self::Interval(_) => "an interval",
            Self::Geometry | Self::Literal(_) => "a geometry",
            Self::List(_) => "a list",
        }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Time(Grain::Day) => "a day",
            Self::Time(Grain::Instant) => "an instant",
        }
    }
}

fn mismatch<T>(operator: Operator, expected: &'static str, found: &Operand<'_>) -> Result<T, FilterError> {
    Err(FilterError::Kind { operator: operator.name(), expected, found: found.kind() })
}

impl<'s> Compiler<'s, '_> {
    /// A part that must be true or false.
    pub(super) fn condition(&mut self, expr: &Expr) -> Result<Condition, FilterError> {
        match self.operand(expr)? {
            Operand::Scalar(Scalar::Boolean(condition), _) => Ok(*condition),
            other => Err(FilterError::NoCondition { found: other.kind() }),
        }
    }

    fn spend(&mut self, cost: usize) -> Result<(), FilterError> {
        self.cost += cost;
        if self.cost > MAX_COST { Err(FilterError::TooCostly) } else { Ok(()) }
    }

    fn operand<'e>(&mut self, expr: &'e Expr) -> Result<Operand<'e>, FilterError> {
        Ok(match expr {
            Expr::Boolean(yes) => boolean(Condition::Constant(Some(*yes))),
            Expr::Integer(number) => number_of(Number::Constant(super::number::Num::Integer(*number))),
            Expr::Real(number) => number_of(Number::Constant(super::number::Num::Real(*number))),
            Expr::Text(text) => Operand::Scalar(Scalar::Text(Text::Constant(text.clone())), Kind::Text),
            Expr::Date(day) => time_of(Instant::Constant(time::of_day(*day)), Grain::Day),
            Expr::Timestamp(at) => time_of(Instant::Constant(time::of_timestamp(*at)), Grain::Instant),
            Expr::Interval(ends) => Operand::Interval(Period { start: self.end(&ends[0])?, end: self.end(&ends[1])? }),
            Expr::Geometry(literal) => Operand::Literal(literal),
            Expr::Array(members) => {
                let members = members.iter().map(|member| self.member(member)).collect::<Result<_, _>>()?;
                Operand::List(List::Members(members))
            }
            Expr::Property(name) => self.property(name)?,
            Expr::Call(operator, operands) => {
                self.spend(1)?;
                self.call(*operator, operands)?
            }
        })
    }

    fn property(&mut self, name: &Name) -> Result<Operand<'static>, FilterError> {
        let Some(slot) = Slot::find(self.schema, self.viewer, &name.text) else {
            return if self.is_geometry(&name.text) {
                Ok(Operand::Geometry)
            } else {
                Err(FilterError::UnknownProperty { property: name.text.to_string() })
            };
        };
        let (kind, is_list) = (slot.kind, slot.is_list);
        let slot = self.slot(slot);
        if is_list {
            return Ok(Operand::List(List::Slot(slot)));
        }
        Ok(match kind {
            ColumnKind::Text => Operand::Scalar(Scalar::Text(Text::Slot(slot)), Kind::Text),
            ColumnKind::Integer | ColumnKind::Real => number_of(Number::Slot(slot)),
            ColumnKind::Boolean => boolean(Condition::Flag(slot)),
            ColumnKind::Date => time_of(Instant::Slot(slot), Grain::Day),
            ColumnKind::Timestamp => time_of(Instant::Slot(slot), Grain::Instant),
        })
    }

    /// Number of a property among those that the filter asks for.
    pub(super) fn slot(&mut self, slot: Slot<'s>) -> usize {
        let known = self.slots.iter().position(|known| known.name == slot.name);
        known.unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        })
    }

    fn is_geometry(&self, name: &str) -> bool {
        name == "geometry"
            || matches!(self.schema, Schema::Layer(_))
                && GEOMETRY_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn call<'e>(&mut self, operator: Operator, operands: &'e [Expr]) -> Result<Operand<'e>, FilterError> {
        let condition = match operator {
            Operator::And | Operator::Or => {
                let parts = operands.iter().map(|part| self.condition(part)).collect::<Result<_, _>>()?;
                if operator == Operator::And { Condition::All(parts) } else { Condition::Any(parts) }
            }
            Operator::Not => Condition::Not(Box::new(self.condition(&operands[0])?)),
            Operator::IsNull => self.is_null(&operands[0])?,
            Operator::Compare(comparison) => {
                let [a, b] = self.pair(operator, &operands[0], &operands[1])?;
                Condition::Compare(comparison, a, b)
            }
            Operator::Between => {
                let [low_side, low] = self.pair(operator, &operands[0], &operands[1])?;
                let [high_side, high] = self.pair(operator, &operands[0], &operands[2])?;
                Condition::All(vec![
                    Condition::Compare(Comparison::GreaterOrEqual, low_side, low),
                    Condition::Compare(Comparison::LessOrEqual, high_side, high),
                ])
            }
            Operator::In => self.one_of(&operands[0], &operands[1])?,
            Operator::Like => {
                let text = self.text(operator, &operands[0])?;
                let pattern = self.text(operator, &operands[1])?;
                let pattern = pattern.as_constant().ok_or(FilterError::NoPattern)?;
                Condition::Like(text, Pattern::new(pattern))
            }
            Operator::Spatial(relation) => self.spatial(relation, &operands[0], &operands[1])?,
            Operator::Temporal(relation) => self.temporal(relation, &operands[0], &operands[1])?,
            Operator::Array(relation) => self.array(relation, &operands[0], &operands[1])?,
            Operator::CaseI | Operator::AccentI => {
                let folding = if operator == Operator::CaseI { Folding::Case } else { Folding::Accents };
                let text = self.text(operator, &operands[0])?.folded(folding);
                return Ok(Operand::Scalar(Scalar::Text(text), Kind::Text));
            }
            Operator::Arithmetic(arithmetic) => {
                let numbers = Box::new([self.number(operator, &operands[0])?, self.number(operator, &operands[1])?]);
                return Ok(number_of(Number::Arithmetic(arithmetic, numbers)));
            }
        };
        Ok(boolean(condition))
    }

    fn text(&mut self, operator: Operator, expr: &Expr) -> Result<Text, FilterError> {
        match self.operand(expr)? {
            Operand::Scalar(Scalar::Text(text), _) => Ok(text),
            other => mismatch(operator, "a text", &other),
        }
    }

    fn number(&mut self, operator: Operator, expr: &Expr) -> Result<Number, FilterError> {
        match self.operand(expr)? {
            Operand::Scalar(Scalar::Number(number), _) => Ok(number),
            other => mismatch(operator, "a number", &other),
        }
    }

    fn scalar(&mut self, operator: Operator, expr: &Expr) -> Result<(Scalar, Kind), FilterError> {
        match self.operand(expr)? {
            Operand::Scalar(scalar, kind) => Ok((scalar, kind)),
            Operand::List(_) => Err(FilterError::List { operator: operator.name() }),
            other => mismatch(operator, "a single value", &other),
        }
    }

    /// Two values that can be compared.
    fn pair(&mut self, operator: Operator, a: &Expr, b: &Expr) -> Result<[Scalar; 2], FilterError> {
        let (a, b) = (self.scalar(operator, a)?, self.scalar(operator, b)?);
        let kinds = (a.1, b.1);
        let incomparable =
            || FilterError::Incomparable { operator: operator.name(), left: kinds.0.name(), right: kinds.1.name() };
        let a = cast(a, kinds.1)?.ok_or_else(incomparable)?;
        let b = cast(b, kinds.0)?.ok_or_else(incomparable)?;
        Ok([a, b])
    }

    fn is_null(&mut self, expr: &Expr) -> Result<Condition, FilterError> {
        Ok(match self.operand(expr)? {
            Operand::Scalar(
                Scalar::Text(Text::Slot(slot))
                | Scalar::Number(Number::Slot(slot))
                | Scalar::Instant(Instant::Slot(slot)),
                _,
            )
            | Operand::List(List::Slot(slot)) => Condition::IsNull(slot),
            Operand::Scalar(scalar, _) => Condition::IsUnknown(Box::new(scalar)),
            Operand::Geometry => Condition::HasNoGeometry,
            Operand::Interval(_) | Operand::Literal(_) | Operand::List(List::Members(_)) => {
                Condition::Constant(Some(false))
            }
        })
    }

    fn one_of(&mut self, needle: &Expr, list: &Expr) -> Result<Condition, FilterError> {
        let Expr::Array(list) = list else { return Err(FilterError::NoList) };
        let (needle, kind) = self.scalar(Operator::In, needle)?;
        let mut members = Members::default();
        for member in list {
            let member = self.scalar(Operator::In, member)?;
            let other = member.1;
            let incomparable = || FilterError::Incomparable { operator: "in", left: kind.name(), right: other.name() };
            match cast(member, kind)?.ok_or_else(incomparable)? {
                Scalar::Text(Text::Constant(text)) => members.texts.push(text),
                Scalar::Instant(Instant::Constant(moment)) => members.moments.push(moment),
                Scalar::Number(number) if number.as_constant().is_some() => {
                    members.numbers.extend(number.as_constant());
                }
                other => members.others.push(other),
            }
        }
        self.spend(members.others.len())?;
        members.sort();
        Ok(Condition::OneOf(needle, members))
    }

    fn spatial(&mut self, relation: SpatialRelation, a: &Expr, b: &Expr) -> Result<Condition, FilterError> {
        let operator = Operator::Spatial(relation);
        let (a, b) = (self.operand(a)?, self.operand(b)?);
        let (relation, literal) = match (&a, &b) {
            (Operand::Geometry, Operand::Geometry) => {
                return Ok(Condition::Spatial(SpatialTest::Itself(relation)));
            }
            (Operand::Literal(a), Operand::Literal(b)) => {
                self.spend_on(a)?;
                self.spend_on(b)?;
                let truth = spatial::relate(relation, (a, b), self.crs, self.store_crs)?;
                return Ok(Condition::Constant(Some(truth)));
            }
            (Operand::Geometry, Operand::Literal(literal)) => (relation, literal),
            (Operand::Literal(literal), Operand::Geometry) => (spatial::reversed(relation), literal),
            (Operand::Geometry | Operand::Literal(_), other) | (other, _) => {
                return mismatch(operator, "a geometry", other);
            }
        };
        self.spend_on(literal)?;
        let probe = spatial::probe(relation, literal, self.crs, self.store_crs)?;
        Ok(Condition::Spatial(SpatialTest::Record(relation, Box::new(probe))))
    }

    fn spend_on(&mut self, literal: &Literal) -> Result<(), FilterError> {
        use geo::CoordsIter as _;
        match literal {
            Literal::Bbox(_) => Ok(()),
            Literal::Geometry(geometry) => self.spend(geometry.coords_count() / 32),
        }
    }

    fn temporal(&mut self, relation: TemporalRelation, a: &Expr, b: &Expr) -> Result<Condition, FilterError> {
        let operator = Operator::Temporal(relation);
        let mut period = |expr: &Expr| match self.operand(expr)? {
            Operand::Interval(period) => Ok(period),
            Operand::Scalar(Scalar::Instant(instant), Kind::Time(grain)) => {
                Ok(Period { start: End::At(instant.clone(), grain), end: End::At(instant, grain) })
            }
            other => mismatch(operator, "a day, an instant or an interval", &other),
        };
        Ok(Condition::Temporal(relation, Box::new([period(a)?, period(b)?])))
    }

    /// An end of an interval.
    fn end(&mut self, expr: &Expr) -> Result<End, FilterError> {
        if let Expr::Text(text) = expr {
            return if &**text == ".." { Ok(End::Open) } else { instant(text).map(|(at, grain)| End::At(at, grain)) };
        }
        match self.operand(expr)? {
            Operand::Scalar(Scalar::Instant(instant), Kind::Time(grain)) => Ok(End::At(instant, grain)),
            other => Err(FilterError::Kind {
                operator: "interval",
                expected: "a day, an instant or '..'",
                found: other.kind(),
            }),
        }
    }

    fn array(&mut self, relation: ArrayRelation, a: &Expr, b: &Expr) -> Result<Condition, FilterError> {
        let operator = Operator::Array(relation);
        let mut list = |expr: &Expr| match self.operand(expr)? {
            Operand::List(list) => Ok(list),
            other => mismatch(operator, "a list", &other),
        };
        let (a, b) = (list(a)?, list(b)?);
        let length = |list: &List| match list {
            List::Slot(_) => 1,
            List::Members(members) => members.len(),
        };
        self.spend(length(&a).saturating_mul(length(&b)) / 32)?;
        Ok(Condition::Array(relation, a, b))
    }

    /// A member of a list. A name in double quotes that is no property is a text there, as the standard's own
    /// abstract tests write it.
    fn member(&mut self, expr: &Expr) -> Result<Scalar, FilterError> {
        match self.operand(expr) {
            Ok(Operand::Scalar(scalar, _)) => Ok(scalar),
            Ok(other) => Err(FilterError::Kind { operator: "a list", expected: "single values", found: other.kind() }),
            Err(error) => match expr {
                Expr::Property(Name { text, is_quoted: true }) => Ok(Scalar::Text(Text::Constant(text.clone()))),
                _ => Err(error),
            },
        }
    }
}

/// The value as one that can be compared with the other kind: a text that says a time becomes a time. `None`: it
/// cannot be.
fn cast((scalar, kind): (Scalar, Kind), other: Kind) -> Result<Option<Scalar>, FilterError> {
    Ok(match (&scalar, kind, other) {
        (Scalar::Text(Text::Constant(text)), _, Kind::Time(_)) => Some(Scalar::Instant(instant(text)?.0)),
        // Of a time and a text it is the text that changes, or cannot.
        (_, Kind::Time(_), Kind::Time(_) | Kind::Text) => Some(scalar),
        _ => (kind == other).then_some(scalar),
    })
}

fn instant(text: &str) -> Result<(Instant, Grain), FilterError> {
    if let Some(day) = parse_date(text) {
        return Ok((Instant::Constant(time::of_day(day)), Grain::Day));
    }
    let refuse = || FilterError::NoTime { given: crate::cql2::shorten(text) };
    let at = parse_timestamp(text).ok_or_else(refuse)?;
    Ok((Instant::Constant(time::of_timestamp(at)), Grain::Instant))
}

fn boolean<'e>(condition: Condition) -> Operand<'e> {
    Operand::Scalar(Scalar::Boolean(Box::new(condition)), Kind::Boolean)
}

fn number_of<'e>(number: Number) -> Operand<'e> {
    Operand::Scalar(Scalar::Number(number), Kind::Number)
}

fn time_of<'e>(instant: Instant, grain: Grain) -> Operand<'e> {
    Operand::Scalar(Scalar::Instant(instant), Kind::Time(grain))
}
