//! Tilesets: what tiles there are of a collection and of the data set, and how they are asked for.

use axum::{
    Json,
    extract::{Path, RawQuery as QueryString, State},
};
use cadastre::{
    Viewer,
    property::Collection,
    texts::{Language, find},
};
use serde_json::{Map, Value, json};
use spatial::{
    Snapshot,
    snapshot::Schema,
    tile::{ATTRIBUTES, MAX_ZOOM, first_zoom, tiles_a_side},
};

use super::{
    MVT, TILING_SCHEME, WEB_MERCATOR_QUAD, known_set, link,
    matrix_sets::{CRS, TITLE, URI},
    only_json, take_format, tilejson,
};
use crate::{
    app::App,
    auth::Caller,
    error::Error,
    links::{encode, media},
    ogc::{collections::padded, could_be_withdrawn, known_collection},
    params::RawQuery,
};

const DATASET_TITLE: &str = "baulotse – alle Sammlungen (all collections)";

/// The tiles of a collection, or of several, as the caller may know them.
pub(super) struct Tileset<'s> {
    pub(super) title: String,
    /// Address of the resource that has the tiles.
    pub(super) of: String,
    pub(super) layers: Vec<TilesetLayer<'s>>,
}

pub(super) struct TilesetLayer<'s> {
    pub(super) schema: Schema<'s>,
    /// Box in CRS84 around what is shown.
    pub(super) extent: Option<[f64; 4]>,
}

/// `GET …/tiles`.
pub(crate) async fn list_dataset_tilesets(
    State(app): State<App>,
    QueryString(query): QueryString,
) -> Result<Json<Value>, Error> {
    only_json(query.as_deref())?;
    Ok(Json(list(&app, &format!("{}/ogc", app.base_url()), DATASET_TITLE)))
}

/// `GET …/collections/{collection}/tiles`.
pub(crate) async fn list_collection_tilesets(
    State(app): State<App>,
    caller: Caller,
    Path(collection): Path<String>,
    QueryString(query): QueryString,
) -> Result<Json<Value>, Error> {
    only_json(query.as_deref())?;
    let snapshot = app.snapshot();
    let schema = known_collection(&snapshot, &collection, &caller.viewer)?;
    Ok(Json(list(&app, &of_collection(&app, &collection), &title(schema))))
}

/// `GET …/tiles/{set}`: JSON, or TileJSON with `f=tilejson`.
pub(crate) async fn get_dataset_tileset(
    State(app): State<App>,
    caller: Caller,
    Path(set): Path<String>,
    QueryString(query): QueryString,
) -> Result<Json<Value>, Error> {
    let format = format(&set, query.as_deref())?;
    let snapshot = app.snapshot();
    let layers = snapshot.collection_ids(&caller.viewer).into_iter();
    let layers = layers.filter_map(|id| layer(&app, &snapshot, id, &caller.viewer)).collect();
    let tileset = Tileset { title: DATASET_TITLE.to_owned(), of: format!("{}/ogc", app.base_url()), layers };
    Ok(Json(describe(&app, &snapshot, &tileset, format)))
}

/// `GET …/collections/{collection}/tiles/{set}`: JSON, or TileJSON with `f=tilejson`.
pub(crate) async fn get_collection_tileset(
    State(app): State<App>,
    caller: Caller,
    Path((collection, set)): Path<(String, String)>,
    QueryString(query): QueryString,
) -> Result<Json<Value>, Error> {
    let snapshot = app.snapshot();
    let schema = known_collection(&snapshot, &collection, &caller.viewer)?;
    let format = format(&set, query.as_deref())?;
    let layers = layer(&app, &snapshot, &collection, &caller.viewer).into_iter().collect();
    let tileset = Tileset { title: title(schema), of: of_collection(&app, &collection), layers };
    Ok(Json(describe(&app, &snapshot, &tileset, format)))
}

fn of_collection(app: &App, collection: &str) -> String {
    format!("{}/ogc/collections/{}", app.base_url(), encode(collection))
}

fn format(set: &str, query: Option<&str>) -> Result<&'static str, Error> {
    let mut raw = RawQuery::parse(query)?;
    let format = take_format(&mut raw, &["json", "tilejson"])?;
    raw.finish()?;
    known_set(set)?;
    Ok(format)
}

fn layer<'s>(app: &App, snapshot: &'s Snapshot, id: &str, viewer: &Viewer) -> Option<TilesetLayer<'s>> {
    let info = snapshot.collection(id, viewer)?;
    // What could have been withdrawn is not even located while the journal is out of reach.
    let is_shown = !could_be_withdrawn(info.schema, viewer) || app.require_fresh().is_ok();
    Some(TilesetLayer { schema: info.schema, extent: info.extent.filter(|_| is_shown).map(padded) })
}

/// Title of a collection.
pub(super) fn title(schema: Schema<'_>) -> String {
    match schema {
        Schema::Typed(collection) => {
            let key = format!("collection.{}.title", collection.name());
            find(&key, Language::German).unwrap_or_default().to_owned()
        }
        Schema::Layer(layer) => layer.title.clone(),
    }
}

fn list(app: &App, of: &str, title: &str) -> Value {
    let at = format!("{of}/tiles");
    json!({
        "tilesets": [{
            "title": title,
            "dataType": "vector",
            "crs": CRS,
            "tileMatrixSetURI": URI,
            "links": [
                link(format!("{at}/{WEB_MERCATOR_QUAD}"), "self", media::JSON, title),
                scheme_link(app),
            ],
        }],
        "links": [link(at, "self", media::JSON, "This document")],
    })
}

fn scheme_link(app: &App) -> Value {
    link(format!("{}/ogc/tileMatrixSets/{WEB_MERCATOR_QUAD}", app.base_url()), TILING_SCHEME, media::JSON, TITLE)
}

fn describe(app: &App, snapshot: &Snapshot, tileset: &Tileset<'_>, format: &str) -> Value {
    if format == "tilejson" { tilejson::document(snapshot, tileset) } else { metadata(app, tileset) }
}

fn metadata(app: &App, tileset: &Tileset<'_>) -> Value {
    let at = format!("{}/tiles/{WEB_MERCATOR_QUAD}", tileset.of);
    let mut item = link(format!("{at}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"), "item", MVT, "Mapbox vector tiles");
    item["templated"] = true.into();
    let mut document = json!({
        "title": tileset.title,
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": URI,
        "tileMatrixSetLimits": limits(),
        "layers": tileset.layers.iter().map(layer_metadata).collect::<Vec<_>>(),
        "links": [
            link(at.clone(), "self", media::JSON, "This document"),
            link(format!("{at}?f=tilejson"), "alternate", media::JSON, "TileJSON"),
            item,
            scheme_link(app),
            link(tileset.of.clone(), "http://www.opengis.net/def/rel/ogc/1.0/geodata", media::JSON, &tileset.title),
        ],
    });
    if let Some([west, south, east, north]) = tileset.bounds() {
        document["boundingBox"] = json!({
            "lowerLeft": [west, south], "upperRight": [east, north], "crs": spatial::Crs::CRS84.uri(),
        });
    }
    document
}

/// Every tile of the matrix set may be asked for: where nothing is, the answer is 204. So the limits do not tell
/// where data are, and do not change with them; the bounding box does.
fn limits() -> Vec<Value> {
    let of_matrix = |zoom: u8| {
        let last = tiles_a_side(zoom) - 1;
        json!({
            "tileMatrix": zoom.to_string(),
            "minTileRow": 0, "maxTileRow": last, "minTileCol": 0, "maxTileCol": last,
        })
    };
    (0..=MAX_ZOOM).map(of_matrix).collect()
}

fn layer_metadata(layer: &TilesetLayer<'_>) -> Value {
    let properties: Map<String, Value> = attributes(layer.schema)
        .map(|name| (name.to_owned(), json!({ "type": if name == "count" { "integer" } else { "string" } })))
        .collect();
    json!({
        "id": layer.schema.id(),
        "title": title(layer.schema),
        "dataType": "vector",
        "minTileMatrix": first_zoom(layer.schema).to_string(),
        "maxTileMatrix": MAX_ZOOM.to_string(),
        "propertiesSchema": { "type": "object", "properties": properties },
    })
}

/// Attributes that features of a collection may carry.
pub(super) fn attributes(schema: Schema<'_>) -> impl Iterator<Item = &'static str> {
    ATTRIBUTES.into_iter().filter(move |name| match (schema, *name) {
        (_, "id") | (Schema::Typed(Collection::Sites), _) => true,
        (Schema::Typed(Collection::Parcels), name) => name == "area_class",
        (Schema::Typed(Collection::Buildings), name) => name == "status",
        (Schema::Typed(_), _) => false,
        (Schema::Layer(layer), "type" | "status") => layer.columns.iter().any(|column| column.name == *name),
        (Schema::Layer(_), name) => name == "count",
    })
}

impl Tileset<'_> {
    /// Box in CRS84 around all layers.
    pub(super) fn bounds(&self) -> Option<[f64; 4]> {
        let extents = self.layers.iter().filter_map(|layer| layer.extent);
        extents.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }
}
