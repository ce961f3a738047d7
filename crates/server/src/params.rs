//! From what was typed to what was checked: query parameters of the APIs.
//!
//! APIs refuse parameters they do not know (OGC 17-069r4, /req/core/query-param-unknown), and every
//! parameter that appears twice.

use crate::error::Error;

/// Query parameters as typed. Each is taken once; what is left over at the end is unknown.
#[derive(Debug, Default)]
pub(crate) struct RawQuery {
    pairs: Vec<(String, String)>,
}

impl RawQuery {
    /// Splits and percent-decodes a query string; `+` is a space.
    pub(crate) fn parse(query: Option<&str>) -> Result<Self, Error> {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        for (index, (name, _)) in pairs.iter().enumerate() {
            if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(Error::parameter(name, "is given twice"));
            }
        }
        Ok(Self { pairs })
    }

    /// What nobody has taken yet, as it was typed.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Takes a parameter.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let index = self.pairs.iter().position(|(found, _)| found == name)?;
        Some(self.pairs.remove(index).1)
    }

    /// Takes a parameter and parses it; the error names the parameter.
    pub(crate) fn take_parsed<T, E: ToString>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Error> {
        self.take(name).map(|text| parse(&text).map_err(|error| Error::parameter(name, error))).transpose()
    }

    /// Takes every parameter whose name is accepted.
    pub(crate) fn take_where(&mut self, accept: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let (taken, left) = std::mem::take(&mut self.pairs).into_iter().partition(|(name, _)| accept(name));
        self.pairs = left;
        taken
    }

    /// Refuses what is left over.
    pub(crate) fn finish(self) -> Result<(), Error> {
        match self.pairs.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(Error::UnknownParameter { name }),
        }
    }
}

/// A whole number in a range, written as digits only.
pub(crate) fn whole_number(text: &str, range: std::ops::RangeInclusive<u64>) -> Result<u64, String> {
    let refuse =
        || format!("must be a whole number from {} to {}, got \"{}\"", range.start(), range.end(), shorten(text));
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refuse());
    }
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(refuse)
}

/// `limit`: at least 1; above the declared maximum it is clamped, as OGC 17-069r4 /req/core/fc-limit-response-1 says.
pub(crate) fn limit(text: &str, maximum: u64) -> Result<u64, String> {
    whole_number(text, 1..=u64::MAX).map(|limit| limit.min(maximum))
}

/// `bbox`: four numbers, or six of which the heights are checked and not used, as the cadastre is two-dimensional.
/// In the axis order given; a box may cross the antimeridian (first x greater than the second), but
/// its second y is never less than the first.
pub(crate) fn bbox(text: &str) -> Result<[f64; 4], String> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse::<f64>().ok().filter(|x| x.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(|| format!("must be four or six numbers separated by commas, got \"{}\"", shorten(text)))?;
    let corners = match numbers[..] {
        [x0, y0, x1, y1] => [x0, y0, x1, y1],
        [x0, y0, z0, x1, y1, z1] if z0 <= z1 => [x0, y0, x1, y1],
        [_, _, _, _, _, _] => return Err("the sixth number must not be less than the third".into()),
        _ => return Err(format!("must be four or six numbers, got {}", numbers.len())),
    };
    Ok(corners)
}

/// The beginning of a text, for a message.
pub(crate) fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::{RawQuery, bbox, limit, whole_number};

    fn check_bbox(text: &str, expected: Result<[f64; 4], &str>) {
        assert_eq!(bbox(text), expected.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn a_box_has_four_or_six_numbers() {
        check_bbox("12.8,51.1,13.0,51.2", Ok([12.8, 51.1, 13.0, 51.2]));
        check_bbox("12.8,51.1,0,13.0,51.2,9", Ok([12.8, 51.1, 13.0, 51.2]));
        check_bbox("177,65,-177,70", Ok([177.0, 65.0, -177.0, 70.0]));
        check_bbox("1,2,3", Err("must be four or six numbers, got 3"));
        check_bbox("1,2,9,3,4,8", Err("the sixth number must not be less than the third"));
        check_bbox("1,2,3,x", Err("must be four or six numbers separated by commas, got \"1,2,3,x\""));
        check_bbox("1,2,3,inf", Err("must be four or six numbers separated by commas, got \"1,2,3,inf\""));
        check_bbox("", Err("must be four or six numbers separated by commas, got \"\""));
    }

    fn check_limit(text: &str, expected: Option<u64>) {
        assert_eq!(limit(text, 10_000).ok(), expected, "{text}");
    }

    #[test]
    fn a_limit_above_the_maximum_is_clamped_and_below_one_refused() {
        check_limit("1", Some(1));
        check_limit("10000", Some(10_000));
        check_limit("999999", Some(10_000));
        check_limit("0", None);
        check_limit("-1", None);
        check_limit("1.5", None);
        check_limit("unlimited", None);
        check_limit("+5", None);
        check_limit("99999999999999999999999", None);
    }

    #[test]
    fn a_whole_number_out_of_range_is_named() {
        assert_eq!(whole_number("7", 0..=5).unwrap_err(), "must be a whole number from 0 to 5, got \"7\"");
    }

    #[test]
    fn nothing_that_was_typed_is_ignored() {
        let mut query = RawQuery::parse(Some("limit=5&colour=red")).unwrap();
        assert_eq!(query.take("limit").as_deref(), Some("5"));
        assert_eq!(query.finish().unwrap_err().to_string(), "\"colour\" is not a parameter of this address");
        assert_eq!(RawQuery::parse(Some("a=1&a=2")).unwrap_err().to_string(), "a: is given twice");
    }
}
