//! A file to be imported: its format, what it says about itself, and its rows.

use std::{fmt, ops::ControlFlow, path::Path, sync::Arc};

use cadastre::{Problem, record::Column};
use sha2::{Digest as _, Sha256};

use crate::{
    FormatError, SourceCrs, Summary, alkis_simple, csv, detect, flatgeobuf, geojson, geopackage,
    input::Input,
    nas,
    output::{Event, Halt, Output},
    shapefile, xlsx,
};

/// A file format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Normbasierte Austauschschnittstelle of ALKIS, GeoInfoDok 6.0 and 7.1.
    Nas,
    /// WFS answers "ALKIS vereinfacht" 1.0 and 2.0.
    AlkisSimple,
    /// GeoJSON (RFC 7946), also as a sequence (RFC 8142) or one feature a line.
    GeoJson,
    /// GeoPackage (OGC 12-128).
    GeoPackage,
    /// FlatGeobuf, version 3.
    FlatGeobuf,
    /// ESRI Shapefile with its table, as files of one name or in a ZIP archive.
    Shapefile,
    /// Separated values with a header line.
    Csv,
    /// Excel workbook.
    Xlsx,
}

impl Format {
    /// Whether rows say what they are; others are tables with columns of their own.
    pub fn is_typed(self) -> bool {
        matches!(self, Self::Nas | Self::AlkisSimple)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nas => "NAS",
            Self::AlkisSimple => "ALKIS vereinfacht",
            Self::GeoJson => "GeoJSON",
            Self::GeoPackage => "GeoPackage",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::Shapefile => "Shapefile",
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
        })
    }
}

/// What the caller knows better than the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Table of a GeoPackage, sheet of a workbook or Shapefile of an archive; without one the only or the first is taken.
    pub layer: Option<String>,
    /// Column of a CSV or XLSX file that holds the geometry as WKT or EWKT.
    pub wkt_column: Option<String>,
    /// Columns of a CSV or XLSX file that hold easting or longitude, and northing or latitude.
    pub xy_columns: Option<(String, String)>,
    /// Separator of a CSV file, if the guess is wrong.
    pub delimiter: Option<u8>,
}

/// Where the geometry of a CSV or XLSX row comes from. These columns are not handed out as fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeometryColumns {
    /// A column of WKT or EWKT.
    Wkt(String),
    /// Two columns of numbers: easting or longitude, northing or latitude.
    Xy(String, String),
}

/// What a file says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Format, detected by content.
    pub format: Format,
    /// Name of the table, sheet or layer; otherwise of the file, without extension.
    pub name: String,
    /// CRS the file states for all rows; `None` if it states none, or states it row by row.
    pub crs: Option<SourceCrs>,
    /// Columns of the rows, in order; empty for typed formats.
    pub columns: Vec<Column>,
    /// Where the geometry of a CSV or XLSX row comes from; `None` for other formats or if there is none.
    pub geometry_columns: Option<GeometryColumns>,
    /// Number of rows, if known before reading.
    pub feature_count: Option<u64>,
    /// Size of the file on disk, the measure of [`Event::Progress`].
    pub total_bytes: u64,
    /// What had to be assumed or left aside for the file as a whole.
    pub notes: Vec<Problem>,
}

impl Header {
    pub(crate) fn new(format: Format, input: &Input) -> Self {
        Self {
            format,
            name: input.name.clone(),
            crs: None,
            columns: Vec::new(),
            geometry_columns: None,
            feature_count: None,
            total_bytes: input.len,
            notes: Vec::new(),
        }
    }
}

/// A file opened by one of the formats, ready to hand out its rows.
pub(crate) trait Rows: fmt::Debug + Send {
    /// Hands out every row in the order of the file.
    fn read(self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt>;
}

/// What opening a file gives.
pub(crate) type Opened = (Header, Box<dyn Rows>);

/// An opened file.
#[derive(Debug)]
pub struct Source {
    input: Input,
    header: Header,
    rows: Box<dyn Rows>,
}

impl Source {
    /// Opens a file, finds out its format and reads what is needed to describe it.
    ///
    /// The format is told by content, by the extension only for CSV. Text formats may be compressed
    /// with gzip. GeoJSON, CSV, XLSX and NAS are read through once here to learn columns, keys and
    /// names; the time grows with the file, the memory does not, but for two tables: the shared texts
    /// of a workbook and, for NAS, the street names and the boundaries of municipalities.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, FormatError> {
        let input = Input::open(path)?;
        let (header, rows) = match detect::format(&input)? {
            Format::Nas => nas::open(&input)?,
            Format::AlkisSimple => alkis_simple::open(&input)?,
            Format::GeoJson => geojson::open(&input)?,
            Format::GeoPackage => geopackage::open(&input, options)?,
            Format::FlatGeobuf => flatgeobuf::open(&input)?,
            Format::Shapefile => shapefile::open(&input, options)?,
            Format::Csv => csv::open(&input, options)?,
            Format::Xlsx => xlsx::open(&input, options)?,
        };
        Ok(Self { input, header, rows })
    }

    /// What the file says about itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Hands every row, problem and progress mark to `sink`, until it breaks.
    ///
    /// Fails if the file is damaged, or if it was written to since it was opened: what was handed out
    /// before must then be discarded.
    pub fn read(self, sink: &mut dyn FnMut(Event) -> ControlFlow<()>) -> Result<Summary, FormatError> {
        let mut output = Output::new(sink, Arc::clone(&self.input.bytes_read));
        match self.rows.read(&mut output) {
            Ok(()) => {}
            Err(Halt::Stopped) => output.summary.stopped = true,
            Err(Halt::Failed(error)) => return Err(error),
        }
        self.input.check_unchanged()?;
        Ok(output.summary)
    }
}

/// SHA-256 of a source as it is on disk, compressed or not.
///
/// Of a Shapefile in several files it is that of the hash of the `.shp` followed by extension and hash of each of
/// `.dbf`, `.shx`, `.prj` and `.cpg` that there are, in this order.
pub fn sha256(path: &Path) -> Result<[u8; 32], FormatError> {
    let first = Input::open(path)?.sha256()?;
    let companions = shapefile::companions(path)?;
    if companions.is_empty() {
        return Ok(first);
    }
    let mut whole = Sha256::new().chain_update(first);
    for (extension, path) in companions {
        whole.update(extension);
        whole.update(Input::open(&path)?.sha256()?);
    }
    Ok(whole.finalize().into())
}

#[cfg(test)]
mod tests {
    /// The example of FIPS 180-2, appendix B.1.
    #[test]
    fn the_hash_is_of_the_bytes_on_disk() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        let digest = super::sha256(file.path()).unwrap();
        assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(digest[28..], [0xf2, 0x00, 0x15, 0xad]);
    }

    #[test]
    fn the_hash_of_a_shapefile_is_of_all_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let hash = |name: &str| super::sha256(&folder.path().join(name)).unwrap();
        write("a.shp", "shapes");
        write("b.shp", "shapes");
        let mut hashes = vec![hash("a.shp")];
        assert_eq!(hash("b.shp"), hashes[0], "no other file belongs to it");
        for (name, text) in [
            ("a.DBF", "rows"),
            ("a.DBF", "other rows"),
            ("a.prj", "one"),
            ("a.cpg", "UTF-8"),
            ("a.cpg", "CP1252"),
            ("a.shx", "index"),
        ] {
            write(name, text);
            let found = hash("a.shp");
            assert!(!hashes.contains(&found), "{name} with \"{text}\" changes nothing");
            hashes.push(found);
        }
        write("a.txt", "beside the point");
        write("b.dbf", "of another");
        assert_eq!(Some(&hash("a.shp")), hashes.last());
    }
}
