//! What lies in a tile is there, whole and valid, and neighbours fit together.

use cadastre::Viewer;
use geo::{Area, BooleanOps, Validation, unary_union};
use geo_types::{Geometry, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::{
    features, in_units, is_far, tile_box, tiles_over,
    world::{self, Net},
};

fn net(side: usize, width_m: f64) -> impl Strategy<Value = Net> {
    proptest::collection::vec((-4..=4i8, -4..=4i8), (side + 1) * (side + 1)).prop_map(move |jitter| Net {
        side,
        width_m,
        jitter,
    })
}

/// Length of the boundary of a polygon: rounding moves it by at most a unit, and so changes the area.
fn boundary(areas: &MultiPolygon) -> f64 {
    use geo::{Euclidean, Length as _};
    let rings = areas.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings.map(|ring| Euclidean.length(ring)).sum()
}

/// Holds the areas of a tile against polygons of the store: `(id, polygon)`.
fn check_areas(tile: super::TileAddress, found: &[super::decoder::Feature], expected: &[(String, Polygon)]) {
    let inside = tile_box(0.0).to_polygon();
    let buffered = tile_box(f64::from(super::super::BUFFER)).to_polygon();
    for feature in found {
        let areas = feature.areas();
        for polygon in &areas {
            assert!(polygon.is_valid(), "{} in {tile:?}: {polygon:?}", feature.id());
        }
        assert!(areas.difference(&buffered).unsigned_area() < 1e-6, "{} sticks out of {tile:?}", feature.id());
    }
    for (id, polygon) in expected {
        let exact = in_units(&polygon.clone().into(), tile);
        let of_id: Vec<_> = found.iter().filter(|feature| feature.id() == id).collect();
        assert!(of_id.len() <= 1, "{id} twice in {tile:?}");
        if is_far(&exact) {
            assert!(of_id.is_empty(), "{id} is not in {tile:?}");
            continue;
        }
        let exact = MultiPolygon(vec![Polygon::try_from(exact).unwrap()]).intersection(&inside);
        let there = of_id.first().map_or(MultiPolygon(vec![]), |feature| feature.areas()).intersection(&inside);
        let off = exact.xor(&there).unsigned_area();
        assert!(off <= 1.5 * boundary(&exact) + 4.0, "{id} in {tile:?} is {off} squared units off");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_parcel_is_where_it_lies(net in net(9, 40.0), zoom in 15..=18u8) {
        let cells = net.cells();
        let parcels: Vec<_> = (0..).zip(&cells).map(|(number, cell)| world::parcel(number, cell.clone())).collect();
        let expected: Vec<_> =
            parcels.iter().zip(&cells).map(|(parcel, cell)| (parcel.parcel_id.to_string(), cell.clone())).collect();
        let snapshot = world::build(parcels.into_iter().map(Into::into));
        for tile in tiles_over(zoom, (-50.0, -50.0), (410.0, 410.0)) {
            check_areas(tile, &features(&snapshot, tile, "parcels"), &expected);
        }
    }

    /// Over the whole buffered box, as far as the net covers it: each point of it lies in exactly one parcel.
    #[test]
    fn neighbours_leave_no_gap_and_do_not_overlap(net in net(28, 100.0), zoom in 15..=17u8) {
        let parcels = (0..).zip(net.cells()).map(|(number, cell)| world::parcel(number, cell).into());
        let snapshot = world::build(parcels);
        check_cover(&snapshot, "parcels", zoom, (1300.0, 1300.0), (1500.0, 1500.0));
    }

    #[test]
    fn districts_leave_no_gap_at_any_zoom_level(net in net(12, 12_000.0), zoom in 10..=14u8) {
        let districts = (0..).zip(net.cells()).map(|(number, cell)| world::district(number, cell).into());
        let snapshot = world::build(districts);
        check_cover(&snapshot, "districts", zoom, (50_000.0, 50_000.0), (52_000.0, 52_000.0));
    }
}

fn check_cover(snapshot: &crate::Snapshot, collection: &str, zoom: u8, min: (f64, f64), max: (f64, f64)) {
    for tile in tiles_over(zoom, min, max) {
        let areas: Vec<MultiPolygon> =
            features(snapshot, tile, collection).iter().map(super::decoder::Feature::areas).collect();
        let whole = tile_box(f64::from(super::super::BUFFER)).to_polygon().unsigned_area();
        let sum: f64 = areas.iter().map(Area::unsigned_area).sum();
        assert!((sum - whole).abs() < 1e-6, "{tile:?}: {sum} {whole}");
        let union = unary_union(areas.iter().flatten());
        assert!((union.unsigned_area() - whole).abs() < 1e-3 * whole, "{tile:?} has gaps");
        assert!(union.iter().map(|polygon| polygon.interiors().len()).sum::<usize>() == 0, "{tile:?} has gaps");
    }
}

/// Stars with deep notches and holes: what clipping and rounding make the most trouble with.
fn thorny() -> impl Strategy<Value = Polygon> {
    let star = |low: f64, high: f64| proptest::collection::vec(low..high, 5..24);
    ((-100.0..700.0f64, -100.0..700.0f64), star(20.0, 400.0), proptest::option::of(star(3.0, 15.0))).prop_map(
        |((x, y), radii, hole)| {
            let ring = |radii: &[f64]| {
                let step = std::f64::consts::TAU / radii.len() as f64;
                let mut ring: Vec<_> = (0..)
                    .zip(radii)
                    .map(|(number, radius)| {
                        let (sin, cos) = (f64::from(number) * step).sin_cos();
                        world::at(x + cos * radius, y + sin * radius)
                    })
                    .collect();
                ring.push(ring[0]);
                ring.into()
            };
            Polygon::new(ring(&radii), hole.iter().map(|hole| ring(hole)).collect())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn thorny_areas_stay_valid_at_every_zoom_level(
        areas in proptest::collection::vec(thorny(), 1..6),
        zoom in 8..=19u8,
    ) {
        let areas: Vec<Polygon> = areas.into_iter().filter(Validation::is_valid).collect();
        let feature = |(number, area): (usize, &Polygon)| world::feature("plans", number, area.clone().into()).into();
        let layer = world::layer("plans", cadastre::codes::LayerVisibility::Public).into();
        let snapshot = world::build(std::iter::once(layer).chain(areas.iter().enumerate().map(feature)));
        let expected: Vec<_> = areas.iter().enumerate().map(|(number, area)| (number.to_string(), area.clone())).collect();
        for tile in tiles_over(zoom, (100.0, 100.0), (400.0, 400.0)) {
            let found = features(&snapshot, tile, "plans");
            if zoom >= super::super::SINGLE_FROM {
                check_areas(tile, &found, &expected);
            } else {
                check_areas(tile, &found, &[]);
            }
        }
    }

    #[test]
    fn lines_are_whole_within_the_tile(
        line in proptest::collection::vec((0.0..900.0f64, 0.0..900.0f64), 2..9),
        zoom in 15..=17u8,
    ) {
        use geo::{BooleanOps as _, Euclidean, Length as _};
        let line: geo_types::LineString = line.into_iter().map(|(x, y)| world::at(x, y)).collect::<Vec<_>>().into();
        let layer = world::layer("roads", cadastre::codes::LayerVisibility::Public).into();
        let snapshot = world::build([layer, world::feature("roads", 1, line.clone().into()).into()]);
        for tile in tiles_over(zoom, (0.0, 0.0), (900.0, 900.0)) {
            let Geometry::LineString(exact) = in_units(&line.clone().into(), tile) else { unreachable!() };
            let buffered = tile_box(f64::from(super::super::BUFFER)).to_polygon();
            let exact: f64 =
                buffered.clip(&geo_types::MultiLineString(vec![exact]), false).iter().map(|l| Euclidean.length(l)).sum();
            let found: f64 = features(&snapshot, tile, "roads")
                .iter()
                .flat_map(|feature| match &feature.shape {
                    super::decoder::Shape::Lines(lines) => lines.clone(),
                    other => panic!("{other:?}"),
                })
                .flat_map(|line| line.windows(2).map(|e| f64::from((e[1] - e[0]).x).hypot(f64::from((e[1] - e[0]).y))).collect::<Vec<_>>())
                .sum();
            // Half a unit and a half at each end of each edge.
            prop_assert!((found - exact).abs() <= 2.0 * line.0.len() as f64, "{} {}", found, exact);
        }
    }
}

#[test]
fn a_tile_in_which_nothing_lies_is_empty() {
    let snapshot = world::build([world::parcel(1, world::square(world::at(0.0, 0.0), 20.0)).into()]);
    let tile = tiles_over(16, (5000.0, 5000.0), (5000.0, 5000.0))[0];
    assert!(
        snapshot.tile(tile, &["parcels", "sites", "buildings", "districts"], &Viewer::ANONYMOUS).unwrap().is_empty()
    );
}
