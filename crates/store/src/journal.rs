//! The journal: one entry a revision, without gaps. It says who, when, why and what, never personal data.

use std::collections::BTreeMap;

use cadastre::{Kind, Problem, Revision};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::{
    Store,
    account::AccountId,
    error::{CommitError, StoreError},
    plan::{Holds, RowError},
    session::{
        Answer, DatabaseError, Session, instant, integer, json as json_param, optional_integer, optional_text, text,
    },
    sql::Dialect,
    write::{Author, Counts, Source},
};

/// Most keys that an entry names; of larger changes it has the counts only.
pub(crate) const MAX_KEYS: u64 = 1000;

/// What a change touched.
pub(crate) enum Touched {
    Keys(Vec<String>),
    Many,
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Number, and so the revision of the store.
    pub revision: Revision,
    /// When it was committed, to the millisecond; never before the entry before it.
    pub at: Timestamp,
    /// Who did it; `None`: the operator at the command line.
    pub account: Option<AccountId>,
    /// Why.
    pub reason: String,
    /// Source of an import.
    pub source: Option<Source>,
    /// What was done, by the name of the kind (`parcel`, `layer:flood_zones`).
    pub counts: BTreeMap<String, Counts>,
    /// Keys of the records touched (`parcel/142888___001230004__`); `None` if they are more than 1,000.
    pub touched: Option<Vec<String>>,
}

/// Now, as precise as the journal is.
pub(crate) fn now() -> Timestamp {
    whole(Timestamp::now())
}

/// An instant as precise as the journal is: only such sort as text, as SQLite compares them.
pub(crate) fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// The last revision of the store.
pub(crate) async fn head(session: &mut Session) -> Result<Revision, DatabaseError> {
    let row = session.query_one("SELECT max(revision) FROM journal", Vec::new(), &[Holds::Integer]).await?;
    let head = row.map(|mut row| row.optional_integer()).transpose()?.flatten();
    Ok(Revision(head.unwrap_or(0) as u64))
}

/// The next revision and its instant, which may be said if it is past. Under the lock only: that is why no reader can
/// skip one.
pub(crate) async fn draw(
    session: &mut Session,
    dated: Option<Timestamp>,
) -> Result<(Revision, Timestamp), CommitError> {
    let sql = "SELECT revision, at FROM journal ORDER BY revision DESC LIMIT 1";
    let (head, last) = match session.query_one(sql, Vec::new(), &[Holds::Integer, Holds::Timestamp]).await? {
        None => (0, Timestamp::MIN),
        Some(mut row) => (row.count()?, row.instant()?),
    };
    let now = now().max(last);
    let at = dated.map_or(now, |at| Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at));
    if at < last || at > now {
        let reason = format!("must be from {last}, when the last change was, to {now}; got {at}");
        return Err(CommitError::Unwritable { problem: Problem::new("at", reason) });
    }
    Ok((Revision(head + 1), at))
}

/// Writes an entry and tells the followers.
pub(crate) async fn append(
    session: &mut Session,
    revision: Revision,
    at: Timestamp,
    by: &Author,
    source: Option<&Source>,
    counts: &BTreeMap<Kind, Counts>,
    touched: Touched,
) -> Result<(), DatabaseError> {
    let by_kind: serde_json::Map<String, Json> =
        counts.iter().map(|(kind, counts)| (kind.name(), json!(counts))).collect();
    let touched = match touched {
        Touched::Keys(keys) => json!(keys),
        Touched::Many => counts
            .iter()
            .map(|(kind, counts)| (kind.name(), json!(counts.added + counts.changed + counts.ended)))
            .collect::<serde_json::Map<String, Json>>()
            .into(),
    };
    let params = vec![
        integer(revision.0 as i64),
        instant(Some(at)),
        optional_text(by.account.as_ref().map(|account| account.0.as_str())),
        text(by.reason.as_str()),
        optional_text(source.map(|source| source.name.as_str())),
        optional_text(source.map(|source| source.sha256.as_str())),
        optional_integer(source.map(|source| source.rows as i64)),
        json_param(Json::from(by_kind).to_string()),
        json_param(touched.to_string()),
    ];
    let sql = "INSERT INTO journal (revision, at, account_id, reason, source_name, source_sha256, source_rows, \
               counts, touched) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    session.execute(sql, params).await?;
    notify(session, revision).await
}

/// Tells every process that the store has changed; it is told on commit.
pub(crate) async fn notify(session: &mut Session, revision: Revision) -> Result<(), DatabaseError> {
    match session.dialect() {
        // Followers of a file see its counter of changes.
        Dialect::GeoPackage => Ok(()),
        Dialect::Postgis => {
            session.script(&format!("SELECT pg_notify('{}', '{revision}')", crate::postgis::CHANNEL)).await
        }
    }
}

impl Store {
    /// Entries after a revision, oldest first, at most `limit`.
    pub async fn journal(&self, after: Revision, limit: u32) -> Result<Vec<JournalEntry>, StoreError> {
        let mut session = self.backend().read().await?;
        let sql = "SELECT revision, at, account_id, reason, source_name, source_sha256, source_rows, counts, touched \
                   FROM journal WHERE revision > $1 ORDER BY revision LIMIT $2";
        let params = vec![integer(after.0 as i64), integer(limit.into())];
        let holds = {
            use Holds::{Integer, Json, Text, Timestamp};
            [Integer, Timestamp, Text, Text, Text, Text, Integer, Json, Json]
        };
        session.query(sql, params, &holds).await?.into_iter().map(entry).collect()
    }

    /// The last revision up to an instant: the state of the store at that time.
    pub async fn revision_at(&self, at: Timestamp) -> Result<Revision, StoreError> {
        let mut session = self.backend().read().await?;
        let sql = "SELECT max(revision) FROM journal WHERE at <= $1";
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        let row = session.query_one(sql, vec![instant(Some(at))], &[Holds::Integer]).await?;
        let revision = row.map(|mut row| row.optional_integer()).transpose()?.flatten();
        Ok(Revision(revision.unwrap_or(0) as u64))
    }
}

/// The counts of an entry, from its revision and its counts.
pub(crate) fn counts(mut row: Answer) -> Result<BTreeMap<String, Counts>, StoreError> {
    let revision = row.count()?;
    parse("counts", revision, &row.text()?)
}

fn parse<T: DeserializeOwned>(column: &str, revision: u64, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Row {
        table: "journal".to_owned(),
        key: revision.to_string(),
        source: RowError::new(column, error.to_string()),
    })
}

fn entry(mut row: Answer) -> Result<JournalEntry, StoreError> {
    let revision = Revision(row.count()?);
    let at = row.instant()?;
    let account = row.optional_text()?.map(AccountId);
    let reason = row.text()?;
    let source = (row.optional_text()?, row.optional_text()?, row.optional_integer()?);
    let source = match source {
        (Some(name), sha256, rows) => {
            Some(Source { name, sha256: sha256.unwrap_or_default(), rows: rows.unwrap_or(0) as u64 })
        }
        _ => None,
    };
    let counts = parse("counts", revision.0, &row.text()?)?;
    let touched = match parse("touched", revision.0, &row.text()?)? {
        Json::Array(keys) => Some(keys.into_iter().filter_map(|key| key.as_str().map(str::to_owned)).collect()),
        _ => None,
    };
    Ok(JournalEntry { revision, at, account, reason, source, counts, touched })
}
