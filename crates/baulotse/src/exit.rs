//! How the program ends. 0 done, 1 failed, 2 wrong usage (clap), 3 data problems.

use std::{path::Path, process::ExitCode};

use server::ingest::ImportError;

/// A command that ran to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// As asked.
    Done,
    /// The data have problems; they were listed.
    DataProblems,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::DataProblems => Self::from(3),
        }
    }
}

/// A command that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file of the command line.
    #[error("{path}: {source}")]
    File {
        /// As given.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// An account or token.
    #[error(transparent)]
    Account(#[from] store::AccountError),
    /// An enquiry.
    #[error(transparent)]
    Enquiry(#[from] store::EnquiryError),
    /// The place of a store.
    #[error(transparent)]
    Location(#[from] store::LocationError),
    /// The import.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The export.
    #[error("{0}")]
    Export(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What was to be committed.
    #[error(transparent)]
    Commit(#[from] store::CommitError),
    /// The demo's data.
    #[error(transparent)]
    Demo(#[from] crate::demo::DemoError),
    /// The server.
    #[error(transparent)]
    Serve(#[from] server::ServeError),
    /// A CRS.
    #[error(transparent)]
    Crs(#[from] spatial::CrsError),
    /// What the command line asks for does not fit together.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// A file of the command line.
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }

    /// Exit code.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) | Self::Location(_) => ExitCode::from(2),
            // A file that cannot be read at all is a failure; one that is not what it claims to be has data problems.
            Self::Import(ImportError::Format { source: formats::FormatError::Io { .. }, .. }) => ExitCode::FAILURE,
            Self::Import(ImportError::Format { .. }) => ExitCode::from(3),
            _ => ExitCode::FAILURE,
        }
    }
}
