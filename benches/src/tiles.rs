//! Which tiles to cut of the generated town, and the addresses over it.

use cadastre::geometry::Coord;
use spatial::{Crs, Transformer, crs::CrsError, tile::TileAddress};

use crate::parcels::{ORIGIN, SIDE_M, STORE_CRS};

/// So many tiles of a zoom level, all over a town of so many parcels a side, none of them at its edge.
pub fn addresses(zoom: u8, side: u32, count: u32) -> Result<Vec<TileAddress>, CrsError> {
    let to_crs84 = Transformer::new(STORE_CRS, Crs::CRS84)?;
    let width = f64::from(side) * SIDE_M;
    // Multiples of irrational numbers lie evenly and at no beat with the tiles.
    let at = |number: u32, factor: f64| 0.1 + 0.8 * (f64::from(number) * factor).fract();
    let mut corners: Vec<Coord> = (0..count)
        .map(|number| ORIGIN + Coord { x: at(number, 0.618_034), y: at(number, 0.414_214) } * width)
        .collect();
    to_crs84.transform(&mut corners)?;
    Ok(corners.into_iter().filter_map(|corner| TileAddress::of_position(zoom, corner)).collect())
}

#[cfg(test)]
mod tests {
    use cadastre::Viewer;

    use super::addresses;
    use crate::parcels;

    #[test]
    fn every_tile_is_full_of_parcels() {
        let snapshot = parcels::snapshot(40_000).unwrap();
        for address in addresses(16, parcels::side(40_000), 20).unwrap() {
            let tile = snapshot.tile(address, &["parcels"], &Viewer::ANONYMOUS).unwrap();
            assert!((5_000..40_000).contains(&tile.len()), "{} bytes", tile.len());
        }
    }
}
