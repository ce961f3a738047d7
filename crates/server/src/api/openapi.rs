//! The OpenAPI 3.0 document of `/api`.

#[path = "openapi_pictures.rs"]
mod pictures;

use axum::{
    extract::{RawQuery as QueryString, State},
    http::header,
    response::{IntoResponse, Response},
};
use cadastre::codes::{CodeList as _, EnquiryState, EnquiryTopic};
use serde_json::json;

use super::{
    enquiries,
    figures::{MAX_GROUPS, MAX_IDS},
    nearest::MAX_COUNT,
};
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
        "paths": {
            "/search": { "get": search(&problem) },
            "/figures": { "post": figures(&problem) },
            "/nearest": { "post": nearest(&problem) },
            "/enquiries": { "get": list_enquiries(&problem) },
            "/enquiries/{number}": one_enquiry(&problem),
            "/pictures": pictures::paths(&problem),
            "/pictures/{id}": pictures::one(&problem),
            "/pictures/{id}/{file}": pictures::file(&problem),
        },
        "components": { "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } } },
    });
    Ok(([(header::CONTENT_TYPE, media::OPENAPI)], document.to_string()).into_response())
}

/// Members of a request that say which records are meant.
fn which() -> serde_json::Value {
    json!({
        "collection": { "type": "string" },
        "filter": {
            "oneOf": [{ "type": "object" }, { "type": "boolean" }, { "type": "string" }],
            "description": "CQL2 (OGC 21-065r2), everything if absent: an object is CQL2-JSON, a text CQL2-Text. The geometry is called geometry",
        },
        "filter-crs": { "type": "string", "description": "CRS of the geometries in the request; CRS84 if absent" },
    })
}

fn with(mut members: serde_json::Value, more: serde_json::Value) -> serde_json::Value {
    if let (Some(members), serde_json::Value::Object(more)) = (members.as_object_mut(), more) {
        members.extend(more);
    }
    members
}

fn figures(problem: &serde_json::Value) -> serde_json::Value {
    let asked = json!({
        "area": { "type": "object", "description": "Only what intersects this GeoJSON geometry, or {\"bbox\": […]}" },
        "buffer_m": { "type": "number", "minimum": 0, "maximum": 100_000, "description": "What comes as near to the area as so many metres" },
        "sum": { "type": "string", "description": "A numeric property; official_area_m2 of parcels if absent" },
        "groupBy": { "type": "string", "description": "A property that is no list, fraction or instant: figures for each of its values too" },
        "ids": { "type": "integer", "minimum": 0, "maximum": MAX_IDS, "default": 0, "description": "So many ids of matches, in the order of the collection" },
        "overlap": { "type": "boolean", "default": false, "description": "Add up what each match has in common with the area, in m² of the store's CRS" },
    });
    let group = json!({
        "type": "object",
        "required": ["value", "matched"],
        "properties": {
            "value": { "type": "string", "nullable": true }, "matched": { "type": "integer" }, "sum": { "type": "number" },
        },
    });
    let sum = json!({ "type": "object", "properties": {
        "property": { "type": "string" }, "value": { "type": "number" }, "missing": { "type": "integer" },
    } });
    json!({
        "operationId": "getFigures",
        "summary": "Count what matches a filter and add up one of its numbers, in groups if wanted",
        "requestBody": { "required": true, "content": { media::JSON: { "schema": {
            "type": "object",
            "required": ["collection"],
            "additionalProperties": false,
            "properties": with(which(), asked),
        } } } },
        "responses": {
            "200": { "description": "The figures", "content": { media::JSON: { "schema": {
                "type": "object",
                "required": ["matched"],
                "properties": {
                    "matched": { "type": "integer" },
                    "sum": sum,
                    "groups": { "type": "array", "items": group, "maxItems": MAX_GROUPS, "description": "By value; what is not known or not shown comes last" },
                    "ids": { "type": "array", "items": { "type": "string" } },
                    "overlap_m2": { "type": "number" },
                },
            } } } },
            "400": problem, "401": problem, "404": problem, "503": problem,
        },
    })
}

fn nearest(problem: &serde_json::Value) -> serde_json::Value {
    let asked = json!({
        "point": { "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2, "description": "Longitude and latitude (CRS84)" },
        "count": { "type": "integer", "minimum": 1, "maximum": MAX_COUNT, "default": 1 },
    });
    json!({
        "operationId": "getNearest",
        "summary": "Find what is nearest to a place, up to 1,000 km away",
        "requestBody": { "required": true, "content": { media::JSON: { "schema": {
            "type": "object",
            "required": ["collection", "point"],
            "additionalProperties": false,
            "properties": with(which(), asked),
        } } } },
        "responses": {
            "200": { "description": "The nearest first", "content": { media::JSON: { "schema": {
                "type": "object",
                "required": ["nearest"],
                "properties": { "nearest": { "type": "array", "items": {
                    "type": "object",
                    "required": ["id", "distance_m"],
                    "properties": { "id": { "type": "string" }, "distance_m": { "type": "number", "description": "0 if the place lies in it" } },
                } } },
            } } } },
            "400": problem, "401": problem, "404": problem, "503": problem,
        },
    })
}

/// Members of an enquiry in a list.
fn enquiry_summary() -> serde_json::Value {
    json!({
        "number": { "type": "string", "description": "Number of the receipt" },
        "received": { "type": "string", "format": "date-time" },
        "state": { "type": "string", "enum": EnquiryState::codes() },
        "ags": { "type": "string" },
        "topic": { "type": "string", "enum": EnquiryTopic::codes() },
        "topic_id": { "type": "string", "nullable": true, "description": "Public id of the site or building" },
        "title": { "type": "string", "description": "Title of what it is about, as the public saw it" },
        "language": { "type": "string", "enum": ["de", "en", "leicht"] },
        "erase_after": { "type": "string", "format": "date", "description": "Last day on which it is kept" },
    })
}

fn list_enquiries(problem: &serde_json::Value) -> serde_json::Value {
    let parameter = |name: &str, schema: serde_json::Value, description: &str| json!({ "name": name, "in": "query", "schema": schema, "description": description });
    json!({
        "operationId": "listEnquiries",
        "summary": "What was asked of the municipalities whose enquiries the caller answers, the newest first",
        "security": [{ "token": [] }],
        "parameters": [
            parameter("ags", json!({ "type": "string", "pattern": "^[0-9]{8}$" }), "Only those to this municipality"),
            parameter("state", json!({ "type": "string", "enum": EnquiryState::codes() }), "Only those in this state"),
            parameter("limit", json!({ "type": "integer", "minimum": 1, "maximum": enquiries::MOST, "default": enquiries::DEFAULT_LIMIT }), "Most enquiries"),
            parameter("cursor", json!({ "type": "string" }), "\"next\" of the page before"),
        ],
        "responses": {
            "200": { "description": "A page of them", "content": { media::JSON: { "schema": {
                "type": "object",
                "required": ["enquiries"],
                "properties": {
                    "enquiries": { "type": "array", "items": { "type": "object", "properties": enquiry_summary() } },
                    "next": { "type": "string", "description": "cursor of the next page, if there is one" },
                },
            } } } },
            "400": problem, "401": problem, "403": problem, "503": problem,
        },
    })
}

fn one_enquiry(problem: &serde_json::Value) -> serde_json::Value {
    let person = |description: &str| json!({ "type": "string", "nullable": true, "description": description });
    let whole = json!({
        "name": person("Who asks, if they said so"),
        "mail": person("Address to answer to"),
        "phone": person("Number to answer to"),
        "message": { "type": "string" },
    });
    let whole = json!({ "description": "The enquiry", "content": { media::JSON: { "schema": {
        "type": "object", "properties": with(enquiry_summary(), whole),
    } } } });
    let security = json!([{ "token": [] }]);
    let change = json!({
        "type": "object",
        "required": ["state"],
        "additionalProperties": false,
        "properties": { "state": { "type": "string", "enum": EnquiryState::codes() } },
    });
    json!({
        "parameters": [{ "name": "number", "in": "path", "required": true, "schema": { "type": "string" } }],
        "get": {
            "operationId": "getEnquiry",
            "summary": "Read an enquiry",
            "security": security,
            "responses": { "200": whole, "401": problem, "403": problem, "404": problem, "503": problem },
        },
        "patch": {
            "operationId": "updateEnquiry",
            "summary": "Say how far an enquiry is; once closed it is kept for a shorter time",
            "security": security,
            "requestBody": { "required": true, "content": { media::JSON: { "schema": change } } },
            "responses": {
                "200": whole, "400": problem, "401": problem, "403": problem, "404": problem, "503": problem,
            },
        },
        "delete": {
            "operationId": "eraseEnquiry",
            "summary": "Erase an enquiry; nothing is left of it",
            "security": security,
            "responses": {
                "204": { "description": "Erased" },
                "401": problem, "403": problem, "404": problem, "503": problem,
            },
        },
    })
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
            parameter("lang", json!({ "type": "string", "enum": ["de", "en", "leicht"] }), "Language of the details; that of the request if absent"),
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
