//! The window of a plan: which part of the ground it shows, and where on the paper a place lies.

use geo_types::Coord;

use crate::pages::params::LonLatBox;

/// Width of the drawing in its own units.
pub(super) const WIDTH: f64 = 640.0;
/// Height of the drawing in its own units.
pub(super) const HEIGHT: f64 = 480.0;
/// Least and greatest width of the ground shown, in metres.
const GROUND_M: std::ops::RangeInclusive<f64> = 90.0..=6_000.0;
/// Share of the drawing that the subject may fill.
const SUBJECT_SHARE: f64 = 0.42;

/// A window on the ground. Flat: over the few kilometres of a plan the ellipsoid is a plane to the eye.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    centre: Coord,
    /// Metres a degree of longitude and of latitude, at its centre.
    metres_a_degree: Coord,
    /// Units of the drawing a metre.
    pub(super) units_a_metre: f64,
}

impl Window {
    /// The window around a subject.
    pub(super) fn around(subject: LonLatBox) -> Self {
        let centre =
            Coord { x: f64::midpoint(subject.west, subject.east), y: f64::midpoint(subject.south, subject.north) };
        let metres_a_degree = metres_a_degree(centre.y);
        let width_m = (subject.east - subject.west) * metres_a_degree.x;
        let height_m = (subject.north - subject.south) * metres_a_degree.y;
        let shown_m =
            (width_m.max(height_m * WIDTH / HEIGHT) / SUBJECT_SHARE).clamp(*GROUND_M.start(), *GROUND_M.end());
        Self { centre, metres_a_degree, units_a_metre: WIDTH / shown_m }
    }

    /// Place on the drawing, from its upper left corner; north is up.
    pub(super) fn place(&self, at: Coord) -> Coord {
        Coord {
            x: WIDTH / 2.0 + (at.x - self.centre.x) * self.metres_a_degree.x * self.units_a_metre,
            y: HEIGHT / 2.0 - (at.y - self.centre.y) * self.metres_a_degree.y * self.units_a_metre,
        }
    }

    /// The ground it shows.
    pub(super) fn ground(&self) -> LonLatBox {
        let half = Coord {
            x: WIDTH / 2.0 / self.units_a_metre / self.metres_a_degree.x,
            y: HEIGHT / 2.0 / self.units_a_metre / self.metres_a_degree.y,
        };
        LonLatBox {
            west: self.centre.x - half.x,
            south: self.centre.y - half.y,
            east: self.centre.x + half.x,
            north: self.centre.y + half.y,
        }
    }

    /// A round length for the scale bar, in metres: at most a third of the width.
    pub(super) fn scale_bar_m(&self) -> f64 {
        const STEPS: [f64; 11] = [5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0];
        let most = WIDTH / 3.0 / self.units_a_metre;
        STEPS.into_iter().rev().find(|step| *step <= most).unwrap_or(STEPS[0])
    }
}

/// Length of a degree of longitude (x) and latitude (y) in metres, on the ellipsoid of WGS 84.
fn metres_a_degree(latitude: f64) -> Coord {
    let phi = latitude.to_radians();
    Coord {
        x: 111_412.84 * phi.cos() - 93.5 * (3.0 * phi).cos() + 0.118 * (5.0 * phi).cos(),
        y: 111_132.92 - 559.82 * (2.0 * phi).cos() + 1.175 * (4.0 * phi).cos(),
    }
}

/// Cuts a closed ring at the drawing and a margin around it (Sutherland and Hodgman): what lies far outside needs
/// no digits. Empty where nothing of it is to be seen.
pub(super) fn clipped(ring: &[Coord]) -> Vec<Coord> {
    const MARGIN: f64 = 12.0;
    type Side = (fn(Coord) -> f64, f64);
    // How far inside each side a point lies.
    let sides: [Side; 4] =
        [(|c| c.x, -MARGIN), (|c| -c.x, -WIDTH - MARGIN), (|c| c.y, -MARGIN), (|c| -c.y, -HEIGHT - MARGIN)];
    let mut kept: Vec<Coord> = ring.to_vec();
    if kept.first() == kept.last() {
        kept.pop();
    }
    for (value, least) in sides {
        let inside = |c: Coord| value(c) - least;
        let mut next = Vec::with_capacity(kept.len());
        for (index, current) in kept.iter().copied().enumerate() {
            let previous = kept[(index + kept.len() - 1) % kept.len()];
            let (from, to) = (inside(previous), inside(current));
            if (from < 0.0) != (to < 0.0) {
                next.push(previous + (current - previous) * (from / (from - to)));
            }
            if to >= 0.0 {
                next.push(current);
            }
        }
        kept = next;
    }
    kept
}

#[cfg(test)]
mod tests {
    use geo_types::Coord;

    use super::{HEIGHT, WIDTH, Window, clipped};
    use crate::pages::params::LonLatBox;

    #[test]
    fn a_small_plot_is_shown_with_its_surroundings_and_in_the_middle() {
        let subject = LonLatBox::parse("12.93,51.16,12.9303,51.1602").unwrap();
        let window = Window::around(subject);
        let middle = window.place(Coord { x: 12.930_15, y: 51.1601 });
        assert!((middle.x - WIDTH / 2.0).abs() < 0.01 && (middle.y - HEIGHT / 2.0).abs() < 0.01);
        // 90 m are the least, so 640 units are 90 m at the most generous.
        assert!((window.units_a_metre - WIDTH / 90.0).abs() < 1e-6);
        assert!((window.scale_bar_m() - 20.0).abs() < 1e-9);
        let ground = window.ground();
        let corner = window.place(Coord { x: ground.west, y: ground.north });
        assert!(corner.x.abs() < 1e-6 && corner.y.abs() < 1e-6);
    }

    #[test]
    fn a_degree_is_as_long_as_on_the_ellipsoid() {
        let metres = super::metres_a_degree(51.16);
        // Vincenty: 69,960 m and 111,247 m.
        assert!((metres.x - 69_960.0).abs() < 30.0 && (metres.y - 111_247.0).abs() < 10.0, "{metres:?}");
    }

    #[test]
    fn a_ring_is_cut_at_the_drawing() {
        let square = |from: f64, to: f64| {
            [(from, from), (to, from), (to, to), (from, to), (from, from)].map(|(x, y)| Coord { x, y }).to_vec()
        };
        assert_eq!(clipped(&square(10.0, 20.0)).len(), 4);
        assert_eq!(clipped(&square(2000.0, 2100.0)), []);
        let cut = clipped(&square(-1000.0, 100.0));
        assert!(cut.iter().all(|c| c.x >= -12.0 && c.y >= -12.0), "{cut:?}");
        let around = clipped(&square(-5000.0, 5000.0));
        assert_eq!(around.len(), 4);
        assert!(around.iter().any(|c| (c.x - (WIDTH + 12.0)).abs() < 1e-6));
    }
}
