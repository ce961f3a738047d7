//! The data as files, for imports and for peers.

use std::{
    fs::File,
    io::{BufWriter, Write},
    ops::ControlFlow,
    path::Path,
};

use cadastre::{
    Value,
    geometry::{Coord, Geometry},
    raw::RawRow,
    record::Column,
};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use formats::{Event, ReadOptions, Source, SourceCrs};
use geo::{BoundingRect as _, CoordsIter as _, MapCoordsInPlace as _};
use geo_types::Rect;
use geozero::{ColumnValue, PropertyProcessor as _, error::GeozeroError};

use crate::parcels::{self, GenerateError, STORE_CRS};

/// A file cannot be written, or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The data cannot be made.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// A file cannot be read.
    #[error(transparent)]
    Format(#[from] formats::FormatError),
    /// FlatGeobuf cannot be written.
    #[error(transparent)]
    FlatGeobuf(#[from] flatgeobuf::Error),
    /// A geometry cannot be written.
    #[error(transparent)]
    Geometry(#[from] GeozeroError),
    /// The disk.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A row of the file to be repeated.
    #[error("row {row}: {reason}")]
    Row {
        /// Counted from 1.
        row: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The file to be repeated.
    #[error("the file must be in degrees (EPSG:4326 or CRS84)")]
    NotInDegrees,
}

/// Columns of the generated parcels, beside the geometry.
const COLUMNS: [&str; 6] = ["parcel_id", "ags", "street", "official_area_m2", "land_use", "source_date"];

/// Writes so many generated parcels as FlatGeobuf in EPSG:25833, with index.
pub fn write_flatgeobuf(count: u32, path: &Path) -> Result<(), FileError> {
    let mut file = flatgeobuf_writer("parcels", GeometryType::MultiPolygon, STORE_CRS.epsg_code())?;
    for name in COLUMNS {
        let kind = if name == "official_area_m2" { ColumnType::Double } else { ColumnType::String };
        file.add_column(name, kind, |_, _| {});
    }
    for_each_parcel(count, |geometry, values| {
        file.add_feature_geom(geometry, |feature| {
            for (index, (name, value)) in COLUMNS.iter().zip(values).enumerate() {
                // The writer takes whatever comes.
                let _ = match value {
                    Value::Real(number) => feature.property(index, name, &ColumnValue::Double(*number)),
                    Value::Text(text) => feature.property(index, name, &ColumnValue::String(text)),
                    _ => Ok(false),
                };
            }
        })?;
        Ok(())
    })?;
    Ok(file.write(BufWriter::new(File::create(path)?))?)
}

/// Writes so many generated parcels as GeoJSON in CRS84.
pub fn write_geojson(count: u32, path: &Path) -> Result<(), FileError> {
    let to_crs84 = spatial::Transformer::new(STORE_CRS, spatial::Crs::CRS84).map_err(GenerateError::from)?;
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    let mut comma = "";
    for_each_parcel(count, |mut geometry, values| {
        to_crs84.transform_geometry(&mut geometry).map_err(GenerateError::from)?;
        let properties: serde_json::Map<String, serde_json::Value> =
            COLUMNS.iter().zip(values).map(|(name, value)| ((*name).to_owned(), json(value))).collect();
        // A generated parcel has one ring.
        let ring: Vec<[f64; 2]> = geometry.coords_iter().map(|at| [at.x, at.y]).collect();
        let geometry = serde_json::json!({ "type": "MultiPolygon", "coordinates": [[ring]] });
        let feature = serde_json::json!({ "type": "Feature", "properties": properties, "geometry": geometry });
        write!(out, "{comma}{feature}")?;
        comma = ",\n";
        Ok(())
    })?;
    out.write_all(b"\n]}\n")?;
    Ok(out.flush()?)
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => (**text).into(),
        Value::Real(number) => (*number).into(),
        _ => serde_json::Value::Null,
    }
}

fn for_each_parcel(
    count: u32,
    mut write: impl FnMut(Geometry, &[Value; 6]) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let ags = parcels::ags().map_err(GenerateError::from)?;
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::text);
    for number in 0..count {
        let parcel = parcels::parcel(number, count, ags)?;
        let values = [
            Value::text(parcel.parcel_id.as_str()),
            Value::text(ags.as_str()),
            text(parcel.street.as_deref()),
            parcel.official_area_m2.map_or(Value::Null, Value::Real),
            text(parcel.land_use.as_deref()),
            parcel.source_date.map_or(Value::Null, |day| Value::text(day.to_string())),
        ];
        write(parcel.geometry.into(), &values)?;
    }
    Ok(())
}

fn flatgeobuf_writer(name: &str, geometry: GeometryType, epsg: u32) -> Result<FgbWriter<'static>, FileError> {
    let crs = FgbCrs { code: i32::try_from(epsg).unwrap_or(0), ..FgbCrs::default() };
    Ok(FgbWriter::create_with_options(name, geometry, FgbWriterOptions { crs, ..FgbWriterOptions::default() })?)
}

/// Writes a file of real parcels in degrees so many times over, each copy a little further east, so that shapes and
/// attributes stay what they are.
///
/// Returns the middles of all features.
pub fn write_copies(from: &Path, copies: u32, path: &Path) -> Result<Vec<Coord>, FileError> {
    const STEP_DEGREES: f64 = 0.4;
    let header = Source::open(from, &ReadOptions::default())?.header().clone();
    if !matches!(header.crs, Some(SourceCrs::Crs84 | SourceCrs::Epsg(4326))) {
        return Err(FileError::NotInDegrees);
    }
    let mut file = flatgeobuf_writer("real", GeometryType::MultiPolygon, 4326)?;
    for Column { name, .. } in &header.columns {
        file.add_column(name, ColumnType::String, |_, _| {});
    }
    let mut middles = Vec::new();
    for copy in 0..copies {
        let shift = f64::from(copy) * STEP_DEGREES;
        let mut failed = None;
        let source = Source::open(from, &ReadOptions::default())?;
        source.read(&mut |event| {
            let Event::Row { row, .. } = event else { return ControlFlow::Continue(()) };
            let number = row.row;
            match add_shifted(&mut file, row, shift) {
                Ok(middle) => middles.extend(middle),
                Err(error) => failed = Some(FileError::Row { row: number, reason: error.to_string() }),
            }
            if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
    }
    file.write(BufWriter::new(File::create(path)?))?;
    Ok(middles)
}

fn add_shifted(file: &mut FgbWriter<'_>, row: RawRow, shift: f64) -> Result<Option<Coord>, GeozeroError> {
    let Some(mut geometry) = row.geometry else { return Ok(None) };
    geometry.map_coords_in_place(|at| Coord { x: at.x + shift, y: at.y });
    let middle = geometry.bounding_rect().map(Rect::center);
    file.add_feature_geom(geometry, |feature| {
        for (index, (name, value)) in row.fields.iter().enumerate() {
            if let Value::Text(text) = value {
                // The writer takes whatever comes.
                let _ = feature.property(index, name, &ColumnValue::String(text));
            }
        }
    })?;
    Ok(middle)
}
