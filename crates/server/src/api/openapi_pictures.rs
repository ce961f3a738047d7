//! The part of the OpenAPI document that is about pictures.

use cadastre::{
    codes::{CodeList as _, PictureSubject},
    licence::LICENCES,
    picture::{LONGEST_ALT, LONGEST_AUTHOR},
};
use serde_json::{Value, json};

use crate::links::media;

/// What can be said of a picture.
fn fields() -> Vec<(&'static str, Value, &'static str)> {
    let licences: Vec<&str> = LICENCES.iter().map(|licence| licence.code).collect();
    vec![
        ("alt", json!({ "type": "string", "maxLength": LONGEST_ALT }), "German alternative text"),
        ("alt_en", json!({ "type": "string", "maxLength": LONGEST_ALT, "nullable": true }), "English alternative text"),
        ("author", json!({ "type": "string", "maxLength": LONGEST_AUTHOR }), "Whom to name as author"),
        ("licence", json!({ "type": "string", "enum": licences }), "Licence"),
        ("taken_on", json!({ "type": "string", "format": "date", "nullable": true }), "Day it was taken"),
        (
            "released",
            json!({ "type": "boolean", "default": false }),
            "Somebody has looked: no person, no number plate, no inside of a home. Until then only staff see it",
        ),
        (
            "position",
            json!({ "type": "integer", "minimum": 0, "maximum": 999 }),
            "Place among the pictures of the same subject; behind them if absent",
        ),
    ]
}

fn parameter(name: &str, schema: &Value, description: &str, is_required: bool) -> Value {
    json!({ "name": name, "in": "query", "required": is_required, "schema": schema, "description": description })
}

fn subject() -> Vec<Value> {
    let id = json!({ "type": "string" });
    vec![
        parameter("site", &id, "Id of the site; this or building", false),
        parameter("building", &id, "Id of the building, which must have a vacancy record; this or site", false),
    ]
}

fn picture() -> Value {
    let size = json!({ "type": "integer", "minimum": 1 });
    let mut properties = json!({
        "id": { "type": "string" },
        "subject": { "type": "string", "enum": PictureSubject::codes() },
        "subject_id": { "type": "string" },
        "files": { "type": "array", "description": "JPEG, the smallest first", "items": {
            "type": "object", "properties": { "href": { "type": "string" }, "width": size, "height": size },
        } },
    });
    for (name, schema, _) in fields() {
        properties[name] = schema;
    }
    json!({ "type": "object", "properties": properties })
}

fn described(description: &str) -> Value {
    json!({ "description": description, "content": { media::JSON: { "schema": picture() } } })
}

fn not_modified() -> Value {
    json!({ "description": "What If-None-Match names is still the answer" })
}

/// `/api/pictures`.
pub(super) fn paths(problem: &Value) -> Value {
    let binary = json!({ "schema": { "type": "string", "format": "binary" } });
    let required = ["alt", "author", "licence"];
    let said = fields()
        .into_iter()
        .map(|(name, schema, description)| parameter(name, &schema, description, required.contains(&name)));
    json!({
        "get": {
            "operationId": "listPictures",
            "summary": "The pictures of a site or building that the caller sees, in their order",
            "parameters": subject(),
            "responses": {
                "200": { "description": "The pictures", "content": { media::JSON: { "schema": {
                    "type": "object", "properties": { "pictures": { "type": "array", "items": picture() } },
                } } } },
                "304": not_modified(), "400": problem, "401": problem, "404": problem, "503": problem,
            },
        },
        "post": {
            "operationId": "addPicture",
            "summary": "Add a picture; of the file only the upright pixels are kept, in up to three widths",
            "security": [{ "token": [] }],
            "parameters": subject().into_iter().chain(said).collect::<Vec<_>>(),
            "requestBody": { "required": true, "description": "The file, at most 16 MiB and 50 million pixels", "content": {
                "image/jpeg": binary, "image/png": binary, "image/webp": binary, "application/octet-stream": binary,
            } },
            "responses": {
                "201": described("Added; Location and ETag say where it is and at what state"),
                "400": problem, "401": problem, "403": problem, "404": problem, "413": problem, "415": problem,
                "422": problem, "503": problem,
            },
        },
    })
}

/// `/api/pictures/{id}`.
pub(super) fn one(problem: &Value) -> Value {
    let if_match = json!({
        "name": "If-Match", "in": "header", "required": true, "schema": { "type": "string" },
        "description": "ETag of the picture as it was read",
    });
    let mut change = json!({});
    for (name, schema, description) in fields() {
        change[name] = schema;
        change[name]["description"] = json!(description);
    }
    json!({
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "get": {
            "operationId": "getPicture",
            "summary": "What is said of a picture",
            "responses": {
                "200": described("The picture; ETag is what a change of it names"), "304": not_modified(),
                "401": problem, "404": problem, "503": problem,
            },
        },
        "patch": {
            "operationId": "updatePicture",
            "summary": "Change what is said of a picture; null empties what may be empty",
            "security": [{ "token": [] }],
            "parameters": [if_match],
            "requestBody": { "required": true, "content": { media::JSON: { "schema": {
                "type": "object", "additionalProperties": false, "properties": change,
            } } } },
            "responses": {
                "200": described("The picture as it is now"), "400": problem, "401": problem, "403": problem,
                "404": problem, "412": problem, "422": problem, "428": problem, "503": problem,
            },
        },
        "delete": {
            "operationId": "removePicture",
            "summary": "Remove a picture; its files are erased",
            "security": [{ "token": [] }],
            "parameters": [if_match],
            "responses": {
                "204": { "description": "Removed" },
                "400": problem, "401": problem, "403": problem, "404": problem, "412": problem, "428": problem,
                "503": problem,
            },
        },
    })
}

/// `/api/pictures/{id}/{file}`.
pub(super) fn file(problem: &Value) -> Value {
    json!({
        "parameters": [
            { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
            { "name": "file", "in": "path", "required": true, "schema": { "type": "string", "pattern": "^[1-9][0-9]*\\.jpg$" } },
        ],
        "get": {
            "operationId": "getPictureFile",
            "summary": "The picture in a width that it is kept in, such as 800.jpg",
            "responses": {
                "200": { "description": "The file", "content": {
                    "image/jpeg": { "schema": { "type": "string", "format": "binary" } },
                } },
                "304": not_modified(), "401": problem, "404": problem, "503": problem,
            },
        },
    })
}
