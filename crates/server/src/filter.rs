//! Filters in CQL2 (OGC 21-065r2) as parameters (OGC API – Features – Part 3, 19-079r2) and in bodies.

use serde_json::Value;
use spatial::{
    Crs, Predicate, Snapshot,
    cql2::{self, Expr, ParseError},
};

use crate::{error::Error, ogc::listed_crs, params::RawQuery};

/// The languages of `filter-lang`; the first one if nothing is said.
pub(crate) const LANGUAGES: [&str; 2] = ["cql2-text", "cql2-json"];

/// Takes `filter`, `filter-lang` and `filter-crs`.
pub(crate) fn take(raw: &mut RawQuery, snapshot: &Snapshot) -> Result<Predicate, Error> {
    let language = raw.take_parsed("filter-lang", |text| {
        let known = LANGUAGES.iter().find(|known| **known == text);
        known.copied().ok_or_else(|| format!("must be {}", LANGUAGES.join(" or ")))
    })?;
    let crs = raw.take_parsed("filter-crs", |text| listed_crs(text, snapshot))?;
    let Some(text) = raw.take("filter") else {
        let alone = language.map(|_| "filter-lang").or(crs.map(|_| "filter-crs"));
        return alone
            .map_or(Ok(Predicate::All), |name| Err(Error::parameter(name, "is about filter, which is missing")));
    };
    let read = if language == Some(LANGUAGES[1]) { cql2::from_json_text(&text) } else { cql2::from_text(&text) };
    predicate(read, crs.unwrap_or(Crs::CRS84))
}

/// A filter in a body: an object is CQL2-JSON, a text CQL2-Text.
pub(crate) fn from_body(filter: &Value, crs: Crs) -> Result<Predicate, Error> {
    let read = match filter {
        Value::String(text) => cql2::from_text(text),
        other => cql2::from_json(other),
    };
    predicate(read, crs)
}

fn predicate(read: Result<Expr, ParseError>, crs: Crs) -> Result<Predicate, Error> {
    let filter = read.map_err(|error| Error::parameter("filter", error))?;
    Ok(Predicate::Cql2 { filter: filter.into(), crs })
}

#[cfg(test)]
mod tests {
    use cadastre::Day;
    use spatial::{Crs, Predicate, Snapshot};

    use super::take;
    use crate::params::RawQuery;

    fn check(query: &str, expected: Result<Option<Crs>, &str>) {
        let snapshot = Snapshot::empty(Crs::Epsg(25833), Day::constant(2026, 3, 1));
        let mut raw = RawQuery::parse(Some(query)).unwrap();
        let found = take(&mut raw, &snapshot).and_then(|predicate| raw.finish().map(|()| predicate));
        let crs = |predicate| match predicate {
            Predicate::Cql2 { crs, .. } => Some(crs),
            _ => None,
        };
        assert_eq!(found.map(crs).map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{query}");
    }

    #[test]
    fn a_filter_has_a_language_and_a_crs() {
        check("", Ok(None));
        check("filter=a%3D1", Ok(Some(Crs::CRS84)));
        check("filter=a%3D1&filter-lang=cql2-text&filter-crs=EPSG:25833", Ok(Some(Crs::Epsg(25833))));
        check(
            "filter-lang=cql2-json&filter=%7B%22op%22%3A%22%3D%22%2C%22args%22%3A%5B1%2C1%5D%7D",
            Ok(Some(Crs::CRS84)),
        );
        check("filter=a%3D", Err("filter: at character 3: expected a value, a property or a function, found the end"));
        check("filter=true&filter-lang=cql", Err("filter-lang: must be cql2-text or cql2-json"));
        check(
            "filter-lang=cql2-json&filter=a",
            Err("filter: the filter is no JSON: expected value at line 1 column 1"),
        );
        check("filter-lang=cql2-text", Err("filter-lang: is about filter, which is missing"));
        check("filter-crs=EPSG:25833", Err("filter-crs: is about filter, which is missing"));
    }
}
