//! GeoPackage 1.3: one table, its R-tree, titles of its columns.
//!
//! Source: OGC 12-128r17; the R-tree is filled here row by row, and its triggers are written for those who edit the
//! file later.

mod schema;

use std::io::{self, BufReader, Write};

use cadastre::{
    ColumnKind,
    geometry::{Coord, Geometry},
    value::ValueRef,
    wkb,
};
use geo_types::Rect;
use rusqlite::{
    Connection, params_from_iter,
    types::{ToSqlOutput, Value as Cell, ValueRef as CellRef},
};
use tempfile::NamedTempFile;

use super::{GeometryKind, Record, TableInfo, TableWriter, WriteError, names, text_of};

/// Names of the table's own columns.
#[derive(Clone, Debug)]
struct Names {
    table: String,
    fid: String,
    id: Option<String>,
    geometry: Option<String>,
}

/// Writes a GeoPackage.
pub(super) struct GeoPackageWriter<W: Write> {
    table: TableInfo,
    names: Names,
    srs_id: i32,
    connection: Connection,
    insert: String,
    index: Option<String>,
    extent: Option<Rect>,
    fid: i64,
    file: NamedTempFile,
    out: W,
}

impl<W: Write> GeoPackageWriter<W> {
    pub(super) fn new(table: TableInfo, out: W) -> Result<Self, WriteError> {
        let file = tempfile::Builder::new().suffix(".gpkg").tempfile()?;
        let connection = Connection::open(file.path())?;
        // Nobody else reads it before it is complete, and a crash leaves nothing worth keeping.
        connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
        let names = Names {
            table: table.name.clone(),
            fid: names::free(&table, &["fid", "ogc_fid"]),
            id: names::id(&table),
            geometry: (table.geometry != GeometryKind::None).then(|| names::free(&table, &["geom", "the_geom"])),
        };
        let srs_id = schema::create(&connection, &table, &names)?;
        connection.execute_batch("BEGIN")?;
        let insert = insert_sql(&table, &names);
        let index = names.geometry.as_ref().map(|geometry| {
            let index = schema::quoted(&format!("rtree_{}_{geometry}", names.table));
            format!("INSERT INTO {index} VALUES (?1, ?2, ?3, ?4, ?5)")
        });
        Ok(Self { table, names, srs_id, connection, insert, index, extent: None, fid: 0, file, out })
    }

    fn cells(&self, record: &Record<'_>, bounds: Option<Rect>) -> Vec<Cell> {
        let mut cells = vec![Cell::Integer(self.fid)];
        if self.names.id.is_some() {
            cells.push(Cell::Text(record.view.id().to_owned()));
        }
        cells.extend(self.table.columns.iter().map(|column| cell(column.kind, &record.value(column))));
        if self.names.geometry.is_some() {
            let bounds = bounds.map(|bounds| [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]);
            cells.push(
                record
                    .geometry
                    .map_or(Cell::Null, |geometry| Cell::Blob(wkb::encode_geopackage(geometry, bounds, self.srs_id))),
            );
        }
        cells
    }
}

impl<W: Write> TableWriter for GeoPackageWriter<W> {
    fn write(&mut self, record: &Record<'_>) -> Result<(), WriteError> {
        self.fid += 1;
        let bounds = record.geometry.and_then(bounds_of);
        let cells = self.cells(record, bounds);
        let cells = cells.iter().map(|cell| ToSqlOutput::Borrowed(CellRef::from(cell)));
        self.connection.prepare_cached(&self.insert)?.execute(params_from_iter(cells))?;
        let (Some(index), Some(bounds)) = (&self.index, bounds) else { return Ok(()) };
        let (min, max) = (bounds.min(), bounds.max());
        self.connection.prepare_cached(index)?.execute((self.fid, min.x, max.x, min.y, max.y))?;
        self.extent = Some(self.extent.map_or(bounds, |extent| {
            let (low, high) = (extent.min(), extent.max());
            Rect::new((low.x.min(min.x), low.y.min(min.y)), (high.x.max(max.x), high.y.max(max.y)))
        }));
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        schema::complete(&self.connection, &self.names, self.extent)?;
        self.connection.execute_batch("COMMIT")?;
        self.connection.close().map_err(|(_, error)| error)?;
        io::copy(&mut BufReader::with_capacity(1 << 20, self.file.reopen()?), &mut self.out)?;
        Ok(self.out.flush()?)
    }
}

fn insert_sql(table: &TableInfo, names: &Names) -> String {
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let all: Vec<String> = std::iter::once(names.fid.as_str())
        .chain(names.id.as_deref())
        .chain(columns)
        .chain(names.geometry.as_deref())
        .map(schema::quoted)
        .collect();
    let holders: Vec<String> = (1..=all.len()).map(|number| format!("?{number}")).collect();
    format!("INSERT INTO {} ({}) VALUES ({})", schema::quoted(&names.table), all.join(", "), holders.join(", "))
}

fn cell(kind: ColumnKind, value: &ValueRef<'_>) -> Cell {
    match (kind, value) {
        (_, ValueRef::Null) => Cell::Null,
        (ColumnKind::Integer, ValueRef::Integer(number)) => Cell::Integer(*number),
        (ColumnKind::Real, ValueRef::Real(number)) => Cell::Real(*number),
        (ColumnKind::Real, ValueRef::Integer(number)) => Cell::Real(*number as f64),
        (ColumnKind::Boolean, ValueRef::Boolean(yes)) => Cell::Integer(i64::from(*yes)),
        // The standard wants UTC with milliseconds (§ 1.1.1.1.3).
        (ColumnKind::Timestamp, ValueRef::Timestamp(at)) => Cell::Text(format!("{at:.3}")),
        (_, value) => text_of(value).map_or(Cell::Null, Cell::Text),
    }
}

fn bounds_of(geometry: &Geometry) -> Option<Rect> {
    let mut bounds: Option<Rect> = None;
    for_each_coord(geometry, &mut |coord| {
        bounds = Some(bounds.map_or_else(
            || Rect::new(coord, coord),
            |bounds| {
                let (min, max) = (bounds.min(), bounds.max());
                Rect::new((min.x.min(coord.x), min.y.min(coord.y)), (max.x.max(coord.x), max.y.max(coord.y)))
            },
        ));
    });
    bounds
}

fn for_each_coord(geometry: &Geometry, visit: &mut impl FnMut(Coord)) {
    match geometry {
        Geometry::Point(point) => visit(point.0),
        Geometry::Line(line) => [line.start, line.end].into_iter().for_each(visit),
        Geometry::LineString(line) => line.0.iter().copied().for_each(visit),
        Geometry::MultiPoint(points) => points.iter().for_each(|point| visit(point.0)),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(|line| &line.0).copied().for_each(visit),
        // Holes lie inside.
        Geometry::Polygon(polygon) => polygon.exterior().0.iter().copied().for_each(visit),
        Geometry::MultiPolygon(polygons) => {
            polygons.iter().flat_map(|polygon| &polygon.exterior().0).copied().for_each(visit);
        }
        Geometry::Rect(rect) => [rect.min(), rect.max()].into_iter().for_each(visit),
        Geometry::Triangle(triangle) => triangle.to_array().into_iter().for_each(visit),
        Geometry::GeometryCollection(members) => members.iter().for_each(|member| for_each_coord(member, visit)),
    }
}
