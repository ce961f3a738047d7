//! Separated values with a header line (RFC 4180 and what spreadsheets make of it).

mod dialect;
mod read;

use crate::{Format, FormatError, Header, ReadOptions, input::Input, source::Opened};

/// Opens a file, guesses separator and encoding, and learns the kinds of its columns.
pub(crate) fn open(input: &Input, options: &ReadOptions) -> Result<Opened, FormatError> {
    let mut header = Header::new(Format::Csv, input);
    let mut dialect = dialect::guess(&input.head()?, options);
    let learned = match read::learn(input, &dialect, options) {
        // A byte order mark says UTF-8: then the bytes are damaged, not in another encoding.
        Err(read::LearnError::NotUtf8 { row }) if !dialect.is_marked => {
            dialect.encoding = encoding_rs::WINDOWS_1252;
            let reason = format!("row {row} is not UTF-8, so the file is read as Windows-1252; check the umlauts");
            header.notes.push(cadastre::Problem::new("encoding", reason));
            read::learn(input, &dialect, options)
        }
        learned => learned,
    };
    let mut layout = learned.map_err(|error| error.into_format_error(&dialect))?;
    layout.settle(&mut header);
    let crs = header.crs;
    Ok((header, Box::new(read::CsvRows { input: input.clone(), dialect, layout, crs })))
}
