//! Links of OGC resources, absolute, under the server's base URL.

use serde::Serialize;

/// Media types the server answers with.
pub(crate) mod media {
    pub(crate) const JSON: &str = "application/json";
    pub(crate) const GEOJSON: &str = "application/geo+json";
    pub(crate) const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
    pub(crate) const HTML: &str = "text/html";
    pub(crate) const SCHEMA: &str = "application/schema+json";
    /// JSON-FG 1.0 leaves it at GeoJSON's; the older name is the one that clients look for.
    pub(crate) const JSON_FG: &str = "application/fg+json";
    pub(crate) const CSV: &str = "text/csv";
    pub(crate) const FLATGEOBUF: &str = "application/flatgeobuf";
    pub(crate) const GEOPACKAGE: &str = "application/geopackage+sqlite3";
}

/// A link as OGC resources carry it (RFC 8288 relation, type and title).
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) rel: &'static str,
    pub(crate) r#type: &'static str,
    pub(crate) title: String,
}

impl Link {
    pub(crate) fn new(href: String, rel: &'static str, media: &'static str, title: impl Into<String>) -> Self {
        Self { href, rel, r#type: media, title: title.into() }
    }
}

/// Percent-encodes a path segment or a query value: everything but unreserved characters (RFC 3986).
pub(crate) fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if text.bytes().all(is_unreserved) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_unreserved(byte) {
            out.push(byte as char);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encode;

    fn check(text: &str, expected: &str) {
        assert_eq!(encode(text), expected);
    }

    #[test]
    fn everything_but_unreserved_characters_is_encoded() {
        check("142888___001230004__", "142888___001230004__");
        check("a b/ü?", "a%20b%2F%C3%BC%3F");
    }
}
