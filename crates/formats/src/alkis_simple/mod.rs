//! "ALKIS vereinfacht" 1.0 and 2.0, the product of the AdV that open WFS answer with.
//!
//! Taken are parcels and buildings; each municipality and district is handed out before the first
//! parcel that names it, so one reading suffices.
//!
//! Source: AdV, Produktspezifikation ALKIS-WFS (Produkt "ALKIS-vereinfacht").

mod read;

use crate::{
    Format, FormatError, Header, SourceCrs,
    input::Input,
    source::Opened,
    xml::{Step, Vocabulary, Xml},
};

/// Opens a file and reads it up to the first object.
pub(crate) fn open(input: &Input) -> Result<Opened, FormatError> {
    let mut header = Header::new(Format::AlkisSimple, input);
    let mut xml = Xml::open(input, Format::AlkisSimple)?;
    loop {
        match xml.step()? {
            Step::Eof => break,
            Step::Text | Step::End => {}
            Step::Start => {
                if xml.depth() == 1 {
                    header.feature_count = xml.attribute("numberReturned")?.and_then(|count| count.parse().ok());
                }
                if xml.vocabulary() == Vocabulary::Gml && header.crs.is_none() {
                    header.crs = xml.attribute("srsName")?.and_then(|name| SourceCrs::parse(&name));
                }
                if header.crs.is_some() {
                    break;
                }
            }
        }
    }
    Ok((header, Box::new(read::AlkisSimpleRows { input: input.clone() })))
}
