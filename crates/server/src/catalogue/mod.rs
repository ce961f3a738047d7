//! What catalogues and search engines read: DCAT-AP.de, `/sitemap.xml`, `/robots.txt`.

mod dataset;
mod dcat;
mod sitemap;

use axum::{Router, routing::get};

use crate::app::App;

/// Addresses of the catalogue, with their media types.
pub(crate) const DOCUMENTS: [(&str, &str); 2] =
    [("/dcat.jsonld", "application/ld+json"), ("/dcat.rdf", "application/rdf+xml")];

/// The routes of the catalogue.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/dcat.jsonld", get(dcat::get_json_ld))
        .route("/dcat.rdf", get(dcat::get_rdf_xml))
        .route("/sitemap.xml", get(sitemap::get_sitemap))
        .route("/sitemap/{part}", get(sitemap::get_part))
        .route("/robots.txt", get(sitemap::get_robots))
}
