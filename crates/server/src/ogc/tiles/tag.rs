//! The entity tag of a tile (invariant 5): the one place that says when a tile is still the same.

use cadastre::Viewer;
use spatial::tile::{TileAddress, TileError};

use crate::app::State;

/// The strong tag, quoted: the same as long as what the viewer sees in the municipalities that the tile touches is the
/// same, by the same build, for the same class of viewer. The day is in it through the records that show on that day.
pub(super) fn of_tile(
    state: &State,
    address: TileAddress,
    collections: &[&str],
    viewer: &Viewer,
) -> Result<String, TileError> {
    let content = state.snapshot.tile_tag(address, collections, viewer)?;
    let class = if viewer.is_staff() { "s" } else { "p" };
    Ok(format!("\"{}.t-{content:x}{class}-{}\"", state.epoch, env!("CARGO_PKG_VERSION")))
}
