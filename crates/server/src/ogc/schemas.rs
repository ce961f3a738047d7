//! Schemas of a collection: what it returns, what can be asked of it, what it can be sorted by
//! (OGC 23-058r2; queryables also OGC 19-079r2 § 7).

use axum::{
    extract::{Path, State},
    response::Response,
};
use cadastre::ColumnKind;
use serde_json::{Map, Value, json};
use spatial::snapshot::Schema;

use super::{
    asked::Asked,
    columns::{Column, geometry_format},
    format::Format,
    html::SchemaPage,
    items::known_collection,
};
use crate::{app::App, auth::Caller, error::Error};

/// Which of the three schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What the collection returns.
    Returnables,
    /// What filters may name.
    Queryables,
    /// What `sortby` may name.
    Sortables,
}

impl Kind {
    /// Last part of the address.
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::Returnables => "schema",
            Self::Queryables => "queryables",
            Self::Sortables => "sortables",
        }
    }

    /// Link relation.
    pub(crate) fn rel(self) -> &'static str {
        match self {
            Self::Returnables => "http://www.opengis.net/def/rel/ogc/1.0/schema",
            Self::Queryables => "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            Self::Sortables => "http://www.opengis.net/def/rel/ogc/1.0/sortables",
        }
    }

    /// Key of its name in the text catalogue.
    pub(crate) fn text_key(self) -> &'static str {
        match self {
            Self::Returnables => "ogc.schema",
            Self::Queryables => "ogc.queryables",
            Self::Sortables => "ogc.sortables",
        }
    }

    /// Whether it lists a column.
    fn lists(self, column: &Column) -> bool {
        self != Self::Sortables || !column.is_list
    }
}

/// `GET …/schema`.
pub(crate) async fn get_schema(
    app: State<App>,
    caller: Caller,
    collection: Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    get(&app, &caller, &collection, asked, Kind::Returnables)
}

/// `GET …/queryables`.
pub(crate) async fn get_queryables(
    app: State<App>,
    caller: Caller,
    collection: Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    get(&app, &caller, &collection, asked, Kind::Queryables)
}

/// `GET …/sortables`.
pub(crate) async fn get_sortables(
    app: State<App>,
    caller: Caller,
    collection: Path<String>,
    asked: Asked,
) -> Result<Response, Error> {
    get(&app, &caller, &collection, asked, Kind::Sortables)
}

fn get(app: &App, caller: &Caller, collection: &str, mut asked: Asked, kind: Kind) -> Result<Response, Error> {
    let format = asked.only_format(&[Format::Schema, Format::Html])?;
    let snapshot = app.snapshot();
    let schema = known_collection(&snapshot, collection, &caller.viewer)?;
    let columns: Vec<Column> =
        Column::all(schema, &caller.viewer, asked.language).into_iter().filter(|column| kind.lists(column)).collect();
    let document = document(&asked, schema, &columns, kind);
    asked.answer(format, &document, || SchemaPage::new(&asked, schema, &columns, kind))
}

fn document(asked: &Asked, schema: Schema<'_>, columns: &[Column], kind: Kind) -> Value {
    let mut properties = Map::new();
    for (position, column) in columns.iter().enumerate() {
        properties.insert(column.name.clone(), property(asked, column, position, kind));
    }
    if kind != Kind::Sortables {
        let geometry = json!({
            "title": asked.t("ogc.geometry"),
            "format": geometry_format(schema),
            "x-ogc-role": "primary-geometry",
            "x-ogc-propertySeq": columns.len() + 1,
        });
        properties.insert("geometry".to_owned(), geometry);
    }
    let required: Vec<&str> = columns.iter().filter(|column| column.is_id).map(|column| column.name.as_str()).collect();
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}/{}", asked.collection(schema.id()), kind.segment()),
        "type": "object",
        "title": format!("{} – {}", super::collections::title_of(schema, asked.language), asked.t(kind.text_key())),
        "properties": properties,
        "additionalProperties": false,
    });
    if kind == Kind::Returnables && !required.is_empty() {
        document["required"] = json!(required);
    }
    document
}

fn property(asked: &Asked, column: &Column, position: usize, kind: Kind) -> Value {
    let mut value = of_kind(column.kind);
    let codes = column.codes(asked.language);
    if !codes.is_empty() {
        value["enum"] = codes.iter().map(|(code, _)| *code).collect();
        value["oneOf"] = codes.iter().map(|(code, label)| json!({ "const": code, "title": label })).collect();
    }
    if column.is_list {
        value = json!({ "type": "array", "items": value });
    }
    value["title"] = json!(column.title);
    value["x-ogc-propertySeq"] = json!(position + 1);
    if let Some(unit) = column.unit() {
        value["x-ogc-unit"] = json!(unit);
        value["x-ogc-unitLang"] = json!("UCUM");
    }
    if column.is_id {
        value["x-ogc-role"] = json!("id");
    } else if column.is_instant {
        value["x-ogc-role"] = json!("primary-instant");
    }
    if kind == Kind::Returnables && column.is_derived {
        value["readOnly"] = json!(true);
    }
    value
}

fn of_kind(kind: ColumnKind) -> Value {
    match kind {
        ColumnKind::Text => json!({ "type": "string" }),
        ColumnKind::Integer => json!({ "type": "integer" }),
        ColumnKind::Real => json!({ "type": "number" }),
        ColumnKind::Boolean => json!({ "type": "boolean" }),
        ColumnKind::Date => json!({ "type": "string", "format": "date" }),
        ColumnKind::Timestamp => json!({ "type": "string", "format": "date-time" }),
    }
}
