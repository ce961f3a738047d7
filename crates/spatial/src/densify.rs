//! Straight lines of one CRS as lines in CRS84, where they are bent.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use crate::{Crs, CrsError, Transformer};

/// Edges of maps are halved until a piece is no longer than this, but at most into 32 pieces …
const PIECE_M: f64 = 1000.0;
const LEAST_DEPTH: f64 = 5.0;
/// … and on, at most into 1,024, until a piece is straight to a tenth of a millimetre.
const GREATEST_DEPTH: u32 = 10;
const TOLERANCE_DEGREES: f64 = 1e-9;
const TOLERANCE_M: f64 = 1e-4;

/// An area of another CRS in CRS84.
pub(crate) fn area_to_crs84(from: Crs, area: &MultiPolygon) -> Result<MultiPolygon, CrsError> {
    area_between(from, Crs::CRS84, area)
}

/// An area whose edges are straight in one CRS in another.
pub(crate) fn area_between(from: Crs, to: Crs, area: &MultiPolygon) -> Result<MultiPolygon, CrsError> {
    let bending = Bending::new(from, to)?;
    let polygon = |polygon: &Polygon| {
        let interiors = polygon.interiors().iter().map(|ring| bending.line(ring)).collect::<Result<_, _>>()?;
        Ok(Polygon::new(bending.line(polygon.exterior())?, interiors))
    };
    area.iter().map(polygon).collect::<Result<Vec<_>, CrsError>>().map(MultiPolygon)
}

/// A geometry of any kind of another CRS in CRS84.
pub(crate) fn geometry_to_crs84(from: Crs, geometry: &Geometry) -> Result<Geometry, CrsError> {
    let bending = Bending::new(from, Crs::CRS84)?;
    let bend = |line: &LineString| bending.line(line);
    let point = |point: &Point| bending.transformer.transform_coord(point.0).map(Point);
    let areas = |polygons: &[Polygon]| area_to_crs84(from, &MultiPolygon(polygons.to_vec()));
    Ok(match geometry {
        Geometry::Point(one) => point(one)?.into(),
        Geometry::MultiPoint(points) => MultiPoint(points.iter().map(point).collect::<Result<_, _>>()?).into(),
        Geometry::Line(line) => bend(&LineString::from(*line))?.into(),
        Geometry::LineString(line) => bend(line)?.into(),
        Geometry::MultiLineString(lines) => MultiLineString(lines.iter().map(bend).collect::<Result<_, _>>()?).into(),
        Geometry::Polygon(polygon) => areas(std::slice::from_ref(polygon))?.into(),
        Geometry::MultiPolygon(polygons) => areas(&polygons.0)?.into(),
        Geometry::Rect(rect) => areas(&[rect.to_polygon()])?.into(),
        Geometry::Triangle(triangle) => areas(&[triangle.to_polygon()])?.into(),
        Geometry::GeometryCollection(parts) => {
            let parts = parts.iter().map(|part| geometry_to_crs84(from, part)).collect::<Result<_, _>>()?;
            Geometry::GeometryCollection(GeometryCollection(parts))
        }
    })
}

/// How straight lines of one CRS are bent in another.
struct Bending {
    transformer: Transformer,
    /// Of the source; degrees stay degrees, as between geographic CRSs straight lines stay straight.
    metres_per_unit: f64,
    /// A tenth of a millimetre in the target.
    tolerance: f64,
}

impl Bending {
    fn new(from: Crs, to: Crs) -> Result<Self, CrsError> {
        let tolerance = to.describe()?.metres_per_unit.map_or(TOLERANCE_DEGREES, |metres| TOLERANCE_M / metres);
        Ok(Self {
            transformer: Transformer::new(from, to)?,
            metres_per_unit: from.describe()?.metres_per_unit.unwrap_or(0.0),
            tolerance,
        })
    }

    fn line(&self, line: &LineString) -> Result<LineString, CrsError> {
        let mut corners = line.0.clone();
        self.transformer.transform(&mut corners)?;
        let mut bent: Vec<Coord> = corners.first().copied().into_iter().collect();
        for (edge, ends) in line.0.windows(2).zip(corners.windows(2)) {
            let along = edge[1] - edge[0];
            let pieces = along.x.hypot(along.y) * self.metres_per_unit / PIECE_M;
            let least = pieces.max(1.0).log2().ceil().min(LEAST_DEPTH) as u32;
            self.edge([edge[0], edge[1]], [ends[0], ends[1]], (0, least), &mut bent)?;
        }
        Ok(LineString(bent))
    }

    /// Appends the points after the start of an edge; `depth` is how often it was halved and must be.
    fn edge(
        &self,
        source: [Coord; 2],
        target: [Coord; 2],
        depth: (u32, u32),
        out: &mut Vec<Coord>,
    ) -> Result<(), CrsError> {
        let middle = (source[0] + source[1]) / 2.0;
        let there = self.transformer.transform_coord(middle)?;
        let chord = (target[0] + target[1]) / 2.0;
        let off = (there.x - chord.x).abs().max((there.y - chord.y).abs());
        let (halved, least) = depth;
        if halved >= least && (off <= self.tolerance || halved >= GREATEST_DEPTH) {
            out.push(target[1]);
            return Ok(());
        }
        self.edge([source[0], middle], [target[0], there], (halved + 1, least), out)?;
        self.edge([middle, source[1]], [there, target[1]], (halved + 1, least), out)
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, Rect};

    use super::area_to_crs84;
    use crate::{Crs, geometry::predicate::orient};

    fn check(crs: u32, rect: Rect, least_points: usize, most_points: usize) -> MultiPolygon {
        let bent = area_to_crs84(Crs::Epsg(crs), &MultiPolygon(vec![rect.to_polygon()])).unwrap();
        let points = bent.0[0].exterior().0.len();
        assert!((least_points..=most_points).contains(&points), "{points} points");
        bent
    }

    #[test]
    fn edges_get_as_many_points_as_they_are_bent() {
        let town = Rect::new((350_000.0, 5_660_000.0), (360_000.0, 5_670_000.0));
        check(25833, town, 4 * 32 + 1, 4 * 256 + 1);
        check(25833, Rect::new((350_000.0, 5_660_000.0), (350_020.0, 5_660_020.0)), 5, 5);
        check(3857, Rect::new((1.4e6, 6.6e6), (1.5e6, 6.7e6)), 4 * 32 + 1, 4 * 1024 + 1);
        check(4258, Rect::new((12.0, 51.0), (13.0, 52.0)), 5, 5);
    }

    #[test]
    fn a_parallel_of_utm_is_bent_in_crs84() {
        let bent = check(25833, Rect::new((300_000.0, 5_660_000.0), (400_000.0, 5_670_000.0)), 129, 4097);
        let ring = &bent.0[0].exterior().0;
        let turns: std::collections::HashSet<_> =
            ring.windows(3).map(|turn| format!("{:?}", orient(turn[0], turn[1], turn[2]))).collect();
        assert!(turns.len() > 1, "no side is a straight line");
    }
}
