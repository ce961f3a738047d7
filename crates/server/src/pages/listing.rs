//! An entry of the list: a site, or a building whose vacancy is published. Values of its public view, nothing else.

use cadastre::{
    Ags, Day,
    codes::{Basis, CodeList, Condition, Monument, PlanningLaw, Servicing, SiteStatus, SiteType, VacancyDegree},
    property::Collection,
    publication::View,
    texts::Language,
    value::ValueRef,
};

use super::{
    groups::Group,
    params::{Facet, Law, NOW, Sort, percent_encoded},
    photos::Photo,
};

/// What an entry is a record of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// A site.
    Site,
    /// A building with its vacancy record.
    Building,
}

impl Record {
    /// Collection of the API.
    pub(crate) fn collection(self) -> &'static str {
        match self {
            Self::Site => "sites",
            Self::Building => "buildings",
        }
    }
}

/// An entry of the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listing {
    /// What it is a record of.
    pub(crate) record: Record,
    /// Public id.
    pub(crate) id: String,
    /// Municipality.
    pub(crate) ags: Ags,
    /// Name of the municipality.
    pub(crate) municipality: Option<String>,
    /// What it is called on the screen.
    pub(crate) title: String,
    /// Its type in words, or what its group is called where the type is not public.
    pub(crate) kind: String,
    /// Group of its type.
    pub(crate) group: Group,
    /// Type of a site, where public.
    pub(crate) site_type: Option<SiteType>,
    /// Where in its life a site is, where public.
    pub(crate) status: Option<SiteStatus>,
    /// How much of a building is vacant.
    pub(crate) degree: Option<VacancyDegree>,
    /// Basis of its publication.
    pub(crate) basis: Option<Basis>,
    /// Area of the plot in m².
    pub(crate) area_m2: Option<f64>,
    /// Living area in m².
    pub(crate) living_area_m2: Option<f64>,
    /// Price in EUR.
    pub(crate) price_eur: Option<f64>,
    /// Ortsteil.
    pub(crate) locality: Option<String>,
    /// Street.
    pub(crate) street: Option<String>,
    /// Cadastral district.
    pub(crate) district: Option<String>,
    /// Its first picture.
    pub(crate) photo: Option<Photo>,
    /// Planning law, as the filter groups it.
    pub(crate) law: Option<Law>,
    /// Servicing.
    pub(crate) servicing: Option<Servicing>,
    /// Condition of the building.
    pub(crate) condition: Option<Condition>,
    /// Protection as a monument.
    pub(crate) monument: Option<Monument>,
    /// Whether it says that it can be had today.
    pub(crate) is_available: bool,
    /// Whether its data are made up.
    pub(crate) is_example: bool,
    /// Revision of its record: what was changed last comes first.
    pub(crate) revision: u64,
    /// Whether it lies where the query looks, at least in part.
    pub(crate) is_in_place: bool,
}

/// Where a building stands: what its record does not say, but everybody may know of any place.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Whereabouts<'a> {
    /// Name of the municipality.
    pub(crate) municipality: Option<&'a str>,
    /// Ortsteil.
    pub(crate) locality: Option<&'a str>,
    /// Cadastral district.
    pub(crate) district: Option<&'a str>,
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

fn code_of<C: CodeList>(view: &View<'_>, name: &str) -> Option<C> {
    match view.value(name) {
        ValueRef::Text(code) => C::from_code(&code),
        _ => None,
    }
}

impl Listing {
    /// From what the public sees of a site on a day. `None` for a view of anything else.
    pub(crate) fn of_site(view: &View<'_>, revision: u64, day: Day, language: Language) -> Option<Self> {
        let ags = view.ags().filter(|_| view.collection() == Some(Collection::Sites))?;
        let site_type: Option<SiteType> = code_of(view, "type");
        let group = Group::of(site_type);
        let status: Option<SiteStatus> = code_of(view, "status");
        let kind = site_type.map_or_else(|| group.singular(language), |site_type| site_type.label(language));
        let is_due = matches!(view.value("available_from"), ValueRef::Date(from) if from <= day);
        let mut listing = Self {
            record: Record::Site,
            id: view.id().to_owned(),
            ags,
            municipality: text_of(view, "municipality"),
            title: String::new(),
            kind: kind.to_owned(),
            group,
            site_type,
            status,
            degree: None,
            basis: view.basis(),
            area_m2: real_of(view, "area_m2"),
            living_area_m2: None,
            price_eur: real_of(view, "price_eur"),
            locality: text_of(view, "locality"),
            street: text_of(view, "street"),
            district: text_of(view, "district"),
            photo: None,
            law: code_of::<PlanningLaw>(view, "planning_law").and_then(Law::of),
            servicing: code_of(view, "servicing"),
            condition: code_of(view, "condition"),
            monument: code_of(view, "monument"),
            is_available: is_due && status != Some(SiteStatus::Reserved),
            is_example: view.is_example(),
            revision,
            is_in_place: true,
        };
        listing.title = text_of(view, "name").unwrap_or_else(|| listing.made_up_title());
        Some(listing)
    }

    /// From what the public sees of a building. `None` for a view of anything else, or without a vacancy record.
    pub(crate) fn of_building(
        view: &View<'_>,
        whereabouts: Whereabouts<'_>,
        revision: u64,
        language: Language,
    ) -> Option<Self> {
        let ags = view.ags().filter(|_| view.collection() == Some(Collection::Buildings) && view.shows_vacancy())?;
        let function = text_of(view, "function");
        let group = Group::of_building(function.as_deref());
        // A code of the official cadastre says nothing to a visitor.
        let kind = function.filter(|function| !function.bytes().all(|b| b.is_ascii_digit() || b == b'_'));
        let mut listing = Self {
            record: Record::Building,
            id: view.id().to_owned(),
            ags,
            municipality: whereabouts.municipality.map(str::to_owned),
            title: String::new(),
            kind: kind.unwrap_or_else(|| group.singular(language).to_owned()),
            group,
            site_type: None,
            status: None,
            degree: code_of(view, "vacancy_degree"),
            basis: view.basis(),
            area_m2: None,
            living_area_m2: real_of(view, "living_area_m2"),
            price_eur: None,
            locality: whereabouts.locality.map(str::to_owned),
            street: None,
            district: whereabouts.district.map(str::to_owned),
            photo: None,
            law: None,
            servicing: None,
            condition: code_of(view, "condition"),
            monument: code_of(view, "monument"),
            is_available: false,
            is_example: view.is_example(),
            revision,
            is_in_place: true,
        };
        listing.title = listing.made_up_title();
        Some(listing)
    }

    fn made_up_title(&self) -> String {
        let place = self.street.as_ref().or(self.locality.as_ref()).or(self.district.as_ref());
        let kind = &self.kind;
        place.map_or_else(|| kind.clone(), |place| format!("{kind}, {place}"))
    }

    /// Path of its page.
    pub(crate) fn path(&self) -> String {
        let folder = match self.record {
            Record::Site => "flaeche",
            Record::Building => "gebaeude",
        };
        format!("/{folder}/{}", percent_encoded(&self.id))
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

    /// Its code in a facet, where it shows one.
    pub(crate) fn code_in(&self, facet: Facet) -> Option<&str> {
        match facet {
            Facet::Type => Some(self.group.code()),
            Facet::Available => self.is_available.then_some(NOW),
            Facet::Locality => self.locality.as_deref(),
            Facet::Law => self.law.map(Law::code),
            Facet::Servicing => self.servicing.map(CodeList::code),
            Facet::Condition => self.condition.map(CodeList::code),
            Facet::Monument => self.monument.map(CodeList::code),
            Facet::Basis => self.basis.map(CodeList::code),
        }
    }

    /// Whether it has a code that an address may name.
    pub(crate) fn has(&self, facet: Facet, code: &str) -> bool {
        self.code_in(facet) == Some(code)
            || (facet == Facet::Type && self.site_type.is_some_and(|site_type| site_type.code() == code))
    }
}

/// Puts listings in order. What a listing does not show sorts last; equals by title, then id.
pub(crate) fn sort(listings: &mut [Listing], order: Sort) {
    let by_value = |a: Option<f64>, b: Option<f64>, ascending: bool| match (a, b) {
        (Some(a), Some(b)) if ascending => a.total_cmp(&b),
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    let offered = |listing: &Listing| match listing.basis {
        Some(Basis::Offer) => 0,
        Some(Basis::Consent) => 1,
        Some(Basis::Register) | None => 2,
    };
    listings.sort_by_cached_key(|listing| (listing.title.to_lowercase(), listing.id.clone()));
    listings.sort_by(|a, b| match order {
        // An import is one revision: what is offered then comes before what is only recorded.
        Sort::Newest => b.revision.cmp(&a.revision).then_with(|| offered(a).cmp(&offered(b))),
        Sort::AreaDescending => by_value(a.area_m2, b.area_m2, false),
        Sort::AreaAscending => by_value(a.area_m2, b.area_m2, true),
        Sort::Price => by_value(a.price_eur, b.price_eur, true),
        Sort::Name => std::cmp::Ordering::Equal,
    });
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
