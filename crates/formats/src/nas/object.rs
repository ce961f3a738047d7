//! What the objects of NAS have in common: finding them, their ids, keys and life spans.

use cadastre::Day;
use jiff::tz::TimeZone;

use crate::{
    FormatError,
    xml::{Step, Vocabulary, Xml},
};

/// What the cursor found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The start tag of an object; its kind is the name of the tag.
    Object {
        /// Object id.
        id: Oid,
    },
    /// `srsName` that holds for what follows (envelope, or the list of systems at the head).
    Srs(String),
    /// An order to delete an object.
    Deletion {
        /// What it names.
        id: String,
    },
    /// The end of the file.
    End,
}

/// Goes to the next object, wherever in the wrappers of the various deliveries it stands.
pub(super) fn next(xml: &mut Xml) -> Result<Found, FormatError> {
    loop {
        match xml.step()? {
            Step::Eof => return Ok(Found::End),
            Step::End | Step::Text => {}
            Step::Start => {
                if let Some(found) = start(xml)? {
                    return Ok(found);
                }
            }
        }
    }
}

fn start(xml: &mut Xml) -> Result<Option<Found>, FormatError> {
    Ok(match (xml.vocabulary(), xml.name()) {
        // Only objects have ids; data types and properties have none.
        (Vocabulary::Aaa, _) if xml.attribute("id")?.is_some() => {
            let id = xml.attribute("id")?.unwrap_or_default();
            Some(Found::Object { id: Oid::new(&id) })
        }
        (Vocabulary::Aaa, "crs") => xml.attribute("href")?.map(Found::Srs),
        (Vocabulary::Gml, "Envelope") => xml.attribute("srsName")?.map(Found::Srs),
        (Vocabulary::Wfs, "Delete") => Some(Found::Deletion { id: deletion(xml)? }),
        _ => None,
    })
}

/// The id within a `wfs:Delete`, in the attributes of its filter.
fn deletion(xml: &mut Xml) -> Result<String, FormatError> {
    let depth = xml.depth();
    let mut id = String::new();
    while xml.depth() >= depth {
        if xml.step()? == Step::Start && matches!(xml.name(), "FeatureId" | "ResourceId" | "GmlObjectId") {
            for attribute in ["fid", "rid", "id"] {
                if let Some(value) = xml.attribute(attribute)? {
                    id = value;
                }
            }
        }
    }
    Ok(id)
}

/// Id of an object: the 16 characters that stay the same over its versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Oid(Box<str>);

impl Oid {
    /// Takes `DEHHALKAn0007rf5`, the same with the time of a version behind it, and `urn:adv:oid:…`.
    pub(super) fn new(id: &str) -> Self {
        let id = id.trim();
        let id = id.strip_prefix("urn:adv:oid:").unwrap_or(id);
        Self(id.get(..16).unwrap_or(id).into())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The texts of a composed key, e.g. `AX_Gemeindekennzeichen`.
pub(super) struct Leaves(Vec<(String, String)>);

impl Leaves {
    pub(super) fn read(xml: &mut Xml) -> Result<Self, FormatError> {
        xml.leaves().map(Self)
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(leaf, _)| leaf == name).map_or("", |(_, text)| text)
    }

    /// AGS: Land, Regierungsbezirk (0 where there is none), Kreis, Gemeinde. Empty if a part is missing.
    pub(super) fn ags(&self) -> String {
        let (land, county, municipality) = (self.get("land"), self.get("kreis"), self.get("gemeinde"));
        if land.is_empty() || county.is_empty() || municipality.is_empty() {
            return String::new();
        }
        let region = self.get("regierungsbezirk");
        format!("{land}{}{county}{municipality}", if region.is_empty() { "0" } else { region })
    }

    /// Key of the district: Land and Gemarkungsnummer. Empty if a part is missing.
    pub(super) fn district_key(&self) -> String {
        let (land, number) = (self.get("land"), self.get("gemarkungsnummer"));
        if land.is_empty() || number.is_empty() { String::new() } else { format!("{land}{number}") }
    }

    /// Key of a street in the catalogue; empty if the address is not given by key.
    pub(super) fn street_key(&self) -> String {
        let (ags, street) = (self.ags(), self.get("lage"));
        if ags.is_empty() || street.is_empty() { String::new() } else { format!("{ags}{street}") }
    }

    /// The German day on which this version of the object begins.
    pub(super) fn begins(&self) -> Option<Day> {
        let text = self.get("beginnt");
        match text.parse::<jiff::Timestamp>() {
            Ok(instant) => {
                let berlin = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
                Some(instant.to_zoned(berlin).date())
            }
            Err(_) => text.get(..10).unwrap_or(text).parse().ok(),
        }
    }

    /// Whether this version has ended: it is history, not the present state.
    pub(super) fn has_ended(&self) -> bool {
        !self.get("endet").is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Leaves, Oid};

    fn leaves(texts: &[(&str, &str)]) -> Leaves {
        Leaves(texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn ids_lose_prefix_and_version() {
        for id in ["DEHHALKAn0007rf5", "urn:adv:oid:DEHHALKAn0007rf5", "DEHHALKAn0007rf520150331T072617Z"] {
            assert_eq!(Oid::new(id).as_str(), "DEHHALKAn0007rf5");
        }
        assert_eq!(Oid::new("short").as_str(), "short");
    }

    #[test]
    fn keys_are_put_together_or_left_empty() {
        let hamburg = leaves(&[
            ("land", "02"),
            ("regierungsbezirk", "0"),
            ("kreis", "00"),
            ("gemeinde", "000"),
            ("lage", "I1210"),
        ]);
        assert_eq!((hamburg.ags().as_str(), hamburg.street_key().as_str()), ("02000000", "02000000I1210"));
        let saxony = leaves(&[("land", "14"), ("kreis", "22"), ("gemeinde", "310"), ("gemarkungsnummer", "2888")]);
        assert_eq!((saxony.ags().as_str(), saxony.district_key().as_str()), ("14022310", "142888"));
        assert_eq!(leaves(&[("land", "14")]).ags(), "");
        assert_eq!(leaves(&[("land", "14")]).district_key(), "");
    }

    #[test]
    fn a_version_begins_on_the_german_day() {
        let begins = |text| leaves(&[("beginnt", text)]).begins().map(|day| day.to_string());
        assert_eq!(begins("2015-03-31T07:26:17Z").as_deref(), Some("2015-03-31"));
        assert_eq!(begins("2015-06-30T22:30:00Z").as_deref(), Some("2015-07-01"));
        assert_eq!(begins("2015-06-30").as_deref(), Some("2015-06-30"));
        assert_eq!(begins("gestern"), None);
        assert_eq!(begins(""), None);
    }
}
