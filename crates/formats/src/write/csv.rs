//! Comma-separated values (RFC 4180): UTF-8, a header line, geometry as well-known text in the last column.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe in front, as spreadsheets themselves mark
//! plain text: a file of a cadastre must not run what somebody typed into it.

use std::io::Write;

use cadastre::value::ValueRef;
use wkt::ToWkt;

use super::{GeometryKind, Record, TableInfo, TableWriter, WriteError, names, text_of};

/// Names for the column of well-known text, best first.
const WKT_NAMES: [&str; 3] = ["wkt", "geometry_wkt", "wkt_geometry"];

/// Writes CSV.
pub(super) struct CsvWriter<W: Write> {
    table: TableInfo,
    has_id: bool,
    out: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    pub(super) fn new(table: TableInfo, out: W) -> Result<Self, WriteError> {
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let id = names::id(&table);
        let wkt = (table.geometry != GeometryKind::None).then(|| names::free(&table, &WKT_NAMES));
        let columns = table.columns.iter().map(|column| column.name.as_str());
        let header = id.as_deref().into_iter().chain(columns).chain(wkt.as_deref());
        out.write_record(header.map(plain)).map_err(io_error)?;
        Ok(Self { has_id: id.is_some(), table, out })
    }

    fn field(&mut self, text: &str) -> Result<(), WriteError> {
        self.out.write_field(text).map_err(io_error)
    }
}

impl<W: Write> TableWriter for CsvWriter<W> {
    fn write(&mut self, record: &Record<'_>) -> Result<(), WriteError> {
        if self.has_id {
            self.field(&plain(record.view.id()))?;
        }
        for index in 0..self.table.columns.len() {
            let value = record.value(&self.table.columns[index]);
            let text = text_of(&value).unwrap_or_default();
            match value {
                ValueRef::Text(_) | ValueRef::List(_) => self.field(&plain(&text))?,
                _ => self.field(&text)?,
            }
        }
        if self.table.geometry != GeometryKind::None {
            let wkt = record.geometry.map(ToWkt::wkt_string);
            self.field(&wkt.unwrap_or_default())?;
        }
        self.out.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        Ok(self.out.flush()?)
    }
}

/// A text that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

fn io_error(error: csv::Error) -> WriteError {
    WriteError::Io(error.into())
}

#[cfg(test)]
mod tests {
    use super::plain;

    fn check(text: &str, expected: &str) {
        assert_eq!(plain(text), expected);
    }

    #[test]
    fn a_text_is_never_a_formula() {
        check("=1+2", "'=1+2");
        check("+49 34321", "'+49 34321");
        check("-", "'-");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("Am Markt 1", "Am Markt 1");
        check("", "");
    }
}
