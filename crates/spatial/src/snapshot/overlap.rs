//! How much of an area records cover.

use geo::{Area as _, BooleanOps};
use geo_types::{LineString, MultiPolygon, Polygon};

use super::{area::AreaError, query::QueryError};
use crate::{
    Crs,
    densify::area_between,
    geometry::{Piece, Shape, check_polygons, prepared::PreparedArea},
    tree::Relation,
};

/// An area in the CRS of the store, which has metres.
#[derive(Debug)]
pub(crate) struct Overlap {
    area: MultiPolygon,
    prepared: Option<PreparedArea>,
}

impl Overlap {
    /// Takes an area whose edges are straight in a CRS.
    pub(crate) fn new(crs: Crs, area: &MultiPolygon, store_crs: Crs) -> Result<Self, QueryError> {
        let problems = check_polygons(&area.0);
        if !problems.is_empty() {
            return Err(AreaError::Invalid { problems }.into());
        }
        let metres = store_crs.describe().map_err(AreaError::from)?.metres_per_unit;
        if metres.is_none_or(|metres| (metres - 1.0).abs() > 1e-9) {
            return Err(QueryError::NoMetres { crs: store_crs });
        }
        let area = if crs == store_crs {
            area.clone()
        } else {
            area_between(crs, store_crs, area).map_err(AreaError::from)?
        };
        let prepared = PreparedArea::new(&area);
        Ok(Self { area, prepared })
    }

    /// What a shape in the CRS of the store has in common with the area, in m²; nothing of points and lines.
    pub(crate) fn with(&self, shape: Option<Shape<'_>>) -> f64 {
        let (Some(prepared), Some(shape)) = (&self.prepared, shape) else { return 0.0 };
        match shape.bounds().map(|bounds| prepared.relate(&bounds)) {
            None | Some(Relation::Disjoint) => 0.0,
            Some(Relation::Inside) => polygons(&shape).unsigned_area(),
            Some(Relation::Overlaps | Relation::Crosses) => self.area.intersection(&polygons(&shape)).unsigned_area(),
        }
    }
}

fn polygons(shape: &Shape<'_>) -> MultiPolygon {
    let mut polygons = Vec::new();
    shape.for_each_piece(|piece| {
        if let Piece::Polygon(rings) = piece {
            let mut rings = rings.iter().map(|ring| LineString(ring.to_vec()));
            let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
            polygons.push(Polygon::new(exterior, rings.collect()));
        }
    });
    MultiPolygon(polygons)
}
