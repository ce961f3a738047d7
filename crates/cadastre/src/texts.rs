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
}

impl Language {
    /// The language with this BCP 47 primary tag (`de`, `en`).
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
        }
    }
}

type Catalogue = HashMap<&'static str, &'static str>;

const GERMAN_JSON: &str = include_str!("../../../data/texts/de.json");
const ENGLISH_JSON: &str = include_str!("../../../data/texts/en.json");

static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| parse(GERMAN_JSON));
static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| parse(ENGLISH_JSON));

fn parse(json: &'static str) -> Catalogue {
    // The files are compiled in and a test parses them; an empty catalogue shows keys, no panic.
    serde_json::from_str::<HashMap<String, String>>(json)
        .unwrap_or_default()
        .into_iter()
        .map(|(key, text)| (&*key.leak(), &*text.leak()))
        .collect()
}

fn catalogue(language: Language) -> &'static Catalogue {
    match language {
        Language::German => &GERMAN,
        Language::English => &ENGLISH,
    }
}

/// The text with this key, or the key itself where the catalogue has none.
pub fn text(key: &'static str, language: Language) -> &'static str {
    catalogue(language).get(key).copied().unwrap_or(key)
}

/// The text with a key that is only known at run time.
pub fn find(key: &str, language: Language) -> Option<&'static str> {
    catalogue(language).get(key).copied()
}

/// The label of a code of a list; the code itself where the catalogue has none.
pub fn label(list: &str, code: &'static str, language: Language) -> &'static str {
    find(&format!("{list}.{code}"), language).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::{ENGLISH, GERMAN};

    #[test]
    fn both_catalogues_parse_and_have_the_same_keys() {
        assert!(!GERMAN.is_empty());
        let mut german: Vec<_> = GERMAN.keys().collect();
        let mut english: Vec<_> = ENGLISH.keys().collect();
        german.sort();
        english.sort();
        assert_eq!(german, english);
    }

    #[test]
    fn no_text_is_empty() {
        for (key, text) in GERMAN.iter().chain(ENGLISH.iter()) {
            assert!(!text.trim().is_empty(), "{key}");
        }
    }
}
