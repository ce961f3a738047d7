//! `POST /api/figures`: how many records match, the sum of one of their numbers, in groups if wanted, their ids, and
//! how much of an area they cover.
//!
//! The filter is CQL2 (OGC 21-065r2): JSON, or text as a JSON string.

use axum::{
    Json,
    body::Bytes,
    extract::{RawQuery as QueryString, State},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use spatial::{
    Crs, Predicate, Query,
    snapshot::{Answer, Figures, PredicateError, QueryError, Question},
};

use super::place::Place;
use crate::{
    app::App,
    auth::Caller,
    error::Error,
    filter,
    ogc::{could_be_withdrawn, known_collection, listed_crs},
    params::RawQuery,
};

/// So many ids are answered at most.
pub(super) const MAX_IDS: usize = 10_000;
/// So many groups are answered at most.
pub(super) const MAX_GROUPS: usize = 10_000;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FiguresRequest {
    /// Name of the collection.
    collection: String,
    /// CQL2; everything if absent.
    filter: Option<Value>,
    /// CRS of the geometries in the request; CRS84 if absent.
    #[serde(rename = "filter-crs")]
    filter_crs: Option<String>,
    /// Only what intersects this geometry, or comes as near to it as `buffer_m`.
    area: Option<Value>,
    /// Metres around the area.
    buffer_m: Option<f64>,
    /// Property to add up; the official area of parcels if absent.
    sum: Option<String>,
    /// Property by whose values the figures are told apart.
    #[serde(rename = "groupBy")]
    group_by: Option<String>,
    /// So many ids.
    #[serde(default)]
    ids: usize,
    /// How much of the area the matches cover.
    #[serde(default)]
    overlap: bool,
}

/// The figures, of what the caller sees.
#[derive(Debug, Serialize)]
pub(crate) struct FiguresResponse {
    matched: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<SumResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<GroupResponse>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ids: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overlap_m2: Option<f64>,
}

#[derive(Debug, Serialize)]
struct SumResponse {
    property: String,
    value: f64,
    /// Matches of which the property is not known, or not shown.
    missing: u64,
}

#[derive(Debug, Serialize)]
struct GroupResponse {
    /// Null: not known, or not shown.
    value: Option<String>,
    matched: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<f64>,
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
    let crs = request.filter_crs.as_deref().map(|text| listed_crs(text, &snapshot)).transpose();
    let crs = crs.map_err(|reason| Error::parameter("filter-crs", reason))?.unwrap_or(Crs::CRS84);
    let (collection, viewer) = (request.collection.clone(), caller.viewer);
    let question = question(request, crs)?;
    // A polygon over a million parcels takes CPU: not on the threads that serve connections.
    let work = move || snapshot.answer(&collection, &question, &viewer).map(|answer| (answer, question));
    let (answer, question) = app.heavy().run(work).await?.map_err(query_error)?;
    response(answer, question).map(Json)
}

fn question(request: FiguresRequest, crs: Crs) -> Result<Question, Error> {
    let FiguresRequest { collection, filter, area, buffer_m, sum, group_by, ids, overlap, .. } = request;
    if ids > MAX_IDS {
        return Err(Error::parameter("ids", format!("must be at most {MAX_IDS}")));
    }
    let filter = filter.as_ref().map_or(Ok(Predicate::All), |filter| filter::from_body(filter, crs))?;
    let place = area.as_ref().map(|area| Place::parse(area, crs)).transpose()?;
    let overlap = match (&place, buffer_m) {
        _ if !overlap => None,
        (Some(place), None) => Some((crs, place.polygons()?)),
        (Some(_), Some(_)) => return Err(Error::parameter("overlap", "is not known of an area with buffer_m")),
        (None, _) => return Err(Error::parameter("overlap", "needs an area")),
    };
    let (within, intersects) = match (place, buffer_m) {
        (Some(place), Some(metres)) => (Some(place.with_buffer(metres)), Predicate::All),
        (Some(place), None) => (None, place.intersects()),
        (None, Some(_)) => return Err(Error::parameter("buffer_m", "needs an area")),
        (None, None) => (None, Predicate::All),
    };
    let query = Query { within, filter: Predicate::And(vec![intersects, filter]), ..Query::default() };
    let sum = sum.or_else(|| (collection == "parcels").then(|| "official_area_m2".to_owned()));
    Ok(Question { query, sum, group_by, ids, overlap })
}

fn response(answer: Answer, question: Question) -> Result<FiguresResponse, Error> {
    if answer.groups.len() > MAX_GROUPS {
        let reason = format!("makes {} groups; at most {MAX_GROUPS} are answered", answer.groups.len());
        return Err(Error::parameter("groupBy", reason));
    }
    let Figures { matched, sum, missing } = answer.total;
    let has_sum = question.sum.is_some();
    let group = |group: spatial::snapshot::Group| GroupResponse {
        value: group.value,
        matched: group.figures.matched,
        sum: has_sum.then_some(group.figures.sum),
    };
    Ok(FiguresResponse {
        matched,
        sum: question.sum.map(|property| SumResponse { property, value: sum, missing }),
        groups: question.group_by.map(|_| answer.groups.into_iter().map(group).collect()),
        ids: (question.ids > 0).then_some(answer.ids),
        overlap_m2: answer.overlap_m2,
    })
}

pub(super) fn query_error(error: QueryError) -> Error {
    match error {
        QueryError::UnknownCollection { .. } => Error::NotFound,
        QueryError::Area(error) => Error::parameter("area", error),
        QueryError::Predicate(PredicateError::Filter(error)) => Error::parameter("filter", error),
        QueryError::Predicate(error @ PredicateError::UnknownProperty { .. }) => Error::parameter("sum", error),
        error @ QueryError::NotANumber { .. } => Error::parameter("sum", error),
        error @ QueryError::NoGroups { .. } => Error::parameter("groupBy", error),
        error @ QueryError::NoMetres { .. } => Error::parameter("overlap", error),
        error @ (QueryError::NotSortable { .. } | QueryError::OtherOrder) => Error::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use spatial::Crs;

    use super::{FiguresRequest, question};

    fn check(more: serde_json::Value, expected: Result<(), &str>) {
        let mut body = json!({"collection": "sites"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let request: FiguresRequest = serde_json::from_value(body).unwrap();
        let found = question(request, Crs::CRS84).map(drop).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{more}");
    }

    #[test]
    fn a_question_is_understood_whole_or_refused() {
        let square = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]});
        let line = json!({"type": "LineString", "coordinates": [[0, 0], [1, 0]]});
        check(json!({"filter": {"op": "isNull", "args": [{"property": "name"}]}, "ids": 5}), Ok(()));
        check(json!({"filter": "name is null", "groupBy": "type", "sum": "area_m2"}), Ok(()));
        check(json!({"area": square, "overlap": true}), Ok(()));
        check(json!({"area": line, "buffer_m": 50}), Ok(()));
        check(json!({"area": {"bbox": [0, 0, 1, 1]}, "overlap": true}), Ok(()));
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let line = json!({"type": "LineString", "coordinates": [[0, 0], [1, 0]]});
        check(json!({"overlap": true}), Err("overlap: needs an area"));
        check(json!({"buffer_m": 5}), Err("buffer_m: needs an area"));
        check(
            json!({"area": line, "overlap": true}),
            Err("overlap: needs an area that is a polygon, not a LineString"),
        );
        check(
            json!({"area": {"bbox": [0, 0, 1, 1]}, "buffer_m": 5, "overlap": true}),
            Err("overlap: is not known of an area with buffer_m"),
        );
        check(json!({"area": {"property": "geometry"}}), Err("area: must be a GeoJSON geometry or {\"bbox\": […]}"));
        check(json!({"ids": 10_001}), Err("ids: must be at most 10000"));
    }
}
