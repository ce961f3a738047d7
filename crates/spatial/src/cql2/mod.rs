//! The filter language CQL2 (OGC 21-065r2), in both encodings, as one tree.
//!
//! Here is only what a filter *says*. What its names mean, and whether the kinds of its operands fit, is decided
//! against the schema of a collection, in [`crate::snapshot`]. Whatever is given, reading takes time in proportion
//! to its length and a stack of a fixed height.

mod json;
mod lexer;
mod operator;
mod text;
mod wkt;

#[cfg(test)]
mod tests;

use cadastre::Day;
use geo_types::{Geometry, LineString, Polygon};

pub use json::{from_json, from_json_text};
pub use operator::{Arithmetic, ArrayRelation, Comparison, Operator, SpatialRelation, TemporalRelation};
pub use text::from_text;

/// How deep brackets may be nested.
pub const MAX_DEPTH: usize = 40;
/// How deep operators may be nested: a chain of sums is a level a sign.
const MAX_LEVELS: usize = 100;
/// How many operators, properties, values and positions a filter may hold.
pub const MAX_NODES: usize = 100_000;

/// A filter, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// True or false.
    Boolean(bool),
    /// A number without a fraction that 64 bits hold.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// Text.
    Text(Box<str>),
    /// A day.
    Date(Day),
    /// An instant.
    Timestamp(jiff::Timestamp),
    /// From … to …, both included; the text `..` is an open end.
    Interval(Box<[Expr; 2]>),
    /// A geometry in the CRS of the filter, in the order of its own axes.
    Geometry(Box<Literal>),
    /// A list.
    Array(Vec<Expr>),
    /// A property of the records.
    Property(Name),
    /// An operator or function with its arguments; their number is right.
    Call(Operator, Vec<Expr>),
}

/// Name of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name itself.
    pub text: Box<str>,
    /// Whether it was written in double quotes.
    pub is_quoted: bool,
}

/// A geometry as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A box: both lower bounds, then both upper ones. The first lower bound may exceed the upper one: such a box
    /// lies across the antimeridian.
    Bbox([f64; 4]),
    /// Any other geometry, its heights left out.
    Geometry(Geometry),
}

/// A filter that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not what the grammar expects.
    #[error("at character {at}: expected {expected}, found {found}")]
    Syntax {
        /// Position, the first character being 1.
        at: usize,
        /// What could stand there.
        expected: String,
        /// What does.
        found: String,
    },
    /// A value that does not exist, e.g. the 30th of February.
    #[error("{reason}")]
    Value {
        /// What is wrong with it.
        reason: String,
    },
    /// A function that is not known.
    #[error("\"{name}\" is not a function that is known here")]
    UnknownFunction {
        /// Its name.
        name: String,
    },
    /// An operator with too few or too many operands.
    #[error("\"{operator}\" takes {takes} operands, not {given}")]
    OperandCount {
        /// Its name.
        operator: &'static str,
        /// How many it takes.
        takes: String,
        /// How many there are.
        given: usize,
    },
    /// Nested too deeply.
    #[error("the filter is nested too deeply")]
    TooDeep,
    /// Too long.
    #[error("the filter holds more than {MAX_NODES} operators, properties, values and positions")]
    TooLarge,
}

impl Expr {
    /// A property by its name.
    pub fn property(name: &str) -> Self {
        Self::Property(Name { text: name.into(), is_quoted: false })
    }

    /// The filter, if it is not nested so deep that working on it could exhaust a stack.
    fn not_too_deep(self) -> Result<Self, ParseError> {
        fn fits(expr: &Expr, levels: usize) -> bool {
            let Some(levels) = levels.checked_sub(1) else { return false };
            match expr {
                Expr::Call(_, operands) | Expr::Array(operands) => operands.iter().all(|operand| fits(operand, levels)),
                Expr::Interval(ends) => ends.iter().all(|end| fits(end, levels)),
                _ => true,
            }
        }
        if fits(&self, MAX_LEVELS) { Ok(self) } else { Err(ParseError::TooDeep) }
    }

    /// An operator with its operands, if their number is right.
    pub(crate) fn call(operator: Operator, operands: Vec<Self>) -> Result<Self, ParseError> {
        let (least, most) = operator.operands();
        if (least..=most).contains(&operands.len()) {
            return Ok(Self::Call(operator, operands));
        }
        let takes = if least == most { least.to_string() } else { format!("{least} or more") };
        Err(ParseError::OperandCount { operator: operator.name(), takes, given: operands.len() })
    }
}

/// Counts what is read, and how deep.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    nodes: usize,
    depth: usize,
}

impl Budget {
    pub(crate) fn take(&mut self) -> Result<(), ParseError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES { Err(ParseError::TooLarge) } else { Ok(()) }
    }

    pub(crate) fn descend(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(ParseError::TooDeep) } else { Ok(()) }
    }

    pub(crate) fn ascend(&mut self) {
        self.depth -= 1;
    }
}

/// A day, as RFC 3339 writes it.
pub(crate) fn parse_date(text: &str) -> Option<Day> {
    text.parse().ok().filter(|_| text.len() == "2026-03-31".len())
}

/// An instant, as RFC 3339 writes it, in UTC or with an offset.
pub(crate) fn parse_timestamp(text: &str) -> Option<jiff::Timestamp> {
    let separator = text.as_bytes().get("2026-03-31".len())?;
    text.parse().ok().filter(|_| matches!(separator, b'T' | b't'))
}

pub(crate) fn date(text: &str) -> Result<Expr, ParseError> {
    let refuse = || ParseError::Value { reason: format!("\"{}\" is not a day such as 2026-03-31", shorten(text)) };
    parse_date(text).map(Expr::Date).ok_or_else(refuse)
}

pub(crate) fn timestamp(text: &str) -> Result<Expr, ParseError> {
    let refuse = || ParseError::Value {
        reason: format!("\"{}\" is not an instant such as 2026-03-31T12:00:00Z", shorten(text)),
    };
    parse_timestamp(text).map(Expr::Timestamp).ok_or_else(refuse)
}

/// A polygon of rings as written. (`geo` would close open ones silently.)
pub(crate) fn polygon(exterior: LineString, interiors: Vec<LineString>) -> Result<Polygon, ParseError> {
    let is_ring = |ring: &LineString| ring.0.len() >= 4 && ring.0.first() == ring.0.last();
    if std::iter::once(&exterior).chain(&interiors).all(is_ring) {
        Ok(Polygon::new(exterior, interiors))
    } else {
        Err(ParseError::Value { reason: "a ring of a polygon needs four positions, the last being the first".into() })
    }
}

pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
