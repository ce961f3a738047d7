//! The outbox: enquiries that a municipality is still to be told of by mail. It holds numbers and times, nothing personal.
//!
//! A notice that is taken is put off in the same step, so that of several processes one sends it, and that it is sent
//! later if that process fails. It is sent once, unless a process dies between sending it and saying so.

use cadastre::{ReceiptNumber, enquiry::Filed};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Store, enquiry,
    error::StoreError,
    journal,
    plan::Holds,
    session::{DatabaseError, Session, instant, text},
};

/// Name of the table.
pub(crate) const TABLE: &str = "enquiry_notice";

/// Every column of the table, with what it holds.
pub(crate) const COLUMNS: [(&str, Holds); 3] =
    [("number", Holds::Text), ("due", Holds::Timestamp), ("attempts", Holds::Integer)];

/// A notice that is to be sent now.
#[derive(Clone, Debug, PartialEq)]
pub struct DueNotice {
    /// The enquiry.
    pub filed: Filed,
    /// How often this has been tried before.
    pub attempts: u32,
}

/// Puts a notice of an enquiry into the outbox; in the transaction that files it.
pub(crate) async fn put(session: &mut Session, number: ReceiptNumber) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO enquiry_notice (number, due, attempts) VALUES ($1, $2, 0)";
    session.execute(sql, vec![text(number.to_string()), instant(Some(journal::now()))]).await.map(drop)
}

/// Forgets notices of what is no more.
pub(crate) async fn sweep(session: &mut Session) -> Result<(), DatabaseError> {
    let sql = "DELETE FROM enquiry_notice WHERE number NOT IN (SELECT number FROM enquiry)";
    session.execute(sql, Vec::new()).await.map(drop)
}

impl Store {
    /// Takes the notice that has been due for longest, if any is. Nobody gets it again before `wait` has passed, which is
    /// told how often it has been tried.
    pub async fn take_notice(
        &self,
        now: Timestamp,
        wait: impl Fn(u32) -> SignedDuration + Send,
    ) -> Result<Option<DueNotice>, StoreError> {
        let now = journal::whole(now);
        let mut session = self.backend().write().await?;
        let sql = "SELECT number, attempts, due FROM enquiry_notice WHERE due <= $1 ORDER BY due, number LIMIT 1";
        let holds = [Holds::Text, Holds::Integer, Holds::Timestamp];
        let Some(mut row) = session.query_one(sql, vec![instant(Some(now))], &holds).await? else { return Ok(None) };
        let (number, attempts, due) = (row.text()?, row.count()?, row.instant()?);
        let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
        let later = journal::whole(now.saturating_add(wait(attempts)).unwrap_or(Timestamp::MAX));
        // Whoever came first has put it off: then this finds nothing.
        let sql = "UPDATE enquiry_notice SET due = $1, attempts = attempts + 1 WHERE number = $2 AND due = $3";
        let params = vec![instant(Some(later)), text(number.as_str()), instant(Some(due))];
        let is_taken = session.execute(sql, params).await? == 1;
        let found = match ReceiptNumber::parse(&number) {
            Ok(number) if is_taken => enquiry::find(&mut session, number).await?,
            _ => None,
        };
        session.commit().await?;
        Ok(found.map(|filed| DueNotice { filed, attempts }))
    }

    /// Takes a notice out of the outbox: it is sent, or there is nobody to send it to.
    pub async fn settle_notice(&self, number: ReceiptNumber) -> Result<(), StoreError> {
        let mut session = self.backend().write().await?;
        enquiry::overwrite_deleted(&mut session, true).await?;
        session.execute("DELETE FROM enquiry_notice WHERE number = $1", vec![text(number.to_string())]).await?;
        enquiry::overwrite_deleted(&mut session, false).await?;
        Ok(session.commit().await?)
    }

    /// How many notices are to be sent, and whether one of them is due.
    pub async fn waiting_notices(&self, now: Timestamp) -> Result<(u64, bool), StoreError> {
        let mut session = self.backend().read().await?;
        let sql = "SELECT count(*), min(due) FROM enquiry_notice";
        let row = session.query_one(sql, Vec::new(), &[Holds::Integer, Holds::Timestamp]).await?;
        let Some(mut row) = row else { return Ok((0, false)) };
        let (count, first) = (row.count()?, row.optional_instant()?);
        Ok((count, first.is_some_and(|due| due <= now)))
    }
}
