//! Filters over a million generated parcels: counted exactly, in a box and everywhere.
//!
//! Answers are asserted, so that nothing but the work itself is measured.

use std::sync::{
    LazyLock,
    atomic::{AtomicU32, Ordering},
};

use benches::parcels::{self, ORIGIN, SIDE_M, STORE_CRS};
use cadastre::{Viewer, geometry::Coord};
use divan::Bencher;
use spatial::{Area, Crs, Predicate, Query, Snapshot, Transformer, cql2::from_text};

const PARCELS: u32 = 1_000_000;
/// Parcels a side of the box: some 40,000 in all.
const SIDE: f64 = 200.0;

static MILLION: LazyLock<Snapshot> = LazyLock::new(|| parcels::snapshot(PARCELS).expect("generated data are sound"));

fn main() {
    LazyLock::force(&MILLION);
    divan::main();
}

fn filter(text: &str) -> Predicate {
    Predicate::cql2(from_text(text).expect("a filter"))
}

/// A box in CRS84, in another place each time.
fn next_box() -> Area {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed);
    let step = |factor: u32| f64::from(turn.wrapping_mul(factor) % 750) * SIDE_M;
    let corner = ORIGIN + Coord { x: step(397), y: step(613) };
    let to_crs84 = Transformer::new(STORE_CRS, Crs::CRS84).expect("a known pair");
    let mut corners = [corner, corner + Coord { x: SIDE * SIDE_M, y: SIDE * SIDE_M }];
    to_crs84.transform(&mut corners).expect("inside of the zone");
    Area::Bbox([corners[0].x, corners[0].y, corners[1].x, corners[1].y])
}

fn count(query: &Query) -> u64 {
    MILLION.query("parcels", query, &Viewer::ANONYMOUS).expect("a good query").matched
}

fn bench_in_box(bencher: Bencher<'_, '_>, text: &str, expected: std::ops::Range<u64>) {
    let query = Query { filter: filter(text), limit: 0, ..Query::default() };
    bencher.with_inputs(|| Query { within: Some(next_box()), ..query.clone() }).bench_values(|query| {
        let matched = count(&query);
        assert!(expected.contains(&matched), "{matched}");
    });
}

fn bench_everywhere(bencher: Bencher<'_, '_>, text: &str, expected: std::ops::Range<u64>) {
    let query = Query { filter: filter(text), limit: 0, ..Query::default() };
    bencher.bench_local(|| {
        let matched = count(&query);
        assert!(expected.contains(&matched), "{matched}");
    });
}

#[divan::bench]
fn box_alone(bencher: Bencher<'_, '_>) {
    bench_in_box(bencher, "true", 39_000..42_000);
}

#[divan::bench]
fn box_and_two_codes(bencher: Bencher<'_, '_>) {
    bench_in_box(bencher, "land_use in ('Wald', 'Landwirtschaft')", 19_000..22_000);
}

#[divan::bench]
fn box_and_two_properties(bencher: Bencher<'_, '_>) {
    bench_in_box(bencher, "land_use = 'Wald' and official_area_m2 >= 830", 4_000..7_000);
}

#[divan::bench]
fn box_and_a_pattern(bencher: Bencher<'_, '_>) {
    bench_in_box(bencher, "casei(street) like casei('STRASSE %')", 39_000..42_000);
}

#[divan::bench]
fn box_and_arithmetic(bencher: Bencher<'_, '_>) {
    bench_in_box(bencher, "official_area_m2 * 2 > 1660", 15_000..30_000);
}

#[divan::bench]
fn two_codes_everywhere(bencher: Bencher<'_, '_>) {
    bench_everywhere(bencher, "land_use in ('Wald', 'Landwirtschaft')", 490_000..510_000);
}

#[divan::bench]
fn a_district_by_name_everywhere(bencher: Bencher<'_, '_>) {
    bench_everywhere(bencher, "district = 'Gemarkung 5' and source_date < DATE('2026-02-01')", 80_000..100_000);
}

#[divan::bench]
fn within_a_box_everywhere(bencher: Bencher<'_, '_>) {
    bench_everywhere(bencher, "s_within(geometry, BBOX(12.85, 51.0, 12.95, 51.1))", 10_000..200_000);
}

#[divan::bench]
fn a_page_of_a_rare_number(bencher: Bencher<'_, '_>) {
    let query = Query { filter: filter("number = '4711/12'"), limit: 10, ..Query::default() };
    bencher.bench_local(|| {
        let page = MILLION.query("parcels", &query, &Viewer::ANONYMOUS).expect("a good query");
        assert!(page.returned.len() <= 10);
        page.matched
    });
}
