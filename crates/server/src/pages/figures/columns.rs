//! Columns beside one another, drawn in per cent of the width and in pixels of the height, so that what is written into
//! them stays legible on every screen.

use cadastre::texts::Language;

use super::{
    count::{Count, Tally},
    course::{Period, Step},
};
use crate::pages::{
    format,
    frame::{Request, fill},
    groups::Group,
};

/// Height of the highest column in pixels.
const HEIGHT: f64 = 150.0;
/// Room above it for its number, and below for the names of the periods.
const ABOVE: f64 = 20.0;
const BELOW: f64 = 42.0;
/// A letter is written into a part that is at least as high.
const LEAST_FOR_LETTER: f64 = 15.0;
/// Names of periods on the axis at most.
const MOST_NAMES: usize = 13;

/// What the height of a column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Number,
    Area,
}

/// A part of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnPart {
    /// Code of the group, also its class name.
    pub(crate) code: &'static str,
    /// Upper edge.
    pub(crate) y: String,
    /// Height.
    pub(crate) height: String,
    /// Letter of the group and its base line, where there is room.
    pub(crate) letter: Option<(&'static str, String)>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Left edge, in per cent.
    pub(crate) x: String,
    /// Middle, in per cent.
    pub(crate) middle: String,
    /// Parts, from below.
    pub(crate) parts: Vec<ColumnPart>,
    /// How much it is, in words, and the base line of that.
    pub(crate) value: (String, String),
    /// Short name of the period.
    pub(crate) name: Option<String>,
    /// The year, where it begins.
    pub(crate) year: Option<String>,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    /// What the columns stand for.
    pub(crate) caption: String,
    /// Width of each, in per cent.
    pub(crate) width: String,
    /// Height of the drawing.
    pub(crate) height: String,
    /// Base of the columns.
    pub(crate) base: String,
    /// Base line of the short names and of the years.
    pub(crate) lines: [String; 2],
    /// From the oldest to the newest.
    pub(crate) of_periods: Vec<Column>,
}

/// Draws a measure of each period.
pub(super) fn draw(measure: Measure, rows: &[(Period, Tally)], request: &Request) -> Columns {
    let most = rows.iter().map(|(_, tally)| measure.of(tally.sum())).fold(0.0, f64::max);
    let slot = 100.0 / rows.len().max(1) as f64;
    let every = rows.len().div_ceil(MOST_NAMES).max(1);
    let base = ABOVE + HEIGHT;
    let column = |(at, (period, tally)): (usize, &(Period, Tally))| {
        let is_named = (rows.len() - 1 - at).is_multiple_of(every);
        let begins_year = at == 0 || rows[at - 1].0.year != period.year;
        let mut y = base;
        let part = |(group, count): (Group, Count)| {
            let height = if most > 0.0 { measure.of(count) * HEIGHT / most } else { 0.0 };
            y -= height;
            let letter = (height >= LEAST_FOR_LETTER)
                .then(|| (group.letter(request.language), format!("{:.1}", y + height / 2.0 + 4.5)));
            ColumnPart { code: group.code(), y: format!("{y:.1}"), height: format!("{height:.1}"), letter }
        };
        let parts: Vec<ColumnPart> = tally.groups().map(part).filter(|part| part.height != "0.0").collect();
        Column {
            x: format!("{:.2}%", slot * (at as f64 + 0.1)),
            middle: format!("{:.2}%", slot * (at as f64 + 0.5)),
            parts,
            value: (measure.value(tally.sum(), most, request.language), format!("{:.1}", y - 5.0)),
            name: is_named.then(|| short_name(*period, request)),
            year: (period.step != Step::Year && begins_year).then(|| period.year.to_string()),
        }
    };
    Columns {
        caption: measure.caption(most, request),
        width: format!("{:.2}%", slot * 0.8),
        height: format!("{:.0}", base + BELOW),
        base: format!("{base:.0}"),
        lines: [format!("{:.0}", base + 17.0), format!("{:.0}", base + 35.0)],
        of_periods: rows.iter().enumerate().map(column).collect(),
    }
}

impl Measure {
    fn of(self, count: Count) -> f64 {
        match self {
            Self::Number => count.number as f64,
            Self::Area => count.area_m2,
        }
    }

    /// Without its unit, which the caption names: hectares where the largest is one or more.
    fn value(self, count: Count, most: f64, language: Language) -> String {
        match self {
            Self::Number => format::number(self.of(count), 0, language),
            Self::Area if is_hectares(most) => {
                let hectares = count.area_m2 / M2_PER_HA;
                format::number(hectares, usize::from(most / M2_PER_HA < 100.0), language)
            }
            Self::Area => format::number(count.area_m2, 0, language),
        }
    }

    fn caption(self, most: f64, request: &Request) -> String {
        match self {
            Self::Number => request.text("ui.figures.count").to_owned(),
            Self::Area => {
                let unit = if is_hectares(most) { "ha" } else { "m²" };
                fill(request.text("ui.figures.course.area"), &[("unit", unit)])
            }
        }
    }
}

const M2_PER_HA: f64 = 10_000.0;

fn is_hectares(most_m2: f64) -> bool {
    most_m2 >= M2_PER_HA
}

/// Name of a period on the axis, below which the year stands.
fn short_name(period: Period, request: &Request) -> String {
    match period.step {
        Step::Month => format::month(period.number, request.language).chars().take(3).collect(),
        Step::Quarter => fill(request.text("ui.figures.course.quarter.short"), &[("n", &period.number.to_string())]),
        Step::Year => period.year.to_string(),
    }
}

/// Name of a period in a table: "Oktober 2026", "3. Quartal 2026", "2026".
pub(super) fn name(period: Period, request: &Request) -> String {
    let year = period.year.to_string();
    match period.step {
        Step::Month => format!("{} {year}", format::month(period.number, request.language)),
        Step::Quarter => {
            let values = [("n", &*period.number.to_string()), ("year", &*year)];
            fill(request.text("ui.figures.course.quarter"), &values)
        }
        Step::Year => year,
    }
}

#[cfg(test)]
mod tests {
    use cadastre::texts::Language;

    use super::{Measure, draw};
    use crate::pages::{
        figures::{
            count::{Counted, Tally},
            course::periods,
        },
        frame::Request,
        groups::Group,
    };

    fn request() -> Request {
        Request {
            path: "/zahlen".to_owned(),
            language: Language::German,
            names_language: false,
            base_url: "https://example.org".to_owned(),
        }
    }

    fn tally(groups: &[Group]) -> Tally {
        let one = |group: &Group| Counted {
            group: *group,
            place: None,
            area_m2: Some(20_000.0),
            vacant_since: None,
            is_building: false,
        };
        let all: Vec<Counted> = groups.iter().map(one).collect();
        Tally::of(all.iter())
    }

    #[test]
    fn a_column_is_as_high_as_its_number_and_stands_on_the_base() {
        let months = periods("2025-12-01".parse().unwrap(), "2026-02-10".parse().unwrap());
        let tallies = [tally(&[Group::Plot]), tally(&[]), tally(&[Group::Plot, Group::House, Group::House])];
        let rows: Vec<_> = months.into_iter().zip(tallies).collect();
        let drawn = draw(Measure::Number, &rows, &request());
        let parts: Vec<Vec<_>> = drawn
            .of_periods
            .iter()
            .map(|column| column.parts.iter().map(|part| (part.code, part.y.as_str(), part.height.as_str())).collect())
            .collect();
        assert_eq!(
            parts,
            [
                vec![("grundstueck", "120.0", "50.0")],
                vec![],
                vec![("grundstueck", "120.0", "50.0"), ("wohnhaus", "20.0", "100.0")]
            ]
        );
        let names: Vec<_> =
            drawn.of_periods.iter().map(|c| (c.name.as_deref(), c.year.as_deref(), &*c.value.0)).collect();
        assert_eq!(
            names,
            [(Some("Dez"), Some("2025"), "1"), (Some("Jan"), Some("2026"), "0"), (Some("Feb"), None, "3")]
        );
        let area = draw(Measure::Area, &rows, &request());
        assert_eq!(area.of_periods[2].value.0, "6");
        assert!(area.caption.contains("ha"), "{}", area.caption);
    }
}
