//! Code lists of the field. Codes are ASCII; labels come from the text catalogue.
//!
//! Sources: the lists of FMD, FLOO, RAUM+ and ZLV as collected for the project; planning law after
//! §§ 30–35 BauGB.

use crate::texts::{Language, label};

/// An enumeration with ASCII codes, as stored, served and filtered.
pub trait CodeList: Sized + Copy + 'static {
    /// Name of the list in the text catalogue, e.g. `site_type`.
    const NAME: &'static str;
    /// Every member, in the order it is offered.
    const ALL: &'static [Self];

    /// The ASCII code.
    fn code(self) -> &'static str;

    /// The member with this code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|member| member.code() == code)
    }

    /// The label on the screen.
    fn label(self, language: Language) -> &'static str {
        label(Self::NAME, self.code(), language)
    }

    /// The codes, for a message that says what is expected.
    fn codes() -> Vec<&'static str> {
        Self::ALL.iter().map(|member| member.code()).collect()
    }
}

/// The codes of the list with this name in the text catalogue, in the order they are offered; none of an unknown list.
pub fn codes_of(list: &str) -> Vec<&'static str> {
    match list {
        SiteType::NAME => SiteType::codes(),
        SiteStatus::NAME => SiteStatus::codes(),
        PlanningLaw::NAME => PlanningLaw::codes(),
        Servicing::NAME => Servicing::codes(),
        Condition::NAME => Condition::codes(),
        Monument::NAME => Monument::codes(),
        Basis::NAME => Basis::codes(),
        Decision::NAME => Decision::codes(),
        Stage::NAME => Stage::codes(),
        OwnerClass::NAME => OwnerClass::codes(),
        UnitUse::NAME => UnitUse::codes(),
        VacancyDegree::NAME => VacancyDegree::codes(),
        ObjectionForm::NAME => ObjectionForm::codes(),
        LayerVisibility::NAME => LayerVisibility::codes(),
        _ => Vec::new(),
    }
}

macro_rules! code_list {
    ($(#[$doc:meta])* $name:ident = $list:literal { $($(#[$member_doc:meta])* $member:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$member_doc])* $member,)+
        }

        impl CodeList for $name {
            const NAME: &'static str = $list;
            const ALL: &'static [Self] = &[$(Self::$member),+];

            fn code(self) -> &'static str {
                match self {
                    $(Self::$member => $code,)+
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::from_code(&code).ok_or_else(|| {
                    serde::de::Error::custom(format!("\"{code}\" is not one of {}", Self::codes().join(", ")))
                })
            }
        }
    };
}

code_list! {
    /// Type of potential (Potenzialtyp): land first, then buildings.
    SiteType = "site_type" {
        /// Unbuilt plot inside the built-up area (Baulücke).
        InfillGap = "infill_gap",
        /// Slightly built or under-used plot.
        UnderusedPlot = "underused_plot",
        /// Formerly used land, housing or mixed.
        Brownfield = "brownfield",
        /// Formerly commercial land.
        CommercialBrownfield = "commercial_brownfield",
        /// The same with some use left.
        CommercialBrownfieldPartial = "commercial_brownfield_partial",
        /// Former military or railway land.
        Conversion = "conversion",
        /// Ruin.
        Ruin = "ruin",
        /// Plot in a new development area.
        NewPlot = "new_plot",
        /// Reserve of the land-use plan outside the built-up area.
        OuterReserve = "outer_reserve",
        /// Special area (Sondergebiet).
        SpecialArea = "special_area",
        /// Vacant house.
        VacantDwelling = "vacant_dwelling",
        /// House at risk of vacancy.
        VacancyRisk = "vacancy_risk",
        /// Vacant unit in a building in use.
        VacantUnit = "vacant_unit",
        /// Vacant farmstead (Hofstelle).
        FarmsteadVacant = "farmstead_vacant",
        /// Farmstead with some use left.
        FarmsteadPartial = "farmstead_partial",
        /// Farmstead without successor.
        FarmsteadNoSuccessor = "farmstead_no_successor",
        /// Vacant farm building.
        FarmBuildingVacant = "farm_building_vacant",
        /// Farm building with some use left.
        FarmBuildingPartial = "farm_building_partial",
        /// Vacant shop or inn.
        CommercialVacant = "commercial_vacant",
        /// Vacant school, station, church.
        InfrastructureVacant = "infrastructure_vacant",
    }
}

impl SiteType {
    /// Whether it is buildable land, the only thing § 200 (3) BauGB lets a register hold.
    /// Vacancy of a building is not covered by it.
    pub fn is_land(self) -> bool {
        self <= Self::SpecialArea
    }
}

code_list! {
    /// Life of a site. Closed records stay.
    SiteStatus = "site_status" {
        /// Suspected, to be checked.
        Suspected = "suspected",
        /// Confirmed potential.
        Confirmed = "confirmed",
        /// Being activated.
        Activating = "activating",
        /// Reserved for somebody.
        Reserved = "reserved",
        /// Sold.
        Sold = "sold",
        /// Built upon or in use again.
        Reused = "reused",
        /// Demolished.
        Demolished = "demolished",
        /// No potential (false positive).
        NoPotential = "no_potential",
    }
}

impl SiteStatus {
    /// Whether the site found a use: a published one then answers 410 instead of 404.
    pub fn ended_by_use(self) -> bool {
        matches!(self, Self::Sold | Self::Reused)
    }

    /// Whether the site is closed and no longer a potential.
    pub fn is_closed(self) -> bool {
        self >= Self::Sold
    }
}

code_list! {
    /// Planning law of a site (§§ 30–35 BauGB).
    PlanningLaw = "planning_law" {
        /// Qualified development plan, § 30 (1).
        P30_1 = "p30_1",
        /// Project-based development plan, § 30 (2).
        P30_2 = "p30_2",
        /// Simple development plan, § 30 (3).
        P30_3 = "p30_3",
        /// Exceptions and exemptions, § 31.
        P31 = "p31",
        /// Plan ripe for permits, § 33.
        P33 = "p33",
        /// Built-up area without a plan, § 34.
        P34 = "p34",
        /// Clarification statute, § 34 (4) no. 1.
        P34_4_1 = "p34_4_1",
        /// Development statute, § 34 (4) no. 2.
        P34_4_2 = "p34_4_2",
        /// Extension statute, § 34 (4) no. 3.
        P34_4_3 = "p34_4_3",
        /// Outside the built-up area, § 35.
        P35 = "p35",
        /// Statute for the outer area, § 35 (6).
        P35_6 = "p35_6",
        /// Not known.
        Unknown = "unknown",
    }
}

impl PlanningLaw {
    /// Whether it rests on a plan or statute that is public anyway, as a register may show it
    /// (§ 200 (3) BauGB read with § 10 (3) and § 34 (6) BauGB). An assessment after § 34 or § 35 is not.
    pub fn is_public_plan(self) -> bool {
        matches!(
            self,
            Self::P30_1 | Self::P30_2 | Self::P30_3 | Self::P34_4_1 | Self::P34_4_2 | Self::P34_4_3 | Self::P35_6
        )
    }
}

code_list! {
    /// Servicing (Erschließung) of a site.
    Servicing = "servicing" {
        /// Fully serviced.
        Full = "full",
        /// Partly serviced.
        Partial = "partial",
        /// Not serviced.
        None = "none",
        /// Not known.
        Unknown = "unknown",
    }
}

code_list! {
    /// Condition of a building, 1 (best) to 4.
    Condition = "condition" {
        /// 1: ready for use.
        Good = "good",
        /// 2: small works needed.
        MinorWorks = "minor_works",
        /// 3: large works needed.
        MajorWorks = "major_works",
        /// 4: dilapidated.
        Dilapidated = "dilapidated",
    }
}

code_list! {
    /// Protection as a monument.
    Monument = "monument" {
        /// Not protected.
        None = "none",
        /// Protected on its own.
        Individual = "individual",
        /// Part of a protected ensemble.
        Ensemble = "ensemble",
        /// In the surroundings of a monument.
        Surroundings = "surroundings",
    }
}

code_list! {
    /// Basis of a publication; each has its own list of public fields.
    Basis = "basis" {
        /// Register of buildable land, § 200 (3) BauGB.
        Register = "register",
        /// The owner's or the municipality's own offer.
        Offer = "offer",
        /// The owner's consent, Art. 6 (1) (a) GDPR.
        Consent = "consent",
    }
}

code_list! {
    /// What the municipality decided about a publication.
    Decision = "decision" {
        /// Not to be published.
        Internal = "internal",
        /// To be published as soon as and as far as the law allows.
        Publish = "publish",
        /// Published before, withdrawn by the municipality.
        Withdrawn = "withdrawn",
    }
}

code_list! {
    /// Stage of a publication on a day, as seen by the staff: derived, never stored.
    Stage = "stage" {
        /// Internal.
        Internal = "internal",
        /// Announced, the month has not begun to run yet.
        Announced = "announced",
        /// The month of notice runs.
        NoticeRunning = "notice_running",
        /// Could be published.
        Publishable = "publishable",
        /// Public.
        Published = "published",
        /// An owner objected.
        Objected = "objected",
        /// Withdrawn, consent revoked, or the period is over.
        Withdrawn = "withdrawn",
        /// Ended by use.
        Ended = "ended",
    }
}

code_list! {
    /// Class of owner, the only thing about an owner this model holds.
    OwnerClass = "owner_class" {
        /// The municipality.
        Municipal = "municipal",
        /// Another public body.
        Public = "public",
        /// Church.
        Church = "church",
        /// Company.
        Company = "company",
        /// Private person.
        Private = "private",
        /// Community of owners or heirs.
        Community = "community",
        /// Not known.
        Unknown = "unknown",
    }
}

code_list! {
    /// Use of a unit in a building.
    UnitUse = "unit_use" {
        /// Dwelling.
        Dwelling = "dwelling",
        /// Shop.
        Shop = "shop",
        /// Office.
        Office = "office",
        /// Inn or restaurant.
        Catering = "catering",
        /// Workshop or storage.
        Workshop = "workshop",
        /// Anything else.
        Other = "other",
    }
}

code_list! {
    /// Degree of vacancy of a building.
    VacancyDegree = "vacancy_degree" {
        /// The whole building.
        Whole = "whole",
        /// Part of it.
        Partial = "partial",
        /// Not yet, but to be expected.
        AtRisk = "at_risk",
    }
}

code_list! {
    /// Form in which an objection came in; it needs none.
    ObjectionForm = "objection_form" {
        /// Letter.
        Letter = "letter",
        /// E-mail.
        Mail = "mail",
        /// Orally, on the record.
        Oral = "oral",
        /// Online form.
        Online = "online",
    }
}

code_list! {
    /// Who may see an imported layer.
    LayerVisibility = "layer_visibility" {
        /// Everybody.
        Public = "public",
        /// Staff only; the default, as imports never publish.
        Staff = "staff",
    }
}

code_list! {
    /// What an enquiry is about.
    EnquiryTopic = "enquiry_topic" {
        /// A site.
        Site = "site",
        /// A building whose vacancy is published.
        Building = "building",
        /// The municipality as such.
        Municipality = "municipality",
    }
}

code_list! {
    /// How far an enquiry has come.
    EnquiryState = "enquiry_state" {
        /// Nobody has read it yet.
        New = "new",
        /// Read.
        Read = "read",
        /// Answered; more may come.
        Answered = "answered",
        /// Done with: from here on the shorter of the two periods runs.
        Closed = "closed",
    }
}

code_list! {
    /// What a picture shows.
    PictureSubject = "picture_subject" {
        /// A site.
        Site = "site",
        /// A building with a vacancy record.
        Building = "building",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    fn check<C: CodeList + std::fmt::Debug + PartialEq>() {
        assert!(!C::ALL.is_empty());
        for member in C::ALL {
            let code = member.code();
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{code}");
            assert_eq!(C::from_code(code), Some(*member));
            for language in Language::ALL {
                assert_ne!(member.label(language), code, "{}.{code} has no label in {language:?}", C::NAME);
            }
        }
    }

    #[test]
    fn every_code_is_ascii_and_has_labels_in_both_languages() {
        check::<SiteType>();
        check::<SiteStatus>();
        check::<PlanningLaw>();
        check::<Servicing>();
        check::<Condition>();
        check::<Monument>();
        check::<Basis>();
        check::<Decision>();
        check::<Stage>();
        check::<OwnerClass>();
        check::<UnitUse>();
        check::<VacancyDegree>();
        check::<ObjectionForm>();
        check::<LayerVisibility>();
        check::<EnquiryTopic>();
        check::<EnquiryState>();
        check::<PictureSubject>();
    }

    #[test]
    fn every_code_list_of_a_property_is_known_by_name() {
        use crate::property::Collection;
        for property in Collection::ALL.iter().flat_map(|collection| collection.properties()) {
            assert_eq!(property.code_list.is_some(), property.code_list.is_some_and(|list| !codes_of(list).is_empty()));
        }
        assert!(codes_of("colours").is_empty());
    }

    #[test]
    fn only_land_may_stand_in_a_register() {
        assert!(SiteType::InfillGap.is_land());
        assert!(SiteType::SpecialArea.is_land());
        assert!(!SiteType::VacantDwelling.is_land());
    }
}
