//! What the tests of all formats share.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "each test file uses a part"
)]

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use cadastre::{
    Problem, Value,
    geometry::Geometry,
    raw::{RawRow, Target},
    record::Column,
};
use formats::{Event, FormatError, Header, ReadOptions, Source, SourceCrs, Summary};

/// A row with what came with it.
#[derive(Clone, Debug)]
pub struct Row {
    pub target: Option<Target>,
    pub raw: RawRow,
    pub crs: Option<SourceCrs>,
    pub notes: Vec<Problem>,
}

impl Row {
    pub fn text(&self, field: &str) -> &str {
        match self.raw.field(field) {
            Value::Text(text) => text,
            Value::Null => "",
            other => panic!("{field} is {other:?}"),
        }
    }

    pub fn area(&self) -> f64 {
        self.raw.geometry.as_ref().map_or(0.0, area)
    }
}

/// A file, read to its end.
#[derive(Debug)]
pub struct Content {
    pub header: Header,
    pub rows: Vec<Row>,
    /// `row: field: reason`
    pub problems: Vec<String>,
    pub summary: Summary,
}

impl Content {
    pub fn of(&self, target: Target) -> Vec<&Row> {
        self.rows.iter().filter(|row| row.target == Some(target)).collect()
    }

    /// Values by row, in the order of the columns.
    pub fn values(&self) -> Vec<Vec<Value>> {
        self.rows.iter().map(|row| row.raw.fields.iter().map(|(_, value)| value.clone()).collect()).collect()
    }

    /// `name kind` of each column.
    pub fn columns(&self) -> Vec<String> {
        self.header.columns.iter().map(|Column { name, kind }| format!("{name} {kind:?}")).collect()
    }

    pub fn notes(&self) -> Vec<String> {
        self.header.notes.iter().chain(self.rows.iter().flat_map(|row| &row.notes)).map(ToString::to_string).collect()
    }
}

pub fn read_path(path: &Path, options: &ReadOptions) -> Result<Content, FormatError> {
    let source = Source::open(path, options)?;
    let header = source.header().clone();
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let summary = source.read(&mut |event| {
        match event {
            Event::Row { target, row, crs, notes } => rows.push(Row { target, raw: row, crs, notes }),
            Event::Problem { row, problem, .. } => problems.push(format!("{row}: {problem}")),
            Event::Progress { bytes_read } => assert!(bytes_read <= header.total_bytes),
        }
        ControlFlow::Continue(())
    })?;
    assert_eq!((summary.rows, summary.problems), (rows.len() as u64, problems.len() as u64));
    Ok(Content { header, rows, problems, summary })
}

/// Reads a file of this name and content.
pub fn read_with(name: &str, content: &[u8], options: &ReadOptions) -> Result<Content, FormatError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, content).unwrap();
    read_path(&path, options)
}

pub fn read(name: &str, content: &[u8]) -> Result<Content, FormatError> {
    read_with(name, content, &ReadOptions::default())
}

/// A file that tests of several crates use.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/samples").join(name)
}

/// A file that only tests of this crate use.
pub fn hostile(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile").join(name)
}

/// Planar area, holes left out, whatever the orientation of the rings.
pub fn area(geometry: &Geometry) -> f64 {
    match geometry {
        Geometry::Polygon(polygon) => {
            ring_area(&polygon.exterior().0) - polygon.interiors().iter().map(|ring| ring_area(&ring.0)).sum::<f64>()
        }
        Geometry::MultiPolygon(polygons) => polygons.0.iter().map(|polygon| area(&polygon.clone().into())).sum(),
        _ => 0.0,
    }
}

fn ring_area(ring: &[geo_types::Coord]) -> f64 {
    // Relative to the first vertex, or the digits of a northing eat up the square metres.
    let origin = ring[0];
    let cross = |pair: &[geo_types::Coord]| {
        (pair[0].x - origin.x) * (pair[1].y - origin.y) - (pair[1].x - origin.x) * (pair[0].y - origin.y)
    };
    ring.windows(2).map(cross).sum::<f64>().abs() / 2.0
}
