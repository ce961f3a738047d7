//! Names of the columns that a format adds beside the properties.

use super::TableInfo;

/// The first of these names that no property has, whatever the case of its letters: SQLite tells `ID` and `id` not apart.
pub(super) fn free(table: &TableInfo, wanted: &[&str]) -> String {
    let is_free = |name: &str| !table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    let first = wanted.iter().copied().find(|name| is_free(name));
    first.map_or_else(
        || {
            let stem = wanted.first().copied().unwrap_or("column");
            let numbered = (2_u32..).map(|number| format!("{stem}_{number}"));
            numbered.into_iter().find(|name| is_free(name)).unwrap_or_default()
        },
        str::to_owned,
    )
}

/// Name of the column of ids; `None` if one of the properties is the id.
pub(super) fn id(table: &TableInfo) -> Option<String> {
    (!table.id_is_column).then(|| free(table, &["id", "feature_id"]))
}

#[cfg(test)]
pub(super) mod tests {
    use cadastre::ColumnKind;

    use super::{free, id};
    use crate::write::{GeometryKind, TableInfo, WriteColumn, WriteCrs};

    /// A table with text columns of these names.
    pub(in crate::write) fn table(names: &[&str]) -> TableInfo {
        let column = |name: &&str| WriteColumn {
            name: (*name).to_owned(),
            kind: ColumnKind::Text,
            title: format!("Title of {name}"),
        };
        TableInfo {
            name: "trees".to_owned(),
            title: "Bäume".to_owned(),
            description: String::new(),
            columns: names.iter().map(column).collect(),
            id_is_column: false,
            crs: WriteCrs { epsg: 25833, name: String::new(), wkt: String::new(), is_degrees: false },
            geometry: GeometryKind::Any,
            written_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn check(names: &[&str], wanted: &[&str], expected: &str) {
        assert_eq!(free(&table(names), wanted), expected, "{names:?}");
    }

    #[test]
    fn an_added_column_never_takes_the_name_of_a_property() {
        check(&["a"], &["id", "feature_id"], "id");
        check(&["ID"], &["id", "feature_id"], "feature_id");
        check(&["id", "Feature_Id"], &["id", "feature_id"], "id_2");
        assert_eq!(id(&table(&["id"])).as_deref(), Some("feature_id"));
        assert_eq!(id(&TableInfo { id_is_column: true, ..table(&["id"]) }), None);
    }
}
