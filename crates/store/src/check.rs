//! Verification of a whole store: `baulotse check`.

mod history;
mod integrity;
mod records;

use cadastre::{Problem, geometry::Geometry};

use crate::{
    Store,
    error::StoreError,
    layers::Catalogue,
    picture,
    plan::{self, Table},
};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The store contradicts itself.
    Error,
    /// Data refer to something that is not there, or are not as they should be.
    Warning,
    /// A figure.
    Info,
}

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Table, or `store`.
    pub subject: String,
    /// Key of the row, if it is one row.
    pub key: Option<String>,
    /// What was found, in English, without the final stop.
    pub text: String,
}

impl Finding {
    fn new(severity: Severity, subject: &str, text: impl Into<String>) -> Self {
        Self { severity, subject: subject.to_owned(), key: None, text: text.into() }
    }

    fn of_row(severity: Severity, subject: &str, key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { severity, subject: subject.to_owned(), key: Some(key.into()), text: text.into() }
    }

    /// Whether the store contradicts itself.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        match &self.key {
            Some(key) => write!(f, "{severity}: {} {key}: {}", self.subject, self.text),
            None => write!(f, "{severity}: {}: {}", self.subject, self.text),
        }
    }
}

impl Store {
    /// Verifies the store at one revision; the store may be in use.
    ///
    /// Counts rows; decodes every record, past ones too; asks `validity` about every current geometry, which
    /// gives warnings, as official data are kept as they are; compares indexes, journal and history with the
    /// rows; follows references.
    pub async fn check(
        &self,
        validity: &(dyn Fn(&Geometry) -> Vec<Problem> + Send + Sync),
    ) -> Result<Vec<Finding>, StoreError> {
        let mut findings = Vec::new();
        let mut session = self.backend().read().await?;
        integrity::database(&mut session, &mut findings).await?;
        let catalogue = Catalogue::load(&mut session).await?;
        let features: Vec<Table> = catalogue.names().map(|layer| catalogue.whole_table(layer)).collect();
        let tables: Vec<&Table> = plan::tables().chain(&features).collect();
        for table in &tables {
            if !integrity::columns(&mut session, table, &mut findings).await? {
                continue;
            }
            integrity::index(&mut session, table, &mut findings).await?;
            records::records(&mut session, table, validity, &mut findings).await?;
            history::intervals(&mut session, table, &mut findings).await?;
        }
        history::journal(&mut session, &tables, &mut findings).await?;
        records::references(&mut session, &mut findings).await?;
        for (id, width) in picture::without_files(&mut session).await? {
            let text = format!("the file that is {width} pixels wide is missing");
            findings.push(Finding::of_row(Severity::Warning, "picture", id, text));
        }
        Ok(findings)
    }
}
