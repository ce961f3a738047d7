//! Tiles cut from the snapshot of a million generated parcels, one after the other on one thread.
//!
//! Answers are asserted, so that nothing but the work itself is measured.

use std::sync::LazyLock;

use benches::{parcels, tiles};
use cadastre::Viewer;
use divan::Bencher;
use spatial::{
    Snapshot,
    tile::{MAX_BYTES, TileAddress},
};

const PARCELS: u32 = 1_000_000;

static MILLION: LazyLock<Snapshot> = LazyLock::new(|| parcels::snapshot(PARCELS).expect("generated data are sound"));

fn main() {
    LazyLock::force(&MILLION);
    divan::main();
}

/// Another tile each time, all over the data.
fn every_tile(zoom: u8) -> impl FnMut() -> TileAddress {
    let addresses = tiles::addresses(zoom, parcels::side(PARCELS), 997).expect("inside of the zone");
    let mut turn = addresses.into_iter().cycle();
    move || turn.next().expect("some tiles")
}

#[divan::bench(args = [15, 16, 17])]
fn parcels_of_a_tile(bencher: Bencher<'_, '_>, zoom: u8) {
    bencher.with_inputs(every_tile(zoom)).bench_local_values(|address| {
        let tile = MILLION.tile(address, &["parcels"], &Viewer::ANONYMOUS).expect("a tile");
        assert!((2_000..=MAX_BYTES).contains(&tile.len()), "{} bytes", tile.len());
        tile.len()
    });
}

/// What a conditional request costs that is answered with 304.
#[divan::bench(args = [15, 16])]
fn tag_of_a_tile(bencher: Bencher<'_, '_>, zoom: u8) {
    bencher
        .with_inputs(every_tile(zoom))
        .bench_local_values(|address| MILLION.tile_tag(address, &["parcels"], &Viewer::ANONYMOUS).expect("a tag"));
}
