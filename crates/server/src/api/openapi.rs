//! The OpenAPI 3.0 document of `/api`.

use axum::{
    extract::{RawQuery as QueryString, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{app::App, error::Error, links::media, params::RawQuery};

/// `GET /api/openapi.json`.
pub(crate) async fn get_document(State(app): State<App>, QueryString(query): QueryString) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let problem = json!({
        "description": "What is wrong (RFC 9457)",
        "content": { "application/problem+json": { "schema": { "type": "object" } } },
    });
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "baulotse – API", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "EUPL-1.2" } },
        "servers": [{ "url": format!("{}/api", app.base_url()) }],
        "paths": { "/search": { "get": search(&problem) }, "/figures": { "post": {
            "operationId": "getFigures",
            "summary": "Count what matches a filter and add up one of its numbers",
            "requestBody": { "required": true, "content": { media::JSON: { "schema": {
                "type": "object",
                "required": ["collection"],
                "additionalProperties": false,
                "properties": {
                    "collection": { "type": "string" },
                    "filter": {
                        "oneOf": [{ "type": "object" }, { "type": "boolean" }, { "type": "string" }],
                        "description": "CQL2 (OGC 21-065r2), everything if absent: an object is CQL2-JSON, a text CQL2-Text. The geometry is called geometry",
                    },
                    "filter-crs": { "type": "string", "description": "CRS of the geometries in the filter; CRS84 if absent" },
                    "sum": { "type": "string", "description": "A numeric property; official_area_m2 of parcels if absent" },
                },
            } } } },
            "responses": {
                "200": { "description": "The figures", "content": { media::JSON: { "schema": {
                    "type": "object",
                    "required": ["matched"],
                    "properties": {
                        "matched": { "type": "integer" },
                        "sum": { "type": "object", "properties": {
                            "property": { "type": "string" }, "value": { "type": "number" }, "missing": { "type": "integer" },
                        } },
                    },
                } } } },
                "400": problem, "401": problem, "404": problem, "503": problem,
            },
        } } },
    });
    Ok(([(header::CONTENT_TYPE, media::OPENAPI)], document.to_string()).into_response())
}

fn search(problem: &serde_json::Value) -> serde_json::Value {
    let parameter = |name: &str, schema: serde_json::Value, description: &str| json!({ "name": name, "in": "query", "required": name == "q", "schema": schema, "description": description });
    json!({
        "operationId": "search",
        "summary": "Find municipalities, localities, districts, streets, parcels by number, and what is listed",
        "parameters": [
            parameter("q", json!({ "type": "string", "minLength": 1, "maxLength": 200 }), "Name, address, number or key; \"Leisnig 123/4\" names the cadastral district too"),
            parameter("ags", json!({ "type": "string", "pattern": "^[0-9]{8}$" }), "Municipality whose hits come first"),
            parameter("limit", json!({ "type": "integer", "minimum": 1, "maximum": 50, "default": 10 }), "Most hits"),
            parameter("lang", json!({ "type": "string", "enum": ["de", "en"] }), "Language of the details; that of the request if absent"),
        ],
        "responses": {
            "200": { "description": "What was found, best fit first", "content": { media::JSON: { "schema": {
                "type": "object",
                "required": ["results", "truncated"],
                "properties": {
                    "results": { "type": "array", "items": {
                        "type": "object",
                        "required": ["kind", "title", "detail", "href"],
                        "properties": {
                            "kind": { "type": "string", "enum": ["municipality", "locality", "district", "street", "listing", "parcel"] },
                            "id": { "type": "string" },
                            "title": { "type": "string" },
                            "detail": { "type": "string" },
                            "href": { "type": "string", "description": "Page that shows it, or what is listed there" },
                            "bbox": { "type": "array", "items": { "type": "number" }, "minItems": 4, "maxItems": 4, "description": "CRS84: west, south, east, north" },
                        },
                    } },
                    "truncated": { "type": "boolean", "description": "There is more than was asked for" },
                },
            } } } },
            "400": problem, "503": problem,
        },
    })
}
