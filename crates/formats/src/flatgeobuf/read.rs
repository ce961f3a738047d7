//! The features of a FlatGeobuf file.

use std::io::{self, BufRead, Read};

use ::flatgeobuf::{ColumnType, Feature, size_prefixed_root_as_feature};
use cadastre::{Problem, raw::RawRow};

use super::{Layout, geometry, malformed, property};
use crate::{
    Format, FormatError, Place,
    columns::Guess,
    input::{Input, RECORD_LIMIT},
    output::{Halt, Output},
    source::Rows,
};

/// The rows of a file.
#[derive(Debug)]
pub(super) struct FlatGeobufRows {
    pub(super) input: Input,
    pub(super) layout: Layout,
}

impl Rows for FlatGeobufRows {
    fn read(self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt> {
        each_feature(&self.input, &self.layout, |row, feature| self.feature(row, feature, output))
    }
}

/// Reads all values once to learn what the columns of times hold.
pub(super) fn learn(input: &Input, layout: &mut Layout) -> Result<(), FormatError> {
    let mut guesses = vec![Guess::default(); layout.columns.len()];
    each_feature(input, layout, |_, feature| {
        // Values that cannot be read are problems of the second reading.
        for (guess, value) in guesses.iter_mut().zip(property::values(bytes(feature), layout).unwrap_or_default()) {
            guess.value(&property::midnight_as_day(value));
        }
        Ok::<(), FormatError>(())
    })?;
    for (index, guess) in
        guesses.iter().enumerate().filter(|(index, _)| layout.column_types[*index] == ColumnType::DateTime)
    {
        layout.columns[index].kind = guess.learned().kind;
        layout.learned[index] = Some(guess.learned());
    }
    Ok(())
}

/// Calls `visit` with every feature and its number, counted from 1.
fn each_feature<E: From<FormatError>>(
    input: &Input,
    layout: &Layout,
    mut visit: impl FnMut(u64, Feature<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut stream = input.bytes()?;
    skip(&mut stream, layout.data_offset)?;
    let mut buffer = Vec::new();
    let mut row = 0;
    while next(&mut stream, &mut buffer, row)? {
        row += 1;
        if row > layout.features && layout.features > 0 {
            return Err(malformed(Place::Row(row), "there are more features than the header says").into());
        }
        let feature = size_prefixed_root_as_feature(&buffer).map_err(|error| malformed(Place::Row(row), error))?;
        visit(row, feature)?;
    }
    if row < layout.features {
        return Err(FormatError::Truncated { format: Format::FlatGeobuf, place: Place::Row(row) }.into());
    }
    Ok(())
}

fn bytes(feature: Feature<'_>) -> &[u8] {
    feature.properties().map_or(&[][..], |properties| properties.bytes())
}

impl FlatGeobufRows {
    fn feature(&self, row: u64, feature: Feature<'_>, output: &mut Output<'_>) -> Result<(), Halt> {
        let mut notes = Vec::new();
        let read = (|| -> Result<_, Problem> {
            let geometry = match feature.geometry() {
                Some(encoded) => geometry::read(encoded, self.layout.geometry_type, &mut notes)?,
                None => None,
            };
            Ok((geometry, property::values(bytes(feature), &self.layout)?))
        })();
        let (geometry, values) = match read {
            Ok(read) => read,
            Err(problem) => return output.problem(row, None, problem),
        };
        let names = self.layout.columns.iter().map(|column| column.name.as_str().into());
        let crs = self.layout.crs.filter(|_| geometry.is_some());
        output.row(None, RawRow { row, id: None, fields: names.zip(values).collect(), geometry }, crs, notes)
    }
}

fn skip(stream: &mut Box<dyn BufRead + Send>, bytes: u64) -> Result<(), FormatError> {
    let place = Place::Byte(bytes);
    let skipped = io::copy(&mut stream.by_ref().take(bytes), &mut io::sink());
    match skipped {
        Ok(skipped) if skipped == bytes => Ok(()),
        Ok(skipped) => Err(FormatError::Truncated { format: Format::FlatGeobuf, place: Place::Byte(skipped) }),
        Err(error) => Err(FormatError::from_io(Format::FlatGeobuf, place, &error)),
    }
}

/// Reads the next feature with its size into the buffer; `false` at the end of the file.
fn next(stream: &mut Box<dyn BufRead + Send>, buffer: &mut Vec<u8>, row: u64) -> Result<bool, FormatError> {
    let place = Place::Row(row);
    let io_error = |error: io::Error| FormatError::from_io(Format::FlatGeobuf, place, &error);
    if stream.fill_buf().map_err(io_error)?.is_empty() {
        return Ok(false);
    }
    let mut size = [0; 4];
    stream.read_exact(&mut size).map_err(io_error)?;
    let bytes = u64::from(u32::from_le_bytes(size));
    if bytes > RECORD_LIMIT {
        return Err(FormatError::TooLarge { what: "one feature", limit: RECORD_LIMIT });
    }
    buffer.clear();
    buffer.extend_from_slice(&size);
    stream.by_ref().take(bytes).read_to_end(buffer).map_err(io_error)?;
    if buffer.len() as u64 != 4 + bytes {
        return Err(FormatError::Truncated { format: Format::FlatGeobuf, place });
    }
    Ok(true)
}
