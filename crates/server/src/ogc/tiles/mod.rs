//! OGC API – Tiles 1.0 (OGC 20-057): vector tiles of every collection and of the whole data set.

mod address;
mod kept;
mod matrix_sets;
pub(super) mod openapi;
mod style;
mod tag;
mod tile;
mod tilejson;
mod tilesets;

pub(crate) use kept::KeptTiles;

use axum::{Router, routing::get};
use serde_json::{Value, json};

use crate::{
    app::App,
    error::Error,
    links::{Link, encode, media},
    params::RawQuery,
};

/// Conformance classes of the tiles.
pub(super) const CONFORMS_TO: [&str; 10] = [
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
];

const TILESETS_VECTOR: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
const TILING_SCHEMES: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";
const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
const STYLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/styles";

const MVT: &str = "application/vnd.mapbox-vector-tile";

/// The tile matrix set that tiles are cut in.
const WEB_MERCATOR_QUAD: &str = "WebMercatorQuad";

/// The routes, below `/ogc`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/ogc/tileMatrixSets", get(matrix_sets::list_matrix_sets))
        .route("/ogc/tileMatrixSets/{set}", get(matrix_sets::get_matrix_set))
        .route("/ogc/tiles", get(tilesets::list_dataset_tilesets))
        .route("/ogc/tiles/{set}", get(tilesets::get_dataset_tileset))
        .route("/ogc/tiles/{set}/{matrix}/{row}/{column}", get(tile::get_dataset_tile))
        .route("/ogc/collections/{collection}/tiles", get(tilesets::list_collection_tilesets))
        .route("/ogc/collections/{collection}/tiles/{set}", get(tilesets::get_collection_tileset))
        .route("/ogc/collections/{collection}/tiles/{set}/{matrix}/{row}/{column}", get(tile::get_collection_tile))
        .route("/ogc/styles", get(style::list_styles))
        .route("/ogc/styles/{style}", get(style::get_style))
}

/// Links from the landing page.
pub(super) fn landing_links(base_url: &str) -> [Link; 3] {
    let at = |path: &str| format!("{base_url}/ogc/{path}");
    [
        Link::new(at("tiles"), TILESETS_VECTOR, media::JSON, "Vector tiles of the data set"),
        Link::new(at("tileMatrixSets"), TILING_SCHEMES, media::JSON, "Tile matrix sets"),
        Link::new(at("styles"), STYLES, media::JSON, "Styles"),
    ]
}

/// Link from a collection.
pub(super) fn collection_link(base_url: &str, collection: &str) -> Link {
    let href = format!("{base_url}/ogc/collections/{}/tiles", encode(collection));
    Link::new(href, TILESETS_VECTOR, media::JSON, "Vector tiles of the collection")
}

/// A link as JSON.
fn link(href: impl Into<String>, rel: &str, media: &str, title: &str) -> Value {
    json!({ "href": href.into(), "rel": rel, "type": media, "title": title })
}

/// Takes `f` where JSON is the only format, and refuses every other parameter.
fn only_json(query: Option<&str>) -> Result<(), Error> {
    let mut raw = RawQuery::parse(query)?;
    take_format(&mut raw, &["json"])?;
    raw.finish()
}

/// Takes `f`, which must be one of these; the first if it is not given.
fn take_format(raw: &mut RawQuery, formats: &[&'static str]) -> Result<&'static str, Error> {
    let parse = |text: &str| {
        let found = formats.iter().find(|format| **format == text).copied();
        found.ok_or_else(|| format!("must be one of {}", formats.join(", ")))
    };
    Ok(raw.take_parsed("f", parse)?.or(formats.first().copied()).unwrap_or_default())
}

/// The same 404 for every tile matrix set that tiles are not cut in.
fn known_set(set: &str) -> Result<(), Error> {
    if set == WEB_MERCATOR_QUAD { Ok(()) } else { Err(Error::NotFound) }
}
