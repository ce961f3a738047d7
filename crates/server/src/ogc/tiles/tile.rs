//! The tiles themselves.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery as QueryString, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use cadastre::Viewer;
use spatial::{
    Snapshot,
    tile::{TileAddress, TileError},
};

use super::{MVT, address, tag, take_format};
use crate::{
    app::{App, State as AppState},
    auth::Caller,
    error::Error,
    etag,
    ogc::{could_be_withdrawn, known_collection},
    params::RawQuery,
};

/// Segments of the address of a collection's tile.
type CollectionTile = (String, String, String, String, String);
/// Segments of the address of a tile of the data set.
type DatasetTile = (String, String, String, String);

/// `GET …/collections/{collection}/tiles/{set}/{matrix}/{row}/{column}`.
pub(crate) async fn get_collection_tile(
    State(app): State<App>,
    caller: Caller,
    Path((collection, set, matrix, row, column)): Path<CollectionTile>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let state = app.state();
    known_collection(&state.snapshot, &collection, &caller.viewer)?;
    let address = address::parse(&set, &matrix, &row, &column)?;
    let mut raw = RawQuery::parse(query.as_deref())?;
    take_format(&mut raw, &["mvt"])?;
    raw.finish()?;
    answer(app, state, caller.viewer, address, vec![collection], headers).await
}

/// `GET …/tiles/{set}/{matrix}/{row}/{column}?collections=…`: a layer for each collection, all if none is named.
pub(crate) async fn get_dataset_tile(
    State(app): State<App>,
    caller: Caller,
    Path((set, matrix, row, column)): Path<DatasetTile>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let state = app.state();
    let address = address::parse(&set, &matrix, &row, &column)?;
    let mut raw = RawQuery::parse(query.as_deref())?;
    take_format(&mut raw, &["mvt"])?;
    let asked = raw.take("collections");
    raw.finish()?;
    let collections = selected(&state.snapshot, &caller.viewer, asked.as_deref())?;
    answer(app, state, caller.viewer, address, collections, headers).await
}

/// The collections named by `collections`, each once, or all that the viewer may know of; in one order, so that the
/// same choice is the same tile.
pub(super) fn selected(snapshot: &Snapshot, viewer: &Viewer, asked: Option<&str>) -> Result<Vec<String>, Error> {
    let known = snapshot.collection_ids(viewer).into_iter();
    let Some(asked) = asked else { return Ok(known.map(str::to_owned).collect()) };
    let refuse = |reason: String| Error::parameter("collections", reason);
    let names: Vec<&str> = asked.split(',').collect();
    for (number, name) in names.iter().enumerate() {
        if snapshot.schema(name, viewer).is_none() {
            return Err(refuse(format!("there is no collection \"{}\"", name.chars().take(60).collect::<String>())));
        }
        if names[..number].contains(name) {
            return Err(refuse(format!("\"{name}\" is given twice")));
        }
    }
    Ok(known.filter(|id| names.contains(id)).map(str::to_owned).collect())
}

async fn answer(
    app: App,
    state: Arc<AppState>,
    viewer: Viewer,
    address: TileAddress,
    collections: Vec<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    for collection in &collections {
        if could_be_withdrawn(known_collection(&state.snapshot, collection, &viewer)?, &viewer) {
            app.require_fresh()?;
        }
    }
    let is_staff = viewer.is_staff();
    let names: Vec<&str> = collections.iter().map(String::as_str).collect();
    let tag = tag::of_tile(&state, address, &names, &viewer).map_err(tile_error)?;
    let mut response = if etag::is_not_modified(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        // To move a small piece of work to another thread costs as much as the work, and so does finding its result.
        let bytes = if state.snapshot.is_light_tile(address, &names, &viewer) {
            state.snapshot.tile(address, &names, &viewer).map_err(tile_error)?.into()
        } else if is_staff {
            cut(&app, state, viewer, address, collections).await?
        } else {
            let key = (tag.clone(), address, collections.clone());
            if let Some(kept) = app.kept_tiles().get(&key) {
                kept
            } else {
                let bytes = cut(&app, state, viewer, address, collections).await?;
                app.kept_tiles().put(key, bytes.clone());
                bytes
            }
        };
        if bytes.is_empty() {
            StatusCode::NO_CONTENT.into_response()
        } else {
            ([(header::CONTENT_TYPE, MVT)], bytes).into_response()
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
    // Caches ask before they answer; what staff see is nobody else's.
    let caching = if is_staff { "private, no-cache" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("authorization, accept-encoding"));
    Ok(response)
}

/// Cuts a tile where work is done that takes CPU.
async fn cut(
    app: &App,
    state: Arc<AppState>,
    viewer: Viewer,
    address: TileAddress,
    collections: Vec<String>,
) -> Result<Bytes, Error> {
    let cut = move || {
        let names: Vec<&str> = collections.iter().map(String::as_str).collect();
        state.snapshot.tile(address, &names, &viewer)
    };
    app.heavy().run(cut).await?.map(Bytes::from).map_err(tile_error)
}

fn tile_error(error: TileError) -> Error {
    match error {
        TileError::UnknownCollection { .. } => Error::NotFound,
        error @ TileError::Encode { .. } => Error::internal(error),
    }
}
