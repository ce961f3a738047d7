//! What passed the gate, property by property.

use std::borrow::Cow;

use super::{Facts, Place, Subject, site_stage, vacancy_stage};
use crate::{
    Ags, Day, DistrictKey,
    codes::{Basis, CodeList},
    picture::Picture,
    property::{Collection, Exposure, Property, shows_pictures},
    record::{Building, District, Parcel, Publication, Site, Vacancy},
    value::ValueRef,
};

/// What a viewer sees of a record.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) class: Class,
    pub(super) day: Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Staff,
    Base,
    Published(Basis),
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

    /// A picture, if it is one of this record and the viewer may see it: the staff every one, the public those that are
    /// released, where the basis of the publication allows pictures.
    pub fn picture(&self, picture: &'a Picture) -> Option<PictureView<'a>> {
        let is_own = self.collection() == Some(picture.subject.collection())
            && self.id() == picture.subject_id
            && self.ags() == Some(picture.ags);
        let is_seen = match self.class {
            Class::Staff => true,
            Class::Base => false,
            Class::Published(basis) => picture.is_released && shows_pictures(basis, self.consented()),
        };
        (is_own && is_seen).then_some(PictureView { picture })
    }

    /// What the owner's consent names.
    fn consented(&self) -> &'a [String] {
        let consent = self.publication().and_then(|publication| publication.consent.as_ref());
        consent.map_or(&[], |consent| &consent.fields)
    }

    /// Value of a property; null where nothing is known *or* nothing may be shown.
    pub fn value(&self, name: &str) -> ValueRef<'a> {
        match self.collection() {
            Some(collection) => {
                collection.property(name).map_or(ValueRef::Null, |property| self.property_value(property))
            }
            None => {
                self.feature_values().find(|(column, _)| *column == name).map_or(ValueRef::Null, |(_, value)| value)
            }
        }
    }

    /// Value of a property of the view's own collection, as [`View::value`] without the search for its name.
    pub fn property(&self, property: &Property) -> ValueRef<'a> {
        self.property_value(property)
    }

    /// Value of the column of a layer that comes so many after the first; null of any other record.
    pub fn column(&self, index: usize) -> ValueRef<'a> {
        match self.subject {
            Subject::Feature(feature, layer) if index < layer.columns.len() => {
                feature.values.get(index).map_or(ValueRef::Null, crate::Value::as_ref)
            }
            _ => ValueRef::Null,
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
            Subject::Parcel(_, place)
            | Subject::District(_, place)
            | Subject::Building(_, _, place)
            | Subject::Site(_, place, _) => place,
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
            Class::Base => property.exposure == Exposure::Base,
            Class::Published(basis) => property.is_public_by(basis, self.consented()),
        }
    }
}

/// A picture that a viewer sees. Only [`View::picture`] makes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureView<'a> {
    picture: &'a Picture,
}

impl<'a> PictureView<'a> {
    /// Its record: a picture is seen as a whole or not at all.
    pub fn record(&self) -> &'a Picture {
        self.picture
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

fn parcel_value<'a>(parcel: &'a Parcel, place: Place<'a>, name: &str) -> ValueRef<'a> {
    match name {
        "parcel_id" => ValueRef::Text(Cow::Borrowed(parcel.parcel_id.as_str())),
        "number" => ValueRef::Text(Cow::Owned(parcel.parcel_id.number().to_string())),
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
        "district_key" => ValueRef::opt_text(building.district_key.as_ref().map(DistrictKey::as_str)),
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
        "numbers" => {
            ValueRef::List(site.parcels.iter().map(|parcel| Cow::Owned(parcel.number().to_string())).collect())
        }
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
