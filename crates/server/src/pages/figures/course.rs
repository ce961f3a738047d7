//! The course over time: what was published at the end of each month, quarter or year, and what is today.

use cadastre::{Ags, Day, publication::Span};

use super::{
    Figure, Line, Row, Subject, Words,
    columns::{self, Measure},
    count::{Counted, Tally},
};
use crate::pages::{format, frame::fill, read};

/// Columns in a chart at most, unless years alone are more.
const MOST_COLUMNS: usize = 13;

/// Something listed, now or before, with the days on which it was.
pub(crate) type Known = (Counted, Vec<Span>);

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Month,
    Quarter,
    Year,
}

/// A month, quarter or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) step: Step,
    pub(super) year: i16,
    /// Of a month 1 to 12, of a quarter 1 to 4, of a year 1.
    pub(super) number: i8,
    /// The day of which it tells: its last, of the running one today.
    pub(super) day: Day,
}

impl Step {
    const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];

    fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// Number of the period that a day lies in, from the year 0 on.
    fn index(self, day: Day) -> i32 {
        (i32::from(day.year()) * 12 + i32::from(day.month()) - 1).div_euclid(self.months())
    }

    fn period(self, index: i32, today: Day) -> Option<Period> {
        let (first, last) = (index * self.months(), (index + 1) * self.months() - 1);
        let year = i16::try_from(first.div_euclid(12)).ok()?;
        let number = i8::try_from(first.rem_euclid(12) / self.months() + 1).ok()?;
        let month = i8::try_from(last.rem_euclid(12) + 1).ok()?;
        let day = Day::new(year, month, 1).ok()?.last_of_month().min(today);
        Some(Period { step: self, year, number, day })
    }
}

/// Every period from the one of the first day to that of today; as short as they fit into a chart.
pub(super) fn periods(first: Day, today: Day) -> Vec<Period> {
    let indices = |step: Step| step.index(first)..=step.index(today);
    let fits = |step: &Step| indices(*step).count() <= MOST_COLUMNS;
    let step = Step::ALL.into_iter().find(fits).unwrap_or(Step::Year);
    indices(step).filter_map(|index| step.period(index, today)).collect()
}

/// What was published at the end of each period, from the first in which anything was.
fn by_period(all: &[Known], today: Day) -> Vec<(Period, Tally)> {
    let Some(first) = all.iter().filter_map(|(_, spans)| Some(spans.first()?.since)).min() else { return Vec::new() };
    let tally = |period: Period| {
        let seen = all.iter().filter(|(_, spans)| spans.iter().any(|span| span.contains(period.day)));
        (period, Tally::of(seen.map(|(counted, _)| counted)))
    };
    periods(first, today).into_iter().map(tally).collect()
}

impl Subject<'_> {
    /// What the filter takes of all that is and was listed, as far as it may be counted.
    pub(super) fn known(&self, ags: Option<Ags>) -> Vec<Known> {
        let remembered = read::remembered(self.snapshot, ags, &self.filter.place, self.request.language);
        let found = remembered.into_iter().filter(|(listing, _)| self.filter.passes(listing));
        found.map(|(listing, spans)| (Counted::new(&listing, self.is_by_municipality(), None), spans)).collect()
    }

    /// How it came to be what it is. One period alone is no course.
    pub(super) fn course(&self, known: &[Known]) -> Figure {
        let request = self.request;
        let mut periods = by_period(known, self.snapshot.day());
        if periods.len() < 2 {
            periods.clear();
        }
        let drawings = [Measure::Number, Measure::Area].map(|measure| columns::draw(measure, &periods, request));
        let row = |(period, tally): &(Period, Tally)| Row {
            label: columns::name(*period, request),
            href: None,
            day: Some(period.day),
            tally: tally.clone(),
        };
        let since = self.snapshot.recorded_since().map(|day| format::day(day, request.language));
        let since = since.map(|day| fill(request.text("ui.figures.course.since"), &[("day", &day)]));
        let note = [request.text("ui.figures.course.note"), since.as_deref().unwrap_or_default()].join(" ");
        let words = Words {
            id: "verlauf",
            heading: "ui.figures.course",
            note: note.trim_end().to_owned(),
            empty: "ui.figures.course.empty",
            label: "ui.figures.course.label",
            is_of_groups: false,
        };
        let figure = self.figure(words, periods.iter().map(row).collect(), None);
        let empty = [figure.empty, since.unwrap_or_default()].join(" ");
        let with_buildings = |line: (Line, &(Period, Tally))| {
            let (mut line, (_, tally)) = line;
            line.cells.push(format::number(tally.sum().buildings as f64, 0, request.language));
            line
        };
        let lines = figure.lines.into_iter().zip(&periods).map(with_buildings).collect();
        let heads = figure.heads.into_iter().chain([request.text("ui.figures.course.buildings").to_owned()]).collect();
        Figure {
            bars: Vec::new(),
            drawings: drawings.to_vec(),
            empty: empty.trim_end().to_owned(),
            heads,
            lines,
            ..figure
        }
    }
}

#[cfg(test)]
mod tests {
    use cadastre::{Day, publication::Span};

    use super::{by_period, periods};
    use crate::pages::{figures::count::Counted, groups::Group};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn check(first: &str, today: &str, count: usize, begin: (i16, i8, &str), end: (i16, i8, &str)) {
        let found = periods(day(first), day(today));
        let ends = [found.first(), found.last()].map(|period| {
            let period = period.unwrap();
            (period.year, period.number, period.day.to_string())
        });
        let expected = [begin, end].map(|(year, number, day)| (year, number, day.to_owned()));
        assert_eq!((found.len(), ends), (count, expected), "{first} to {today}");
    }

    #[test]
    fn periods_are_as_short_as_they_fit() {
        check("2026-11-30", "2026-11-30", 1, (2026, 11, "2026-11-30"), (2026, 11, "2026-11-30"));
        check("2025-11-01", "2026-11-15", 13, (2025, 11, "2025-11-30"), (2026, 11, "2026-11-15"));
        check("2025-10-31", "2026-11-15", 5, (2025, 4, "2025-12-31"), (2026, 4, "2026-11-15"));
        check("2023-12-31", "2026-11-15", 13, (2023, 4, "2023-12-31"), (2026, 4, "2026-11-15"));
        check("2023-09-30", "2026-11-15", 4, (2023, 1, "2023-12-31"), (2026, 1, "2026-11-15"));
        check("2000-02-29", "2026-11-15", 27, (2000, 1, "2000-12-31"), (2026, 1, "2026-11-15"));
    }

    #[test]
    fn each_period_counts_what_was_published_at_its_end() {
        let one = |area_m2: f64, spans: &[(&str, Option<&str>)]| {
            let counted = Counted {
                group: Group::Plot,
                place: None,
                area_m2: Some(area_m2),
                vacant_since: None,
                is_building: false,
            };
            let span = |(since, until): &(&str, Option<&str>)| Span { since: day(since), until: until.map(day) };
            (counted, spans.iter().map(span).collect())
        };
        let all = [
            one(100.0, &[("2026-01-31", None)]),
            one(20.0, &[("2026-02-01", Some("2026-02-28"))]),
            one(3.0, &[("2026-02-10", Some("2026-03-31")), ("2026-04-02", None)]),
            one(4000.0, &[]),
        ];
        let found: Vec<_> = by_period(&all, day("2026-04-15"))
            .into_iter()
            .map(|(period, tally)| (period.number, tally.total(), tally.sum().area_m2))
            .collect();
        assert_eq!(found, [(1, 1, 100.0), (2, 2, 103.0), (3, 1, 100.0), (4, 2, 103.0)]);
        assert_eq!(by_period(&[], day("2026-04-15")), []);
        assert_eq!(by_period(&all[3..], day("2026-04-15")), []);
    }
}
