//! How the sites of the demo stand: every basis, every stage, most of them public.

use cadastre::{
    Ags, Day, DistrictKey,
    codes::{Basis, Decision, OwnerClass, SiteStatus},
    property::PICTURES,
    record::{Announcement, Consent, Publication},
};
use jiff::ToSpan as _;

use super::prng::Rng;

/// What a site or a vacancy record is an example of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Public by the register of buildable land.
    RegisterPublic,
    /// As `RegisterPublic`, on several parcels.
    RegisterSeveral,
    /// An objection was taken back; public again.
    RegisterObjectionLifted,
    /// The announcement is due, but not out yet.
    RegisterAnnounced,
    /// The month after the announcement runs.
    RegisterNotice,
    /// Could be published, nothing decided.
    RegisterPublishable,
    /// An owner objected.
    RegisterObjected,
    /// One owner of several objected.
    RegisterSeveralObjected,
    RegisterWithdrawn,
    /// Built upon or sold since.
    RegisterEnded,
    /// The municipality offers its own.
    OfferMunicipal,
    /// An owner offers.
    OfferOwner,
    /// To be public from a day to come.
    OfferFuture,
    /// Was public until a day that is past.
    OfferOver,
    OfferWithdrawn,
    /// An owner of the parcel objected to it all.
    OfferObjected,
    OfferEnded,
    /// Public with the owner's consent.
    ConsentPublic,
    ConsentRevoked,
    /// Consent is there, the decision not.
    ConsentPublishable,
    ConsentEnded,
    /// For staff only, nothing asked yet.
    Internal,
}

/// How often each case occurs among the sites: 150 in all, 100 of them public.
pub(super) const SITE_CASES: [(Case, usize); 22] = [
    (Case::RegisterPublic, 36),
    (Case::RegisterSeveral, 6),
    (Case::RegisterObjectionLifted, 2),
    (Case::RegisterAnnounced, 3),
    (Case::RegisterNotice, 6),
    (Case::RegisterPublishable, 3),
    (Case::RegisterObjected, 4),
    (Case::RegisterSeveralObjected, 2),
    (Case::RegisterWithdrawn, 2),
    (Case::RegisterEnded, 4),
    (Case::OfferMunicipal, 22),
    (Case::OfferOwner, 14),
    (Case::OfferFuture, 3),
    (Case::OfferOver, 2),
    (Case::OfferWithdrawn, 1),
    (Case::OfferObjected, 1),
    (Case::OfferEnded, 4),
    (Case::ConsentPublic, 20),
    (Case::ConsentRevoked, 3),
    (Case::ConsentPublishable, 2),
    (Case::ConsentEnded, 2),
    (Case::Internal, 8),
];

/// Gemarkungen that the second announcement names.
const SCOPE: [&str; 3] = ["142888", "142890", "142898"];

/// Fields of a site that owners consent to.
const SITE_FIELDS: [&str; 12] = [
    "name",
    "status",
    "street",
    "area_m2",
    "servicing",
    "available_from",
    "price_eur",
    "condition",
    "monument",
    "dwellings_max",
    "contact",
    PICTURES,
];

/// Fields of a vacancy record that owners consent to.
const VACANCY_FIELDS: [&str; 7] =
    ["vacant_since", "condition", "monument", "built_year", "storeys", "living_area_m2", PICTURES];

impl Case {
    /// The basis; `None` if there is none yet.
    pub(super) fn basis(self) -> Option<Basis> {
        match self {
            Self::Internal => None,
            Self::OfferMunicipal
            | Self::OfferOwner
            | Self::OfferFuture
            | Self::OfferOver
            | Self::OfferWithdrawn
            | Self::OfferObjected
            | Self::OfferEnded => Some(Basis::Offer),
            Self::ConsentPublic | Self::ConsentRevoked | Self::ConsentPublishable | Self::ConsentEnded => {
                Some(Basis::Consent)
            }
            _ => Some(Basis::Register),
        }
    }

    /// Whether the site lies on several parcels.
    pub(super) fn is_several(self) -> bool {
        matches!(self, Self::RegisterSeveral | Self::RegisterSeveralObjected)
    }

    /// Whether an owner objected; `Some(true)` if the objection was taken back.
    pub(super) fn objection_lifted(self) -> Option<bool> {
        match self {
            Self::RegisterObjected | Self::RegisterSeveralObjected | Self::OfferObjected => Some(false),
            Self::RegisterObjectionLifted => Some(true),
            _ => None,
        }
    }

    /// The status of the `turn`th site of this case: in turns, so that each occurs.
    pub(super) fn status(self, turn: usize) -> SiteStatus {
        use SiteStatus::{Activating, Confirmed, Demolished, NoPotential, Reserved, Reused, Sold, Suspected};
        let choices: &[SiteStatus] = match self {
            Self::RegisterEnded | Self::OfferEnded | Self::ConsentEnded => &[Sold, Reused],
            Self::Internal => &[Suspected, NoPotential, Suspected, Demolished],
            Self::OfferMunicipal | Self::OfferOwner => &[Confirmed, Confirmed, Activating, Reserved],
            _ => &[Confirmed, Confirmed, Confirmed, Activating],
        };
        choices[turn % choices.len()]
    }

    /// Only the municipality offers its own; all other offers need a consent.
    pub(super) fn owner(self, rng: &mut Rng) -> OwnerClass {
        use OwnerClass::{Church, Community, Company, Municipal, Private, Public, Unknown};
        match self {
            Self::OfferMunicipal | Self::OfferFuture | Self::OfferOver => Municipal,
            Self::Internal => *rng.pick(&[Private, Unknown, Community]),
            _ => *rng.pick(&[Private, Private, Private, Community, Company, Church, Public]),
        }
    }

    fn decision(self) -> Option<Decision> {
        match self {
            Self::RegisterPublishable | Self::ConsentPublishable => Some(Decision::Internal),
            Self::RegisterWithdrawn | Self::OfferWithdrawn => Some(Decision::Withdrawn),
            Self::Internal => None,
            _ => Some(Decision::Publish),
        }
    }

    fn announcement(self, district: DistrictKey, rng: &mut Rng) -> Option<String> {
        let number = match self {
            Self::RegisterAnnounced => 4,
            Self::RegisterNotice => 3,
            _ if self.basis() != Some(Basis::Register) => return None,
            _ if SCOPE.contains(&district.as_str()) && rng.chance(0.5) => 2,
            _ => 1,
        };
        Some(announcement_id(number))
    }

    fn consent(self, today: Day, fields: &[&str], rng: &mut Rng) -> Option<Consent> {
        let needed = matches!(self, Self::OfferOwner | Self::OfferWithdrawn | Self::OfferObjected | Self::OfferEnded)
            || self.basis() == Some(Basis::Consent);
        let given_on = shift(today, -(40 + rng.index(500) as i64));
        needed.then(|| Consent {
            given_on,
            text_version: "2025-1".to_owned(),
            revoked_on: (self == Self::ConsentRevoked).then(|| shift(today, -(1 + rng.index(30) as i64))),
            // Most consent to everything that is asked.
            fields: fields.iter().filter(|_| rng.chance(0.85)).map(|field| (*field).to_owned()).collect(),
        })
    }

    fn publication(self, today: Day, announcement_id: Option<String>, fields: &[&str], rng: &mut Rng) -> Publication {
        Publication {
            basis: self.basis(),
            decision: self.decision(),
            announcement_id,
            public_from: (self == Self::OfferFuture).then(|| shift(today, 7 + rng.index(40) as i64)),
            public_until: match self {
                Self::OfferOver => Some(shift(today, -(1 + rng.index(20) as i64))),
                Self::OfferMunicipal if rng.chance(0.3) => Some(shift(today, 60 + rng.index(200) as i64)),
                _ => None,
            },
            consent: self.consent(today, fields, rng),
        }
    }

    /// The publication of a site in a district.
    pub(super) fn site_publication(self, today: Day, district: DistrictKey, rng: &mut Rng) -> Publication {
        let announcement_id = self.announcement(district, rng);
        self.publication(today, announcement_id, &SITE_FIELDS, rng)
    }

    /// The publication of a vacancy record; the register holds none.
    pub(super) fn vacancy_publication(self, today: Day, rng: &mut Rng) -> Publication {
        self.publication(today, None, &VACANCY_FIELDS, rng)
    }
}

/// The announcements: two whose month is over, one whose month runs, one that is still to come.
pub(super) fn announcements(ags: Ags, districts: &[DistrictKey], today: Day) -> Vec<Announcement> {
    let scope = districts.iter().copied().filter(|key| SCOPE.contains(&key.as_str())).collect();
    let rows = [(1, -412, Vec::new()), (2, -96, scope), (3, -9, Vec::new()), (4, 12, Vec::new())];
    let announcement = |(number, days, scope): (u8, i64, Vec<DistrictKey>)| {
        let announced_on = shift(today, days);
        Announcement {
            announcement_id: announcement_id(number),
            ags,
            announced_on,
            organ: "Leisniger Amtsblatt (Beispiel)".to_owned(),
            issue: format!("{}/{}, Seite {}", announced_on.month(), announced_on.year(), 3 + number),
            text: "Beispiel: Die Stadt beabsichtigt, das Baulandkataster nach § 200 Abs. 3 BauGB zu veröffentlichen. \
                   Eigentümerinnen und Eigentümer können der Veröffentlichung ihrer Grundstücke jederzeit \
                   formlos widersprechen."
                .to_owned(),
            scope,
        }
    };
    rows.into_iter().map(announcement).collect()
}

fn announcement_id(number: u8) -> String {
    format!("beispiel-{number}")
}

/// A day so many days later, or earlier if negative.
pub(super) fn shift(day: Day, days: i64) -> Day {
    day.saturating_add(days.days())
}
