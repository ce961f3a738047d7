//! The indexes that are quicker made anew than kept while an empty table is filled, or a full one emptied.

use crate::{
    geopackage,
    plan::Table,
    session::{DatabaseError, Session},
    sql::{Dialect, quote},
};

/// Drops the indexes of a table.
pub(crate) async fn drop(session: &mut Session, table: &Table) -> Result<(), DatabaseError> {
    for statement in session.dialect().drop_indexes(table) {
        session.script(&statement).await?;
    }
    match session.dialect() {
        Dialect::GeoPackage if table.is_spatial() => geopackage::drop_rtree(session, table).await,
        _ => Ok(()),
    }
}

/// Makes them anew.
pub(crate) async fn create(session: &mut Session, table: &Table) -> Result<(), DatabaseError> {
    for statement in session.dialect().create_indexes(table) {
        session.script(&statement).await?;
    }
    match session.dialect() {
        Dialect::GeoPackage if table.is_spatial() => geopackage::create_rtree(session, table).await,
        Dialect::GeoPackage => Ok(()),
        Dialect::Postgis => session.script(&format!("ANALYZE {}", quote(&table.name))).await,
    }
}
