//! Positions in CRS84 in half the memory.

use geo_types::{Coord, Rect};

/// A position in CRS84 as it is published, in units of 10⁻⁷ degrees, which is a centimetre: what is searched is what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DegreesE7 {
    longitude: i32,
    latitude: i32,
}

const PER_DEGREE: f64 = 1e7;

impl DegreesE7 {
    /// The one nearest to a position in degrees, longitude first; what lies beyond 214 degrees is moved there, which nothing
    /// in CRS84 does.
    pub(crate) fn nearest(Coord { x, y }: Coord) -> Self {
        Self { longitude: (x * PER_DEGREE).round() as i32, latitude: (y * PER_DEGREE).round() as i32 }
    }

    /// In degrees, longitude first.
    pub(crate) fn coord(self) -> Coord {
        // Divided, not multiplied: the number nearest to the decimal one.
        Coord { x: f64::from(self.longitude) / PER_DEGREE, y: f64::from(self.latitude) / PER_DEGREE }
    }

    /// The box around positions, in degrees; `None` of none.
    pub(crate) fn bounds(positions: &[Self]) -> Option<Rect> {
        let (first, rest) = positions.split_first()?;
        let (mut min, mut max) = (*first, *first);
        for position in rest {
            min.longitude = min.longitude.min(position.longitude);
            min.latitude = min.latitude.min(position.latitude);
            max.longitude = max.longitude.max(position.longitude);
            max.latitude = max.latitude.max(position.latitude);
        }
        Some(Rect::new(min.coord(), max.coord()))
    }
}

#[cfg(test)]
mod tests {
    use geo_types::Coord;
    use proptest::prelude::*;

    use super::DegreesE7;

    proptest! {
        #[test]
        fn decimals_of_seven_places_are_kept_to_the_last_bit(
            longitude in -1_800_000_000..=1_800_000_000_i32,
            latitude in -900_000_000..=900_000_000_i32,
        ) {
            let read = |number: i32| format!("{number}e-7").parse::<f64>().unwrap();
            let coord = Coord { x: read(longitude), y: read(latitude) };
            prop_assert_eq!(DegreesE7::nearest(coord).coord(), coord);
        }

        #[test]
        fn no_position_is_moved_farther_than_half_a_unit(x in -180.0..=180.0f64, y in -90.0..=90.0f64) {
            let kept = DegreesE7::nearest(Coord { x, y }).coord();
            prop_assert!((kept.x - x).abs() <= 0.5001e-7 && (kept.y - y).abs() <= 0.5001e-7);
        }

        #[test]
        fn bounds_are_those_of_the_positions(at in proptest::collection::vec((-180.0..180.0f64, -90.0..90.0f64), 0..9)) {
            let positions: Vec<_> = at.into_iter().map(|(x, y)| DegreesE7::nearest(Coord { x, y })).collect();
            let coords: Vec<_> = positions.iter().map(|position| position.coord()).collect();
            prop_assert_eq!(DegreesE7::bounds(&positions), crate::geometry::bounds_of(&coords));
        }
    }
}
