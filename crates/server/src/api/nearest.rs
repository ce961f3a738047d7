//! `POST /api/nearest`: what is nearest to a place.

use axum::{
    Json,
    body::Bytes,
    extract::{RawQuery as QueryString, State},
};
use geo_types::Coord;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use spatial::{Crs, Predicate, Query};

use super::figures::query_error;
use crate::{
    app::App,
    auth::Caller,
    error::Error,
    filter,
    ogc::{could_be_withdrawn, known_collection, listed_crs},
    params::RawQuery,
};

/// So many records are answered at most.
pub(super) const MAX_COUNT: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NearestRequest {
    /// Name of the collection.
    collection: String,
    /// Longitude and latitude (CRS84).
    point: [f64; 2],
    /// So many records; 1 if absent.
    #[serde(default = "one")]
    count: usize,
    /// CQL2; everything if absent.
    filter: Option<Value>,
    /// CRS of the geometries in the filter; CRS84 if absent.
    #[serde(rename = "filter-crs")]
    filter_crs: Option<String>,
}

fn one() -> usize {
    1
}

/// The nearest first.
#[derive(Debug, Serialize)]
pub(crate) struct NearestResponse {
    nearest: Vec<NearbyResponse>,
}

#[derive(Debug, Serialize)]
struct NearbyResponse {
    id: String,
    distance_m: f64,
}

/// `POST /api/nearest`.
pub(crate) async fn post_nearest(
    State(app): State<App>,
    caller: Caller,
    QueryString(query): QueryString,
    body: Bytes,
) -> Result<Json<NearestResponse>, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let request: NearestRequest = serde_json::from_slice(&body)
        .map_err(|error| Error::BadBody(format!("the body must be a question for what is nearest: {error}")))?;
    if !(1..=MAX_COUNT).contains(&request.count) {
        return Err(Error::parameter("count", format!("must be from 1 to {MAX_COUNT}")));
    }
    let [x, y] = request.point;
    if !(-180.0..=180.0).contains(&x) || !(-90.0..=90.0).contains(&y) {
        return Err(Error::parameter("point", "must be a longitude (-180 to 180) and a latitude (-90 to 90)"));
    }
    let snapshot = app.snapshot();
    if could_be_withdrawn(known_collection(&snapshot, &request.collection, &caller.viewer)?, &caller.viewer) {
        app.require_fresh()?;
    }
    let crs = request.filter_crs.as_deref().map(|text| listed_crs(text, &snapshot)).transpose();
    let crs = crs.map_err(|reason| Error::parameter("filter-crs", reason))?.unwrap_or(Crs::CRS84);
    let filter = request.filter.as_ref().map_or(Ok(Predicate::All), |filter| filter::from_body(filter, crs))?;
    let query = Query { filter, limit: request.count, ..Query::default() };
    let (collection, viewer) = (request.collection, caller.viewer);
    let work = move || {
        let found = snapshot.nearest(&collection, &query, Coord { x, y }, &viewer)?;
        let row = |near: &spatial::snapshot::Nearby<'_>| NearbyResponse {
            id: near.shown.view().id().to_owned(),
            distance_m: (near.distance_m * 1000.0).round() / 1000.0,
        };
        Ok(NearestResponse { nearest: found.iter().map(row).collect() })
    };
    app.heavy().run(work).await?.map(Json).map_err(query_error)
}
