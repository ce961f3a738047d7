//! The conditions of a list page that are set, each with a link that takes it away.

use super::tally::Tally;
use crate::pages::{
    format,
    frame::{Request, counted, fill},
    groups::Group,
    params::{Bound, Clause, Facet, Filter, ListQuery, Place},
};

/// A condition that is set, with the address without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chip {
    /// The condition in words.
    pub(crate) label: String,
    /// The list without it.
    pub(crate) href: String,
}

/// A condition without which something would be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Relaxation {
    /// The condition in words.
    pub(crate) label: String,
    /// "12 Flächen".
    pub(crate) count: String,
    /// The list without it.
    pub(crate) href: String,
}

/// The conditions in words; the groups of types are not among them: their tiles show what is chosen.
pub(super) fn chips(request: &Request, query: &ListQuery) -> Vec<Chip> {
    let chip = |label: String, filter: Filter| Chip { label, href: link(request, query, filter) };
    let mut chips = Vec::new();
    for facet in Facet::ALL {
        for code in query.filter.chosen(facet) {
            if facet == Facet::Type && Group::from_code(code).is_some() {
                continue;
            }
            let mut without = query.filter.clone();
            without.drop(facet, code);
            chips.push(chip(facet.label(code, request.language), without));
        }
    }
    for bound in Bound::ALL {
        if let Some(value) = query.filter.bound(bound) {
            chips.push(chip(bound_label(request, bound, value), query.filter.without(Clause::Bound(bound))));
        }
    }
    let place = &query.filter.place;
    let places = [
        (place.bbox.is_some(), "ui.chip.bbox", Place { bbox: None, ..place.clone() }),
        (place.drawn.is_some(), "ui.chip.area", Place { drawn: None, ..place.clone() }),
        (place.circle.is_some(), "ui.chip.circle", Place { circle: None, ..place.clone() }),
    ];
    for (_, label, place) in places.into_iter().filter(|(is_set, ..)| *is_set) {
        let mut without = query.filter.clone();
        without.place = place;
        chips.push(chip(request.text(label).to_owned(), without));
    }
    chips
}

/// What would be found if one condition were left out; what helps most comes first.
pub(super) fn relaxations(request: &Request, query: &ListQuery, tally: &Tally) -> Vec<Relaxation> {
    let mut helpful: Vec<(Clause, usize)> = Clause::all()
        .filter(|clause| query.filter.asks(*clause))
        .map(|clause| (clause, tally.without(clause)))
        .filter(|(_, count)| *count > tally.matched)
        .collect();
    helpful.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let relaxation = |(clause, count): (Clause, usize)| Relaxation {
        label: clause_label(request, &query.filter, clause),
        count: counted(count, "ui.list.count.one", "ui.list.count.other", request.language),
        href: link(request, query, query.filter.without(clause)),
    };
    helpful.into_iter().map(relaxation).collect()
}

fn link(request: &Request, query: &ListQuery, filter: Filter) -> String {
    request.link(&request.path, &query.with_filter(filter).pairs())
}

fn clause_label(request: &Request, filter: &Filter, clause: Clause) -> String {
    match clause {
        Clause::Facet(facet) => {
            let labels: Vec<String> =
                filter.chosen(facet).iter().map(|code| facet.label(code, request.language)).collect();
            labels.join(", ")
        }
        Clause::Bound(bound) => bound_label(request, bound, filter.bound(bound).unwrap_or_default()),
        Clause::Place => request.text("ui.chip.place").to_owned(),
    }
}

fn bound_label(request: &Request, bound: Bound, value: f64) -> String {
    let language = request.language;
    let (text, words) = match bound {
        Bound::AreaMin => ("ui.chip.area_min", format::area(value, language)),
        Bound::AreaMax => ("ui.chip.area_max", format::area(value, language)),
        Bound::LivingAreaMin => ("ui.chip.living_area_min", format::area(value, language)),
        Bound::PriceMax => ("ui.chip.price_max", format::price(value, language)),
    };
    fill(request.text(text), &[("value", &words)])
}
