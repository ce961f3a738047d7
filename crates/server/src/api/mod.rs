//! `/api`: what OGC has no standard for.

mod enquiries;
mod figures;
mod nearest;
mod openapi;
mod place;
mod search;

use axum::{
    Router,
    routing::{get, post},
};

use crate::app::App;

/// The routes below `/api`.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/openapi.json", get(openapi::get_document))
        .route("/api/search", get(search::get_search))
        .route("/api/enquiries", get(enquiries::get_enquiries))
        .route(
            "/api/enquiries/{number}",
            get(enquiries::get_enquiry).patch(enquiries::update_enquiry).delete(enquiries::erase_enquiry),
        )
        .route("/api/figures", post(figures::post_figures))
        .route("/api/nearest", post(nearest::post_nearest))
}
