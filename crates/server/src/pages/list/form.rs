//! The filter form of a list page.

use super::tally::Tally;
use crate::pages::{
    format,
    frame::{Request, fill},
    groups::Group,
    listing::Listing,
    params::{Bound, Facet, Filter, ListQuery, ParamProblem, Sort, key},
};

/// A group of types as a link that adds it to the filter or takes it away.
#[derive(Clone, Debug)]
pub(crate) struct TypeTile {
    /// Code in the address, also its class name.
    pub(crate) code: &'static str,
    /// Name.
    pub(crate) label: &'static str,
    /// Letter on the map.
    pub(crate) letter: &'static str,
    /// Listings it gives, the other conditions being as they are.
    pub(crate) count: usize,
    /// Whether it is chosen.
    pub(crate) is_chosen: bool,
    /// The list with the choice turned round.
    pub(crate) href: String,
}

/// A choice of a facet.
#[derive(Clone, Debug)]
pub(crate) struct FacetOption {
    /// Id of its box.
    pub(crate) id: String,
    /// Value in the address.
    pub(crate) value: String,
    /// Name.
    pub(crate) label: String,
    /// Listings it gives, the other conditions being as they are.
    pub(crate) count: usize,
    /// Whether it is chosen.
    pub(crate) is_chosen: bool,
}

/// A facet with its choices.
#[derive(Clone, Debug)]
pub(crate) struct FacetField {
    /// Key in the address.
    pub(crate) name: &'static str,
    /// Name on the screen.
    pub(crate) heading: &'static str,
    /// Choices.
    pub(crate) options: Vec<FacetOption>,
    /// How many are chosen.
    pub(crate) active: usize,
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
    /// What is kept when the form is sent, but chosen elsewhere: types, place, order.
    pub(crate) kept: Vec<(&'static str, String)>,
    /// Sizes and price.
    pub(crate) numbers: Vec<NumberField>,
    /// Facets in which there is a choice.
    pub(crate) facets: Vec<FacetField>,
    /// Number of its conditions that are set.
    pub(crate) active: usize,
}

/// An order of the list as a link.
#[derive(Clone, Debug)]
pub(crate) struct SortLink {
    /// Name.
    pub(crate) label: &'static str,
    /// The list in this order.
    pub(crate) href: String,
    /// Whether it is in force.
    pub(crate) is_chosen: bool,
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
pub(super) fn form(
    request: &Request,
    query: &ListQuery,
    problems: &[ParamProblem],
    listings: &[Listing],
    tally: &Tally,
) -> FilterForm {
    let has_living_area = listings.iter().any(|listing| listing.living_area_m2.is_some());
    let is_of_use = |bound: &Bound| {
        *bound != Bound::LivingAreaMin || has_living_area || query.filter.bound(Bound::LivingAreaMin).is_some()
    };
    let numbers: Vec<NumberField> = Bound::ALL
        .into_iter()
        .filter(is_of_use)
        .map(|bound| number_field(request, bound, &query.filter, problems))
        .collect();
    let facets: Vec<FacetField> = Facet::ALL
        .into_iter()
        .filter(|facet| *facet != Facet::Type)
        .filter_map(|facet| facet_field(request, facet, &query.filter, tally))
        .collect();
    let set = Bound::ALL.into_iter().filter(|bound| query.filter.bound(*bound).is_some()).count();
    FilterForm {
        action: request.path.clone(),
        kept: kept(query),
        active: set + facets.iter().map(|facet| facet.active).sum::<usize>(),
        numbers,
        facets,
    }
}

fn kept(query: &ListQuery) -> Vec<(&'static str, String)> {
    let is_field =
        |name: &str| Bound::from_key(name).is_some() || Facet::from_key(name).is_some_and(|facet| facet != Facet::Type);
    let first = ListQuery { page: 1, ..query.clone() };
    first.pairs().into_iter().filter(|(name, _)| !is_field(name)).collect()
}

fn number_field(request: &Request, bound: Bound, filter: &Filter, problems: &[ParamProblem]) -> NumberField {
    let (label, unit) = match bound {
        Bound::AreaMin => ("ui.filter.area_min", "m²"),
        Bound::AreaMax => ("ui.filter.area_max", "m²"),
        Bound::LivingAreaMin => ("ui.filter.living_area_min", "m²"),
        Bound::PriceMax => ("ui.filter.price_max", "€"),
    };
    let refused = problems.iter().find(|problem| problem.key == bound.key()).map(|problem| problem.given.clone());
    let is_refused = refused.is_some();
    let written = || filter.bound(bound).map(|value| format::number(value, 2, request.language));
    let value = refused.or_else(written).unwrap_or_default();
    NumberField { name: bound.key(), label: request.text(label), value, unit, is_refused }
}

/// A facet; `None` where there is nothing to choose between.
fn facet_field(request: &Request, facet: Facet, filter: &Filter, tally: &Tally) -> Option<FacetField> {
    let occurring = tally.codes(facet);
    let chosen = filter.chosen(facet);
    let mut codes: Vec<&str> = match facet {
        Facet::Locality => occurring.clone(),
        _ => facet.codes().into_iter().filter(|code| occurring.contains(code)).collect(),
    };
    // What an address names is shown also where it is found nowhere, so that it can be taken away.
    codes.extend(chosen.iter().map(String::as_str).filter(|code| !occurring.contains(code)));
    let least = if facet == Facet::Available { 1 } else { 2 };
    if codes.len() < least && chosen.is_empty() {
        return None;
    }
    let option = |(index, code): (usize, &str)| FacetOption {
        id: format!("{}-{index}", facet.key()),
        value: code.to_owned(),
        label: facet.label(code, request.language),
        count: tally.of(facet, code),
        is_chosen: chosen.iter().any(|other| other == code),
    };
    Some(FacetField {
        name: facet.key(),
        heading: request.text(facet.heading()),
        options: codes.into_iter().enumerate().map(option).collect(),
        active: chosen.len(),
    })
}

/// The groups with the number of listings each would give.
pub(super) fn type_tiles(request: &Request, query: &ListQuery, tally: &Tally) -> Vec<TypeTile> {
    let tiles = Group::ALL.map(|group| {
        let code = group.code();
        let mut filter = query.filter.clone();
        let is_chosen = filter.chosen(Facet::Type).iter().any(|chosen| chosen == code);
        if is_chosen {
            filter.drop(Facet::Type, code);
        } else {
            filter.choose(Facet::Type, code);
        }
        TypeTile {
            code,
            label: group.label(request.language),
            letter: group.letter(request.language),
            count: tally.of(Facet::Type, code),
            is_chosen,
            href: request.link(&request.path, &query.with_filter(filter).pairs()),
        }
    });
    tiles.to_vec()
}

/// The orders of the list.
pub(super) fn sort_links(request: &Request, query: &ListQuery) -> Vec<SortLink> {
    let links = Sort::ALL.map(|sort| SortLink {
        label: request.text(sort.text_key()),
        href: request.link(&request.path, &ListQuery { sort, page: 1, ..query.clone() }.pairs()),
        is_chosen: sort == query.sort,
    });
    links.to_vec()
}

/// A problem of the query in words.
pub(crate) fn problem_line(request: &Request, problem: &ParamProblem) -> ProblemLine {
    let (field, label) = match problem.key {
        key::AREA_MIN => (Some(key::AREA_MIN), "ui.filter.area_min"),
        key::AREA_MAX => (Some(key::AREA_MAX), "ui.filter.area_max"),
        key::LIVING_AREA_MIN => (Some(key::LIVING_AREA_MIN), "ui.filter.living_area_min"),
        key::PRICE_MAX => (Some(key::PRICE_MAX), "ui.filter.price_max"),
        key::SORT => (None, "ui.filter.sort"),
        key::BBOX => (None, "ui.chip.bbox"),
        key::AREA => (None, "ui.chip.area"),
        key::CIRCLE => (None, "ui.chip.circle"),
        key::PAGE => (None, "ui.paging.label"),
        key::PARTS | key::THEME => (None, "ui.embed.look"),
        other => (None, Facet::from_key(other).map_or("ui.filter.type", Facet::heading)),
    };
    let reason = fill(request.text(problem.reason), &[("given", &problem.given)]);
    ProblemLine { field, label: request.text(label), reason }
}
