use geo::{Area, Validation};
use geo_types::{Geometry, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::check;

type Ring<'a> = &'a [(f64, f64)];

fn polygon(rings: &[Ring<'_>]) -> Polygon {
    let mut rings = rings.iter().map(|ring| LineString::from(ring.to_vec()));
    Polygon::new(rings.next().unwrap(), rings.collect())
}

fn reasons(geometry: impl Into<Geometry>) -> Vec<String> {
    check(&geometry.into()).into_iter().map(|problem| problem.reason).collect()
}

fn check_polygon(rings: &[Ring<'_>], expected: &[&str]) {
    assert_eq!(reasons(polygon(rings)), expected);
}

fn check_parts(parts: &[&[Ring<'_>]], expected: &[&str]) {
    assert_eq!(reasons(MultiPolygon(parts.iter().map(|rings| polygon(rings)).collect())), expected);
}

const SQUARE: Ring<'_> = &[(0., 0.), (10., 0.), (10., 10.), (0., 10.)];

#[test]
fn simple_areas_are_valid() {
    check_polygon(&[SQUARE], &[]);
    check_polygon(&[SQUARE, &[(1., 1.), (1., 2.), (2., 2.)], &[(5., 5.), (5., 6.), (6., 6.)]], &[]);
    check_polygon(&[&[(0., 0.), (0., 0.), (10., 0.), (10., 10.), (10., 10.)]], &[]);
}

#[test]
fn a_ring_must_not_meet_itself() {
    check_polygon(
        &[&[(0., 0.), (2., 2.), (2., 0.), (0., 2.)]],
        &["the exterior ring crosses itself at 1.0000000 1.0000000"],
    );
    check_polygon(
        &[&[(0., 0.), (4., 0.), (2., 2.), (4., 4.), (0., 4.), (2., 2.)]],
        &["the exterior ring touches itself at 2.0000000 2.0000000"],
    );
    check_polygon(
        &[&[(0., 0.), (4., 0.), (4., 4.), (4., 6.), (4., 4.), (0., 4.)]],
        &[
            "the exterior ring touches itself at 4.0000000 4.0000000",
            "the exterior ring turns back on itself at 4.0000000 6.0000000",
        ],
    );
}

#[test]
fn too_few_points_are_named() {
    check_polygon(
        &[&[(1., 1.), (2., 2.)]],
        &["has the exterior ring of fewer than three distinct points at 1.0000000 1.0000000"],
    );
    check_polygon(
        &[SQUARE, &[(1., 1.), (1., 1.)]],
        &["has a hole of fewer than three distinct points at 1.0000000 1.0000000"],
    );
    assert_eq!(
        reasons(LineString::from(vec![(1., 1.), (1., 1.)])),
        ["has a line of fewer than two distinct points at 1.0000000 1.0000000"]
    );
    assert_eq!(reasons(MultiPolygon(vec![])), ["is empty"]);
    assert_eq!(reasons(Polygon::new(LineString(vec![]), vec![])), ["is empty"]);
}

#[test]
fn numbers_that_are_none_are_named() {
    check_polygon(
        &[&[(0., 0.), (f64::NAN, 1.), (1., 1.)]],
        &["has a coordinate that is not a finite number (vertex 2)"],
    );
    assert_eq!(
        reasons(geo_types::point!(x: 0., y: f64::INFINITY)),
        ["has a coordinate that is not a finite number (vertex 1)"]
    );
}

#[test]
fn holes_lie_inside_and_apart() {
    check_polygon(
        &[SQUARE, &[(20., 20.), (21., 20.), (21., 21.)]],
        &["a hole lies outside the exterior ring at 20.0000000 20.0000000"],
    );
    check_polygon(
        &[SQUARE, &[(1., 1.), (8., 1.), (8., 8.), (1., 8.)], &[(2., 2.), (3., 2.), (3., 3.)]],
        &["a hole lies within another hole at 2.0000000 2.0000000"],
    );
    check_polygon(
        &[SQUARE, &[(5., 5.), (15., 5.), (5., 6.)]],
        &[
            "the exterior ring crosses a hole at 10.0000000 5.0000000",
            "the exterior ring crosses a hole at 10.0000000 5.5000000",
        ],
    );
    check_polygon(
        &[SQUARE, &[(0., 2.), (2., 2.), (2., 4.), (0., 4.)]],
        &["the exterior ring runs along a hole at 0.0000000 2.0000000"],
    );
}

#[test]
fn rings_may_touch_in_points_that_cut_nothing() {
    check_polygon(&[SQUARE, &[(0., 5.), (2., 4.), (2., 6.)]], &[]);
    check_polygon(&[SQUARE, &[(0., 0.), (2., 1.), (1., 2.)]], &[]);
    check_polygon(
        &[SQUARE, &[(0., 5.), (10., 5.), (5., 6.)]],
        &["has an interior that is cut in two at 10.0000000 5.0000000"],
    );
    // Three holes around a point are fine; in a circle they cut out their middle.
    check_polygon(
        &[SQUARE, &[(5., 5.), (6., 4.), (7., 5.)], &[(5., 5.), (4., 6.), (4., 5.)], &[(5., 5.), (5., 7.), (6., 7.)]],
        &[],
    );
    check_polygon(
        &[SQUARE, &[(2., 2.), (5., 1.), (8., 2.)], &[(8., 2.), (9., 5.), (5., 8.)], &[(5., 8.), (1., 5.), (2., 2.)]],
        &["has an interior that is cut in two at 8.0000000 2.0000000"],
    );
}

#[test]
fn parts_must_not_share_area_or_lines() {
    const NEXT: Ring<'_> = &[(10., 0.), (20., 0.), (20., 10.), (10., 10.)];
    const CORNER: Ring<'_> = &[(10., 10.), (20., 10.), (20., 20.)];
    const INNER: Ring<'_> = &[(2., 2.), (4., 2.), (4., 4.)];
    const HOLE: Ring<'_> = &[(1., 1.), (1., 5.), (5., 5.), (5., 1.)];
    const INSCRIBED: Ring<'_> = &[(5., 0.), (10., 5.), (5., 10.), (0., 5.)];
    check_parts(&[&[SQUARE], &[CORNER]], &[]);
    check_parts(&[&[SQUARE], &[NEXT]], &["part 1 runs along part 2 at 10.0000000 0.0000000"]);
    check_parts(&[&[SQUARE], &[INNER]], &["part 2 lies within part 1 at 2.0000000 2.0000000"]);
    check_parts(&[&[SQUARE, HOLE], &[INNER]], &[]);
    check_parts(&[&[SQUARE], &[INSCRIBED]], &["part 2 lies within part 1 at 5.0000000 0.0000000"]);
}

#[test]
fn a_broken_monster_is_told_in_few_words() {
    let zigzag: Vec<(f64, f64)> =
        (0..2000).map(|i| (f64::from(i * 7919 % 2000), f64::from(i * 104_729 % 1999))).collect();
    let problems = check(&Polygon::new(zigzag.into(), vec![]).into());
    assert_eq!(problems.last().unwrap().reason, "has more problems than are listed here");
    assert!(problems.len() < 30);
}

/// A wheel of spokes: simple by construction, with a hole pattern that may touch.
fn wheel(radii: &[i32], centre: (f64, f64)) -> LineString {
    let step = std::f64::consts::TAU / radii.len() as f64;
    radii
        .iter()
        .enumerate()
        .map(|(i, radius)| {
            let (sin, cos) = (i as f64 * step).sin_cos();
            (centre.0 + cos * f64::from(*radius), centre.1 + sin * f64::from(*radius))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_rings_are_judged_as_by_geo(ring in proptest::collection::vec((0..6i32, 0..6i32), 3..9)) {
        let ring: LineString = ring.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
        let polygon = Polygon::new(ring, vec![]);
        // GEOS calls a triangle on one line invalid, as we do; geo does not.
        prop_assume!(polygon.unsigned_area() > 0.0);
        let errors = polygon.validation_errors();
        prop_assert_eq!(check(&polygon.into()).is_empty(), errors.is_empty(), "{:?}", errors);
    }

    #[test]
    fn long_rings_are_judged_as_by_geo(
        radii in proptest::collection::vec(1..30i32, 50..300),
        bad in proptest::option::of(0..49usize),
    ) {
        let mut ring = wheel(&radii, (3.5e5, 5.6e6));
        if let Some(bad) = bad {
            let other = (bad + ring.0.len() / 2) % (ring.0.len() - 1);
            ring.0.swap(bad + 1, other);
        }
        let polygon = Polygon::new(ring, vec![]);
        let errors = polygon.validation_errors();
        prop_assert_eq!(check(&polygon.into()).is_empty(), errors.is_empty(), "{:?}", errors);
    }

    #[test]
    fn holes_and_parts_are_judged_as_by_geo(
        outer in proptest::collection::vec(6..9i32, 8..20),
        hole in proptest::collection::vec(1..4i32, 4..8),
        at in (-6..6i32, -6..6i32),
        as_part in any::<bool>(),
    ) {
        let hole = wheel(&hole, (f64::from(at.0), f64::from(at.1)));
        let outer = wheel(&outer, (0.0, 0.0));
        let geometry: Geometry = if as_part {
            MultiPolygon(vec![Polygon::new(outer, vec![]), Polygon::new(hole, vec![])]).into()
        } else {
            Polygon::new(outer, vec![hole]).into()
        };
        prop_assert_eq!(check(&geometry).is_empty(), geometry.is_valid());
    }
}
