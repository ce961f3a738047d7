//! The filter form of a list page.

use std::collections::BTreeMap;

use cadastre::{codes::CodeList as _, texts::Language};

use crate::pages::{
    format,
    frame::{Request, fill},
    groups::Group,
    params::{Filter, ListQuery, ParamProblem, Sort, TypeChoice, key},
    site_item::SiteItem,
};

/// A choice of the type filter.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Code in the address.
    pub(crate) code: &'static str,
    /// Name.
    pub(crate) label: String,
    /// Letter on the map; none for a single type.
    pub(crate) letter: Option<&'static str>,
    /// Sites it would give, the other conditions being as they are.
    pub(crate) count: usize,
    /// Whether it is chosen.
    pub(crate) is_chosen: bool,
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
    /// Types.
    pub(crate) types: Vec<Choice>,
    /// Sizes and price.
    pub(crate) numbers: [NumberField; 3],
    /// Ortsteile; empty: there is no choice.
    pub(crate) localities: Vec<FieldOption>,
    /// Box, kept when the form is sent.
    pub(crate) bbox: Option<String>,
    /// Orders.
    pub(crate) sorts: Vec<FieldOption>,
    /// Number of conditions set.
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
        types: types(filter, sites, language),
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
        active: super::conditions::conditions(query).len(),
    }
}

fn types(filter: &Filter, sites: &[SiteItem], language: Language) -> Vec<Choice> {
    let others: Vec<&SiteItem> = sites.iter().filter(|site| filter.matches_all_but_type(site)).collect();
    let group_choices = Group::ALL.into_iter().map(|group| Choice {
        code: group.code(),
        label: group.label(language).to_owned(),
        letter: Some(group.letter(language)),
        count: others.iter().filter(|site| site.group == group).count(),
        is_chosen: filter.types.contains(&TypeChoice::Group(group)),
    });
    // Single types come by links only; once chosen they stay in the form.
    let type_choices = filter.types.iter().filter_map(|choice| match choice {
        TypeChoice::Group(_) => None,
        TypeChoice::Type(site_type) => Some(Choice {
            code: choice.code(),
            label: site_type.label(language).to_owned(),
            letter: None,
            count: others.iter().filter(|site| site.site_type == Some(*site_type)).count(),
            is_chosen: true,
        }),
    });
    group_choices.chain(type_choices).collect()
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
