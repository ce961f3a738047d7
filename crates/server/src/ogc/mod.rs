//! OGC API: landing page, conformance, collections, features and their editing.

mod asked;
mod body;
mod byte_range;
pub(crate) mod catalogue;
mod collections;
mod columns;
mod crs_list;
mod datetime;
mod downloads;
mod edit;
pub(crate) mod export;
mod format;
mod formats;
mod html;
mod item_links;
mod items;
mod landing;
mod openapi;
mod page;
mod schemas;
pub(crate) mod tiles;

use axum::{Extension, Router, routing::get};

use crate::app::App;
pub(crate) use crs_list::listed_crs;
pub(crate) use edit::commit_error;
pub use edit::random_id;
pub(crate) use html::{AskedFor, as_page as problem_as_page};
pub(crate) use items::{could_be_withdrawn, known_collection};

/// Largest page; larger limits are clamped.
pub(crate) const MAX_LIMIT: u64 = 10_000;
/// Page without a limit.
pub(crate) const DEFAULT_LIMIT: u64 = 100;

/// The OGC routes, below `/ogc`.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/ogc", get(landing::get_landing))
        .route("/ogc/", get(landing::get_landing))
        .route("/ogc/conformance", get(landing::get_conformance))
        .route("/ogc/api", get(openapi::get_api))
        .route("/ogc/collections", get(collections::list_collections))
        .route("/ogc/collections/{collection}", get(collections::get_collection))
        .route("/ogc/collections/{collection}/schema", get(schemas::get_schema))
        .route("/ogc/collections/{collection}/queryables", get(schemas::get_queryables))
        .route("/ogc/collections/{collection}/sortables", get(schemas::get_sortables))
        .route(
            "/ogc/collections/{collection}/download/{name}",
            get(downloads::get_download).layer(Extension(downloads::Downloads::default())),
        )
        .route(
            "/ogc/collections/{collection}/items",
            get(items::list_items).post(edit::create_item).options(edit::options_items),
        )
        .route(
            "/ogc/collections/{collection}/items/{id}",
            get(items::get_item)
                .put(edit::replace_item)
                .patch(edit::update_item)
                .delete(edit::end_item)
                .options(edit::options_item),
        )
        .merge(tiles::routes())
}
