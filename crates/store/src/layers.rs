//! The catalogue of layers' tables: which column of a table holds which column of a layer.
//!
//! A layer may be imported again with other columns. Its table then gets the new ones beside the old, so
//! that every past state can still be read; a column whose kind changed is a new one.

use std::collections::BTreeMap;

use cadastre::{
    ColumnKind, Kind, Revision,
    record::{Column, Layer},
};

use crate::{
    crs::StoreCrs,
    error::StoreError,
    geopackage,
    plan::{self, Holds, Row, Table, feature_table, physical_names},
    session::{DatabaseError, Session, integer, text},
    sql::{Dialect, quote},
};

/// Columns of the tables of layers, by layer.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    layers: BTreeMap<String, Vec<Physical>>,
}

/// A column of a layer's table.
#[derive(Debug)]
pub(crate) struct Physical {
    /// Column of the layer that it holds.
    column: Column,
    /// Its name in the table.
    name: String,
}

impl Catalogue {
    pub(crate) async fn load(session: &mut Session) -> Result<Self, StoreError> {
        let mut catalogue = Self::default();
        for mut row in
            session.query("SELECT layer FROM stored_layer ORDER BY layer", Vec::new(), &[Holds::Text]).await?
        {
            catalogue.layers.insert(row.text()?, Vec::new());
        }
        let sql = "SELECT layer, name, kind, column_name FROM stored_column ORDER BY layer, position";
        for mut row in session.query(sql, Vec::new(), &[Holds::Text; 4]).await? {
            let (layer, name, kind, column_name) = (row.text()?, row.text()?, row.text()?, row.text()?);
            let kind = parse_kind(&kind).ok_or_else(|| StoreError::Row {
                table: "stored_column".to_owned(),
                key: layer.clone(),
                source: plan::RowError::new("kind", format!("is no kind of column: \"{kind}\"")),
            })?;
            let physical = Physical { column: Column { name, kind }, name: column_name };
            catalogue.layers.entry(layer).or_default().push(physical);
        }
        Ok(catalogue)
    }

    /// Every layer that ever was.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.layers.keys().map(String::as_str)
    }

    /// The table of a layer as far as these columns go; columns it does not have are an error of the store.
    pub(crate) fn table(&self, layer: &str, columns: &[Column]) -> Result<Table, StoreError> {
        let physical = self.layers.get(layer).map_or(&[][..], Vec::as_slice);
        let names: Result<Vec<String>, StoreError> = columns
            .iter()
            .map(|column| {
                physical.iter().find(|known| known.column == *column).map(|known| known.name.clone()).ok_or_else(|| {
                    StoreError::Row {
                        table: "stored_column".to_owned(),
                        key: layer.to_owned(),
                        source: plan::RowError::new(&column.name, "is a column of the layer but not of its table"),
                    }
                })
            })
            .collect();
        Ok(feature_table(layer, columns, names?))
    }

    /// Columns of a layer's table that hold none of these columns.
    pub(crate) fn dropped(&self, layer: &str, columns: &[Column]) -> Vec<String> {
        let physical = self.layers.get(layer).map_or(&[][..], Vec::as_slice);
        physical.iter().filter(|known| !columns.contains(&known.column)).map(|known| known.name.clone()).collect()
    }

    /// The table of a layer with every column it ever had.
    pub(crate) fn whole_table(&self, layer: &str) -> Table {
        let physical = self.layers.get(layer).map_or(&[][..], Vec::as_slice);
        let columns: Vec<Column> = physical.iter().map(|known| known.column.clone()).collect();
        feature_table(layer, &columns, physical.iter().map(|known| known.name.clone()).collect())
    }

    /// Makes sure that the layer has a table with these columns; returns it. Under the lock only.
    pub(crate) async fn ensure(
        &mut self,
        session: &mut Session,
        layer: &str,
        columns: &[Column],
        crs: &StoreCrs,
    ) -> Result<Table, StoreError> {
        let is_new = !self.layers.contains_key(layer);
        let known = self.layers.entry(layer.to_owned()).or_default();
        let missing: Vec<&Column> =
            columns.iter().filter(|column| !known.iter().any(|known| known.column == **column)).collect();
        let names = physical_names(
            missing.iter().map(|column| column.name.as_str()),
            known.iter().map(|known| known.name.as_str()),
        );
        let first = known.len();
        for (column, name) in missing.into_iter().zip(names) {
            known.push(Physical { column: column.clone(), name });
        }
        let added: Vec<(usize, String, ColumnKind, String)> = known
            .iter()
            .enumerate()
            .skip(first)
            .map(|(i, known)| (i, known.column.name.clone(), known.column.kind, known.name.clone()))
            .collect();
        if is_new {
            session.execute("INSERT INTO stored_layer (layer) VALUES ($1)", vec![text(layer)]).await?;
            create(session, &self.whole_table(layer), crs).await?;
        }
        let table = self.table(layer, columns)?;
        for (position, name, kind, column_name) in added {
            if !is_new {
                add_column(session, &table, &column_name, kind.into()).await?;
            }
            let params =
                vec![text(layer), integer(position as i64), text(name), text(kind_name(kind)), text(column_name)];
            let sql =
                "INSERT INTO stored_column (layer, position, name, kind, column_name) VALUES ($1, $2, $3, $4, $5)";
            session.execute(sql, params).await?;
        }
        Ok(table)
    }
}

/// Creates a table of records with its history and makes it known to GIS clients.
pub(crate) async fn create(session: &mut Session, table: &Table, crs: &StoreCrs) -> Result<(), DatabaseError> {
    for statement in session.dialect().create_table(table, crs.srid()) {
        session.script(&statement).await?;
    }
    match session.dialect() {
        Dialect::GeoPackage => geopackage::register(session, table, crs).await,
        Dialect::Postgis => Ok(()),
    }
}

/// Drops the tables of a layer; for a restore, never for an edit.
pub(crate) async fn discard(session: &mut Session, table: &Table) -> Result<(), DatabaseError> {
    session.script(&format!("DROP TABLE {}", quote(&table.history()))).await?;
    match session.dialect() {
        Dialect::GeoPackage => geopackage::unregister(session, table).await,
        Dialect::Postgis => session.script(&format!("DROP TABLE {}", quote(&table.name))).await,
    }
}

async fn add_column(session: &mut Session, table: &Table, name: &str, holds: Holds) -> Result<(), DatabaseError> {
    let column = format!("{} {}", quote(name), session.dialect().column_type(holds));
    for table in [quote(&table.name), quote(&table.history())] {
        session.script(&format!("ALTER TABLE {table} ADD COLUMN {column}")).await?;
    }
    Ok(())
}

fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "text",
        ColumnKind::Integer => "integer",
        ColumnKind::Real => "real",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Date => "date",
        ColumnKind::Timestamp => "timestamp",
    }
}

fn parse_kind(name: &str) -> Option<ColumnKind> {
    use ColumnKind::{Boolean, Date, Integer, Real, Text, Timestamp};
    [Text, Integer, Real, Boolean, Date, Timestamp].into_iter().find(|kind| kind_name(*kind) == name)
}

/// State of the store that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// As it is.
    Current,
    /// As it was after this revision.
    Revision(Revision),
}

/// The layers of a state.
pub(crate) async fn layers(session: &mut Session, at: At) -> Result<Vec<Layer>, StoreError> {
    let Some(table) = plan::table(&Kind::Layer) else { return Ok(Vec::new()) };
    let columns: Vec<String> = table.record_columns().iter().map(|(name, _)| quote(name)).collect();
    let columns = columns.join(", ");
    let sql = match at {
        At::Current => format!("SELECT {columns} FROM layer ORDER BY name"),
        At::Revision(Revision(at)) => format!(
            "SELECT {columns} FROM layer WHERE revision <= {at} UNION ALL \
             SELECT {columns} FROM layer_history WHERE from_revision <= {at} AND to_revision > {at}"
        ),
    };
    let holds: Vec<Holds> = table.record_columns().iter().map(|(_, holds)| *holds).collect();
    let mut layers = Vec::new();
    for mut answer in session.query(&sql, Vec::new(), &holds).await? {
        let key = answer.text()?;
        let row = Row { key: key.clone(), values: answer.values(table.columns.len()), geometry: None };
        let record = table.record(row).map_err(|source| StoreError::Row { table: table.name.clone(), key, source })?;
        if let cadastre::Record::Layer(layer) = record {
            layers.push(layer);
        }
    }
    Ok(layers)
}
