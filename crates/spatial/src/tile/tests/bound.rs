//! No tile is larger than it may be, and what is left out is the smallest.

use cadastre::{
    Viewer,
    codes::{Basis, LayerVisibility},
    geometry::{Geometry, Point},
};
use geo_types::Coord;
use proptest::prelude::*;

use super::{features, tile, tiles_over, world};
use crate::tile::{
    MAX_BYTES,
    cut::{Arena, Role},
    encode::{encode, reduce},
    layer::{Kind, TileFeature, TileLayer},
    look::Attributes,
    shares,
};

#[derive(Clone, Debug)]
struct Spec {
    id: String,
    status: Option<u8>,
    count: Option<u64>,
    /// Corners on the way round a square of this half side about a middle.
    form: (i32, i32, i32, u8),
}

fn spec() -> impl Strategy<Value = Spec> {
    let form = (-64..4160i32, -64..4160i32, 1..2000i32, 0..3u8);
    ("[a-zäß]{1,30}", proptest::option::of(0..4u8), proptest::option::of(any::<u64>()), form)
        .prop_map(|(id, status, count, form)| Spec { id, status, count, form })
}

fn layer(specs: &[Spec]) -> TileLayer<'_> {
    const STATUS: [&str; 4] = ["confirmed", "reserved", "activating", "sold"];
    let mut layer = TileLayer { name: "sites", features: Vec::new(), arena: Arena::default() };
    for Spec { id, status, count, form: (x, y, side, kind) } in specs {
        let first = layer.arena.len();
        let corner = |dx: i32, dy: i32| Coord { x: x + dx * side, y: y + dy * side };
        let ring = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
        let (kind, size) = match kind {
            0 => (Kind::Points, 0.0),
            1 => (Kind::Lines, f64::from(6 * side)),
            _ => (Kind::Areas, f64::from(side * side * 4)),
        };
        match kind {
            Kind::Points => layer.arena.push(Role::Point, &ring[..1]),
            Kind::Lines => layer.arena.push(Role::Line, &ring),
            Kind::Areas => layer.arena.push(Role::Exterior, &ring),
        }
        let attributes = Attributes {
            id: Some(id),
            status: status.map(|status| STATUS[usize::from(status)].into()),
            count: *count,
            ..Attributes::default()
        };
        layer.features.push(TileFeature { kind, runs: first..layer.arena.len(), attributes, size });
    }
    layer
}

proptest! {
    #[test]
    fn a_reduced_layer_fits_and_has_lost_its_smallest(
        specs in proptest::collection::vec(spec(), 0..60),
        max_bytes in 200..4000usize,
    ) {
        let sizes = |layer: &TileLayer<'_>| layer.features.iter().map(|feature| feature.size).collect::<Vec<_>>();
        let whole = sizes(&layer(&specs));
        let mut reduced = layer(&specs);
        reduce(&mut reduced, max_bytes);
        let bytes = encode(&reduced).unwrap();
        prop_assert!(bytes.len() <= max_bytes, "{} > {}", bytes.len(), max_bytes);
        let kept = sizes(&reduced);
        let mut largest = whole.clone();
        largest.sort_by(|a, b| b.total_cmp(a));
        let mut found = kept.clone();
        found.sort_by(|a, b| b.total_cmp(a));
        prop_assert_eq!(&found[..], &largest[..kept.len()]);
        // Little room is wasted: costs are reckoned, not guessed.
        if kept.len() < whole.len() {
            prop_assert!(bytes.len() * 2 + 250 > max_bytes, "{} of {}", bytes.len(), max_bytes);
        }
    }

    #[test]
    fn shares_are_fair_and_no_larger_than_the_whole(wanted in proptest::collection::vec(0..300_000usize, 0..8)) {
        let shares = shares(&wanted, MAX_BYTES);
        prop_assert!(shares.iter().sum::<usize>() <= MAX_BYTES);
        if wanted.iter().sum::<usize>() <= MAX_BYTES {
            prop_assert_eq!(&shares, &wanted);
        }
        for (share, wanted) in shares.iter().zip(&wanted) {
            prop_assert!(share <= wanted && (share == wanted || *share >= MAX_BYTES / shares.len()));
        }
    }
}

#[test]
fn a_crowded_tile_keeps_its_largest_parcels() {
    // A square kilometre of plots three metres wide, and a few fields among them.
    let mut parcels: Vec<_> = (0..9000u32)
        .map(|number| {
            let (column, row) = (f64::from(number % 95), f64::from(number / 95));
            world::parcel(number, world::square(world::at(column * 3.0, row * 3.0), 3.0))
        })
        .collect();
    parcels.extend((9000..9010).map(|number| {
        let place = f64::from(number - 9000) * 30.0;
        world::parcel(number, world::square(world::at(place, 310.0), 28.0))
    }));
    let snapshot = world::build(parcels.into_iter().map(Into::into));
    let mut dropped = 0;
    for address in tiles_over(15, (0.0, 0.0), (300.0, 330.0)) {
        let found = features(&snapshot, address, "parcels");
        let fields = found.iter().filter(|feature| feature.id() > "142800___09000______").count();
        let plots = found.len() - fields;
        dropped += usize::from(plots < 9000);
        assert!(plots < 9000 && (fields > 0 || plots < 2000), "{plots} {fields}");
    }
    assert!(dropped > 0);
}

#[test]
fn points_of_a_crowded_layer_become_clusters() {
    let trees = (0..20_000usize).map(|number| {
        let (column, row) = ((number % 200) as f64, (number / 200) as f64);
        let geometry: Geometry = Point(world::at(column * 20.0, row * 20.0)).into();
        world::feature("trees", number, geometry).into()
    });
    let layer = world::layer("trees", LayerVisibility::Public).into();
    let snapshot = world::build(std::iter::once(layer).chain(trees));
    let mut count: usize = 0;
    for address in tiles_over(9, (0.0, 0.0), (4000.0, 2000.0)) {
        for feature in features(&snapshot, address, "trees") {
            // Where a tile holds few of them, each is itself.
            count += feature.attribute("count").map_or(1, |count| count.parse().unwrap());
        }
    }
    assert_eq!(count, 20_000);
}

#[test]
fn a_small_layer_keeps_its_own_beside_a_crowded_one() {
    let parcels = (0..9000u32).map(|number| {
        let (column, row) = (f64::from(number % 95), f64::from(number / 95));
        world::parcel(number, world::square(world::at(column * 3.0, row * 3.0), 3.0)).into()
    });
    let site = world::site("s", Some(Basis::Offer), world::square(world::at(50.0, 50.0), 5.0).into()).into();
    let snapshot = world::build(parcels.chain([site]));
    let address = tiles_over(15, (52.0, 52.0), (52.0, 52.0))[0];
    let layers = tile(&snapshot, address, &["parcels", "sites"], &Viewer::ANONYMOUS);
    let sites = layers.iter().find(|layer| layer.name == "sites").unwrap();
    assert_eq!(sites.features.len(), 2);
}
