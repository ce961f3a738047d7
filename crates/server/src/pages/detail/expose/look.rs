//! How an exposé is set in each language.

use cadastre::texts::Language;

use crate::pages::paper::{
    Style, Weight,
    colours::{INK, INK_SOFT},
};

/// Styles of one language: Leichte Sprache is set in larger letters, a line to a sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) text: Style,
    pub(super) small: Style,
    /// Name of a fact.
    pub(super) label: Style,
    /// Its value.
    pub(super) value: Style,
    pub(super) heading: Style,
    pub(super) subheading: Style,
    pub(super) fact_columns: u8,
    pub(super) is_easy: bool,
}

impl Look {
    pub(super) fn of(language: Language) -> Self {
        let is_easy = language == Language::EasyGerman;
        let scale = if is_easy { 1.24 } else { 1.0 };
        let style = |weight, size: f32, leading: f32, colour| Style {
            weight,
            size: size * scale,
            leading: leading * scale,
            colour,
        };
        Self {
            text: style(Weight::Regular, 9.7, 13.4, INK),
            small: style(Weight::Regular, 8.0, 10.8, INK_SOFT),
            label: style(Weight::Regular, 8.0, 10.6, INK_SOFT),
            value: style(Weight::Bold, 10.6, 13.6, INK),
            heading: style(Weight::Bold, 13.0, 17.0, INK),
            subheading: style(Weight::Bold, 9.7, 13.4, INK),
            fact_columns: if is_easy { 2 } else { 3 },
            is_easy,
        }
    }
}

/// Sentences of a text; the point of a day ("28. November") or of a letter ("z. B.") ends none.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(' ') {
        let before = &text[start..at];
        let ends = before.ends_with(['.', '?', '!', ':']);
        let last = before.strip_suffix('.').map(|text| text.rsplit(' ').next().unwrap_or_default());
        let is_short = last.is_some_and(|word| {
            word.chars().count() == 1 || (word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit()))
        });
        let is_next = text[at + 1..].starts_with(|c: char| c.is_uppercase() || c == '„');
        if ends && !is_short && is_next {
            found.push(before);
            start = at + 1;
        }
    }
    found.push(&text[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn a_sentence_of_leichte_sprache_stands_alone_and_a_date_does_not_end_one() {
        let check = |text: &str, expected: &[&str]| assert_eq!(sentences(text), expected);
        check("", &[""]);
        check("Das ist wichtig. Fragen Sie!", &["Das ist wichtig.", "Fragen Sie!"]);
        check(
            "Der Plan ist vom 28. November 2026. Das heißt: Er ist neu.",
            &["Der Plan ist vom 28. November 2026.", "Das heißt:", "Er ist neu."],
        );
        check("Das kostet 3.500 Euro, z. B. im Jahr", &["Das kostet 3.500 Euro, z. B. im Jahr"]);
    }
}
