//! `datetime` (OGC 17-069r4 § 7.15.4): features whose time meets an instant or an interval, and those without a time.

use spatial::{
    Crs, Predicate,
    cql2::{Expr, Name, Operator, TemporalRelation},
    snapshot::Schema,
};

use super::columns::instant_of;
use crate::params::shorten;

/// From … to …, both included; `None`: open.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    start: Option<Expr>,
    end: Option<Expr>,
}

/// An instant or an interval of two (RFC 3339), days included: a day is all of it.
pub(crate) fn parse(text: &str) -> Result<Span, String> {
    let refuse = || format!("must be an RFC 3339 instant or an interval of two, got \"{}\"", shorten(text));
    let end = |text: &str| -> Result<Option<Expr>, String> {
        match text {
            "" | ".." => Ok(None),
            text => moment(text).map(Some).ok_or_else(refuse),
        }
    };
    let Some((start, end)) = text.split_once('/').map(|(first, second)| (end(first), end(second))) else {
        let instant = end(text)?.ok_or_else(refuse)?;
        return Ok(Span { start: Some(instant.clone()), end: Some(instant) });
    };
    let (start, end) = (start?, end?);
    match (&start, &end) {
        (Some(start), Some(end)) if begin(start) > begin(end) => Err("the interval ends before it begins".to_owned()),
        _ => Ok(Span { start, end }),
    }
}

fn moment(text: &str) -> Option<Expr> {
    if text.len() == 10 {
        return text.parse().ok().map(Expr::Date);
    }
    text.parse().ok().map(Expr::Timestamp)
}

fn begin(moment: &Expr) -> Option<jiff::Timestamp> {
    match moment {
        Expr::Date(day) => day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|begin| begin.timestamp()),
        Expr::Timestamp(at) => Some(*at),
        _ => None,
    }
}

/// What the span asks of a collection; nothing of one whose features have no time.
pub(crate) fn predicate(span: Span, schema: Schema<'_>) -> Predicate {
    let Some(column) = instant_of(schema) else { return Predicate::All };
    let property = || Expr::Property(Name { text: column.into(), is_quoted: true });
    let open = || Expr::Text("..".into());
    let interval = Expr::Interval(Box::new([span.start.unwrap_or_else(open), span.end.unwrap_or_else(open)]));
    let is_unknown = Expr::Call(Operator::IsNull, vec![property()]);
    let meets = Expr::Call(Operator::Temporal(TemporalRelation::Intersects), vec![property(), interval]);
    Predicate::Cql2 { filter: Expr::Call(Operator::Or, vec![is_unknown, meets]).into(), crs: Crs::CRS84 }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(text: &str, valid: bool) {
        assert_eq!(parse(text).is_ok(), valid, "{text}");
    }

    #[test]
    fn a_datetime_is_an_instant_or_an_interval() {
        check("2026-01-01T00:00:00Z", true);
        check("2026-01-01T00:00:00+01:00", true);
        check("2026-01-01", true);
        check("2026-01-01/2026-01-01", true);
        check("2026-01-01T00:00:00Z/..", true);
        check("../2026-01-01T00:00:00Z", true);
        check("/2026-01-01", true);
        check("../..", true);
        check("2026-01-01T00:00:00Z/2025-01-01T00:00:00Z", false);
        check("2026-02-30", false);
        check("yesterday", false);
        check("2026-01-01/tomorrow", false);
        check("", false);
        check("..", false);
    }
}
