//! GeoJSON of a part of each feature, and JSON-FG 1.0 (OGC 21-045).
//!
//! JSON-FG: coordinates in CRS84 stand in `geometry`, any others in `place`, as `coordRefSys` names them.

use cadastre::value::ValueRef;
use serde_json::json;
use spatial::{Crs, Shown, Snapshot, geojson::write_json, snapshot::Schema};

use crate::{
    error::Error,
    links::Link,
    ogc::{
        asked::Asked,
        columns::Column,
        format::Format,
        items::{Coordinates, PageRequest},
        schemas::Kind,
    },
};

/// What a JSON-FG document conforms to.
const FG_CLASSES: [&str; 2] = [
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas",
];

/// Writes pages.
pub(super) struct Writer<'a> {
    coordinates: Coordinates,
    columns: &'a [Column],
    skips_geometry: bool,
    is_fg: bool,
    head: serde_json::Value,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        snapshot: &Snapshot,
        schema: Schema<'_>,
        request: &PageRequest,
        columns: &'a [Column],
        asked: &Asked,
    ) -> Result<Self, Error> {
        Ok(Self {
            coordinates: Coordinates::new(snapshot, request.crs)?,
            columns,
            skips_geometry: request.selection.skips_geometry(),
            is_fg: request.format == Format::JsonFg,
            head: fg_head(schema, request.crs, asked),
        })
    }

    /// A page of features.
    pub(super) fn page(&self, shown: &[Shown<'_>], links: &[Link], matched: u64) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(1024 + shown.len() * 400);
        out.extend_from_slice(b"{\"type\":\"FeatureCollection\"");
        if self.is_fg {
            write_members(&mut out, &self.head);
        }
        out.extend_from_slice(b",\"features\":[");
        for (index, one) in shown.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.feature(&mut out, one)?;
            out.push(b'}');
        }
        out.extend_from_slice(b"],\"links\":");
        write_json(&mut out, links);
        let tail = format!(",\"numberMatched\":{matched},\"numberReturned\":{}}}", shown.len());
        out.extend_from_slice(tail.as_bytes());
        Ok(out)
    }

    fn feature(&self, out: &mut Vec<u8>, shown: &Shown<'_>) -> Result<(), Error> {
        out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
        write_json(out, shown.view().id());
        if self.is_fg {
            fg_members(out, &self.coordinates, self.columns, shown, self.skips_geometry)?;
        } else if self.skips_geometry {
            out.extend_from_slice(b",\"geometry\":null");
        } else {
            out.extend_from_slice(b",\"geometry\":");
            self.coordinates.write_shape(out, shown)?;
        }
        properties(out, self.columns, shown);
        Ok(())
    }
}

/// One feature as JSON-FG.
pub(super) fn fg_feature(
    coordinates: &Coordinates,
    schema: Schema<'_>,
    columns: &[Column],
    shown: &Shown<'_>,
    links: &[Link],
    asked: &Asked,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(b"{\"type\":\"Feature\"");
    write_members(&mut out, &fg_head(schema, coordinates.crs, asked));
    out.extend_from_slice(b",\"id\":");
    write_json(&mut out, shown.view().id());
    fg_members(&mut out, coordinates, columns, shown, false)?;
    properties(&mut out, columns, shown);
    out.extend_from_slice(b",\"links\":");
    write_json(&mut out, links);
    out.push(b'}');
    Ok(out)
}

fn fg_head(schema: Schema<'_>, crs: Crs, asked: &Asked) -> serde_json::Value {
    json!({
        "conformsTo": FG_CLASSES,
        "featureType": schema.id(),
        "featureSchema": format!("{}/{}", asked.collection(schema.id()), Kind::Returnables.segment()),
        "coordRefSys": crs.uri(),
    })
}

/// Writes the members of an object behind others.
fn write_members(out: &mut Vec<u8>, object: &serde_json::Value) {
    for (name, value) in object.as_object().into_iter().flatten() {
        out.push(b',');
        write_json(out, name);
        out.push(b':');
        write_json(out, value);
    }
}

fn fg_members(
    out: &mut Vec<u8>,
    coordinates: &Coordinates,
    columns: &[Column],
    shown: &Shown<'_>,
    skips_geometry: bool,
) -> Result<(), Error> {
    out.extend_from_slice(b",\"time\":");
    write_json(out, &time(columns, shown));
    let is_crs84 = coordinates.crs == Crs::CRS84;
    for (name, is_here) in [("place", !is_crs84), ("geometry", is_crs84)] {
        out.extend_from_slice(format!(",\"{name}\":").as_bytes());
        if is_here && !skips_geometry {
            coordinates.write_shape(out, shown)?;
        } else {
            out.extend_from_slice(b"null");
        }
    }
    Ok(())
}

fn time(columns: &[Column], shown: &Shown<'_>) -> serde_json::Value {
    let instant = columns.iter().find(|column| column.is_instant);
    match instant.map(|column| shown.view().value(&column.name)) {
        Some(ValueRef::Date(day)) => json!({ "date": day.to_string() }),
        Some(ValueRef::Timestamp(at)) => json!({ "timestamp": at.to_string() }),
        _ => serde_json::Value::Null,
    }
}

fn properties(out: &mut Vec<u8>, columns: &[Column], shown: &Shown<'_>) {
    out.extend_from_slice(b",\"properties\":{");
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_json(out, &column.name);
        out.push(b':');
        write_json(out, &shown.view().value(&column.name));
    }
    out.push(b'}');
}
