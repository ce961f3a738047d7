//! Lines in the plane, EPSG:25833 in metres: smoothing, offsetting, walking along.

use cadastre::geometry::Coord;

/// A point or a vector in metres, easting before northing.
pub(super) type Metres = Coord<f64>;

pub(super) fn at(x: f64, y: f64) -> Metres {
    Coord { x, y }
}

pub(super) fn dot(a: Metres, b: Metres) -> f64 {
    a.x * b.x + a.y * b.y
}

/// Positive if `b` points to the left of `a`.
pub(super) fn cross(a: Metres, b: Metres) -> f64 {
    a.x * b.y - a.y * b.x
}

/// Length; `sqrt` instead of `hypot`, whose last bit depends on the platform.
pub(super) fn length(a: Metres) -> f64 {
    dot(a, a).sqrt()
}

pub(super) fn distance(a: Metres, b: Metres) -> f64 {
    length(b - a)
}

/// Vector of length one; the null vector stays null.
pub(super) fn unit(a: Metres) -> Metres {
    let length = length(a);
    if length > 0.0 { a / length } else { a }
}

/// The vector turned left by a right angle.
pub(super) fn left_of(a: Metres) -> Metres {
    at(-a.y, a.x)
}

/// `count` unit vectors round the circle, counter-clockwise from east.
///
/// Turned step by step with constants, since `sin` and `cos` differ between platforms.
pub(super) fn compass() -> impl Iterator<Item = Metres> {
    const COS_7_5: f64 = 0.991_444_861_373_810_4;
    const SIN_7_5: f64 = 0.130_526_192_220_051_6;
    std::iter::successors(Some(at(1.0, 0.0)), |d| {
        Some(at(d.x * COS_7_5 - d.y * SIN_7_5, d.x * SIN_7_5 + d.y * COS_7_5))
    })
    .take(48)
}

/// Length of a line.
pub(super) fn line_length(line: &[Metres]) -> f64 {
    line.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}

/// Point and direction after `along` metres of a line; ends are clamped. `None` for less than two points.
pub(super) fn walk(line: &[Metres], mut along: f64) -> Option<(Metres, Metres)> {
    let last = line.len().checked_sub(2)?;
    for (index, pair) in line.windows(2).enumerate() {
        let step = distance(pair[0], pair[1]);
        if along <= step || index == last {
            let share = if step > 0.0 { (along / step).clamp(0.0, 1.0) } else { 0.0 };
            return Some((pair[0] + (pair[1] - pair[0]) * share, unit(pair[1] - pair[0])));
        }
        along -= step;
    }
    None
}

/// Metres along a line to the place nearest to `point`, and the distance to it.
pub(super) fn project(line: &[Metres], point: Metres) -> (f64, f64) {
    let (mut best, mut walked) = ((0.0, f64::INFINITY), 0.0);
    for pair in line.windows(2) {
        let step = pair[1] - pair[0];
        let share = (dot(point - pair[0], step) / dot(step, step).max(1e-12)).clamp(0.0, 1.0);
        let away = distance(point, pair[0] + step * share);
        if away < best.1 {
            best = (walked + share * length(step), away);
        }
        walked += length(step);
    }
    best
}

/// A smooth line through the points (Catmull–Rom), thinned to 0.15 m.
pub(super) fn smooth(points: &[Metres]) -> Vec<Metres> {
    let mut line = Vec::new();
    for index in 0..points.len().saturating_sub(1) {
        let (from, to) = (points[index], points[index + 1]);
        let before = index.checked_sub(1).map_or(from * 2.0 - to, |index| points[index]);
        let after = points.get(index + 2).copied().unwrap_or(to * 2.0 - from);
        let square = before * 2.0 - from * 5.0 + to * 4.0 - after;
        let cube = from * 3.0 - before - to * 3.0 + after;
        let steps = (distance(from, to) / 12.0).ceil().max(1.0) as usize;
        line.extend((0..steps).map(|step| {
            let t = step as f64 / steps as f64;
            from + ((to - before) * t + square * (t * t) + cube * (t * t * t)) * 0.5
        }));
    }
    line.extend(points.last());
    thin(&line, 0.15)
}

/// Drops points that lie within `tolerance_m` of the line without them (Douglas–Peucker).
pub(super) fn thin(line: &[Metres], tolerance_m: f64) -> Vec<Metres> {
    let [first, .., last] = *line else { return line.to_vec() };
    let chord = last - first;
    let away = |point: Metres| {
        if dot(chord, chord) > 0.0 { cross(chord, point - first).abs() / length(chord) } else { distance(first, point) }
    };
    let farthest = (1..line.len().saturating_sub(1)).max_by(|&a, &b| away(line[a]).total_cmp(&away(line[b])));
    match farthest {
        Some(index) if away(line[index]) > tolerance_m => {
            let mut thinned = thin(&line[..=index], tolerance_m);
            thinned.pop();
            thinned.extend(thin(&line[index..], tolerance_m));
            thinned
        }
        _ => vec![first, last],
    }
}

/// The line moved to its left by `distance_m(metres along)`, negative to the right.
///
/// Right only for bends wider than the distance, as streets and rivers have.
pub(super) fn offset(line: &[Metres], distance_m: impl Fn(f64) -> f64) -> Vec<Metres> {
    let mut walked = 0.0;
    (0..line.len())
        .map(|index| {
            let before = index.checked_sub(1).map(|i| unit(line[index] - line[i]));
            let after = line.get(index + 1).map(|next| unit(*next - line[index]));
            if let Some(previous) = index.checked_sub(1) {
                walked += distance(line[previous], line[index]);
            }
            let (a, b) = (before.or(after).unwrap_or_default(), after.or(before).unwrap_or_default());
            let normal = unit(left_of(a + b));
            // In a bend the corner is farther out; limited, so that no spike grows at a sharp one.
            let stretch = 1.0 / dot(normal, left_of(b)).max(0.6);
            line[index] + normal * (distance_m(walked) * stretch)
        })
        .collect()
}

/// The ring round a line at half a width to each side, counter-clockwise, not closed.
pub(super) fn strip(line: &[Metres], half_width_m: f64) -> Vec<Metres> {
    let mut ring = offset(line, |_| -half_width_m);
    ring.extend(offset(line, |_| half_width_m).into_iter().rev());
    ring
}

/// Whether a point lies in a ring (not closed); even-odd rule.
pub(super) fn contains(ring: &[Metres], point: Metres) -> bool {
    let mut inside = false;
    for index in 0..ring.len() {
        let (a, b) = (ring[index], ring[(index + 1) % ring.len()]);
        if (a.y > point.y) != (b.y > point.y) && point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            inside = !inside;
        }
    }
    inside
}

/// Least and greatest coordinates of a ring.
pub(super) fn bounds(ring: &[Metres]) -> (Metres, Metres) {
    let fold = |pick: fn(f64, f64) -> f64| {
        ring.iter().copied().reduce(|a, b| Metres { x: pick(a.x, b.x), y: pick(a.y, b.y) }).unwrap_or_default()
    };
    (fold(f64::min), fold(f64::max))
}

#[cfg(test)]
mod tests {
    use super::{
        Metres, at, compass, contains, cross, distance, line_length, offset, project, smooth, strip, thin, walk,
    };

    #[test]
    fn the_compass_comes_round() {
        let round: Vec<Metres> = compass().collect();
        assert!(round.iter().all(|d| (distance(*d, at(0.0, 0.0)) - 1.0).abs() < 1e-12));
        assert!(distance(round[12], at(0.0, 1.0)) < 1e-12);
        assert!(round.windows(2).all(|pair| cross(pair[0], pair[1]) > 0.0));
    }

    #[test]
    fn a_smooth_line_passes_through_its_points() {
        let points = [at(0.0, 0.0), at(100.0, 30.0), at(180.0, -20.0), at(300.0, 0.0)];
        let line = smooth(&points);
        assert!(points.iter().all(|point| project(&line, *point).1 < 0.15));
        assert_eq!(smooth(&points[..1]), points[..1]);
    }

    #[test]
    fn a_line_is_walked_and_projected_on_in_metres() {
        let line = [at(0.0, 0.0), at(10.0, 0.0), at(10.0, 10.0)];
        assert_eq!(walk(&line, 15.0), Some((at(10.0, 5.0), at(0.0, 1.0))));
        assert_eq!(walk(&line, 99.0), Some((at(10.0, 10.0), at(0.0, 1.0))));
        assert_eq!(walk(&line[..1], 1.0), None);
        assert_eq!(project(&line, at(12.0, 5.0)), (15.0, 2.0));
        assert!((line_length(&line) - 20.0).abs() < 1e-12);
    }

    #[test]
    fn a_strip_lies_to_both_sides_of_its_line() {
        let line = [at(0.0, 0.0), at(50.0, 0.0), at(100.0, 20.0)];
        assert!(offset(&line, |_| 3.0).iter().all(|point| (project(&line, *point).1 - 3.0).abs() < 0.1));
        let ring = strip(&line, 3.0);
        assert!(contains(&ring, at(20.0, 2.9)) && contains(&ring, at(20.0, -2.9)) && !contains(&ring, at(20.0, 3.1)));
    }

    #[test]
    fn thinning_keeps_what_matters() {
        assert_eq!(thin(&[at(0.0, 0.0), at(5.0, 0.1), at(10.0, 0.0)], 0.2), [at(0.0, 0.0), at(10.0, 0.0)]);
        assert_eq!(thin(&[at(0.0, 0.0), at(5.0, 0.3), at(10.0, 0.0)], 0.2).len(), 3);
        assert_eq!(thin(&[], 1.0), []);
    }
}
