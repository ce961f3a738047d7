//! Who asks: the address that the last proxy which is trusted was asked from.
//!
//! The first address in `X-Forwarded-For` is what the client says of itself, so counting goes from the end: each
//! trusted proxy has added one.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address; of IPv6 its network of 64 bits, which one client has to itself.
pub(super) fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted_proxies: usize) -> Option<IpAddr> {
    let values = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let forwarded: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    // From the nearest outward: the peer, then what it says it was asked from, and so on.
    let skipped = trusted_proxies.min(forwarded.len());
    let found = match skipped {
        0 => peer,
        skipped => parse(forwarded[forwarded.len() - skipped]).or(peer),
    };
    found.map(network)
}

/// An address, with or without port and brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches('"');
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split(']').next()?.parse().ok();
    }
    text.rsplit_once(':')?.0.parse().ok()
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::address;

    fn check(peer: &str, forwarded: &[&str], trusted: usize, expected: &str) {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(super::FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        let found = address(Some(peer.parse().unwrap()), &headers, trusted);
        assert_eq!(found, Some(expected.parse().unwrap()), "{peer} {forwarded:?} {trusted}");
    }

    #[test]
    fn what_a_client_says_of_itself_is_not_believed() {
        check("9.9.9.9", &["1.1.1.1"], 0, "9.9.9.9");
        check("9.9.9.9", &["1.1.1.1"], 1, "1.1.1.1");
        check("9.9.9.9", &["6.6.6.6, 1.1.1.1"], 1, "1.1.1.1");
        check("9.9.9.9", &["6.6.6.6, 1.1.1.1, 8.8.8.8"], 2, "1.1.1.1");
        check("9.9.9.9", &["6.6.6.6", "1.1.1.1"], 1, "1.1.1.1");
        // Fewer than there should be: the outermost that is known.
        check("9.9.9.9", &["1.1.1.1"], 3, "1.1.1.1");
        check("9.9.9.9", &[], 2, "9.9.9.9");
    }

    #[test]
    fn ports_and_brackets_are_no_part_of_an_address() {
        check("9.9.9.9", &["1.1.1.1:4711"], 1, "1.1.1.1");
        check("9.9.9.9", &["[2001:db8:1:2:3:4:5:6]:443"], 1, "2001:db8:1:2::");
        check("9.9.9.9", &["2001:db8:1:2:3:4:5:6"], 1, "2001:db8:1:2::");
        check("9.9.9.9", &["nonsense"], 1, "9.9.9.9");
        check("::ffff:9.9.9.9", &[], 0, "9.9.9.9");
    }
}
