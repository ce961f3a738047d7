//! What changed since a revision: what followers apply.

use std::collections::BTreeSet;

use cadastre::{Revision, edit::Applied};
use jiff::Timestamp;

use super::{Pages, past, scan::tables};
use crate::{
    Store,
    error::StoreError,
    journal,
    layers::{At, Catalogue},
    plan::{self, Holds, Table},
    schema,
    session::{Session, integer},
    sql::quote,
};

/// What changed since a revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// Epoch of the store. If it is not the one the follower knows, the store was restored: reload.
    pub epoch: String,
    /// Revision these changes lead to.
    pub head: Revision,
    /// When the first and the last of them were committed; `None` if there are none.
    pub committed: Option<(Timestamp, Timestamp)>,
    /// Records as they are now that were written since, referred-to kinds first; then the records of then
    /// that are there no more.
    pub applied: Vec<Applied>,
}

impl Store {
    /// What changed after a revision, read at one revision.
    pub async fn changes_since(&self, since: Revision) -> Result<Changes, StoreError> {
        let mut session = self.backend().read().await?;
        let epoch = schema::meta(&mut session).await?.map(|meta| meta.epoch).unwrap_or_default();
        let head = journal::head(&mut session).await?;
        let committed = past::committed_since(&mut session, since).await?;
        let mut applied = Vec::new();
        if head > since {
            let touched = Touched::since(&mut session, since, head).await?;
            for table in tables(&mut session, None, At::Current).await? {
                if touched.has(&table) {
                    written(&mut session, &table, since, &mut applied).await?;
                }
            }
            let catalogue = Catalogue::load(&mut session).await?;
            let features: Vec<Table> = catalogue.names().map(|layer| catalogue.whole_table(layer)).collect();
            for table in features.iter().chain(plan::tables()).filter(|table| touched.has(table)) {
                ended(&mut session, table, since, &mut applied).await?;
            }
        }
        Ok(Changes { epoch, head, committed, applied })
    }
}

/// The kinds that the journal names since a revision, so that a small change costs few questions.
enum Touched {
    /// So many entries that asking every table is cheaper.
    Any,
    Kinds(BTreeSet<String>),
}

impl Touched {
    async fn since(session: &mut Session, since: Revision, head: Revision) -> Result<Self, StoreError> {
        const MANY: u64 = 1000;
        if head.0 - since.0 > MANY {
            return Ok(Self::Any);
        }
        let mut kinds = BTreeSet::new();
        let sql = "SELECT revision, counts FROM journal WHERE revision > $1";
        for row in session.query(sql, vec![integer(since.0 as i64)], &[Holds::Integer, Holds::Json]).await? {
            kinds.extend(journal::counts(row)?.into_keys());
        }
        Ok(Self::Kinds(kinds))
    }

    fn has(&self, table: &Table) -> bool {
        match self {
            Self::Any => true,
            Self::Kinds(kinds) => kinds.contains(&table.kind.name()),
        }
    }
}

async fn written(
    session: &mut Session,
    table: &Table,
    since: Revision,
    applied: &mut Vec<Applied>,
) -> Result<(), StoreError> {
    let dialect = session.dialect();
    let mut pages = Pages::since(table, since);
    loop {
        let page = pages.next(session).await?;
        if page.is_empty() {
            return Ok(());
        }
        for stored in page {
            applied.push(Applied::Put(Box::new(stored.versioned(table, dialect)?)));
        }
    }
}

/// Records that were there at the revision and are not now.
async fn ended(
    session: &mut Session,
    table: &Table,
    since: Revision,
    applied: &mut Vec<Applied>,
) -> Result<(), StoreError> {
    let (name, history, key) = (quote(&table.name), quote(&table.history()), quote(table.key));
    let sql = format!(
        "SELECT h.{key}, max(h.to_revision) FROM {history} h WHERE h.to_revision > $1 \
         AND NOT EXISTS (SELECT 1 FROM {name} t WHERE t.{key} = h.{key}) \
         GROUP BY h.{key} HAVING min(h.from_revision) <= $2 ORDER BY h.{key}"
    );
    let since = since.0 as i64;
    for mut row in session.query(&sql, vec![integer(since), integer(since)], &[Holds::Text, Holds::Integer]).await? {
        let key = table.key_of(row.text()?);
        applied.push(Applied::Ended { key, revision: Revision(row.count()?) });
    }
    Ok(())
}
