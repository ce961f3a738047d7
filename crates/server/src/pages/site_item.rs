//! A site as the list and the filters see it: values of its public view, nothing else.

use cadastre::{
    Ags,
    codes::{Basis, CodeList as _, SiteType},
    publication::View,
    texts::Language,
    value::ValueRef,
};

use super::{
    groups::Group,
    params::{Filter, Sort, TypeChoice},
};

/// A public site.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SiteItem {
    /// Public id.
    pub(crate) id: String,
    /// Municipality.
    pub(crate) ags: Ags,
    /// Name of the municipality.
    pub(crate) municipality: Option<String>,
    /// What it is called on the screen.
    pub(crate) title: String,
    /// Group of its type.
    pub(crate) group: Group,
    /// Type, where public.
    pub(crate) site_type: Option<SiteType>,
    /// Basis of its publication.
    pub(crate) basis: Option<Basis>,
    /// Area in m².
    pub(crate) area_m2: Option<f64>,
    /// Price in EUR.
    pub(crate) price_eur: Option<f64>,
    /// Ortsteil.
    pub(crate) locality: Option<String>,
    /// Street.
    pub(crate) street: Option<String>,
    /// Cadastral district.
    pub(crate) district: Option<String>,
    /// Whether its data are made up.
    pub(crate) is_example: bool,
    /// Revision of its record: what was changed last comes first.
    pub(crate) revision: u64,
}

/// A text property of a view, if it shows one.
pub(crate) fn text_of(view: &View<'_>, name: &str) -> Option<String> {
    match view.value(name) {
        ValueRef::Text(text) if !text.trim().is_empty() => Some(text.into_owned()),
        _ => None,
    }
}

fn real_of(view: &View<'_>, name: &str) -> Option<f64> {
    match view.value(name) {
        ValueRef::Real(x) => Some(x),
        _ => None,
    }
}

impl SiteItem {
    /// From what the public sees of a site. `None` for a view of anything else.
    pub(crate) fn from_view(view: &View<'_>, revision: u64, language: Language) -> Option<Self> {
        let ags = view.ags().filter(|_| view.collection() == Some(cadastre::property::Collection::Sites))?;
        let site_type = text_of(view, "type").and_then(|code| SiteType::from_code(&code));
        let mut item = Self {
            id: view.id().to_owned(),
            ags,
            municipality: text_of(view, "municipality"),
            title: String::new(),
            group: Group::of(site_type),
            site_type,
            basis: view.basis(),
            area_m2: real_of(view, "area_m2"),
            price_eur: real_of(view, "price_eur"),
            locality: text_of(view, "locality"),
            street: text_of(view, "street"),
            district: text_of(view, "district"),
            is_example: view.is_example(),
            revision,
        };
        item.title = text_of(view, "name").unwrap_or_else(|| item.made_up_title(language));
        Some(item)
    }

    fn made_up_title(&self, language: Language) -> String {
        let place = self.street.as_ref().or(self.locality.as_ref()).or(self.district.as_ref());
        let kind = self.kind(language);
        place.map_or_else(|| kind.to_owned(), |place| format!("{kind}, {place}"))
    }

    /// Its type in words, or what its group is called where the type is not public.
    pub(crate) fn kind(&self, language: Language) -> &'static str {
        self.site_type.map_or_else(|| self.group.singular(language), |site_type| site_type.label(language))
    }

    /// Where it lies, in words: street, Ortsteil, municipality; what the title says already is left out.
    pub(crate) fn place(&self) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for part in [&self.street, &self.locality, &self.municipality].into_iter().flatten() {
            if !parts.contains(&part.as_str()) && !self.title.ends_with(part.as_str()) {
                parts.push(part);
            }
        }
        parts.join(", ")
    }
}

impl Filter {
    /// Whether a site passes. A property that the site does not show meets no condition.
    ///
    /// Of the box it says nothing: a [`SiteItem`] has no geometry, the snapshot searches it exactly.
    pub(crate) fn matches(&self, site: &SiteItem) -> bool {
        self.matches_type(site) && self.matches_all_but_type(site)
    }

    /// Whether a site passes every condition but that on the type: the base of the counts at the choices.
    pub(crate) fn matches_all_but_type(&self, site: &SiteItem) -> bool {
        self.area_min_m2.is_none_or(|min| site.area_m2.is_some_and(|area| area >= min))
            && self.area_max_m2.is_none_or(|max| site.area_m2.is_some_and(|area| area <= max))
            && self.price_max_eur.is_none_or(|max| site.price_eur.is_some_and(|price| price <= max))
            && self.locality.as_ref().is_none_or(|locality| site.locality.as_ref() == Some(locality))
    }

    fn matches_type(&self, site: &SiteItem) -> bool {
        self.types.is_empty()
            || self.types.iter().any(|choice| match choice {
                TypeChoice::Group(group) => *group == site.group,
                TypeChoice::Type(site_type) => site.site_type == Some(*site_type),
            })
    }
}

/// Puts sites in order. What a site does not show sorts last; equals by title, then id.
pub(crate) fn sort(sites: &mut [SiteItem], order: Sort) {
    let by_value = |a: Option<f64>, b: Option<f64>, ascending: bool| match (a, b) {
        (Some(a), Some(b)) if ascending => a.total_cmp(&b),
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    sites.sort_by(|a, b| {
        let first = match order {
            Sort::Newest => b.revision.cmp(&a.revision),
            Sort::AreaDescending => by_value(a.area_m2, b.area_m2, false),
            Sort::AreaAscending => by_value(a.area_m2, b.area_m2, true),
            Sort::Price => by_value(a.price_eur, b.price_eur, true),
            Sort::Name => std::cmp::Ordering::Equal,
        };
        first.then_with(|| a.title.to_lowercase().cmp(&b.title.to_lowercase())).then_with(|| a.id.cmp(&b.id))
    });
}

#[cfg(test)]
#[path = "site_item_tests.rs"]
mod tests;
