//! What a visitor chooses by: facets, each with its key in the address and the codes it knows.

use cadastre::{
    codes::{Basis, CodeList, Condition, Monument, PlanningLaw, Servicing, SiteType},
    texts::{Language, find, text},
};

use super::key;
use crate::pages::groups::Group;

/// A choice by one public property. Within a facet any of the chosen codes will do; all facets must be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Facet {
    /// Group of types, as the form offers them; single site types are understood too.
    Type,
    /// Whether it can be had today.
    Available,
    /// Ortsteil.
    Locality,
    /// Planning law, in the four cases that make a difference to who builds.
    Law,
    /// Servicing.
    Servicing,
    /// Condition of the building.
    Condition,
    /// Protection as a monument.
    Monument,
    /// Basis of the publication.
    Basis,
}

/// The one code of [`Facet::Available`].
pub(crate) const NOW: &str = "jetzt";

impl Facet {
    /// Every facet, in the order the form shows them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Type,
        Self::Available,
        Self::Locality,
        Self::Condition,
        Self::Servicing,
        Self::Law,
        Self::Monument,
        Self::Basis,
    ];

    /// Its key in the address.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Type => key::TYPE,
            Self::Available => key::AVAILABLE,
            Self::Locality => key::LOCALITY,
            Self::Law => key::LAW,
            Self::Servicing => key::SERVICING,
            Self::Condition => key::CONDITION,
            Self::Monument => key::MONUMENT,
            Self::Basis => key::BASIS,
        }
    }

    /// The facet with this key.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.key() == key)
    }

    /// Key of its heading in the text catalogue.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Type => "ui.filter.type",
            Self::Available => "ui.filter.available",
            Self::Locality => "ui.filter.locality",
            Self::Law => "ui.filter.law",
            Self::Servicing => "ui.filter.servicing",
            Self::Condition => "ui.filter.condition",
            Self::Monument => "ui.filter.monument",
            Self::Basis => "ui.filter.basis",
        }
    }

    /// Codes in the order they are offered; none for Ortsteile, which are what they are.
    pub(crate) fn codes(self) -> Vec<&'static str> {
        match self {
            Self::Type => Group::ALL.map(Group::code).to_vec(),
            Self::Available => vec![NOW],
            Self::Locality => Vec::new(),
            Self::Law => Law::ALL.map(Law::code).to_vec(),
            Self::Servicing => Servicing::codes(),
            Self::Condition => Condition::codes(),
            Self::Monument => Monument::codes(),
            Self::Basis => Basis::codes(),
        }
    }

    /// Whether an address may name this code.
    pub(crate) fn knows(self, code: &str) -> bool {
        match self {
            Self::Locality => true,
            Self::Type => Group::from_code(code).is_some() || SiteType::from_code(code).is_some(),
            _ => self.codes().contains(&code),
        }
    }

    /// What a code is called on the screen.
    pub(crate) fn label(self, code: &str, language: Language) -> String {
        let of_list = |list: &str| find(&format!("{list}.{code}"), language).map(str::to_owned);
        let label = match self {
            Self::Type => {
                Group::from_code(code).map(|group| group.label(language).to_owned()).or_else(|| of_list(SiteType::NAME))
            }
            Self::Available => Some(text("ui.filter.available.now", language).to_owned()),
            Self::Locality => None,
            Self::Law => Law::from_code(code).map(|law| law.label(language).to_owned()),
            Self::Servicing => of_list(Servicing::NAME),
            Self::Condition => of_list(Condition::NAME),
            Self::Monument => of_list(Monument::NAME),
            Self::Basis => find(&format!("ui.basis.{code}"), language).map(str::to_owned),
        };
        label.unwrap_or_else(|| code.to_owned())
    }
}

/// Planning law as it makes a difference to who builds; the exact paragraph stands on the page of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Law {
    /// A development plan says what may be built (§§ 30, 31, 33 BauGB).
    Plan,
    /// Inside the built-up area, no plan (§ 34 (1) BauGB).
    BuiltUp,
    /// A statute draws the built-up area, or lets one build beyond it (§ 34 (4), § 35 (6) BauGB).
    Statute,
    /// Outside the built-up area (§ 35 BauGB).
    Outside,
}

impl Law {
    const ALL: [Self; 4] = [Self::Plan, Self::BuiltUp, Self::Statute, Self::Outside];

    /// The word in the address.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Plan => "bebauungsplan",
            Self::BuiltUp => "innenbereich",
            Self::Statute => "satzung",
            Self::Outside => "aussenbereich",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|law| law.code() == code)
    }

    fn label(self, language: Language) -> &'static str {
        text(
            match self {
                Self::Plan => "ui.law.plan",
                Self::BuiltUp => "ui.law.built_up",
                Self::Statute => "ui.law.statute",
                Self::Outside => "ui.law.outside",
            },
            language,
        )
    }

    /// The case of a code of the law; `None` where it is not known.
    pub(crate) fn of(law: PlanningLaw) -> Option<Self> {
        use PlanningLaw as P;
        match law {
            P::P30_1 | P::P30_2 | P::P30_3 | P::P31 | P::P33 => Some(Self::Plan),
            P::P34 => Some(Self::BuiltUp),
            P::P34_4_1 | P::P34_4_2 | P::P34_4_3 | P::P35_6 => Some(Self::Statute),
            P::P35 => Some(Self::Outside),
            P::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use cadastre::texts::Language;

    use super::Facet;

    #[test]
    fn every_code_is_found_and_named_in_each_language() {
        let keys: HashSet<_> = Facet::ALL.iter().map(|facet| facet.key()).collect();
        assert_eq!(keys.len(), Facet::ALL.len());
        for facet in Facet::ALL {
            assert_eq!(Facet::from_key(facet.key()), Some(facet));
            for code in facet.codes() {
                assert!(facet.knows(code), "{code}");
                for language in Language::ALL {
                    assert_ne!(facet.label(code, language), code);
                }
            }
        }
        assert!(!Facet::Servicing.knows("voll") && Facet::Type.knows("ruin") && Facet::Locality.knows("Tragnitz"));
    }
}
