//! Formats of the OGC resources, and how a request chooses one: `f` first, then `Accept` (RFC 9110 § 12.5.1).

use axum::http::{HeaderMap, header};

use crate::{error::Error, links::media, params::RawQuery};

/// A format in which something is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON of a resource that is no feature.
    Json,
    /// A page for people.
    Html,
    /// JSON Schema.
    Schema,
    /// OpenAPI 3.0.
    OpenApi,
    /// GeoJSON (RFC 7946).
    GeoJson,
    /// JSON-FG 1.0 (OGC 21-045).
    JsonFg,
    /// CSV (RFC 4180).
    Csv,
    /// FlatGeobuf 3.
    FlatGeobuf,
    /// GeoPackage 1.3.
    GeoPackage,
}

impl Format {
    /// Formats of features, the default first.
    pub(crate) const OF_FEATURES: [Self; 6] =
        [Self::GeoJson, Self::Html, Self::JsonFg, Self::Csv, Self::FlatGeobuf, Self::GeoPackage];
    /// Formats of one feature.
    pub(crate) const OF_FEATURE: [Self; 3] = [Self::GeoJson, Self::Html, Self::JsonFg];
    /// Formats of a whole collection in one file.
    pub(crate) const OF_DOWNLOADS: [Self; 4] = [Self::GeoPackage, Self::FlatGeobuf, Self::GeoJson, Self::Csv];

    /// Names for `f`, the one in links first.
    pub(crate) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Json | Self::Schema | Self::OpenApi => &["json"],
            Self::Html => &["html"],
            Self::GeoJson => &["json", "geojson"],
            Self::JsonFg => &["jsonfg"],
            Self::Csv => &["csv"],
            Self::FlatGeobuf => &["fgb", "flatgeobuf"],
            Self::GeoPackage => &["gpkg", "geopackage"],
        }
    }

    /// The name in links.
    pub(crate) fn key(self) -> &'static str {
        self.keys()[0]
    }

    /// Media type.
    pub(crate) fn media(self) -> &'static str {
        match self {
            Self::Json => media::JSON,
            Self::Html => media::HTML,
            Self::Schema => media::SCHEMA,
            Self::OpenApi => media::OPENAPI,
            Self::GeoJson => media::GEOJSON,
            Self::JsonFg => media::JSON_FG,
            Self::Csv => media::CSV,
            Self::FlatGeobuf => media::FLATGEOBUF,
            Self::GeoPackage => media::GEOPACKAGE,
        }
    }

    /// Name for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Html => "HTML",
            Self::Schema => "JSON Schema",
            Self::OpenApi => "OpenAPI 3.0",
            Self::GeoJson => "GeoJSON",
            Self::JsonFg => "JSON-FG",
            Self::Csv => "CSV",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoPackage => "GeoPackage",
        }
    }

    /// Ending of a file's name.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::GeoJson => "geojson",
            other => other.key(),
        }
    }

    /// The media types by which `Accept` may ask for it: what is JSON may be asked for as JSON.
    fn is_called(self, essence: &str) -> bool {
        let own = self.media().split(';').next().unwrap_or_default();
        let is_json = matches!(self, Self::Schema | Self::OpenApi | Self::GeoJson);
        essence == own
            || (is_json && essence == media::JSON)
            || (self == Self::Html && essence == "application/xhtml+xml")
            || (self == Self::JsonFg && essence == "application/vnd.ogc.fg+json")
    }
}

/// Takes `f`, or reads `Accept`; the first of the offered formats where neither says anything.
pub(crate) fn take(raw: &mut RawQuery, headers: &HeaderMap, offered: &[Format]) -> Result<Format, Error> {
    let first = *offered.first().unwrap_or(&Format::Json);
    if let Some(key) = raw.take("f") {
        let found = offered.iter().find(|format| format.keys().contains(&key.as_str()));
        return found.copied().ok_or_else(|| {
            let keys: Vec<_> = offered.iter().map(|format| format.key()).collect();
            Error::parameter("f", format!("must be one of {}, got \"{key}\"", keys.join(", ")))
        });
    }
    if !headers.contains_key(header::ACCEPT) {
        return Ok(first);
    }
    let accept: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accept = accept.join(",");
    let ranges: Vec<Range<'_>> = accept.split(',').filter_map(Range::parse).collect();
    if ranges.is_empty() {
        return Ok(first);
    }
    let mut best = None;
    for format in offered {
        let quality = quality(*format, &ranges);
        if quality > best.map_or(0, |(quality, _)| quality) {
            best = Some((quality, *format));
        }
    }
    best.map(|(_, format)| format).ok_or_else(|| {
        let media: Vec<_> = offered.iter().map(|format| format.media()).collect();
        Error::NotAcceptable(format!("this address answers {}", media.join(", ")))
    })
}

/// A media range with its weight in thousandths.
struct Range<'a> {
    essence: &'a str,
    weight: u32,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next().filter(|essence| essence.contains('/'))?;
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
        let weight = weight.filter(|weight| (0.0..=1.0).contains(weight)).unwrap_or(1.0);
        Some(Self { essence, weight: (weight * 1000.0).round() as u32 })
    }
}

/// The weight of the most specific range that covers a format.
fn quality(format: Format, ranges: &[Range<'_>]) -> u32 {
    let main = format.media().split('/').next().unwrap_or_default();
    let specificity = |range: &Range<'_>| match range.essence.split_once('/') {
        _ if format.is_called(&range.essence.to_ascii_lowercase()) => 3,
        Some((found, "*")) if found == main => 2,
        Some(("*", "*")) => 1,
        _ => 0,
    };
    let covering = ranges.iter().filter(|range| specificity(range) > 0);
    covering.max_by_key(|range| (specificity(range), range.weight)).map_or(0, |range| range.weight)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Format, take};
    use crate::params::RawQuery;

    fn check(query: &str, accept: Option<&str>, expected: Result<Format, u16>) {
        let mut headers = HeaderMap::new();
        if let Some(accept) = accept {
            headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        }
        let mut raw = RawQuery::parse(Some(query)).unwrap();
        let found = take(&mut raw, &headers, &Format::OF_FEATURES).map_err(|error| error.status().as_u16());
        assert_eq!(found, expected, "{query} {accept:?}");
    }

    #[test]
    fn json_is_answered_unless_something_else_is_asked_for() {
        check("", None, Ok(Format::GeoJson));
        check("", Some(""), Ok(Format::GeoJson));
        check("", Some("*/*"), Ok(Format::GeoJson));
        check("", Some("application/json"), Ok(Format::GeoJson));
        check("", Some("application/*"), Ok(Format::GeoJson));
        check("", Some("application/geo+json, application/json"), Ok(Format::GeoJson));
        check("", Some("nonsense"), Ok(Format::GeoJson));
    }

    #[test]
    fn a_browser_gets_a_page_and_a_program_what_it_names() {
        check("", Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Ok(Format::Html));
        check("", Some("text/html;q=0.5, application/geo+json"), Ok(Format::GeoJson));
        check("", Some("application/flatgeobuf"), Ok(Format::FlatGeobuf));
        check("", Some("application/geopackage+sqlite3, */*;q=0.1"), Ok(Format::GeoPackage));
        check("", Some("text/*"), Ok(Format::Html));
        check("", Some("text/csv"), Ok(Format::Csv));
        check("", Some("*/*, text/html;q=0"), Ok(Format::GeoJson));
        check("", Some("image/png"), Err(406));
        check("", Some("application/geo+json;q=0"), Err(406));
    }

    #[test]
    fn f_goes_before_accept() {
        check("f=html", Some("application/json"), Ok(Format::Html));
        check("f=geojson", Some("text/html"), Ok(Format::GeoJson));
        check("f=fgb", None, Ok(Format::FlatGeobuf));
        check("f=shapefile", None, Err(400));
    }
}
