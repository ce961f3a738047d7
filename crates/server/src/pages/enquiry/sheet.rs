//! The number of a sheet that is filled in. It says when the sheet was handed out, and tells two sheets apart.
//!
//! It stops programs that fill in every form the moment they find it, and makes one enquiry of a sheet that is sent
//! twice. It is not signed: who writes a program for this very form is stopped by the limit of writes a client.

use std::{fmt, fmt::Write as _};

use jiff::{SignedDuration, Timestamp};

/// Nobody reads and fills in a form in less.
const LEAST_AGE: SignedDuration = SignedDuration::from_secs(2);
/// An older sheet is handed out anew.
const GREATEST_AGE: SignedDuration = SignedDuration::from_hours(24);

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    handed_out: Timestamp,
    number: String,
}

/// Whether a sheet may be handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// It may.
    Fits,
    /// No person is that quick.
    TooQuick,
    /// It lay about for too long.
    Expired,
}

impl Sheet {
    /// A new one.
    pub(super) fn issue(now: Timestamp) -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        let number = bytes.iter().fold(String::with_capacity(32), |mut number, byte| {
            // Writing to a String cannot fail.
            let _ = write!(number, "{byte:02x}");
            number
        });
        Ok(Self { handed_out: now, number })
    }

    /// Reads what [`fmt::Display`] writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (second, number) = text.split_once('-')?;
        let handed_out = Timestamp::from_second(second.parse().ok()?).ok()?;
        let is_number = number.len() == 32 && number.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_number.then(|| Self { handed_out, number: number.to_owned() })
    }

    /// Whether it may be handed in now.
    pub(super) fn age(&self, now: Timestamp) -> Age {
        let age = now.duration_since(self.handed_out);
        if age < LEAST_AGE {
            Age::TooQuick
        } else if age > GREATEST_AGE {
            Age::Expired
        } else {
            Age::Fits
        }
    }
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.handed_out.as_second(), self.number)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Age, Sheet};

    fn check(handed_out: i64, now: i64, expected: Age) {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(Sheet::issue(at(handed_out)).unwrap().age(at(now)), expected, "{handed_out} {now}");
    }

    #[test]
    fn a_sheet_is_good_for_a_day() {
        check(1_000_000, 1_000_000, Age::TooQuick);
        check(1_000_000, 1_000_001, Age::TooQuick);
        check(1_000_000, 1_000_002, Age::Fits);
        check(1_000_000, 1_086_400, Age::Fits);
        check(1_000_000, 1_086_401, Age::Expired);
        // The clock of another process may be a little ahead.
        check(1_000_000, 999_990, Age::TooQuick);
    }

    #[test]
    fn a_sheet_is_known_by_what_it_says() {
        let sheet = Sheet::issue(Timestamp::from_second(1_764_000_000).unwrap()).unwrap();
        assert_eq!(Sheet::parse(&sheet.to_string()), Some(sheet));
        for wrong in ["", "1764000000", "1764000000-", "x-00000000000000000000000000000000", "1764000000-0x"] {
            assert_eq!(Sheet::parse(wrong), None, "{wrong}");
        }
    }
}
