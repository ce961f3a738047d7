//! The one place that knows what day it is.

use cadastre::Day;
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// Time zone in which days begin: what becomes public by date does so at midnight here.
fn berlin() -> TimeZone {
    // The time zone database is linked in.
    TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC)
}

/// Today in Europe/Berlin.
pub fn today() -> Day {
    Zoned::now().with_time_zone(berlin()).date()
}

/// The day in Europe/Berlin on which an instant lies.
pub fn day_of(at: Timestamp) -> Day {
    at.to_zoned(berlin()).date()
}

/// The instant at which a day ends in Europe/Berlin: the next midnight there.
pub fn end_of_day(day: Day) -> Timestamp {
    let midnight = day.tomorrow().ok().and_then(|next| next.to_zoned(berlin()).ok());
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

/// Noon of a day in Europe/Berlin.
pub fn noon_of(day: Day) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(berlin()).map_or(Timestamp::MAX, |noon| noon.timestamp())
}

/// Time left until the next midnight in Europe/Berlin, at least a second.
pub(crate) fn until_midnight(now: Timestamp) -> std::time::Duration {
    let second = std::time::Duration::from_secs(1);
    let here = now.to_zoned(berlin());
    let midnight = here.date().tomorrow().ok().and_then(|day| day.to_zoned(berlin()).ok());
    midnight
        .and_then(|midnight| std::time::Duration::try_from(midnight.timestamp() - now).ok())
        .map_or(std::time::Duration::from_secs(3600), |left| left.max(second))
}

#[cfg(test)]
mod tests {
    use super::until_midnight;

    fn check(now: &str, seconds: u64) {
        assert_eq!(until_midnight(now.parse().unwrap()).as_secs(), seconds, "{now}");
    }

    #[test]
    fn midnight_is_that_of_berlin_also_when_the_clocks_change() {
        check("2026-01-15T22:00:00Z", 3600);
        check("2026-07-15T21:00:00Z", 3600);
        // 29 March 2026 has 23 hours, 25 October 25.
        check("2026-03-28T23:00:00Z", 23 * 3600);
        check("2026-10-24T22:00:00Z", 25 * 3600);
        check("2026-01-15T22:59:59.9Z", 1);
    }
}
