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
    use super::{ENGLISH, GERMAN, folded};

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

    #[test]
    fn no_text_is_empty() {
        for (key, text) in GERMAN.iter().chain(ENGLISH.iter()) {
            assert!(!text.trim().is_empty(), "{key}");
        }
    }
}
