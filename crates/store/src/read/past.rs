//! What was there before: superseded states of records, and the days of the journal.

use cadastre::{Kind, Revision, edit::Superseded};
use jiff::Timestamp;

use super::Pages;
use crate::{
    Store,
    error::StoreError,
    plan::{self, Holds},
    session::{Session, instant, integer},
};

impl Store {
    /// Reads the superseded states of the typed records of these kinds, kind by kind in the order given; those of a
    /// record come one after the other, oldest first.
    ///
    /// `sink` gets batches of up to 1,000. Memory stays bounded, writers do not wait.
    pub async fn superseded(
        &self,
        kinds: &[Kind],
        mut sink: impl FnMut(Vec<Superseded>) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let mut session = self.backend().read().await?;
        let dialect = session.dialect();
        for table in kinds.iter().filter_map(plan::table) {
            let mut pages = Pages::by_record(table);
            loop {
                let page = pages.next(&mut session).await?;
                if page.is_empty() {
                    break;
                }
                let states = page.into_iter().map(|stored| {
                    let until = stored.until.unwrap_or(stored.revision);
                    let versioned = stored.versioned(table, dialect)?;
                    Ok(Superseded { from: versioned.revision, until, record: versioned.record })
                });
                sink(states.collect::<Result<_, StoreError>>()?)?;
            }
        }
        Ok(())
    }

    /// The first revision that was committed at this instant or later, and when; `None` if there is none.
    pub async fn first_revision_from(&self, at: Timestamp) -> Result<Option<(Revision, Timestamp)>, StoreError> {
        let mut session = self.backend().read().await?;
        // Instants never go back from one revision to the next.
        let sql = "SELECT revision, at FROM journal WHERE at >= $1 ORDER BY at, revision LIMIT 1";
        let found = session.query_one(sql, vec![instant(Some(at))], &[Holds::Integer, Holds::Timestamp]).await?;
        let found = found.map(|mut row| Ok::<_, StoreError>((Revision(row.count()?), row.instant()?)));
        found.transpose()
    }
}

/// When the first and the last revision after another one were committed; `None` if there is none.
pub(super) async fn committed_since(
    session: &mut Session,
    since: Revision,
) -> Result<Option<(Timestamp, Timestamp)>, StoreError> {
    let sql = "SELECT min(at), max(at) FROM journal WHERE revision > $1";
    let holds = [Holds::Timestamp, Holds::Timestamp];
    let Some(mut row) = session.query_one(sql, vec![integer(since.0 as i64)], &holds).await? else { return Ok(None) };
    Ok(row.optional_instant()?.zip(row.optional_instant()?))
}
