//! The spatial core on a million generated parcels: load, memory, boxes, polygons, edits.
//!
//! Answers are asserted, so that nothing but the work itself is measured.

use std::{
    io::Write as _,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use benches::parcels::{self, ORIGIN, SIDE_M, STORE_CRS};
use cadastre::{
    Ags, Revision, Versioned, Viewer,
    edit::Applied,
    geometry::{Coord, LineString, MultiPolygon, Polygon},
};
use divan::{Bencher, counter::ItemsCount};
use spatial::{Area, Crs, Query, Snapshot, Transformer};

const PARCELS: u32 = 1_000_000;

static MILLION: LazyLock<Snapshot> = LazyLock::new(|| parcels::snapshot(PARCELS).expect("generated data are sound"));

fn main() -> std::io::Result<()> {
    let before = resident_bytes();
    let memory = MILLION.memory()["parcels"];
    let resident = (resident_bytes() - before) / f64::from(PARCELS);
    let a_parcel = |bytes: usize| bytes as f64 / f64::from(PARCELS);
    writeln!(
        std::io::stdout(),
        "bytes a parcel: {:.0} (records {:.0}, coordinates in CRS84 {:.0}, spatial index {:.0}, id index {:.0}); \
         the process grew by {resident:.0}",
        a_parcel(memory.total()),
        a_parcel(memory.records),
        a_parcel(memory.coordinates),
        a_parcel(memory.spatial_index),
        a_parcel(memory.id_index),
    )?;
    divan::main();
    Ok(())
}

/// Resident memory of this process; 0 where there is no /proc.
fn resident_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or_default() * 1024.0
}

/// Another place each time, all over the data.
fn next_place() -> Coord {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed);
    let step = |factor: u32| f64::from(turn.wrapping_mul(factor) % 900) * SIDE_M;
    ORIGIN + Coord { x: step(397), y: step(613) }
}

/// A box in CRS84 of about 32 × 32 parcels.
fn next_box() -> [f64; 4] {
    let corner = next_place();
    let to_crs84 = Transformer::new(STORE_CRS, Crs::CRS84).expect("a known pair");
    let mut corners = [corner, corner + Coord { x: 31.0 * SIDE_M, y: 31.0 * SIDE_M }];
    to_crs84.transform(&mut corners).expect("inside of the zone");
    [corners[0].x, corners[0].y, corners[1].x, corners[1].y]
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn load_a_million(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(PARCELS)).bench(|| parcels::snapshot(PARCELS).map(|snapshot| snapshot.revision()));
}

#[divan::bench]
fn box_of_a_thousand(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(next_box).bench_values(|bounds| {
        let query = Query { within: Some(Area::Bbox(bounds)), limit: 2000, ..Query::default() };
        let page = MILLION.query("parcels", &query, &Viewer::ANONYMOUS).expect("a good query");
        assert!((900..1200).contains(&page.returned.len()), "{}", page.returned.len());
        page.matched
    });
}

#[divan::bench]
fn box_of_a_thousand_read_through(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(next_box).bench_values(|bounds| {
        let query = Query { within: Some(Area::Bbox(bounds)), limit: 2000, ..Query::default() };
        let page = MILLION.query("parcels", &query, &Viewer::ANONYMOUS).expect("a good query");
        let mut vertices = 0;
        for shown in &page.returned {
            shown.view().properties().for_each(|property| drop(divan::black_box(property)));
            if let Some(shape) = shown.shape_crs84() {
                shape.for_each_run(|run| vertices += run.len());
            }
        }
        assert_eq!(vertices, 7 * page.returned.len());
    });
}

/// Features of a box as one gzip stream, put together from pieces that were compressed beforehand.
#[divan::bench]
fn box_of_a_thousand_as_gzip(bencher: Bencher<'_, '_>) {
    let packing = MILLION.packing();
    while packing.step() {}
    bencher.with_inputs(next_box).bench_values(|bounds| {
        let query = Query { within: Some(Area::Bbox(bounds)), limit: 2000, ..Query::default() };
        let page = MILLION.parts("parcels", &query, &Viewer::ANONYMOUS, usize::MAX).expect("a good query");
        let gzip = page.gzip(b"[", b"]").expect("all is packed");
        assert!(gzip.starts_with(&[0x1f, 0x8b]) && (900..1200).contains(&page.returned));
        gzip.len()
    });
}

#[divan::bench]
fn count_in_a_box_of_a_thousand(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(next_box).bench_values(|bounds| {
        let query = Query { within: Some(Area::Bbox(bounds)), limit: 0, ..Query::default() };
        let page = MILLION.query("parcels", &query, &Viewer::ANONYMOUS).expect("a good query");
        assert!((900..1200).contains(&page.matched));
    });
}

/// A star of 500 corners around the middle: some 30,000 parcels.
fn star() -> MultiPolygon {
    let middle = ORIGIN + Coord { x: 500.0 * SIDE_M, y: 500.0 * SIDE_M };
    let corner = |number: u32| {
        let (sin, cos) = (f64::from(number) / 500.0 * std::f64::consts::TAU).sin_cos();
        let radius = if number.is_multiple_of(2) { 100.0 } else { 98.0 } * SIDE_M;
        middle + Coord { x: cos, y: sin } * radius
    };
    MultiPolygon(vec![Polygon::new(LineString((0..500).map(corner).collect()), vec![])])
}

#[divan::bench]
fn count_in_a_polygon_of_501_vertices(bencher: Bencher<'_, '_>) {
    let query = Query { within: Some(Area::Polygon(STORE_CRS, star())), limit: 0, ..Query::default() };
    bencher.bench_local(|| {
        let page = MILLION.query("parcels", &query, &Viewer::ANONYMOUS).expect("a good query");
        assert!((30_000..33_000).contains(&page.matched), "{}", page.matched);
    });
}

#[divan::bench]
fn area_sum_in_a_polygon_of_501_vertices(bencher: Bencher<'_, '_>) {
    let query = Query { within: Some(Area::Polygon(STORE_CRS, star())), ..Query::default() };
    bencher.bench_local(|| {
        let figures = MILLION.figures("parcels", &query, "official_area_m2", &Viewer::ANONYMOUS).expect("a good query");
        assert!((30_000..33_000).contains(&figures.matched) && figures.sum > 2e7);
    });
}

#[divan::bench]
fn one_parcel_by_id(bencher: Bencher<'_, '_>) {
    let ags = Ags::parse("14522310").expect("a key");
    let ids: Vec<_> = (0..PARCELS)
        .step_by(997)
        .map(|number| parcels::parcel(number, PARCELS, ags).expect("sound").parcel_id)
        .collect();
    let mut turn = 0;
    bencher.bench_local(|| {
        turn = (turn + 1) % ids.len();
        assert!(MILLION.item("parcels", ids[turn].as_str(), &Viewer::ANONYMOUS).shown().is_some());
    });
}

/// The thousandth edit of a million parcels: what a commit waits for.
#[divan::bench]
fn apply_one_edit(bencher: Bencher<'_, '_>) {
    let ags = Ags::parse("14522310").expect("a key");
    let edit = |number: u32| {
        let record = parcels::parcel(number, PARCELS, ags).expect("sound").into();
        Applied::Put(Box::new(Versioned { revision: Revision(2), record }))
    };
    let thousand: Vec<_> = (0..1000).map(|number| edit(number * 991)).collect();
    let edited = MILLION.apply(Revision(2), &thousand).expect("sound edits");
    let mut number = 0;
    bencher.bench_local(|| {
        number = (number + 7919) % PARCELS;
        edited.apply(Revision(3), &[edit(number)]).map(|snapshot| snapshot.revision())
    });
}
