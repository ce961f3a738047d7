//! A record's public facts in words: label and value, in the order they are read.

use cadastre::{
    property::{Collection, Property},
    publication::View,
    texts::{Language, find, text},
    value::ValueRef,
};

use super::{format, listing::Listing};

/// One line of the facts of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// Name of the property.
    pub(crate) name: &'static str,
    /// Its label on the screen.
    pub(crate) label: &'static str,
    /// Its value in words.
    pub(crate) value: String,
    /// What the value means, where it can be said.
    pub(crate) note: Option<String>,
}

const SITE_FACTS: &[&str] = &[
    "type",
    "area_m2",
    "price_eur",
    "available_from",
    "status",
    "planning_law",
    "servicing",
    "condition",
    "monument",
    "street",
    "locality",
    "district",
    "numbers",
];

const BUILDING_FACTS: &[&str] =
    &["vacancy_degree", "vacant_since", "living_area_m2", "condition", "monument", "built_year", "storeys"];

const PARCEL_FACTS: &[&str] =
    &["number", "district", "municipality", "official_area_m2", "street", "land_use", "parcel_id", "source_date"];

/// What the public reads about a site. What it does not show is left out.
pub(crate) fn of_site(view: &View<'_>, language: Language) -> Vec<Fact> {
    let mut facts = of(view, Collection::Sites, SITE_FACTS, language);
    if let Some(dwellings) = dwellings(view, language) {
        let after_price = facts.iter().take_while(|fact| !matches!(fact.name, "planning_law" | "servicing")).count();
        facts.insert(after_price.min(facts.len()), dwellings);
    }
    facts
}

/// What the public reads about a building whose vacancy is published, and where it stands.
pub(crate) fn of_building(view: &View<'_>, listing: &Listing, language: Language) -> Vec<Fact> {
    let label = |name: &'static str| label(name, language);
    let fact = |name: &'static str, value: &str| Fact { name, label: label(name), value: value.to_owned(), note: None };
    let mut facts = vec![fact("type", &listing.kind)];
    facts.extend(of(view, Collection::Buildings, BUILDING_FACTS, language));
    facts.extend(listing.locality.as_deref().map(|name| fact("locality", name)));
    facts.extend(listing.district.as_deref().map(|name| fact("district", name)));
    facts
}

/// What everybody reads about a parcel: base data of the official cadastre.
pub(crate) fn of_parcel(view: &View<'_>, language: Language) -> Vec<Fact> {
    of(view, Collection::Parcels, PARCEL_FACTS, language)
}

fn of(view: &View<'_>, collection: Collection, names: &[&str], language: Language) -> Vec<Fact> {
    let properties = names.iter().filter_map(|name| collection.property(name));
    properties.filter_map(|property| fact(view, property, language)).collect()
}

fn fact(view: &View<'_>, property: &'static Property, language: Language) -> Option<Fact> {
    let value = in_words(&view.value(property.name), property, language)?;
    Some(Fact { name: property.name, label: label(property.name, language), value, note: None })
}

/// Label of a property: without the unit where the value is written with it.
fn label(name: &'static str, language: Language) -> &'static str {
    find(&format!("ui.fact.{name}"), language).or_else(|| find(&format!("property.{name}"), language)).unwrap_or(name)
}

fn in_words(value: &ValueRef<'_>, property: &Property, language: Language) -> Option<String> {
    Some(match value {
        ValueRef::Null => return None,
        ValueRef::Text(code) if property.code_list.is_some() => {
            let list = property.code_list.unwrap_or_default();
            find(&format!("{list}.{code}"), language).map_or_else(|| code.to_string(), str::to_owned)
        }
        ValueRef::Text(text) => text.to_string(),
        // A year is no quantity: it has no groups of thousands.
        ValueRef::Integer(n) if property.name.ends_with("_year") => n.to_string(),
        ValueRef::Integer(n) => format::number(*n as f64, 0, language),
        ValueRef::Real(x) => match property.name {
            "official_area_m2" => format::official_area(*x, language),
            "price_eur" => format::price(*x, language),
            name if name.ends_with("_m2") => format::area(*x, language),
            _ => format::number(*x, 2, language),
        },
        ValueRef::Boolean(yes) => text(if *yes { "ui.yes" } else { "ui.no" }, language).to_owned(),
        ValueRef::Date(day) => format::day(*day, language),
        ValueRef::Timestamp(at) => format::day(at.to_zoned(jiff::tz::TimeZone::UTC).date(), language),
        ValueRef::List(texts) if texts.is_empty() => return None,
        ValueRef::List(texts) => texts.join(", "),
    })
}

/// The span of possible dwellings as one fact: "2 bis 4".
fn dwellings(view: &View<'_>, language: Language) -> Option<Fact> {
    let count = |name: &str| match view.value(name) {
        ValueRef::Integer(n) => Some(n),
        _ => None,
    };
    let value = match (count("dwellings_min"), count("dwellings_max")) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min} {} {max}", text("ui.to", language)),
        (Some(min), None) => format!("{} {min}", text("ui.at_least", language)),
        (None, Some(max)) => format!("{} {max}", text("ui.at_most", language)),
        (None, None) => return None,
    };
    Some(Fact { name: "dwellings", label: text("ui.fact.dwellings", language), value, note: None })
}

#[cfg(test)]
mod tests {
    use cadastre::texts::Language;

    use super::{of_parcel, of_site};
    use crate::pages::fixtures::Town;

    fn written(facts: &[super::Fact]) -> Vec<String> {
        facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)).collect()
    }

    #[test]
    fn an_offer_shows_all_its_facts_in_words() {
        let town = Town::new();
        let facts = of_site(&town.view_site("angebot-1"), Language::German);
        assert_eq!(
            written(&facts),
            [
                "Art: Baulücke",
                "Fläche: 830\u{a0}m²",
                "Preis: 45.000\u{a0}€",
                "Verfügbar ab: 1. März 2026",
                "Status: Bestätigt",
                "Mögliche Wohnungen: 1 bis 2",
                "Planungsrecht: § 34 BauGB – Innenbereich",
                "Erschließung: Voll erschlossen",
                "Straße oder Lage: Lindenstraße",
                "Ortsteil: Tragnitz",
                "Gemarkung: Leisnig",
                "Flurstücksnummern: 123/4",
            ]
        );
    }

    #[test]
    fn a_register_entry_shows_the_lawful_fields_only() {
        let town = Town::new();
        let facts = of_site(&town.view_site("register-1"), Language::English);
        assert_eq!(
            written(&facts),
            [
                "Area: 1.2\u{a0}ha",
                "Street or place: Chemnitzer Straße",
                "Locality: Leisnig",
                "Cadastral district: Leisnig",
                "Parcel numbers: 57"
            ]
        );
    }

    #[test]
    fn a_parcel_keeps_its_official_area() {
        let town = Town::new();
        let facts = of_parcel(&town.view_parcel(), Language::German);
        assert!(written(&facts).contains(&"Amtliche Fläche: 830,5\u{a0}m²".to_owned()), "{facts:?}");
        assert!(written(&facts).contains(&"Flurstückskennzeichen: 142888___001230004__".to_owned()));
    }
}
