//! The OpenAPI 3.0 document of the OGC API (OGC 17-069r4 § 7.3).
//!
//! Written by hand: clients and the CITE suite want 3.0, which no kept generator emits any more.

use axum::{extract::State, response::Response};
use cadastre::property::{Collection, Property};
use serde_json::{Map, Value, json};

use super::{DEFAULT_LIMIT, MAX_LIMIT, asked::Asked, format::Format, html::ApiPage};
use crate::{app::App, error::Error, filter::LANGUAGES, links::media};

/// `GET /ogc/api`.
pub(crate) async fn get_api(State(app): State<App>, mut asked: Asked) -> Result<Response, Error> {
    let format = asked.only_format(&[Format::OpenApi, Format::Html])?;
    let document = document(app.base_url());
    asked.answer(format, &document, || ApiPage::new(&asked, &document))
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
        "/": { "get": document_operation("getLandingPage", "Landing page", "Links to everything", media::JSON) },
        "/conformance": { "get": document_operation("getConformance", "Conformance classes", "Conformance classes", media::JSON) },
        "/api": { "get": document_operation("getApi", "This document", "OpenAPI 3.0 document", media::OPENAPI) },
        "/collections": { "get": document_operation("getCollections", "Collections", "Collections", media::JSON) },
        "/collections/{collectionId}": {
            "parameters": [reference("parameters", "collectionId")],
            "get": document_operation("getCollection", "One collection", "The collection", media::JSON),
        },
        "/collections/{collectionId}/schema": {
            "parameters": [reference("parameters", "collectionId")],
            "get": document_operation("getSchema", "What the features hold", "JSON Schema", media::SCHEMA),
        },
        "/collections/{collectionId}/queryables": {
            "parameters": [reference("parameters", "collectionId")],
            "get": document_operation("getQueryables", "What filters may name", "JSON Schema", media::SCHEMA),
        },
        "/collections/{collectionId}/sortables": {
            "parameters": [reference("parameters", "collectionId")],
            "get": document_operation("getSortables", "What features can be sorted by", "JSON Schema", media::SCHEMA),
        },
        "/collections/{collectionId}/download/{fileName}": {
            "parameters": [reference("parameters", "collectionId"), reference("parameters", "fileName")],
            "get": download_operation(),
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
            "patch": edit_operation("updateItem", "Change a part of a site: what is not sent stays", &["ifMatch"], "204", "Changed"),
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

fn operation(id: &str, tag: &str, summary: &str, parameters: &[&str], answer: &str, content: &Value) -> Value {
    json!({
        "operationId": id,
        "tags": [tag],
        "summary": summary,
        "parameters": references("parameters", parameters),
        "responses": {
            "200": { "description": answer, "content": content },
            "304": { "description": "Not modified" },
            "400": reference("responses", "problem"),
            "404": reference("responses", "problem"),
            "406": reference("responses", "problem"),
            "500": reference("responses", "problem"),
        },
    })
}

fn document_operation(id: &str, summary: &str, answer: &str, media: &str) -> Value {
    let text = json!({ "schema": { "type": "string" } });
    let content = json!({ media: { "schema": { "type": "object" } }, media::HTML: text });
    operation(id, "Capabilities", summary, &["f", "lang"], answer, &content)
}

fn items_operation() -> Value {
    let names = [
        "fOfFeatures",
        "lang",
        "limit",
        "offset",
        "cursor",
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "properties",
        "skipGeometry",
        "filter",
        "filter-lang",
        "filter-crs",
        "sortby",
    ];
    let mut operation = features_operation(
        "getItems",
        "Features of a collection",
        &names,
        "A page of features",
        &Format::OF_FEATURES,
        "featureCollection",
    );
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.extend(filter_parameters());
    }
    operation
}

fn feature_operation() -> Value {
    let names = ["fOfFeature", "lang", "crs"];
    let mut operation =
        features_operation("getItem", "One feature", &names, "The feature", &Format::OF_FEATURE, "feature");
    operation["responses"]["410"] = reference("responses", "problem");
    operation
}

fn features_operation(
    id: &str,
    summary: &str,
    parameters: &[&str],
    answer: &str,
    formats: &[Format],
    schema: &str,
) -> Value {
    let mut content = Map::new();
    for format in formats {
        let schema = match format {
            Format::GeoJson | Format::JsonFg => reference("schemas", schema),
            Format::FlatGeobuf | Format::GeoPackage => json!({ "type": "string", "format": "binary" }),
            _ => json!({ "type": "string" }),
        };
        content.insert(format.media().to_owned(), json!({ "schema": schema }));
    }
    let mut operation = operation(id, "Features", summary, parameters, answer, &Value::Object(content));
    operation["responses"]["401"] = reference("responses", "problem");
    operation["responses"]["503"] = reference("responses", "problem");
    operation
}

fn download_operation() -> Value {
    let formats = &Format::OF_DOWNLOADS;
    let mut operation = features_operation(
        "getDownload",
        "A whole collection as one file",
        &["lang"],
        "The file",
        formats,
        "featureCollection",
    );
    let responses = &mut operation["responses"];
    let content = responses["200"]["content"].clone();
    responses["206"] = json!({ "description": "A part of the file", "content": content });
    responses["416"] = json!({ "description": "There is no such part" });
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

/// The names of formats for `f`.
fn keys(formats: &[Format]) -> Value {
    let keys: Vec<&str> = formats.iter().flat_map(|format| format.keys()).copied().collect();
    json!({ "type": "string", "enum": keys })
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
            "collectionId": { "name": "collectionId", "in": "path", "required": true, "description": "Name of the collection", "example": "parcels", "schema": text },
            "fileName": { "name": "fileName", "in": "path", "required": true, "description": "Name of the collection, and the ending of a format: gpkg, fgb, geojson or csv", "example": "parcels.gpkg", "schema": text },
            "featureId": { "name": "featureId", "in": "path", "required": true, "description": "Id of the feature", "schema": text },
            "ifMatch": { "name": "If-Match", "in": "header", "required": true, "description": "ETag of the record as read", "schema": text },
            "contentCrs": { "name": "Content-Crs", "in": "header", "required": false, "description": "CRS of the coordinates sent; CRS84 if absent", "schema": text },
            "f": query_parameter("f", "Format, before what `Accept` says", &keys(&[Format::Json, Format::Html])),
            "fOfFeatures": query_parameter("f", "Format, before what `Accept` says", &keys(&Format::OF_FEATURES)),
            "fOfFeature": query_parameter("f", "Format, before what `Accept` says", &keys(&Format::OF_FEATURE)),
            "lang": query_parameter("lang", "Language of titles and pages, before what `Accept-Language` says", &json!({ "type": "string", "enum": ["de", "en"] })),
            "properties": query_parameter("properties", "Names of the properties wanted, separated by commas; all if absent", &json!({ "type": "array", "items": { "type": "string" } })),
            "filter": query_parameter("filter", "Condition in CQL2 on the queryables", &text),
            "filter-lang": query_parameter("filter-lang", "Language of the filter", &json!({ "type": "string", "enum": LANGUAGES, "default": LANGUAGES[0] })),
            "filter-crs": query_parameter("filter-crs", "CRS of the geometries in the filter; CRS84 if absent", &uri),
            "sortby": query_parameter("sortby", "Names of sortables separated by commas, each with - before it to sort downwards", &json!({ "type": "array", "items": { "type": "string" } })),
            "skipGeometry": query_parameter("skipGeometry", "Leaves the geometry out", &json!({ "type": "boolean", "default": false })),
            "limit": query_parameter("limit", "Features a page", &json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT })),
            "offset": query_parameter("offset", "Features to skip", &json!({ "type": "integer", "minimum": 0, "default": 0 })),
            "cursor": query_parameter("cursor", "Where the page begins, from a `next` link", &text),
            "bbox": query_parameter("bbox", "Box: least and greatest x and y", &json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } })),
            "bbox-crs": query_parameter("bbox-crs", "CRS of the box; CRS84 if absent", &uri),
            "crs": query_parameter("crs", "CRS of the answer; CRS84 if absent", &uri),
            "datetime": query_parameter("datetime", "Instant or interval (RFC 3339); what has no time matches any", &text),
        },
        "responses": {
            "problem": {
                "description": "What is wrong (RFC 9457)",
                "content": {
                    "application/problem+json": { "schema": reference("schemas", "problem") },
                    // For a browser, or with f=html.
                    media::HTML: { "schema": { "type": "string" } },
                },
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
        assert_eq!((all, ids.len()), (25, 25));
    }
}
