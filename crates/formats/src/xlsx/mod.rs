//! Excel workbooks (ECMA-376): one sheet, its first filled row naming the columns.

mod guard;
mod read;

use crate::{Format, FormatError, Header, ReadOptions, input::Input, source::Opened};

/// Opens a workbook, chooses the sheet and learns the kinds of its columns.
pub(crate) fn open(input: &Input, options: &ReadOptions) -> Result<Opened, FormatError> {
    guard::check(input)?;
    let mut header = Header::new(Format::Xlsx, input);
    let rows = read::XlsxRows::open(input, options, &mut header)?;
    Ok((header, Box::new(rows)))
}
