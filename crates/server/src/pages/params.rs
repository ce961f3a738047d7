//! What a page's address can say: the query keys, and how their values are read and written.
//!
//! Pages ignore unknown keys. A known key with a value that makes no sense is a [`ParamProblem`]: the
//! page is still shown, without that filter, and says so beside the field.

use cadastre::{codes::CodeList, codes::SiteType, texts::Language};

use super::groups::Group;

/// Query keys of the pages: German words, written down here and nowhere else.
pub(crate) mod key {
    /// Type of potential: a code of [`super::Group`] or of a site type; may be repeated.
    pub(crate) const TYPE: &str = "typ";
    /// Least area in m².
    pub(crate) const AREA_MIN: &str = "flaeche_min";
    /// Greatest area in m².
    pub(crate) const AREA_MAX: &str = "flaeche_max";
    /// Greatest price in EUR.
    pub(crate) const PRICE_MAX: &str = "preis_max";
    /// Name of an Ortsteil.
    pub(crate) const LOCALITY: &str = "ortsteil";
    /// Box in CRS84: west, south, east, north.
    pub(crate) const BBOX: &str = "bbox";
    /// Order of the list, see [`super::Sort`].
    pub(crate) const SORT: &str = "sort";
    /// Language, `de` or `en`.
    pub(crate) const LANGUAGE: &str = "lang";
    /// Page of the list, from 1.
    pub(crate) const PAGE: &str = "seite";
}

/// The query of a page as it was typed: keys and values in order, decoded.
pub(crate) type RawParams = Vec<(String, String)>;

/// A choice of the type filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeChoice {
    /// A group, as the form offers it.
    Group(Group),
    /// A single site type, for links from elsewhere.
    Type(SiteType),
}

impl TypeChoice {
    fn from_code(code: &str) -> Option<Self> {
        Group::from_code(code).map(Self::Group).or_else(|| SiteType::from_code(code).map(Self::Type))
    }

    /// The code in the address.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Group(group) => group.code(),
            Self::Type(site_type) => site_type.code(),
        }
    }
}

/// A box in CRS84, degrees. West may be greater than east: the box then crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LonLatBox {
    /// Least longitude.
    pub(crate) west: f64,
    /// Least latitude.
    pub(crate) south: f64,
    /// Greatest longitude.
    pub(crate) east: f64,
    /// Greatest latitude.
    pub(crate) north: f64,
}

impl LonLatBox {
    /// Reads `west,south,east,north`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<f64> = text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().ok()?;
        let [west, south, east, north] = numbers.try_into().ok()?;
        let is_lon = |x: f64| (-180.0..=180.0).contains(&x);
        let is_lat = |y: f64| (-90.0..=90.0).contains(&y);
        let is_box = is_lon(west) && is_lon(east) && is_lat(south) && is_lat(north) && south <= north;
        is_box.then_some(Self { west, south, east, north })
    }
}

impl LonLatBox {
    /// The smallest box around both; neither crosses the antimeridian.
    pub(crate) fn joined(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }
}

impl From<geo_types::Rect> for LonLatBox {
    fn from(rect: geo_types::Rect) -> Self {
        Self { west: rect.min().x, south: rect.min().y, east: rect.max().x, north: rect.max().y }
    }
}

impl From<LonLatBox> for [f64; 4] {
    fn from(bbox: LonLatBox) -> Self {
        [bbox.west, bbox.south, bbox.east, bbox.north]
    }
}

impl std::fmt::Display for LonLatBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{},{},{}", self.west, self.south, self.east, self.north)
    }
}

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

/// Conditions on sites. An empty filter lets everything pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// Any of these types; empty: all.
    pub(crate) types: Vec<TypeChoice>,
    /// Least area in m².
    pub(crate) area_min_m2: Option<f64>,
    /// Greatest area in m².
    pub(crate) area_max_m2: Option<f64>,
    /// Greatest price in EUR.
    pub(crate) price_max_eur: Option<f64>,
    /// Name of the Ortsteil.
    pub(crate) locality: Option<String>,
    /// Box that the site must touch.
    pub(crate) bbox: Option<LonLatBox>,
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
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { filter: Filter::default(), sort: Sort::default(), page: 1 }
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
    if let (Some(min), Some(max)) = (query.filter.area_min_m2, query.filter.area_max_m2)
        && min > max
    {
        let given = max.to_string();
        problems.push(ParamProblem { key: key::AREA_MAX, given, reason: "ui.problem.area_order" });
        query.filter.area_max_m2 = None;
    }
    (query, problems)
}

fn read(query: &mut ListQuery, name: &str, text: &str) -> Result<(), (&'static str, &'static str)> {
    let filter = &mut query.filter;
    match name {
        key::TYPE => {
            let choice = TypeChoice::from_code(text).ok_or((key::TYPE, "ui.problem.unknown_choice"))?;
            if !filter.types.contains(&choice) {
                filter.types.push(choice);
            }
        }
        key::AREA_MIN => filter.area_min_m2 = Some(number(key::AREA_MIN, text)?),
        key::AREA_MAX => filter.area_max_m2 = Some(number(key::AREA_MAX, text)?),
        key::PRICE_MAX => filter.price_max_eur = Some(number(key::PRICE_MAX, text)?),
        key::LOCALITY => filter.locality = Some(text.chars().take(120).collect()),
        key::BBOX => filter.bbox = Some(LonLatBox::parse(text).ok_or((key::BBOX, "ui.problem.bbox"))?),
        key::SORT => query.sort = Sort::from_code(text).ok_or((key::SORT, "ui.problem.unknown_choice"))?,
        key::PAGE => {
            query.page = text.parse().ok().filter(|page| *page >= 1).ok_or((key::PAGE, "ui.problem.page"))?;
        }
        _ => {}
    }
    Ok(())
}

/// A number as people type it into a field, not negative: `830`, `1.200`, `1 200`, `830,5`.
fn number(key: &'static str, text: &str) -> Result<f64, (&'static str, &'static str)> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    grouped(&compact)
        .or_else(|| cadastre::raw::parse_number(&compact))
        .filter(|number| *number >= 0.0 && number.is_finite())
        // Two decimals are more than any field needs, and never look like a group of thousands.
        .map(|number| (number * 100.0).round() / 100.0)
        .ok_or((key, "ui.problem.number"))
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
        let filter = &self.filter;
        let mut pairs: Vec<(&'static str, String)> =
            filter.types.iter().map(|choice| (key::TYPE, choice.code().to_owned())).collect();
        let numbers = [
            (key::AREA_MIN, filter.area_min_m2),
            (key::AREA_MAX, filter.area_max_m2),
            (key::PRICE_MAX, filter.price_max_eur),
        ];
        pairs.extend(numbers.into_iter().filter_map(|(key, number)| Some((key, number?.to_string()))));
        pairs.extend(filter.locality.iter().map(|locality| (key::LOCALITY, locality.clone())));
        pairs.extend(filter.bbox.map(|bbox| (key::BBOX, bbox.to_string())));
        if self.sort != Sort::default() {
            pairs.push((key::SORT, self.sort.code().to_owned()));
        }
        if self.page > 1 {
            pairs.push((key::PAGE, self.page.to_string()));
        }
        pairs
    }
}

/// Writes a path with a query; the language goes last, and only if it was asked for.
pub(crate) fn href(path: &str, pairs: &[(&'static str, String)], language: Option<Language>) -> String {
    let language = language.map(|language| (key::LANGUAGE, language.tag().to_owned()));
    let query: Vec<String> =
        pairs.iter().chain(&language).map(|(key, value)| format!("{key}={}", percent_encoded(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// Percent-encodes what RFC 3986 does not reserve for a query; commas stay legible.
pub(crate) fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Language asked for by the query, if it names one that there is.
pub(crate) fn asked_language(raw: &[(String, String)]) -> Option<Language> {
    raw.iter().rev().find(|(name, _)| name == key::LANGUAGE).and_then(|(_, tag)| Language::from_tag(tag.trim()))
}

/// Language a browser prefers (RFC 9110, 12.5.4); German where it names none that there is.
pub(crate) fn preferred_language(accept_language: Option<&str>) -> Language {
    let ranges = accept_language.unwrap_or_default().split(',').filter_map(|range| {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())?;
        let language = Language::from_tag(&tag.trim().split('-').next()?.to_ascii_lowercase())?;
        (weight > 0.0).then_some((language, weight))
    });
    // Of equals the first named wins.
    ranges.fold((Language::default(), 0.0), |best, range| if range.1 > best.1 { range } else { best }).0
}

#[cfg(test)]
#[path = "params_tests.rs"]
mod tests;
