//! Imports: any number of records, one revision.

use cadastre::{Edit, Kind, Record};

use super::{Author, Outcome, Source, check_words, stage::Writer};
use crate::error::CommitError;

/// What the journal will say of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportMeta {
    /// Who imports and why.
    pub by: Author,
    /// Name of the source.
    pub source_name: String,
    /// SHA-256 of the source, hexadecimal.
    pub sha256: String,
}

impl ImportMeta {
    /// An import by the operator.
    pub fn new(source_name: impl Into<String>, sha256: impl Into<String>) -> Self {
        Self { by: Author::operator("import"), source_name: source_name.into(), sha256: sha256.into() }
    }

    pub(super) fn check(&self) -> Result<(), CommitError> {
        self.by.check()?;
        check_words(&[("source_name", &self.source_name), ("source_sha256", &self.sha256)])
    }

    /// The same import by somebody else, or for another reason.
    #[must_use]
    pub fn by(self, by: Author) -> Self {
        Self { by, ..self }
    }
}

/// An import under way. Dropped before [`Import::finish`], it never was.
///
/// Records wait in temporary tables outside the store, so that memory does not grow with the source and
/// nobody waits; the store is locked in `finish` only.
pub struct Import {
    writer: Writer,
    meta: ImportMeta,
    source_rows: Option<u64>,
    put: u64,
}

impl std::fmt::Debug for Import {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").field("meta", &self.meta).field("put", &self.put).finish_non_exhaustive()
    }
}

impl Import {
    pub(super) fn new(writer: Writer, meta: ImportMeta) -> Self {
        Self { writer, meta, source_rows: None, put: 0 }
    }

    /// Hands over a batch, best some thousand records; a layer before its features.
    ///
    /// An error leaves the import as it was before the batch.
    pub async fn put(&mut self, records: Vec<Record>) -> Result<(), CommitError> {
        let count = records.len() as u64;
        self.writer.stage(records.into_iter().map(Edit::put).collect()).await?;
        self.put += count;
        Ok(())
    }

    /// Says that the source holds every record of this kind: those not in it end.
    pub fn replace(&mut self, kind: Kind) {
        self.writer.replace(kind);
    }

    /// Says how many rows the source has, if not each became one record.
    pub fn source_rows(&mut self, rows: u64) {
        self.source_rows = Some(rows);
    }

    /// Merges what was handed over, as one revision; in a dry run only says what that would do.
    ///
    /// A key that occurs twice is [`CommitError::DuplicateKey`].
    pub async fn finish(self, dry_run: bool) -> Result<Outcome, CommitError> {
        let source = Source {
            name: self.meta.source_name,
            sha256: self.meta.sha256,
            rows: self.source_rows.unwrap_or(self.put),
        };
        self.writer.merge(self.meta.by, Some(source), None, dry_run).await
    }
}
