//! The records: whether each can be read, its geometry is valid and what it refers to is there.

use cadastre::{Problem, geometry::Geometry};

use super::{Finding, Severity};
use crate::{
    error::StoreError,
    plan::{self, Holds, Table},
    read::Pages,
    session::Session,
};

/// Reads every record, current and past.
pub(super) async fn records(
    session: &mut Session,
    table: &Table,
    validity: &(dyn Fn(&Geometry) -> Vec<Problem> + Send + Sync),
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let dialect = session.dialect();
    for mut pages in [Pages::current(table, "1 = 1"), Pages::history(table, "1 = 1")] {
        loop {
            let page = pages.next(session).await?;
            if page.is_empty() {
                break;
            }
            for stored in page {
                let is_current = stored.until.is_none();
                let key = stored.key.clone();
                match stored.record(table, dialect) {
                    Err(error) => {
                        let subject = if is_current { table.name.clone() } else { table.history() };
                        findings.push(Finding::of_row(Severity::Error, &subject, key, error.to_string()));
                    }
                    Ok(record) if is_current => geometry(table, &key, record.geometry(), validity, findings),
                    Ok(_) => {}
                }
            }
        }
    }
    Ok(())
}

fn geometry(
    table: &Table,
    key: &str,
    geometry: Option<Geometry>,
    validity: &(dyn Fn(&Geometry) -> Vec<Problem> + Send + Sync),
    findings: &mut Vec<Finding>,
) {
    let Some(geometry) = geometry else { return };
    if let Err(reason) = plan::sound(&geometry) {
        findings.push(Finding::of_row(Severity::Error, &table.name, key, format!("geom {reason}")));
        return;
    }
    for problem in validity(&geometry) {
        findings.push(Finding::of_row(Severity::Warning, &table.name, key, problem.to_string()));
    }
}

/// What refers to what: table, its key, the column, the table and key referred to.
const REFERENCES: [(&str, &str, &str, &str, &str); 12] = [
    ("district", "district_key", "ags", "municipality", "ags"),
    ("locality", "locality_id", "ags", "municipality", "ags"),
    ("parcel", "parcel_id", "ags", "municipality", "ags"),
    ("building", "building_id", "ags", "municipality", "ags"),
    ("building", "building_id", "district_key", "district", "district_key"),
    ("site", "site_id", "ags", "municipality", "ags"),
    ("site", "site_id", "announcement_id", "announcement", "announcement_id"),
    ("site_parcel", "site_id", "parcel_id", "parcel", "parcel_id"),
    ("vacancy", "building_id", "building_id", "building", "building_id"),
    ("unit", "unit_id", "building_id", "building", "building_id"),
    ("objection", "objection_id", "parcel_id", "parcel", "parcel_id"),
    ("announcement", "announcement_id", "ags", "municipality", "ags"),
];

/// Most rows named for one reference.
const NAMED: usize = 20;

/// Warns of references to records that are not there.
pub(super) async fn references(session: &mut Session, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    for (table, key, column, other, other_key) in REFERENCES {
        let missing = format!(
            "FROM {table} t WHERE t.{column} IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.{other_key} = t.{column})"
        );
        let sql = format!("SELECT t.{key}, t.{column} {missing} ORDER BY t.{key} LIMIT {NAMED}");
        let rows = session.query(&sql, Vec::new(), &[Holds::Text, Holds::Text]).await?;
        if rows.len() == NAMED {
            let row = session.query_one(&format!("SELECT count(*) {missing}"), Vec::new(), &[Holds::Integer]).await?;
            let count = row.map(|mut row| row.count()).transpose()?.unwrap_or(0);
            let text = format!("{count} rows refer by {column} to a {other} that is not there");
            findings.push(Finding::new(Severity::Warning, table, text));
        }
        for mut row in rows {
            let (id, referred) = (row.text()?, row.text()?);
            let text = format!("{column} refers to {other} {referred}, which is not there");
            findings.push(Finding::of_row(Severity::Warning, table, id, text));
        }
    }
    Ok(())
}
