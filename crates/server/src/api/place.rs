//! A geometry in a request.

use geo_types::{Geometry, MultiPolygon};
use serde_json::Value;
use spatial::{
    Area, Crs, Predicate,
    cql2::{self, Expr, Literal, Operator, SpatialRelation},
};

use crate::error::Error;

/// A geometry, given in the order of the axes of its CRS.
#[derive(Debug)]
pub(super) struct Place {
    crs: Crs,
    literal: Box<Literal>,
    /// In GIS order.
    geometry: Geometry,
}

impl Place {
    /// Reads the member `area`.
    pub(super) fn parse(value: &Value, crs: Crs) -> Result<Self, Error> {
        let refuse = |reason: String| Error::parameter("area", reason);
        match cql2::from_json(value).map_err(|error| refuse(error.to_string()))? {
            Expr::Geometry(literal) => {
                let geometry = literal.geometry(crs).map_err(|error| refuse(error.to_string()))?;
                Ok(Self { crs, literal, geometry })
            }
            _ => Err(refuse("must be a GeoJSON geometry or {\"bbox\": […]}".to_owned())),
        }
    }

    /// What intersects it.
    pub(super) fn intersects(self) -> Predicate {
        let operands = vec![Expr::property("geometry"), Expr::Geometry(self.literal)];
        let filter = Expr::Call(Operator::Spatial(SpatialRelation::Intersects), operands);
        Predicate::Cql2 { filter: filter.into(), crs: self.crs }
    }

    /// What comes as near to it as so many metres.
    pub(super) fn with_buffer(self, metres: f64) -> Area {
        Area::Near { crs: self.crs, geometry: self.geometry, metres }
    }

    /// Its areas, if it has nothing else.
    pub(super) fn polygons(&self) -> Result<MultiPolygon, Error> {
        match &self.geometry {
            Geometry::Polygon(polygon) => Ok(MultiPolygon(vec![polygon.clone()])),
            Geometry::MultiPolygon(polygons) => Ok(polygons.clone()),
            other => {
                let kind = cadastre::raw::geometry_name(other);
                Err(Error::parameter("overlap", format!("needs an area that is a polygon, not a {kind}")))
            }
        }
    }
}
