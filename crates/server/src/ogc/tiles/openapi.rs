//! The tiles' part of the OpenAPI 3.0 document (OGC 20-057 § 12: operation ids end in `.getTile…`).

use serde_json::{Map, Value, json};

use super::{MVT, WEB_MERCATOR_QUAD, style::MAPBOX_STYLE};
use crate::links::media;

/// Adds paths and parameters to the document.
pub(in crate::ogc) fn add_to(document: &mut Value) {
    extend(&mut document["paths"], paths());
    extend(&mut document["components"]["parameters"], parameters());
    if let Some(tags) = document["tags"].as_array_mut() {
        tags.push(json!({ "name": "Tiles" }));
    }
}

fn extend(section: &mut Value, more: Value) {
    if let (Some(section), Value::Object(more)) = (section.as_object_mut(), more) {
        section.extend(more);
    }
}

fn paths() -> Value {
    let set = "tileMatrixSetId";
    json!({
        "/tileMatrixSets": get("getTileMatrixSetsList", "Tile matrix sets", &[], &["fOfDocument"]),
        "/tileMatrixSets/{tileMatrixSetId}": get("getTileMatrixSet", "One tile matrix set", &[set], &["fOfDocument"]),
        "/tiles": get("dataset.vector.getTileSetsList", "Tilesets of the data set", &[], &["fOfDocument"]),
        "/tiles/{tileMatrixSetId}": get("dataset.vector.getTileSet", "Tileset of the data set", &[set], &["fOfTileset"]),
        "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": tile("dataset", &[], &["collections"]),
        "/collections/{collectionId}/tiles":
            get("collection.vector.getTileSetsList", "Tilesets of a collection", &["collectionId"], &["fOfDocument"]),
        "/collections/{collectionId}/tiles/{tileMatrixSetId}":
            get("collection.vector.getTileSet", "Tileset of a collection", &["collectionId", set], &["fOfTileset"]),
        "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}":
            tile("collection", &["collectionId"], &[]),
        "/styles": get("getStyles", "Styles", &[], &["fOfDocument"]),
        "/styles/{styleId}": style(),
    })
}

fn style() -> Value {
    let summary = "Mapbox/MapLibre style that draws the tiles";
    let object = json!({ "schema": { "type": "object" } });
    let answer = json!({ "description": summary, "content": { MAPBOX_STYLE: object.clone(), media::JSON: object } });
    json!({
        "parameters": references(&["styleId"]),
        "get": operation("getStyle", summary, &["fOfDocument"], answer),
    })
}

fn references(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
}

fn operation(id: &str, summary: &str, query: &[&str], answer: Value) -> Value {
    let mut responses = Map::new();
    responses.insert("200".to_owned(), answer);
    for problem in ["400", "404", "500"] {
        responses.insert(problem.to_owned(), json!({ "$ref": "#/components/responses/problem" }));
    }
    json!({
        "operationId": id,
        "tags": ["Tiles"],
        "summary": summary,
        "parameters": references(query),
        "responses": responses,
    })
}

fn get(id: &str, summary: &str, path: &[&str], query: &[&str]) -> Value {
    let answer = json!({ "description": summary, "content": { media::JSON: { "schema": { "type": "object" } } } });
    json!({ "parameters": references(path), "get": operation(id, summary, query, answer) })
}

fn tile(of: &str, path: &[&str], query: &[&str]) -> Value {
    let answer = json!({
        "description": "Mapbox Vector Tile 2.1; a layer a collection",
        "content": { MVT: { "schema": { "type": "string", "format": "binary" } } },
    });
    let query = [&["fOfTile"], query].concat();
    let mut operation = operation(&format!("{of}.vector.getTile"), "One tile", &query, answer);
    operation["responses"]["204"] = json!({ "description": "Nothing lies here" });
    operation["responses"]["304"] = json!({ "description": "Not modified" });
    operation["responses"]["503"] = json!({ "$ref": "#/components/responses/problem" });
    let path = [path, &["tileMatrixSetId", "tileMatrix", "tileRow", "tileCol"]].concat();
    json!({ "parameters": references(&path), "get": operation })
}

fn parameters() -> Value {
    let path = |name: &str, schema: Value| json!({ "name": name, "in": "path", "required": true, "schema": schema });
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer", "minimum": 0 });
    let format = |keys: &[&str]| {
        json!({
            "name": "f", "in": "query", "required": false, "description": "Format", "style": "form", "explode": false,
            "schema": { "type": "string", "enum": keys },
        })
    };
    json!({
        "tileMatrixSetId": path("tileMatrixSetId", json!({ "type": "string", "enum": [WEB_MERCATOR_QUAD] })),
        "tileMatrix": path("tileMatrix", text.clone()),
        "tileRow": path("tileRow", number.clone()),
        "tileCol": path("tileCol", number),
        "styleId": path("styleId", text.clone()),
        "fOfDocument": format(&["json"]),
        "fOfTileset": format(&["json", "tilejson"]),
        "fOfTile": format(&["mvt"]),
        "collections": {
            "name": "collections", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "Collections to be in the tile; all if absent",
            "schema": { "type": "array", "items": text },
        },
    })
}
