//! Tiles against a decoder of their own and a naive oracle.

mod bound;
mod content;
mod decoder;
mod seams;
mod world;

use cadastre::Viewer;
use decoder::{Layer, decode};
use geo::BoundingRect;
use geo_types::{Coord, Geometry, Rect};

use super::{MAX_BYTES, TileAddress};
use crate::{Crs, Snapshot, Transformer};

/// A tile, read; with it everything is asserted that holds of every tile.
fn tile(snapshot: &Snapshot, address: TileAddress, collections: &[&str], viewer: &Viewer) -> Vec<Layer> {
    let bytes = snapshot.tile(address, collections, viewer).unwrap();
    assert!(bytes.len() <= MAX_BYTES, "{} bytes", bytes.len());
    assert_eq!(snapshot.tile(address, collections, viewer).unwrap(), bytes, "the same each time");
    decode(&bytes)
}

/// The features of a tile of one collection.
fn features(snapshot: &Snapshot, address: TileAddress, collection: &str) -> Vec<decoder::Feature> {
    let layers = tile(snapshot, address, &[collection], &Viewer::ANONYMOUS);
    assert!(layers.len() <= 1 && layers.iter().all(|layer| layer.name == collection));
    layers.into_iter().flat_map(|layer| layer.features).collect()
}

/// Every tile of a zoom level that a box in the store's CRS, in metres from the origin, touches.
fn tiles_over(zoom: u8, min: (f64, f64), max: (f64, f64)) -> Vec<TileAddress> {
    let corners = [min, max, (min.0, max.1), (max.0, min.1)].map(|(x, y)| world::to_crs84(world::at(x, y)));
    let tiles = corners.map(|corner| TileAddress::of_position(zoom, corner).unwrap());
    let span = |of: fn(TileAddress) -> u32| {
        let all = tiles.map(of);
        all.into_iter().min().unwrap()..=all.into_iter().max().unwrap()
    };
    span(TileAddress::row)
        .flat_map(|row| span(TileAddress::column).map(move |column| TileAddress::new(zoom, row, column).unwrap()))
        .collect()
}

/// A geometry of the store in units of a tile, by PROJ's web mercator.
fn in_units(geometry: &Geometry, address: TileAddress) -> Geometry {
    use geo::MapCoords as _;
    const HALF_M: f64 = 20_037_508.342_789_244;
    let mut geometry = geometry.clone();
    Transformer::new(world::STORE, Crs::Epsg(3857)).unwrap().transform_geometry(&mut geometry).unwrap();
    let side = f64::from(super::tiles_a_side(address.zoom())) * 4096.0 / (2.0 * HALF_M);
    let (left, top) = (f64::from(address.column()) * 4096.0, f64::from(address.row()) * 4096.0);
    geometry.map_coords(|c| Coord { x: (c.x + HALF_M) * side - left, y: (HALF_M - c.y) * side - top })
}

/// The box of a tile with a margin, in units.
fn tile_box(margin: f64) -> Rect {
    Rect::new((-margin, -margin), (4096.0 + margin, 4096.0 + margin))
}

fn is_far(geometry: &Geometry) -> bool {
    geometry.bounding_rect().is_none_or(|bounds| {
        let near = tile_box(70.0);
        bounds.max().x < near.min().x
            || bounds.min().x > near.max().x
            || bounds.max().y < near.min().y
            || bounds.min().y > near.max().y
    })
}
