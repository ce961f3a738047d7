//! Areas in little memory: records of which there are millions hold theirs so.

use std::{fmt, ops::Range};

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

/// A multi-polygon in the CRS of the store, to the last bit, without a list for each ring.
///
/// Official coordinates are decimal numbers with three places, metres and millimetres: those are kept as whole
/// millimetres, four bytes each. An area with any other coordinate is kept as it is.
#[derive(Clone, PartialEq)]
pub struct PackedArea {
    coords: Coords,
    /// None: a single polygon of a single ring.
    rings: Option<Box<Rings>>,
}

/// The coordinates of all rings, one behind the other.
#[derive(Clone, PartialEq)]
enum Coords {
    Millimetres(Box<[[i32; 2]]>),
    Plain(Box<[Coord]>),
}

/// What belongs to which ring, and which ring to which polygon.
#[derive(Clone, PartialEq)]
struct Rings {
    /// Where the coordinates of each ring end.
    ends: Vec<u32>,
    /// Where the rings of each polygon end.
    polygons: Vec<u32>,
}

const PER_METRE: f64 = 1000.0;
/// In the middle of Germany in UTM: numbers of 32 bits reach 2,147 km to the north and to the south of it.
const NORTHING_MM: i64 = 5_600_000_000;

impl From<&MultiPolygon> for PackedArea {
    fn from(area: &MultiPolygon) -> Self {
        let rings: Vec<&LineString> = area.iter().flat_map(rings_of).collect();
        let coords = match (&rings[..], millimetres(&rings)) {
            (_, Some(packed)) => Coords::Millimetres(packed),
            ([ring], None) => Coords::Plain(ring.0.as_slice().into()),
            (rings, None) => Coords::Plain(rings.iter().flat_map(|ring| ring.0.iter().copied()).collect()),
        };
        let is_single = area.0.len() == 1 && rings.len() == 1;
        Self { coords, rings: (!is_single).then(|| Box::new(Rings::of(area))) }
    }
}

impl From<MultiPolygon> for PackedArea {
    fn from(area: MultiPolygon) -> Self {
        Self::from(&area)
    }
}

impl From<&PackedArea> for MultiPolygon {
    fn from(packed: &PackedArea) -> Self {
        let coords = packed.coords();
        let polygon = |rings: Range<usize>| {
            let mut rings = rings.map(|ring| LineString(coords[packed.ring(ring)].to_vec()));
            rings.next().map(|exterior| Polygon::new(exterior, rings.collect()))
        };
        Self(packed.polygons().filter_map(polygon).collect())
    }
}

impl From<PackedArea> for MultiPolygon {
    fn from(packed: PackedArea) -> Self {
        Self::from(&packed)
    }
}

impl From<PackedArea> for Geometry {
    fn from(packed: PackedArea) -> Self {
        Self::MultiPolygon(MultiPolygon::from(&packed))
    }
}

impl From<Polygon> for PackedArea {
    fn from(polygon: Polygon) -> Self {
        Self::from(&MultiPolygon(vec![polygon]))
    }
}

impl PackedArea {
    /// Number of coordinates, of all rings.
    pub fn len(&self) -> usize {
        match &self.coords {
            Coords::Millimetres(packed) => packed.len(),
            Coords::Plain(coords) => coords.len(),
        }
    }

    /// Whether it has no coordinate.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The coordinates of all rings, one behind the other, in the CRS of the store; a ring ends with its first one.
    pub fn coords(&self) -> Vec<Coord> {
        let mut coords = vec![Coord::zero(); self.len()];
        self.copy_coords_to(&mut coords);
        coords
    }

    /// Writes what [`PackedArea::coords`] returns into a slice of that length.
    ///
    /// # Panics
    ///
    /// If the slice has not the length of the area.
    pub fn copy_coords_to(&self, out: &mut [Coord]) {
        match &self.coords {
            Coords::Millimetres(packed) => {
                assert_eq!(out.len(), packed.len(), "as many coordinates as the area has");
                out.iter_mut().zip(packed).for_each(|(coord, packed)| *coord = unpack(*packed));
            }
            Coords::Plain(coords) => out.copy_from_slice(coords),
        }
    }

    /// Where the coordinates of a ring lie among all; rings are counted from 0 through all polygons.
    ///
    /// # Panics
    ///
    /// If there is no such ring.
    pub fn ring(&self, number: usize) -> Range<usize> {
        match &self.rings {
            Some(rings) => range(&rings.ends, number),
            None => range(&[self.len() as u32], number),
        }
    }

    /// Which of the rings each polygon has, the exterior first.
    pub fn polygons(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.polygon_count()).map(|number| self.rings.as_ref().map_or(0..1, |rings| range(&rings.polygons, number)))
    }

    /// Number of polygons.
    pub fn polygon_count(&self) -> usize {
        self.rings.as_ref().map_or(1, |rings| rings.polygons.len())
    }

    /// Bytes on the heap, and in how many allocations.
    pub fn heap(&self) -> (usize, usize) {
        let coords = match &self.coords {
            Coords::Millimetres(packed) => size_of_val(&packed[..]),
            Coords::Plain(coords) => size_of_val(&coords[..]),
        };
        let of_rings = |rings: &Rings| {
            let lists = (rings.ends.capacity() + rings.polygons.capacity()) * size_of::<u32>();
            (coords + size_of::<Rings>() + lists, 4)
        };
        self.rings.as_deref().map_or((coords, 1), of_rings)
    }
}

impl fmt::Debug for PackedArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        MultiPolygon::from(self).fmt(f)
    }
}

impl Rings {
    fn of(area: &MultiPolygon) -> Self {
        let (mut ends, mut polygons, mut end) = (Vec::new(), Vec::with_capacity(area.0.len()), 0);
        for polygon in area {
            for ring in rings_of(polygon) {
                end += ring.0.len() as u32;
                ends.push(end);
            }
            polygons.push(ends.len() as u32);
        }
        ends.shrink_to_fit();
        Self { ends, polygons }
    }
}

fn rings_of(polygon: &Polygon) -> impl Iterator<Item = &LineString> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// What lies between the end before and this one.
fn range(ends: &[u32], number: usize) -> Range<usize> {
    number.checked_sub(1).map_or(0, |before| ends[before] as usize)..ends[number] as usize
}

/// The coordinates as whole millimetres; `None` if one of them would not be the same afterwards.
fn millimetres(rings: &[&LineString]) -> Option<Box<[[i32; 2]]>> {
    let mut packed = Vec::with_capacity(rings.iter().map(|ring| ring.0.len()).sum());
    for coord in rings.iter().flat_map(|ring| &ring.0) {
        let one = pack(*coord)?;
        packed.push(one);
    }
    Some(packed.into())
}

fn pack(coord: Coord) -> Option<[i32; 2]> {
    let whole = |metres: f64| (metres * PER_METRE).round() as i64;
    let easting = i32::try_from(whole(coord.x)).ok()?;
    let northing = i32::try_from(whole(coord.y).checked_sub(NORTHING_MM)?).ok()?;
    let packed = [easting, northing];
    let bits = |coord: Coord| (coord.x.to_bits(), coord.y.to_bits());
    (bits(unpack(packed)) == bits(coord)).then_some(packed)
}

fn unpack([easting, northing]: [i32; 2]) -> Coord {
    // Divided, not multiplied: the nearest number to a decimal one, which is what was read.
    Coord { x: f64::from(easting) / PER_METRE, y: (f64::from(northing) + NORTHING_MM as f64) / PER_METRE }
}

#[cfg(test)]
mod tests {
    use geo_types::{Coord, LineString, MultiPolygon, Polygon};
    use proptest::prelude::*;

    use super::{Coords, PackedArea};

    fn bits(area: &MultiPolygon) -> Vec<Vec<Vec<(u64, u64)>>> {
        let ring = |ring: &LineString| ring.0.iter().map(|at| (at.x.to_bits(), at.y.to_bits())).collect();
        area.iter().map(|polygon| super::rings_of(polygon).map(ring).collect()).collect()
    }

    /// Numbers as files have them, and those that are hard to keep.
    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            10 => (-6_000_000_000..12_000_000_000_i64).prop_map(|millimetres| millimetres as f64 / 1000.0),
            10 => (345_000_000..346_000_000_i64).prop_map(|millimetres| millimetres as f64 / 1000.0),
            1 => -200.0..200.0f64,
            1 => any::<f64>(),
            1 => prop_oneof![Just(-0.0), Just(0.0), Just(f64::INFINITY), Just(f64::MIN)],
        ]
    }

    fn ring() -> impl Strategy<Value = LineString> {
        proptest::collection::vec((number(), number()), 0..9)
            .prop_map(|coords| LineString(coords.into_iter().map(|(x, y)| Coord { x, y }).collect()))
    }

    proptest! {
        #[test]
        fn an_area_comes_back_to_the_last_bit(
            polygons in proptest::collection::vec((ring(), proptest::collection::vec(ring(), 0..3)), 0..4)
        ) {
            // A ring that ends with NaN can never be closed, so it grows each time.
            let area = MultiPolygon(polygons.into_iter().map(|(exterior, holes)| Polygon::new(exterior, holes)).collect());
            prop_assume!(area.iter().flat_map(super::rings_of).flat_map(|ring| &ring.0).all(|at| !(at.x + at.y).is_nan()));
            let packed = PackedArea::from(&area);
            prop_assert_eq!(bits(&MultiPolygon::from(&packed)), bits(&area));
            prop_assert_eq!(packed.polygon_count(), area.0.len());
            prop_assert_eq!(packed.len(), area.iter().flat_map(super::rings_of).map(|ring| ring.0.len()).sum::<usize>());
        }
    }

    fn check(x: f64, y: f64, is_small: bool) {
        let ring = [(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y)];
        let ring = LineString(ring.map(|(x, y)| Coord { x, y }).to_vec());
        let packed = PackedArea::from(MultiPolygon(vec![Polygon::new(ring, vec![])]));
        assert_eq!(matches!(packed.coords, Coords::Millimetres(_)), is_small, "{x} {y}");
        assert!(packed.rings.is_none());
    }

    #[test]
    fn coordinates_of_the_official_cadastre_take_eight_bytes() {
        check(345_678.123, 5_650_123.457, true);
        // With the number of the zone before the easting it goes beyond 32 bits.
        check(33_345_678.123, 5_650_123.457, false);
        check(345_678.123_4, 5_650_123.457, false);
        check(12.923_456_7, 51.164_321, false);
        check(345_678.0, 0.0, false);
    }
}
