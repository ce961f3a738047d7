//! Where to ask: boxes, tiles, ids and an area, the same in every run.

use geo_types::Coord;
use rstar::{AABB, RTree, primitives::GeomWithData};
use serde::Serialize;
use spatial::{Crs, CrsError, Transformer};

use crate::parcels::{self, GenerateError, ORIGIN, SIDE_M, STORE_CRS};

/// Features that a box holds, more or less.
pub const IN_A_BOX: usize = 1000;

/// Places in CRS84.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Places {
    /// West, south, east, north; each holds about [`IN_A_BOX`] features.
    pub boxes: Vec<[f64; 4]>,
    /// Parcel keys; empty for files.
    pub ids: Vec<String>,
    /// A ring of 500 corners, closed; empty for files.
    pub star: Vec<[f64; 2]>,
    /// Column and row of different tiles at zoom 15, in WebMercatorQuad; empty for files.
    pub tiles_15: Vec<[u32; 2]>,
    /// The same at zoom 16.
    pub tiles_16: Vec<[u32; 2]>,
}

/// A sequence that looks random and always is the same (Knuth's multiplicative constants).
#[derive(Debug)]
struct Sequence(u64);

impl Sequence {
    /// A number from 0 to below 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn index(&mut self, count: usize) -> usize {
        ((self.next() * count as f64) as usize).min(count.saturating_sub(1))
    }
}

/// Places all over so many generated parcels.
pub fn generated(count: u32, places: usize) -> Result<Places, GenerateError> {
    let to_crs84 = Transformer::new(STORE_CRS, Crs::CRS84)?;
    let side = f64::from(parcels::side(count));
    // A box of n whole sides touches about n + 1 parcels each way.
    let in_a_box = ((IN_A_BOX as f64).sqrt() - 1.0).min(side);
    let mut sequence = Sequence(1);
    let mut found = Places::empty();
    for _ in 0..places {
        let room = (side - in_a_box) * SIDE_M;
        let corner = ORIGIN + Coord { x: sequence.next() * room, y: sequence.next() * room };
        let mut corners = [corner, corner + Coord { x: in_a_box * SIDE_M, y: in_a_box * SIDE_M }];
        to_crs84.transform(&mut corners)?;
        found.boxes.push([corners[0].x, corners[0].y, corners[1].x, corners[1].y]);
        let number = sequence.index(count as usize) as u32;
        found.ids.push(parcels::parcel(number, count, parcels::ags()?)?.parcel_id.to_string());
    }
    let mut star = star(side);
    to_crs84.transform(&mut star)?;
    found.star = star.into_iter().map(|corner| [corner.x, corner.y]).collect();
    let mut corners = [ORIGIN, ORIGIN + Coord { x: side * SIDE_M, y: side * SIDE_M }];
    to_crs84.transform(&mut corners)?;
    found.tiles_15 = tiles(corners, 15, &mut sequence);
    found.tiles_16 = tiles(corners, 16, &mut sequence);
    Ok(found)
}

/// A star of 500 corners around the middle: 31,400 parcels if there are so many, else a quarter of all.
fn star(side: f64) -> Vec<Coord> {
    let middle = ORIGIN + Coord { x: side / 2.0 * SIDE_M, y: side / 2.0 * SIDE_M };
    let reach = (side * 0.28).min(100.0);
    let corner = |number: u32| {
        let (sin, cos) = (f64::from(number % 500) / 500.0 * std::f64::consts::TAU).sin_cos();
        let radius = if number.is_multiple_of(2) { 1.0 } else { 0.98 } * reach * SIDE_M;
        middle + Coord { x: cos, y: sin } * radius
    };
    (0..=500).map(corner).collect()
}

/// Places among features of which only the middles are known, in CRS84: each box is around one of them.
pub fn among(middles: Vec<Coord>, places: usize) -> Result<Places, CrsError> {
    let count = middles.len();
    let points = middles.iter().map(|middle| GeomWithData::new([middle.x, middle.y], ()));
    let tree = RTree::bulk_load(points.collect());
    let mut sequence = Sequence(1);
    let mut found = Places::empty();
    for _ in 0..if count == 0 { 0 } else { places } {
        let middle = middles[sequence.index(count)];
        let around = |reach: f64| {
            let stretch = 1.0 / middle.y.to_radians().cos();
            [middle.x - reach * stretch, middle.y - reach, middle.x + reach * stretch, middle.y + reach]
        };
        let holds = |[west, south, east, north]: [f64; 4]| {
            tree.locate_in_envelope(AABB::from_corners([west, south], [east, north])).count()
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let reach = f64::midpoint(low, high);
            if holds(around(reach)) < IN_A_BOX.min(count) { low = reach } else { high = reach }
        }
        found.boxes.push(around(high));
    }
    Ok(found)
}

impl Places {
    fn empty() -> Self {
        Self { boxes: Vec::new(), ids: Vec::new(), star: Vec::new(), tiles_15: Vec::new(), tiles_16: Vec::new() }
    }
}

/// The tiles that touch a box, or 2,000 of them, in no order.
fn tiles([south_west, north_east]: [Coord; 2], zoom: u32, sequence: &mut Sequence) -> Vec<[u32; 2]> {
    const MOST: usize = 2000;
    let ([west, south], [east, north]) = (tile(south_west, zoom), tile(north_east, zoom));
    let mut tiles: Vec<_> = (north..=south).flat_map(|row| (west..=east).map(move |column| [column, row])).collect();
    for place in (1..tiles.len()).rev() {
        tiles.swap(place, sequence.index(place + 1));
    }
    tiles.truncate(MOST);
    tiles
}

/// Column and row of the tile that holds a position (OGC 17-083r4, WebMercatorQuad).
fn tile(at: Coord, zoom: u32) -> [u32; 2] {
    let across = f64::from(1u32 << zoom);
    let latitude = at.y.to_radians();
    let down = (1.0 - latitude.tan().asinh() / std::f64::consts::PI) / 2.0;
    [((at.x + 180.0) / 360.0 * across) as u32, (down * across) as u32]
}

#[cfg(test)]
mod tests {
    use cadastre::Viewer;
    use geo_types::Coord;
    use spatial::{Area, Query, tile::TileAddress};

    use super::{IN_A_BOX, among, generated, tile};
    use crate::parcels;

    #[test]
    fn boxes_hold_about_a_thousand_generated_parcels() {
        const COUNT: u32 = 20_000;
        let snapshot = parcels::snapshot(COUNT).unwrap();
        let places = generated(COUNT, 20).unwrap();
        for bounds in &places.boxes {
            let query = Query { within: Some(Area::Bbox(*bounds)), limit: 0, ..Query::default() };
            let matched = snapshot.query("parcels", &query, &Viewer::ANONYMOUS).unwrap().matched;
            assert!((850..1200).contains(&matched), "{matched}");
        }
        for id in &places.ids {
            assert!(snapshot.item("parcels", id, &Viewer::ANONYMOUS).shown().is_some(), "{id}");
        }
        assert_eq!((places.star.len(), places.star.first()), (501, places.star.last()));
        // A parcel is 28 m wide, a tile at this zoom and latitude 769 m.
        assert!((36..=64).contains(&places.tiles_15.len()), "{}", places.tiles_15.len());
        let different: std::collections::HashSet<_> = places.tiles_16.iter().collect();
        assert_eq!(different.len(), places.tiles_16.len());
        assert_eq!(generated(COUNT, 20).unwrap(), places);
    }

    #[test]
    fn boxes_among_points_hold_as_many() {
        let points: Vec<Coord> = (0..10_000)
            .map(|i| Coord { x: 12.0 + f64::from(i % 100) / 1e3, y: 51.0 + f64::from(i / 100) / 1e3 })
            .collect();
        let places = among(points.clone(), 5).unwrap();
        for [west, south, east, north] in places.boxes {
            let inside = points.iter().filter(|at| (west..=east).contains(&at.x) && (south..=north).contains(&at.y));
            let count = inside.count();
            assert!((IN_A_BOX..IN_A_BOX + 100).contains(&count), "{count}");
        }
        assert!(among(Vec::new(), 5).unwrap().boxes.is_empty());
    }

    #[test]
    fn tiles_are_those_that_the_server_counts() {
        for (x, y) in [(-179.9, 85.0), (12.93, 51.16), (0.0, 0.0), (179.9, -85.0)] {
            for zoom in [15, 16] {
                let [column, row] = tile(Coord { x, y }, zoom);
                let expected = TileAddress::of_position(zoom as u8, Coord { x, y });
                assert_eq!(TileAddress::new(zoom as u8, row, column), expected, "{x} {y}");
            }
        }
    }
}
