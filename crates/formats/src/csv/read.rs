//! The rows of a CSV file.

use std::io::BufRead;

use ::csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use cadastre::Problem;

use super::dialect::Dialect;
use crate::{
    Format, FormatError, Place, ReadOptions, SourceCrs,
    input::{Budget, Input, Metered, RECORD_LIMIT},
    output::{Halt, Output},
    source::Rows,
    table::{Cell, Layout},
};

/// The rows of a file.
#[derive(Debug)]
pub(super) struct CsvRows {
    pub(super) input: Input,
    pub(super) dialect: Dialect,
    pub(super) layout: Layout,
    pub(super) crs: Option<SourceCrs>,
}

/// Why the columns were not learned.
pub(super) enum LearnError {
    /// The file is in some other encoding; the row is counted from 1, the header is row 0.
    NotUtf8 {
        row: u64,
    },
    Failed(FormatError),
}

impl LearnError {
    pub(super) fn into_format_error(self, dialect: &Dialect) -> FormatError {
        match self {
            Self::Failed(error) => error,
            Self::NotUtf8 { row } => FormatError::Encoding {
                place: Place::Row(row),
                reason: format!("expected {}", dialect.encoding.name()),
            },
        }
    }
}

impl From<FormatError> for LearnError {
    fn from(error: FormatError) -> Self {
        Self::Failed(error)
    }
}

/// Records of a file, one by one.
struct Records {
    reader: Reader<Metered<Box<dyn BufRead + Send>>>,
    budget: Budget,
    record: ByteRecord,
    /// Rows taken; the header is row 0.
    row: u64,
}

impl Records {
    fn open(input: &Input, dialect: &Dialect) -> Result<Self, FormatError> {
        let mut stream = input.text(dialect.encoding)?;
        if dialect.names_separator {
            let mut line = Vec::new();
            stream
                .read_until(b'\n', &mut line)
                .map_err(|error| FormatError::from_io(Format::Csv, Place::Row(0), &error))?;
        }
        let (stream, budget) = Metered::new(stream, "one row (a quotation mark may be left open)", RECORD_LIMIT);
        let mut builder = ReaderBuilder::new();
        builder.delimiter(dialect.delimiter).flexible(true).has_headers(false).buffer_capacity(64 * 1024);
        Ok(Self { reader: builder.from_reader(stream), budget, record: ByteRecord::new(), row: 0 })
    }

    /// Takes the next record; `false` at the end. Empty lines are passed over.
    fn advance(&mut self) -> Result<bool, FormatError> {
        self.budget.renew();
        let place = Place::Row(self.row);
        self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            ErrorKind::Io(error) => FormatError::from_io(Format::Csv, place, &error),
            other => FormatError::malformed(Format::Csv, place, format!("{other:?}")),
        })
    }

    /// The header line, which must be there.
    fn header(&mut self) -> Result<Vec<String>, LearnError> {
        if !self.advance()? {
            return Err(FormatError::malformed(Format::Csv, Place::Unknown, "there is no header line").into());
        }
        Ok(self.texts()?.into_iter().map(str::to_owned).collect())
    }

    /// The fields, all of them valid UTF-8.
    fn texts(&self) -> Result<Vec<&str>, LearnError> {
        let texts = self.record.iter().map(std::str::from_utf8).collect::<Result<Vec<_>, _>>();
        texts.ok().ok_or(LearnError::NotUtf8 { row: self.row })
    }

    fn is_blank(&self) -> bool {
        self.record.iter().all(|field| field.trim_ascii().is_empty())
    }
}

/// Reads the file once to learn the kinds of its columns.
pub(super) fn learn(input: &Input, dialect: &Dialect, options: &ReadOptions) -> Result<Layout, LearnError> {
    let mut records = Records::open(input, dialect)?;
    let mut layout = Layout::new(&records.header()?, options)?;
    while records.advance()? {
        records.row += 1;
        if !records.is_blank() {
            layout.learn(records.texts()?.into_iter().map(Cell::Text));
        }
    }
    Ok(layout)
}

impl Rows for CsvRows {
    fn read(self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt> {
        let failed = |error: LearnError| error.into_format_error(&self.dialect);
        let mut records = Records::open(&self.input, &self.dialect)?;
        records.header().map_err(failed)?;
        let width = self.layout.width();
        while records.advance()? {
            records.row += 1;
            if records.is_blank() {
                continue;
            }
            let texts = records.texts().map_err(failed)?;
            // Spreadsheets end lines with separators.
            let filled = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
            if texts.len() < width || filled > width {
                let reason = format!("has {} fields, but the header has {width}", texts.len());
                output.problem(records.row, None, Problem::new("row", reason))?;
                continue;
            }
            let cells: Vec<Cell<'_>> = texts[..width].iter().map(|text| Cell::Text(text)).collect();
            self.layout.row(records.row, &cells, self.crs, output)?;
        }
        Ok(())
    }
}
