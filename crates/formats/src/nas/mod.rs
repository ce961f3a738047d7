//! NAS, the exchange format of ALKIS (GeoInfoDok 6.0 and 7.1).
//!
//! Taken are parcels, buildings, and the districts and municipalities the parcels name. The file is
//! read twice: once for keys, names and the boundary of the municipality (see [`survey`]), which may
//! stand anywhere, then for the rows, districts and municipalities first. Memory grows with the number
//! of addresses and of boundaries, not with that of parcels.
//!
//! A delivery of changes (NBA) is read as far as it inserts or replaces; each deletion is a problem.

mod object;
mod read;
mod survey;

use crate::{Format, FormatError, Header, input::Input, source::Opened};

/// Opens a file and surveys it.
pub(crate) fn open(input: &Input) -> Result<Opened, FormatError> {
    let survey = survey::survey(input)?;
    let mut header = Header::new(Format::Nas, input);
    header.crs = survey.crs;
    header.feature_count = Some(survey.row_count());
    header.notes = survey.notes();
    Ok((header, Box::new(read::NasRows { input: input.clone(), survey })))
}
