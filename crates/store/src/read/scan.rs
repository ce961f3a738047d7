//! Reading whole states of the store, present and past.

use cadastre::{Kind, Revision, Versioned};

use super::Pages;
use crate::{
    Store,
    error::StoreError,
    journal,
    layers::{At, Catalogue, layers},
    plan::{self, Holds, Table},
    session::Session,
    sql::quote,
};

impl Store {
    /// Reads every record of these kinds as of one revision, which is returned.
    ///
    /// `sink` gets batches of up to 1,000, kind by kind; within a kind the order means nothing. Memory stays
    /// bounded, writers do not wait. A state before the first revision is empty; one after the last is the
    /// last.
    pub async fn scan(
        &self,
        kinds: &[Kind],
        at: At,
        sink: impl FnMut(Vec<Versioned>) -> Result<(), StoreError> + Send,
    ) -> Result<Revision, StoreError> {
        self.scan_tables(Some(kinds), at, sink).await
    }

    /// Reads every record there is: the typed kinds, referred-to ones first, then the features of every layer.
    pub async fn scan_all(
        &self,
        at: At,
        sink: impl FnMut(Vec<Versioned>) -> Result<(), StoreError> + Send,
    ) -> Result<Revision, StoreError> {
        self.scan_tables(None, at, sink).await
    }

    async fn scan_tables(
        &self,
        kinds: Option<&[Kind]>,
        at: At,
        mut sink: impl FnMut(Vec<Versioned>) -> Result<(), StoreError> + Send,
    ) -> Result<Revision, StoreError> {
        let mut session = self.backend().read().await?;
        let head = journal::head(&mut session).await?;
        let tables = tables(&mut session, kinds, at).await?;
        for table in &tables {
            match at {
                At::Current => read(&mut session, table, Pages::current(table, "1 = 1"), &mut sink).await?,
                At::Revision(Revision(at)) => {
                    let current = Pages::current(table, &format!("revision <= {at}"));
                    read(&mut session, table, current, &mut sink).await?;
                    let past = Pages::history(table, &format!("from_revision <= {at} AND to_revision > {at}"));
                    read(&mut session, table, past, &mut sink).await?;
                }
            }
        }
        Ok(match at {
            At::Current => head,
            At::Revision(at) => at.min(head),
        })
    }

    /// How many records of a kind there are now, e.g. to show progress.
    pub async fn count(&self, kind: &Kind) -> Result<u64, StoreError> {
        let mut session = self.backend().read().await?;
        let mut total = 0;
        for table in tables(&mut session, Some(std::slice::from_ref(kind)), At::Current).await? {
            total += count(&mut session, &table.name).await?;
        }
        Ok(total)
    }

    /// How many records there are now.
    pub async fn count_all(&self) -> Result<u64, StoreError> {
        let mut session = self.backend().read().await?;
        let mut total = 0;
        for table in tables(&mut session, None, At::Current).await? {
            total += count(&mut session, &table.name).await?;
        }
        Ok(total)
    }
}

pub(crate) async fn count(session: &mut Session, table: &str) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM {}", quote(table));
    let row = session.query_one(&sql, Vec::new(), &[Holds::Integer]).await?;
    Ok(row.map(|mut row| row.count()).transpose()?.unwrap_or(0))
}

/// The tables of the kinds asked for, or of all; layers as they were in that state.
pub(crate) async fn tables(session: &mut Session, kinds: Option<&[Kind]>, at: At) -> Result<Vec<Table>, StoreError> {
    let wanted = |kind: &Kind| kinds.is_none_or(|kinds| kinds.contains(kind));
    let mut tables: Vec<Table> = plan::tables().filter(|table| wanted(&table.kind)).cloned().collect();
    if kinds.is_none_or(|kinds| kinds.iter().any(|kind| matches!(kind, Kind::Feature(_)))) {
        let catalogue = Catalogue::load(session).await?;
        for layer in layers(session, at).await? {
            if wanted(&Kind::Feature(layer.name.as_str().into())) {
                tables.push(catalogue.table(&layer.name, &layer.columns)?);
            }
        }
    }
    Ok(tables)
}

/// Reads pages; while one is made into records the next is on its way.
async fn read(
    session: &mut Session,
    table: &Table,
    mut pages: Pages<'_>,
    sink: &mut (impl FnMut(Vec<Versioned>) -> Result<(), StoreError> + Send),
) -> Result<(), StoreError> {
    let dialect = session.dialect();
    let mut page = pages.next(session).await?;
    while !page.is_empty() {
        let decode = async {
            let records: Result<Vec<Versioned>, StoreError> =
                page.into_iter().map(|stored| stored.versioned(table, dialect)).collect();
            sink(records?)
        };
        let (next, decoded) = tokio::join!(pages.next(session), decode);
        decoded?;
        page = next?;
    }
    Ok(())
}
