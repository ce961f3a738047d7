//! Keys of municipalities, cadastral districts and records.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A key that does not have the form it must have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} must have {digits} digits, got \"{given}\"")]
pub struct KeyError {
    what: &'static str,
    digits: usize,
    given: String,
}

macro_rules! digit_key {
    ($(#[$doc:meta])* $name:ident, $digits:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $digits]);

        impl $name {
            /// Parses exactly the digits; surrounding white space is ignored.
            pub fn parse(text: &str) -> Result<Self, KeyError> {
                let text = text.trim();
                <[u8; $digits]>::try_from(text.as_bytes())
                    .ok()
                    .filter(|bytes| bytes.iter().all(u8::is_ascii_digit))
                    .map(Self)
                    .ok_or_else(|| KeyError { what: $what, digits: $digits, given: text.chars().take(40).collect() })
            }

            /// The digits.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = KeyError;
            fn try_from(text: String) -> Result<Self, KeyError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(key: $name) -> String {
                key.as_str().to_owned()
            }
        }
    };
}

digit_key!(
    /// Amtlicher Gemeindeschlüssel: the 8-digit key of a municipality, e.g. `14522310` (Leisnig).
    Ags, 8, "AGS"
);
digit_key!(
    /// Gemarkungsschlüssel: Land (2) and Gemarkung (4), e.g. `142888` (Leisnig).
    DistrictKey, 6, "Gemarkungsschlüssel"
);

impl Ags {
    /// Key of the county (Landkreis): the first five digits.
    pub fn county(&self) -> &str {
        &self.as_str()[..5]
    }
}

#[cfg(test)]
mod tests {
    use super::{Ags, DistrictKey};

    #[test]
    fn a_lost_leading_zero_is_refused_not_guessed() {
        assert!(Ags::parse("5315000").is_err());
        assert_eq!(Ags::parse("05315000").unwrap().as_str(), "05315000");
        assert_eq!(Ags::parse(" 14522310 ").unwrap().county(), "14522");
    }

    #[test]
    fn the_error_says_what_was_expected() {
        let error = DistrictKey::parse("14288x").unwrap_err();
        assert_eq!(error.to_string(), "Gemarkungsschlüssel must have 6 digits, got \"14288x\"");
    }
}
