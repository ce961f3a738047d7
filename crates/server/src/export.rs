//! A whole collection as one file, by the same encoders that answer pages: for downloads and for `baulotse export`.

use std::io::{self, Write};

use cadastre::{Day, Kind, Viewer, property::Collection, texts::Language};
use spatial::{
    Area, Builder, Crs, Predicate, Query, Shown, Snapshot,
    geojson::{self, Axes, CoordinateStyle, Precision},
    geometry::Shape,
    snapshot::Schema,
};
use store::{At, Store};

use crate::{
    error::Error,
    ogc::export::{Column, Format, Projection, Selection, table},
    store_error,
};

/// Records read at a time.
const CHUNK: usize = 10_000;

/// A format of a whole collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// GeoJSON (RFC 7946); in another CRS than CRS84 with the `crs` member of its predecessor.
    GeoJson,
    /// CSV (RFC 4180) with well-known text.
    Csv,
    /// FlatGeobuf 3.
    FlatGeobuf,
    /// GeoPackage 1.3.
    GeoPackage,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// Name of the collection.
    pub collection: String,
    /// Format.
    pub format: ExportFormat,
    /// Only what intersects this box in CRS84: west, south, east, north.
    pub bbox: Option<[f64; 4]>,
    /// Only what this takes.
    pub filter: Option<Predicate>,
    /// CRS of the coordinates; if absent CRS84 for text and the store's for GIS files. Always in GIS order.
    pub crs: Option<Crs>,
    /// Who sees it.
    pub viewer: Viewer,
    /// Language of titles.
    pub language: Language,
}

/// Writes a collection of a store, as it is or as it was at the end of a day. `progress` hears how many records are
/// written, and of how many.
pub async fn export(
    store: &Store,
    as_of: Option<Day>,
    request: ExportRequest,
    out: impl Write + Send + 'static,
    progress: impl FnMut(u64, u64) + Send + 'static,
) -> Result<u64, Error> {
    let at = match as_of {
        None => At::Current,
        Some(day) => At::Revision(store.revision_at(crate::end_of_day(day)).await.map_err(store_error)?),
    };
    let mut builder = Builder::new(Crs::Epsg(store.crs().epsg), as_of.unwrap_or_else(crate::today));
    let kinds = kinds(&request.collection);
    let read = store.scan(&kinds, at, |batch| {
        for versioned in batch {
            builder.push(versioned);
        }
        Ok(())
    });
    let revision = read.await.map_err(store_error)?;
    let work = move || {
        let snapshot = builder.build(revision).map_err(Error::internal)?;
        write(&snapshot, &request, out, progress)
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// The kinds of records that a collection shows something of.
fn kinds(collection: &str) -> Vec<Kind> {
    match Collection::from_name(collection) {
        Some(Collection::Parcels) => vec![Kind::Municipality, Kind::District, Kind::Parcel],
        Some(Collection::Districts) => vec![Kind::Municipality, Kind::District],
        Some(Collection::Buildings) => vec![Kind::Municipality, Kind::District, Kind::Building, Kind::Vacancy],
        Some(Collection::Sites) => {
            vec![Kind::Municipality, Kind::District, Kind::Announcement, Kind::Objection, Kind::Site]
        }
        None => vec![Kind::Layer, Kind::Feature(collection.into())],
    }
}

/// Writes a collection of a snapshot; returns the number of records.
pub(crate) fn write(
    snapshot: &Snapshot,
    request: &ExportRequest,
    out: impl Write,
    mut progress: impl FnMut(u64, u64),
) -> Result<u64, Error> {
    let schema = snapshot.schema(&request.collection, &request.viewer).ok_or(Error::NotFound)?;
    let crs = request.crs.unwrap_or(match request.format {
        ExportFormat::GeoJson | ExportFormat::Csv => Crs::CRS84,
        ExportFormat::FlatGeobuf | ExportFormat::GeoPackage => snapshot.store_crs(),
    });
    let columns = Column::all(schema, &request.viewer, request.language);
    let mut written = 0;
    let records = records(snapshot, request).inspect(move |record| {
        if let Ok((_, matched)) = record {
            written += 1;
            progress(written, *matched);
        }
    });
    let records = records.map(|record| record.map(|(shown, _)| shown));
    let format = match request.format {
        ExportFormat::GeoJson => return write_geojson(snapshot, schema, &columns, crs, records, out),
        ExportFormat::Csv => Format::Csv,
        ExportFormat::FlatGeobuf => Format::FlatGeobuf,
        ExportFormat::GeoPackage => Format::GeoPackage,
    };
    let info = table::describe(snapshot, schema, &columns, crs, &Selection::default(), request.language)?;
    table::write(snapshot, format, info, crs, records, out)
}

/// All records in order, each with the number of all, chunk by chunk so that memory stays bounded.
fn records<'s>(
    snapshot: &'s Snapshot,
    request: &ExportRequest,
) -> impl Iterator<Item = Result<(Shown<'s>, u64), Error>> + use<'s> {
    let (collection, viewer) = (request.collection.clone(), request.viewer.clone());
    let filter = request.filter.clone().unwrap_or_default();
    // A filter looks at every record: once, not once a chunk.
    let limit = if filter.is_all() { CHUNK } else { usize::MAX };
    let mut query = Query { within: request.bbox.map(Area::Bbox), filter, limit, ..Query::default() };
    let mut is_last = false;
    let mut matched = None;
    std::iter::from_fn(move || {
        if is_last {
            return None;
        }
        let page = match snapshot.query(&collection, &query, &viewer) {
            Ok(page) => page,
            Err(error) => {
                is_last = true;
                return Some(vec![Err(crate::ogc::export::query_error(error))]);
            }
        };
        let all = *matched.get_or_insert(page.matched);
        is_last = page.next.is_none();
        query.after = page.next;
        Some(page.returned.into_iter().map(|shown| Ok((shown, all))).collect())
    })
    .flatten()
}

fn write_geojson<'s>(
    snapshot: &Snapshot,
    schema: Schema<'_>,
    columns: &[Column],
    crs: Crs,
    records: impl Iterator<Item = Result<Shown<'s>, Error>>,
    out: impl Write,
) -> Result<u64, Error> {
    let mut out = io::BufWriter::with_capacity(1 << 20, out);
    let projection = Projection::new(snapshot, crs)?;
    let is_degrees = crs.describe().map_err(|error| Error::parameter("crs", error))?.metres_per_unit.is_none();
    let precision = if is_degrees { Precision::Degrees } else { Precision::Metres };
    let style = CoordinateStyle { precision, axes: Axes::XY };
    let mut bytes = Vec::with_capacity(4096);
    bytes.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"name\":");
    geojson::write_json(&mut bytes, schema.id());
    if !crs.is_wgs84_degrees() {
        let name = format!("urn:ogc:def:crs:EPSG::{}", crs.epsg_code());
        bytes.extend_from_slice(b",\"crs\":");
        geojson::write_json(&mut bytes, &serde_json::json!({ "type": "name", "properties": { "name": name } }));
    }
    bytes.extend_from_slice(b",\"features\":[");
    let mut written = 0;
    for shown in records {
        let shown = shown?;
        bytes.extend_from_slice(if written > 0 { b",\n" } else { b"\n" });
        let geometry = projection.geometry(&shown, None)?;
        write_feature(&mut bytes, &shown, columns, geometry.as_ref().map(Shape::from), style);
        out.write_all(&bytes).map_err(Error::internal)?;
        bytes.clear();
        written += 1;
    }
    bytes.extend_from_slice(b"\n]}\n");
    out.write_all(&bytes).and_then(|()| out.flush()).map_err(Error::internal)?;
    Ok(written)
}

fn write_feature(
    bytes: &mut Vec<u8>,
    shown: &Shown<'_>,
    columns: &[Column],
    shape: Option<Shape<'_>>,
    style: CoordinateStyle,
) {
    bytes.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
    geojson::write_json(bytes, shown.view().id());
    bytes.extend_from_slice(b",\"geometry\":");
    match shape {
        Some(shape) => geojson::write_shape(bytes, &shape, style),
        None => bytes.extend_from_slice(b"null"),
    }
    bytes.extend_from_slice(b",\"properties\":{");
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        geojson::write_json(bytes, &column.name);
        bytes.push(b':');
        geojson::write_json(bytes, &shown.view().value(&column.name));
    }
    bytes.extend_from_slice(b"}}");
}
