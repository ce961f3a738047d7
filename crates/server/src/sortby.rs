//! `sortby` (OGC API – Features – Part 8, draft): `+name,-size`, ascending unless said.

use spatial::snapshot::SortKey;

/// So many properties are sorted by at most.
const MOST: usize = 8;

/// Reads the parameter. In an address a `+` is mostly a space.
pub(crate) fn parse(text: &str) -> Result<Vec<SortKey>, String> {
    let mut keys: Vec<SortKey> = Vec::new();
    for part in text.split(',') {
        let (property, is_descending) = match part.strip_prefix('-') {
            Some(property) => (property, true),
            None => (part.strip_prefix(['+', ' ']).unwrap_or(part), false),
        };
        if property.is_empty() {
            return Err(
                "must be names of properties separated by commas, each with + or - before it if you like".into()
            );
        }
        if keys.iter().any(|key| key.property == property) {
            return Err(format!("names \"{property}\" twice"));
        }
        keys.push(SortKey { property: property.to_owned(), is_descending });
    }
    if keys.len() > MOST { Err(format!("names more than {MOST} properties")) } else { Ok(keys) }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(text: &str, expected: Result<&[(&str, bool)], &str>) {
        let found =
            parse(text).map(|keys| keys.into_iter().map(|key| (key.property, key.is_descending)).collect::<Vec<_>>());
        let expected = expected
            .map(|keys| keys.iter().map(|(name, down)| ((*name).to_owned(), *down)).collect())
            .map_err(str::to_owned);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn properties_are_sorted_by_up_or_down() {
        check("name", Ok(&[("name", false)]));
        check("+name,-area_m2", Ok(&[("name", false), ("area_m2", true)]));
        check(" name", Ok(&[("name", false)]));
        let names = "must be names of properties separated by commas, each with + or - before it if you like";
        check("", Err(names));
        check("a,,b", Err(names));
        check("-", Err(names));
        check("a,-a", Err("names \"a\" twice"));
        check("a,b,c,d,e,f,g,h,i", Err("names more than 8 properties"));
    }
}
