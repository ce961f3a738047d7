//! The search page: what was found, by kind.

mod find;

use askama::Template;
use cadastre::Ags;
use spatial::Snapshot;

pub(crate) use find::{Hit, Kind, Wanted, find, merged};

use super::{
    face::Face,
    frame::{Frame, Request, counted, fill},
    list::{Scope, SearchForm, search_form},
    params::{RawParams, key},
    read, towns,
};

/// Hits of one kind on the page.
const PAGE_LIMIT: usize = 50;
/// More is no name.
const LONGEST: usize = 100;

/// Hits of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// Id on the page.
    pub(crate) id: &'static str,
    /// Heading.
    pub(crate) heading: &'static str,
    /// Hits.
    pub(crate) hits: Vec<Hit>,
    /// Whether there are more.
    pub(crate) is_cut: bool,
}

/// The search page.
#[derive(Debug, Template)]
#[template(path = "search.html")]
pub(crate) struct SearchPage {
    /// Frame.
    pub(crate) frame: Frame,
    /// First heading.
    pub(crate) heading: String,
    /// Search field.
    pub(crate) search: SearchForm,
    /// Hits by kind.
    pub(crate) sections: Vec<Section>,
    /// What to do where nothing was found.
    pub(crate) help: Option<&'static str>,
}

impl SearchPage {
    /// Searches, and puts what was found into words.
    pub(crate) fn new(request: Request, snapshot: &Snapshot, raw: &RawParams) -> Self {
        let of = |key: &str| raw.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.trim());
        let words: String = of(key::SEARCH).unwrap_or_default().chars().take(LONGEST).collect();
        let ags = of(key::MUNICIPALITY).and_then(|ags| Ags::parse(ags).ok());
        let town = ags.and_then(|ags| read::town(snapshot, ags));
        let wanted = Wanted { request: &request, words: &words, ags, limit: PAGE_LIMIT };
        let sections = sections(&request, find(snapshot, wanted));
        let count = sections.iter().map(|section| section.hits.len()).sum::<usize>();
        let heading = if words.is_empty() {
            request.text("ui.search.heading").to_owned()
        } else {
            let count = counted(count, "ui.search.count.one", "ui.search.count.other", request.language);
            fill(request.text("ui.search.result"), &[("count", &count), ("words", &words)])
        };
        let help = match (words.is_empty(), count) {
            (true, _) => Some(request.text("ui.search.help")),
            (false, 0) => Some(request.text("ui.search.none")),
            _ => None,
        };
        let scope = town.as_ref().map_or(Scope::All, Scope::One);
        let search = SearchForm { words: words.clone(), ..search_form(&request, scope) };
        let crumbs = towns::crumbs(&request, town.as_ref().map(|town| town.municipality));
        let mut frame = Frame::new(request, heading.clone(), heading.clone());
        frame.is_indexed = false;
        frame.crumbs = crumbs;
        frame.face = town.as_ref().map(|town| Face::of(town.municipality)).or_else(|| Face::of_server(snapshot));
        let kept = ags.map(|ags| (key::MUNICIPALITY, ags.to_string()));
        frame.pairs = std::iter::once((key::SEARCH, words)).chain(kept).collect();
        Self { frame, heading, search, sections, help }
    }
}

fn sections(request: &Request, hits: Vec<Hit>) -> Vec<Section> {
    let kinds = [
        (Kind::Municipality, "gemeinden", "ui.start.towns"),
        (Kind::Locality, "ortsteile", "ui.search.localities"),
        (Kind::Street, "strassen", "ui.search.streets"),
        (Kind::Listing, "flaechen", "ui.search.listings"),
        (Kind::Parcel, "flurstuecke", "ui.search.parcels"),
        (Kind::District, "gemarkungen", "ui.search.districts"),
    ];
    let section = |(kind, id, heading): (Kind, &'static str, &'static str)| {
        let mut hits: Vec<Hit> = hits.iter().filter(|hit| hit.kind == kind).cloned().collect();
        let is_cut = hits.len() > PAGE_LIMIT;
        hits.truncate(PAGE_LIMIT);
        (!hits.is_empty()).then(|| Section { id, heading: request.text(heading), hits, is_cut })
    };
    kinds.into_iter().filter_map(section).collect()
}
