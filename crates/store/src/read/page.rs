//! Tables read page by page, so that no answer is larger than a page.

use cadastre::{Revision, Versioned};

use crate::{
    error::StoreError,
    plan::{GEOMETRY, Holds, Row, RowError, Table},
    session::{Answer, Cell, DatabaseError, Param, Session, integer, text},
    sql::{Dialect, quote},
};

/// Rows a page.
const PAGE: usize = 1000;

/// Reads the rows of a table or of its history that meet a condition, a page at a time.
pub(crate) struct Pages<'a> {
    table: &'a Table,
    query: Query,
    holds: Vec<Holds>,
    /// Last position read: the revision, if that is what is read by, and the fid.
    after: (i64, i64),
    /// Key of the last row read, and the revision it was of; only if that is what is read by.
    after_key: (String, i64),
    is_done: bool,
}

/// What is read.
enum Query {
    Current { condition: String },
    History { condition: String },
    Since,
    ByRecord,
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
        Self::new(table, Query::Current { condition: condition.to_owned() }, (0, i64::MIN))
    }

    /// Superseded rows.
    pub(crate) fn history(table: &'a Table, condition: &str) -> Self {
        Self::new(table, Query::History { condition: condition.to_owned() }, (0, i64::MIN))
    }

    /// Current rows written after a revision, in the order of their revisions.
    pub(crate) fn since(table: &'a Table, revision: Revision) -> Self {
        Self::new(table, Query::Since, (revision.0 as i64, i64::MAX))
    }

    /// Superseded rows, those of a record one after the other, oldest first.
    pub(crate) fn by_record(table: &'a Table) -> Self {
        Self::new(table, Query::ByRecord, (0, i64::MIN))
    }

    fn new(table: &'a Table, query: Query, after: (i64, i64)) -> Self {
        let own = table.record_columns().into_iter().map(|(_, holds)| holds);
        let holds = [Holds::Integer; 3].into_iter().chain(own).collect();
        Self { table, query, holds, after, after_key: (String::new(), i64::MIN), is_done: false }
    }

    fn sql(&self, dialect: Dialect) -> String {
        let columns = dialect.select(self.table.record_columns());
        let (name, history) = (quote(&self.table.name), quote(&self.table.history()));
        let key = quote(self.table.key);
        match &self.query {
            Query::Current { condition } => format!(
                "SELECT fid, revision, CAST(NULL AS bigint), {columns} FROM {name} \
                 WHERE ({condition}) AND fid > $1 ORDER BY fid LIMIT {PAGE}"
            ),
            Query::History { condition } => format!(
                "SELECT fid, from_revision, to_revision, {columns} FROM {history} \
                 WHERE ({condition}) AND fid > $1 ORDER BY fid LIMIT {PAGE}"
            ),
            // Compared as a row: so both databases find the place in the index.
            Query::Since => format!(
                "SELECT fid, revision, CAST(NULL AS bigint), {columns} FROM {name} \
                 WHERE (revision, fid) > ($1, $2) ORDER BY revision, fid LIMIT {PAGE}"
            ),
            Query::ByRecord => format!(
                "SELECT fid, from_revision, to_revision, {columns} FROM {history} \
                 WHERE ({key}, from_revision) > ($1, $2) ORDER BY {key}, from_revision LIMIT {PAGE}"
            ),
        }
    }

    /// The next page; empty after the last one.
    pub(crate) async fn next(&mut self, session: &mut Session) -> Result<Vec<Stored>, DatabaseError> {
        if self.is_done {
            return Ok(Vec::new());
        }
        let (revision, fid) = self.after;
        let params: Vec<Param> = match self.query {
            Query::Since => vec![integer(revision), integer(fid)],
            Query::ByRecord => vec![text(self.after_key.0.as_str()), integer(self.after_key.1)],
            Query::Current { .. } | Query::History { .. } => vec![integer(fid)],
        };
        let answers = session.query(&self.sql(session.dialect()), params, &self.holds).await?;
        self.is_done = answers.len() < PAGE;
        let mut rows = Vec::with_capacity(answers.len());
        for mut answer in answers {
            let fid = answer.integer()?;
            let stored = self.stored(&mut answer)?;
            self.after = (stored.revision.0 as i64, fid);
            self.after_key = (stored.key.clone(), stored.revision.0 as i64);
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

impl Stored {
    /// The record, if the row is what the plan says.
    pub(crate) fn versioned(self, table: &Table, dialect: Dialect) -> Result<Versioned, StoreError> {
        let key = self.key.clone();
        let revision = self.revision;
        self.record(table, dialect).map(|record| Versioned { revision, record }).map_err(|source| StoreError::Row {
            table: table.name.clone(),
            key,
            source,
        })
    }

    pub(crate) fn record(self, table: &Table, dialect: Dialect) -> Result<cadastre::Record, RowError> {
        let geometry = dialect.decode(&self.geometry).map_err(|error| RowError::new(GEOMETRY, error.to_string()))?;
        table.record(Row { key: self.key, values: self.values, geometry })
    }
}
