//! Rows on their way to the database: gathered until they are worth a `COPY` of their own.

use std::collections::BTreeMap;

use super::cells;
use crate::{
    session::{Cell, Target},
    sql::{list, quote},
};

/// From so many bytes on the rows of a table are sent: large enough that the round trips of a `COPY` do not count,
/// small enough that the database works while the next ones are read.
const PIECE_BYTES: usize = 2 << 20;

/// The rows that wait, by table.
#[derive(Default)]
pub(super) struct Gathered {
    tables: BTreeMap<String, Rows>,
}

/// Rows of one table, encoded for a binary `COPY`.
pub(super) struct Rows {
    sql: String,
    bytes: Vec<u8>,
}

impl Gathered {
    /// Whether rows of the table wait.
    pub(super) fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Adds rows; hands out those of the table once they are many.
    pub(super) fn add(&mut self, target: &Target, rows: &[Vec<Cell>]) -> Result<Option<Rows>, sqlx::Error> {
        let waiting = self.tables.entry(target.table.clone()).or_insert_with(|| Rows::new(target));
        let before = waiting.bytes.len();
        for row in rows {
            if let Err(error) = cells::copy_row(&mut waiting.bytes, &target.columns, row) {
                waiting.bytes.truncate(before);
                return Err(error);
            }
        }
        let is_full = waiting.bytes.len() >= PIECE_BYTES;
        Ok(if is_full { self.tables.remove(&target.table) } else { None })
    }

    /// Hands out everything.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = Rows> + use<> {
        std::mem::take(&mut self.tables).into_values()
    }
}

impl Rows {
    fn new(target: &Target) -> Self {
        let columns = list("", target.columns.iter().map(|(name, _)| name.as_str()));
        let sql = format!("COPY {} ({columns}) FROM STDIN (FORMAT binary)", quote(&target.table));
        Self { sql, bytes: cells::COPY_HEADER.to_vec() }
    }

    /// The statement and its data.
    pub(super) fn finish(mut self) -> (String, Vec<u8>) {
        self.bytes.extend_from_slice(&cells::COPY_TRAILER);
        (self.sql, self.bytes)
    }
}
