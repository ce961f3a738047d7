//! The conditions of a list page that are set, each with a link that takes it away.

use cadastre::codes::CodeList as _;

use crate::pages::{
    format,
    frame::{Request, fill},
    groups::Group,
    params::{Filter, ListQuery, TypeChoice, key},
};

/// A condition that is set, with the address without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chip {
    /// The condition in words.
    pub(crate) label: String,
    /// The list without it.
    pub(crate) href: String,
}

/// Each condition that is set: its query without it.
pub(crate) fn conditions(query: &ListQuery) -> Vec<(&'static str, String, ListQuery)> {
    let first = ListQuery { page: 1, ..query.clone() };
    let mut conditions = Vec::new();
    for choice in &query.filter.types {
        let mut without = first.clone();
        without.filter.types.retain(|other| other != choice);
        conditions.push((key::TYPE, choice.code().to_owned(), without));
    }
    let mut condition = |key: &'static str, value: Option<String>, clear: fn(&mut Filter)| {
        if let Some(value) = value {
            let mut without = first.clone();
            clear(&mut without.filter);
            conditions.push((key, value, without));
        }
    };
    let number = |number: Option<f64>| number.map(|number| number.to_string());
    condition(key::AREA_MIN, number(query.filter.area_min_m2), |filter| filter.area_min_m2 = None);
    condition(key::AREA_MAX, number(query.filter.area_max_m2), |filter| filter.area_max_m2 = None);
    condition(key::PRICE_MAX, number(query.filter.price_max_eur), |filter| filter.price_max_eur = None);
    condition(key::LOCALITY, query.filter.locality.clone(), |filter| filter.locality = None);
    condition(key::BBOX, query.filter.bbox.map(|bbox| bbox.to_string()), |filter| filter.bbox = None);
    conditions
}

/// The conditions in words; the groups of types are not among them: their tiles show what is chosen.
pub(crate) fn chips(request: &Request, query: &ListQuery) -> Vec<Chip> {
    let is_tile = |key: &str, value: &str| key == key::TYPE && Group::from_code(value).is_some();
    let shown = conditions(query).into_iter().filter(|(key, value, _)| !is_tile(key, value));
    let chips = shown.map(|(key, value, without)| Chip {
        label: chip_label(request, &query.filter, key, &value),
        href: request.link(&request.path, &without.pairs()),
    });
    chips.collect()
}

fn chip_label(request: &Request, filter: &Filter, key: &str, value: &str) -> String {
    let language = request.language;
    let number =
        |text: &'static str, words: Option<String>| fill(request.text(text), &[("value", &words.unwrap_or_default())]);
    match key {
        key::TYPE => match filter.types.iter().find(|choice| choice.code() == value) {
            Some(TypeChoice::Group(group)) => group.label(language).to_owned(),
            Some(TypeChoice::Type(site_type)) => site_type.label(language).to_owned(),
            None => value.to_owned(),
        },
        key::AREA_MIN => number("ui.chip.area_min", filter.area_min_m2.map(|area| format::area(area, language))),
        key::AREA_MAX => number("ui.chip.area_max", filter.area_max_m2.map(|area| format::area(area, language))),
        key::PRICE_MAX => number("ui.chip.price_max", filter.price_max_eur.map(|price| format::price(price, language))),
        key::BBOX => request.text("ui.chip.bbox").to_owned(),
        _ => value.to_owned(),
    }
}
