//! The one write path: rows are staged, then merged under the lock in one transaction.

mod import;
mod merge;
mod stage;

use std::collections::BTreeMap;

use cadastre::{Edit, Kind, Revision};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Store,
    account::AccountId,
    error::CommitError,
    picture::PictureFile,
    plan,
    session::{DatabaseError, Failure},
};

pub use import::{Import, ImportMeta};
use stage::Writer;

/// Who makes a change and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Account; `None`: the operator at the command line.
    pub account: Option<AccountId>,
    /// Reason as it stands in the journal. It outlives every account: no personal data.
    pub reason: String,
}

impl Author {
    /// The operator at the command line.
    pub fn operator(reason: impl Into<String>) -> Self {
        Self { account: None, reason: reason.into() }
    }

    /// A person with an account.
    pub fn account(account: AccountId, reason: impl Into<String>) -> Self {
        Self { account: Some(account), reason: reason.into() }
    }

    fn check(&self) -> Result<(), CommitError> {
        let account = self.account.as_ref().map_or("", |account| account.0.as_str());
        check_words(&[("reason", &self.reason), ("account_id", account)])
    }
}

/// Refuses what no column of the journal takes, before anything is written.
fn check_words(words: &[(&str, &str)]) -> Result<(), CommitError> {
    match words.iter().find_map(|(field, text)| plan::word_problem(field, text)) {
        Some(problem) => Err(CommitError::Unwritable { problem }),
        None => Ok(()),
    }
}

/// What a change did to the records of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records that were not there.
    pub added: u64,
    /// Records that were there and are different now.
    pub changed: u64,
    /// Records that ended.
    pub ended: u64,
    /// Records handed in that were there just so; nothing was written for them.
    pub unchanged: u64,
}

impl Counts {
    /// Whether rows were written.
    pub fn is_change(&self) -> bool {
        self.added + self.changed + self.ended > 0
    }
}

/// What became of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Revision drawn; `None` if there was nothing to change, or in a dry run.
    pub revision: Option<Revision>,
    /// What happened, or in a dry run would happen, by kind.
    pub counts: BTreeMap<Kind, Counts>,
}

/// Where the rows of an import came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name of the file.
    pub name: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Rows read.
    pub rows: u64,
}

impl Store {
    /// Makes all the edits or none, as one revision; once begun, also if nobody waits for it any more.
    ///
    /// Edits that say what is there already write nothing; if all do, no revision is drawn. A record may
    /// occur once. Ending a layer ends its features.
    pub async fn commit(&self, edits: Vec<Edit>, by: Author) -> Result<Outcome, CommitError> {
        self.commit_with(edits, Vec::new(), by).await
    }

    /// As [`Store::commit`], with the files of pictures that the edits put. A picture ends with its site or vacancy
    /// record, and its files with it.
    pub async fn commit_with(
        &self,
        edits: Vec<Edit>,
        files: Vec<PictureFile>,
        by: Author,
    ) -> Result<Outcome, CommitError> {
        by.check()?;
        let store = self.clone();
        let work = async move {
            let mut writer = Writer::begin(&store).await?;
            writer.stage(edits).await?;
            writer.files = files;
            writer.merge(by, None, None, false).await
        };
        to_its_end(work).await
    }

    /// Commits what was so at an instant of the past: for a store that is built from dated states, as the demo is.
    ///
    /// The journal goes forward only: the instant must neither be before that of the last entry nor still to come.
    pub async fn commit_dated(&self, edits: Vec<Edit>, by: Author, at: Timestamp) -> Result<Outcome, CommitError> {
        by.check()?;
        let store = self.clone();
        let work = async move {
            let mut writer = Writer::begin(&store).await?;
            writer.stage(edits).await?;
            writer.merge(by, None, Some(at), false).await
        };
        to_its_end(work).await
    }

    /// Begins an import: records handed over in batches become one revision.
    pub async fn import(&self, meta: ImportMeta) -> Result<Import, CommitError> {
        meta.check()?;
        Ok(Import::new(Writer::begin(self).await?, meta))
    }
}

/// Works to the end, whether or not somebody still waits for it, as when a client hangs up.
///
/// A `COPY` that is given up midway leaves an answer of the database that the driver does not count (`PgCopyIn` sends
/// `CopyFail` when it is dropped), and whoever gets the connection next takes it for the answer to what they asked.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, CommitError>> + Send + 'static,
) -> Result<T, CommitError> {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and the transaction with it.
            Err(_cancelled) => Err(DatabaseError::from(Failure::Lost).into()),
        },
    }
}
