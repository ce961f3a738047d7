//! How addresses are written, and in which language a page is asked for.

use cadastre::texts::Language;

use super::key;

/// Writes a path with a query; the language goes last, and only if it was asked for.
pub(crate) fn href(path: &str, pairs: &[(&'static str, String)], language: Option<Language>) -> String {
    let language = language.map(|language| (key::LANGUAGE, language.code().to_owned()));
    let query: Vec<String> =
        pairs.iter().chain(&language).map(|(key, value)| format!("{key}={}", percent_encoded(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// Percent-encodes what RFC 3986 does not reserve for a query; commas stay legible.
pub(crate) fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Language asked for by the query, if it names one that there is.
pub(crate) fn asked_language(raw: &[(String, String)]) -> Option<Language> {
    raw.iter().rev().find(|(name, _)| name == key::LANGUAGE).and_then(|(_, code)| Language::from_code(code.trim()))
}

/// Language a browser prefers (RFC 9110, 12.5.4); German where it names none that there is.
pub(crate) fn preferred_language(accept_language: Option<&str>) -> Language {
    let ranges = accept_language.unwrap_or_default().split(',').filter_map(|range| {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())?;
        let language = Language::from_tag(&tag.trim().split('-').next()?.to_ascii_lowercase())?;
        (weight > 0.0).then_some((language, weight))
    });
    // Of equals the first named wins.
    ranges.fold((Language::default(), 0.0), |best, range| if range.1 > best.1 { range } else { best }).0
}
