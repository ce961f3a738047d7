//! The filter form of a list page.

use std::collections::BTreeMap;

use crate::pages::{
    format,
    frame::{Request, fill},
    groups::Group,
    params::{Filter, ListQuery, ParamProblem, Sort, TypeChoice, key},
    site_item::SiteItem,
};

/// A group of site types as a link that adds it to the filter or takes it away.
#[derive(Clone, Debug)]
pub(crate) struct TypeTile {
    /// Code in the address, also its class name.
    pub(crate) code: &'static str,
    /// Name.
    pub(crate) label: &'static str,
    /// Letter on the map.
    pub(crate) letter: &'static str,
    /// Sites it gives, the other conditions being as they are.
    pub(crate) count: usize,
    /// Whether it is chosen.
    pub(crate) is_chosen: bool,
    /// The list with the choice turned round.
    pub(crate) href: String,
}

/// An option of a drop-down field.
#[derive(Clone, Debug)]
pub(crate) struct FieldOption {
    /// Value in the address.
    pub(crate) value: String,
    /// Name.
    pub(crate) label: String,
    /// Whether it is chosen.
    pub(crate) is_chosen: bool,
}

/// A field for a number.
#[derive(Clone, Debug)]
pub(crate) struct NumberField {
    /// Key in the address, and id.
    pub(crate) name: &'static str,
    /// Name on the screen.
    pub(crate) label: &'static str,
    /// What was typed.
    pub(crate) value: String,
    /// Unit of the number.
    pub(crate) unit: &'static str,
    /// Whether what was typed is no number.
    pub(crate) is_refused: bool,
}

/// The filter form. Fields hold what was typed, also where it made no sense.
#[derive(Clone, Debug)]
pub(crate) struct FilterForm {
    /// Address it is sent to.
    pub(crate) action: String,
    /// Codes of the chosen types, kept when the form is sent.
    pub(crate) types: Vec<&'static str>,
    /// Sizes and price.
    pub(crate) numbers: [NumberField; 3],
    /// Ortsteile; empty: there is no choice.
    pub(crate) localities: Vec<FieldOption>,
    /// Box, kept when the form is sent.
    pub(crate) bbox: Option<String>,
    /// Orders.
    pub(crate) sorts: Vec<FieldOption>,
    /// Number of its conditions that are set.
    pub(crate) active: usize,
}

/// A problem of the query in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProblemLine {
    /// Id of the field, for the link to it; none for what has no field.
    pub(crate) field: Option<&'static str>,
    /// Name of the field.
    pub(crate) label: &'static str,
    /// What was given and what is expected.
    pub(crate) reason: String,
}

/// The form as the query left it, with the counts of its choices.
pub(crate) fn form(request: &Request, query: &ListQuery, problems: &[ParamProblem], sites: &[SiteItem]) -> FilterForm {
    let filter = &query.filter;
    let language = request.language;
    let field = |name: &'static str, label: &'static str, value: Option<f64>, unit: &'static str| {
        let refused = problems.iter().find(|problem| problem.key == name).map(|problem| problem.given.clone());
        let is_refused = refused.is_some();
        let value = refused.or_else(|| value.map(|value| format::number(value, 2, language))).unwrap_or_default();
        NumberField { name, label: request.text(label), value, unit, is_refused }
    };
    FilterForm {
        action: request.path.clone(),
        types: filter.types.iter().map(|choice| choice.code()).collect(),
        numbers: [
            field(key::AREA_MIN, "ui.filter.area_min", filter.area_min_m2, "m²"),
            field(key::AREA_MAX, "ui.filter.area_max", filter.area_max_m2, "m²"),
            field(key::PRICE_MAX, "ui.filter.price_max", filter.price_max_eur, "€"),
        ],
        localities: localities(filter, sites),
        bbox: filter.bbox.map(|bbox| bbox.to_string()),
        sorts: Sort::ALL
            .map(|sort| FieldOption {
                value: sort.code().to_owned(),
                label: request.text(sort.text_key()).to_owned(),
                is_chosen: sort == query.sort,
            })
            .to_vec(),
        active: super::conditions::conditions(query).iter().filter(|(key, ..)| *key != key::TYPE).count(),
    }
}

/// The groups with the number of sites each would give.
pub(super) fn type_tiles(request: &Request, query: &ListQuery, sites: &[SiteItem]) -> Vec<TypeTile> {
    let others: Vec<&SiteItem> = sites.iter().filter(|site| query.filter.matches_all_but_type(site)).collect();
    let tiles = Group::ALL.map(|group| {
        let choice = TypeChoice::Group(group);
        let is_chosen = query.filter.types.contains(&choice);
        let mut turned = ListQuery { page: 1, ..query.clone() };
        if is_chosen {
            turned.filter.types.retain(|other| *other != choice);
        } else {
            turned.filter.types.push(choice);
        }
        TypeTile {
            code: group.code(),
            label: group.label(request.language),
            letter: group.letter(request.language),
            count: others.iter().filter(|site| site.group == group).count(),
            is_chosen,
            href: request.link(&request.path, &turned.pairs()),
        }
    });
    tiles.to_vec()
}

fn localities(filter: &Filter, sites: &[SiteItem]) -> Vec<FieldOption> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for locality in sites.iter().filter_map(|site| site.locality.as_deref()) {
        *counts.entry(locality).or_default() += 1;
    }
    if let Some(chosen) = &filter.locality {
        counts.entry(chosen).or_default();
    }
    let options = counts.into_iter().map(|(locality, count)| FieldOption {
        value: locality.to_owned(),
        label: format!("{locality} ({count})"),
        is_chosen: filter.locality.as_deref() == Some(locality),
    });
    options.collect()
}

/// A problem of the query in words.
pub(crate) fn problem_line(request: &Request, problem: &ParamProblem) -> ProblemLine {
    let (field, label) = match problem.key {
        key::AREA_MIN => (Some(key::AREA_MIN), "ui.filter.area_min"),
        key::AREA_MAX => (Some(key::AREA_MAX), "ui.filter.area_max"),
        key::PRICE_MAX => (Some(key::PRICE_MAX), "ui.filter.price_max"),
        key::TYPE => (None, "ui.filter.type"),
        key::SORT => (Some(key::SORT), "ui.filter.sort"),
        key::BBOX => (None, "ui.chip.bbox"),
        _ => (None, "ui.paging.label"),
    };
    let reason = fill(request.text(problem.reason), &[("given", &problem.given)]);
    ProblemLine { field, label: request.text(label), reason }
}
