//! Content codings: which one a client takes (RFC 9110 § 12.5.3).

use axum::http::{HeaderMap, header};

/// Whether the client takes gzip: named, or covered by `*`, with a weight above zero.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut by_star = false;
    let values = headers.get_all(header::ACCEPT_ENCODING);
    for offer in values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
        let mut parts = offer.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let is_wanted = weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0));
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            return is_wanted;
        }
        by_star |= name == "*" && is_wanted;
    }
    by_star
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::accepts_gzip;

    fn check(value: &'static str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        assert_eq!(accepts_gzip(&headers), expected, "{value}");
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        assert!(!accepts_gzip(&HeaderMap::new()));
        check("gzip, deflate, br, zstd", true);
        check("GZIP;q=0.5", true);
        check("gzip;q=0, *", false);
        check("*;q=0.1", true);
        check("identity, *;q=0", false);
        check("deflate", false);
        check("", false);
    }
}
