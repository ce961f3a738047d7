//! The database itself: its pages, the columns of its tables, its spatial indexes.

use super::{Finding, Severity};
use crate::{
    error::StoreError,
    plan::{GEOMETRY, Holds, Table},
    read::count,
    session::{Session, text},
    sql::{Dialect, quote},
};

/// What the database says of itself.
pub(super) async fn database(session: &mut Session, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    // PostgreSQL checks its pages with its own tools (pg_amcheck).
    if session.dialect() == Dialect::GeoPackage {
        for pragma in ["PRAGMA integrity_check(20)", "SELECT \"table\" FROM pragma_foreign_key_check"] {
            for mut row in session.query(pragma, Vec::new(), &[Holds::Text]).await? {
                let said = row.text()?;
                if said != "ok" {
                    findings.push(Finding::new(Severity::Error, "store", format!("{pragma}: {said}")));
                }
            }
        }
    }
    Ok(())
}

/// Compares the columns of a table and its history with the plan; `false`: the table cannot be read.
pub(super) async fn columns(
    session: &mut Session,
    table: &Table,
    findings: &mut Vec<Finding>,
) -> Result<bool, StoreError> {
    let mut is_sound = true;
    let own: Vec<&str> = table.record_columns().into_iter().map(|(name, _)| name).collect();
    for (name, more) in
        [(table.name.clone(), &["fid", "revision"][..]), (table.history(), &["fid", "from_revision", "to_revision"])]
    {
        let sql = match session.dialect() {
            Dialect::GeoPackage => "SELECT name FROM pragma_table_info($1)",
            Dialect::Postgis => {
                "SELECT column_name::text FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = $1"
            }
        };
        let mut found = Vec::new();
        for mut row in session.query(sql, vec![text(name.as_str())], &[Holds::Text]).await? {
            found.push(row.text()?);
        }
        for column in own.iter().chain(more) {
            if !found.iter().any(|found| found == column) {
                is_sound = false;
                findings.push(Finding::new(Severity::Error, &name, format!("column \"{column}\" is missing")));
            }
        }
    }
    Ok(is_sound)
}

/// Compares the spatial index with the rows.
pub(super) async fn index(session: &mut Session, table: &Table, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let rows = count(session, &table.name).await?;
    let past = count(session, &table.history()).await?;
    findings.push(Finding::new(Severity::Info, &table.name, format!("{rows} rows, {past} superseded")));
    if !table.is_spatial() {
        return Ok(());
    }
    let name = quote(&table.name);
    let (sql, meaning) = match session.dialect() {
        Dialect::GeoPackage => {
            let tree = quote(&format!("rtree_{}_{GEOMETRY}", table.name));
            // The tree keeps 32-bit numbers, rounded outwards.
            let sql = format!(
                "SELECT (SELECT count(*) FROM {name} t WHERE t.geom NOTNULL AND NOT ST_IsEmpty(t.geom) AND NOT EXISTS \
                 (SELECT 1 FROM {tree} r WHERE r.id = t.fid AND r.minx <= ST_MinX(t.geom) AND r.maxx >= ST_MaxX(t.geom) \
                 AND r.miny <= ST_MinY(t.geom) AND r.maxy >= ST_MaxY(t.geom))) \
                 + (SELECT count(*) FROM {tree} r WHERE NOT EXISTS (SELECT 1 FROM {name} t WHERE t.fid = r.id))"
            );
            (sql, "rows and entries of the R-tree do not fit each other")
        }
        Dialect::Postgis => {
            let literal = name.replace('\'', "''");
            let sql = format!(
                "SELECT CASE WHEN count(*) > 0 THEN 0 ELSE 1 END::bigint FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                 JOIN pg_am a ON a.oid = c.relam WHERE i.indrelid = '{literal}'::regclass AND a.amname = 'gist' \
                 AND i.indisvalid AND i.indisready"
            );
            (sql, "spatial index is missing or invalid")
        }
    };
    let row = session.query_one(&sql, Vec::new(), &[Holds::Integer]).await?;
    match row.map(|mut row| row.count()).transpose()?.unwrap_or(0) {
        0 => {}
        wrong => findings.push(Finding::new(Severity::Error, &table.name, format!("{wrong} {meaning}"))),
    }
    Ok(())
}
