//! Tables read page by page, so that no answer is larger than a page.

use cadastre::{Revision, Versioned};

use crate::{
    error::StoreError,
    plan::{GEOMETRY, Holds, Row, RowError, Table},
    session::{Answer, Cell, DatabaseError, Param, Session, integer},
    sql::{Dialect, list, quote},
};

/// Rows a page.
const PAGE: usize = 1000;

/// Reads the rows of a table or of its history that meet a condition, a page at a time.
pub(crate) struct Pages<'a> {
    table: &'a Table,
    sql: String,
    holds: Vec<Holds>,
    /// Last position read: the revision, if that is what is read by, and the fid.
    after: (i64, i64),
    by_revision: bool,
    is_done: bool,
}

/// A row as it is stored, not yet a record.
pub(crate) struct Stored {
    pub(crate) revision: Revision,
    /// Revision that superseded it; only of history.
    pub(crate) until: Option<Revision>,
    pub(crate) key: String,
    values: Vec<cadastre::Value>,
    geometry: Cell,
}

impl<'a> Pages<'a> {
    /// Current rows, in no particular order; `condition` is SQL over its columns.
    pub(crate) fn current(table: &'a Table, condition: &str) -> Self {
        Self::new(table, &table.name, "revision, NULL", condition)
    }

    /// Superseded rows.
    pub(crate) fn history(table: &'a Table, condition: &str) -> Self {
        Self::new(table, &table.history(), "from_revision, to_revision", condition)
    }

    fn new(table: &'a Table, name: &str, revisions: &str, condition: &str) -> Self {
        let columns = list("", table.record_columns().into_iter().map(|(name, _)| name));
        let revisions = revisions.replace("NULL", "CAST(NULL AS bigint)");
        let sql = format!(
            "SELECT fid, {revisions}, {columns} FROM {} WHERE ({condition}) AND fid > $1 ORDER BY fid LIMIT {PAGE}",
            quote(name)
        );
        Self { table, sql, holds: holds(table), after: (0, i64::MIN), by_revision: false, is_done: false }
    }

    /// Current rows written after a revision, in the order of their revisions.
    pub(crate) fn since(table: &'a Table, revision: Revision) -> Self {
        let columns = list("", table.record_columns().into_iter().map(|(name, _)| name));
        // Compared as a row: so both databases find the place in the index on (revision, fid).
        let sql = format!(
            "SELECT fid, revision, CAST(NULL AS bigint), {columns} FROM {} WHERE (revision, fid) > ($1, $2) \
             ORDER BY revision, fid LIMIT {PAGE}",
            quote(&table.name)
        );
        let after = (revision.0 as i64, i64::MAX);
        Self { table, sql, holds: holds(table), after, by_revision: true, is_done: false }
    }

    /// The next page; empty after the last one.
    pub(crate) async fn next(&mut self, session: &mut Session) -> Result<Vec<Stored>, DatabaseError> {
        if self.is_done {
            return Ok(Vec::new());
        }
        let (revision, fid) = self.after;
        let params: Vec<Param> =
            if self.by_revision { vec![integer(revision), integer(fid)] } else { vec![integer(fid)] };
        let answers = session.query(&self.sql, params, &self.holds).await?;
        self.is_done = answers.len() < PAGE;
        let mut rows = Vec::with_capacity(answers.len());
        for mut answer in answers {
            let fid = answer.integer()?;
            let stored = self.stored(&mut answer)?;
            self.after = (stored.revision.0 as i64, fid);
            rows.push(stored);
        }
        Ok(rows)
    }

    fn stored(&self, answer: &mut Answer) -> Result<Stored, DatabaseError> {
        Ok(Stored {
            revision: Revision(answer.count()?),
            until: answer.optional_integer()?.map(|until| Revision(until as u64)),
            key: answer.text()?,
            values: answer.values(self.table.columns.len()),
            geometry: answer.cell(),
        })
    }
}

fn holds(table: &Table) -> Vec<Holds> {
    let own = table.record_columns().into_iter().map(|(_, holds)| holds);
    [Holds::Integer; 3].into_iter().chain(own).collect()
}

impl Stored {
    /// The record, if the row is what the plan says.
    pub(crate) fn versioned(self, table: &Table, dialect: Dialect) -> Result<Versioned, StoreError> {
        let key = self.key.clone();
        let revision = self.revision;
        self.record(table, dialect)
            .map(|record| Versioned { revision, record })
            .map_err(|source| StoreError::Row { table: table.name.clone(), key, source })
    }

    pub(crate) fn record(self, table: &Table, dialect: Dialect) -> Result<cadastre::Record, RowError> {
        let geometry = dialect.decode(&self.geometry).map_err(|error| RowError::new(GEOMETRY, error.to_string()))?;
        table.record(Row { key: self.key, values: self.values, geometry })
    }
}
