//! The one gate to the outside.
//!
//! [`view`] is the only maker of a [`View`], and encoders accept nothing else. What a viewer does not
//! see is absent from lists, counts, filters and figures alike.
//!
//! Sources: § 200 (3) BauGB (register, announcement, objection), Art. 6 (1) (a), 7 GDPR (consent).
//! Where the law leaves a choice the stricter reading holds: a site on several parcels is withheld
//! whole if one owner objected, and an objection stops every basis.

use std::{borrow::Cow, collections::HashMap};

use crate::{
    Ags, Day, ParcelId,
    codes::{Basis, CodeList, Decision, OwnerClass, Stage},
    day::first_publication_day,
    property::{Collection, Property},
    record::{Announcement, Building, District, Feature, Layer, Municipality, Objection, Parcel, Publication, Site, Vacancy},
    role::{Action, Viewer},
    value::ValueRef,
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

/// What a viewer sees of a record.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    subject: Subject<'a>,
    class: Class,
    day: Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Staff,
    Base,
    Published(Basis),
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
    publication.consent.as_ref().is_some_and(|consent| {
        consent.given_on <= day && consent.revoked_on.is_none_or(|revoked| day < revoked)
    })
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
    let announcement = (site.publication.basis == Some(Basis::Register)).then(|| facts.announcement(&site.publication)).flatten();
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
    let revoked = publication.consent.as_ref().and_then(|consent| consent.revoked_on).is_some_and(|revoked| revoked <= day);
    let over = publication.public_until.is_some_and(|until| until < day);
    if publication.decision == Some(Decision::Withdrawn) || (publication.basis != Some(Basis::Register) && revoked) || over {
        return Stage::Withdrawn;
    }
    if lawful {
        return Stage::Publishable;
    }
    match announcement {
        Some(announcement) if day < announcement.announced_on => Stage::Announced,
        Some(announcement) if first_publication_day(announcement.announced_on).is_none_or(|first| day < first) => Stage::NoticeRunning,
        _ => Stage::Internal,
    }
}

/// The next day after `day` on which what the public sees of the record changes by date alone.
pub fn next_change_day(subject: Subject<'_>, day: Day) -> Option<Day> {
    let mut days: Vec<Day> = Vec::new();
    let publication = match subject {
        Subject::Site(site, _, facts) => {
            days.extend(facts.announcement(&site.publication).and_then(|a| first_publication_day(a.announced_on)));
            days.extend(site.parcels.iter().flat_map(|parcel| facts.objections_of(*parcel)).filter_map(|o| o.lifted_on));
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

impl<'a> Subject<'a> {
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

impl<'a> View<'a> {
    /// Typed collection; `None` for features of layers.
    pub fn collection(&self) -> Option<Collection> {
        self.subject.collection()
    }

    /// Id within its collection.
    pub fn id(&self) -> &'a str {
        match self.subject {
            Subject::Parcel(parcel, _) => parcel.parcel_id.as_str(),
            Subject::District(district, _) => district.district_key.as_str(),
            Subject::Building(building, ..) => &building.building_id,
            Subject::Site(site, ..) => &site.site_id,
            Subject::Feature(feature, _) => &feature.feature_id,
        }
    }

    /// Municipality; `None` for features of layers.
    pub fn ags(&self) -> Option<Ags> {
        self.subject.ags()
    }

    /// Whether the viewer sees internal properties.
    pub fn is_staff(&self) -> bool {
        self.class == Class::Staff
    }

    /// Whether a building's vacancy record, if it has one, shows.
    pub fn shows_vacancy(&self) -> bool {
        matches!(self.subject, Subject::Building(_, Some(_), _)) && self.class != Class::Base
    }

    /// Basis of the publication, if the record shows it.
    pub fn basis(&self) -> Option<Basis> {
        match self.class {
            Class::Published(basis) => Some(basis),
            Class::Base => None,
            Class::Staff => self.publication().and_then(|publication| publication.basis),
        }
    }

    /// Whether the municipality's data are made up.
    pub fn is_example(&self) -> bool {
        self.place().municipality.is_some_and(|municipality| municipality.settings.example_data)
    }

    /// Value of a property; null where nothing is known *or* nothing may be shown.
    pub fn value(&self, name: &str) -> ValueRef<'a> {
        match self.collection() {
            Some(collection) => collection.property(name).map_or(ValueRef::Null, |property| self.property_value(property)),
            None => self.feature_values().find(|(column, _)| *column == name).map_or(ValueRef::Null, |(_, value)| value),
        }
    }

    /// Names and values in the order they are served. Properties the viewer may never see are left
    /// out; those that this record does not show are null.
    pub fn properties(&self) -> impl Iterator<Item = (&'a str, ValueRef<'a>)> + '_ {
        let typed = self.collection().map_or(&[][..], Collection::properties);
        let is_staff = self.is_staff();
        typed
            .iter()
            .filter(move |property| is_staff || property.is_ever_public())
            .map(|property| (property.name, self.property_value(property)))
            .chain(self.feature_values())
    }

    fn feature_values(&self) -> impl Iterator<Item = (&'a str, ValueRef<'a>)> + use<'a> {
        let (columns, values) = match self.subject {
            Subject::Feature(feature, layer) => (&layer.columns[..], &feature.values[..]),
            _ => (&[][..], &[][..]),
        };
        columns.iter().zip(values).map(|(column, value)| (column.name.as_str(), value.as_ref()))
    }

    fn publication(&self) -> Option<&'a Publication> {
        match self.subject {
            Subject::Site(site, ..) => Some(&site.publication),
            Subject::Building(_, Some(vacancy), _) => Some(&vacancy.publication),
            _ => None,
        }
    }

    fn place(&self) -> Place<'a> {
        match self.subject {
            Subject::Parcel(_, place) | Subject::District(_, place) | Subject::Building(_, _, place) | Subject::Site(_, place, _) => place,
            Subject::Feature(..) => Place::default(),
        }
    }

    fn property_value(&self, property: &Property) -> ValueRef<'a> {
        if !self.shows(property) {
            return ValueRef::Null;
        }
        match self.subject {
            Subject::Parcel(parcel, place) => parcel_value(parcel, place, property.name),
            Subject::District(district, place) => district_value(district, place, property.name),
            Subject::Building(building, vacancy, place) => match building_value(building, place, property.name) {
                Some(value) => value,
                None => vacancy.map_or(ValueRef::Null, |vacancy| vacancy_value(vacancy, self.day, property.name)),
            },
            Subject::Site(site, place, facts) => {
                if property.name == "planning_law" && self.class == Class::Published(Basis::Register) {
                    let public = site.planning_law.filter(|law| law.is_public_plan());
                    return code_value(public);
                }
                site_value(site, place, facts, self.day, property.name)
            }
            Subject::Feature(..) => ValueRef::Null,
        }
    }

    fn shows(&self, property: &Property) -> bool {
        match self.class {
            Class::Staff => true,
            Class::Base => property.exposure == crate::property::Exposure::Base,
            Class::Published(basis) => {
                let consented = self.publication().and_then(|publication| publication.consent.as_ref());
                property.is_public_by(basis, consented.map_or(&[], |consent| &consent.fields))
            }
        }
    }
}

fn code_value<'a, C: CodeList>(code: Option<C>) -> ValueRef<'a> {
    code.map_or(ValueRef::Null, |code| ValueRef::Text(Cow::Borrowed(code.code())))
}

fn place_value<'a>(place: Place<'a>, name: &str) -> ValueRef<'a> {
    match name {
        "district" => ValueRef::opt_text(place.district.map(|district| district.name.as_str())),
        "municipality" => ValueRef::opt_text(place.municipality.map(|municipality| municipality.name.as_str())),
        "example_data" => match place.municipality {
            Some(municipality) if municipality.settings.example_data => ValueRef::Boolean(true),
            _ => ValueRef::Null,
        },
        _ => ValueRef::Null,
    }
}

fn owned<'a>(text: impl ToString) -> ValueRef<'a> {
    ValueRef::Text(Cow::Owned(text.to_string()))
}

fn parcel_value<'a>(parcel: &'a Parcel, place: Place<'a>, name: &str) -> ValueRef<'a> {
    match name {
        "parcel_id" => ValueRef::Text(Cow::Borrowed(parcel.parcel_id.as_str())),
        "number" => owned(parcel.parcel_id.number()),
        "district_key" => ValueRef::Text(Cow::Borrowed(&parcel.parcel_id.as_str()[..6])),
        "ags" => ValueRef::Text(Cow::Borrowed(parcel.ags.as_str())),
        "street" => ValueRef::opt_text(parcel.street.as_deref()),
        "official_area_m2" => ValueRef::opt_real(parcel.official_area_m2),
        "land_use" => ValueRef::opt_text(parcel.land_use.as_deref()),
        "source_date" => ValueRef::opt_date(parcel.source_date),
        _ => place_value(place, name),
    }
}

fn district_value<'a>(district: &'a District, place: Place<'a>, name: &str) -> ValueRef<'a> {
    match name {
        "district_key" => ValueRef::Text(Cow::Borrowed(district.district_key.as_str())),
        "name" => ValueRef::Text(Cow::Borrowed(&district.name)),
        "ags" => ValueRef::Text(Cow::Borrowed(district.ags.as_str())),
        _ => place_value(place, name),
    }
}

/// Base data of a building; `None` if the property belongs to the vacancy record.
fn building_value<'a>(building: &'a Building, place: Place<'a>, name: &str) -> Option<ValueRef<'a>> {
    Some(match name {
        "building_id" => ValueRef::Text(Cow::Borrowed(&building.building_id)),
        "function" => ValueRef::opt_text(building.function.as_deref()),
        "district_key" => ValueRef::opt_text(building.district_key.as_ref().map(crate::DistrictKey::as_str)),
        "ags" => ValueRef::Text(Cow::Borrowed(building.ags.as_str())),
        "example_data" => place_value(place, name),
        _ => return None,
    })
}

fn vacancy_value<'a>(vacancy: &'a Vacancy, day: Day, name: &str) -> ValueRef<'a> {
    match name {
        "vacancy_degree" => code_value(Some(vacancy.degree)),
        "vacant_since" => ValueRef::opt_date(vacancy.vacant_since),
        "condition" => code_value(vacancy.condition),
        "monument" => code_value(vacancy.monument),
        "built_year" => ValueRef::opt_integer(vacancy.built_year),
        "storeys" => ValueRef::opt_integer(vacancy.storeys),
        "living_area_m2" => ValueRef::opt_real(vacancy.living_area_m2),
        "owner_class" => code_value(vacancy.owner_class),
        "note" => ValueRef::opt_text(vacancy.note.as_deref()),
        "stage" => code_value(Some(vacancy_stage(vacancy, day))),
        _ => publication_value(&vacancy.publication, name),
    }
}

fn site_value<'a>(site: &'a Site, place: Place<'a>, facts: &Facts, day: Day, name: &str) -> ValueRef<'a> {
    match name {
        "site_id" => ValueRef::Text(Cow::Borrowed(&site.site_id)),
        "name" => ValueRef::opt_text(site.name.as_deref()),
        "type" => code_value(Some(site.site_type)),
        "status" => code_value(Some(site.status)),
        "ags" => ValueRef::Text(Cow::Borrowed(site.ags.as_str())),
        "locality" => ValueRef::opt_text(site.locality.as_deref()),
        "street" => ValueRef::opt_text(site.street.as_deref()),
        "numbers" => ValueRef::List(site.parcels.iter().map(|parcel| Cow::Owned(parcel.number().to_string())).collect()),
        "area_m2" => ValueRef::opt_real(site.area_m2),
        "planning_law" => code_value(site.planning_law),
        "servicing" => code_value(site.servicing),
        "available_from" => ValueRef::opt_date(site.available_from),
        "price_eur" => ValueRef::opt_real(site.price_eur),
        "condition" => code_value(site.condition),
        "monument" => code_value(site.monument),
        "dwellings_min" => ValueRef::opt_integer(site.dwellings_min),
        "dwellings_max" => ValueRef::opt_integer(site.dwellings_max),
        "contact" => ValueRef::opt_text(site.contact.as_deref()),
        "parcels" => ValueRef::List(site.parcels.iter().map(|parcel| Cow::Borrowed(parcel.as_str())).collect()),
        "owner_class" => code_value(site.owner_class),
        "note" => ValueRef::opt_text(site.note.as_deref()),
        "stage" => code_value(Some(site_stage(site, facts, day))),
        "district" | "municipality" | "example_data" => place_value(place, name),
        _ => publication_value(&site.publication, name),
    }
}

fn publication_value<'a>(publication: &'a Publication, name: &str) -> ValueRef<'a> {
    let consent = publication.consent.as_ref();
    match name {
        "basis" => code_value(publication.basis),
        "publication_decision" => code_value(publication.decision),
        "announcement_id" => ValueRef::opt_text(publication.announcement_id.as_deref()),
        "public_from" => ValueRef::opt_date(publication.public_from),
        "public_until" => ValueRef::opt_date(publication.public_until),
        "consent_given_on" => ValueRef::opt_date(consent.map(|consent| consent.given_on)),
        "consent_text_version" => ValueRef::opt_text(consent.map(|consent| consent.text_version.as_str())),
        "consent_revoked_on" => ValueRef::opt_date(consent.and_then(|consent| consent.revoked_on)),
        "consent_fields" => consent.map_or(ValueRef::Null, |consent| {
            ValueRef::List(consent.fields.iter().map(|field| Cow::Borrowed(field.as_str())).collect())
        }),
        _ => ValueRef::Null,
    }
}

#[cfg(test)]
#[path = "publication_tests.rs"]
mod tests;
