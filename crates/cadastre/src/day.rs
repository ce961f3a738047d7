//! Days, and the periods of the German Civil Code (BGB) counted in them.

/// A civil day in Europe/Berlin. The domain knows no clock: who asks, says the day.
pub type Day = jiff::civil::Date;

/// First day on which something announced on `announced_on` may be published.
///
/// One month, the day of the announcement not counted: it ends with the day whose number equals
/// that of the announcement, or with the last day of a shorter month (§ 187 (1), § 188 (2), (3)
/// BGB); publication is lawful from the day after.
/// `None` past the end of the calendar (year 9999).
///
/// Source: § 200 (3) sentence 5 BauGB.
pub fn first_publication_day(announced_on: Day) -> Option<Day> {
    use jiff::ToSpan as _;
    // jiff constrains 31 January + 1 month to the last day of February, which is § 188 (3).
    let last_day_of_notice = announced_on.checked_add(1.month()).ok()?;
    last_day_of_notice.tomorrow().ok()
}

#[cfg(test)]
mod tests {
    use super::{Day, first_publication_day};

    fn check(announced: &str, first: &str) {
        let announced: Day = announced.parse().unwrap();
        assert_eq!(first_publication_day(announced).unwrap().to_string(), first);
    }

    #[test]
    fn a_month_of_notice_is_counted_as_the_civil_code_says() {
        check("2026-01-15", "2026-02-16");
        check("2026-01-31", "2026-03-01");
        check("2024-01-30", "2024-03-01");
        check("2024-01-29", "2024-03-01");
        check("2026-02-28", "2026-03-29");
        check("2026-12-31", "2027-02-01");
    }

    #[test]
    fn the_end_of_the_calendar_is_no_panic() {
        assert_eq!(first_publication_day(Day::MAX), None);
    }
}
