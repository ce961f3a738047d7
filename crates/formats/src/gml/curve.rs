//! Curves: chains of positions, with arcs drawn as lines.

use cadastre::{Problem, geometry::Coord};

use super::{Fault, Reader, arc};
use crate::shape::{note_once, refuse};

/// Ends of curves that are so near are the same point; the cadastre measures in millimetres.
const JOIN_M: f64 = 0.001;
const JOIN_DEGREES: f64 = 1e-8;

impl Reader<'_> {
    /// The positions of the curve or ring element just started.
    pub(super) fn curve(&mut self) -> Result<Vec<Coord>, Fault> {
        match self.xml.name() {
            "LineString" | "LinearRing" | "LineStringSegment" | "GeodesicString" => self.line_positions(),
            "Arc" | "ArcString" => {
                let coords = self.line_positions()?;
                Ok(self.arcs(&coords)?)
            }
            "Circle" => {
                let coords = self.line_positions()?;
                let [first, second, third] = coords[..] else {
                    return Err(refuse(format!("a circle must have 3 positions, got {}", coords.len())).into());
                };
                Ok(arc::circle(first, second, third, self.positions.unit())?)
            }
            "CircleByCenterPoint" => self.circle_around(),
            "Ring" | "Curve" | "CompositeCurve" => {
                let mut joined = Vec::new();
                self.join(&mut joined)?;
                Ok(joined)
            }
            "OrientableCurve" => self.orientable(),
            other => Err(refuse(format!("gml:{other} as part of a curve is not supported")).into()),
        }
    }

    /// Appends the curves within the container just started.
    fn join(&mut self, joined: &mut Vec<Coord>) -> Result<(), Fault> {
        self.each(|reader| match reader.xml.name() {
            "segments" | "curveMember" | "curveMembers" => reader.join(joined),
            "name" | "description" | "identifier" | "boundedBy" | "metaDataProperty" => Ok(()),
            _ => {
                let next = reader.curve()?;
                Ok(reader.append(joined, next)?)
            }
        })
    }

    /// Appends a curve that must begin where the last one ended.
    fn append(&mut self, joined: &mut Vec<Coord>, mut next: Vec<Coord>) -> Result<(), Problem> {
        let (Some(end), Some(begin)) = (joined.last(), next.first()) else {
            joined.append(&mut next);
            return Ok(());
        };
        if self.same_point(*end, *begin) {
            joined.extend_from_slice(&next[1..]);
            return Ok(());
        }
        if next.last().is_some_and(|last| self.same_point(*end, *last)) {
            next.reverse();
            joined.extend_from_slice(&next[1..]);
            note_once(&mut self.notes, refuse("curve member turned round to join the one before"));
            return Ok(());
        }
        Err(refuse(format!("the parts of a curve do not join at ({}, {})", end.x, end.y)))
    }

    fn same_point(&self, a: Coord, b: Coord) -> bool {
        let tolerance = if self.positions.unit() == arc::Unit::Degree { JOIN_DEGREES } else { JOIN_M };
        a == b || ((a.x - b.x).abs() <= tolerance && (a.y - b.y).abs() <= tolerance)
    }

    /// The chain of arcs through 3, 5, 7 … positions.
    fn arcs(&self, coords: &[Coord]) -> Result<Vec<Coord>, Problem> {
        if coords.len() < 3 || coords.len() % 2 == 0 {
            return Err(refuse(format!(
                "an arc must have 3 positions, a string of arcs 3, 5, 7 …, got {}",
                coords.len()
            )));
        }
        let mut chain = vec![coords[0]];
        for three in coords.windows(3).step_by(2) {
            let next = arc::arc(three[0], three[1], three[2], self.positions.unit())?;
            chain.extend_from_slice(&next[1..]);
        }
        Ok(chain)
    }

    fn circle_around(&mut self) -> Result<Vec<Coord>, Fault> {
        let mut center = Vec::new();
        let mut radius = None;
        self.each(|reader| {
            if reader.xml.name() == "radius" {
                let unit = reader.xml.attribute("uom")?.unwrap_or_default();
                let text = reader.xml.text()?;
                let metres =
                    unit.is_empty() || unit == "m" || unit == "#m" || unit.ends_with(":m") || unit.ends_with("9001");
                radius = text.parse::<f64>().ok().filter(|_| metres);
                if radius.is_none() {
                    return Err(refuse(format!("the radius of a circle must be in metres, got {text} {unit}")).into());
                }
                return Ok(());
            }
            reader.positions_of_child(&mut center)
        })?;
        match (center.as_slice(), radius) {
            ([center], Some(radius)) => Ok(arc::circle_around(*center, radius, self.positions.unit())?),
            _ => Err(refuse("a circle must have one center and a radius").into()),
        }
    }

    fn orientable(&mut self) -> Result<Vec<Coord>, Fault> {
        let reversed = self.xml.attribute("orientation")?.as_deref() == Some("-");
        let mut base = Vec::new();
        self.each(|reader| {
            if reader.xml.name() == "baseCurve" {
                return reader.join(&mut base);
            }
            Ok(())
        })?;
        if base.is_empty() {
            return Err(refuse("a curve is only referred to; its base must be part of the geometry").into());
        }
        if reversed {
            base.reverse();
        }
        Ok(base)
    }
}
