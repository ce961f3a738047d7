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
        "paths": { "/figures": { "post": {
            "operationId": "getFigures",
            "summary": "Count what matches a filter and add up one of its numbers",
            "requestBody": { "required": true, "content": { media::JSON: { "schema": {
                "type": "object",
                "required": ["collection"],
                "additionalProperties": false,
                "properties": {
                    "collection": { "type": "string" },
                    "filter": { "type": "object", "description": "CQL2-JSON: and, =, isNull, and one s_intersects with the property geometry" },
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
