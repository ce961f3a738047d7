//! The groups of site types that a visitor chooses from and tells apart on the map.
//!
//! A group has a code for addresses, a letter and a pattern (so that colour is never the only
//! carrier, WCAG 1.4.1), and a colour that the style sheet gives it by its code.

use cadastre::{
    codes::{CodeList as _, SiteType},
    colour::Colour,
    texts::{Language, find},
};

/// Group of site types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Group {
    /// Plots to build on.
    Plot,
    /// Buildable land of the register, whose type is not public (§ 200 (3) BauGB).
    Register,
    /// Brownfields, conversion sites, ruins.
    Brownfield,
    /// Vacant houses and flats.
    House,
    /// Farmsteads and farm buildings.
    Farm,
    /// Shops, inns and facilities.
    Commercial,
}

impl Group {
    /// Every group, in the order it is offered.
    pub(crate) const ALL: [Self; 6] =
        [Self::Plot, Self::House, Self::Farm, Self::Brownfield, Self::Commercial, Self::Register];

    /// The word in addresses and in class names; never a code of a site type.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Plot => "grundstueck",
            Self::Register => "kataster",
            Self::Brownfield => "brache",
            Self::House => "wohnhaus",
            Self::Farm => "hof",
            Self::Commercial => "gewerbe",
        }
    }

    /// The group with this code.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    /// Group of a site: by its type, or the register where the type is not public.
    pub(crate) fn of(site_type: Option<SiteType>) -> Self {
        use SiteType as T;
        match site_type {
            None => Self::Register,
            Some(T::InfillGap | T::UnderusedPlot | T::NewPlot | T::OuterReserve | T::SpecialArea) => Self::Plot,
            Some(
                T::Brownfield | T::CommercialBrownfield | T::CommercialBrownfieldPartial | T::Conversion | T::Ruin,
            ) => Self::Brownfield,
            Some(T::VacantDwelling | T::VacancyRisk | T::VacantUnit) => Self::House,
            Some(
                T::FarmsteadVacant
                | T::FarmsteadPartial
                | T::FarmsteadNoSuccessor
                | T::FarmBuildingVacant
                | T::FarmBuildingPartial,
            ) => Self::Farm,
            Some(T::CommercialVacant | T::InfrastructureVacant) => Self::Commercial,
        }
    }

    /// Group of a building by its function: a code of the official cadastre (ALKIS `AX_Gebaeudefunktion`: 1xxx
    /// dwellings, 27xx farm buildings, 2xxx trade, 3xxx public) or the source's word. A house where it says nothing.
    pub(crate) fn of_building(function: Option<&str>) -> Self {
        const FARM: [&str; 6] = ["bauernhaus", "scheune", "stall", "landwirt", "hofstelle", "speicher"];
        const TRADE: [&str; 14] = [
            "geschäft",
            "gewerb",
            "produktion",
            "laden",
            "gast",
            "hotel",
            "büro",
            "werkstatt",
            "fabrik",
            "halle",
            "schule",
            "kirche",
            "bahnhof",
            "verwaltung",
        ];
        let function = function.unwrap_or_default().trim().to_lowercase();
        // Some sources write the model's number before the code: "31001_2720".
        let code: Option<u16> = function.rsplit('_').next().and_then(|code| code.parse().ok());
        let has = |words: &[&str]| words.iter().any(|word| function.contains(word));
        match code {
            Some(2700..=2799 | 1210..=1223) => Self::Farm,
            Some(2000..=3999) => Self::Commercial,
            None if has(&FARM) => Self::Farm,
            None if !function.contains("wohn") && has(&TRADE) => Self::Commercial,
            Some(_) | None => Self::House,
        }
    }

    /// Site types in it; none for the register.
    pub(crate) fn types(self) -> Vec<SiteType> {
        SiteType::ALL.iter().copied().filter(|site_type| Self::of(Some(*site_type)) == self).collect()
    }

    /// Name on the screen, e.g. "Häuser und Wohnungen".
    pub(crate) fn label(self, language: Language) -> &'static str {
        self.text("label", language)
    }

    /// Name of one of its sites, where nothing more exact is public.
    pub(crate) fn singular(self, language: Language) -> &'static str {
        self.text("one", language)
    }

    /// The letter that stands for it.
    pub(crate) fn letter(self, language: Language) -> &'static str {
        self.text("letter", language)
    }

    /// The colour that stands for it on light grounds, as `web-map/src/styles/tokens.css` has it.
    pub(crate) const fn colour(self) -> Colour {
        match self {
            Self::Plot => Colour::new(0x00, 0x66, 0x4a),
            Self::House => Colour::new(0x0b, 0x5f, 0xa5),
            Self::Farm => Colour::new(0x75, 0x50, 0x00),
            Self::Brownfield => Colour::new(0xb3, 0x40, 0x0f),
            Self::Commercial => Colour::new(0x8a, 0x2b, 0x73),
            Self::Register => Colour::new(0x4b, 0x5a, 0x63),
        }
    }

    fn text(self, part: &str, language: Language) -> &'static str {
        find(&format!("ui.group.{}.{part}", self.code()), language).unwrap_or(self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use cadastre::{
        codes::{CodeList as _, SiteType},
        texts::Language,
    };

    use super::Group;

    #[test]
    fn every_site_type_is_in_exactly_one_group_that_is_not_the_register() {
        let listed: Vec<_> = Group::ALL.iter().flat_map(|group| group.types()).collect();
        assert_eq!(listed.len(), SiteType::ALL.len());
        assert_eq!(listed.iter().collect::<HashSet<_>>().len(), SiteType::ALL.len());
        assert!(Group::Register.types().is_empty());
    }

    #[test]
    fn no_group_is_called_like_a_site_type() {
        for group in Group::ALL {
            assert_eq!(SiteType::from_code(group.code()), None);
            assert_eq!(Group::from_code(group.code()), Some(group));
        }
    }

    fn check_building(function: Option<&str>, expected: Group) {
        assert_eq!(Group::of_building(function), expected, "{function:?}");
    }

    #[test]
    fn a_building_is_in_the_group_of_its_function() {
        check_building(None, Group::House);
        check_building(Some("Wohn- und Geschäftsgebäude"), Group::House);
        check_building(Some("Bauernhaus"), Group::Farm);
        check_building(Some("Scheune"), Group::Farm);
        check_building(Some("Gaststätte"), Group::Commercial);
        check_building(Some("1000"), Group::House);
        check_building(Some("31001_2721"), Group::Farm);
        check_building(Some("2071"), Group::Commercial);
        check_building(Some("3021"), Group::Commercial);
    }

    #[test]
    fn the_colours_are_those_of_the_map() {
        let tokens = include_str!("../../../../web-map/src/styles/tokens.css");
        for group in Group::ALL {
            let token = format!("--group-{}: {};", group.code(), group.colour());
            assert!(tokens.contains(&token), "{token} is not in tokens.css");
        }
    }

    #[test]
    fn letters_tell_the_groups_apart_in_each_language() {
        for language in Language::ALL {
            let letters: HashSet<_> = Group::ALL.iter().map(|group| group.letter(language)).collect();
            assert_eq!(letters.len(), Group::ALL.len());
            assert!(letters.iter().all(|letter| letter.chars().count() == 1), "{letters:?}");
            for group in Group::ALL {
                assert_ne!(group.label(language), group.code());
                assert_ne!(group.singular(language), group.code());
            }
        }
    }
}
