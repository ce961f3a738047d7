//! Numbers of a listing as something one has seen before.

use cadastre::texts::{Language, text};

use crate::pages::{
    format,
    frame::{counted, fill},
    listing::Listing,
};

/// A parking space, a tennis court with its lines (ITF, 23.77 m × 10.97 m), a football pitch (105 m × 68 m), in m².
const PARKING_M2: f64 = 12.5;
const TENNIS_M2: f64 = 260.8;
const FOOTBALL_M2: f64 = 7_140.0;

/// "etwa so groß wie 3 Tennisplätze"; none of what is smaller than a parking space.
pub(super) fn comparison(area_m2: f64, language: Language) -> Option<String> {
    let times = |unit: f64| (area_m2 / unit).round() as usize;
    let thing = if area_m2 < PARKING_M2 {
        return None;
    } else if area_m2 < 0.75 * TENNIS_M2 {
        counted(times(PARKING_M2), "ui.compare.parking.one", "ui.compare.parking.other", language)
    } else if area_m2 < 0.4 * FOOTBALL_M2 {
        counted(times(TENNIS_M2), "ui.compare.tennis.one", "ui.compare.tennis.other", language)
    } else if area_m2 < 0.75 * FOOTBALL_M2 {
        text("ui.compare.football.half", language).to_owned()
    } else {
        counted(times(FOOTBALL_M2), "ui.compare.football.one", "ui.compare.football.other", language)
    };
    Some(fill(text("ui.compare.about", language), &[("thing", &thing)]))
}

/// "54 € je m²", of a plot: of a house the price says more than its plot.
pub(super) fn price_a_m2(listing: &Listing, language: Language) -> Option<String> {
    let area = listing.area_m2.filter(|area| *area >= 1.0)?;
    let price = listing.price_eur.filter(|_| listing.site_type.is_some_and(cadastre::codes::SiteType::is_land))?;
    let a_m2 = price / area;
    let rounded = if a_m2 < 10.0 { (a_m2 * 10.0).round() / 10.0 } else { a_m2.round() };
    Some(fill(text("ui.compare.price_a_m2", language), &[("price", &format::price(rounded, language))]))
}

#[cfg(test)]
mod tests {
    use cadastre::texts::Language;

    use super::comparison;

    fn check(area_m2: f64, expected: Option<&str>) {
        assert_eq!(comparison(area_m2, Language::German).as_deref(), expected, "{area_m2}");
    }

    #[test]
    fn an_area_is_compared_with_what_one_has_seen() {
        check(5.0, None);
        check(100.0, Some("etwa so groß wie 8 Stellplätze für Autos"));
        check(250.0, Some("etwa so groß wie 1 Tennisplatz"));
        check(830.0, Some("etwa so groß wie 3 Tennisplätze"));
        check(2_500.0, Some("etwa so groß wie 10 Tennisplätze"));
        check(3_600.0, Some("etwa so groß wie ein halber Fußballplatz"));
        check(7_000.0, Some("etwa so groß wie 1 Fußballplatz"));
        check(100_000.0, Some("etwa so groß wie 14 Fußballplätze"));
    }
}
