//! `POST /api/figures`: how many records match, and the sum of one of their numbers.
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
    snapshot::{PredicateError, QueryError},
};

use crate::{
    app::App,
    auth::Caller,
    error::Error,
    filter,
    ogc::{could_be_withdrawn, known_collection, listed_crs},
    params::RawQuery,
};

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FiguresRequest {
    /// Name of the collection.
    collection: String,
    /// CQL2; everything if absent.
    filter: Option<Value>,
    /// CRS of the geometries in the filter; CRS84 if absent.
    #[serde(rename = "filter-crs")]
    filter_crs: Option<String>,
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
    let crs = request.filter_crs.as_deref().map(|text| listed_crs(text, &snapshot)).transpose();
    let crs = crs.map_err(|reason| Error::parameter("filter-crs", reason))?.unwrap_or(Crs::CRS84);
    let filter = request.filter.as_ref().map_or(Ok(Predicate::All), |filter| filter::from_body(filter, crs))?;
    let query = Query { filter, ..Query::default() };
    let property = request.sum.or_else(|| (request.collection == "parcels").then(|| "official_area_m2".to_owned()));
    let viewer = caller.viewer;
    // A polygon over a million parcels takes CPU: not on the threads that serve connections.
    let figures = app.heavy().run(move || {
        let Some(property) = property else {
            let query = Query { limit: 1, ..query };
            let matched = snapshot.query(&request.collection, &query, &viewer)?.matched;
            return Ok(FiguresResponse { matched, sum: None });
        };
        let figures = snapshot.figures(&request.collection, &query, &property, &viewer)?;
        let sum = SumResponse { property, value: figures.sum, missing: figures.missing };
        Ok(FiguresResponse { matched: figures.matched, sum: Some(sum) })
    });
    figures.await?.map(Json).map_err(query_error)
}

fn query_error(error: QueryError) -> Error {
    match error {
        QueryError::UnknownCollection { .. } => Error::NotFound,
        QueryError::Area(error) => Error::parameter("filter", error),
        QueryError::Predicate(PredicateError::Filter(error)) => Error::parameter("filter", error),
        QueryError::Predicate(error @ PredicateError::UnknownProperty { .. }) => Error::parameter("sum", error),
        error @ QueryError::NotANumber { .. } => Error::parameter("sum", error),
        error @ (QueryError::NotSortable { .. } | QueryError::OtherOrder) => Error::internal(error),
    }
}
