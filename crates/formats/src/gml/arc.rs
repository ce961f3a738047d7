//! Arcs as chains of straight lines that lie within a centimetre of them.
//!
//! An arc that two neighbours share is written by each in its own direction. Both must get the very
//! same vertices, or a gap opens: so every arc is computed from its lesser end, and reversed if need be.

use std::f64::consts::TAU;

use cadastre::{Problem, geometry::Coord};

use crate::shape::refuse;

/// Greatest distance between an arc and its chain, in metres.
pub(crate) const MAX_DEVIATION_M: f64 = 0.01;

const METRES_PER_DEGREE: f64 = 111_320.0;

/// A full circle of 400 km radius needs as many.
const MAX_VERTICES: f64 = 20_000.0;

/// What one unit of the coordinates is on the ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    /// Metres, both axes.
    Metre,
    /// Degrees, longitude and latitude.
    Degree,
}

/// A plane in which circles are round: degrees of longitude shrink with the latitude.
#[derive(Clone, Copy)]
struct Plane {
    x_scale: f64,
    max_deviation: f64,
}

impl Plane {
    fn at(unit: Unit, latitude: f64) -> Self {
        match unit {
            Unit::Metre => Self { x_scale: 1.0, max_deviation: MAX_DEVIATION_M },
            // Arcs in degrees were circles in the projection they come from.
            Unit::Degree => Self {
                x_scale: latitude.to_radians().cos().max(1e-6),
                max_deviation: MAX_DEVIATION_M / METRES_PER_DEGREE,
            },
        }
    }

    fn to(self, coord: Coord) -> Coord {
        Coord { x: coord.x * self.x_scale, y: coord.y }
    }

    fn from(self, coord: Coord) -> Coord {
        Coord { x: coord.x / self.x_scale, y: coord.y }
    }

    /// Vertices strictly inside the sweep that starts at `angle`.
    fn stroke(self, center: Coord, radius: f64, angle: f64, sweep: f64) -> Result<Vec<Coord>, Problem> {
        // A chord over the angle t is r (1 - cos(t/2)) away from its arc.
        let cosine = (1.0 - self.max_deviation / radius).max(0.0);
        let step = (2.0 * cosine.acos()).max(f64::MIN_POSITIVE);
        let count = (sweep.abs() / step).ceil().max(if sweep.abs() >= TAU { 3.0 } else { 1.0 });
        if count.is_nan() || count > MAX_VERTICES {
            return Err(refuse(format!("an arc of radius {radius} is too large to be drawn with lines")));
        }
        let vertex = |i: u32| {
            let angle = angle + sweep * f64::from(i) / count;
            self.from(Coord { x: center.x + radius * angle.cos(), y: center.y + radius * angle.sin() })
        };
        Ok((1..count as u32).map(vertex).collect())
    }
}

/// The chain of the arc from `start` over `middle` to `end`, both ends included.
pub(crate) fn arc(start: Coord, middle: Coord, end: Coord, unit: Unit) -> Result<Vec<Coord>, Problem> {
    let forward = (start.x, start.y) <= (end.x, end.y);
    let (first, last) = if forward { (start, end) } else { (end, start) };
    let plane = Plane::at(unit, f64::midpoint(first.y, last.y));
    let mut chain = vec![first];
    match circle_through(plane.to(first), plane.to(middle), plane.to(last)) {
        None => chain.push(middle),
        Some(circle) => chain.extend(plane.stroke(circle.center, circle.radius, circle.angle, circle.sweep)?),
    }
    chain.push(last);
    if !forward {
        chain.reverse();
    }
    Ok(chain)
}

/// The closed chain of the circle through three points, beginning and ending at the first.
pub(crate) fn circle(first: Coord, second: Coord, third: Coord, unit: Unit) -> Result<Vec<Coord>, Problem> {
    let plane = Plane::at(unit, first.y);
    let circle = circle_through(plane.to(first), plane.to(second), plane.to(third))
        .ok_or_else(|| refuse("the three points of a circle lie on one line"))?;
    let mut chain = vec![first];
    chain.extend(plane.stroke(circle.center, circle.radius, circle.angle, TAU.copysign(circle.sweep))?);
    chain.push(first);
    Ok(chain)
}

/// The closed chain of the circle around a point; `radius_m` in metres.
pub(crate) fn circle_around(center: Coord, radius_m: f64, unit: Unit) -> Result<Vec<Coord>, Problem> {
    let plane = Plane::at(unit, center.y);
    let radius = if unit == Unit::Degree { radius_m / METRES_PER_DEGREE } else { radius_m };
    if !(radius.is_finite() && radius > 0.0) {
        return Err(refuse(format!("the radius of a circle must be greater than 0, got {radius_m}")));
    }
    let center = plane.to(center);
    let first = plane.from(Coord { x: center.x + radius, y: center.y });
    let mut chain = vec![first];
    chain.extend(plane.stroke(center, radius, 0.0, TAU)?);
    chain.push(first);
    Ok(chain)
}

struct Circle {
    center: Coord,
    radius: f64,
    /// Direction of the first point, seen from the center.
    angle: f64,
    /// From the first point over the second to the third; positive is counterclockwise.
    sweep: f64,
}

/// `None` if the points lie on one line, within what doubles can tell at this place.
#[expect(clippy::many_single_char_names, reason = "the letters of the formula")]
fn circle_through(a: Coord, b: Coord, c: Coord) -> Option<Circle> {
    // Relative to the first point: eastings of seven digits squared would leave no millimetres.
    let (bx, by) = (b.x - a.x, b.y - a.y);
    let (cx, cy) = (c.x - a.x, c.y - a.y);
    let cross = bx * cy - by * cx;
    let (b2, c2) = (bx * bx + by * by, cx * cx + cy * cy);
    if cross.is_nan() || cross.abs() <= 1e-9 * (b2 * c2).sqrt() {
        return None;
    }
    let x = (cy * b2 - by * c2) / (2.0 * cross);
    let y = (bx * c2 - cx * b2) / (2.0 * cross);
    let center = Coord { x: a.x + x, y: a.y + y };
    let radius = x.hypot(y);
    let angle = (-y).atan2(-x);
    let to_third = (cy - y).atan2(cx - x) - angle;
    // The cross product tells on which side the middle lies, and so which way round the arc goes.
    let sweep = if cross > 0.0 { to_third.rem_euclid(TAU) } else { to_third.rem_euclid(TAU) - TAU };
    Some(Circle { center, radius, angle, sweep })
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{PI, TAU};

    use cadastre::geometry::Coord;
    use proptest::prelude::*;

    use super::{MAX_DEVIATION_M, Unit, arc, circle, circle_around};

    fn at(center: (f64, f64), radius: f64, angle: f64) -> Coord {
        Coord { x: center.0 + radius * angle.cos(), y: center.1 + radius * angle.sin() }
    }

    fn length(chain: &[Coord]) -> f64 {
        chain.windows(2).map(|pair| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y)).sum()
    }

    fn area(ring: &[Coord]) -> f64 {
        let origin = ring[0];
        ring.windows(2)
            .map(|p| (p[0].x - origin.x) * (p[1].y - origin.y) - (p[1].x - origin.x) * (p[0].y - origin.y))
            .sum::<f64>()
            / 2.0
    }

    proptest! {
        #[test]
        fn chains_stay_within_a_centimetre_and_shared_arcs_are_the_same(
            radius in 0.5f64..5000.0, from in 0.0..TAU, sweep in 0.05f64..6.2, part in 0.2f64..0.8, clockwise: bool,
        ) {
            let center = (466_947.677, 5_974_914.098);
            let sweep = if clockwise { -sweep } else { sweep };
            let (start, middle, end) = (at(center, radius, from), at(center, radius, from + sweep * part), at(center, radius, from + sweep));
            let chain = arc(start, middle, end, Unit::Metre).unwrap();
            prop_assert_eq!((chain[0], *chain.last().unwrap()), (start, end));
            for pair in chain.windows(2) {
                let middle_of_chord = Coord { x: f64::midpoint(pair[0].x, pair[1].x), y: f64::midpoint(pair[0].y, pair[1].y) };
                for coord in [pair[0], pair[1], middle_of_chord] {
                    let distance = (coord.x - center.0).hypot(coord.y - center.1);
                    prop_assert!((distance - radius).abs() <= MAX_DEVIATION_M + 1e-4, "{distance} of {radius}");
                }
            }
            // The right way round: a chain is hardly shorter than its arc, and never the other arc.
            let arc_length = radius * sweep.abs();
            prop_assert!((length(&chain) - arc_length).abs() <= 0.02 + 0.05 * arc_length, "{} of {arc_length}", length(&chain));
            let mut reversed = arc(end, middle, start, Unit::Metre).unwrap();
            reversed.reverse();
            prop_assert_eq!(chain, reversed);
        }
    }

    #[test]
    fn points_on_one_line_stay_a_line() {
        let on_line = [Coord { x: 0.0, y: 0.0 }, Coord { x: 1.0, y: 1.0 }, Coord { x: 2.0, y: 2.0 }];
        assert_eq!(arc(on_line[0], on_line[1], on_line[2], Unit::Metre).unwrap(), on_line);
        assert_eq!(arc(on_line[0], on_line[0], on_line[0], Unit::Metre).unwrap(), [on_line[0]; 3]);
        assert!(circle(on_line[0], on_line[1], on_line[2], Unit::Metre).is_err());
    }

    #[test]
    fn full_circles_close_and_have_their_area() {
        let center = (400_000.0, 5_600_000.0);
        let ring = circle(at(center, 10.0, 1.0), at(center, 10.0, 2.0), at(center, 10.0, 4.0), Unit::Metre).unwrap();
        assert_eq!(ring[0], *ring.last().unwrap());
        assert!((area(&ring) - PI * 100.0).abs() < 0.5, "{}", area(&ring));
        let ring = circle_around(Coord { x: center.0, y: center.1 }, 10.0, Unit::Metre).unwrap();
        assert!((area(&ring) - PI * 100.0).abs() < 0.5, "{}", area(&ring));
        // 10 m at 60 degrees north: twice as many degrees of longitude as of latitude.
        let ring = circle_around(Coord { x: 11.0, y: 60.0 }, 10.0, Unit::Degree).unwrap();
        let width = ring.iter().map(|c| c.x - 11.0).fold(0.0, f64::max) * 111_320.0;
        let height = ring.iter().map(|c| c.y - 60.0).fold(0.0, f64::max) * 111_320.0;
        assert!((width / 2.0 - 10.0).abs() < 0.02 && (height - 10.0).abs() < 0.02, "{width} {height}");
    }

    #[test]
    fn absurd_circles_are_refused() {
        assert!(circle_around(Coord { x: 0.0, y: 0.0 }, 1e12, Unit::Metre).is_err());
        assert!(circle_around(Coord { x: 0.0, y: 0.0 }, f64::NAN, Unit::Metre).is_err());
        assert!(circle_around(Coord { x: 0.0, y: 0.0 }, -1.0, Unit::Metre).is_err());
    }
}
