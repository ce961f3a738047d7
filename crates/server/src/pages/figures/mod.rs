//! What lies fallow, in figures: bars, the table behind each, and all of it as a table to take away.

mod columns;
mod count;
mod course;
mod csv;

use askama::Template;
use cadastre::{Ags, Day, value::ValueRef};
use spatial::Snapshot;

use super::{
    answer::{Asked, Document, PageResult, fresh},
    error_page::ErrorKind,
    format,
    frame::{Crumb, Frame, Request, counted, fill},
    groups::Group,
    list::{Scope, found},
    listing::{Listing, Record},
    params::{Facet, Filter, ListQuery, parse_whole},
    read,
    towns::{Town, credits, crumbs, example_names, only_face, town_path},
};
use crate::app::App;
use columns::Columns;
use count::{AREA_CLASSES, Count, Counted, FIRST_YEAR, PERIOD, Tally};
use course::Known;

/// Places with a bar of their own; the others share one, and all are in the table.
const MOST_PLACES: usize = 14;
/// A letter is written into a part of a bar that is at least as wide, in per cent.
const LEAST_FOR_LETTER: f64 = 9.0;

/// A row of a figure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// What is counted.
    pub(crate) label: String,
    /// The list of it, where a filter says the same.
    pub(crate) href: Option<String>,
    /// The day it tells of, if not the snapshot's.
    day: Option<Day>,
    /// How many.
    tally: Tally,
}

/// A part of a bar, in per cent of the width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Code of the group, also its class name.
    pub(crate) code: &'static str,
    /// Where it begins.
    pub(crate) x: String,
    /// How wide it is.
    pub(crate) width: String,
    /// Letter of the group and the middle of the part, where there is room.
    pub(crate) letter: Option<(&'static str, String)>,
}

/// A bar with what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    /// What is counted.
    pub(crate) label: String,
    /// The list of it.
    pub(crate) href: Option<String>,
    /// How many, in words.
    pub(crate) value: String,
    /// Sum of the areas, in words.
    pub(crate) area: Option<String>,
    /// Its parts by group.
    pub(crate) parts: Vec<Part>,
}

/// A line of the table behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// What is counted.
    pub(crate) label: String,
    /// Numbers in the order of the columns.
    pub(crate) cells: Vec<String>,
}

/// A figure.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// Id on the page and name in the table to take away.
    pub(crate) id: &'static str,
    /// Heading.
    pub(crate) heading: String,
    /// What exactly is counted.
    pub(crate) note: String,
    /// What is said instead where there is nothing to count.
    pub(crate) empty: String,
    /// Bars.
    pub(crate) bars: Vec<Bar>,
    /// Drawings of a course over time.
    pub(crate) drawings: Vec<Columns>,
    /// Heads of the columns of the table behind, the first that of the labels.
    pub(crate) heads: Vec<String>,
    /// The table behind.
    pub(crate) lines: Vec<Line>,
    rows: Vec<Row>,
}

/// A group in the legend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Class name.
    pub(crate) code: &'static str,
    /// Letter.
    pub(crate) letter: &'static str,
    /// Name.
    pub(crate) label: &'static str,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "figures.html")]
pub(crate) struct FiguresPage {
    /// Frame.
    pub(crate) frame: Frame,
    /// First heading.
    pub(crate) heading: String,
    /// What is counted, and when.
    pub(crate) lead: String,
    /// What it is a selection of, where a filter is set: the list with it, and the figures without it.
    pub(crate) selection: Option<(Crumb, Crumb)>,
    /// Groups that occur.
    pub(crate) legend: Vec<Key>,
    /// The figures.
    pub(crate) figures: Vec<Figure>,
    /// All of them as a table to take away.
    pub(crate) csv: String,
}

/// Form in which the figures are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A page.
    Page,
    /// A table.
    Csv,
}

/// Counts what a list page with the same query shows.
pub(crate) fn document(app: &App, asked: &Asked, form: Form, ags: Option<Ags>) -> PageResult {
    let snapshot = fresh(app)?;
    let query = parse_whole(&asked.raw)?;
    let listings = read::listings(&snapshot, ags, &query.filter.place, asked.request.language);
    let towns = read::towns(&snapshot, ags, &listings);
    let scope = Scope::of(ags, &towns).ok_or(ErrorKind::NotFound)?;
    let subject = Subject { request: &asked.request, snapshot: &snapshot, scope, towns: &towns, filter: &query.filter };
    let counted = subject.counted(&found(listings, &query));
    let known = subject.known(ags);
    match form {
        Form::Page => Document::page(axum::http::StatusCode::OK, &FiguresPage::new(&subject, &counted, &known)),
        Form::Csv => csv::document(&subject, &subject.figures(&counted, &known)),
    }
}

/// What is counted, and for whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// How it was asked for.
    pub(crate) request: &'a Request,
    /// Where it is read.
    pub(crate) snapshot: &'a Snapshot,
    /// One municipality or all.
    pub(crate) scope: Scope<'a>,
    /// The municipalities.
    pub(crate) towns: &'a [Town<'a>],
    /// Conditions.
    pub(crate) filter: &'a Filter,
}

impl Subject<'_> {
    /// Several municipalities are told apart by their names, one by its Ortsteile.
    fn is_by_municipality(&self) -> bool {
        matches!(self.scope, Scope::All) && self.towns.len() > 1
    }

    /// The listings as they are counted.
    pub(crate) fn counted(&self, listings: &[Listing]) -> Vec<Counted> {
        let since = |listing: &Listing| -> Option<Day> {
            let shown = read::record(self.snapshot, listing).filter(|_| listing.record == Record::Building)?;
            if let ValueRef::Date(day) = shown.view().value("vacant_since") { Some(day) } else { None }
        };
        listings.iter().map(|one| Counted::new(one, self.is_by_municipality(), since(one))).collect()
    }

    /// The list with another filter.
    fn list(&self, filter: &Filter) -> String {
        let path = match self.scope {
            Scope::All => "/".to_owned(),
            Scope::One(town) => town_path(town.municipality.ags),
        };
        let query = ListQuery { filter: filter.clone(), ..ListQuery::default() };
        self.request.link(&path, &query.filter_pairs())
    }

    /// The list of one choice, where the filter leaves it open.
    fn list_of(&self, facet: Facet, code: &str) -> Option<String> {
        let mut filter = self.filter.clone();
        filter.choose(facet, code);
        self.filter.chosen(facet).is_empty().then(|| self.list(&filter))
    }

    /// Every figure.
    pub(crate) fn figures(&self, all: &[Counted], known: &[Known]) -> Vec<Figure> {
        vec![self.by_type(all), self.by_place(all), self.by_area(all), self.by_vacancy(all), self.course(known)]
    }

    fn by_type(&self, all: &[Counted]) -> Figure {
        let row = |(group, tally): (Group, Tally)| Row {
            label: group.label(self.request.language).to_owned(),
            href: self.list_of(Facet::Type, group.code()),
            day: None,
            tally,
        };
        let rows = count::by_group(all).into_iter().map(row).collect();
        let words = Words {
            id: "art",
            heading: "ui.figures.type",
            note: self.request.text("ui.figures.type.note").to_owned(),
            empty: "ui.empty.all",
            label: "ui.figures.type.label",
            is_of_groups: true,
        };
        self.figure(words, rows, None)
    }

    fn by_place(&self, all: &[Counted]) -> Figure {
        let is_by_municipality = self.is_by_municipality();
        let nameless = self.request.text("ui.figures.place.none");
        let href = |name: &str| if is_by_municipality { None } else { self.list_of(Facet::Locality, name) };
        let row = |(name, tally): (Option<String>, Tally)| Row {
            href: name.as_deref().and_then(href),
            label: name.unwrap_or_else(|| nameless.to_owned()),
            day: None,
            tally,
        };
        let rows: Vec<Row> = count::by_place(all).into_iter().map(row).collect();
        let (heading, label) = match is_by_municipality {
            true => ("ui.figures.municipality", "ui.search.municipality"),
            false => ("ui.figures.place", "ui.filter.locality"),
        };
        let words = Words {
            id: "ort",
            heading,
            note: self.request.text("ui.figures.place.note").to_owned(),
            empty: "ui.empty.all",
            label,
            is_of_groups: false,
        };
        // One bar more would be no longer than the one it stands for.
        let cut = (rows.len() > MOST_PLACES + 1).then_some(MOST_PLACES);
        self.figure(words, rows, cut)
    }

    fn by_area(&self, all: &[Counted]) -> Figure {
        let language = self.request.language;
        let label = |class: usize| {
            let bound = |at: usize| AREA_CLASSES.get(at).map(|area| format::area(*area, language));
            match (class.checked_sub(1).and_then(bound), bound(class)) {
                (Some(least), Some(most)) => {
                    fill(self.request.text("ui.figures.from_to"), &[("from", &least), ("to", &most)])
                }
                (None, Some(most)) => fill(self.request.text("ui.figures.below"), &[("to", &most)]),
                (least, None) => fill(self.request.text("ui.figures.from"), &[("from", &least.unwrap_or_default())]),
            }
        };
        let rows = count::by_area(all).into_iter();
        let rows = rows.map(|(class, tally)| Row { label: label(class), href: None, day: None, tally }).collect();
        let without = all.iter().filter(|one| one.area_m2.is_none()).count();
        let words = Words {
            id: "groesse",
            heading: "ui.figures.area",
            note: self.noted(
                "ui.figures.area.note",
                without,
                "ui.figures.area.without.one",
                "ui.figures.area.without.other",
            ),
            empty: "ui.figures.area.empty",
            label: "ui.fact.area_m2",
            is_of_groups: false,
        };
        self.figure(words, rows, None)
    }

    fn by_vacancy(&self, all: &[Counted]) -> Figure {
        let label = |first: Option<i16>| match first {
            // The period of today has not ended yet.
            Some(first) if first + PERIOD > self.snapshot.day().year() => {
                fill(self.request.text("ui.figures.from"), &[("from", &first.to_string())])
            }
            Some(first) => format!("{first}–{}", first + PERIOD - 1),
            None => fill(self.request.text("ui.figures.before"), &[("year", &FIRST_YEAR.to_string())]),
        };
        let rows = count::by_vacancy(all, self.snapshot.day()).into_iter();
        let rows = rows.map(|(first, tally)| Row { label: label(first), href: None, day: None, tally }).collect();
        let without = all.iter().filter(|one| one.is_building && one.vacant_since.is_none()).count();
        let words = Words {
            id: "leerstand",
            heading: "ui.figures.vacant",
            note: self.noted(
                "ui.figures.vacant.note",
                without,
                "ui.figures.vacant.without.one",
                "ui.figures.vacant.without.other",
            ),
            empty: "ui.figures.vacant.empty",
            label: "ui.figures.vacant.label",
            is_of_groups: false,
        };
        self.figure(words, rows, None)
    }

    /// A note, and how many are left out for what they do not show.
    fn noted(&self, note: &'static str, without: usize, one: &'static str, other: &'static str) -> String {
        let note = self.request.text(note);
        if without == 0 {
            note.to_owned()
        } else {
            format!("{note} {}", counted(without, one, other, self.request.language))
        }
    }

    /// Draws the rows, the first `cut` of them each, and the others together.
    fn figure(&self, words: Words, rows: Vec<Row>, cut: Option<usize>) -> Figure {
        let (shown, others) = rows.split_at(cut.unwrap_or(rows.len()));
        let mut drawn: Vec<Row> = shown.to_vec();
        if !others.is_empty() {
            let label =
                counted(others.len(), "ui.figures.others.one", "ui.figures.others.other", self.request.language);
            let tally = others.iter().fold(Tally::default(), |sum, row| sum.joined(&row.tally));
            drawn.push(Row { label, href: None, day: None, tally });
        }
        let most = drawn.iter().map(|row| row.tally.total()).max().unwrap_or_default();
        let groups: Vec<Group> = match words.is_of_groups {
            true => Vec::new(),
            false => {
                Group::ALL.into_iter().filter(|group| rows.iter().any(|row| row.tally.of_group(*group) > 0)).collect()
            }
        };
        Figure {
            id: words.id,
            heading: self.request.text(words.heading).to_owned(),
            note: words.note,
            empty: self.request.text(words.empty).to_owned(),
            bars: drawn.iter().map(|row| self.bar(row, most)).collect(),
            drawings: Vec::new(),
            heads: self.heads(words.label, &groups),
            lines: rows.iter().map(|row| self.line(row, &groups)).collect(),
            rows,
        }
    }

    fn bar(&self, row: &Row, most: usize) -> Bar {
        let percent = |count: usize| count as f64 * 100.0 / most.max(1) as f64;
        let mut x = 0.0;
        let part = |(group, count): (Group, Count)| {
            let (begin, width) = (x, percent(count.number));
            x += width;
            let letter = (width >= LEAST_FOR_LETTER)
                .then(|| (group.letter(self.request.language), format!("{:.2}%", begin + width / 2.0)));
            Part { code: group.code(), x: format!("{begin:.2}%"), width: format!("{width:.2}%"), letter }
        };
        Bar {
            label: row.label.clone(),
            href: row.href.clone(),
            value: format::number(row.tally.total() as f64, 0, self.request.language),
            area: self.area(&row.tally),
            parts: row.tally.groups().map(part).collect(),
        }
    }

    fn area(&self, tally: &Tally) -> Option<String> {
        let area = tally.sum().area_m2;
        (area > 0.0).then(|| format::area(area, self.request.language))
    }

    fn heads(&self, label: &'static str, groups: &[Group]) -> Vec<String> {
        let text = |key: &'static str| self.request.text(key).to_owned();
        let groups = groups.iter().map(|group| group.label(self.request.language).to_owned());
        let last = [text("ui.figures.count"), text("ui.figures.sum"), text("ui.figures.without_area")];
        std::iter::once(text(label)).chain(groups).chain(last).collect()
    }

    fn line(&self, row: &Row, groups: &[Group]) -> Line {
        let number = |count: usize| format::number(count as f64, 0, self.request.language);
        let last = [
            number(row.tally.total()),
            self.area(&row.tally).unwrap_or_else(|| "–".to_owned()),
            number(row.tally.sum().without_area),
        ];
        let cells = groups.iter().map(|group| number(row.tally.of_group(*group))).chain(last).collect();
        Line { label: row.label.clone(), cells }
    }
}

/// What a figure is called.
struct Words {
    id: &'static str,
    heading: &'static str,
    note: String,
    empty: &'static str,
    label: &'static str,
    /// Whether its rows are the groups themselves.
    is_of_groups: bool,
}

impl FiguresPage {
    /// Puts the counts into words and bars.
    pub(crate) fn new(subject: &Subject<'_>, all: &[Counted], known: &[Known]) -> Self {
        let request = subject.request;
        let language = request.language;
        let heading = match subject.scope {
            Scope::All => request.text("ui.figures.heading").to_owned(),
            Scope::One(town) => fill(request.text("ui.figures.heading.town"), &[("name", &town.municipality.name)]),
        };
        let count = counted(all.len(), "ui.list.count.one", "ui.list.count.other", language);
        let day = format::day(subject.snapshot.day(), language);
        let lead = fill(request.text("ui.figures.lead"), &[("count", &count), ("day", &day)]);
        let link = |text: &'static str, href: String| Crumb { name: request.text(text).to_owned(), href };
        let selection = subject.filter.is_set().then(|| {
            let list = link("ui.figures.list", subject.list(subject.filter));
            (list, link("ui.figures.everything", request.link(&request.path, &[])))
        });
        let pairs = ListQuery { filter: subject.filter.clone(), ..ListQuery::default() }.filter_pairs();
        let csv = request.link(&format!("{}.csv", request.path), &pairs);
        let key = |(group, _): &(Group, Tally)| Key {
            code: group.code(),
            letter: group.letter(language),
            label: group.label(language),
        };
        let shown: Vec<Counted> = all.iter().chain(known.iter().map(|(counted, _)| counted)).cloned().collect();
        let legend = count::by_group(&shown).iter().map(key).collect();
        let mut frame = Frame::new(request.clone(), heading.clone(), lead.clone());
        frame.pairs = pairs;
        frame.is_indexed = !subject.filter.is_set();
        frame.credits = credits(subject.towns);
        frame.examples = example_names(subject.towns);
        frame.face = only_face(subject.towns);
        frame.crumbs = crumbs(
            &frame.request,
            match subject.scope {
                Scope::One(town) => Some(town.municipality),
                Scope::All => None,
            },
        );
        Self { heading, lead, selection, legend, figures: subject.figures(all, known), csv, frame }
    }
}

#[cfg(test)]
mod tests;
