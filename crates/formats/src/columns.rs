//! Kinds of columns that the file does not state, learned from all of their values.
//!
//! A kind is only chosen if every value of the column has it, so nothing is lost: numbers with leading
//! zeros are keys and stay text, and so does a day that is once written in another form.

use cadastre::{ColumnKind, Day, Value, raw::parse_number, record::Column};

/// What a text can be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Readings(u8);

const BOOLEAN: u8 = 1;
const INTEGER: u8 = 2;
const REAL: u8 = 4;
/// A number with a decimal comma and points between thousands.
const GERMAN_REAL: u8 = 8;
const DATE: u8 = 16;
const TIMESTAMP: u8 = 32;

impl Readings {
    const ALL: Self = Self(BOOLEAN | INTEGER | REAL | GERMAN_REAL | DATE | TIMESTAMP);

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::ALL,
            // A typed text is a number to nobody, but JSON has no days.
            Value::Text(text) => Self(Self::of_text(text).0 & (DATE | TIMESTAMP)),
            Value::Integer(_) => Self(INTEGER | REAL),
            Value::Real(_) => Self(REAL),
            Value::Boolean(_) => Self(BOOLEAN),
            Value::Date(_) => Self(DATE),
            Value::Timestamp(_) => Self(TIMESTAMP),
        }
    }

    fn of_text(text: &str) -> Self {
        let mut readings = 0;
        let first = text.as_bytes().first().copied().unwrap_or(b' ');
        if first.is_ascii_digit() || first == b'-' {
            let unsigned = text.strip_prefix('-').unwrap_or(text);
            if no_needless_zero(unsigned) {
                readings |= number_readings(text, unsigned);
            }
            if is_date(text) {
                readings |= DATE;
            } else if parse_timestamp(text).is_some() {
                readings |= TIMESTAMP;
            }
        } else if parse_boolean(text).is_some() {
            readings |= BOOLEAN;
        }
        Self(readings)
    }
}

/// Keys such as `007` or `02000000` begin with a zero; numbers do so only before the decimal sign.
fn no_needless_zero(unsigned: &str) -> bool {
    let mut bytes = unsigned.bytes();
    bytes.next() != Some(b'0') || bytes.next().is_none_or(|second| !second.is_ascii_digit())
}

fn number_readings(text: &str, unsigned: &str) -> u8 {
    let mut readings = 0;
    let only = |also: &str| unsigned.bytes().all(|byte| byte.is_ascii_digit() || also.as_bytes().contains(&byte));
    if only("") {
        if text.parse::<i64>().is_ok() {
            readings |= INTEGER | REAL | GERMAN_REAL;
        }
        return readings;
    }
    // "12E4" is a house number sooner than 120000; with a decimal point the exponent is one.
    let real = only(".") || (unsigned.contains('.') && only(".eE+-"));
    if real && text.parse::<f64>().is_ok_and(f64::is_finite) {
        readings |= REAL;
    }
    if only(".,")
        && (text.contains(',') || text.split('.').skip(1).all(|group| group.len() == 3))
        && parse_german(text).is_some()
    {
        readings |= GERMAN_REAL;
    }
    readings
}

/// `1.250,50` and, in a column with decimal commas, `1.250`.
fn parse_german(text: &str) -> Option<f64> {
    if text.contains(',') { parse_number(text) } else { parse_number(&format!("{text},0")) }
}

fn is_date(text: &str) -> bool {
    // The parser takes more forms than this one.
    text.len() == 10 && text.as_bytes()[4] == b'-' && text.parse::<Day>().is_ok()
}

/// An instant in RFC 3339 form. Without an offset it is none, and stays text.
pub(crate) fn parse_timestamp(text: &str) -> Option<jiff::Timestamp> {
    let separated = matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' '));
    if separated { text.parse().ok() } else { None }
}

fn parse_boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A column whose kind is being learned.
#[derive(Clone, Debug)]
pub(crate) struct Guess {
    readings: Readings,
    seen: bool,
    comma_seen: bool,
}

impl Default for Guess {
    fn default() -> Self {
        Self { readings: Readings::ALL, seen: false, comma_seen: false }
    }
}

impl Guess {
    /// Takes a typed value, as JSON and workbooks have them.
    pub(crate) fn value(&mut self, value: &Value) {
        if !value.is_null() {
            self.seen = true;
            self.readings.0 &= Readings::of_value(value).0;
        }
    }

    /// Takes a text, as CSV has them. Empty ones are null.
    pub(crate) fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.seen = true;
            self.comma_seen |= text.contains(',');
            if self.readings.0 != 0 {
                self.readings.0 &= Readings::of_text(text).0;
            }
        }
    }

    /// The kind that holds every value taken.
    pub(crate) fn learned(&self) -> Learned {
        let has = |reading| self.seen && self.readings.0 & reading != 0;
        let (kind, german) = match () {
            () if has(BOOLEAN) => (ColumnKind::Boolean, false),
            () if has(INTEGER) => (ColumnKind::Integer, false),
            () if has(REAL) => (ColumnKind::Real, false),
            () if has(GERMAN_REAL) && self.comma_seen => (ColumnKind::Real, true),
            () if has(DATE) => (ColumnKind::Date, false),
            () if has(TIMESTAMP) => (ColumnKind::Timestamp, false),
            () => (ColumnKind::Text, false),
        };
        Learned { kind, german }
    }
}

/// A kind that was learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Learned {
    pub(crate) kind: ColumnKind,
    /// Whether numbers have a decimal comma.
    german: bool,
}

impl Learned {
    pub(crate) fn column(self, name: String) -> Column {
        Column { name, kind: self.kind }
    }

    /// A text as a value of this kind; empty ones are null.
    pub(crate) fn parse(self, text: &str) -> Value {
        if text.is_empty() {
            return Value::Null;
        }
        let parsed = match self.kind {
            ColumnKind::Text => None,
            ColumnKind::Integer => text.parse().ok().map(Value::Integer),
            ColumnKind::Real if self.german => parse_german(text).map(Value::Real),
            ColumnKind::Real => text.parse().ok().map(Value::Real),
            ColumnKind::Boolean => parse_boolean(text).map(Value::Boolean),
            ColumnKind::Date => text.parse().ok().map(Value::Date),
            ColumnKind::Timestamp => parse_timestamp(text).map(Value::Timestamp),
        };
        parsed.unwrap_or_else(|| Value::text(text))
    }

    /// A typed value as one of this kind.
    pub(crate) fn convert(self, value: Value) -> Value {
        match (self.kind, value) {
            (ColumnKind::Real, Value::Integer(n)) => Value::Real(n as f64),
            (ColumnKind::Date | ColumnKind::Timestamp, Value::Text(text)) => self.parse(&text),
            (ColumnKind::Text, value) => as_text(value),
            (_, value) => value,
        }
    }
}

/// A value of a column of mixed kinds: as it is written.
fn as_text(value: Value) -> Value {
    match value {
        Value::Integer(n) => Value::text(n.to_string()),
        Value::Real(x) => Value::text(x.to_string()),
        Value::Boolean(b) => Value::text(b.to_string()),
        Value::Date(day) => Value::text(day.to_string()),
        Value::Timestamp(at) => Value::text(at.to_string()),
        Value::Text(_) | Value::Null => value,
    }
}

#[cfg(test)]
mod tests {
    use cadastre::{ColumnKind, Value};
    use proptest::prelude::*;

    use super::Guess;

    fn learn(texts: &[&str]) -> super::Learned {
        let mut guess = Guess::default();
        for text in texts {
            guess.text(text);
        }
        guess.learned()
    }

    fn check(texts: &[&str], kind: ColumnKind, values: &[Value]) {
        let learned = learn(texts);
        assert_eq!(learned.kind, kind, "{texts:?}");
        let parsed: Vec<Value> = texts.iter().map(|text| learned.parse(text)).collect();
        assert_eq!(parsed, values, "{texts:?}");
    }

    fn text(text: &str) -> Value {
        Value::text(text)
    }

    #[test]
    fn a_column_has_a_kind_only_if_every_value_has_it() {
        use ColumnKind::{Boolean, Date, Integer, Real, Text, Timestamp};
        check(&["1", "", "-2"], Integer, &[Value::Integer(1), Value::Null, Value::Integer(-2)]);
        check(&["1", "2.5"], Real, &[Value::Real(1.0), Value::Real(2.5)]);
        check(&["1", "x"], Text, &[text("1"), text("x")]);
        check(&["0", "0.5", "-0.25"], Real, &[Value::Real(0.0), Value::Real(0.5), Value::Real(-0.25)]);
        check(&["1.5e-7", "2"], Real, &[Value::Real(1.5e-7), Value::Real(2.0)]);
        check(&["true", "FALSE"], Boolean, &[Value::Boolean(true), Value::Boolean(false)]);
        check(&["2026-03-31"], Date, &[Value::Date("2026-03-31".parse().unwrap())]);
        check(&["2026-03-31T10:00:00Z"], Timestamp, &[Value::Timestamp("2026-03-31T10:00:00Z".parse().unwrap())]);
        check(&["", ""], Text, &[Value::Null, Value::Null]);
        check(&[], Text, &[]);
    }

    #[test]
    fn what_only_looks_like_a_number_stays_text() {
        for texts in [
            &["02000000"][..],
            &["007", "8"],
            &["12E4"],
            &["+49"],
            &["1-2"],
            &["123/4"],
            &["-"],
            &["."],
            &["NaN"],
            &["inf"],
            &["99999999999999999999"],
            &["2026-03-31", "31.03.2026"],
            &["2026-03-31", "2026-03-31T10:00:00Z"],
            &["2026-03-31T10:00:00"],
            &["2026-02-30"],
            &["1,5", "1.5"],
            &["1.250.000"],
            &["1,250,000"],
            &["true", "1"],
        ] {
            assert_eq!(learn(texts).kind, ColumnKind::Text, "{texts:?}");
        }
    }

    #[test]
    fn decimal_commas_are_understood_if_the_whole_column_has_them() {
        check(
            &["830,5", "12", "1.250,50", "2.000"],
            ColumnKind::Real,
            &[Value::Real(830.5), Value::Real(12.0), Value::Real(1250.5), Value::Real(2000.0)],
        );
        check(&["-0,5"], ColumnKind::Real, &[Value::Real(-0.5)]);
    }

    #[test]
    fn typed_values_of_several_kinds_become_text_as_written() {
        let values = [Value::Integer(1), Value::Real(1.5), Value::Boolean(true), text("a")];
        let mut guess = Guess::default();
        for value in &values {
            guess.value(value);
        }
        let converted = values.map(|value| guess.learned().convert(value));
        assert_eq!(converted, [text("1"), text("1.5"), text("true"), text("a")]);
        let mut guess = Guess::default();
        guess.value(&text("12"));
        assert_eq!(guess.learned().kind, ColumnKind::Text);
    }

    proptest! {
        #[test]
        fn no_value_is_lost_by_its_kind(texts in proptest::collection::vec("[0-9.,eE+-]{0,6}|true|2026-0[1-9]-1[0-9]|\\PC{0,4}", 0..4)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let learned = learn(&texts);
            for text in texts {
                let value = learned.parse(text);
                prop_assert_eq!(value.is_null(), text.is_empty());
                if !text.is_empty() {
                    prop_assert_eq!(value.kind(), Some(learned.kind));
                }
            }
        }
    }
}
