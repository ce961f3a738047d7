//! Municipalities on the pages: in the list of the start page, on the map, in notices and credits.

use cadastre::{
    Ags,
    record::Municipality,
    texts::{Language, text},
};

use super::{
    face::Face,
    frame::{Crumb, Request, counted},
    map_config::MapMunicipality,
    params::LonLatBox,
};

/// A municipality with what the list pages show of it.
#[derive(Clone, Debug)]
pub(crate) struct Town<'a> {
    /// The record.
    pub(crate) municipality: &'a Municipality,
    /// Number of its listings.
    pub(crate) count: usize,
    /// Extent in CRS84.
    pub(crate) extent: Option<LonLatBox>,
    /// Whether it has districts to be drawn when far away; else there are only its parcels to be seen.
    pub(crate) has_districts: bool,
}

/// A municipality in the list of the start page.
#[derive(Clone, Debug)]
pub(crate) struct TownCard {
    /// Name.
    pub(crate) name: String,
    /// Its page.
    pub(crate) href: String,
    /// "48 Flächen", "keine Flächen".
    pub(crate) count: String,
}

/// Names of the municipalities whose data are made up.
pub(crate) fn example_names(towns: &[Town<'_>]) -> Vec<String> {
    let made_up = towns.iter().filter(|town| town.municipality.settings.example_data);
    made_up.map(|town| town.municipality.name.clone()).collect()
}

/// Credit lines of the data, each once.
pub(crate) fn credits(towns: &[Town<'_>]) -> Vec<String> {
    let mut credits: Vec<String> =
        towns.iter().filter_map(|town| town.municipality.settings.attribution.clone()).collect();
    credits.sort();
    credits.dedup();
    credits
}

/// The face of pages about all of these municipalities: that of the only one.
pub(crate) fn only_face(towns: &[Town<'_>]) -> Option<Face> {
    if let [only] = towns { Some(Face::of(only.municipality)) } else { None }
}

/// The municipalities as a list; none where there is nothing to choose from.
pub(crate) fn town_cards(request: &Request, towns: &[Town<'_>]) -> Vec<TownCard> {
    if towns.len() < 2 {
        return Vec::new();
    }
    let cards = towns.iter().map(|town| TownCard {
        name: town.municipality.name.clone(),
        href: request.link(&town_path(town.municipality.ags), &[]),
        count: town_count(town, request.language),
    });
    cards.collect()
}

fn town_count(town: &Town<'_>, language: Language) -> String {
    match town.count {
        0 => text("ui.list.count.none", language).to_owned(),
        n => counted(n, "ui.list.count.one", "ui.list.count.other", language),
    }
}

/// Path of a municipality's page.
pub(crate) fn town_path(ags: Ags) -> String {
    format!("/gemeinde/{ags}")
}

/// The municipalities as labels on the map.
pub(crate) fn map_towns(request: &Request, towns: &[Town<'_>]) -> Vec<MapMunicipality> {
    let labels = towns.iter().filter_map(|town| {
        Some(MapMunicipality {
            ags: town.municipality.ags.to_string(),
            name: town.municipality.name.clone(),
            sites: town.count,
            bounds: town.extent?.into(),
            href: request.link(&town_path(town.municipality.ags), &[]),
        })
    });
    labels.collect()
}

/// The way from the start page to a page of this municipality.
pub(crate) fn crumbs(request: &Request, municipality: Option<&Municipality>) -> Vec<Crumb> {
    let start = Crumb { name: request.text("ui.nav.start").to_owned(), href: request.link("/", &[]) };
    let town = municipality.map(|municipality| Crumb {
        name: municipality.name.clone(),
        href: request.link(&town_path(municipality.ags), &[]),
    });
    std::iter::once(start).chain(town).collect()
}
