//! Positions: numbers in the order of the file, made coordinates in GIS order.

use cadastre::{Problem, geometry::Coord};

use super::{Fault, Reader, arc::Unit};
use crate::{
    FormatError, SourceCrs,
    crs::{AxisNamed, AxisOrder},
    shape::refuse,
    xml::Xml,
};

/// What is known about the coordinates at some place in a geometry.
#[derive(Clone, Debug, Default)]
struct Scope {
    /// Coordinates a position, 2 or 3, once stated.
    dimension: Option<usize>,
    srs_name: Option<String>,
}

/// Reads the numbers of one geometry.
pub(super) struct Positions {
    scope: Scope,
    /// CRS of the first position; all others must be in the same.
    crs: Option<AxisNamed>,
    seen: bool,
    swapped: bool,
    mixed: bool,
    unknown: Option<String>,
    settled_name: Option<String>,
}

/// Scope to come back to; `None` if the element changed nothing.
pub(super) struct Outer(Option<Scope>);

impl Positions {
    pub(super) fn new(inherited_srs: Option<&str>) -> Self {
        Self {
            scope: Scope { dimension: None, srs_name: inherited_srs.map(str::to_owned) },
            crs: None,
            seen: false,
            swapped: false,
            mixed: false,
            unknown: None,
            settled_name: None,
        }
    }

    /// Takes `srsName` and `srsDimension` of the start tag the cursor stands on.
    pub(super) fn enter(&mut self, xml: &Xml) -> Result<Outer, FormatError> {
        let srs_name = xml.attribute("srsName")?;
        let dimension = xml.attribute("srsDimension")?;
        if srs_name.is_none() && dimension.is_none() {
            return Ok(Outer(None));
        }
        let outer = self.scope.clone();
        if srs_name.is_some() {
            self.scope.srs_name = srs_name;
        }
        if let Some(dimension) = dimension {
            self.scope.dimension = dimension.trim().parse().ok();
        }
        Ok(Outer(Some(outer)))
    }

    pub(super) fn restore(&mut self, outer: Outer) {
        if let Some(scope) = outer.0 {
            self.scope = scope;
        }
    }

    /// Unit of the coordinates.
    pub(super) fn unit(&self) -> Unit {
        if self.crs.is_some_and(AxisNamed::is_geographic) { Unit::Degree } else { Unit::Metre }
    }

    /// The CRS of all positions; `None` if none was stated.
    pub(super) fn crs(&self) -> Result<Option<SourceCrs>, Problem> {
        if let Some(name) = &self.unknown {
            return Err(refuse(format!("the coordinate reference system \"{name}\" is not known")));
        }
        if self.mixed {
            return Err(refuse("the parts are in different coordinate reference systems"));
        }
        Ok(self.crs.map(|named| named.crs))
    }

    pub(super) fn into_notes(self) -> Option<Problem> {
        let order = self.crs.filter(|_| self.swapped)?.order;
        Some(refuse(match order {
            AxisOrder::EastNorth => "coordinates read as easting or longitude first, unlike the name of their CRS says",
            AxisOrder::NorthEast => "coordinates read as northing or latitude first, unlike the name of their CRS says",
        }))
    }

    fn coord(&mut self, position: [f64; 2]) -> Coord {
        if !self.seen {
            self.seen = true;
            self.settled_name.clone_from(&self.scope.srs_name);
            if let Some(name) = &self.scope.srs_name {
                match AxisNamed::parse(name) {
                    Some(named) => {
                        let (named, swapped) = named.corrected(position);
                        self.crs = Some(named);
                        self.swapped = swapped;
                    }
                    None => self.unknown = Some(name.chars().take(200).collect()),
                }
            }
        } else if self.settled_name != self.scope.srs_name {
            self.mixed = true;
        }
        let [x, y] = self.crs.map_or(position, |named| named.to_gis(position));
        Coord { x, y }
    }

    /// Coordinates of a list such as `posList`, where the dimension may have to be told by `count`.
    fn list(&mut self, text: &str, count: Option<usize>, coords: &mut Vec<Coord>) -> Result<(), Problem> {
        let numbers = text.split_ascii_whitespace().map(number).collect::<Result<Vec<f64>, _>>()?;
        let dimension = match (self.scope.dimension, count) {
            (Some(dimension), _) => dimension,
            (None, Some(count)) if count > 0 && numbers.len() % count == 0 => numbers.len() / count,
            (None, _) => 2,
        };
        if !(2..=4).contains(&dimension) || numbers.len() % dimension != 0 {
            let got = numbers.len();
            let wanted = dimension.clamp(2, 4);
            return Err(refuse(format!("{got} numbers do not make positions of {wanted} coordinates")));
        }
        coords.extend(numbers.chunks_exact(dimension).map(|position| self.coord([position[0], position[1]])));
        Ok(())
    }

    /// Coordinates as GML 2 writes them: `x,y x,y`.
    fn tuples(&mut self, text: &str, coords: &mut Vec<Coord>) -> Result<(), Problem> {
        for tuple in text.split_ascii_whitespace() {
            let mut numbers = tuple.split(',');
            let (Some(first), Some(second)) = (numbers.next(), numbers.next()) else {
                return Err(refuse(format!("\"{}\" is not a position \"x,y\"", excerpt(tuple))));
            };
            let position = [number(first)?, number(second)?];
            coords.push(self.coord(position));
        }
        Ok(())
    }
}

fn number(text: &str) -> Result<f64, Problem> {
    // "inf" and "nan" are numbers to Rust, but not to GML.
    text.parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
        .ok_or_else(|| refuse(format!("\"{}\" is not a number", excerpt(text))))
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

impl Reader<'_> {
    /// All positions within the element just started.
    pub(super) fn line_positions(&mut self) -> Result<Vec<Coord>, Fault> {
        let mut coords = Vec::new();
        self.each(|reader| reader.positions_of_child(&mut coords))?;
        Ok(coords)
    }

    /// Adds the positions of the element just started, if it is one that has some.
    pub(super) fn positions_of_child(&mut self, coords: &mut Vec<Coord>) -> Result<(), Fault> {
        match self.xml.name() {
            "posList" => {
                let count = self.xml.attribute("count")?.and_then(|count| count.trim().parse().ok());
                let text = self.xml.text()?;
                self.positions.list(&text, count, coords)?;
            }
            "pos" => {
                let text = self.xml.text()?;
                self.positions.list(&text, Some(1), coords)?;
            }
            "coordinates" => {
                let standard =
                    |attribute: Option<String>, expected: &str| attribute.is_none_or(|given| given == expected);
                let ordinary = standard(self.xml.attribute("cs")?, ",")
                    && standard(self.xml.attribute("decimal")?, ".")
                    && standard(self.xml.attribute("ts")?, " ");
                if !ordinary {
                    return Err(refuse("gml:coordinates with separators of its own is not supported").into());
                }
                let text = self.xml.text()?;
                self.positions.tuples(&text, coords)?;
            }
            "pointProperty" | "pointRep" => self.each(|reader| {
                coords.push(reader.point()?);
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    }
}
