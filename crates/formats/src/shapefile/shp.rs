//! The geometries: records with a length, numbers with their low byte first.

use std::io::{self, BufRead, Read as _};

use cadastre::{
    Problem,
    geometry::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon},
};
use geo_types::{MultiLineString, MultiPoint};

use super::{io_error, malformed};
use crate::{
    FormatError, Place,
    input::RECORD_LIMIT,
    shape::{self, note_once, refuse},
};

const HEADER_BYTES: usize = 100;
/// First number of every file.
const FILE_CODE: u32 = 9994;

/// What all geometries of a file are, null ones aside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind(u32);

impl Kind {
    /// Reads the header.
    pub(super) fn read(stream: &mut dyn BufRead) -> Result<Self, FormatError> {
        let mut header = [0; HEADER_BYTES];
        stream.read_exact(&mut header).map_err(io_error(Place::Byte(0)))?;
        if u32::from_be_bytes([header[0], header[1], header[2], header[3]]) != FILE_CODE {
            return Err(malformed(Place::Byte(0), "the .shp file does not begin as one does"));
        }
        Ok(Self(u32::from_le_bytes([header[32], header[33], header[34], header[35]])))
    }

    /// What is not taken over of all geometries.
    pub(super) fn note(self) -> Option<Problem> {
        match self.0 {
            11..=18 => Some(refuse("heights are left aside")),
            21..=28 => Some(refuse("measures are left aside")),
            _ => None,
        }
    }
}

/// Reads the content of the next record; `false` at the end of the file.
pub(super) fn next(stream: &mut dyn BufRead, content: &mut Vec<u8>, place: Place) -> Result<bool, FormatError> {
    if stream.fill_buf().map_err(io_error(place))?.is_empty() {
        return Ok(false);
    }
    let mut head = [0; 8];
    stream.read_exact(&mut head).map_err(io_error(place))?;
    // In words of 16 bits.
    let bytes = u64::from(u32::from_be_bytes([head[4], head[5], head[6], head[7]])) * 2;
    if bytes > RECORD_LIMIT {
        return Err(FormatError::TooLarge { what: "one geometry", limit: RECORD_LIMIT });
    }
    content.clear();
    stream.take(bytes).read_to_end(content).map_err(io_error(place))?;
    if content.len() as u64 != bytes {
        return Err(io_error(place)(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(true)
}

/// Reads a geometry; `None` of a null shape.
pub(super) fn geometry(content: &[u8], notes: &mut Vec<Problem>) -> Result<Option<Geometry>, Problem> {
    let mut bytes = Bytes(content);
    let kind = bytes.number()?;
    let geometry = match kind {
        0 => return Ok(None),
        1 | 11 | 21 => Geometry::Point(Point(bytes.coord()?)),
        8 | 18 | 28 => {
            bytes.skip_box()?;
            let count = bytes.number()?;
            Geometry::MultiPoint(MultiPoint(bytes.coords(count)?.into_iter().map(Point).collect()))
        }
        3 | 13 | 23 => {
            let mut lines = bytes.parts()?;
            lines.retain(|line| !line.is_empty());
            match lines.len() {
                1 => Geometry::LineString(LineString(lines.remove(0))),
                _ => Geometry::MultiLineString(MultiLineString(lines.into_iter().map(LineString).collect())),
            }
        }
        5 | 15 | 25 => areas(bytes.parts()?, notes)?,
        31 => return Err(refuse("a multipatch is a surface in space, which is not supported; convert it to polygons")),
        other => return Err(refuse(format!("the shape type {other} is not known"))),
    };
    shape::checked(geometry)
}

/// The rest of a record.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let (first, rest) = self.0.split_first_chunk::<N>().ok_or_else(|| refuse("the geometry is cut off"))?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u32, Problem> {
        self.take().map(u32::from_le_bytes)
    }

    fn coord(&mut self) -> Result<Coord, Problem> {
        Ok(Coord { x: f64::from_le_bytes(self.take()?), y: f64::from_le_bytes(self.take()?) })
    }

    fn skip_box(&mut self) -> Result<(), Problem> {
        self.take::<32>().map(drop)
    }

    fn coords(&mut self, count: u32) -> Result<Vec<Coord>, Problem> {
        if u64::from(count) * 16 > self.0.len() as u64 {
            return Err(refuse("the geometry is cut off"));
        }
        (0..count).map(|_| self.coord()).collect()
    }

    /// Box, number of parts and of positions, where each part begins, positions.
    fn parts(&mut self) -> Result<Vec<Vec<Coord>>, Problem> {
        self.skip_box()?;
        let (parts, positions) = (self.number()?, self.number()?);
        if u64::from(parts) * 4 > self.0.len() as u64 {
            return Err(refuse("the geometry is cut off"));
        }
        let starts = (0..parts).map(|_| self.number()).collect::<Result<Vec<_>, _>>()?;
        let coords = self.coords(positions)?;
        let ends = starts.iter().skip(1).copied().chain([positions]);
        let part = |(start, end): (&u32, u32)| {
            let part = coords.get(*start as usize..end as usize);
            part.map(<[_]>::to_vec).ok_or_else(|| refuse("the parts do not fit the positions"))
        };
        starts.iter().zip(ends).map(part).collect()
    }
}

/// Rings that run clockwise are exteriors, others are holes in the smallest exterior around them. Holes that lie in
/// none were written the wrong way round.
fn areas(rings: Vec<Vec<Coord>>, notes: &mut Vec<Problem>) -> Result<Geometry, Problem> {
    let rings: Vec<_> = rings.into_iter().filter(|ring| !ring.is_empty()).collect();
    let (mut exteriors, mut holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| twice_area(ring) <= 0.0);
    if exteriors.is_empty() && holes.len() > 1 {
        // All of them are: which one lies in which tells what they are.
        let all = std::mem::take(&mut holes);
        let depth = |ring: &[Coord]| all.iter().filter(|other| other[..] != *ring && lies_in(ring, other)).count();
        let is_exterior: Vec<bool> = all.iter().map(|ring| depth(ring) % 2 == 0).collect();
        for (ring, is_exterior) in all.into_iter().zip(is_exterior) {
            if is_exterior { exteriors.push(ring) } else { holes.push(ring) }
        }
        note_once(notes, refuse("rings run the wrong way round"));
    }
    let mut areas: Vec<Vec<Vec<Coord>>> = exteriors.into_iter().map(|exterior| vec![exterior]).collect();
    for hole in holes {
        let around = areas.iter_mut().filter(|area| lies_in(&hole, &area[0]));
        let smallest = around.min_by(|a, b| twice_area(&a[0]).abs().total_cmp(&twice_area(&b[0]).abs()));
        if let Some(area) = smallest {
            area.push(hole);
        } else {
            note_once(notes, refuse("rings run the wrong way round"));
            areas.push(vec![hole]);
        }
    }
    let mut polygons: Vec<Polygon> =
        areas.into_iter().map(|rings| shape::polygon(rings, notes)).collect::<Result<_, _>>()?;
    Ok(match polygons.len() {
        1 => Geometry::Polygon(polygons.remove(0)),
        _ => Geometry::MultiPolygon(MultiPolygon(polygons)),
    })
}

/// Positive if the ring runs counter-clockwise. Relative to its first position, for the sake of exactness.
fn twice_area(ring: &[Coord]) -> f64 {
    let first = ring[0];
    let cross = |edge: &[Coord]| {
        let (a, b) = (edge[0] - first, edge[1] - first);
        a.x * b.y - b.x * a.y
    };
    ring.windows(2).map(cross).sum()
}

/// Whether most of a ring lies in another, by its corners and the middles of its edges: those on the boundary of the
/// other may fall to either side.
fn lies_in(ring: &[Coord], exterior: &[Coord]) -> bool {
    let middles = ring.windows(2).map(|edge| (edge[0] + edge[1]) / 2.0);
    let inside = ring.iter().skip(1).copied().chain(middles).filter(|at| is_inside(*at, exterior)).count();
    inside + 1 > ring.len()
}

fn is_inside(at: Coord, ring: &[Coord]) -> bool {
    let crosses = |edge: &&[Coord]| {
        let (a, b) = (edge[0], edge[1]);
        (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}
