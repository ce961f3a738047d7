//! The table property × collection × basis: the single place that says what may be seen of what.
//!
//! Sources: § 200 (3) BauGB for `register` (plot number, street, size, and what is public anyway),
//! the offer itself for `offer`, the consent's own list for `consent` (Art. 6 (1) (a) GDPR).

use crate::{ColumnKind, codes::Basis};

/// A typed collection of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collection {
    /// Flurstücke.
    Parcels,
    /// Standorte.
    Sites,
    /// Buildings with their vacancy records.
    Buildings,
    /// Gemarkungen.
    Districts,
}

impl Collection {
    /// Every typed collection.
    pub const ALL: [Self; 4] = [Self::Parcels, Self::Sites, Self::Buildings, Self::Districts];

    /// Name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parcels => "parcels",
            Self::Sites => "sites",
            Self::Buildings => "buildings",
            Self::Districts => "districts",
        }
    }

    /// The collection with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|collection| collection.name() == name)
    }

    /// Its properties, in the order they are served; the first is the id.
    pub fn properties(self) -> &'static [Property] {
        match self {
            Self::Parcels => PARCELS,
            Self::Sites => SITES,
            Self::Buildings => BUILDINGS,
            Self::Districts => DISTRICTS,
        }
    }

    /// The property with this name.
    pub fn property(self, name: &str) -> Option<&'static Property> {
        self.properties().iter().find(|property| property.name == name)
    }
}

/// Who sees a property of a record that is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// Base data of the official cadastre: everybody, always.
    Base,
    /// Everybody, where the record is public, by basis.
    Published {
        /// Shown on the basis `register`.
        register: bool,
        /// Shown on the basis `consent` even if the consent does not name it: it only says that and
        /// where there is something.
        always_with_consent: bool,
        /// Shown on the basis `consent` if the consent names it.
        consentable: bool,
    },
    /// Staff of the municipality only.
    Staff,
}

/// A property of a typed collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Name, ASCII, with its unit.
    pub name: &'static str,
    /// Kind of its values.
    pub kind: ColumnKind,
    /// Whether it holds a list of such values.
    pub list: bool,
    /// Name of the code list its values come from.
    pub code_list: Option<&'static str>,
    /// Who sees it.
    pub exposure: Exposure,
    /// Derived from other records: read only.
    pub derived: bool,
}

impl Property {
    /// Whether a record published on this basis shows it, given the fields a consent names.
    pub fn is_public_by(&self, basis: Basis, consented: &[String]) -> bool {
        match self.exposure {
            Exposure::Base => true,
            Exposure::Staff => false,
            Exposure::Published { register, always_with_consent, consentable } => match basis {
                Basis::Register => register,
                Basis::Offer => true,
                Basis::Consent => {
                    always_with_consent || (consentable && consented.iter().any(|field| field == self.name))
                }
            },
        }
    }

    /// Whether some public basis lists it: a public filter on any other property is refused.
    pub fn is_ever_public(&self) -> bool {
        self.exposure != Exposure::Staff
    }
}

/// Name by which a consent opens the pictures. They are no property: they have records, and addresses, of their own.
pub const PICTURES: &str = "pictures";

/// Whether what is published on this basis shows its pictures, given the fields a consent names. § 200 (3) BauGB lists
/// none for a register.
pub fn shows_pictures(basis: Basis, consented: &[String]) -> bool {
    match basis {
        Basis::Register => false,
        Basis::Offer => true,
        Basis::Consent => consented.iter().any(|field| field == PICTURES),
    }
}

/// Whether a consent can open this of a site or a vacancy record: a property, or the pictures.
pub fn is_consentable(name: &str) -> bool {
    if name == PICTURES {
        return true;
    }
    [Collection::Sites, Collection::Buildings]
        .iter()
        .filter_map(|collection| collection.property(name))
        .any(|property| matches!(property.exposure, Exposure::Published { consentable: true, .. }))
}

const BASE: Exposure = Exposure::Base;
const STAFF: Exposure = Exposure::Staff;
/// On every basis.
const ALL_BASES: Exposure = Exposure::Published { register: true, always_with_consent: true, consentable: false };
/// Register and offer, and consent where it names it.
const REGISTER_TOO: Exposure = Exposure::Published { register: true, always_with_consent: false, consentable: true };
/// Offer, and always with consent.
const NOT_REGISTER: Exposure = Exposure::Published { register: false, always_with_consent: true, consentable: false };
/// Offer, and consent where it names it.
const AS_OFFERED: Exposure = Exposure::Published { register: false, always_with_consent: false, consentable: true };

const fn property(name: &'static str, kind: ColumnKind, exposure: Exposure) -> Property {
    Property { name, kind, list: false, code_list: None, exposure, derived: false }
}

const fn text(name: &'static str, exposure: Exposure) -> Property {
    property(name, ColumnKind::Text, exposure)
}

const fn code(name: &'static str, list: &'static str, exposure: Exposure) -> Property {
    Property { code_list: Some(list), ..text(name, exposure) }
}

const fn derived(property: Property) -> Property {
    Property { derived: true, ..property }
}

const fn list(property: Property) -> Property {
    Property { list: true, ..property }
}

use ColumnKind::{Boolean, Date, Integer, Real};

const PARCELS: &[Property] = &[
    text("parcel_id", BASE),
    derived(text("number", BASE)),
    derived(text("district", BASE)),
    derived(text("district_key", BASE)),
    derived(text("municipality", BASE)),
    text("ags", BASE),
    text("street", BASE),
    property("official_area_m2", Real, BASE),
    text("land_use", BASE),
    property("source_date", Date, BASE),
    derived(property("example_data", Boolean, BASE)),
];

const DISTRICTS: &[Property] = &[
    text("district_key", BASE),
    text("name", BASE),
    text("ags", BASE),
    derived(text("municipality", BASE)),
    derived(property("example_data", Boolean, BASE)),
];

const BUILDINGS: &[Property] = &[
    text("building_id", BASE),
    text("function", BASE),
    text("district_key", BASE),
    text("ags", BASE),
    code("basis", "basis", NOT_REGISTER),
    code("vacancy_degree", "vacancy_degree", NOT_REGISTER),
    property("vacant_since", Date, AS_OFFERED),
    code("condition", "condition", AS_OFFERED),
    code("monument", "monument", AS_OFFERED),
    property("built_year", Integer, AS_OFFERED),
    property("storeys", Integer, AS_OFFERED),
    property("living_area_m2", Real, AS_OFFERED),
    derived(property("example_data", Boolean, BASE)),
    code("owner_class", "owner_class", STAFF),
    text("note", STAFF),
    code("publication_decision", "decision", STAFF),
    derived(code("stage", "stage", STAFF)),
    text("announcement_id", STAFF),
    property("public_from", Date, STAFF),
    property("public_until", Date, STAFF),
    property("consent_given_on", Date, STAFF),
    text("consent_text_version", STAFF),
    property("consent_revoked_on", Date, STAFF),
    list(text("consent_fields", STAFF)),
];

const SITES: &[Property] = &[
    text("site_id", ALL_BASES),
    text("name", AS_OFFERED),
    code("type", "site_type", NOT_REGISTER),
    code("status", "site_status", AS_OFFERED),
    code("basis", "basis", ALL_BASES),
    text("ags", ALL_BASES),
    derived(text("municipality", ALL_BASES)),
    text("locality", ALL_BASES),
    text("street", REGISTER_TOO),
    derived(text("district", ALL_BASES)),
    derived(list(text("numbers", REGISTER_TOO))),
    property("area_m2", Real, REGISTER_TOO),
    // On the basis `register` only where it rests on a public plan or statute: see `publication`.
    code("planning_law", "planning_law", REGISTER_TOO),
    code("servicing", "servicing", AS_OFFERED),
    property("available_from", Date, AS_OFFERED),
    property("price_eur", Real, AS_OFFERED),
    code("condition", "condition", AS_OFFERED),
    code("monument", "monument", AS_OFFERED),
    property("dwellings_min", Integer, AS_OFFERED),
    property("dwellings_max", Integer, AS_OFFERED),
    text("contact", AS_OFFERED),
    derived(property("example_data", Boolean, ALL_BASES)),
    list(text("parcels", STAFF)),
    code("owner_class", "owner_class", STAFF),
    text("note", STAFF),
    code("publication_decision", "decision", STAFF),
    derived(code("stage", "stage", STAFF)),
    text("announcement_id", STAFF),
    property("public_from", Date, STAFF),
    property("public_until", Date, STAFF),
    property("consent_given_on", Date, STAFF),
    text("consent_text_version", STAFF),
    property("consent_revoked_on", Date, STAFF),
    list(text("consent_fields", STAFF)),
];

/// The table as Markdown, for the documentation.
pub fn table_markdown() -> String {
    use std::fmt::Write as _;
    let mut out = String::from(
        "| collection | property | kind | base data | register | offer | consent | staff |\n|---|---|---|---|---|---|---|---|\n",
    );
    let mark = |shown: bool| if shown { "yes" } else { "" };
    for collection in Collection::ALL {
        for property in collection.properties() {
            let (register, offer, consent) = match property.exposure {
                Exposure::Base | Exposure::Staff => ("", "", ""),
                Exposure::Published { register, always_with_consent, consentable } => (
                    mark(register),
                    "yes",
                    if always_with_consent {
                        "yes"
                    } else if consentable {
                        "if named"
                    } else {
                        ""
                    },
                ),
            };
            let kind = format!("{:?}{}", property.kind, if property.list { " list" } else { "" }).to_lowercase();
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "| {} | `{}` | {kind} | {} | {register} | {offer} | {consent} | yes |",
                collection.name(),
                property.name,
                mark(property.exposure == Exposure::Base),
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Collection, Exposure, is_consentable, table_markdown};
    use crate::{
        codes::Basis,
        texts::{Language, find},
    };

    /// L4: the register shows plot number, street, size and what is public anyway, and nothing else.
    #[test]
    fn the_register_shows_the_lawful_fields_only() {
        let lawful = [
            "site_id",
            "basis",
            "ags",
            "municipality",
            "locality",
            "street",
            "district",
            "numbers",
            "area_m2",
            "planning_law",
            "example_data",
        ];
        let shown: Vec<_> = Collection::Sites
            .properties()
            .iter()
            .filter(|p| p.is_public_by(Basis::Register, &[]))
            .map(|p| p.name)
            .collect();
        assert_eq!(shown, lawful);
    }

    #[test]
    fn staff_properties_are_public_on_no_basis() {
        let everything: Vec<String> = Collection::Sites.properties().iter().map(|p| p.name.to_owned()).collect();
        for collection in Collection::ALL {
            for property in collection.properties().iter().filter(|p| p.exposure == Exposure::Staff) {
                for basis in [Basis::Register, Basis::Offer, Basis::Consent] {
                    assert!(!property.is_public_by(basis, &everything), "{}", property.name);
                }
                assert!(!is_consentable(property.name) || collection == Collection::Buildings, "{}", property.name);
            }
        }
    }

    #[test]
    fn every_property_has_a_title_in_both_languages() {
        for property in Collection::ALL.iter().flat_map(|collection| collection.properties()) {
            for language in Language::ALL {
                assert!(find(&format!("property.{}", property.name), language).is_some(), "{}", property.name);
            }
        }
    }

    #[test]
    fn the_documented_table_is_the_one_in_force() {
        let documented = include_str!("../../../docs/properties.md");
        assert!(
            documented.contains(&table_markdown()),
            "docs/properties.md is stale; it should hold:\n{}",
            table_markdown()
        );
    }
}
