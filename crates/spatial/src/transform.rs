//! Coordinates from one CRS to another, through PROJ.
//!
//! Accuracy: only the best transformation that PROJ's database knows for a position is taken. If it
//! needs a datum grid that is not installed, or if only a "ballpark" guess exists, that is an error.
//! The pair ETRS89 and WGS 84 is taken as equal, as the EPSG data set has it (operation 1149).

use std::{
    cell::RefCell,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

use geo::{CoordsIter, MapCoordsInPlace};
use geo_types::{Coord, Geometry, Rect};
use proj::Proj;

use crate::crs::{AxisOrder, Crs, CrsError, Description};

/// How far beyond its area of use a CRS is still trusted, in degrees.
///
/// Official data cross zone borders: all of Germany is kept in UTM zone 32, three degrees beyond it.
const MARGIN_DEGREES: f64 = 4.0;

/// Points handed to PROJ at once.
const CHUNK: usize = 1024;

/// A way from one CRS to another, for coordinates in GIS order.
///
/// Belongs to one thread, as PROJ's objects do; making one is cheap after the first of its pair.
#[derive(Clone, Debug)]
pub struct Transformer {
    from: Crs,
    to: Crs,
    operation: Rc<Operation>,
}

#[derive(Debug)]
struct Operation {
    source: Side,
    target: Side,
    /// `None`: the coordinates are the same on both sides.
    proj: Option<Proj>,
}

#[derive(Debug)]
struct Side {
    description: Rc<Description>,
    /// The widened area of use in the CRS itself, GIS order; `None` if it is unknown.
    limits: Option<Rect>,
}

impl Transformer {
    /// The transformation between two CRSs.
    pub fn new(from: Crs, to: Crs) -> Result<Self, CrsError> {
        thread_local! {
            static CACHE: RefCell<HashMap<(Crs, Crs), Rc<Operation>>> = RefCell::default();
        }
        if let Some(operation) = CACHE.with_borrow(|cache| cache.get(&(from, to)).cloned()) {
            return Ok(Self { from, to, operation });
        }
        let operation = Rc::new(Operation::new(from, to)?);
        CACHE.with_borrow_mut(|cache| cache.insert((from, to), Rc::clone(&operation)));
        Ok(Self { from, to, operation })
    }

    /// The box, in the source CRS, outside of which no coordinate is accepted; `None` if the database
    /// knows no area of use.
    pub fn source_limits(&self) -> Option<Rect> {
        self.operation.source.limits
    }

    /// Transforms coordinates in place. On an error the coordinates are in no defined state.
    pub fn transform(&self, coords: &mut [Coord]) -> Result<(), CrsError> {
        self.check(self.from, &self.operation.source, coords)?;
        if let Some(proj) = &self.operation.proj {
            let mut buffer = Vec::with_capacity(CHUNK.min(coords.len()));
            for chunk in coords.chunks_mut(CHUNK) {
                self.transform_chunk(proj, chunk, &mut buffer)?;
            }
            self.check(self.to, &self.operation.target, coords)?;
        }
        Ok(())
    }

    /// Transforms one coordinate.
    pub fn transform_coord(&self, coord: Coord) -> Result<Coord, CrsError> {
        let mut coords = [coord];
        self.transform(&mut coords)?;
        Ok(coords[0])
    }

    /// Transforms all vertices of a geometry.
    pub fn transform_geometry(&self, geometry: &mut Geometry) -> Result<(), CrsError> {
        if self.operation.proj.is_none() && self.operation.source.limits.is_none() {
            return Ok(());
        }
        let mut coords: Vec<Coord> = geometry.coords_iter().collect();
        self.transform(&mut coords)?;
        let coords = RefCell::new(coords.into_iter());
        geometry.map_coords_in_place(|old| coords.borrow_mut().next().unwrap_or(old));
        Ok(())
    }

    fn transform_chunk(&self, proj: &Proj, chunk: &mut [Coord], buffer: &mut Vec<(f64, f64)>) -> Result<(), CrsError> {
        let [swap_in, swap_out] = [&self.operation.source, &self.operation.target].map(Side::swaps);
        buffer.clear();
        buffer.extend(chunk.iter().map(|c| if swap_in { (c.y, c.x) } else { (c.x, c.y) }));
        if proj.convert_array(buffer).is_err() {
            return Err(self.first_failure(proj, chunk));
        }
        for (coord, &(a, b)) in chunk.iter_mut().zip(buffer.iter()) {
            *coord = if swap_out { Coord { x: b, y: a } } else { Coord { x: a, y: b } };
        }
        Ok(())
    }

    /// Finds the position that PROJ refused in a chunk and why.
    fn first_failure(&self, proj: &Proj, chunk: &[Coord]) -> CrsError {
        let (from, to) = (self.from, self.to);
        for coord in chunk {
            let given = if self.operation.source.swaps() { (coord.y, coord.x) } else { (coord.x, coord.y) };
            let Err(error) = proj.convert(given) else { continue };
            let reason = error.to_string();
            if reason.contains("No operation") {
                let operation = proj.proj_info().description.unwrap_or_default();
                return CrsError::MissingGrid { from, to, operation };
            }
            return CrsError::Untransformable { from, to, x: coord.x, y: coord.y, reason };
        }
        CrsError::NoTransformation { from, to }
    }

    #[expect(clippy::unused_self, reason = "reads as one step of the transformation")]
    fn check(&self, crs: Crs, side: &Side, coords: &[Coord]) -> Result<(), CrsError> {
        for Coord { x, y } in coords.iter().copied() {
            if !x.is_finite() || !y.is_finite() {
                return Err(CrsError::NotFinite { x, y });
            }
            if side.limits.is_some_and(|limits| !contains(&limits, x, y)) {
                return Err(CrsError::OutsideArea { crs, x, y, area: side.description.area_name.clone() });
            }
        }
        Ok(())
    }
}

fn contains(rect: &Rect, x: f64, y: f64) -> bool {
    rect.min().x <= x && x <= rect.max().x && rect.min().y <= y && y <= rect.max().y
}

impl Side {
    fn new(crs: Crs) -> Result<Self, CrsError> {
        let description = crs.describe()?;
        let limits = limits(crs, &description);
        Ok(Self { description, limits })
    }

    fn swaps(&self) -> bool {
        self.description.axis_order == AxisOrder::NorthEast
    }
}

impl Operation {
    fn new(from: Crs, to: Crs) -> Result<Self, CrsError> {
        let (source, target) = (Side::new(from)?, Side::new(to)?);
        let same = from == to || (from.is_wgs84_degrees() && to.is_wgs84_degrees());
        let proj = if same { None } else { Some(best_operation(from, to)?) };
        Ok(Self { source, target, proj })
    }
}

fn best_operation(from: Crs, to: Crs) -> Result<Proj, CrsError> {
    let (source, target) = (from.proj()?, to.proj()?);
    let options = vec!["ALLOW_BALLPARK=NO", "ONLY_BEST=YES"];
    // The proj crate panics where PROJ finds no operation and gives no reason for it.
    let made = catch_unwind(AssertUnwindSafe(|| source.create_crs_to_crs_from_pj(&target, None, Some(options))));
    made.ok().and_then(Result::ok).ok_or(CrsError::NoTransformation { from, to })
}

/// The area of use, widened, as a box in the CRS itself.
fn limits(crs: Crs, description: &Description) -> Option<Rect> {
    let [west, south, east, north] = description.area_of_use?;
    let south = (south - MARGIN_DEGREES).max(-90.0);
    let north = (north + MARGIN_DEGREES).min(90.0);
    let crosses = west > east;
    let spans_world = !crosses && east - west + 2.0 * MARGIN_DEGREES >= 360.0;
    if description.metres_per_unit.is_none() {
        let [west, east] = if crosses {
            [-180.0, 180.0]
        } else {
            [(west - MARGIN_DEGREES).max(-180.0), (east + MARGIN_DEGREES).min(180.0)]
        };
        return Some(Rect::new((west, south), (east, north)));
    }
    let [west, east] = if spans_world { [-180.0, 180.0] } else { [west - MARGIN_DEGREES, east + MARGIN_DEGREES] };
    // The margin must not reach a pole, where cylindrical projections have no image.
    let [south, north] = [south.max(-89.0), north.min(89.0)];
    let proj = Proj::new_known_crs("OGC:CRS84", &crs.to_string(), None).ok()?;
    let [min_x, min_y, max_x, max_y] = proj.transform_bounds(west, south, east, north, 21).ok()?;
    let is_box = [min_x, min_y, max_x, max_y].iter().all(|bound| bound.is_finite()) && min_x < max_x && min_y < max_y;
    is_box.then(|| Rect::new((min_x, min_y), (max_x, max_y)))
}

#[cfg(test)]
mod tests {
    use geo_types::{Coord, Geometry, coord, polygon};
    use proptest::prelude::*;

    use super::Transformer;
    use crate::crs::{Crs, CrsError};

    fn transform(from: Crs, to: Crs, x: f64, y: f64) -> Result<Coord, CrsError> {
        Transformer::new(from, to)?.transform_coord(coord! { x: x, y: y })
    }

    /// `tolerance` in units of the target.
    fn check(from: u32, (x, y): (f64, f64), to: Crs, expected: (f64, f64), tolerance: f64) {
        let got = transform(Crs::Epsg(from), to, x, y).unwrap();
        let off = (got.x - expected.0).abs().max((got.y - expected.1).abs());
        assert!(off < tolerance, "EPSG:{from} {x} {y} -> {to}: {got:?}");
    }

    /// The first value is the length of the meridian arc, integrated numerically; the others are what
    /// GDAL with another version of PROJ gives.
    #[test]
    fn known_points_land_where_they_should() {
        check(25833, (500_000.0, 5_649_824.888_131_559), Crs::CRS84, (15.0, 51.0), 1e-8);
        check(25833, (350_000.0, 5_670_000.0), Crs::CRS84, (12.854_748_463_3, 51.161_748_981_6), 1e-9);
        check(25833, (350_000.0, 5_670_000.0), Crs::Epsg(4258), (12.854_748_463_3, 51.161_748_981_6), 1e-9);
        check(25832, (470_000.0, 5_975_000.0), Crs::CRS84, (8.543_177_087_96, 53.922_538_725_4), 1e-9);
        check(3857, (1.4e6, 6.6e6), Crs::CRS84, (12.576_413_977_7, 50.879_464_385_4), 1e-9);
        check(4326, (13.0, 51.0), Crs::Epsg(25833), (359_666.703_66, 5_651_728.682_55), 1e-4);
        check(4326, (13.0, 51.0), Crs::CRS84, (13.0, 51.0), f64::MIN_POSITIVE);
        check(4258, (13.0, 51.0), Crs::Epsg(4326), (13.0, 51.0), 1e-12);
    }

    #[test]
    fn a_missing_datum_grid_is_an_error() {
        let error = transform(Crs::Epsg(31468), Crs::CRS84, 4_500_000.0, 5_400_000.0).unwrap_err();
        assert!(
            matches!(&error, CrsError::MissingGrid { operation, .. } if operation.contains("DHDN to WGS 84")),
            "{error}"
        );
    }

    #[test]
    fn a_pair_without_known_accuracy_is_an_error() {
        let (from, to) = (Crs::Epsg(26986), Crs::Epsg(25833));
        assert_eq!(transform(from, to, 236_000.0, 900_000.0).unwrap_err(), CrsError::NoTransformation { from, to });
    }

    fn check_outside(crs: Crs, x: f64, y: f64) {
        let error = transform(crs, Crs::CRS84, x, y).unwrap_err();
        assert!(matches!(error, CrsError::OutsideArea { .. }), "{crs} {x} {y}: {error}");
    }

    #[test]
    fn a_coordinate_far_outside_names_its_position() {
        check_outside(Crs::Epsg(25833), 12.9, 51.1);
        check_outside(Crs::Epsg(25833), 5_670_000.0, 350_000.0);
        check_outside(Crs::Epsg(25833), 33_350_000.0, 5_670_000.0);
        check_outside(Crs::Epsg(4326), 350_000.0, 5_670_000.0);
        check_outside(Crs::CRS84, 181.0, 0.0);
        check_outside(Crs::CRS84, 0.0, -90.1);
        check_outside(Crs::Epsg(3857), 3e7, 0.0);
        let error = transform(Crs::Epsg(25833), Crs::CRS84, 12.9, 51.1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the position 12.9 51.1 is far outside the area of use of EPSG:25833 (Europe between 12°E and 18°E)"
        );
    }

    #[test]
    fn official_data_beyond_their_zone_are_inside() {
        // The western and the eastern end of Germany in the zone that is not theirs.
        assert!(transform(Crs::CRS84, Crs::Epsg(25832), 15.04, 51.2).is_ok());
        assert!(transform(Crs::CRS84, Crs::Epsg(25833), 11.87, 50.4).is_ok());
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for bad in [f64::NAN, f64::INFINITY] {
            assert!(matches!(transform(Crs::Epsg(25833), Crs::CRS84, bad, 1.0), Err(CrsError::NotFinite { .. })));
            assert!(matches!(transform(Crs::CRS84, Crs::CRS84, 1.0, bad), Err(CrsError::NotFinite { .. })));
        }
    }

    #[test]
    fn a_geometry_keeps_its_structure() {
        let square = polygon![
            exterior: [(x: 350_000.0, y: 5_670_000.0), (x: 350_900.0, y: 5_670_000.0), (x: 350_900.0, y: 5_670_900.0)],
            interiors: [
                [(x: 350_500.0, y: 5_670_100.0), (x: 350_600.0, y: 5_670_100.0), (x: 350_600.0, y: 5_670_200.0)],
            ],
        ];
        let mut geometry = Geometry::Polygon(square.clone());
        Transformer::new(Crs::Epsg(25833), Crs::CRS84).unwrap().transform_geometry(&mut geometry).unwrap();
        let Geometry::Polygon(there) = &geometry else { unreachable!() };
        assert_eq!(there.exterior().0[0], transform(Crs::Epsg(25833), Crs::CRS84, 350_000.0, 5_670_000.0).unwrap());
        assert_eq!(there.interiors()[0].0[2], transform(Crs::Epsg(25833), Crs::CRS84, 350_600.0, 5_670_200.0).unwrap());
        assert!(there.exterior().is_closed() && there.interiors()[0].is_closed());
    }

    proptest! {
        #[test]
        fn there_and_back_is_less_than_a_millimetre(lon in 8.5..21.5f64, lat in 47.0..55.5f64) {
            for projected in [25832, 25833, 3857, 3035, 32633].map(Crs::Epsg) {
                let there = transform(Crs::CRS84, projected, lon, lat);
                let Ok(there) = there else {
                    // Zone 32 and its margin end here.
                    prop_assert!(projected == Crs::Epsg(25832) && lon > 16.0, "{projected} {lon}");
                    continue;
                };
                let back = transform(projected, Crs::CRS84, there.x, there.y).unwrap();
                let again = transform(Crs::CRS84, projected, back.x, back.y).unwrap();
                prop_assert!((again.x - there.x).abs() < 1e-3 && (again.y - there.y).abs() < 1e-3, "{projected}");
                prop_assert!((back.x - lon).abs() < 1e-8 && (back.y - lat).abs() < 1e-8, "{projected}");
            }
        }

        #[test]
        fn many_at_once_are_as_one_by_one(points in proptest::collection::vec((12.0..15.0f64, 50.0..52.0f64), 1..40)) {
            let transformer = Transformer::new(Crs::CRS84, Crs::Epsg(25833)).unwrap();
            let mut all: Vec<Coord> = points.iter().map(|&(x, y)| Coord { x, y }).collect();
            transformer.transform(&mut all).unwrap();
            for (&(x, y), together) in points.iter().zip(all) {
                prop_assert_eq!(transformer.transform_coord(Coord { x, y }).unwrap(), together);
            }
        }
    }
}
