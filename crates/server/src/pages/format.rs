//! Numbers, areas, prices and days as people read them.
//!
//! The web map formats the same way; `web-map/test/format-cases.json` holds cases for both.

use cadastre::{Day, texts::Language};

/// Between a number and its unit: they stay on one line.
const NBSP: char = '\u{a0}';

/// A number with grouped thousands and at most `decimals` decimals, trailing zeros cut.
pub(crate) fn number(x: f64, decimals: usize, language: Language) -> String {
    let (group, point) = match language {
        Language::German | Language::EasyGerman => ('.', ','),
        Language::English => (',', '.'),
    };
    // Half away from zero, as Intl.NumberFormat does; the formatter of Rust rounds half to even.
    let scale = 10_f64.powi(decimals as i32);
    let fixed = format!("{:.decimals$}", (x.abs() * scale).round() / scale);
    let (whole, fraction) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let fraction = fraction.trim_end_matches('0');
    let is_zero = whole == "0" && fraction.is_empty();
    let mut out = String::from(if x < 0.0 && !is_zero { "-" } else { "" });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

/// An area given in m²: whole m² below one hectare, then hectares with one decimal, from 100 ha on whole ones.
pub(crate) fn area(m2: f64, language: Language) -> String {
    if m2.round() < 10_000.0 {
        return format!("{}{NBSP}m²", number(m2, 0, language));
    }
    let ha = m2 / 10_000.0;
    format!("{}{NBSP}ha", number(ha, usize::from(ha < 100.0), language))
}

/// An official area: every decimal the source has, up to two; never rounded to hectares.
pub(crate) fn official_area(m2: f64, language: Language) -> String {
    format!("{}{NBSP}m²", number(m2, 2, language))
}

/// A price in EUR; cents only where there are some.
pub(crate) fn price(eur: f64, language: Language) -> String {
    let has_cents = (eur * 100.0).round() % 100.0 != 0.0;
    let amount = if has_cents { with_cents(eur, language) } else { number(eur, 0, language) };
    match language {
        Language::German | Language::EasyGerman => format!("{amount}{NBSP}€"),
        Language::English => format!("€{amount}"),
    }
}

fn with_cents(eur: f64, language: Language) -> String {
    let amount = number(eur, 2, language);
    let decimals = amount.rsplit([',', '.']).next().map_or(0, str::len);
    if decimals == 1 { format!("{amount}0") } else { amount }
}

/// Name of a month, from 1 to 12: "März", "March".
pub(crate) fn month(number: i8, language: Language) -> &'static str {
    const GERMAN: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let names = match language {
        Language::German | Language::EasyGerman => GERMAN,
        Language::English => ENGLISH,
    };
    names[usize::from(number.clamp(1, 12).unsigned_abs()) - 1]
}

/// A day in words: "31. März 2026", "31 March 2026".
pub(crate) fn day(day: Day, language: Language) -> String {
    let point = if language == Language::English { "" } else { "." };
    format!("{}{point} {} {}", day.day(), month(day.month(), language), day.year())
}

#[cfg(test)]
mod tests {
    use cadastre::texts::Language;
    use serde::Deserialize;

    use super::{area, day, number, official_area, price};

    #[derive(Deserialize)]
    struct Case {
        kind: String,
        value: f64,
        de: String,
        en: String,
    }

    /// The same cases run in the web map's tests: both must write alike.
    #[test]
    fn the_shared_cases_hold() {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../../../web-map/test/format-cases.json")).unwrap();
        assert!(cases.len() >= 20, "only {} cases", cases.len());
        for case in cases {
            for (language, expected) in [(Language::German, &case.de), (Language::English, &case.en)] {
                let written = match case.kind.as_str() {
                    "number" => number(case.value, 2, language),
                    "area" => area(case.value, language),
                    "price" => price(case.value, language),
                    other => panic!("unknown kind {other}"),
                };
                assert_eq!(&written, expected, "{} {}", case.kind, case.value);
            }
        }
    }

    #[test]
    fn official_areas_keep_their_decimals() {
        assert_eq!(official_area(2_506_460.12, Language::German), "2.506.460,12\u{a0}m²");
        assert_eq!(official_area(412.0, Language::English), "412\u{a0}m²");
    }

    #[test]
    fn days_are_written_in_words() {
        let date = "2026-03-01".parse().unwrap();
        assert_eq!(day(date, Language::German), "1. März 2026");
        assert_eq!(day(date, Language::English), "1 March 2026");
    }
}
