//! The list pages: the start page with all municipalities, and the page of one.

mod card;
mod conditions;
mod form;

use askama::Template;

pub(crate) use card::{Card, basis_word, card};
use conditions::Chip;
use form::{FilterForm, ProblemLine, TypeTile};

use super::{
    contact::Contact,
    frame::{Frame, Request, counted, fill},
    map_config::MapConfig,
    params::{Filter, ListQuery, LonLatBox, ParamProblem},
    site_item::{SiteItem, sort},
    towns::{Town, TownCard, credits, example_names, map_towns, town_cards},
};

/// Sites on one page of the list.
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
    /// Whether there is any site to choose from.
    pub(crate) has_sites: bool,
    /// Groups of types to choose from.
    pub(crate) tiles: Vec<TypeTile>,
    /// Other conditions and the order.
    pub(crate) form: FilterForm,
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
    /// Sites of this page.
    pub(crate) cards: Vec<Card>,
    /// Paging, where there is more than one page.
    pub(crate) paging: Option<Paging>,
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

/// Everything a list page is made of.
#[derive(Debug)]
pub(crate) struct ListInput<'a> {
    /// How it was asked for.
    pub(crate) request: Request,
    /// What it is about.
    pub(crate) scope: Scope<'a>,
    /// Every municipality on it.
    pub(crate) towns: &'a [Town<'a>],
    /// Every public site of these municipalities.
    pub(crate) sites: Vec<SiteItem>,
    /// Conditions, order and page.
    pub(crate) query: ListQuery,
    /// What of the query made no sense.
    pub(crate) problems: Vec<ParamProblem>,
}

impl ListPage {
    /// Filters, sorts and cuts the list, and puts everything into words.
    pub(crate) fn new(input: ListInput<'_>) -> Self {
        let ListInput { request, scope, towns, sites, mut query, problems } = input;
        let form = form::form(&request, &query, &problems, &sites);
        let has_sites = !sites.is_empty();
        let tiles = form::type_tiles(&request, &query, &sites);
        let mut found: Vec<SiteItem> = sites.into_iter().filter(|site| query.filter.matches(site)).collect();
        sort(&mut found, query.sort);
        let count = counted(found.len(), "ui.list.count.one", "ui.list.count.other", request.language);
        let map = map(&request, scope, towns, &query.filter, &found);
        let pages = found.len().div_ceil(PAGE_SIZE).max(1);
        // A page behind the last one is the last one: sites may have left the list since the link was made.
        query.page = query.page.min(pages);
        let shown: Vec<SiteItem> = found.into_iter().skip((query.page - 1) * PAGE_SIZE).take(PAGE_SIZE).collect();
        let (heading, lead) = heading(&request, scope);
        let mut frame = Frame::new(request, heading.clone(), lead.clone());
        frame.pairs = query.pairs();
        frame.examples = example_names(towns);
        frame.credits = credits(towns);
        let request = &frame.request;
        Self {
            heading,
            lead,
            towns: if matches!(scope, Scope::All) { town_cards(request, towns) } else { Vec::new() },
            contact: match scope {
                Scope::One(town) => Contact::of(town.municipality),
                Scope::All => None,
            },
            has_sites,
            tiles,
            form,
            is_filtered: query.filter != Filter::default(),
            chips: conditions::chips(request, &query),
            reset: request.link(&request.path, &[]),
            problems: problems.iter().map(|problem| form::problem_line(request, problem)).collect(),
            count,
            cards: shown.into_iter().map(|site| card(request, site)).collect(),
            paging: (pages > 1).then(|| paging(request, &query, pages)),
            map,
            frame,
        }
    }
}

fn heading(request: &Request, scope: Scope<'_>) -> (String, String) {
    match scope {
        Scope::All => (request.text("ui.start.heading").to_owned(), request.text("ui.start.lead").to_owned()),
        Scope::One(town) => {
            let name = [("name", town.municipality.name.as_str())];
            (fill(request.text("ui.town.heading"), &name), fill(request.text("ui.town.lead"), &name))
        }
    }
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

fn map(request: &Request, scope: Scope<'_>, towns: &[Town<'_>], filter: &Filter, found: &[SiteItem]) -> MapConfig {
    let mut map = MapConfig::new(request.language, request.language_asked);
    map.bounds = filter.bbox.or_else(|| extent(towns)).map(Into::into);
    if let Scope::One(town) = scope {
        map.ags = Some(town.municipality.ags.to_string());
        map.is_near_only = !town.has_districts;
    }
    map.matching = (*filter != Filter::default()).then(|| found.iter().map(|site| site.id.clone()).collect());
    map.municipalities = map_towns(request, towns);
    for label in &mut map.municipalities {
        label.sites = found.iter().filter(|site| site.ags.as_str() == label.ags).count();
    }
    map.credits = credits(towns);
    map
}

/// Extent of the municipalities that have sites; of all where none has.
fn extent(towns: &[Town<'_>]) -> Option<LonLatBox> {
    let of = |least: usize| {
        towns.iter().filter(|town| town.site_count >= least).filter_map(|town| town.extent).reduce(LonLatBox::joined)
    };
    of(1).or_else(|| of(0))
}
