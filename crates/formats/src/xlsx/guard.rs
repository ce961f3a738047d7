//! Sizes of the parts of a workbook, checked before anything is read into memory.

use std::{
    fs::File,
    io::{self, BufReader, Read},
};

use zip::ZipArchive;

use crate::{Format, FormatError, Place, input::Input};

/// All parts of a workbook together. A sheet of a million rows has 200 MB.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// Texts shared by the cells are held in memory.
const MAX_TEXT_BYTES: u64 = 256 * 1024 * 1024;
/// Real workbooks have tens of parts.
const MAX_PARTS: usize = 10_000;

/// Refuses archives that expand beyond all measure, whatever sizes they state.
pub(super) fn check(input: &Input) -> Result<(), FormatError> {
    let malformed = |error: &dyn std::fmt::Display| FormatError::malformed(Format::Xlsx, Place::Unknown, error);
    let file = File::open(&input.path).map_err(|source| input.io_error(source))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| malformed(&error))?;
    if archive.len() > MAX_PARTS {
        return Err(malformed(&format!("{} parts; a workbook has tens", archive.len())));
    }
    let mut total = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| malformed(&error))?;
        let texts = part.name().is_ok_and(|name| name.to_lowercase().ends_with("sharedstrings.xml"));
        let mut start = [0; 1024];
        let filled = read_start(&mut part, &mut start).map_err(|error| malformed(&error))?;
        let left = MAX_BYTES.saturating_sub(total);
        let rest = io::copy(&mut part.by_ref().take(left + 1), &mut io::sink()).map_err(|error| malformed(&error))?;
        let bytes = filled as u64 + rest;
        total += bytes;
        if total > MAX_BYTES {
            return Err(FormatError::TooLarge { what: "the unpacked workbook", limit: MAX_BYTES });
        }
        if texts && bytes > MAX_TEXT_BYTES {
            return Err(FormatError::TooLarge { what: "the texts of the workbook", limit: MAX_TEXT_BYTES });
        }
        // The reader reserves memory for as many texts as are announced; each takes `<si/>` at least.
        if texts && announced_texts(&start[..filled]).is_some_and(|count| count > bytes) {
            return Err(malformed(&"it announces more texts than it has bytes"));
        }
    }
    Ok(())
}

fn read_start(part: &mut impl Read, start: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < start.len() {
        match part.read(&mut start[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

fn announced_texts(start: &[u8]) -> Option<u64> {
    let start = String::from_utf8_lossy(start);
    let (_, rest) = start.split_once("uniqueCount")?;
    let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    // A number too large for the type is one too large for the file.
    Some(digits[..end].parse().unwrap_or(u64::MAX))
}
