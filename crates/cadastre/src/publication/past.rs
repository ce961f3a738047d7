//! On which days the public saw a record: what figures of past months count.
//!
//! Whether a record is counted at all is decided today, by [`super::retrospect`]; the spans of one that is withheld are
//! for nobody. A day has one state, that of its end.
//!
//! Source: docs/decisions/0013-figures-of-the-past-are-decided-today.md.

use super::{Subject, Visibility, next_change_day, visibility};
use crate::Day;

/// Days in a row on which the public saw a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first of them.
    pub since: Day,
    /// The first day after them; `None`: they go on.
    pub until: Option<Day>,
}

impl Span {
    /// Whether a day is one of them.
    pub fn contains(&self, day: Day) -> bool {
        self.since <= day && self.until.is_none_or(|until| day < until)
    }
}

/// The days of `spans` that are not days of `taken`; both ascending and apart.
pub fn without(spans: &[Span], taken: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    for span in spans {
        let mut since = Some(span.since);
        for other in taken {
            let Some(begin) = since.filter(|begin| other.until.is_none_or(|until| *begin < until)) else { continue };
            if span.until.is_some_and(|until| until <= other.since) {
                break;
            }
            if begin < other.since {
                left.push(Span { since: begin, until: Some(other.since) });
            }
            since = other.until.filter(|until| span.until.is_none_or(|end| *until < end));
        }
        left.extend(since.map(|since| Span { since, until: span.until }));
    }
    left
}

/// What is known of the past of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Spans of the states before the present one, ascending and apart.
    spans: Vec<Span>,
    /// First day of the present state.
    since: Day,
}

impl Past {
    /// The past of a record that was written on this day and has had one state only.
    pub fn begun(day: Day) -> Self {
        Self { spans: Vec::new(), since: day }
    }

    /// Bytes that it takes, those on the heap included.
    pub fn memory(&self) -> usize {
        size_of::<Self>() + self.spans.capacity() * size_of::<Span>()
    }

    /// First day of the present state.
    pub fn since(&self) -> Day {
        self.since
    }

    /// The state so far was `before`; from this day on it is another one. A day that had begun with another state
    /// already belongs to the last.
    pub fn supersede(&mut self, before: Subject<'_>, day: Day) {
        if self.since < day {
            self.spans = self.followed(before, day);
            self.since = day;
        }
    }

    /// Days on which the public saw the record, up to and with `today`, its present state being `now`.
    pub fn spans(&self, now: Subject<'_>, today: Day) -> Vec<Span> {
        let mut spans = today.tomorrow().map_or_else(|_end| self.spans.clone(), |end| self.followed(now, end));
        if let Some(last) = spans.last_mut()
            && last.until.is_some_and(|until| until > today)
        {
            last.until = None;
        }
        spans
    }

    /// The spans, followed by those of one state from its first day until before `end`.
    fn followed(&self, state: Subject<'_>, end: Day) -> Vec<Span> {
        let mut spans = self.spans.clone();
        let mut day = self.since;
        while day < end {
            let next = next_change_day(state, day).filter(|next| *next < end).unwrap_or(end);
            if matches!(visibility(state, day), Visibility::Public(_)) {
                match spans.last_mut() {
                    Some(last) if last.until == Some(day) => last.until = Some(next),
                    _ => spans.push(Span { since: day, until: Some(next) }),
                }
            }
            day = next;
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::{Past, Span, without};
    use crate::{
        Day,
        codes::{Basis, Decision, SiteStatus},
        publication::{
            Facts, Place, Subject, retrospect,
            tests::{facts, objection, parcel, site},
        },
        record::Site,
    };

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn subject<'a>(site: &'a Site, facts: &'a Facts) -> Subject<'a> {
        Subject::Site(site, Place::default(), facts)
    }

    fn check(spans: &[Span], expected: &[(&str, &str)]) {
        let until = |span: &Span| span.until.map_or_else(|| "on".to_owned(), |until| until.to_string());
        let found: Vec<_> = spans.iter().map(|span| (span.since.to_string(), until(span))).collect();
        let expected: Vec<_> =
            expected.iter().map(|(since, until)| ((*since).to_owned(), (*until).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn days_are_taken_from_spans() {
        let spans = |all: &[(&str, &str)]| -> Vec<Span> {
            let until = |text: &str| (text != "on").then(|| day(text));
            all.iter().map(|(since, end)| Span { since: day(since), until: until(end) }).collect()
        };
        let of = |all: &[(&str, &str)], taken: &[(&str, &str)], expected: &[(&str, &str)]| {
            check(&without(&spans(all), &spans(taken)), expected);
        };
        let year = [("2026-01-01", "on")];
        of(&year, &[], &year);
        of(&year, &year, &[]);
        of(&year, &[("2025-01-01", "2026-01-01")], &year);
        of(&year, &[("2025-01-01", "2026-02-01")], &[("2026-02-01", "on")]);
        of(&year, &[("2026-03-01", "on")], &[("2026-01-01", "2026-03-01")]);
        let two = [("2026-01-01", "2026-02-01"), ("2026-03-01", "2026-04-01")];
        of(&two, &[("2026-01-10", "2026-03-10")], &[("2026-01-01", "2026-01-10"), ("2026-03-10", "2026-04-01")]);
        of(&two, &[("2026-02-01", "2026-03-01")], &two);
        of(&year, &two, &[("2026-02-01", "2026-03-01"), ("2026-04-01", "on")]);
        of(&two, &[("2025-01-01", "on")], &[]);
    }

    #[test]
    fn states_that_are_seen_in_a_row_are_one_span() {
        let (site, facts) = (site(Basis::Offer), Facts::default());
        let mut past = Past::begun(day("2026-01-10"));
        past.supersede(subject(&site, &facts), day("2026-02-01"));
        past.supersede(subject(&site, &facts), day("2026-03-01"));
        check(&past.spans(subject(&site, &facts), day("2026-05-01")), &[("2026-01-10", "on")]);
    }

    #[test]
    fn the_last_state_of_a_day_is_the_days() {
        let (seen, facts) = (site(Basis::Offer), Facts::default());
        let mut hidden = seen.clone();
        hidden.publication.decision = None;
        let mut past = Past::begun(day("2026-01-10"));
        past.supersede(subject(&seen, &facts), day("2026-01-10"));
        past.supersede(subject(&hidden, &facts), day("2026-01-12"));
        past.supersede(subject(&seen, &facts), day("2026-01-15"));
        past.supersede(subject(&hidden, &facts), day("2026-01-15"));
        let spans = past.spans(subject(&seen, &facts), day("2026-01-20"));
        check(&spans, &[("2026-01-12", "on")]);
    }

    #[test]
    fn what_changes_by_date_alone_is_followed() {
        let (mut site, facts) = (site(Basis::Offer), Facts::default());
        site.publication.public_from = Some(day("2026-02-01"));
        site.publication.public_until = Some(day("2026-03-31"));
        let past = Past::begun(day("2026-01-10"));
        check(&past.spans(subject(&site, &facts), day("2026-01-20")), &[]);
        check(&past.spans(subject(&site, &facts), day("2026-03-31")), &[("2026-02-01", "on")]);
        check(&past.spans(subject(&site, &facts), day("2026-05-01")), &[("2026-02-01", "2026-04-01")]);
    }

    #[test]
    fn the_month_of_notice_is_no_part_of_a_span() {
        let (site, facts) = (site(Basis::Register), facts());
        let past = Past::begun(day("2026-01-10"));
        check(&past.spans(subject(&site, &facts), day("2026-04-01")), &[("2026-02-16", "on")]);
    }

    #[test]
    fn only_what_is_public_or_ended_by_use_may_be_counted() {
        let today = day("2026-05-01");
        let offer = || site(Basis::Offer);
        let check = |change: &dyn Fn(&mut Site, &mut Facts), expected: Option<Basis>| {
            let (mut site, mut facts) = (offer(), Facts::default());
            change(&mut site, &mut facts);
            assert_eq!(retrospect(subject(&site, &facts), today).and_then(|view| view.basis()), expected);
        };
        check(&|_, _| (), Some(Basis::Offer));
        check(&|site, _| site.status = SiteStatus::Sold, Some(Basis::Offer));
        // An objection takes the past with it, also of what has ended by use.
        let object = |facts: &mut Facts| drop(facts.put_objection(objection(parcel(2), None)));
        check(&|_, facts| object(facts), None);
        check(
            &|site, facts| {
                site.status = SiteStatus::Sold;
                object(facts);
            },
            None,
        );
        check(&|site, _| site.publication.decision = Some(Decision::Withdrawn), None);
        check(&|site, _| site.publication.public_until = Some(day("2026-04-30")), None);
        check(&|site, _| site.publication.consent = None, None);
        check(&|site, _| site.status = SiteStatus::NoPotential, None);
    }
}
