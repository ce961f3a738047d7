//! Clipping to the box of a tile with its buffer.
//!
//! An edge is cut in the same place whichever way it is walked, so that the neighbours on both of its sides agree.

use geo_types::Coord;

/// An upright box, in units of a tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ClipBox {
    pub(super) min: f64,
    pub(super) max: f64,
}

/// How something lies to the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Inside,
    Outside,
    Across,
}

/// A side of the box: the half plane in which `sign * (coordinate − at)` is not negative is kept.
#[derive(Clone, Copy)]
struct Side {
    is_x: bool,
    at: f64,
    sign: f64,
}

impl Side {
    fn keeps(self, p: Coord) -> bool {
        let value = if self.is_x { p.x } else { p.y };
        self.sign * (value - self.at) >= 0.0
    }

    /// Where an edge that crosses the side is cut.
    fn cut(self, a: Coord, b: Coord) -> Coord {
        let (a, b) = if (a.x, a.y) <= (b.x, b.y) { (a, b) } else { (b, a) };
        if self.is_x {
            Coord { x: self.at, y: a.y + (self.at - a.x) * (b.y - a.y) / (b.x - a.x) }
        } else {
            Coord { x: a.x + (self.at - a.y) * (b.x - a.x) / (b.y - a.y), y: self.at }
        }
    }
}

impl ClipBox {
    fn sides(self) -> [Side; 4] {
        let side = |is_x, at, sign| Side { is_x, at, sign };
        [side(true, self.min, 1.0), side(true, self.max, -1.0), side(false, self.min, 1.0), side(false, self.max, -1.0)]
    }

    /// How a run of positions lies to the box, judged by the box around it.
    pub(super) fn place(self, run: &[Coord]) -> Place {
        let Some(&first) = run.first() else { return Place::Outside };
        let (mut low, mut high) = (first, first);
        for p in run {
            (low.x, low.y) = (low.x.min(p.x), low.y.min(p.y));
            (high.x, high.y) = (high.x.max(p.x), high.y.max(p.y));
        }
        if high.x < self.min || high.y < self.min || low.x > self.max || low.y > self.max {
            Place::Outside
        } else if low.x >= self.min && low.y >= self.min && high.x <= self.max && high.y <= self.max {
            Place::Inside
        } else {
            Place::Across
        }
    }

    /// Clips a ring, given and returned without its closing vertex (Sutherland and Hodgman). What is left of one that
    /// leaves the box and comes back may run along a side of the box to and fro.
    pub(super) fn clip_ring(self, ring: &mut Vec<Coord>, spare: &mut Vec<Coord>) {
        for side in self.sides() {
            if ring.iter().all(|p| side.keeps(*p)) {
                continue;
            }
            spare.clear();
            let Some(&last) = ring.last() else { return };
            let mut before = last;
            for &p in ring.iter() {
                match (side.keeps(before), side.keeps(p)) {
                    (true, true) => spare.push(p),
                    (true, false) => spare.push(side.cut(before, p)),
                    (false, true) => spare.extend([side.cut(before, p), p]),
                    (false, false) => {}
                }
                before = p;
            }
            std::mem::swap(ring, spare);
        }
    }

    /// Clips a line; each part of it that lies in the box is given to `part`.
    pub(super) fn clip_line(self, line: &[Coord], mut part: impl FnMut(&[Coord])) {
        let mut run: Vec<Coord> = Vec::new();
        for edge in line.windows(2) {
            let Some([a, b]) = self.clip_edge(edge[0], edge[1]) else {
                flush(&mut run, &mut part);
                continue;
            };
            if run.last() != Some(&a) {
                flush(&mut run, &mut part);
                run.push(a);
            }
            run.push(b);
        }
        flush(&mut run, &mut part);
    }

    fn clip_edge(self, mut a: Coord, mut b: Coord) -> Option<[Coord; 2]> {
        for side in self.sides() {
            match (side.keeps(a), side.keeps(b)) {
                (true, true) => {}
                (true, false) => b = side.cut(a, b),
                (false, true) => a = side.cut(a, b),
                (false, false) => return None,
            }
        }
        Some([a, b])
    }
}

fn flush(run: &mut Vec<Coord>, part: &mut impl FnMut(&[Coord])) {
    if run.len() > 1 {
        part(run);
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps};
    use geo_types::{Coord, LineString, Polygon, Rect};
    use proptest::prelude::*;

    use super::{ClipBox, Place};

    const BOX: ClipBox = ClipBox { min: -2.0, max: 10.0 };

    fn position() -> impl Strategy<Value = Coord> {
        (-8.0..16.0f64, -8.0..16.0f64).prop_map(|(x, y)| Coord { x, y })
    }

    fn clipped(ring: &[Coord]) -> Vec<Coord> {
        let mut ring = ring.to_vec();
        BOX.clip_ring(&mut ring, &mut Vec::new());
        ring
    }

    /// Vertices in the order of their bearing from the middle: a ring that does not cross itself.
    fn star() -> impl Strategy<Value = Vec<Coord>> {
        (position(), proptest::collection::vec(0.5..9.0f64, 3..12)).prop_map(|(middle, radii)| {
            let step = std::f64::consts::TAU / radii.len() as f64;
            let vertex = |(number, radius): (usize, &f64)| {
                let (sin, cos) = (number as f64 * step).sin_cos();
                middle + Coord { x: cos, y: sin } * *radius
            };
            radii.iter().enumerate().map(vertex).collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_left_of_a_ring_has_the_area_of_the_intersection(ring in star()) {
            let polygon = Polygon::new(LineString(ring.clone()), vec![]);
            let expected = polygon.intersection(&Rect::new((-2.0, -2.0), (10.0, 10.0)).to_polygon()).unsigned_area();
            let left = clipped(&ring);
            let found = Polygon::new(LineString(left.clone()), vec![]).unsigned_area();
            prop_assert!((found - expected).abs() < 1e-5, "{} {}", found, expected);
            match BOX.place(&ring) {
                Place::Inside => prop_assert_eq!(left, ring),
                Place::Outside => prop_assert_eq!(left, vec![]),
                Place::Across => {}
            }
        }

        #[test]
        fn an_edge_is_cut_in_the_same_place_both_ways(a in position(), b in position()) {
            let there = BOX.clip_edge(a, b);
            prop_assert_eq!(BOX.clip_edge(b, a), there.map(|[a, b]| [b, a]));
        }
    }

    fn check_line(line: &[(f64, f64)], expected: &[&[(f64, f64)]]) {
        let line: Vec<Coord> = line.iter().map(|&p| p.into()).collect();
        let mut parts = Vec::new();
        BOX.clip_line(&line, |part| parts.push(part.iter().map(|p| (p.x, p.y)).collect::<Vec<_>>()));
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_line_is_clipped_into_its_parts() {
        check_line(&[(0.0, 0.0), (5.0, 5.0)], &[&[(0.0, 0.0), (5.0, 5.0)]]);
        check_line(
            &[(0.0, 0.0), (20.0, 0.0), (20.0, 5.0), (0.0, 5.0)],
            &[&[(0.0, 0.0), (10.0, 0.0)], &[(10.0, 5.0), (0.0, 5.0)]],
        );
        check_line(&[(-4.0, 3.0), (12.0, 3.0)], &[&[(-2.0, 3.0), (10.0, 3.0)]]);
        check_line(&[(11.0, 0.0), (11.0, 9.0)], &[]);
        check_line(&[(4.0, 4.0)], &[]);
    }
}
