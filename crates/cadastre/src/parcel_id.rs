//! The 20-character Flurstückskennzeichen and the forms in which people write parcel numbers.
//!
//! | Pos. | 1–2 | 3–6 | 7–9 | 10–14 | 15–18 | 19–20 |
//! |---|---|---|---|---|---|---|
//! | Part | Land | Gemarkung | Flur | Zähler | Nenner | Folge |
//!
//! Source: AAA model 6.0. The official string is the key and is never rebuilt from a display number:
//! how a letter is encoded in the Nenner was not verified for Saxony.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::DistrictKey;

const LENGTH: usize = 20;
const FILLER: u8 = b'_';

/// Flurstückskennzeichen: 20 ASCII characters, e.g. `142888___001230004__`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ParcelId([u8; LENGTH]);

/// Why a text is no Flurstückskennzeichen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParcelIdError {
    /// Shorter than land, district, Flur and Zähler, or longer than 20 characters.
    #[error("a Flurstückskennzeichen has 20 characters (at least 14 if trailing \"_\" were lost), got {0}")]
    Length(usize),
    /// A part has characters it must not have.
    #[error("{part} of the Flurstückskennzeichen must be {expected}, got \"{given}\"")]
    Part {
        /// Name of the part.
        part: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it was.
        given: String,
    },
}

impl ParcelId {
    /// Parses the official form. Trailing fillers may be missing, as spreadsheets and some exports
    /// lose them; surrounding white space is ignored.
    pub fn parse(text: &str) -> Result<Self, ParcelIdError> {
        let given = text.trim().as_bytes();
        // Land, Gemarkung, Flur and Zähler cannot be lost: they are no trailing fillers.
        if given.len() < 14 || given.len() > LENGTH {
            return Err(ParcelIdError::Length(text.trim().chars().count()));
        }
        let mut id = [FILLER; LENGTH];
        id[..given.len()].copy_from_slice(given);
        check_parts(&id)?;
        Ok(Self(id))
    }

    /// Builds a key from its parts, each right-aligned with leading zeros; `None` is filled with `_`.
    ///
    /// `denominator` is taken as it stands in the source (1 to 4 characters); digits only are padded
    /// with zeros, anything else with fillers on the left.
    pub fn from_parts(
        district: DistrictKey,
        flur: Option<u32>,
        numerator: u32,
        denominator: Option<&str>,
        sequence: Option<u32>,
    ) -> Result<Self, ParcelIdError> {
        let flur = flur.map_or_else(|| "___".to_owned(), |flur| format!("{flur:03}"));
        let denominator = match denominator.map(str::trim).filter(|text| !text.is_empty()) {
            None => "____".to_owned(),
            Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => format!("{text:0>4}"),
            Some(text) => format!("{text:_>4}"),
        };
        let sequence = sequence.map_or_else(|| "__".to_owned(), |sequence| format!("{sequence:02}"));
        let id = format!("{district}{flur}{numerator:05}{denominator}{sequence}");
        if id.len() != LENGTH {
            return Err(ParcelIdError::Length(id.chars().count()));
        }
        Self::parse(&id)
    }

    /// All 20 characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The key as its 20 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Key of the cadastral district: the first six digits.
    pub fn district_key(&self) -> DistrictKey {
        // Checked digits: parse cannot fail, and the zero key would be no district.
        DistrictKey::parse(&self.as_str()[..6]).unwrap_or_else(|_| unreachable!("a ParcelId begins with six digits"))
    }

    /// Flur; `None` where the Land has none, as Saxony.
    pub fn flur(&self) -> Option<u32> {
        self.as_str()[6..9].parse().ok()
    }

    /// Zähler.
    pub fn numerator(&self) -> u32 {
        self.as_str()[9..14].parse().unwrap_or_default()
    }

    /// Nenner without fillers and leading zeros; `None` if there is none.
    pub fn denominator(&self) -> Option<&str> {
        let text = self.as_str()[14..18].trim_matches('_');
        let text = if text.bytes().all(|b| b.is_ascii_digit()) { text.trim_start_matches('0') } else { text };
        (!text.is_empty()).then_some(text)
    }

    /// Folge; numeric values occur (Dresden), so it is not always filled.
    pub fn sequence(&self) -> Option<u32> {
        self.as_str()[18..].parse().ok()
    }

    /// The number as people write it: `123/4`, `57`, `212a`.
    pub fn number(&self) -> ParcelNumber {
        ParcelNumber { numerator: self.numerator(), denominator: self.denominator().map(str::to_ascii_lowercase) }
    }
}

fn check_parts(id: &[u8; LENGTH]) -> Result<(), ParcelIdError> {
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let filled = |part: &[u8]| part.iter().all(|b| *b == FILLER);
    let refuse = |part, expected, given: &[u8]| {
        Err(ParcelIdError::Part { part, expected, given: String::from_utf8_lossy(given).into_owned() })
    };
    let land = &id[..2];
    if !digits(land) || !(1..=16).contains(&((land[0] - b'0') * 10 + (land[1] - b'0'))) {
        return refuse("Land", "01 to 16", land);
    }
    if !digits(&id[2..6]) {
        return refuse("Gemarkung", "4 digits", &id[2..6]);
    }
    if !digits(&id[6..9]) && !filled(&id[6..9]) {
        return refuse("Flur", "3 digits or ___", &id[6..9]);
    }
    if !digits(&id[9..14]) {
        return refuse("Zähler", "5 digits", &id[9..14]);
    }
    if !id[14..18].iter().all(|b| b.is_ascii_alphanumeric() || *b == FILLER) {
        return refuse("Nenner", "4 digits, letters or _", &id[14..18]);
    }
    if !digits(&id[18..]) && !filled(&id[18..]) {
        return refuse("Folge", "2 digits or __", &id[18..]);
    }
    Ok(())
}

impl fmt::Display for ParcelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ParcelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParcelId({})", self.as_str())
    }
}

impl TryFrom<String> for ParcelId {
    type Error = ParcelIdError;
    fn try_from(text: String) -> Result<Self, ParcelIdError> {
        Self::parse(&text)
    }
}

impl From<ParcelId> for String {
    fn from(id: ParcelId) -> String {
        id.as_str().to_owned()
    }
}

/// A parcel number without its district, in one canonical form, so that `212/a`, `212a` and
/// `0212 A` are equal. Unique only within a Gemarkung (and Flur), and there only without a Folge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParcelNumber {
    numerator: u32,
    denominator: Option<String>,
}

/// A text is no parcel number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no parcel number such as 123, 123/4 or 212a")]
pub struct ParcelNumberError(String);

impl ParcelNumber {
    /// Parses `123`, `123/4`, `212a`, `212/a`; leading zeros and inner white space are ignored, letters
    /// are compared without case.
    pub fn parse(text: &str) -> Result<Self, ParcelNumberError> {
        let refuse = || ParcelNumberError(text.trim().chars().take(40).collect());
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let split = compact.find(|c: char| !c.is_ascii_digit()).unwrap_or(compact.len());
        let (numerator, rest) = compact.split_at(split);
        if numerator.is_empty() || numerator.trim_start_matches('0').len() > 5 {
            return Err(refuse());
        }
        let numerator = numerator.parse().ok().ok_or_else(refuse)?;
        let (slash, denominator) = match rest.strip_prefix('/') {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let canonical = if denominator.bytes().all(|b| b.is_ascii_digit()) {
            denominator.trim_start_matches('0').to_owned()
        } else {
            denominator.to_ascii_lowercase()
        };
        let well_formed = canonical.len() <= 4 && canonical.bytes().all(|b| b.is_ascii_alphanumeric());
        if !well_formed || (slash && denominator.is_empty()) {
            return Err(refuse());
        }
        Ok(Self { numerator, denominator: (!canonical.is_empty()).then_some(canonical) })
    }
}

impl fmt::Display for ParcelNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.denominator {
            None => write!(f, "{}", self.numerator),
            Some(text) if text.bytes().all(|b| b.is_ascii_alphabetic()) => write!(f, "{}{text}", self.numerator),
            Some(text) => write!(f, "{}/{text}", self.numerator),
        }
    }
}

/// What a person typed to find a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParcelReference {
    /// The official key.
    Id(ParcelId),
    /// A number, with the district's name or key if it was given. Without one, every parcel with the
    /// number is a candidate.
    Number {
        /// Name or key of the Gemarkung, as typed.
        district: Option<String>,
        /// The number.
        number: ParcelNumber,
    },
}

impl ParcelReference {
    /// Parses every written form: the official key, `123/4`, `Leisnig 123/4`, `142888 123/4`,
    /// `Gemarkung Leisnig, Flurstück 123/4`.
    pub fn parse(text: &str) -> Result<Self, ParcelNumberError> {
        let text = text.trim();
        if let Ok(id) = ParcelId::parse(text) {
            return Ok(Self::Id(id));
        }
        // "142888 12" is a district and a number, not the number 14288812.
        let begins_with_key = text.contains(char::is_whitespace) && starts_with_district_key(text);
        if let (Ok(number), false) = (ParcelNumber::parse(text), begins_with_key) {
            return Ok(Self::Number { district: None, number });
        }
        let refuse = || ParcelNumberError(text.chars().take(40).collect());
        let mut words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|word| !word.is_empty() && !is_label(word))
            .collect();
        // "212 a" was typed as two words.
        let is_letter = |word: &&&str| word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
        let tail = words.last().filter(is_letter).copied().filter(|_| words.len() > 2).unwrap_or_default();
        words.truncate(words.len() - usize::from(!tail.is_empty()));
        let number = words.pop().ok_or_else(refuse)?;
        let number = ParcelNumber::parse(&format!("{number}{tail}")).ok().ok_or_else(refuse)?;
        let district = words.join(" ");
        Ok(Self::Number { district: (!district.is_empty()).then_some(district), number })
    }
}

fn starts_with_district_key(text: &str) -> bool {
    text.split_whitespace().next().is_some_and(|word| DistrictKey::parse(word).is_ok())
}

fn is_label(word: &str) -> bool {
    matches!(
        word.trim_end_matches(['.', ':']).to_lowercase().as_str(),
        "gemarkung" | "gem" | "gmk" | "flurstück" | "flurstueck" | "flst" | "flstnr" | "flst.-nr" | "nr"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ParcelId, ParcelNumber, ParcelReference};
    use crate::DistrictKey;

    fn check_id(text: &str, number: &str, flur: Option<u32>, sequence: Option<u32>) {
        let id = ParcelId::parse(text).unwrap();
        assert_eq!(id.number().to_string(), number);
        assert_eq!(id.flur(), flur);
        assert_eq!(id.sequence(), sequence);
    }

    #[test]
    fn real_keys_of_five_laender_parse() {
        check_id("072422001003130036__", "313/36", Some(1), None);
        check_id("160101054000570004__", "57/4", Some(54), None);
        check_id("152450008007460284__", "746/284", Some(8), None);
        check_id("05453300101559______", "1559", Some(1), None);
        check_id("140209___00622001002", "622/10", None, Some(2));
    }

    #[test]
    fn lost_trailing_fillers_are_given_back() {
        check_id("142888___00057", "57", None, None);
        assert_eq!(ParcelId::parse(" 142888___001230004 ").unwrap().as_str(), "142888___001230004__");
    }

    fn check_refused(text: &str, reason: &str) {
        assert_eq!(ParcelId::parse(text).unwrap_err().to_string(), reason);
    }

    #[test]
    fn a_wrong_key_is_refused_with_its_part() {
        check_refused("", "a Flurstückskennzeichen has 20 characters (at least 14 if trailing \"_\" were lost), got 0");
        check_refused("002888___001230004__", "Land of the Flurstückskennzeichen must be 01 to 16, got \"00\"");
        check_refused("172888___001230004__", "Land of the Flurstückskennzeichen must be 01 to 16, got \"17\"");
        check_refused("14288x___001230004__", "Gemarkung of the Flurstückskennzeichen must be 4 digits, got \"288x\"");
        check_refused("1428880__001230004__", "Flur of the Flurstückskennzeichen must be 3 digits or ___, got \"0__\"");
        check_refused("142888___0012a0004__", "Zähler of the Flurstückskennzeichen must be 5 digits, got \"0012a\"");
        check_refused(
            "142888___00123000ö_",
            "Nenner of the Flurstückskennzeichen must be 4 digits, letters or _, got \"000\u{fffd}\"",
        );
        check_refused("142888___001230004_1", "Folge of the Flurstückskennzeichen must be 2 digits or __, got \"_1\"");
    }

    fn check_number(text: &str, canonical: Option<&str>) {
        assert_eq!(ParcelNumber::parse(text).ok().map(|number| number.to_string()).as_deref(), canonical, "{text}");
    }

    #[test]
    fn numbers_in_every_written_form_come_out_in_one() {
        check_number("123/4", Some("123/4"));
        check_number("123", Some("123"));
        check_number("00123/0004", Some("123/4"));
        check_number("212a", Some("212a"));
        check_number("212/a", Some("212a"));
        check_number("212 A", Some("212a"));
        check_number("123 / 4", Some("123/4"));
        check_number("123/", None);
        check_number("/4", None);
        check_number("123456", None);
        check_number("12/34567", None);
        check_number("12/3/4", None);
        check_number("", None);
        check_number("Wiese", None);
    }

    fn check_reference(text: &str, expected_district: Option<&str>, expected: &str) {
        match ParcelReference::parse(text).unwrap() {
            ParcelReference::Id(id) => assert_eq!(id.as_str(), expected),
            ParcelReference::Number { district, number } => {
                assert_eq!((district.as_deref(), number.to_string().as_str()), (expected_district, expected), "{text}");
            }
        }
    }

    #[test]
    fn people_find_parcels_as_they_write_them() {
        check_reference("142888___001230004__", None, "142888___001230004__");
        check_reference("Leisnig 123/4", Some("Leisnig"), "123/4");
        check_reference("142888 123/4", Some("142888"), "123/4");
        check_reference("142888 123", Some("142888"), "123");
        check_reference("Gemarkung Leisnig, Flurstück 123/4", Some("Leisnig"), "123/4");
        check_reference("Flst. 57", None, "57");
        check_reference("Bad Lausick 212 a", Some("Bad Lausick"), "212a");
        check_reference("212 a", None, "212a");
        assert!(ParcelReference::parse("Leisnig").is_err());
        assert!(ParcelReference::parse("").is_err());
    }

    proptest! {
        #[test]
        fn parts_make_the_key_they_came_from(
            district in "(0[1-9]|1[0-6])[0-9]{4}",
            flur in proptest::option::of(0u32..1000),
            numerator in 0u32..100_000,
            denominator in proptest::option::of("[1-9][0-9]{0,3}|[a-z]{1,4}"),
            sequence in proptest::option::of(0u32..100),
        ) {
            let district = DistrictKey::parse(&district).unwrap();
            let id = ParcelId::from_parts(district, flur, numerator, denominator.as_deref(), sequence).unwrap();
            prop_assert_eq!(id.district_key(), district);
            prop_assert_eq!(id.flur(), flur);
            prop_assert_eq!(id.numerator(), numerator);
            prop_assert_eq!(id.denominator(), denominator.as_deref());
            prop_assert_eq!(id.sequence(), sequence);
            prop_assert_eq!(ParcelId::parse(id.as_str()).unwrap(), id);
            prop_assert_eq!(ParcelNumber::parse(&id.number().to_string()).unwrap(), id.number());
        }

        #[test]
        fn no_text_makes_the_parsers_panic(text in "\\PC{0,30}") {
            let _ = ParcelId::parse(&text);
            let _ = ParcelNumber::parse(&text);
            let _ = ParcelReference::parse(&text);
        }
    }
}
