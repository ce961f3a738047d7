//! Settings of a municipality: its contact, its face, and where its links lead. A journaled record, checked here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    coat_of_arms,
    colour::{Colour, LEAST_CONTRAST},
    licence::{LICENCES, Licence},
};

/// Settings of a municipality.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Office that answers, e.g. "Bauamt".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<String>,
    /// Mail address of that office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_mail: Option<String>,
    /// Phone number of that office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_phone: Option<String>,
    /// Street address of that office, on one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_address: Option<String>,
    /// When that office can be reached, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_hours: Option<String>,
    /// Website of the municipality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Credit line of the base data, shown with every map and answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// Licence of the data by its [code](crate::licence::Licence::code), told to catalogues and programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Whether the data are made up; pages and answers then say so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub example_data: bool,
    /// Address templates by [`LinkKind::code`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
    /// What a mail about an enquiry tells the office, by its [code](EnquiryMail::code); the number alone if not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enquiry_mail: Option<String>,
    /// Impressum, in paragraphs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imprint: Option<String>,
    /// Datenschutzerklärung, in paragraphs, beside what the software says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
    /// Erklärung zur Barrierefreiheit, in paragraphs, beside what the software says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessibility: Option<String>,
    /// Colour of the municipality's face, `#rrggbb`: dark enough for white letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// Coat of arms, as [`coat_of_arms::CoatOfArms`] reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coat_of_arms: Option<String>,
    /// Origins of sites that may show the list in a frame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub embed_origins: Vec<String>,
}

/// What the mail tells that the office gets of an enquiry, where the server sends mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnquiryMail {
    /// That there is one, its number, and how it is read: nothing personal leaves the server.
    #[default]
    Notice,
    /// All that was asked, and by whom.
    Whole,
    /// There is none.
    Nothing,
}

impl EnquiryMail {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Notice, Self::Whole, Self::Nothing];

    /// Word in the settings.
    pub fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Whole => "whole",
            Self::Nothing => "nothing",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.code() == code)
    }
}

/// Where a link of a page of a site leads: forms and services outside of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// Asking the municipality, by a form of its own.
    Enquiry,
    /// Bauvoranfrage.
    PreliminaryEnquiry,
    /// Bauantrag.
    BuildingApplication,
    /// Funding.
    Funding,
    /// Development plans.
    Plans,
    /// Zuständigkeitsfinder Amt24.
    Amt24,
}

impl LinkKind {
    /// Every kind, in the order pages show them.
    pub const ALL: [Self; 6] =
        [Self::Enquiry, Self::PreliminaryEnquiry, Self::BuildingApplication, Self::Funding, Self::Plans, Self::Amt24];

    /// Name in the settings.
    pub fn code(self) -> &'static str {
        match self {
            Self::Enquiry => "enquiry",
            Self::PreliminaryEnquiry => "preliminary_enquiry",
            Self::BuildingApplication => "building_application",
            Self::Funding => "funding",
            Self::Plans => "plans",
            Self::Amt24 => "amt24",
        }
    }
}

/// Names that an address template may hold in braces; each stands for something public of the record.
pub const PLACEHOLDERS: [&str; 6] = ["id", "title", "page", "ags", "district", "parcels"];

/// Why a setting is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// There is no such setting.
    #[error("there is no setting \"{key}\"; there are {}", Settings::keys().join(", "))]
    Unknown {
        /// What was asked for.
        key: String,
    },
    /// The value cannot be taken.
    #[error("{key}: {reason}")]
    Value {
        /// The setting.
        key: String,
        /// What is wrong and what is expected.
        reason: String,
    },
}

const LONGEST_LINE: usize = 300;
const LONGEST_TEXT: usize = 50_000;

impl Settings {
    /// Names of all settings, as [`Settings::set`] takes them.
    pub fn keys() -> Vec<String> {
        let fixed = [
            "contact_name",
            "contact_mail",
            "contact_phone",
            "contact_address",
            "contact_hours",
            "website",
            "attribution",
            "licence",
            "example_data",
            "enquiry_mail",
            "imprint",
            "privacy",
            "accessibility",
            "colour",
            "coat_of_arms",
            "embed_origins",
        ];
        let links = LinkKind::ALL.map(|kind| format!("link_{}", kind.code()));
        fixed.into_iter().map(str::to_owned).chain(links).collect()
    }

    /// Sets one setting from text; an empty value takes it away. Several origins are separated by blanks.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), SettingError> {
        let value = value.trim();
        let refuse = |reason: String| SettingError::Value { key: key.to_owned(), reason };
        let checked = |check: fn(&str) -> Result<(), String>| match value {
            "" => Ok(None),
            value => check(value).map(|()| Some(value.to_owned())).map_err(refuse),
        };
        match key {
            "contact_name" => self.contact_name = checked(line)?,
            "contact_mail" => self.contact_mail = checked(mail)?,
            "contact_phone" => self.contact_phone = checked(phone)?,
            "contact_address" => self.contact_address = checked(line)?,
            "contact_hours" => self.contact_hours = checked(line)?,
            "website" => self.website = checked(url)?,
            "attribution" => self.attribution = checked(line)?,
            "licence" => self.licence = checked(licence)?,
            "enquiry_mail" => self.enquiry_mail = checked(enquiry_mail)?,
            "imprint" => self.imprint = checked(text)?,
            "privacy" => self.privacy = checked(text)?,
            "accessibility" => self.accessibility = checked(text)?,
            "colour" => self.colour = checked(colour)?.map(|colour| colour.to_ascii_lowercase()),
            "coat_of_arms" => self.coat_of_arms = checked(coat_of_arms::check)?,
            "example_data" => {
                self.example_data = match value {
                    "true" => true,
                    "false" | "" => false,
                    other => return Err(refuse(format!("must be true or false, got \"{other}\""))),
                };
            }
            "embed_origins" => {
                let origins: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
                origins.iter().try_for_each(|one| origin(one)).map_err(refuse)?;
                self.embed_origins = origins;
            }
            _ => self.set_link(key, value)?,
        }
        Ok(())
    }

    fn set_link(&mut self, key: &str, value: &str) -> Result<(), SettingError> {
        let kind =
            key.strip_prefix("link_").and_then(|code| LinkKind::ALL.into_iter().find(|kind| kind.code() == code));
        let kind = kind.ok_or_else(|| SettingError::Unknown { key: key.to_owned() })?;
        if value.is_empty() {
            self.links.remove(kind.code());
            return Ok(());
        }
        template(value).map_err(|reason| SettingError::Value { key: key.to_owned(), reason })?;
        self.links.insert(kind.code().to_owned(), value.to_owned());
        Ok(())
    }

    /// Value of one setting as [`Settings::set`] takes it; `None` if it is not set.
    pub fn get(&self, key: &str) -> Option<String> {
        match key {
            "contact_name" => self.contact_name.clone(),
            "contact_mail" => self.contact_mail.clone(),
            "contact_phone" => self.contact_phone.clone(),
            "contact_address" => self.contact_address.clone(),
            "contact_hours" => self.contact_hours.clone(),
            "website" => self.website.clone(),
            "attribution" => self.attribution.clone(),
            "licence" => self.licence.clone(),
            "enquiry_mail" => self.enquiry_mail.clone(),
            "imprint" => self.imprint.clone(),
            "privacy" => self.privacy.clone(),
            "accessibility" => self.accessibility.clone(),
            "colour" => self.colour.clone(),
            "coat_of_arms" => self.coat_of_arms.clone(),
            "example_data" => self.example_data.then(|| "true".to_owned()),
            "embed_origins" => (!self.embed_origins.is_empty()).then(|| self.embed_origins.join(" ")),
            _ => self.links.get(key.strip_prefix("link_")?).cloned(),
        }
    }

    /// What a mail about an enquiry tells the office.
    pub fn mail_of_enquiries(&self) -> EnquiryMail {
        self.enquiry_mail.as_deref().and_then(EnquiryMail::from_code).unwrap_or_default()
    }

    /// Address that a link leads to, the placeholders filled and percent-encoded; what has no value is empty.
    pub fn link(&self, kind: LinkKind, values: &[(&str, &str)]) -> Option<String> {
        let mut rest = self.links.get(kind.code())?.as_str();
        let mut address = String::with_capacity(rest.len());
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}')?;
            address.push_str(before);
            let value = values.iter().find(|(found, _)| *found == name).map_or("", |(_, value)| value);
            push_encoded(&mut address, value);
            rest = behind;
        }
        address.push_str(rest);
        Some(address)
    }
}

fn push_encoded(address: &mut String, value: &str) {
    use std::fmt::Write as _;
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
}

fn line(value: &str) -> Result<(), String> {
    if value.chars().any(char::is_control) {
        return Err("must be one line".to_owned());
    }
    if value.chars().count() > LONGEST_LINE {
        return Err(format!("must not be longer than {LONGEST_LINE} characters"));
    }
    Ok(())
}

fn licence(value: &str) -> Result<(), String> {
    let codes = || LICENCES.map(|licence| licence.code).join(", ");
    Licence::find(value).map(drop).ok_or_else(|| format!("must be one of {}, got \"{value}\"", codes()))
}

fn enquiry_mail(value: &str) -> Result<(), String> {
    let codes = || EnquiryMail::ALL.map(EnquiryMail::code).join(", ");
    EnquiryMail::from_code(value).map(drop).ok_or_else(|| format!("must be one of {}, got \"{value}\"", codes()))
}

fn text(value: &str) -> Result<(), String> {
    if value.chars().any(|c| c.is_control() && c != '\n') {
        return Err("must be text; paragraphs are separated by an empty line".to_owned());
    }
    if value.chars().count() > LONGEST_TEXT {
        return Err(format!("must not be longer than {LONGEST_TEXT} characters"));
    }
    Ok(())
}

pub(crate) fn mail(value: &str) -> Result<(), String> {
    let is_mail = value.split_once('@').is_some_and(|(user, host)| {
        let is_plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && !b"@,;:<>\"?&%()[]\\".contains(&b))
        };
        is_plain(user) && is_plain(host) && host.contains('.')
    });
    if is_mail { Ok(()) } else { Err(format!("must be one mail address, got \"{value}\"")) }
}

pub(crate) fn phone(value: &str) -> Result<(), String> {
    let is_phone = value.chars().filter(char::is_ascii_digit).count() >= 3
        && value.chars().all(|c| c.is_ascii_digit() || " +-/()".contains(c));
    if is_phone { Ok(()) } else { Err(format!("must be a phone number such as +49 34321 70-0, got \"{value}\"")) }
}

fn url(value: &str) -> Result<(), String> {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_url = host.is_some_and(|host| !host.is_empty() && !host.contains(['{', '@']))
        && value.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`|".contains(&b));
    if is_url {
        Ok(())
    } else {
        Err(format!("must be an address that begins with https:// or http://, got \"{value}\""))
    }
}

fn template(value: &str) -> Result<(), String> {
    url(value)?;
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or_else(|| "has a { without a }".to_owned())?;
        if !PLACEHOLDERS.contains(&name) {
            return Err(format!("does not know {{{name}}}; it knows {{{}}}", PLACEHOLDERS.join("}, {")));
        }
        rest = behind;
    }
    Ok(())
}

/// `https://www.leisnig.example`: what a browser compares, without path and slash.
fn origin(value: &str) -> Result<(), String> {
    let is_origin = url(value).is_ok()
        && value.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#', ';', ',', '\'', '*']));
    if is_origin { Ok(()) } else { Err(format!("must be origins such as https://www.example.org, got \"{value}\"")) }
}

/// White letters need 4.5:1 (WCAG 2.2, 1.4.3).
fn colour(value: &str) -> Result<(), String> {
    let colour = Colour::parse(value).ok_or_else(|| format!("must be a colour such as #0d4a4f, got \"{value}\""))?;
    let contrast = colour.contrast(Colour::WHITE);
    if contrast >= LEAST_CONTRAST {
        return Ok(());
    }
    Err(format!(
        "white letters on {value} have a contrast of {contrast:.1}:1; at least {LEAST_CONTRAST}:1 is needed, so choose it darker"
    ))
}

#[cfg(test)]
mod tests {
    use super::{LinkKind, Settings};

    fn check(key: &str, value: &str, refused: Option<&str>) {
        let mut settings = Settings::default();
        let reason = settings.set(key, value).err().map(|error| error.to_string());
        match (&reason, refused) {
            (Some(reason), Some(part)) => assert!(reason.contains(part), "{reason}"),
            _ => assert_eq!(reason.as_deref(), refused, "{key}={value}"),
        }
    }

    #[test]
    fn every_setting_is_checked() {
        check("contact_mail", "bauamt@leisnig.example.org", None);
        check("contact_mail", "a@b.de, c@d.de", Some("must be one mail address"));
        check("contact_mail", "a@b.de?bcc=x", Some("must be one mail address"));
        check("contact_phone", "+49 34321 70-0", None);
        check("contact_phone", "anrufen", Some("must be a phone number"));
        check("contact_name", "Bau\namt", Some("must be one line"));
        check("website", "https://www.leisnig.example", None);
        check("website", "javascript:alert(1)", Some("https://"));
        check("website", "https://user@host.example", Some("https://"));
        check("colour", "#0d4a4f", None);
        check("colour", "#ffd000", Some("white letters on #ffd000 have a contrast of 1.5:1"));
        check("colour", "teal", Some("must be a colour"));
        check("embed_origins", "https://www.leisnig.example https://meinleisnig.example:8443", None);
        check("embed_origins", "https://www.leisnig.example/seite", Some("must be origins"));
        check("licence", "dl-de/by-2-0", None);
        check("licence", "frei", Some("must be one of dl-de/by-2-0, dl-de/zero-2-0, cc-by-4.0, "));
        check("enquiry_mail", "whole", None);
        check("enquiry_mail", "alles", Some("must be one of notice, whole, nothing, got"));
        check("embed_origins", "*", Some("must be origins"));
        check("embed_origins", "https://a.example;script-src", Some("must be origins"));
        check("example_data", "vielleicht", Some("must be true or false"));
        check("imprint", "Stadt\n\nMarkt 1", None);
        check("link_funding", "https://www.sab.example/?objekt={id}", None);
        check("link_funding", "https://www.sab.example/{owner}", Some("does not know {owner}"));
        check("link_funding", "https://{id}.example/", Some("https://"));
        check("link_x", "https://a.example", Some("there is no setting \"link_x\""));
        check("contact", "x", Some("there are contact_name, "));
    }

    #[test]
    fn every_listed_key_can_be_set_and_an_empty_value_takes_it_away() {
        for key in Settings::keys() {
            let value = match key.as_str() {
                "contact_mail" => "a@b.example",
                "contact_phone" => "030 123",
                "example_data" => "true",
                "licence" => "cc0",
                "enquiry_mail" => "nothing",
                "colour" => "#0D4A4F",
                "coat_of_arms" => r#"<svg xmlns="http://www.w3.org/2000/svg"></svg>"#,
                key if key.starts_with("contact") => "x",
                _ => "https://a.example",
            };
            let mut settings = Settings::default();
            settings.set(&key, value).unwrap();
            assert_eq!(settings.get(&key).map(|value| value.to_lowercase()), Some(value.to_lowercase()), "{key}");
            settings.set(&key, "").unwrap();
            assert_eq!(settings, Settings::default(), "{key}");
        }
    }

    #[test]
    fn a_link_holds_encoded_values_and_nothing_that_breaks_out() {
        let mut settings = Settings::default();
        settings.set("link_enquiry", "https://formular.example/?objekt={id}&name={title}&x={parcels}#a").unwrap();
        let link = settings.link(LinkKind::Enquiry, &[("id", "a1"), ("title", "Baulücke & Co {id}")]);
        assert_eq!(
            link.as_deref(),
            Some("https://formular.example/?objekt=a1&name=Baul%C3%BCcke%20%26%20Co%20%7Bid%7D&x=#a")
        );
        assert_eq!(settings.link(LinkKind::Funding, &[]), None);
    }

    #[test]
    fn settings_written_before_read_back_the_same() {
        let old = r#"{"contact_name":"Bauamt","example_data":true}"#;
        let settings: Settings = serde_json::from_str(old).unwrap();
        assert_eq!(serde_json::to_string(&settings).unwrap(), old);
    }
}
