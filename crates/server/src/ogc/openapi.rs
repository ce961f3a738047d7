//! The OpenAPI 3.0 document of the OGC API (OGC 17-069r4 § 7.3).
//!
//! Written by hand: clients and the CITE suite want 3.0, which no kept generator emits any more.

use axum::{
    extract::{RawQuery as QueryString, State},
    http::header,
    response::{IntoResponse, Response},
};
use cadastre::property::{Collection, Property};
use serde_json::{Map, Value, json};

use super::{DEFAULT_LIMIT, MAX_LIMIT, landing::only_json};
use crate::{app::App, error::Error, links::media};

/// `GET /ogc/api`.
pub(crate) async fn get_api(State(app): State<App>, QueryString(query): QueryString) -> Result<Response, Error> {
    only_json(query.as_deref())?;
    Ok(([(header::CONTENT_TYPE, media::OPENAPI)], document(app.base_url()).to_string()).into_response())
}

fn document(base_url: &str) -> Value {
    let mut document = json!({
        "openapi": "3.0.3",
        "info": {
            "title": "baulotse – OGC API",
            "description": "Vacancy and building-land cadastre: parcels, sites, buildings and districts as OGC API – Features.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "EUPL-1.2" },
        },
        "servers": [{ "url": format!("{base_url}/ogc") }],
        "tags": [{ "name": "Capabilities" }, { "name": "Features" }, { "name": "Editing" }],
        "paths": paths(),
        "components": components(),
    });
    super::tiles::openapi::add_to(&mut document);
    document
}

fn paths() -> Value {
    json!({
        "/": { "get": operation("getLandingPage", "Capabilities", "Landing page", &["f"], "Links to everything") },
        "/conformance": { "get": operation("getConformance", "Capabilities", "Conformance classes", &["f"], "Conformance classes") },
        "/api": { "get": operation("getApi", "Capabilities", "This document", &["f"], "OpenAPI 3.0 document") },
        "/collections": { "get": operation("getCollections", "Capabilities", "Collections", &["f"], "Collections") },
        "/collections/{collectionId}": {
            "parameters": [reference("parameters", "collectionId")],
            "get": operation("getCollection", "Capabilities", "One collection", &["f"], "The collection"),
        },
        "/collections/{collectionId}/items": {
            "parameters": [reference("parameters", "collectionId")],
            "get": items_operation(),
            "post": edit_operation("createItem", "Create a site", &[], "201", "Created"),
        },
        "/collections/{collectionId}/items/{featureId}": {
            "parameters": [reference("parameters", "collectionId"), reference("parameters", "featureId")],
            "get": feature_operation(),
            "put": edit_operation("replaceItem", "Replace a site", &["ifMatch"], "204", "Replaced"),
            "delete": end_operation(),
        },
    })
}

fn reference(section: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{section}/{name}") })
}

fn references(section: &str, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| reference(section, name)).collect()
}

fn operation(id: &str, tag: &str, summary: &str, parameters: &[&str], answer: &str) -> Value {
    json!({
        "operationId": id,
        "tags": [tag],
        "summary": summary,
        "parameters": references("parameters", parameters),
        "responses": {
            "200": { "description": answer, "content": { media::JSON: { "schema": { "type": "object" } } } },
            "400": reference("responses", "problem"),
            "404": reference("responses", "problem"),
            "500": reference("responses", "problem"),
        },
    })
}

fn items_operation() -> Value {
    let names = ["f", "limit", "offset", "cursor", "bbox", "bbox-crs", "crs", "datetime"];
    let mut parameters = references("parameters", &names);
    parameters.extend(filter_parameters());
    let mut operation =
        geojson_operation("getItems", "Features of a collection", "A page of features", "featureCollection");
    operation["parameters"] = Value::Array(parameters);
    operation
}

fn feature_operation() -> Value {
    let mut operation = geojson_operation("getItem", "One feature", "The feature", "feature");
    operation["parameters"] = Value::Array(references("parameters", &["f", "crs"]));
    operation["responses"]["304"] = json!({ "description": "Not modified" });
    operation["responses"]["410"] = reference("responses", "problem");
    operation
}

fn geojson_operation(id: &str, summary: &str, answer: &str, schema: &str) -> Value {
    let mut operation = operation(id, "Features", summary, &[], answer);
    operation["responses"]["200"]["content"] = json!({ media::GEOJSON: { "schema": reference("schemas", schema) } });
    operation["responses"]["503"] = reference("responses", "problem");
    operation
}

fn edit_operation(id: &str, summary: &str, parameters: &[&str], status: &str, answer: &str) -> Value {
    json!({
        "operationId": id,
        "tags": ["Editing"],
        "summary": summary,
        "description": "Collection `sites` only. Properties as in the collection's table; unknown and derived ones are refused.",
        "security": [{ "bearer": [] }],
        "parameters": references("parameters", &[parameters, &["contentCrs"]].concat()),
        "requestBody": {
            "required": true,
            "content": { media::GEOJSON: { "schema": reference("schemas", "feature") } },
        },
        "responses": edit_responses(status, answer),
    })
}

fn end_operation() -> Value {
    json!({
        "operationId": "endItem",
        "tags": ["Editing"],
        "summary": "End a site; its history stays",
        "security": [{ "bearer": [] }],
        "parameters": references("parameters", &["ifMatch"]),
        "responses": edit_responses("204", "Ended"),
    })
}

fn edit_responses(status: &str, answer: &str) -> Value {
    let mut responses = Map::new();
    responses.insert(status.to_owned(), json!({ "description": answer }));
    for problem in ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428", "503"] {
        responses.insert(problem.to_owned(), reference("responses", "problem"));
    }
    Value::Object(responses)
}

/// One query parameter for every property a public filter may name; which collection has which is checked.
fn filter_parameters() -> Vec<Value> {
    filterable()
        .into_iter()
        .map(|property| {
            json!({
                "name": property.name,
                "in": "query",
                "required": false,
                "schema": property_schema(property),
            })
        })
        .collect()
}

fn filterable() -> Vec<&'static Property> {
    let mut properties: Vec<&Property> = Vec::new();
    for property in Collection::ALL.iter().flat_map(|collection| collection.properties()) {
        let known = properties.iter().any(|earlier| earlier.name == property.name);
        if property.is_ever_public() && !property.list && !known {
            properties.push(property);
        }
    }
    properties
}

fn property_schema(property: &Property) -> Value {
    use cadastre::ColumnKind;
    match property.kind {
        ColumnKind::Text => json!({ "type": "string" }),
        ColumnKind::Integer => json!({ "type": "integer" }),
        ColumnKind::Real => json!({ "type": "number" }),
        ColumnKind::Boolean => json!({ "type": "boolean" }),
        ColumnKind::Date => json!({ "type": "string", "format": "date" }),
        ColumnKind::Timestamp => json!({ "type": "string", "format": "date-time" }),
    }
}

fn query_parameter(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema, "style": "form", "explode": false })
}

fn components() -> Value {
    let text = json!({ "type": "string" });
    let uri = json!({ "type": "string", "format": "uri" });
    json!({
        "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        "parameters": {
            "collectionId": { "name": "collectionId", "in": "path", "required": true, "schema": text },
            "featureId": { "name": "featureId", "in": "path", "required": true, "schema": text },
            "ifMatch": { "name": "If-Match", "in": "header", "required": true, "description": "ETag of the record as read", "schema": text },
            "contentCrs": { "name": "Content-Crs", "in": "header", "required": false, "description": "CRS of the coordinates sent; CRS84 if absent", "schema": text },
            "f": query_parameter("f", "Format", &json!({ "type": "string", "enum": ["json", "geojson"] })),
            "limit": query_parameter("limit", "Features a page", &json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT })),
            "offset": query_parameter("offset", "Features to skip", &json!({ "type": "integer", "minimum": 0, "default": 0 })),
            "cursor": query_parameter("cursor", "Where the page begins, from a `next` link", &text),
            "bbox": query_parameter("bbox", "Box: least and greatest x and y", &json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } })),
            "bbox-crs": query_parameter("bbox-crs", "CRS of the box; CRS84 if absent", &uri),
            "crs": query_parameter("crs", "CRS of the answer; CRS84 if absent", &uri),
            "datetime": query_parameter("datetime", "Instant or interval (RFC 3339); the features have no time of their own, so all match", &text),
        },
        "responses": {
            "problem": {
                "description": "What is wrong (RFC 9457)",
                "content": { "application/problem+json": { "schema": reference("schemas", "problem") } },
            },
        },
        "schemas": {
            "featureCollection": {
                "type": "object",
                "required": ["type", "features"],
                "properties": {
                    "type": { "type": "string", "enum": ["FeatureCollection"] },
                    "features": { "type": "array", "items": reference("schemas", "feature") },
                    "links": { "type": "array", "items": { "type": "object" } },
                    "numberMatched": { "type": "integer", "minimum": 0 },
                    "numberReturned": { "type": "integer", "minimum": 0 },
                },
            },
            "feature": {
                "type": "object",
                "required": ["type", "geometry", "properties"],
                "properties": {
                    "type": { "type": "string", "enum": ["Feature"] },
                    "id": text,
                    "geometry": { "type": "object", "nullable": true },
                    "properties": { "type": "object", "nullable": true },
                    "links": { "type": "array", "items": { "type": "object" } },
                },
            },
            "problem": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": text,
                    "title": text,
                    "status": { "type": "integer" },
                    "detail": text,
                    "parameter": text,
                    "problems": {
                        "type": "array",
                        "items": { "type": "object", "properties": { "field": text, "reason": text } },
                    },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::document;

    /// Every `$ref` points to something, and every operation has its own id.
    #[test]
    fn the_document_hangs_together() {
        let document = document("http://127.0.0.1:8080");
        let text = document.to_string();
        let references: Vec<&str> =
            text.split("\"$ref\":\"#").skip(1).filter_map(|part| part.split('"').next()).collect();
        assert!(references.len() > 30);
        for reference in references {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
        let mut ids: Vec<&str> =
            text.split("\"operationId\":\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((all, ids.len()), (20, 20));
    }
}
