//! Tables of text and numbers (CSV, XLSX): their header line, and geometry in ordinary columns.

use std::collections::HashSet;

use cadastre::{
    Problem, Value,
    geometry::{Geometry, Point},
    raw::{RawRow, parse_number},
};

use crate::{
    FormatError, GeometryColumns, Header, ReadOptions, SourceCrs,
    columns::{Guess, Learned},
    output::{Halt, Output},
    shape::{self, refuse},
    wkt,
};

/// More columns than PostgreSQL takes (1,600), and so more than any store.
pub(crate) const MAX_COLUMNS: usize = 1600;

/// Names by which a column of well-known text is known.
const WKT_NAMES: [&str; 6] = ["wkt", "geometry", "geom", "the_geom", "wkt_geom", "geometrie"];

/// Names of pairs of columns, easting or longitude first.
const XY_NAMES: [(&str, &str); 9] = [
    ("x", "y"),
    ("easting", "northing"),
    ("rechtswert", "hochwert"),
    ("ostwert", "nordwert"),
    ("lon", "lat"),
    ("lng", "lat"),
    ("longitude", "latitude"),
    ("laengengrad", "breitengrad"),
    ("längengrad", "breitengrad"),
];

/// From here on the pairs are degrees.
const FIRST_DEGREES: usize = 4;

/// The content of a cell.
#[derive(Clone, Debug)]
pub(crate) enum Cell<'a> {
    /// As written; its kind is that of the column.
    Text(&'a str),
    /// Typed by the file.
    Typed(Value),
}

impl Cell<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Cell::Text(text) => text.trim().is_empty(),
            Cell::Typed(value) => value.is_null(),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Cell::Text(text) => parse_number(text),
            Cell::Typed(Value::Text(text)) => parse_number(text),
            Cell::Typed(Value::Integer(n)) => Some(*n as f64),
            Cell::Typed(Value::Real(x)) => Some(*x),
            Cell::Typed(_) => None,
        }
    }

    fn text(&self) -> &str {
        match self {
            Cell::Text(text) => text,
            Cell::Typed(Value::Text(text)) => text,
            Cell::Typed(_) => "",
        }
    }
}

/// Positions of the columns of the geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Wkt(usize),
    Xy(usize, usize),
}

/// The columns of a table: first learned, then used.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    names: Vec<String>,
    guesses: Vec<Guess>,
    learned: Vec<Learned>,
    geometry: Option<Place>,
    degrees: bool,
    /// Whether the caller named the columns of the geometry, so that a wrong value is a problem.
    asked_for: bool,
    /// Whether all values so far can be the geometry they are taken for.
    fits: bool,
    rows: u64,
}

impl Layout {
    /// Checks the header line: every column has a name, and no two have the same.
    pub(crate) fn new(names: &[String], options: &ReadOptions) -> Result<Self, FormatError> {
        let mut names: Vec<String> =
            names.iter().map(|name| name.trim().trim_start_matches('\u{feff}').trim().to_owned()).collect();
        // Spreadsheets end lines with separators.
        names.truncate(names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1));
        let refuse = |column: &str, reason: String| Err(FormatError::Column { column: column.to_owned(), reason });
        if names.len() > MAX_COLUMNS {
            return refuse("", format!("there are {} columns, more than {MAX_COLUMNS} cannot be stored", names.len()));
        }
        let mut seen = HashSet::new();
        for (index, name) in names.iter().enumerate() {
            if name.is_empty() {
                return refuse(name, format!("column {} has no name; the first line must name all columns", index + 1));
            }
            if !seen.insert(name.to_lowercase()) {
                return refuse(name, "two columns have this name (capitals do not count)".to_owned());
            }
        }
        let count = names.len();
        let mut layout = Self {
            names,
            guesses: vec![Guess::default(); count],
            learned: Vec::new(),
            geometry: None,
            degrees: false,
            asked_for: options.wkt_column.is_some() || options.xy_columns.is_some(),
            fits: true,
            rows: 0,
        };
        layout.geometry = layout.find_geometry(options)?;
        Ok(layout)
    }

    pub(crate) fn width(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", String::as_str)
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| column.to_lowercase() == name.to_lowercase())
    }

    fn named(&self, name: &str) -> Result<usize, FormatError> {
        self.find(name).ok_or_else(|| FormatError::Column {
            column: name.to_owned(),
            reason: format!("the file has no such column; it has {}", self.names.join(", ")),
        })
    }

    fn find_geometry(&mut self, options: &ReadOptions) -> Result<Option<Place>, FormatError> {
        if let Some(name) = &options.wkt_column {
            return Ok(Some(Place::Wkt(self.named(name)?)));
        }
        if let Some((x, y)) = &options.xy_columns {
            let place = Place::Xy(self.named(x)?, self.named(y)?);
            self.degrees = degrees(x, y);
            return Ok(Some(place));
        }
        if let Some(index) = WKT_NAMES.iter().find_map(|name| self.find(name)) {
            return Ok(Some(Place::Wkt(index)));
        }
        let pair = XY_NAMES.iter().find_map(|(x, y)| Some((self.find(x)?, self.find(y)?)));
        Ok(pair.map(|(x, y)| {
            self.degrees = degrees(&self.names[x], &self.names[y]);
            Place::Xy(x, y)
        }))
    }

    /// Takes a row for learning.
    pub(crate) fn learn<'a>(&mut self, cells: impl Iterator<Item = Cell<'a>>) {
        self.rows += 1;
        for (index, cell) in cells.enumerate().take(self.guesses.len()) {
            let geometry = match self.geometry {
                Some(Place::Wkt(wkt)) if wkt == index => {
                    self.fits &= cell.is_empty() || wkt::looks_like(cell.text());
                    true
                }
                Some(Place::Xy(x, y)) if x == index || y == index => {
                    self.fits &= cell.is_empty() || cell.number().is_some();
                    true
                }
                _ => false,
            };
            // The geometry may turn out to be an ordinary column.
            if !geometry || !self.asked_for {
                match cell {
                    Cell::Text(text) => self.guesses[index].text(text),
                    Cell::Typed(value) => self.guesses[index].value(&value),
                }
            }
        }
    }

    /// Ends the learning and describes the columns.
    pub(crate) fn settle(&mut self, header: &mut Header) {
        self.learned = self.guesses.iter().map(Guess::learned).collect();
        if !self.fits
            && !self.asked_for
            && let Some(place) = self.geometry.take()
        {
            let name = match place {
                Place::Wkt(index) => format!("\"{}\" holds other text than well-known text", self.names[index]),
                Place::Xy(x, y) => {
                    format!("\"{}\" and \"{}\" hold other text than numbers", self.names[x], self.names[y])
                }
            };
            header.notes.push(refuse(format!("{name}, so it is not taken for the geometry")));
        }
        header.geometry_columns = self.geometry.map(|place| match place {
            Place::Wkt(index) => GeometryColumns::Wkt(self.names[index].clone()),
            Place::Xy(x, y) => GeometryColumns::Xy(self.names[x].clone(), self.names[y].clone()),
        });
        if self.degrees && matches!(self.geometry, Some(Place::Xy(..))) {
            header.crs = Some(SourceCrs::Crs84);
        }
        header.feature_count = Some(self.rows);
        header.columns = (0..self.names.len())
            .filter(|index| !self.is_geometry(*index))
            .map(|index| self.learned[index].column(self.names[index].clone()))
            .collect();
    }

    fn is_geometry(&self, index: usize) -> bool {
        match self.geometry {
            Some(Place::Wkt(wkt)) => wkt == index,
            Some(Place::Xy(x, y)) => x == index || y == index,
            None => false,
        }
    }

    /// Hands out a row of as many cells as there are columns.
    pub(crate) fn row(
        &self,
        row: u64,
        cells: &[Cell<'_>],
        crs: Option<SourceCrs>,
        output: &mut Output<'_>,
    ) -> Result<(), Halt> {
        let mut notes = Vec::new();
        let (geometry, srid) = match self.read_geometry(cells, &mut notes) {
            Ok(found) => found,
            Err(problem) => return output.problem(row, None, problem),
        };
        let mut fields = Vec::with_capacity(cells.len());
        for (index, cell) in cells.iter().enumerate().filter(|(index, _)| !self.is_geometry(*index)) {
            let value = match cell {
                Cell::Text(text) => self.learned[index].parse(text),
                Cell::Typed(value) => self.learned[index].convert(value.clone()),
            };
            fields.push((self.names[index].as_str().into(), value));
        }
        let crs = if geometry.is_some() { srid.or(crs) } else { None };
        output.row(None, RawRow { row, id: None, fields, geometry }, crs, notes)
    }

    fn read_geometry(
        &self,
        cells: &[Cell<'_>],
        notes: &mut Vec<Problem>,
    ) -> Result<(Option<Geometry>, Option<SourceCrs>), Problem> {
        match self.geometry {
            None => Ok((None, None)),
            Some(Place::Wkt(index)) if cells[index].is_empty() => Ok((None, None)),
            Some(Place::Wkt(index)) => wkt::parse(cells[index].text(), notes)
                .map_err(|problem| Problem { field: self.names[index].clone(), ..problem }),
            Some(Place::Xy(x, y)) if cells[x].is_empty() && cells[y].is_empty() => Ok((None, None)),
            Some(Place::Xy(x, y)) => {
                let point = Point::new(self.number(x, &cells[x])?, self.number(y, &cells[y])?);
                Ok((shape::checked(point.into())?, None))
            }
        }
    }

    fn number(&self, index: usize, cell: &Cell<'_>) -> Result<f64, Problem> {
        let name = &self.names[index];
        if cell.is_empty() {
            return Err(Problem::new(name, "is empty while the other coordinate is not"));
        }
        cell.number().ok_or_else(|| Problem::new(name, format!("\"{}\" is not a number", cell.text())))
    }
}

fn degrees(x: &str, y: &str) -> bool {
    XY_NAMES[FIRST_DEGREES..]
        .iter()
        .any(|pair| (pair.0, pair.1) == (x.to_lowercase().as_str(), y.to_lowercase().as_str()))
}
