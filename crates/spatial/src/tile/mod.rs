//! Vector tiles (Mapbox Vector Tile 2.1), cut from the snapshot when they are asked for.
//!
//! record → gate → projection → clipping → grid → valid rings → bytes. Areas and lines are clipped to a box a little
//! larger than the tile, so that no clipped edge is seen; a point lies in exactly one tile. A tile is never larger than
//! [`MAX_BYTES`]: what would be is drawn more coarsely, and then its smallest features are left out.

mod clip;
mod cluster;
mod cut;
mod encode;
mod layer;
mod look;
mod matrix;
mod trace;
mod units;
mod valid;

#[cfg(test)]
mod tests;

use std::hash::Hasher as _;

use cadastre::{Viewer, property::Collection};

pub use cut::BUFFER;
pub use look::{ATTRIBUTES, CLUSTERS_TO, SINGLE_FROM, first_zoom};
pub use matrix::{EXTENT, MAX_LATITUDE, MAX_ZOOM, TileAddress, tiles_a_side};

use crate::{
    Area, Snapshot,
    snapshot::{Fnv, Target},
};
use layer::{Detail, TileLayer, has_outlines};

/// Largest tile in bytes, uncompressed: what a phone takes in its stride.
pub const MAX_BYTES: usize = 150_000;

/// Why there is no tile.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// No such collection, or none that the viewer may know of.
    #[error("there is no collection \"{name}\"")]
    UnknownCollection {
        /// Name as given.
        name: String,
    },
    /// The tile cannot be written.
    #[error("the tile cannot be encoded")]
    Encode {
        /// Why not.
        #[from]
        source: fast_mvt::MvtError,
    },
}

impl Snapshot {
    /// The tile with these collections, one layer each, as the viewer sees them; empty if nothing is there.
    ///
    /// The same records make the same bytes. Takes time in proportion to the records in the tile.
    pub fn tile(&self, address: TileAddress, collections: &[&str], viewer: &Viewer) -> Result<Vec<u8>, TileError> {
        let targets = self.tile_targets(collections, viewer)?;
        let cut = |target, detail| TileLayer::cut(self, target, address, viewer, detail);
        let mut layers = Vec::with_capacity(targets.len());
        for target in &targets {
            layers.push(encode::encode(&cut(*target, Detail::Fine))?);
        }
        let lengths: Vec<usize> = layers.iter().map(Vec::len).collect();
        for ((target, bytes), share) in targets.into_iter().zip(&mut layers).zip(shares(&lengths, MAX_BYTES)) {
            if bytes.len() <= share {
                continue;
            }
            let mut coarse = cut(target, Detail::Coarse);
            *bytes = encode::encode(&coarse)?;
            if bytes.len() > share {
                encode::reduce(&mut coarse, share);
                *bytes = encode::encode(&coarse)?;
            }
        }
        Ok(layers.concat())
    }

    /// Whether the tile is made of so few single records that it is cut in about a millisecond.
    pub fn is_light_tile(&self, address: TileAddress, collections: &[&str], viewer: &Viewer) -> bool {
        const FEW: usize = 1000;
        let bounds = address.bounds_crs84(BUFFER);
        let targets = collections.iter().filter_map(|name| self.target(name, viewer));
        address.zoom() >= SINGLE_FROM && targets.map(|target| self.count_in(target, bounds)).sum::<usize>() <= FEW
    }

    /// A number that is the same as long as what the viewer sees of these collections, in the municipalities that the
    /// tile touches, is the same ([`Snapshot::stamp`]). Costs no search.
    pub fn tile_tag(&self, address: TileAddress, collections: &[&str], viewer: &Viewer) -> Result<u64, TileError> {
        let bounds = address.bounds_crs84(BUFFER);
        let within = Area::Bbox([bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]);
        let mut hash = Fnv::default();
        for name in collections {
            let stamp = self.stamp(name, Some(&within), viewer);
            hash.write(name.as_bytes());
            hash.write_u64(stamp.ok_or_else(|| TileError::UnknownCollection { name: (*name).to_owned() })?.0);
            // Outlines are those of the parcels.
            if self.target(name, viewer).is_some_and(|target| has_outlines(target, address)) && self.has_outlines() {
                hash.write_u64(
                    self.stamp(Collection::Parcels.name(), Some(&within), viewer).map_or(0, |stamp| stamp.0),
                );
            }
        }
        Ok(hash.finish())
    }

    fn tile_targets(&self, collections: &[&str], viewer: &Viewer) -> Result<Vec<Target<'_>>, TileError> {
        let unknown = |name: &str| TileError::UnknownCollection { name: name.to_owned() };
        collections.iter().map(|name| self.target(name, viewer).ok_or_else(|| unknown(name))).collect()
    }
}

/// What each layer may have of a tile: those that want less than an equal share have what they want, the others share
/// what is left.
fn shares(wanted: &[usize], total: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|layer| wanted[*layer]);
    let mut shares = vec![0; wanted.len()];
    let mut left = total;
    for (given, layer) in order.iter().enumerate() {
        shares[*layer] = wanted[*layer].min(left / (wanted.len() - given));
        left -= shares[*layer];
    }
    shares
}
