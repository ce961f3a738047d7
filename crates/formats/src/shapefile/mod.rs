//! Shapefile: geometries (`.shp`), a table (`.dbf`), and beside them the CRS (`.prj`) and the code page (`.cpg`), as
//! files of one name or together in a ZIP archive.
//!
//! Both main files are read as streams, side by side. Source: ESRI Shapefile Technical Description (July 1998); dBASE
//! tables as `xBase` documents describe them.

mod codepage;
mod dbf;
mod parts;
mod prj;
mod shp;

use std::{io::BufRead, sync::atomic::Ordering};

use cadastre::{Problem, raw::RawRow};

use crate::{
    Format, FormatError, Header, Place, ReadOptions, SourceCrs,
    input::Input,
    output::{Halt, Output},
    source::{Opened, Rows},
};
use dbf::Table;
use parts::Parts;
pub(crate) use parts::companions;

/// Opens a Shapefile and reads its table once, to learn what its texts hold.
pub(crate) fn open(input: &Input, options: &ReadOptions) -> Result<Opened, FormatError> {
    let parts = Parts::find(input, options.layer.as_deref())?;
    let mut header = Header::new(Format::Shapefile, input);
    parts.name().clone_into(&mut header.name);
    let crs = if let Some(text) = parts.prj(input)? {
        prj::crs(&text, &mut header.notes)
    } else {
        let reason = "there is no .prj file with the coordinate reference system; it must be named";
        header.notes.push(Problem::new("crs", reason));
        None
    };
    let encoding = parts.cpg(input)?.map(|name| codepage::named(&name)).transpose()?;
    let kind = parts.with_streams(input, |shapes, _| shp::Kind::read(shapes))?;
    header.notes.extend(kind.note());
    let table = parts.with_streams(input, |_, rows| Table::learn(rows, encoding, &mut header.notes))?;
    header.crs = crs;
    header.columns = table.columns();
    header.feature_count = Some(table.rows);
    Ok((header, Box::new(ShapefileRows { input: input.clone(), parts, table, crs })))
}

fn malformed(place: Place, reason: impl std::fmt::Display) -> FormatError {
    FormatError::malformed(Format::Shapefile, place, reason)
}

fn io_error(place: Place) -> impl Fn(std::io::Error) -> FormatError {
    move |error| FormatError::from_io(Format::Shapefile, place, &error)
}

/// The rows of a Shapefile.
#[derive(Debug)]
struct ShapefileRows {
    input: Input,
    parts: Parts,
    table: Table,
    crs: Option<SourceCrs>,
}

impl Rows for ShapefileRows {
    fn read(self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt> {
        self.parts.with_streams(&self.input, |shapes, rows| self.side_by_side(shapes, rows, output))
    }
}

impl ShapefileRows {
    fn side_by_side(
        &self,
        shapes: &mut dyn BufRead,
        rows: &mut dyn BufRead,
        output: &mut Output<'_>,
    ) -> Result<(), Halt> {
        shp::Kind::read(shapes)?;
        self.table.skip_header(rows)?;
        let mut shape = Vec::new();
        let mut record = Vec::new();
        for row in 1..=self.table.rows {
            let place = Place::Row(row);
            if !shp::next(shapes, &mut shape, place)? {
                let reason = format!("the table has {} rows, but there are {} geometries", self.table.rows, row - 1);
                return Err(malformed(place, reason).into());
            }
            self.table.next(rows, &mut record, place)?;
            // The part of the rows stands for the part of the file.
            let part = row as f64 / self.table.rows as f64;
            self.input.bytes_read.store((part * self.input.len as f64) as u64, Ordering::Relaxed);
            self.row(row, &shape, &record, output)?;
        }
        if shp::next(shapes, &mut shape, Place::Row(self.table.rows))? {
            let reason = format!("there are more geometries than the {} rows of the table", self.table.rows);
            return Err(malformed(Place::Row(self.table.rows), reason).into());
        }
        Ok(())
    }

    fn row(&self, row: u64, shape: &[u8], record: &[u8], output: &mut Output<'_>) -> Result<(), Halt> {
        if dbf::is_deleted(record) {
            output.left_out("deleted row");
            return Ok(());
        }
        let mut notes = Vec::new();
        let read = shp::geometry(shape, &mut notes).and_then(|geometry| Ok((geometry, self.table.values(record)?)));
        let (geometry, fields) = match read {
            Ok(read) => read,
            Err(problem) => return output.problem(row, None, problem),
        };
        let crs = self.crs.filter(|_| geometry.is_some());
        output.row(None, RawRow { row, id: None, fields, geometry }, crs, notes)
    }
}
