//! Licences as DCAT-AP.de names them, found in the credit lines in which they are customarily named.

/// Customary names, and the URI of the list <http://dcat-ap.de/def/licenses>.
const LICENCES: [(&[&str], &str); 6] = [
    (&["dl-de/by-2-0", "dl-de/by/2-0", "dl-de-by-2.0"], "http://dcat-ap.de/def/licenses/dl-by-de/2.0"),
    (&["dl-de/zero-2-0", "dl-de/zero/2-0"], "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"),
    (&["cc by 4.0", "cc-by-4.0", "cc-by 4.0"], "http://dcat-ap.de/def/licenses/cc-by/4.0"),
    (&["cc by-sa 4.0", "cc-by-sa-4.0"], "http://dcat-ap.de/def/licenses/cc-by-sa/4.0"),
    (&["cc0", "cc zero"], "http://dcat-ap.de/def/licenses/cc-zero"),
    (&["odbl"], "http://dcat-ap.de/def/licenses/odbl"),
];

/// The licence that credit lines name; `None` if they name none, or several: it is then not for a program to choose.
pub(super) fn of_credits<'c>(credits: impl Iterator<Item = &'c str>) -> Option<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for credit in credits {
        let credit = credit.to_lowercase();
        let named = LICENCES.iter().filter(|(names, _)| names.iter().any(|name| credit.contains(name)));
        let before = found.len();
        found.extend(named.map(|(_, uri)| *uri));
        if found.len() == before {
            return None;
        }
    }
    found.dedup();
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of_credits;

    fn check(credits: &[&str], expected: Option<&str>) {
        assert_eq!(of_credits(credits.iter().copied()), expected, "{credits:?}");
    }

    #[test]
    fn a_licence_is_what_every_credit_line_names() {
        let by = Some("http://dcat-ap.de/def/licenses/dl-by-de/2.0");
        check(&["© GeoBasis-DE / BKG 2013, dl-de/by-2-0"], by);
        check(&["Neuwerk: LGV, dl-de/by-2-0", "BKG, DL-DE/BY-2-0"], by);
        check(&["© OpenStreetMap contributors, ODbL"], Some("http://dcat-ap.de/def/licenses/odbl"));
        check(&["LGV, dl-de/by-2-0", "OSM, ODbL"], None);
        check(&["LGV, dl-de/by-2-0; Namen: CC0"], None);
        check(&["LGV, dl-de/by-2-0", "made here"], None);
        check(&["© Stadt Leisnig"], None);
        check(&[], None);
    }
}
