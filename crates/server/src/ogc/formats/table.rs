//! Features as a table of a file format: from shown records to the writers of `formats`.

use std::{borrow::Borrow, io::Write};

use cadastre::{geometry::Geometry, property::Collection, texts::Language};
use formats::write::{GeometryKind, Record, TableInfo, WriteColumn, WriteCrs, WriteError, WriteFormat, table_writer};
use geo::MapCoordsInPlace as _;
use geo_types::Coord;
use spatial::{Crs, CrsError, Shown, Snapshot, Transformer, snapshot::Schema};

use super::Selection;
use crate::{
    error::Error,
    ogc::{
        collections::{attribution_of, description_of, title_of},
        columns::Column,
        format::Format,
    },
};

/// What the records of a collection have in common.
pub(crate) fn describe(
    snapshot: &Snapshot,
    schema: Schema<'_>,
    columns: &[Column],
    crs: Crs,
    selection: &Selection,
    language: Language,
) -> Result<TableInfo, Error> {
    let description = [Some(description_of(schema, language)), attribution_of(snapshot, schema)];
    Ok(TableInfo {
        name: schema.id().to_owned(),
        title: title_of(schema, language),
        description: description.into_iter().flatten().collect::<Vec<_>>().join(". "),
        columns: write_columns(columns),
        id_is_column: columns.iter().any(|column| column.is_id),
        crs: write_crs(crs)?,
        geometry: match schema {
            _ if selection.skips_geometry() => GeometryKind::None,
            Schema::Typed(Collection::Parcels | Collection::Districts) => GeometryKind::MultiPolygon,
            _ => GeometryKind::Any,
        },
        written_at: written_at(snapshot)?,
    })
}

/// Columns as a file has them.
pub(crate) fn write_columns(columns: &[Column]) -> Vec<WriteColumn> {
    let column = |column: &Column| WriteColumn {
        name: column.name.clone(),
        kind: if column.is_list { cadastre::ColumnKind::Text } else { column.kind },
        title: column.title.clone(),
    };
    columns.iter().map(column).collect()
}

/// A CRS as a file names it: WGS 84 by its EPSG code; coordinates are in GIS order in any case.
pub(crate) fn write_crs(crs: Crs) -> Result<WriteCrs, Error> {
    let at_fault = |error: CrsError| Error::parameter("crs", error);
    let named = Crs::Epsg(crs.epsg_code());
    let described = named.describe().map_err(at_fault)?;
    Ok(WriteCrs {
        epsg: named.epsg_code(),
        name: described.name.clone(),
        wkt: named.wkt().map_err(at_fault)?,
        is_degrees: described.metres_per_unit.is_none(),
    })
}

/// The day of a snapshot, not the time: the same records are the same bytes.
pub(crate) fn written_at(snapshot: &Snapshot) -> Result<jiff::Timestamp, Error> {
    Ok(snapshot.day().to_zoned(jiff::tz::TimeZone::UTC).map_err(Error::internal)?.timestamp())
}

/// Writes shown records as a file; returns how many.
pub(crate) fn write<'s, S: Borrow<Shown<'s>>>(
    snapshot: &Snapshot,
    format: Format,
    table: TableInfo,
    crs: Crs,
    shown: impl Iterator<Item = Result<S, Error>>,
    out: impl Write,
) -> Result<u64, Error> {
    let write_format = match format {
        Format::FlatGeobuf => WriteFormat::FlatGeobuf,
        Format::GeoPackage => WriteFormat::GeoPackage,
        _ => WriteFormat::Csv,
    };
    let decimals = (write_format == WriteFormat::Csv).then_some(if table.crs.is_degrees { 7 } else { 3 });
    let has_geometry = table.geometry != GeometryKind::None;
    let projection = Projection::new(snapshot, crs)?;
    let mut writer = table_writer(write_format, table, out).map_err(write_error)?;
    let mut written = 0;
    for one in shown {
        let one = one?;
        let one = one.borrow();
        let geometry = if has_geometry { projection.geometry(one, decimals)? } else { None };
        writer.write(&Record::new(one.view(), geometry.as_ref())).map_err(write_error)?;
        written += 1;
    }
    writer.finish().map_err(write_error)?;
    Ok(written)
}

pub(crate) fn write_error(error: WriteError) -> Error {
    Error::internal(error)
}

/// Geometries of shown records in a CRS, in GIS order.
pub(crate) struct Projection {
    crs: Crs,
    transformer: Option<Transformer>,
}

impl Projection {
    pub(crate) fn new(snapshot: &Snapshot, crs: Crs) -> Result<Self, Error> {
        let store_crs = snapshot.store_crs();
        let is_at_hand = crs.is_wgs84_degrees() || crs == store_crs;
        let transformer = (!is_at_hand).then(|| Transformer::new(store_crs, crs)).transpose();
        Ok(Self { crs, transformer: transformer.map_err(|error| Error::parameter("crs", error))? })
    }

    /// The geometry of a record, rounded to so many decimals.
    pub(crate) fn geometry(&self, shown: &Shown<'_>, decimals: Option<i32>) -> Result<Option<Geometry>, Error> {
        let is_wgs84 = self.transformer.is_none() && self.crs.is_wgs84_degrees();
        let shape = if is_wgs84 { shown.shape_crs84() } else { shown.shape() };
        let Some(mut geometry) = shape.map(|shape| shape.to_geometry()) else { return Ok(None) };
        if let Some(transformer) = &self.transformer {
            transformer.transform_geometry(&mut geometry).map_err(|error| Error::parameter("crs", error))?;
        }
        if let Some(decimals) = decimals {
            let scale = 10_f64.powi(decimals);
            let round = |x: f64| (x * scale).round() / scale;
            geometry.map_coords_in_place(|coord| Coord { x: round(coord.x), y: round(coord.y) });
        }
        Ok(Some(geometry))
    }
}
