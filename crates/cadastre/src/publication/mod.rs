//! The one gate to the outside.
//!
//! [`view`] is the only maker of a [`View`], and encoders accept nothing else. What a viewer does not
//! see is absent from lists, counts, filters and figures alike.
//!
//! Sources: § 200 (3) BauGB (register, announcement, objection), Art. 6 (1) (a), 7 GDPR (consent).
//! Where the law leaves a choice the stricter reading holds: a site on several parcels is withheld
//! whole if one owner objected, and an objection stops every basis.

mod past;
mod view;

use std::collections::HashMap;

pub use past::{Past, Span, without};
use view::Class;
pub use view::{PictureView, View};

use crate::{
    Ags, Day, ParcelId,
    codes::{Basis, Decision, OwnerClass, Stage},
    day::first_publication_day,
    property::Collection,
    record::{
        Announcement, Building, District, Feature, Layer, Municipality, Objection, Parcel, Publication, Site, Vacancy,
    },
    role::{Action, Viewer},
};

/// Announcements and objections, by which publications stand or fall.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    announcements: HashMap<String, Announcement>,
    objections: HashMap<ParcelId, Vec<Objection>>,
}

impl Facts {
    /// Adds or replaces an announcement.
    pub fn put_announcement(&mut self, announcement: Announcement) {
        self.announcements.insert(announcement.announcement_id.clone(), announcement);
    }

    /// Forgets an announcement that ended.
    pub fn end_announcement(&mut self, id: &str) {
        self.announcements.remove(id);
    }

    /// Whether there is an announcement with this id.
    pub fn has_announcement(&self, id: &str) -> bool {
        self.announcements.contains_key(id)
    }

    /// Adds or replaces an objection. Returns the parcels whose sites are touched: the objection's and,
    /// if it named another one before, that one.
    pub fn put_objection(&mut self, objection: Objection) -> Vec<ParcelId> {
        let mut touched = self.end_objection(&objection.objection_id);
        touched.push(objection.parcel_id);
        self.objections.entry(objection.parcel_id).or_default().push(objection);
        touched
    }

    /// Forgets an objection that was recorded in error. Returns the parcels whose sites are touched.
    pub fn end_objection(&mut self, id: &str) -> Vec<ParcelId> {
        let mut touched = Vec::new();
        self.objections.retain(|parcel, objections| {
            let before = objections.len();
            objections.retain(|objection| objection.objection_id != id);
            if objections.len() != before {
                touched.push(*parcel);
            }
            !objections.is_empty()
        });
        touched
    }

    /// Whether an objection against publishing this parcel is in effect. One dated in the future
    /// counts too: it has been recorded, so it has been received.
    pub fn is_objected(&self, parcel: ParcelId, day: Day) -> bool {
        self.objections_of(parcel).any(|objection| objection.lifted_on.is_none_or(|lifted| day < lifted))
    }

    fn objections_of(&self, parcel: ParcelId) -> impl Iterator<Item = &Objection> {
        self.objections.get(&parcel).into_iter().flatten()
    }

    fn announcement(&self, publication: &Publication) -> Option<&Announcement> {
        self.announcements.get(publication.announcement_id.as_ref()?)
    }
}

/// Names that a record shows but does not hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// Its municipality, if it is recorded.
    pub municipality: Option<&'a Municipality>,
    /// Its cadastral district, if it is recorded.
    pub district: Option<&'a District>,
}

/// What asks to pass the gate: a record with all that decides about it.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A parcel.
    Parcel(&'a Parcel, Place<'a>),
    /// A cadastral district.
    District(&'a District, Place<'a>),
    /// A building with its vacancy record.
    Building(&'a Building, Option<&'a Vacancy>, Place<'a>),
    /// A site with the announcements and objections of the store.
    Site(&'a Site, Place<'a>, &'a Facts),
    /// A feature of a layer.
    Feature(&'a Feature, &'a Layer),
}

/// Whether and why a record is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Base data, public without a decision.
    Base,
    /// Published on this basis.
    Public(Basis),
    /// Was public and ended by use: 410.
    Ended,
    /// Internal, objected, revoked, not yet, no longer: the same 404 as unknown.
    Withheld,
}

/// Passes a record through the gate. `None`: the viewer gets the answer that an unknown id gets.
pub fn view<'a>(subject: Subject<'a>, viewer: &Viewer, day: Day) -> Option<View<'a>> {
    let is_staff = match subject {
        Subject::Feature(..) => viewer.is_staff(),
        _ => subject.ags().is_some_and(|ags| viewer.may(Action::ReadInternal, ags)),
    };
    let class = if is_staff {
        Class::Staff
    } else {
        match visibility(subject, day) {
            Visibility::Base => Class::Base,
            Visibility::Public(basis) => Class::Published(basis),
            Visibility::Ended | Visibility::Withheld => return None,
        }
    };
    Some(View { subject, class, day })
}

/// What may be counted of a record in figures of the past: what the public sees of it, or would see had it not ended by
/// use. `None` for whatever is withheld on this day, however public it was (invariant 3), and for a building without a
/// public vacancy record. It is for counting; what is shown passes [`view`].
pub fn retrospect(subject: Subject<'_>, day: Day) -> Option<View<'_>> {
    let basis = match (visibility(subject, day), subject) {
        (Visibility::Public(basis), _) => basis,
        (Visibility::Ended, Subject::Site(site, ..)) => site.publication.basis?,
        _ => return None,
    };
    Some(View { subject, class: Class::Published(basis), day })
}

/// Whether the public sees a record on a day. Of a building, whether it sees its vacancy record:
/// the footprint itself is base data.
pub fn visibility(subject: Subject<'_>, day: Day) -> Visibility {
    match subject {
        Subject::Parcel(..) | Subject::District(..) | Subject::Building(_, None, _) => Visibility::Base,
        Subject::Building(_, Some(vacancy), _) => match vacancy_basis(vacancy, day) {
            Some(basis) => Visibility::Public(basis),
            None => Visibility::Base,
        },
        Subject::Site(site, _, facts) => site_visibility(site, facts, day),
        Subject::Feature(_, layer) => match layer.visibility {
            crate::codes::LayerVisibility::Public => Visibility::Base,
            crate::codes::LayerVisibility::Staff => Visibility::Withheld,
        },
    }
}

fn site_visibility(site: &Site, facts: &Facts, day: Day) -> Visibility {
    if is_objected(site, facts, day) {
        return Visibility::Withheld;
    }
    let publication = &site.publication;
    let basis = match publication.basis {
        Some(Basis::Register) if is_announced(site, facts, day) => Basis::Register,
        Some(Basis::Offer) if is_offered(publication, site.owner_class, day) => Basis::Offer,
        Some(Basis::Consent) if is_consented(publication, day) => Basis::Consent,
        _ => return Visibility::Withheld,
    };
    match (is_decided(publication, day), site.status.ended_by_use()) {
        (false, _) => Visibility::Withheld,
        (true, true) => Visibility::Ended,
        (true, false) if site.status.is_closed() => Visibility::Withheld,
        (true, false) => Visibility::Public(basis),
    }
}

fn vacancy_basis(vacancy: &Vacancy, day: Day) -> Option<Basis> {
    let publication = &vacancy.publication;
    let basis = publication.basis?;
    let lawful = match basis {
        Basis::Register => false,
        Basis::Offer => is_offered(publication, vacancy.owner_class, day),
        Basis::Consent => is_consented(publication, day),
    };
    (lawful && is_decided(publication, day)).then_some(basis)
}

fn is_decided(publication: &Publication, day: Day) -> bool {
    publication.decision == Some(Decision::Publish)
        && publication.public_from.is_none_or(|from| from <= day)
        && publication.public_until.is_none_or(|until| day <= until)
}

/// The month of notice is over and covers the site (§ 200 (3) sentence 5 BauGB).
fn is_announced(site: &Site, facts: &Facts, day: Day) -> bool {
    site.site_type.is_land()
        && facts.announcement(&site.publication).is_some_and(|announcement| {
            announcement.ags == site.ags
                && covers(announcement, site)
                && first_publication_day(announcement.announced_on).is_some_and(|first| first <= day)
        })
}

/// A site without parcels lies in no district that an announcement could name.
fn covers(announcement: &Announcement, site: &Site) -> bool {
    announcement.scope.is_empty()
        || (!site.parcels.is_empty()
            && site.parcels.iter().all(|parcel| announcement.scope.contains(&parcel.district_key())))
}

/// The municipality offers its own, or an owner does with consent on record.
fn is_offered(publication: &Publication, owner: Option<OwnerClass>, day: Day) -> bool {
    owner == Some(OwnerClass::Municipal) || is_consented(publication, day)
}

fn is_consented(publication: &Publication, day: Day) -> bool {
    publication
        .consent
        .as_ref()
        .is_some_and(|consent| consent.given_on <= day && consent.revoked_on.is_none_or(|revoked| day < revoked))
}

fn is_objected(site: &Site, facts: &Facts, day: Day) -> bool {
    site.parcels.iter().any(|parcel| facts.is_objected(*parcel, day))
}

/// Stage of a site's publication on a day, for the staff.
pub fn site_stage(site: &Site, facts: &Facts, day: Day) -> Stage {
    match site_visibility(site, facts, day) {
        Visibility::Public(_) | Visibility::Base => return Stage::Published,
        Visibility::Ended => return Stage::Ended,
        Visibility::Withheld => {}
    }
    if is_objected(site, facts, day) {
        return Stage::Objected;
    }
    let announcement =
        (site.publication.basis == Some(Basis::Register)).then(|| facts.announcement(&site.publication)).flatten();
    let lawful = match site.publication.basis {
        Some(Basis::Register) => is_announced(site, facts, day),
        Some(Basis::Offer) => is_offered(&site.publication, site.owner_class, day),
        Some(Basis::Consent) => is_consented(&site.publication, day),
        None => false,
    };
    withheld_stage(&site.publication, announcement, lawful, day)
}

/// Stage of a vacancy record's publication on a day, for the staff.
pub fn vacancy_stage(vacancy: &Vacancy, day: Day) -> Stage {
    if vacancy_basis(vacancy, day).is_some() {
        return Stage::Published;
    }
    let lawful = match vacancy.publication.basis {
        Some(Basis::Offer) => is_offered(&vacancy.publication, vacancy.owner_class, day),
        Some(Basis::Consent) => is_consented(&vacancy.publication, day),
        Some(Basis::Register) | None => false,
    };
    withheld_stage(&vacancy.publication, None, lawful, day)
}

fn withheld_stage(publication: &Publication, announcement: Option<&Announcement>, lawful: bool, day: Day) -> Stage {
    let revoked =
        publication.consent.as_ref().and_then(|consent| consent.revoked_on).is_some_and(|revoked| revoked <= day);
    let over = publication.public_until.is_some_and(|until| until < day);
    if publication.decision == Some(Decision::Withdrawn)
        || (publication.basis != Some(Basis::Register) && revoked)
        || over
    {
        return Stage::Withdrawn;
    }
    if lawful {
        return Stage::Publishable;
    }
    match announcement {
        Some(announcement) if day < announcement.announced_on => Stage::Announced,
        Some(announcement) if first_publication_day(announcement.announced_on).is_none_or(|first| day < first) => {
            Stage::NoticeRunning
        }
        _ => Stage::Internal,
    }
}

/// The next day after `day` on which what the public sees of the record changes by date alone.
pub fn next_change_day(subject: Subject<'_>, day: Day) -> Option<Day> {
    let mut days: Vec<Day> = Vec::new();
    let publication = match subject {
        Subject::Site(site, _, facts) => {
            days.extend(facts.announcement(&site.publication).and_then(|a| first_publication_day(a.announced_on)));
            days.extend(
                site.parcels.iter().flat_map(|parcel| facts.objections_of(*parcel)).filter_map(|o| o.lifted_on),
            );
            &site.publication
        }
        Subject::Building(_, Some(vacancy), _) => &vacancy.publication,
        Subject::Parcel(..) | Subject::District(..) | Subject::Building(..) | Subject::Feature(..) => return None,
    };
    days.extend(publication.public_from);
    days.extend(publication.public_until.and_then(|until| until.tomorrow().ok()));
    days.extend(publication.consent.as_ref().map(|consent| consent.given_on));
    days.extend(publication.consent.as_ref().and_then(|consent| consent.revoked_on));
    days.retain(|candidate| *candidate > day);
    days.sort_unstable();
    let now = visibility(subject, day);
    days.into_iter().find(|candidate| visibility(subject, *candidate) != now)
}

impl Subject<'_> {
    /// Municipality; `None` for features of layers.
    pub fn ags(&self) -> Option<Ags> {
        match self {
            Self::Parcel(parcel, _) => Some(parcel.ags),
            Self::District(district, _) => Some(district.ags),
            Self::Building(building, ..) => Some(building.ags),
            Self::Site(site, ..) => Some(site.ags),
            Self::Feature(..) => None,
        }
    }

    fn collection(&self) -> Option<Collection> {
        match self {
            Self::Parcel(..) => Some(Collection::Parcels),
            Self::District(..) => Some(Collection::Districts),
            Self::Building(..) => Some(Collection::Buildings),
            Self::Site(..) => Some(Collection::Sites),
            Self::Feature(..) => None,
        }
    }
}

#[cfg(test)]
mod tests;
