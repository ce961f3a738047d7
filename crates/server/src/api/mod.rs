//! `/api`: what OGC has no standard for.

mod enquiries;
mod figures;
mod nearest;
mod openapi;
mod pictures;
mod place;
mod search;

use axum::{
    Router,
    extract::DefaultBodyLimit,
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
        .route(
            "/api/pictures",
            get(pictures::get_pictures)
                .post(pictures::create_picture)
                .layer(DefaultBodyLimit::max(cadastre::picture::MAX_BYTES)),
        )
        .route(
            "/api/pictures/{id}",
            get(pictures::get_picture).patch(pictures::update_picture).delete(pictures::end_picture),
        )
        .route("/api/pictures/{id}/{file}", get(pictures::get_file))
        .route("/api/figures", post(figures::post_figures))
        .route("/api/nearest", post(nearest::post_nearest))
}
