//! The addresses of base maps.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use geo_types::Rect;
use serde::Serialize;

use super::{
    client::media_type,
    grid::Tile,
    proxy::{BaseMaps, Served},
    source::{Source, Title},
};
use crate::{app::App, clock, error::Error};

type Maps = Option<Arc<BaseMaps>>;

/// The routes, also where there are no base maps: the list is empty then.
pub(crate) fn routes(maps: Maps) -> Router<App> {
    Router::new()
        .route("/grundkarte", get(get_list))
        .route("/grundkarte/{id}/{z}/{x}/{y}", get(get_tile))
        .layer(Extension(maps))
}

/// A base map in the list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: String,
    title: Title,
    credit: String,
    min_zoom: u8,
    max_zoom: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    bbox: Option<[f64; 4]>,
}

impl Listed {
    fn new(source: &Source) -> Self {
        let Source { id, title, min_zoom, max_zoom, bbox, .. } = source.clone();
        Self { id, title, credit: source.credit(clock::today().year()), min_zoom, max_zoom, bbox }
    }
}

/// `GET /grundkarte`: the base maps to choose from.
async fn get_list(State(app): State<App>, Extension(maps): Extension<Maps>) -> Response {
    let Some(maps) = maps else { return no_cache(Json(Vec::<Listed>::new())) };
    match places(&app, &maps).await {
        Ok(places) => no_cache(Json(maps.sources(&places).into_iter().map(Listed::new).collect())),
        Err(error) => error.into_response(),
    }
}

/// Where base maps are shown.
async fn places(app: &App, maps: &Arc<BaseMaps>) -> Result<Arc<[Rect]>, Error> {
    let (snapshot, maps) = (app.snapshot(), Arc::clone(maps));
    if let Some(places) = maps.known_places(&snapshot) {
        return Ok(places);
    }
    app.heavy().run(move || maps.places(&snapshot)).await
}

fn no_cache(list: Json<Vec<Listed>>) -> Response {
    ([(header::CACHE_CONTROL, "no-cache")], list).into_response()
}

/// `GET /grundkarte/{id}/{z}/{x}/{y}`: a picture of 256 × 256 pixels.
async fn get_tile(
    State(app): State<App>,
    Extension(maps): Extension<Maps>,
    Path((id, z, x, y)): Path<(String, String, String, String)>,
) -> Response {
    let (Some(maps), Some(tile)) = (maps, Tile::parse(&z, &x, &y)) else { return Error::NotFound.into_response() };
    let places = match places(&app, &maps).await {
        Ok(places) => places,
        Err(error) => return error.into_response(),
    };
    match maps.tile(&places, &id, tile).await {
        Served::Picture(bytes) => answer(bytes, "public, max-age=86400"),
        Served::Old(bytes) => answer(bytes, "public, max-age=60"),
        Served::Nothing => (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "public, max-age=86400")]).into_response(),
        Served::Unknown => Error::NotFound.into_response(),
        Served::Busy => {
            let wait = [(header::RETRY_AFTER, "2"), (header::CACHE_CONTROL, "no-store")];
            (StatusCode::SERVICE_UNAVAILABLE, wait).into_response()
        }
        Served::Gone => (StatusCode::GATEWAY_TIMEOUT, [(header::CACHE_CONTROL, "no-store")]).into_response(),
    }
}

fn answer(bytes: bytes::Bytes, cache: &'static str) -> Response {
    let media_type = media_type(&bytes).unwrap_or("application/octet-stream");
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
