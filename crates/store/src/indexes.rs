//! The indexes that are quicker made anew than kept while an empty table is filled, or a full one emptied.

use crate::{
    geopackage,
    plan::Table,
    session::{DatabaseError, Session},
    sql::Dialect,
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
        // Making an index counts the rows, and every key is unique: no plan of ours needs an ANALYZE, which takes as
        // long as the indexes. The database does it by itself soon after.
        _ => Ok(()),
    }
}
