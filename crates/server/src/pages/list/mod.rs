//! The list pages: the start page with all municipalities, and the page of one.

mod card;
mod conditions;
mod form;
mod tally;

use askama::Template;
use cadastre::record::Municipality;

pub(crate) use card::{Card, basis_word, card};
use conditions::{Chip, Relaxation};
use form::{FilterForm, SortLink, TypeTile};
pub(crate) use form::{ProblemLine, problem_line};
use tally::Tally;

use super::{
    contact::Contact,
    enquiry,
    face::Face,
    frame::{Crumb, Embed, Feed, Frame, Request, counted, fill},
    listing::{Listing, sort},
    map_config::MapConfig,
    params::{Filter, ListQuery, LonLatBox, Look, ParamProblem, href, key},
    towns::{Town, TownCard, credits, crumbs, example_names, map_towns, only_face, town_cards, town_path},
};

/// Listings on one page of the list.
pub(crate) const PAGE_SIZE: usize = 25;

/// Links between the pages of the list.
#[derive(Clone, Debug)]
pub(crate) struct Paging {
    /// "Seite 2 von 4".
    pub(crate) position: String,
    /// The page before.
    pub(crate) previous: Option<String>,
    /// The page after.
    pub(crate) next: Option<String>,
}

/// The search field of a page.
#[derive(Clone, Debug)]
pub(crate) struct SearchForm {
    /// Address it is sent to.
    pub(crate) action: String,
    /// What was searched for.
    pub(crate) words: String,
    /// What goes with it: the municipality whose hits come first.
    pub(crate) kept: Vec<(&'static str, String)>,
}

/// This result in other forms.
#[derive(Clone, Debug)]
pub(crate) struct Exports {
    /// For spreadsheets.
    pub(crate) csv: String,
    /// For maps.
    pub(crate) geojson: String,
    /// For GIS programs.
    pub(crate) geopackage: String,
    /// To be told of what is new.
    pub(crate) feed: String,
    /// To be shown on another site.
    pub(crate) embed: String,
    /// What other sites ask when they are given the address of this page: absolute.
    pub(crate) oembed: String,
    /// What it counts, in figures.
    pub(crate) figures: String,
}

/// A list page.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub(crate) struct ListPage {
    /// Frame.
    pub(crate) frame: Frame,
    /// First heading.
    pub(crate) heading: String,
    /// Sentence below it.
    pub(crate) lead: String,
    /// Municipalities, on the start page where there are several.
    pub(crate) towns: Vec<TownCard>,
    /// Contact of the municipality.
    pub(crate) contact: Option<Contact>,
    /// The form that reaches it, unless it has one of its own.
    pub(crate) form_link: Option<String>,
    /// Address that opens a mail to it.
    pub(crate) ask: Option<String>,
    /// Search field.
    pub(crate) search: SearchForm,
    /// Whether there is anything to choose from.
    pub(crate) has_listings: bool,
    /// Groups of types to choose from.
    pub(crate) tiles: Vec<TypeTile>,
    /// Other conditions.
    pub(crate) form: FilterForm,
    /// Orders of the list.
    pub(crate) sorts: Vec<SortLink>,
    /// The order in force.
    pub(crate) sort: &'static str,
    /// Whether any condition is set.
    pub(crate) is_filtered: bool,
    /// Conditions that are set.
    pub(crate) chips: Vec<Chip>,
    /// The list without any condition.
    pub(crate) reset: String,
    /// What of the query makes no sense.
    pub(crate) problems: Vec<ProblemLine>,
    /// "37 Flächen".
    pub(crate) count: String,
    /// "von 125", where a filter is set.
    pub(crate) of_all: Option<String>,
    /// Listings of this page.
    pub(crate) cards: Vec<Card>,
    /// Conditions without which there would be something, where nothing was found.
    pub(crate) relaxations: Vec<Relaxation>,
    /// Paging, where there is more than one page.
    pub(crate) paging: Option<Paging>,
    /// This result in other forms.
    pub(crate) exports: Exports,
    /// Settings of the map.
    pub(crate) map: MapConfig,
}

/// What a list page is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'a> {
    /// All municipalities.
    All,
    /// One.
    One(&'a Town<'a>),
}

impl<'a> Scope<'a> {
    /// What was asked for; `None` if that municipality is not recorded.
    pub(crate) fn of(ags: Option<cadastre::Ags>, towns: &'a [Town<'a>]) -> Option<Self> {
        match (ags, towns.first()) {
            (None, _) => Some(Self::All),
            (Some(_), Some(town)) => Some(Self::One(town)),
            (Some(_), None) => None,
        }
    }

    /// Path of the list page about it.
    pub(crate) fn path(self) -> String {
        match self {
            Self::All => "/".to_owned(),
            Self::One(town) => town_path(town.municipality.ags),
        }
    }
}

/// Everything a list page is made of.
#[derive(Debug)]
pub(crate) struct ListInput<'a> {
    /// How it was asked for.
    pub(crate) request: Request,
    /// What it is about.
    pub(crate) scope: Scope<'a>,
    /// Every municipality on it.
    pub(crate) towns: &'a [Town<'a>],
    /// Everything public in these municipalities.
    pub(crate) listings: Vec<Listing>,
    /// Conditions, order and page.
    pub(crate) query: ListQuery,
    /// What of the query made no sense.
    pub(crate) problems: Vec<ParamProblem>,
}

impl ListPage {
    /// The same page for another site's page: without what leads through this site.
    pub(crate) fn embedded(input: ListInput<'_>) -> Self {
        let (scope, look) = (input.scope, input.query.look);
        let query = ListQuery { look: Look::default(), ..input.query.clone() };
        let mut page = Self::new(input);
        let whole = page.frame.request.link(&scope.path(), &query.pairs());
        page.frame.embed = Some(Embed { whole, look });
        // Search engines find the page itself.
        page.frame.is_indexed = false;
        page.frame.feed = None;
        page
    }

    /// Filters, sorts and cuts the list, and puts everything into words.
    pub(crate) fn new(input: ListInput<'_>) -> Self {
        let ListInput { request, scope, towns, listings, mut query, problems } = input;
        let tally = Tally::new(&query.filter, &listings);
        let form = form::form(&request, &query, &problems, &listings, &tally);
        let tiles = form::type_tiles(&request, &query, &tally);
        let (count, of_all) = count(&request, &query.filter, tally.matched, listings.len());
        let has_listings = !listings.is_empty();
        let found = found(listings, &query);
        let map = map(&request, scope, towns, &query, &found);
        let pages = found.len().div_ceil(PAGE_SIZE).max(1);
        // A page behind the last one is the last one: listings may have gone since the link was made.
        query.page = query.page.min(pages);
        let shown: Vec<Listing> = found.into_iter().skip((query.page - 1) * PAGE_SIZE).take(PAGE_SIZE).collect();
        let (heading, lead) = heading(&request, scope);
        let exports = exports(&request, scope, &query);
        let mut frame = Frame::new(request, heading.clone(), lead.clone());
        frame.pairs = query.pairs();
        frame.examples = example_names(towns);
        frame.credits = credits(towns);
        if let Scope::One(town) = scope {
            frame.crumbs = list_crumbs(&frame.request, town.municipality);
        }
        frame.face = match scope {
            Scope::One(town) => Some(Face::of(town.municipality)),
            Scope::All => only_face(towns),
        };
        frame.feed =
            Some(Feed { title: feed_title(&frame.request, &heading, &query.filter), href: exports.feed.clone() });
        let request = &frame.request;
        let form_link = match scope {
            Scope::One(town) => enquiry::link(request, town.municipality, &town_path(town.municipality.ags)),
            Scope::All => None,
        };
        let contact = match scope {
            Scope::One(town) => Contact::of_or_form(town.municipality, form_link.is_some()),
            Scope::All => None,
        };
        let with_mail = contact.as_ref().filter(|contact| contact.mail.is_some());
        Self {
            ask: with_mail.map(|contact| contact.mail_href(&heading, "")),
            heading,
            lead,
            towns: if matches!(scope, Scope::All) { town_cards(request, towns) } else { Vec::new() },
            contact,
            form_link,
            search: search_form(request, scope),
            has_listings,
            tiles,
            form,
            sorts: form::sort_links(request, &query),
            sort: request.text(query.sort.text_key()),
            is_filtered: query.filter.is_set(),
            chips: conditions::chips(request, &query),
            reset: request.link(&request.path, &ListQuery { look: query.look, ..ListQuery::default() }.pairs()),
            problems: problems.iter().map(|problem| problem_line(request, problem)).collect(),
            count,
            of_all,
            relaxations: if shown.is_empty() { conditions::relaxations(request, &query, &tally) } else { Vec::new() },
            cards: shown.into_iter().map(|listing| card(request, listing)).collect(),
            paging: (pages > 1).then(|| paging(request, &query, pages)),
            exports,
            map,
            frame,
        }
    }
}

/// What passes the filter, in the order asked for.
pub(crate) fn found(listings: Vec<Listing>, query: &ListQuery) -> Vec<Listing> {
    let mut found: Vec<Listing> = listings.into_iter().filter(|listing| query.filter.passes(listing)).collect();
    sort(&mut found, query.sort);
    found
}

/// The way to the list of a municipality: over its start page.
fn list_crumbs(request: &Request, municipality: &Municipality) -> Vec<Crumb> {
    let heading = fill(request.text("ui.welcome.heading"), &[("name", &municipality.name)]);
    let mut way = crumbs(request, None);
    way.push(Crumb { name: heading, href: request.link(&Face::of(municipality).home_path(), &[]) });
    way
}

fn count(request: &Request, filter: &Filter, matched: usize, all: usize) -> (String, Option<String>) {
    let language = request.language;
    let count = counted(matched, "ui.list.count.one", "ui.list.count.other", language);
    let all = super::format::number(all as f64, 0, language);
    (count, filter.is_set().then(|| fill(request.text("ui.list.of_all"), &[("n", &all)])))
}

/// Heading and lead of a list page.
pub(crate) fn heading(request: &Request, scope: Scope<'_>) -> (String, String) {
    match scope {
        Scope::All => (request.text("ui.start.heading").to_owned(), request.text("ui.start.lead").to_owned()),
        Scope::One(town) => {
            let name = [("name", town.municipality.name.as_str())];
            (fill(request.text("ui.town.heading"), &name), fill(request.text("ui.town.lead"), &name))
        }
    }
}

/// Title of the feed of a result: its heading, and that it is a selection where it is one.
pub(crate) fn feed_title(request: &Request, heading: &str, filter: &Filter) -> String {
    if filter.is_set() { format!("{heading} – {}", request.text("ui.feed.selection")) } else { heading.to_owned() }
}

/// The search field, which looks first in the municipality of the page.
pub(crate) fn search_form(request: &Request, scope: Scope<'_>) -> SearchForm {
    let town = match scope {
        Scope::All => None,
        Scope::One(town) => Some((key::MUNICIPALITY, town.municipality.ags.to_string())),
    };
    let language = request.names_language.then(|| (key::LANGUAGE, request.language.code().to_owned()));
    SearchForm { action: "/suche".to_owned(), words: String::new(), kept: town.into_iter().chain(language).collect() }
}

fn exports(request: &Request, scope: Scope<'_>, query: &ListQuery) -> Exports {
    let pairs = ListQuery { page: 1, look: Look::default(), ..query.clone() }.pairs();
    let link = |name: &str, pairs: &[(&'static str, String)]| request.link(&beside(scope, name), pairs);
    Exports {
        csv: link("liste.csv", &pairs),
        geojson: link("liste.geojson", &pairs),
        geopackage: link("liste.gpkg", &pairs),
        // A feed has its own order: the newest first.
        feed: link("feed.atom", &query.filter_pairs()),
        embed: link("einbetten", &pairs),
        oembed: oembed(request, scope, &pairs),
        figures: link("zahlen", &query.filter_pairs()),
    }
}

fn oembed(request: &Request, scope: Scope<'_>, pairs: &[(&'static str, String)]) -> String {
    let page = format!("{}{}", request.base_url, request.link(&scope.path(), pairs));
    format!("{}{}", request.base_url, href("/oembed", &[("url", page), ("format", "json".to_owned())], None))
}

/// Path of a document that belongs to a list page.
fn beside(scope: Scope<'_>, name: &str) -> String {
    format!("{}/{name}", scope.path().trim_end_matches('/'))
}

fn paging(request: &Request, query: &ListQuery, pages: usize) -> Paging {
    let link = |page: usize| request.link(&request.path, &ListQuery { page, ..query.clone() }.pairs());
    Paging {
        position: fill(
            request.text("ui.paging.position"),
            &[("page", &query.page.to_string()), ("pages", &pages.to_string())],
        ),
        previous: (query.page > 1).then(|| link(query.page - 1)),
        next: (query.page < pages).then(|| link(query.page + 1)),
    }
}

fn map(request: &Request, scope: Scope<'_>, towns: &[Town<'_>], query: &ListQuery, found: &[Listing]) -> MapConfig {
    let mut map = MapConfig::new(request.language, request.names_language);
    map.bounds = query.filter.place.bounds().or_else(|| extent(towns)).map(Into::into);
    if let Scope::One(town) = scope {
        map.ags = Some(town.municipality.ags.to_string());
        map.is_near_only = !town.has_districts;
    }
    // The map has no order.
    map.listings = request.link(&beside(scope, "liste.geojson"), &query.filter_pairs());
    map.municipalities = map_towns(request, towns);
    for label in &mut map.municipalities {
        label.sites = found.iter().filter(|listing| listing.ags.as_str() == label.ags).count();
    }
    map.credits = credits(towns);
    map
}

/// Extent of the municipalities that have listings; of all where none has.
fn extent(towns: &[Town<'_>]) -> Option<LonLatBox> {
    let of = |least: usize| {
        towns.iter().filter(|town| town.count >= least).filter_map(|town| town.extent).reduce(LonLatBox::joined)
    };
    of(1).or_else(|| of(0))
}
