//! The text catalogue: one JSON file a language, shared with the web map.

use std::{collections::HashMap, sync::LazyLock};

/// Language of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// German, the first language of the screen.
    #[default]
    German,
    /// English.
    English,
    /// Leichte Sprache: German by its own rules, for people who find other German hard to read.
    EasyGerman,
}

impl Language {
    /// Every language of the pages.
    pub const ALL: [Self; 3] = [Self::German, Self::English, Self::EasyGerman];

    /// The word for it in addresses of pages.
    pub fn code(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
            Self::EasyGerman => "leicht",
        }
    }

    /// The language with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::German => "Deutsch",
            Self::English => "English",
            Self::EasyGerman => "Leichte Sprache",
        }
    }

    /// The language with this BCP 47 primary tag (`de`, `en`): Leichte Sprache has none.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "de" => Some(Self::German),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
            Self::EasyGerman => "de-x-leicht",
        }
    }
}

type Catalogue = HashMap<&'static str, &'static str>;

const GERMAN_JSON: &str = include_str!("../../../data/texts/de.json");
const ENGLISH_JSON: &str = include_str!("../../../data/texts/en.json");

const EASY_GERMAN_JSON: &str = include_str!("../../../data/texts/leicht.json");

static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| parse(GERMAN_JSON));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| parse(ENGLISH_JSON));
static EASY_GERMAN: LazyLock<Catalogue> = LazyLock::new(|| parse(EASY_GERMAN_JSON));

fn parse(json: &'static str) -> Catalogue {
    // The files are compiled in and a test parses them; an empty catalogue shows keys, no panic.
    serde_json::from_str::<HashMap<String, String>>(json)
        .unwrap_or_default()
        .into_iter()
        .map(|(key, text)| (&*key.leak(), &*text.leak()))
        .collect()
}

/// The text with this key, or the key itself where the catalogue has none.
pub fn text(key: &'static str, language: Language) -> &'static str {
    find(key, language).unwrap_or(key)
}

/// The text with a key that is only known at run time.
pub fn find(key: &str, language: Language) -> Option<&'static str> {
    let found = match language {
        Language::German => GERMAN.get(key),
        Language::English => ENGLISH.get(key),
        // What is not for the pages of the public is not put into Leichte Sprache; a test lists what that is.
        Language::EasyGerman => EASY_GERMAN.get(key).or_else(|| GERMAN.get(key)),
    };
    found.copied()
}

/// The label of a code of a list; the code itself where the catalogue has none.
pub fn label(list: &str, code: &'static str, language: Language) -> &'static str {
    find(&format!("{list}.{code}"), language).unwrap_or(code)
}

/// A name as it is compared when somebody searches: lower case, umlauts as "ae", "oe", "ue", "ß" as "ss", accents
/// dropped, "str." written out, anything else between words one blank.
pub fn folded(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => words.push_str("ae"),
            'ö' => words.push_str("oe"),
            'ü' => words.push_str("ue"),
            'ß' => words.push_str("ss"),
            'á' | 'à' | 'â' => words.push('a'),
            'é' | 'è' | 'ê' | 'ě' => words.push('e'),
            'í' | 'ì' | 'î' => words.push('i'),
            'ó' | 'ò' | 'ô' => words.push('o'),
            'ú' | 'ù' | 'û' | 'ů' => words.push('u'),
            'č' | 'ć' => words.push('c'),
            'š' | 'ś' => words.push('s'),
            'ž' | 'ź' => words.push('z'),
            'ř' => words.push('r'),
            'ł' => words.push('l'),
            'ń' => words.push('n'),
            c if c.is_alphanumeric() || c == '/' => words.push(c),
            _ => words.push(' '),
        }
    }
    let written_out = words
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| if word == "str" || word.ends_with("str") { format!("{word}asse") } else { word.to_owned() });
    written_out.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{EASY_GERMAN, ENGLISH, GERMAN, Language, find, folded};

    fn check_folded(name: &str, expected: &str) {
        assert_eq!(folded(name), expected, "{name}");
    }

    #[test]
    fn names_are_compared_as_people_write_them() {
        check_folded("Lindenstr. 5", "lindenstrasse 5");
        check_folded("  LINDENSTRASSE  5", "lindenstrasse 5");
        check_folded("Lindenstraße", "lindenstrasse");
        check_folded("Groß-Pelsen", "gross pelsen");
        check_folded("Grüne Str.", "gruene strasse");
        check_folded("Łódź", "lodz");
        check_folded("123/4", "123/4");
        check_folded("–", "");
    }

    #[test]
    fn both_catalogues_parse_and_have_the_same_keys() {
        assert!(!GERMAN.is_empty());
        let mut german: Vec<_> = GERMAN.keys().collect();
        let mut english: Vec<_> = ENGLISH.keys().collect();
        german.sort();
        english.sort();
        assert_eq!(german, english);
    }

    /// What the public's pages do not show: the API for programs, and what only staff reads.
    const NOT_IN_EASY_GERMAN: [&str; 20] = [
        "ogc.",
        "collection.",
        "decision.",
        "stage.",
        "owner_class.",
        "unit_use.",
        "objection_form.",
        "layer_visibility.",
        "role.",
        "property.owner_class",
        "property.note",
        "property.publication_decision",
        "property.stage",
        "property.announcement_id",
        "property.public_from",
        "property.public_until",
        "property.consent_given_on",
        "property.consent_text_version",
        "property.consent_revoked_on",
        "property.consent_fields",
    ];

    #[test]
    fn leichte_sprache_falls_back_to_german_exactly_where_the_public_reads_nothing() {
        let unknown: Vec<_> = EASY_GERMAN.keys().filter(|key| !GERMAN.contains_key(*key)).collect();
        assert!(unknown.is_empty(), "no such texts: {unknown:?}");
        let is_listed = |key: &str| {
            NOT_IN_EASY_GERMAN.iter().any(|listed| key == *listed || (listed.ends_with('.') && key.starts_with(listed)))
        };
        let wrong: Vec<_> = GERMAN.keys().filter(|key| EASY_GERMAN.contains_key(*key) == is_listed(key)).collect();
        assert!(wrong.is_empty(), "to be written in data/texts/leicht.json, or listed here by mistake: {wrong:?}");
        for listed in NOT_IN_EASY_GERMAN {
            assert!(GERMAN.keys().any(|key| key.starts_with(listed)), "{listed} is no text any more");
        }
        assert_eq!(find("role.clerk", Language::EasyGerman), find("role.clerk", Language::German));
        assert_eq!(find("no.such.text", Language::EasyGerman), None);
    }

    #[test]
    fn every_language_is_found_by_its_code_and_told_from_the_others() {
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
        }
        assert_eq!(Language::from_code("de-x-leicht"), None);
        assert_eq!(Language::from_tag("leicht"), None);
    }

    #[test]
    fn no_text_is_empty() {
        for (key, text) in GERMAN.iter().chain(ENGLISH.iter()).chain(EASY_GERMAN.iter()) {
            assert!(!text.trim().is_empty(), "{key}");
        }
    }
}
