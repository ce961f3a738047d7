//! What some listings offer, side by side.

use askama::Template;
use cadastre::Viewer;
use spatial::{Found, Shown, Snapshot};

use super::{
    detail,
    face::Face,
    facts::Fact,
    frame::{Frame, Request, counted},
    list::basis_word,
    listing::Listing,
    params::{RawParams, key},
    read,
    towns::{credits, example_names, only_face},
};

/// More do not fit side by side.
const MOST: usize = 4;

/// A listing at the head of its column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The listing.
    pub(crate) listing: Listing,
    /// Address of its page.
    pub(crate) href: String,
    /// Letter of its group.
    pub(crate) letter: &'static str,
    /// Basis of its publication in a word.
    pub(crate) basis: &'static str,
}

/// One fact of all of them; where a listing does not show it there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// What it is.
    pub(crate) label: &'static str,
    /// In the order of the columns.
    pub(crate) cells: Vec<Option<Fact>>,
}

/// The page that compares listings.
#[derive(Debug, Template)]
#[template(path = "compare.html")]
pub(crate) struct ComparePage {
    /// Frame.
    pub(crate) frame: Frame,
    /// The listings.
    pub(crate) columns: Vec<Column>,
    /// Their facts.
    pub(crate) rows: Vec<Row>,
    /// What is to be said about what was asked for and is not shown.
    pub(crate) notes: Vec<String>,
}

impl ComparePage {
    /// Looks up what the address names. Unknown, internal and withdrawn look the same: they are counted together.
    pub(crate) fn new(request: Request, snapshot: &Snapshot, raw: &RawParams) -> Self {
        let language = request.language;
        let ids = ids(raw);
        let found: Vec<_> = ids.iter().take(MOST).filter_map(|id| find(snapshot, &request, id)).collect();
        let missing = ids.len().min(MOST) - found.len();
        let mut notes = Vec::new();
        if found.len() < 2 {
            notes.push(request.text("ui.beside.help").to_owned());
        }
        if missing > 0 {
            notes.push(counted(missing, "ui.beside.missing.one", "ui.beside.missing.other", language));
        }
        if ids.len() > MOST {
            notes.push(request.text("ui.map.compare_many").to_owned());
        }
        let facts: Vec<Vec<Fact>> =
            found.iter().map(|(shown, listing)| detail::facts(&request, shown.view(), listing)).collect();
        let listings: Vec<Listing> = found.into_iter().map(|(_, listing)| listing).collect();
        let towns = read::towns(snapshot, None, &listings);
        let towns: Vec<_> =
            towns.into_iter().filter(|town| listings.iter().any(|one| one.ags == town.municipality.ags)).collect();
        let heading = request.text("ui.beside.heading");
        let mut frame = Frame::new(request, heading.to_owned(), heading.to_owned());
        frame.is_indexed = false;
        frame.pairs = ids.into_iter().map(|id| (key::ID, id)).collect();
        frame.credits = credits(&towns);
        frame.examples = example_names(&towns);
        frame.face = only_face(&towns).or_else(|| Face::of_server(snapshot));
        let columns = listings.into_iter().map(|listing| Column {
            href: frame.request.link(&listing.path(), &[]),
            letter: listing.group.letter(language),
            basis: basis_word(&frame.request, listing.basis),
            listing,
        });
        Self { columns: columns.collect(), rows: rows(&facts), notes, frame }
    }
}

/// The ids that an address names, each once.
fn ids(raw: &RawParams) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for (_, id) in raw.iter().filter(|(name, id)| name == key::ID && !id.is_empty()) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

/// The site with this id, else the building.
fn find<'s>(snapshot: &'s Snapshot, request: &Request, id: &str) -> Option<(Shown<'s>, Listing)> {
    if let Found::Shown(shown) = snapshot.item("sites", id, &Viewer::ANONYMOUS) {
        return Some((shown, read::site_listing(snapshot, &shown, request.language)?));
    }
    let shown = read::vacant_building(snapshot, id)?;
    Some((shown, read::building_listing(snapshot, &shown, request.language)?))
}

/// A row for each fact that any of them shows, in the order in which they show it.
fn rows(facts: &[Vec<Fact>]) -> Vec<Row> {
    let mut labels: Vec<(&'static str, &'static str)> = Vec::new();
    for of_one in facts {
        let mut after = 0;
        for fact in of_one {
            // Behind what stands before it in its own list, so that both orders are kept where they agree.
            let known = labels.iter().position(|(name, _)| *name == fact.name);
            let at = known.unwrap_or(after);
            if known.is_none() {
                labels.insert(at, (fact.name, fact.label));
            }
            after = at + 1;
        }
    }
    let row = |(name, label)| Row {
        label,
        cells: facts.iter().map(|of_one| of_one.iter().find(|fact| fact.name == name).cloned()).collect(),
    };
    labels.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{Fact, ids, rows};

    fn facts(names: &[&'static str]) -> Vec<Fact> {
        names.iter().map(|name| Fact { name, label: name, value: (*name).into(), note: None }).collect()
    }

    fn check(lists: &[&[&'static str]], expected: &[(&str, &[bool])]) {
        let lists: Vec<_> = lists.iter().map(|names| facts(names)).collect();
        let found: Vec<(&str, Vec<bool>)> =
            rows(&lists).iter().map(|row| (row.label, row.cells.iter().map(Option::is_some).collect())).collect();
        let expected: Vec<(&str, Vec<bool>)> = expected.iter().map(|(label, has)| (*label, has.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_row_is_there_for_what_any_of_them_shows_in_the_order_of_each() {
        check(&[], &[]);
        check(&[&["type", "price"]], &[("type", &[true]), ("price", &[true])]);
        check(
            &[&["type", "area", "street"], &["type", "degree", "street", "built"]],
            &[
                ("type", &[true, true]),
                ("degree", &[false, true]),
                ("area", &[true, false]),
                ("street", &[true, true]),
                ("built", &[false, true]),
            ],
        );
    }

    #[test]
    fn an_id_that_is_named_twice_is_compared_once() {
        let raw = [("id", "a"), ("lang", "de"), ("id", "b"), ("id", "a"), ("id", "")];
        let raw: Vec<_> = raw.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(ids(&raw), ["a", "b"]);
    }
}
