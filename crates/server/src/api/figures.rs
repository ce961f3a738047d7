//! `POST /api/figures`: how many records match, and the sum of one of their numbers.
//!
//! The filter is CQL2-JSON (OGC 21-065r2). Understood so far: `and`, `=`, `isNull` and one `s_intersects` with the
//! property `geometry`; anything else is refused by name, never passed over.

use axum::{
    Json,
    body::Bytes,
    extract::{RawQuery as QueryString, State},
};
use cadastre::Value;
use geo_types::{Geometry, MultiPolygon};
use serde::{Deserialize, Serialize};
use serde_json::Value as Cql2;
use spatial::{
    Area, Crs, Predicate, Query,
    snapshot::{PredicateError, QueryError},
};

use crate::{
    app::App,
    auth::Caller,
    error::Error,
    ogc::{could_be_withdrawn, known_collection},
    params::RawQuery,
};

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FiguresRequest {
    /// Name of the collection.
    collection: String,
    /// CQL2-JSON; everything if absent.
    filter: Option<Cql2>,
    /// Property to add up; the official area of parcels if absent.
    sum: Option<String>,
}

/// The figures, of what the caller sees.
#[derive(Debug, Serialize)]
pub(crate) struct FiguresResponse {
    matched: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<SumResponse>,
}

#[derive(Debug, Serialize)]
struct SumResponse {
    property: String,
    value: f64,
    /// Matches of which the property is not known, or not shown.
    missing: u64,
}

/// `POST /api/figures`.
pub(crate) async fn post_figures(
    State(app): State<App>,
    caller: Caller,
    QueryString(query): QueryString,
    body: Bytes,
) -> Result<Json<FiguresResponse>, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let request: FiguresRequest = serde_json::from_slice(&body)
        .map_err(|error| Error::BadBody(format!("the body must be a question for figures: {error}")))?;
    let snapshot = app.snapshot();
    if could_be_withdrawn(known_collection(&snapshot, &request.collection, &caller.viewer)?, &caller.viewer) {
        app.require_fresh()?;
    }
    let query = request.filter.as_ref().map_or_else(|| Ok(Query::default()), parse)?;
    let property = request.sum.or_else(|| (request.collection == "parcels").then(|| "official_area_m2".to_owned()));
    let viewer = caller.viewer;
    // A polygon over a million parcels takes CPU: not on the threads that serve connections.
    let figures = tokio::task::spawn_blocking(move || {
        let Some(property) = property else {
            let query = Query { limit: 1, ..query };
            let matched = snapshot.query(&request.collection, &query, &viewer)?.matched;
            return Ok(FiguresResponse { matched, sum: None });
        };
        let figures = snapshot.figures(&request.collection, &query, &property, &viewer)?;
        let sum = SumResponse { property, value: figures.sum, missing: figures.missing };
        Ok(FiguresResponse { matched: figures.matched, sum: Some(sum) })
    });
    figures.await.map_err(Error::internal)?.map(Json).map_err(query_error)
}

fn query_error(error: QueryError) -> Error {
    match error {
        QueryError::UnknownCollection { .. } => Error::NotFound,
        QueryError::Area(error) => Error::parameter("filter", error),
        QueryError::Predicate(error @ PredicateError::UnknownProperty { .. }) => Error::parameter("filter", error),
        error @ QueryError::NotANumber { .. } => Error::parameter("sum", error),
    }
}

/// A filter as a query.
fn parse(filter: &Cql2) -> Result<Query, Error> {
    let mut query = Query::default();
    let mut parts = Vec::new();
    collect(filter, &mut parts, &mut query.within)?;
    query.filter = Predicate::And(parts);
    Ok(query)
}

fn collect(filter: &Cql2, parts: &mut Vec<Predicate>, within: &mut Option<Area>) -> Result<(), Error> {
    let refuse = |reason: String| Error::parameter("filter", reason);
    let op = filter
        .get("op")
        .and_then(Cql2::as_str)
        .ok_or_else(|| refuse("must be an object with \"op\" and \"args\"".into()))?;
    let args = filter.get("args").and_then(Cql2::as_array).map(Vec::as_slice).unwrap_or_default();
    match (op, args) {
        ("and", [_, _, ..]) => args.iter().try_for_each(|part| collect(part, parts, within)),
        ("=", [property, value]) => {
            parts.push(Predicate::Equals { property: property_name(property)?, value: literal(value)? });
            Ok(())
        }
        ("isNull", [property]) => {
            parts.push(Predicate::IsNull { property: property_name(property)? });
            Ok(())
        }
        ("s_intersects", [property, geometry]) => {
            if property_name(property)? != "geometry" {
                return Err(refuse("s_intersects takes the property geometry first".into()));
            }
            if within.replace(area(geometry)?).is_some() {
                return Err(refuse("holds more than one s_intersects".into()));
            }
            Ok(())
        }
        ("and" | "=" | "isNull" | "s_intersects", _) => {
            Err(refuse(format!("\"{op}\" has {} arguments, which is not what it takes", args.len())))
        }
        (other, _) => Err(refuse(format!("\"{other}\" is not understood; and, =, isNull and s_intersects are"))),
    }
}

fn property_name(arg: &Cql2) -> Result<String, Error> {
    let name = arg.get("property").and_then(Cql2::as_str);
    name.map(str::to_owned).ok_or_else(|| Error::parameter("filter", "the first argument must be {\"property\": …}"))
}

fn literal(arg: &Cql2) -> Result<Value, Error> {
    let refuse = |reason: &str| Error::parameter("filter", reason);
    Ok(match arg {
        Cql2::String(text) => Value::text(text.as_str()),
        Cql2::Bool(yes) => Value::Boolean(*yes),
        Cql2::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Integer(number),
            (None, Some(number)) => Value::Real(number),
            (None, None) => return Err(refuse("a number is too large")),
        },
        Cql2::Object(object) => {
            let date = object.get("date").and_then(Cql2::as_str).and_then(|text| text.parse().ok());
            Value::Date(
                date.ok_or_else(|| refuse("a value must be text, number, true, false or {\"date\": \"2026-03-31\"}"))?,
            )
        }
        Cql2::Null | Cql2::Array(_) => {
            return Err(refuse("a value must be text, number, true, false or {\"date\": …}"));
        }
    })
}

/// Areas and points in CRS84, or `{"bbox": […]}`.
fn area(arg: &Cql2) -> Result<Area, Error> {
    let refuse = |reason: String| Error::parameter("filter", reason);
    if let Some(corners) = arg.get("bbox") {
        let corners = <[f64; 4]>::deserialize(corners)
            .map_err(|error| refuse(format!("bbox must hold four numbers: {error}")))?;
        return Ok(Area::Bbox(corners));
    }
    let geometry =
        geojson::Geometry::deserialize(arg).map_err(|error| refuse(format!("the geometry is no GeoJSON: {error}")))?;
    match Geometry::<f64>::try_from(geometry).map_err(|error| refuse(error.to_string()))? {
        Geometry::Polygon(polygon) => Ok(Area::Polygon(Crs::CRS84, MultiPolygon(vec![polygon]))),
        Geometry::MultiPolygon(polygons) => Ok(Area::Polygon(Crs::CRS84, polygons)),
        Geometry::Point(point) => Ok(Area::Point(point.0)),
        other => Err(refuse(format!(
            "s_intersects takes an area or a point, got a {}",
            cadastre::raw::geometry_name(&other)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    fn check(filter: serde_json::Value, expected: Result<usize, &str>) {
        let found = parse(&filter).map(|query| match query.filter {
            spatial::Predicate::And(parts) => parts.len() + usize::from(query.within.is_some()),
            _ => 0,
        });
        assert_eq!(
            found.map_err(|error| error.to_string()),
            expected.map_err(|reason| format!("filter: {reason}")),
            "{filter}"
        );
    }

    #[test]
    fn a_filter_is_understood_whole_or_refused() {
        let ags = json!({"op": "=", "args": [{"property": "ags"}, "14522310"]});
        let square = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]});
        let within = json!({"op": "s_intersects", "args": [{"property": "geometry"}, square]});
        check(ags.clone(), Ok(1));
        check(within.clone(), Ok(1));
        check(json!({"op": "and", "args": [ags, within]}), Ok(2));
        check(json!({"op": "and", "args": [within, within]}), Err("holds more than one s_intersects"));
        check(
            json!({"op": "or", "args": [1, 2]}),
            Err("\"or\" is not understood; and, =, isNull and s_intersects are"),
        );
        check(json!({"op": "=", "args": [1]}), Err("\"=\" has 1 arguments, which is not what it takes"));
        check(
            json!({"op": "s_intersects", "args": [{"property": "name"}, square]}),
            Err("s_intersects takes the property geometry first"),
        );
        check(json!([]), Err("must be an object with \"op\" and \"args\""));
        let line = json!({"type": "LineString", "coordinates": [[0, 0], [1, 0]]});
        check(
            json!({"op": "s_intersects", "args": [{"property": "geometry"}, line]}),
            Err("s_intersects takes an area or a point, got a LineString"),
        );
    }
}
