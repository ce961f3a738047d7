//! What a page's address can say: the query keys, and how their values are read and written.
//!
//! Pages ignore unknown keys. A known key with a value that makes no sense is a [`ParamProblem`]: the
//! page is still shown, without that filter, and says so beside the field.

mod facet;
mod filter;
mod link;
mod look;
mod place;

pub(crate) use facet::{Facet, Law, NOW};
pub(crate) use filter::{Bound, Clause, Filter, Verdict};
pub(crate) use link::{asked_language, href, percent_encoded, preferred_language};
pub(crate) use look::{Look, Parts, Theme};
pub(crate) use place::{Circle, Drawn, LonLatBox, Place};

use super::error_page::ErrorKind;

/// Query keys of the pages: German words, written down here and nowhere else.
pub(crate) mod key {
    /// Type of potential: a code of [`super::super::groups::Group`] or of a site type; may be repeated.
    pub(crate) const TYPE: &str = "typ";
    /// `jetzt`: can be had today.
    pub(crate) const AVAILABLE: &str = "frei";
    /// Name of an Ortsteil; may be repeated.
    pub(crate) const LOCALITY: &str = "ortsteil";
    /// Planning law: a code of [`super::Law`]; may be repeated.
    pub(crate) const LAW: &str = "recht";
    /// Servicing; may be repeated.
    pub(crate) const SERVICING: &str = "erschliessung";
    /// Condition of the building; may be repeated.
    pub(crate) const CONDITION: &str = "zustand";
    /// Protection as a monument; may be repeated.
    pub(crate) const MONUMENT: &str = "denkmal";
    /// Basis of the publication; may be repeated.
    pub(crate) const BASIS: &str = "grundlage";
    /// Least area of the plot in m².
    pub(crate) const AREA_MIN: &str = "flaeche_min";
    /// Greatest area of the plot in m².
    pub(crate) const AREA_MAX: &str = "flaeche_max";
    /// Least living area in m².
    pub(crate) const LIVING_AREA_MIN: &str = "wohnflaeche_min";
    /// Greatest price in EUR.
    pub(crate) const PRICE_MAX: &str = "preis_max";
    /// Box in CRS84: west, south, east, north.
    pub(crate) const BBOX: &str = "bbox";
    /// Drawn area in CRS84: lon,lat of each corner.
    pub(crate) const AREA: &str = "gebiet";
    /// Circle in CRS84: lon,lat,metres.
    pub(crate) const CIRCLE: &str = "umkreis";
    /// Order of the list, see [`super::Sort`].
    pub(crate) const SORT: &str = "sort";
    /// Language, a code of [`cadastre::texts::Language`].
    pub(crate) const LANGUAGE: &str = "lang";
    /// Page of the list, from 1.
    pub(crate) const PAGE: &str = "seite";
    /// What an embedded page shows, see [`super::Parts`].
    pub(crate) const PARTS: &str = "ui";
    /// Colours of an embedded page, see [`super::Theme`].
    pub(crate) const THEME: &str = "theme";
    /// Size of the frame of a snippet.
    pub(crate) const SIZE: &str = "groesse";
    /// Its width in pixels.
    pub(crate) const WIDTH: &str = "breite";
    /// Its height in pixels.
    pub(crate) const HEIGHT: &str = "hoehe";
    /// Language of what a snippet embeds, which need not be that of the page that makes it.
    pub(crate) const SNIPPET_LANGUAGE: &str = "sprache";
    /// Municipality in which a search begins: its AGS.
    pub(crate) const MUNICIPALITY: &str = "gemeinde";
    /// Listing to be compared: the id of a site or of a building; may be repeated.
    pub(crate) const ID: &str = "id";
    /// Words to search for.
    pub(crate) const SEARCH: &str = "suche";
}

/// The query of a page as it was typed: keys and values in order, decoded.
pub(crate) type RawParams = Vec<(String, String)>;

/// Order of the list. What a site does not show sorts last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// What was changed last comes first.
    #[default]
    Newest,
    /// Largest area first.
    AreaDescending,
    /// Smallest area first.
    AreaAscending,
    /// Lowest price first.
    Price,
    /// By title.
    Name,
}

impl Sort {
    /// Every order, as the form offers it.
    pub(crate) const ALL: [Self; 5] =
        [Self::Newest, Self::AreaDescending, Self::AreaAscending, Self::Price, Self::Name];

    /// The word in the address.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Newest => "neueste",
            Self::AreaDescending => "flaeche_ab",
            Self::AreaAscending => "flaeche",
            Self::Price => "preis",
            Self::Name => "name",
        }
    }

    /// Key of its label in the text catalogue.
    pub(crate) fn text_key(self) -> &'static str {
        match self {
            Self::Newest => "ui.sort.newest",
            Self::AreaDescending => "ui.sort.area_descending",
            Self::AreaAscending => "ui.sort.area_ascending",
            Self::Price => "ui.sort.price",
            Self::Name => "ui.sort.name",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}

/// What a list page was asked for, checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ListQuery {
    /// Conditions.
    pub(crate) filter: Filter,
    /// Order.
    pub(crate) sort: Sort,
    /// Page, from 1.
    pub(crate) page: usize,
    /// How it is shown inside of another page; elsewhere as ever.
    pub(crate) look: Look,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { filter: Filter::default(), sort: Sort::default(), page: 1, look: Look::default() }
    }
}

/// A value that makes no sense for its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParamProblem {
    /// The key.
    pub(crate) key: &'static str,
    /// What was given.
    pub(crate) given: String,
    /// Key of the reason in the text catalogue.
    pub(crate) reason: &'static str,
}

/// Reads the query of a list page: what makes sense, and what does not.
pub(crate) fn parse(raw: &[(String, String)]) -> (ListQuery, Vec<ParamProblem>) {
    let mut query = ListQuery::default();
    let mut problems = Vec::new();
    for (name, given) in raw {
        let text = given.trim();
        // A form sends its empty fields too.
        if text.is_empty() {
            continue;
        }
        if let Err((key, reason)) = read(&mut query, name, text) {
            problems.push(ParamProblem { key, given: text.chars().take(60).collect(), reason });
        }
    }
    if let (Some(min), Some(max)) = (query.filter.bound(Bound::AreaMin), query.filter.bound(Bound::AreaMax))
        && min > max
    {
        let given = max.to_string();
        problems.push(ParamProblem { key: key::AREA_MAX, given, reason: "ui.problem.area_order" });
        query.filter.set_bound(Bound::AreaMax, None);
    }
    (query, problems)
}

/// The same for what is taken away: a value that makes no sense is refused, as nobody would see that a filter was left
/// out.
pub(crate) fn parse_whole(raw: &[(String, String)]) -> Result<ListQuery, ErrorKind> {
    let (query, problems) = parse(raw);
    if problems.is_empty() { Ok(query) } else { Err(ErrorKind::BadRequest) }
}

/// Reads the query of an embedded page: that of a list page, and how it is to look.
pub(crate) fn parse_embedded(raw: &[(String, String)]) -> (ListQuery, Vec<ParamProblem>) {
    let (mut query, mut problems) = parse(raw);
    problems.extend(query.look.read(raw));
    (query, problems)
}

fn read(query: &mut ListQuery, name: &str, text: &str) -> Result<(), (&'static str, &'static str)> {
    const LONGEST_CODE: usize = 120;
    let filter = &mut query.filter;
    if let Some(facet) = Facet::from_key(name) {
        let code: String = text.chars().take(LONGEST_CODE).collect();
        if !facet.knows(&code) {
            return Err((facet.key(), "ui.problem.unknown_choice"));
        }
        filter.choose(facet, &code);
        return Ok(());
    }
    if let Some(bound) = Bound::from_key(name) {
        filter.set_bound(bound, Some(number(text).ok_or((bound.key(), "ui.problem.number"))?));
        return Ok(());
    }
    match name {
        key::BBOX => filter.place.bbox = Some(LonLatBox::parse(text).ok_or((key::BBOX, "ui.problem.bbox"))?),
        key::AREA => filter.place.drawn = Some(Drawn::parse(text).ok_or((key::AREA, "ui.problem.area"))?),
        key::CIRCLE => filter.place.circle = Some(Circle::parse(text).ok_or((key::CIRCLE, "ui.problem.circle"))?),
        key::SORT => query.sort = Sort::from_code(text).ok_or((key::SORT, "ui.problem.unknown_choice"))?,
        key::PAGE => {
            query.page = text.parse().ok().filter(|page| *page >= 1).ok_or((key::PAGE, "ui.problem.page"))?;
        }
        _ => {}
    }
    Ok(())
}

/// A number as people type it into a field, not negative: `830`, `1.200`, `1 200`, `830,5`.
fn number(text: &str) -> Option<f64> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    grouped(&compact)
        .or_else(|| cadastre::raw::parse_number(&compact))
        .filter(|number| *number >= 0.0 && number.is_finite())
        // Two decimals are more than any field needs, and never look like a group of thousands.
        .map(|number| (number * 100.0).round() / 100.0)
}

/// `1.200` and `45,000` are thousands in a field for whole m² or euros, in whatever language they were typed.
fn grouped(text: &str) -> Option<f64> {
    let separator = text.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '.' | ','))?;
    let mut groups = text.split(separator);
    let first = groups.next().filter(|group| (1..=3).contains(&group.len()))?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = rest.iter().chain([&first]).all(|group| group.bytes().all(|b| b.is_ascii_digit()))
        && rest.iter().all(|group| group.len() == 3);
    is_grouped.then(|| format!("{first}{}", rest.concat()).parse().ok()).flatten()
}

impl ListQuery {
    /// The query as it is written into links: defaults left out, keys in a fixed order.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filter_pairs();
        if self.sort != Sort::default() {
            pairs.push((key::SORT, self.sort.code().to_owned()));
        }
        if self.page > 1 {
            pairs.push((key::PAGE, self.page.to_string()));
        }
        pairs.extend(self.look.pairs());
        pairs
    }

    /// Its conditions alone.
    pub(crate) fn filter_pairs(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        let chosen = |facet: Facet| filter.chosen(facet).iter().map(move |code| (facet.key(), code.clone()));
        let bound = |bound: Bound| Some((bound.key(), filter.bound(bound)?.to_string()));
        let place = &filter.place;
        let places = [
            place.bbox.map(|bbox| (key::BBOX, bbox.to_string())),
            place.drawn.as_ref().map(|drawn| (key::AREA, drawn.to_string())),
            place.circle.map(|circle| (key::CIRCLE, circle.to_string())),
        ];
        let facets = Facet::ALL.into_iter().flat_map(chosen);
        facets.chain(Bound::ALL.into_iter().filter_map(bound)).chain(places.into_iter().flatten()).collect()
    }

    /// The first page of the result with another filter.
    #[must_use]
    pub(crate) fn with_filter(&self, filter: Filter) -> Self {
        Self { filter, sort: self.sort, page: 1, look: self.look }
    }
}

#[cfg(test)]
mod tests;
