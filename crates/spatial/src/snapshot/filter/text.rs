//! Text of a filter: without case, without accents, and by pattern.

use std::borrow::Cow;

use cadastre::value::ValueRef;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::Record;

/// Text that may depend on a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Text {
    Constant(Box<str>),
    Slot(usize),
    Folded(Folding, Box<Text>),
}

/// A difference that is disregarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folding {
    Case,
    Accents,
}

impl Text {
    pub(crate) fn of<'r>(&'r self, record: &'r dyn Record) -> Option<Cow<'r, str>> {
        match self {
            Self::Constant(text) => Some(Cow::Borrowed(text)),
            Self::Slot(slot) => match record.value(*slot) {
                ValueRef::Text(text) => Some(text),
                _ => None,
            },
            Self::Folded(folding, text) => text.of(record).map(|text| Cow::Owned(folding.fold(&text))),
        }
    }

    /// The text without a difference; of a constant at once.
    pub(crate) fn folded(self, folding: Folding) -> Self {
        match self {
            Self::Constant(text) => Self::Constant(folding.fold(&text).into()),
            other => Self::Folded(folding, Box::new(other)),
        }
    }

    pub(crate) fn as_constant(&self) -> Option<&str> {
        match self {
            Self::Constant(text) => Some(text),
            _ => None,
        }
    }
}

impl Folding {
    pub(crate) fn fold(self, text: &str) -> String {
        match self {
            // By way of upper case, which knows more: ß is SS there, and both small sigmas are one.
            Self::Case if text.is_ascii() => text.to_ascii_lowercase(),
            Self::Case => text.to_uppercase().chars().flat_map(char::to_lowercase).collect(),
            Self::Accents if text.is_ascii() => text.to_owned(),
            Self::Accents => {
                let mut out = String::with_capacity(text.len());
                text.nfd().filter(|c| !is_combining_mark(*c)).for_each(|c| match base_letters(c) {
                    Some(letters) => out.push_str(letters),
                    None => out.push(c),
                });
                out.nfc().collect()
            }
        }
    }
}

/// Letters whose stroke or tail Unicode does not take for an accent, as PostgreSQL's `unaccent` writes them.
fn base_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'Ø' => "O",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ł' => "l",
        'Ł' => "L",
        'ħ' => "h",
        'Ħ' => "H",
        'ŧ' => "t",
        'Ŧ' => "T",
        'ı' => "i",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ß' => "ss",
        'ẞ' => "SS",
        'þ' => "th",
        'Þ' => "TH",
        _ => return None,
    })
}

/// A pattern of `LIKE`: `%` stands for any characters, `_` for one, and `\` takes the next as it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Any,
    One,
    Char(char),
}

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Self {
        let mut parts = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            parts.push(match c {
                '%' if parts.last() == Some(&Part::Any) => continue,
                '%' => Part::Any,
                '_' => Part::One,
                '\\' => Part::Char(chars.next().unwrap_or('\\')),
                other => Part::Char(other),
            });
        }
        Self { parts }
    }

    /// In time at most in proportion to the product of both lengths.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut rest = text.chars();
        let mut at = 0;
        // Where to go on when what follows the last `%` did not fit: with one character more for it.
        let mut retry = None;
        loop {
            match self.parts.get(at) {
                Some(Part::Any) => {
                    at += 1;
                    retry = Some((at, rest.clone()));
                    continue;
                }
                None if rest.as_str().is_empty() => return true,
                Some(part) => match rest.next() {
                    Some(c) if *part == Part::One || *part == Part::Char(c) => {
                        at += 1;
                        continue;
                    }
                    Some(_) => {}
                    None => return false,
                },
                None => {}
            }
            let Some((after, from)) = &mut retry else { return false };
            if from.next().is_none() {
                return false;
            }
            at = *after;
            rest = from.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Folding, Pattern};

    fn check_like(text: &str, pattern: &str, expected: bool) {
        assert_eq!(Pattern::new(pattern).matches(text), expected, "{text} LIKE {pattern}");
    }

    #[test]
    fn patterns_have_two_wildcards_and_an_escape() {
        check_like("Bern", "B_r%", true);
        check_like("Ber", "B_r%", true);
        check_like("Br", "B_r%", false);
        check_like("", "%", true);
        check_like("", "", true);
        check_like("x", "", false);
        check_like("", "_%", false);
        check_like("aXbXXc", "a%XXc", true);
        check_like("50 %", "50 \\%", true);
        check_like("50 x", "50 \\%", false);
        check_like("a\\b", "a\\\\b", true);
        check_like("København", "K_benhavn", true);
        check_like("abcabd", "%ab_", true);
        check_like("abcabde", "%ab_", false);
    }

    fn check_fold(folding: Folding, a: &str, b: &str) {
        assert_eq!(folding.fold(a), folding.fold(b), "{folding:?}");
    }

    #[test]
    fn case_and_accents_are_disregarded() {
        check_fold(Folding::Case, "STRASSE", "Straße");
        check_fold(Folding::Case, "KØBENHAVN", "københavn");
        check_fold(Folding::Case, "ΟΔΟΣ", "Οδος");
        check_fold(Folding::Accents, "äöüéáí", "aoueai");
        check_fold(Folding::Accents, "København", "Kobenhavn");
        check_fold(Folding::Accents, "e\u{301}", "é");
        assert_ne!(Folding::Case.fold("ä"), Folding::Case.fold("a"));
        assert_ne!(Folding::Accents.fold("A"), Folding::Accents.fold("a"));
    }

    /// Patterns the slow way.
    fn naive(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['%', rest @ ..] => (0..=text.len()).any(|skip| naive(&text[skip..], rest)),
            ['_', rest @ ..] => !text.is_empty() && naive(&text[1..], rest),
            [c, rest @ ..] => text.first() == Some(c) && naive(&text[1..], rest),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn patterns_match_as_by_trying_everything(text in "[abß]{0,8}", pattern in "[abß%_]{0,7}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(Pattern::new(&pattern).matches(&text), naive(&chars(&text), &chars(&pattern)));
        }
    }
}
