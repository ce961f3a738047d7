//! The tile matrix set WebMercatorQuad (OGC 17-083r4, annex D.1): which tile is where.
//!
//! The plane of a zoom level is measured in *units* of a 4096th of a tile, x to the east, y to the south, from the
//! north-west corner of the world.

use geo_types::{Coord, Rect};

/// Units a side of a tile (the `extent` of MVT).
pub const EXTENT: i32 = 4096;
/// The last tile matrix.
pub const MAX_ZOOM: u8 = 24;
/// The square of web mercator ends here, in degrees north and south: atan(sinh π).
pub const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// A tile of WebMercatorQuad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TileAddress {
    zoom: u8,
    row: u32,
    column: u32,
}

impl TileAddress {
    /// The tile of a matrix (zoom), row from the north and column from the west; `None` outside of the matrix set.
    pub fn new(zoom: u8, row: u32, column: u32) -> Option<Self> {
        let is_inside = zoom <= MAX_ZOOM && row < tiles_a_side(zoom) && column < tiles_a_side(zoom);
        is_inside.then_some(Self { zoom, row, column })
    }

    /// Its matrix.
    pub fn zoom(self) -> u8 {
        self.zoom
    }

    /// Its row, from the north.
    pub fn row(self) -> u32 {
        self.row
    }

    /// Its column, from the west.
    pub fn column(self) -> u32 {
        self.column
    }

    /// Its box in CRS84 with so many units around it, as far as there is a world.
    pub fn bounds_crs84(self, margin: i32) -> Rect {
        let origin = self.origin();
        let margin = f64::from(margin);
        let far = f64::from(EXTENT) + margin;
        let side = units_a_side(self.zoom);
        let corner = |x: f64, y: f64| Coord { x: longitude(x / side), y: latitude(y / side) };
        // Latitude falls as y grows.
        let (north_west, south_east) =
            (corner(origin.x - margin, origin.y - margin), corner(origin.x + far, origin.y + far));
        Rect::new((north_west.x, south_east.y), (south_east.x, north_west.y))
    }

    /// Its north-west corner in units.
    fn origin(self) -> Coord {
        Coord { x: f64::from(self.column), y: f64::from(self.row) } * f64::from(EXTENT)
    }

    /// How positions in CRS84 become units relative to its north-west corner.
    pub(crate) fn projection(self) -> Projection {
        Projection { side: units_a_side(self.zoom), origin: self.origin() }
    }

    /// The tile of a zoom level that a position lies in: each belongs to exactly one.
    pub fn of_position(zoom: u8, position: Coord) -> Option<Self> {
        let tiles = f64::from(tiles_a_side(zoom.min(MAX_ZOOM)));
        let Coord { x, y } = mercator(position) * tiles;
        let is_inside = (0.0..tiles).contains(&x) && (0.0..tiles).contains(&y);
        if is_inside { Self::new(zoom, y as u32, x as u32) } else { None }
    }
}

/// Number of rows, and of columns, of a matrix.
pub fn tiles_a_side(zoom: u8) -> u32 {
    1 << zoom
}

fn units_a_side(zoom: u8) -> f64 {
    // A power of two: to scale by it rounds nothing.
    f64::from(tiles_a_side(zoom)) * f64::from(EXTENT)
}

/// From CRS84 to units of a tile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projection {
    side: f64,
    origin: Coord,
}

impl Projection {
    /// A position in units relative to the tile's corner. The same vertex has the same place in every tile.
    pub(crate) fn project(self, position: Coord) -> Coord {
        mercator(position) * self.side - self.origin
    }
}

/// Web mercator of the whole world as a square of side 1 from its north-west corner.
///
/// EPSG:3857 is *defined* by the formulas of the sphere (EPSG method 1024, "Popular Visualisation Pseudo-Mercator"):
/// geographic coordinates of the ellipsoid put into the mercator of a sphere. So this is exact, and costs no PROJ.
fn mercator(Coord { x: longitude, y: latitude }: Coord) -> Coord {
    // ln tan(π/4 + φ/2) = ½ ln((1 + sin φ) / (1 − sin φ)); short of the poles, where it is infinite.
    let sin = latitude.clamp(-89.99, 89.99).to_radians().sin();
    let y = ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI);
    Coord { x: longitude / 360.0 + 0.5, y: 0.5 - y }
}

fn longitude(x: f64) -> f64 {
    (x.clamp(0.0, 1.0) - 0.5) * 360.0
}

fn latitude(y: f64) -> f64 {
    ((0.5 - y.clamp(0.0, 1.0)) * std::f64::consts::TAU).sinh().atan().to_degrees()
}

#[cfg(test)]
mod tests {
    use geo_types::Coord;
    use proptest::prelude::*;

    use super::{EXTENT, MAX_LATITUDE, MAX_ZOOM, TileAddress, mercator};
    use crate::{Crs, Transformer};

    fn check(zoom: u8, row: u32, column: u32, expected: bool) {
        assert_eq!(TileAddress::new(zoom, row, column).is_some(), expected, "{zoom}/{row}/{column}");
    }

    #[test]
    fn a_matrix_ends_at_a_power_of_two() {
        check(0, 0, 0, true);
        check(0, 1, 0, false);
        check(15, 32_767, 32_767, true);
        check(15, 32_768, 0, false);
        check(15, 0, 32_768, false);
        check(MAX_ZOOM, 0, 0, true);
        check(MAX_ZOOM + 1, 0, 0, false);
        check(255, u32::MAX, u32::MAX, false);
    }

    #[test]
    fn the_first_tile_is_the_world() {
        let world = TileAddress::new(0, 0, 0).unwrap().bounds_crs84(64);
        assert_eq!((world.min().x, world.max().x), (-180.0, 180.0));
        assert!((world.max().y - MAX_LATITUDE).abs() < 1e-9 && (world.min().y + MAX_LATITUDE).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn web_mercator_is_that_of_proj(x in -180.0..180.0f64, y in -85.0..85.0f64) {
            const HALF_M: f64 = 20_037_508.342_789_244;
            let proj = Transformer::new(Crs::CRS84, Crs::Epsg(3857)).unwrap();
            let expected = proj.transform_coord(Coord { x, y }).unwrap();
            let found = mercator(Coord { x, y });
            prop_assert!(((found.x - 0.5) * 2.0 * HALF_M - expected.x).abs() < 1e-6);
            prop_assert!(((0.5 - found.y) * 2.0 * HALF_M - expected.y).abs() < 1e-6);
        }

        #[test]
        fn a_position_lies_in_the_box_of_its_tile(zoom in 0..=MAX_ZOOM, x in -179.9..179.9f64, y in -85.0..85.0f64) {
            let position = Coord { x, y };
            let tile = TileAddress::of_position(zoom, position).unwrap();
            let bounds = tile.bounds_crs84(1);
            prop_assert!((bounds.min().x..=bounds.max().x).contains(&x) && (bounds.min().y..=bounds.max().y).contains(&y));
            let local = tile.projection().project(position);
            let side = f64::from(EXTENT);
            prop_assert!((0.0..side).contains(&local.x) && (0.0..side).contains(&local.y), "{local:?}");
        }
    }
}
