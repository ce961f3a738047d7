//! Layers and their features: one real table a layer, with the layer's own columns.

use std::{collections::HashSet, fmt::Write as _, sync::LazyLock};

use cadastre::{
    Kind, Value,
    codes::CodeList,
    record::{self, Feature, Layer},
};
use sha2::{Digest, Sha256};

use super::{
    Column, Fields, Holds, Row, RowError, Shape, Table,
    fields::{json, text},
};

pub(super) static LAYER: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Layer,
        "layer",
        "name",
        vec![
            Column::required("title", Holds::Text),
            Column::required("visibility", Holds::Text),
            Column::required("columns", Holds::Json),
            Column::new("attribution", Holds::Text),
        ],
        Shape::None,
    )
});

pub(super) fn layer_row(record: Layer) -> Row {
    Row {
        key: record.name,
        values: vec![
            Value::text(record.title),
            Value::text(record.visibility.code()),
            json(&record.columns),
            text(record.attribution),
        ],
        geometry: None,
    }
}

pub(super) fn layer(fields: &mut Fields<'_>) -> Result<Layer, RowError> {
    Ok(Layer {
        name: fields.key(),
        title: fields.required_string()?,
        visibility: fields.required_code()?,
        columns: fields.required_json()?,
        attribution: fields.string()?,
    })
}

/// The table of a layer's features; `names` are its columns in the table, one each of `columns`.
pub(crate) fn feature_table(layer: &str, columns: &[record::Column], names: Vec<String>) -> Table {
    let columns = columns
        .iter()
        .zip(names)
        .map(|(column, name)| Column { name, holds: column.kind.into(), required: false, is_personal: false })
        .collect();
    Table {
        kind: Kind::Feature(layer.into()),
        name: table_name(layer),
        key: "feature_id",
        columns,
        shape: Shape::Any { required: false },
    }
}

pub(super) fn feature(name: &str, table: &Table, fields: &mut Fields<'_>) -> Result<Feature, RowError> {
    let mut values = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        values.push(match column.holds {
            Holds::Text | Holds::Json | Holds::Geometry | Holds::Bytes => fields.value_of(cadastre::ColumnKind::Text),
            Holds::Integer => fields.value_of(cadastre::ColumnKind::Integer),
            Holds::Real => fields.value_of(cadastre::ColumnKind::Real),
            Holds::Boolean => fields.value_of(cadastre::ColumnKind::Boolean),
            Holds::Date => fields.value_of(cadastre::ColumnKind::Date),
            Holds::Timestamp => fields.value_of(cadastre::ColumnKind::Timestamp),
        }?);
    }
    Ok(Feature { layer: name.into(), feature_id: fields.key().into(), values, geometry: fields.geometry() })
}

/// Longest name of a layer that is taken as it is: with every suffix of an index it stays below the 63
/// bytes to which PostgreSQL cuts names.
const MAX_PLAIN: usize = 40;

/// Name of the table of a layer: `layer_<name>`; names that are long, or could be taken for another
/// layer's history or index, end in eight digits of their hash instead.
pub(crate) fn table_name(layer: &str) -> String {
    let tail = layer.rsplit('_').next().unwrap_or_default();
    let looks_hashed = tail.len() == 8 && tail.bytes().all(|b| b.is_ascii_hexdigit());
    let looks_derived = layer.ends_with("history") || layer.ends_with("_idx");
    if layer.len() <= MAX_PLAIN && !looks_derived && !looks_hashed {
        return format!("layer_{layer}");
    }
    let short: String = layer.chars().take(MAX_PLAIN - 9).collect();
    let mut name = format!("layer_{short}_");
    for byte in &Sha256::digest(layer)[..4] {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// Names that a layer's column cannot have in its table: the store's own columns and those that SQLite
/// and PostgreSQL give every table.
const RESERVED: [&str; 15] = [
    "fid",
    "feature_id",
    "geom",
    "revision",
    "from_revision",
    "to_revision",
    "rowid",
    "oid",
    "_rowid_",
    "tableoid",
    "xmin",
    "cmin",
    "xmax",
    "cmax",
    "ctid",
];

/// Names for new columns of a layer's table, beside those that are `taken`.
///
/// A name stays as the source has it if it can; otherwise it is cut to 50 bytes and numbered. Names that
/// differ in case only are the same to SQLite.
pub(crate) fn physical_names<'a>(
    columns: impl IntoIterator<Item = &'a str>,
    taken: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let mut used: HashSet<String> = RESERVED.iter().map(|&name| name.to_owned()).collect();
    used.extend(taken.into_iter().map(str::to_lowercase));
    let mut names = Vec::new();
    for column in columns {
        let mut base: String = column.chars().filter(|c| *c != '\0').collect();
        while base.len() > 50 {
            base.pop();
        }
        if base.trim().is_empty() {
            "column".clone_into(&mut base);
        }
        let mut name = base.clone();
        let mut number = 2;
        while !used.insert(name.to_lowercase()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{physical_names, table_name};

    fn check_name(layer: &str, expected: &str) {
        assert_eq!(table_name(layer), expected);
    }

    #[test]
    fn no_layer_takes_the_table_of_another_ones_history() {
        check_name("flood_zones", "layer_flood_zones");
        check_name("history", "layer_history_259aa8ef");
        check_name("flood_zones_history", "layer_flood_zones_history_a259e185");
        check_name("a_00ff00ff", "layer_a_00ff00ff_cd7e8cc5");
        let long = "a".repeat(63);
        assert_eq!(table_name(&long).len(), 46);
        assert_ne!(table_name(&long), table_name(&"a".repeat(62)));
    }

    fn check_columns(columns: &[&str], expected: &[&str]) {
        assert_eq!(physical_names(columns.iter().copied(), []), expected);
    }

    #[test]
    fn columns_keep_their_names_unless_they_collide() {
        check_columns(&["name", "Größe m²", "a\"b"], &["name", "Größe m²", "a\"b"]);
        check_columns(&["fid", "FID", "Geom"], &["fid_2", "FID_3", "Geom_2"]);
        check_columns(&["id", "ID", "id_2"], &["id", "ID_2", "id_2_2"]);
        check_columns(&["", " ", "\0"], &["column", "column_2", "column_3"]);
        check_columns(&[&"ä".repeat(60)], &[&"ä".repeat(25)]);
    }

    #[test]
    fn a_name_that_another_column_has_is_not_given_again() {
        assert_eq!(physical_names(["height"], ["Height"]), ["height_2"]);
    }
}
