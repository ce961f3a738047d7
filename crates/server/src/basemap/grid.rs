//! Tiles of the usual web grid (EPSG:3857, 256 pixels), and where they lie.

use geo_types::{Rect, coord};

/// Half the side of the world in EPSG:3857, in metres.
const HALF_WORLD_M: f64 = 20_037_508.342_789_244;
/// What a map may show around a municipality, in degrees: the surroundings help to find one's way.
const MARGIN_DEGREES: f64 = 0.05;

/// A tile: column from the west, row from the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tile {
    pub(crate) z: u8,
    pub(crate) x: u32,
    pub(crate) y: u32,
}

impl Tile {
    /// Greatest zoom there is.
    const DEEPEST: u8 = 22;

    /// From the parts of an address; none where there is no such tile.
    pub(crate) fn parse(z: &str, x: &str, y: &str) -> Option<Self> {
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
        let z = number(z).and_then(|z| u8::try_from(z).ok()).filter(|z| *z <= Self::DEEPEST)?;
        let is_in_world = |n: &u32| *n < 1 << z;
        Some(Self { z, x: number(x).filter(is_in_world)?, y: number(y).filter(is_in_world)? })
    }

    /// West, south, east, north in CRS84, degrees.
    pub(crate) fn degrees(self) -> Rect {
        let tiles = f64::from(1_u32 << self.z);
        let lon = |x: u32| f64::from(x) / tiles * 360.0 - 180.0;
        let lat = |y: u32| (std::f64::consts::PI * (1.0 - 2.0 * f64::from(y) / tiles)).sinh().atan().to_degrees();
        Rect::new(coord! { x: lon(self.x), y: lat(self.y + 1) }, coord! { x: lon(self.x + 1), y: lat(self.y) })
    }

    /// West, south, east, north in EPSG:3857, metres.
    pub(crate) fn metres(self) -> [f64; 4] {
        let side = 2.0 * HALF_WORLD_M / f64::from(1_u32 << self.z);
        let west = f64::from(self.x) * side - HALF_WORLD_M;
        let north = HALF_WORLD_M - f64::from(self.y) * side;
        [west, north - side, west + side, north]
    }
}

/// Whether two boxes touch.
pub(crate) fn touch(a: Rect, b: Rect) -> bool {
    a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
}

/// A municipality's box with its surroundings.
pub(crate) fn with_surroundings(rect: Rect) -> Rect {
    let margin = coord! { x: MARGIN_DEGREES, y: MARGIN_DEGREES };
    Rect::new(rect.min() - margin, rect.max() + margin)
}

#[cfg(test)]
mod tests {
    use super::{HALF_WORLD_M, Tile};

    fn check(z: &str, x: &str, y: &str, expected: Option<Tile>) {
        assert_eq!(Tile::parse(z, x, y), expected, "{z}/{x}/{y}");
    }

    #[test]
    fn only_tiles_of_the_grid_are_tiles() {
        check("2", "3", "0", Some(Tile { z: 2, x: 3, y: 0 }));
        check("22", "4194303", "4194303", Some(Tile { z: 22, x: 4_194_303, y: 4_194_303 }));
        for (z, x, y) in [
            ("2", "4", "0"),
            ("2", "0", "-1"),
            ("23", "0", "0"),
            ("", "0", "0"),
            ("2", "+1", "0"),
            ("2", "1.png", "0"),
            ("258", "0", "0"),
        ] {
            check(z, x, y, None);
        }
    }

    #[test]
    fn a_tile_lies_where_leaflet_puts_it() {
        // Leisnig: 12.93 E, 51.158 N.
        let tile = Tile { z: 15, x: 17_560, y: 10_947 };
        let rect = tile.degrees();
        assert!(rect.min().x < 12.93 && 12.93 < rect.max().x, "{rect:?}");
        assert!(rect.min().y < 51.158 && 51.158 < rect.max().y, "{rect:?}");
        let world = [-HALF_WORLD_M, -HALF_WORLD_M, HALF_WORLD_M, HALF_WORLD_M];
        assert!(Tile { z: 0, x: 0, y: 0 }.metres().iter().zip(world).all(|(a, b)| (a - b).abs() < 1e-6));
        let [west, south, east, north] = tile.metres();
        assert!((east - west - 1222.992).abs() < 1e-3 && (north - south - 1222.992).abs() < 1e-3);
    }
}
