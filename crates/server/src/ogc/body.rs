//! A GeoJSON feature as a body: from what was sent to a raw row in the store's CRS.

use axum::http::{HeaderMap, header};
use cadastre::{Problem, Value, property::Collection, raw::RawRow, value::ValueRef};
use geo_types::Geometry;
use serde::Deserialize;
use serde_json::Value as Json;
use spatial::{Crs, Shown, Snapshot, Transformer, crs::AxisOrder, geometry};

use super::crs_list::listed_crs;
use crate::error::Error;

/// Reads a site sent as GeoJSON. The coordinates are in CRS84 unless `Content-Crs` says otherwise.
pub(crate) fn site_row(headers: &HeaderMap, bytes: &[u8], snapshot: &Snapshot) -> Result<RawRow, Error> {
    expect_media(headers, &["application/geo+json", "application/json"])?;
    let crs = content_crs(headers, snapshot)?;
    let feature: geojson::Feature = serde_json::from_slice(bytes)
        .map_err(|error| Error::BadBody(format!("the body must be a GeoJSON feature: {error}")))?;
    let geometry = feature.geometry.map(|geometry| to_store(geometry, crs, snapshot)).transpose()?;
    let fields = fields(feature.properties.unwrap_or_default())?;
    let fields = fields.into_iter().filter(|(_, value)| !value.is_null()).collect();
    Ok(RawRow { row: 1, id: None, fields, geometry })
}

/// Reads what is to change of a site, and puts it over the site as it is (RFC 7396): members `properties` and `geometry`
/// of a GeoJSON feature, as many of them as change; null empties a property.
pub(crate) fn merged_row(
    headers: &HeaderMap,
    bytes: &[u8],
    snapshot: &Snapshot,
    current: Shown<'_>,
) -> Result<RawRow, Error> {
    expect_media(headers, &["application/merge-patch+json", "application/geo+json", "application/json"])?;
    let crs = content_crs(headers, snapshot)?;
    let patch: Patch = serde_json::from_slice(bytes)
        .map_err(|error| Error::BadBody(format!("the body must be a part of a GeoJSON feature: {error}")))?;
    let geometry = match patch.geometry {
        Some(geometry) => Some(to_store(geometry, crs, snapshot)?),
        None => current.shape().map(|shape| shape.to_geometry()),
    };
    let sent = RawRow { row: 1, id: None, fields: fields(patch.properties)?, geometry };
    let sent = without_derived(sent, Some(current))?;
    let kept = current.view().properties().filter(|(name, value)| {
        let is_sent = sent.fields.iter().any(|(sent, _)| **sent == **name);
        let is_derived = Collection::Sites.property(name).is_some_and(|property| property.derived);
        !is_sent && !is_derived && !value.is_null()
    });
    let mut fields: Vec<(Box<str>, Value)> = kept.map(|(name, value)| (name.into(), owned(&value))).collect();
    fields.extend(sent.fields.into_iter().filter(|(_, value)| !value.is_null()));
    Ok(RawRow { row: 1, id: None, fields, geometry: sent.geometry })
}

/// A part of a feature. Its links and what says that it is a feature may be sent back as they were read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    geometry: Option<geojson::Geometry>,
    #[serde(default)]
    properties: serde_json::Map<String, Json>,
    #[serde(default, rename = "type")]
    _type: Json,
    #[serde(default, rename = "id")]
    _id: Json,
    #[serde(default, rename = "links")]
    _links: Json,
}

fn fields(properties: serde_json::Map<String, Json>) -> Result<Vec<(Box<str>, Value)>, Error> {
    let mut fields = Vec::with_capacity(properties.len());
    let mut problems = Vec::new();
    for (name, value) in properties {
        match to_value(&value) {
            Ok(value) => fields.push((name.into(), value)),
            Err(reason) => problems.push(Problem::new(name, reason)),
        }
    }
    if problems.is_empty() { Ok(fields) } else { Err(Error::Invalid(problems)) }
}

/// A shown value as one that could have been sent.
fn owned(value: &ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Text(text) => Value::text(&**text),
        ValueRef::Integer(number) => Value::Integer(*number),
        ValueRef::Real(number) => Value::Real(*number),
        ValueRef::Boolean(yes) => Value::Boolean(*yes),
        ValueRef::Date(day) => Value::Date(*day),
        ValueRef::Timestamp(at) => Value::Timestamp(*at),
        ValueRef::List(texts) => Value::text(texts.join(",")),
    }
}

/// Takes derived properties out of a row. They may be sent back as they were read; anything else is refused.
pub(crate) fn without_derived(mut row: RawRow, current: Option<Shown<'_>>) -> Result<RawRow, Error> {
    let mut problems = Vec::new();
    row.fields.retain(|(name, value)| {
        let is_derived = Collection::Sites.property(name).is_some_and(|property| property.derived);
        if is_derived {
            let shown = current.as_ref().map_or(ValueRef::Null, |shown| shown.view().value(name));
            if !is_same(value, &shown) {
                problems.push(Problem::new(&**name, "is derived from other records and cannot be set"));
            }
        }
        !is_derived
    });
    if problems.is_empty() { Ok(row) } else { Err(Error::Invalid(problems)) }
}

fn is_same(sent: &Value, shown: &ValueRef<'_>) -> bool {
    match (sent, shown) {
        (Value::Text(sent), ValueRef::List(shown)) => **sent == shown.join(","),
        (sent, shown) => sent.as_ref() == *shown,
    }
}

fn expect_media(headers: &HeaderMap, taken: &[&str]) -> Result<(), Error> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if taken.contains(&essence) {
        return Ok(());
    }
    Err(Error::UnsupportedMediaType(format!("send {}, got \"{essence}\"", taken[0])))
}

fn content_crs(headers: &HeaderMap, snapshot: &Snapshot) -> Result<Crs, Error> {
    let Some(value) = headers.get("content-crs") else { return Ok(Crs::CRS84) };
    let text = value.to_str().unwrap_or_default().trim().trim_start_matches('<').trim_end_matches('>');
    listed_crs(text, snapshot).map_err(|reason| Error::parameter("Content-Crs", reason))
}

fn to_store(sent: geojson::Geometry, crs: Crs, snapshot: &Snapshot) -> Result<Geometry, Error> {
    let invalid = |reason: String| Error::Invalid(vec![Problem::new("geometry", reason)]);
    let mut geometry = Geometry::<f64>::try_from(sent).map_err(|error| invalid(error.to_string()))?;
    let description = crs.describe().map_err(|error| invalid(error.to_string()))?;
    if description.axis_order == AxisOrder::NorthEast {
        use geo::MapCoordsInPlace as _;
        geometry.map_coords_in_place(|coord| geo_types::Coord { x: coord.y, y: coord.x });
    }
    let (mut geometry, _) = geometry::repair(geometry);
    let problems = geometry::check(&geometry);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let transformer = Transformer::new(crs, snapshot.store_crs()).map_err(|error| invalid(error.to_string()))?;
    transformer.transform_geometry(&mut geometry).map_err(|error| invalid(error.to_string()))?;
    Ok(geometry)
}

fn to_value(json: &Json) -> Result<Value, &'static str> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(yes) => Value::Boolean(*yes),
        Json::String(text) => Value::text(text.as_str()),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Integer(number),
            (None, Some(number)) => Value::Real(number),
            (None, None) => return Err("is a number that cannot be kept"),
        },
        Json::Array(items) => Value::text(list(items)?),
        Json::Object(_) => return Err("must not be an object"),
    })
}

fn list(items: &[Json]) -> Result<String, &'static str> {
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        let text = item.as_str().ok_or("must be a list of texts")?;
        if text.contains([',', ';']) {
            return Err("holds a text with a comma or semicolon");
        }
        texts.push(text);
    }
    Ok(texts.join(","))
}

#[cfg(test)]
mod tests {
    use cadastre::Value;
    use serde_json::json;

    use super::to_value;

    fn check(json: serde_json::Value, expected: Result<Value, &str>) {
        assert_eq!(to_value(&json), expected);
    }

    #[test]
    fn json_values_become_raw_values() {
        check(json!(null), Ok(Value::Null));
        check(json!(12), Ok(Value::Integer(12)));
        check(json!(12.5), Ok(Value::Real(12.5)));
        check(json!(u64::MAX), Ok(Value::Real(u64::MAX as f64)));
        check(json!(["a", "b"]), Ok(Value::text("a,b")));
        check(json!(["a,b"]), Err("holds a text with a comma or semicolon"));
        check(json!([1]), Err("must be a list of texts"));
        check(json!({}), Err("must not be an object"));
    }
}
