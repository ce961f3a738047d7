//! Why a file cannot be read at all.

use std::{fmt, io, path::PathBuf};

use crate::{Format, input::Excess};

/// Where in a file something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Byte, counted from 0, after decompression and decoding to UTF-8.
    Byte(u64),
    /// Line and column, counted from 1.
    Line {
        /// Line.
        line: u64,
        /// Column.
        column: u64,
    },
    /// Row or feature, counted from 1, the header not counted.
    Row(u64),
    /// Not known.
    Unknown,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(byte) => write!(f, " at byte {byte}"),
            Self::Line { line, column } => write!(f, " at line {line}, column {column}"),
            Self::Row(row) => write!(f, " at row {row}"),
            Self::Unknown => Ok(()),
        }
    }
}

/// A file that cannot be read, or not safely.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The file system says no.
    #[error("{} cannot be read: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// None of the formats.
    #[error("{} is not understood: {reason}", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What was found, and what is expected.
        reason: String,
    },
    /// A known format or a part of one that is not read, with what to do instead.
    #[error("{what} is not supported; {help}")]
    Unsupported {
        /// What it is.
        what: String,
        /// What to do instead.
        help: &'static str,
    },
    /// Bytes that are not what the format says.
    #[error("malformed {format}{place}: {reason}")]
    Malformed {
        /// The format.
        format: Format,
        /// Where.
        place: Place,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// The file ends too early.
    #[error("truncated {format}: the file ends{place} in the middle of its data; fetch it again")]
    Truncated {
        /// The format.
        format: Format,
        /// Where.
        place: Place,
    },
    /// Constructs that serve attacks only, such as entity declarations.
    #[error("refused {format}{place}: {reason}")]
    Forbidden {
        /// The format.
        format: Format,
        /// Where.
        place: Place,
        /// What was found.
        reason: &'static str,
    },
    /// Larger than anything sensible.
    #[error("{what} is larger than the limit of {limit} bytes")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// Text in another encoding than stated.
    #[error("wrong encoding{place}: {reason}")]
    Encoding {
        /// Where.
        place: Place,
        /// What was found and what is expected.
        reason: String,
    },
    /// The file holds several tables, layers or sheets, or not the one named.
    #[error("{reason}; the file has: {}", available.join(", "))]
    Layer {
        /// What is missing or ambiguous.
        reason: String,
        /// The names to choose from.
        available: Vec<String>,
    },
    /// Columns that cannot be worked with.
    #[error("column \"{column}\": {reason}")]
    Column {
        /// Name of the column.
        column: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody wrote to the file while it was read.
    #[error("{} changed while it was read; try again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

impl FormatError {
    pub(crate) fn malformed(format: Format, place: Place, reason: impl fmt::Display) -> Self {
        Self::Malformed { format, place, reason: reason.to_string() }
    }

    /// What an error of a stream means: a limit was hit, the data end early, or the system failed.
    pub(crate) fn from_io(format: Format, place: Place, error: &io::Error) -> Self {
        if let Some(excess) = error.get_ref().and_then(|inner| inner.downcast_ref::<Excess>()) {
            return Self::TooLarge { what: excess.what, limit: excess.limit };
        }
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Self::Truncated { format, place };
        }
        Self::malformed(format, place, error)
    }
}
