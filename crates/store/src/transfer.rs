//! Everything of one store into another: how a PostGIS database is backed up and any store restored.

use crate::{
    crs::StoreCrs,
    enquiry,
    error::StoreError,
    geopackage, indexes,
    layers::{self, Catalogue},
    notice, picture,
    plan::{self, GEOMETRY, Holds, RowError, Table},
    session::{Answer, Cell, DatabaseError, Session, Target, integer},
    sql::{Dialect, quote},
};

/// Rows at a time.
const PAGE: usize = 1000;
/// Files at a time: of the largest ones some 20 MB.
const FILES: usize = 32;

/// The tables that hold no records. Those with a number to read by come page by page.
const OTHERS: [(&str, &[(&str, Holds)], Option<&str>); 8] = [
    (
        "journal",
        &[
            ("revision", Holds::Integer),
            ("at", Holds::Timestamp),
            ("account_id", Holds::Text),
            ("reason", Holds::Text),
            ("source_name", Holds::Text),
            ("source_sha256", Holds::Text),
            ("source_rows", Holds::Integer),
            ("counts", Holds::Json),
            ("touched", Holds::Json),
        ],
        Some("revision"),
    ),
    (
        "account",
        &[
            ("account_id", Holds::Text),
            ("login", Holds::Text),
            ("display_name", Holds::Text),
            ("mail", Holds::Text),
            ("role", Holds::Text),
            ("scope", Holds::Json),
            ("disabled", Holds::Boolean),
            ("created", Holds::Timestamp),
        ],
        None,
    ),
    (
        "token",
        &[
            ("token_id", Holds::Text),
            ("account_id", Holds::Text),
            ("hash", Holds::Text),
            ("created", Holds::Timestamp),
            ("expires", Holds::Timestamp),
        ],
        None,
    ),
    (enquiry::TABLE, &enquiry::COLUMNS, None),
    // What was sent since the backup is sent again: better twice than never.
    (notice::TABLE, &notice::COLUMNS, None),
    (picture::TABLE, &picture::COLUMNS, Some("fid")),
    ("stored_layer", &[("layer", Holds::Text)], None),
    (
        "stored_column",
        &[
            ("layer", Holds::Text),
            ("position", Holds::Integer),
            ("name", Holds::Text),
            ("kind", Holds::Text),
            ("column_name", Holds::Text),
        ],
        None,
    ),
];

/// Replaces everything in the target but its epoch by what the source holds. Both must have the schema of
/// this program and the same CRS; the target must hold the lock.
pub(crate) async fn replace_contents(
    source: &mut Session,
    target: &mut Session,
    crs: &StoreCrs,
) -> Result<(), StoreError> {
    empty(target).await?;
    for (name, columns, by) in OTHERS {
        let columns: Vec<(String, Holds)> = columns.iter().map(|(name, holds)| ((*name).to_owned(), *holds)).collect();
        copy(source, target, &Target { table: name.to_owned(), columns }, by, crs).await?;
    }
    if target.dialect() == Dialect::Postgis {
        next_fid(target, picture::TABLE).await?;
    }
    for table in plan::tables() {
        copy_records(source, target, table, crs).await?;
        indexes::create(target, table).await?;
    }
    let catalogue = Catalogue::load(source).await?;
    for layer in catalogue.names() {
        let table = catalogue.whole_table(layer);
        layers::create(target, &table, crs).await?;
        indexes::drop(target, &table).await?;
        copy_records(source, target, &table, crs).await?;
        indexes::create(target, &table).await?;
    }
    Ok(())
}

/// Empties the target; the tables of the typed kinds are left without indexes.
async fn empty(target: &mut Session) -> Result<(), StoreError> {
    let catalogue = Catalogue::load(target).await?;
    for layer in catalogue.names() {
        layers::discard(target, &catalogue.whole_table(layer)).await?;
    }
    for table in plan::tables() {
        indexes::drop(target, table).await?;
        for name in [quote(&table.history()), quote(&table.name)] {
            target.execute(&format!("DELETE FROM {name}"), Vec::new()).await?;
        }
    }
    for (name, _, _) in OTHERS.iter().rev() {
        target.execute(&format!("DELETE FROM {name}"), Vec::new()).await?;
    }
    Ok(())
}

/// Copies a table and its history, fids included: maps of GIS clients may refer to them.
async fn copy_records(
    source: &mut Session,
    target: &mut Session,
    table: &Table,
    crs: &StoreCrs,
) -> Result<(), StoreError> {
    let columns = |revisions: &[&str]| {
        let own = table.record_columns().into_iter().map(|(name, holds)| (name.to_owned(), holds));
        let fid = std::iter::once(("fid".to_owned(), Holds::Integer));
        fid.chain(own).chain(revisions.iter().map(|name| ((*name).to_owned(), Holds::Integer))).collect()
    };
    let current = Target { table: table.name.clone(), columns: columns(&["revision"]) };
    let history = Target { table: table.history(), columns: columns(&["from_revision", "to_revision"]) };
    copy(source, target, &current, Some("fid"), crs).await?;
    copy(source, target, &history, Some("fid"), crs).await?;
    match target.dialect() {
        Dialect::GeoPackage if table.is_spatial() => geopackage::refresh_extent(target, table).await?,
        Dialect::GeoPackage => {}
        Dialect::Postgis => {
            for name in [current.table, history.table] {
                next_fid(target, &name).await?;
            }
        }
    }
    Ok(())
}

async fn next_fid(target: &mut Session, table: &str) -> Result<(), DatabaseError> {
    let name = quote(table);
    let literal = name.replace('\'', "''");
    let sql = format!(
        "SELECT setval(pg_get_serial_sequence('{literal}', 'fid'), (SELECT coalesce(max(fid), 0) + 1 FROM {name}), false)"
    );
    target.script(&sql).await
}

async fn copy(
    source: &mut Session,
    target: &mut Session,
    table: &Target,
    by: Option<&str>,
    crs: &StoreCrs,
) -> Result<(), StoreError> {
    let columns = source.dialect().select(table.columns.iter().map(|(name, holds)| (name.as_str(), *holds)));
    let holds: Vec<Holds> = table.columns.iter().map(|(_, holds)| *holds).collect();
    let from = quote(&table.table);
    let Some(by) = by else {
        let rows = source.query(&format!("SELECT {columns} FROM {from}"), Vec::new(), &holds).await?;
        return hand_over(source.dialect(), target, table, rows, crs).await.map(|_last| ());
    };
    let page = if table.table == picture::TABLE { FILES } else { PAGE };
    let sql = format!("SELECT {columns} FROM {from} WHERE {by} > $1 ORDER BY {by} LIMIT {page}");
    let mut after = i64::MIN;
    loop {
        let rows = source.query(&sql, vec![integer(after)], &holds).await?;
        let is_last = rows.len() < page;
        if let Some(last) = hand_over(source.dialect(), target, table, rows, crs).await? {
            after = last;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Writes rows to the target; returns the number in the first column of the last one.
async fn hand_over(
    from: Dialect,
    target: &mut Session,
    table: &Target,
    answers: Vec<Answer>,
    crs: &StoreCrs,
) -> Result<Option<i64>, StoreError> {
    let to = target.dialect();
    let mut last = None;
    let mut rows = Vec::with_capacity(answers.len());
    for mut answer in answers {
        let mut row: Vec<Cell> = table.columns.iter().map(|_| answer.cell()).collect();
        if let Some(Cell::Value(cadastre::Value::Integer(number))) = row.first() {
            last = Some(*number);
        }
        if from != to {
            for cell in &mut row {
                translate(cell, from, to, crs).map_err(|reason| StoreError::Row {
                    table: table.table.clone(),
                    key: last.map(|fid| fid.to_string()).unwrap_or_default(),
                    source: RowError::new(GEOMETRY, reason),
                })?;
            }
        }
        rows.push(row);
    }
    target.insert(table, rows).await?;
    Ok(last)
}

fn translate(cell: &mut Cell, from: Dialect, to: Dialect, crs: &StoreCrs) -> Result<(), String> {
    if !matches!(cell, Cell::Geometry(_)) {
        return Ok(());
    }
    let geometry = from.decode(cell).map_err(|error| error.to_string())?;
    *cell = geometry.map_or(Cell::NULL, |geometry| to.encode(&geometry, crs.srid()));
    Ok(())
}
