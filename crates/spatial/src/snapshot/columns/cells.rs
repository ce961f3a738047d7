//! What of a record goes into columns.

use cadastre::{
    Day, DistrictKey, Value,
    record::{
        Announcement, Building, District, Feature, Layer, Locality, Municipality, Objection, Parcel, Picture, Site,
        Unit, Vacancy,
    },
};

/// A value on its way into a column.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'r> {
    Null,
    /// A text, or a part of the id that one and the same text is made from.
    Key(&'r str),
    Integer(i64),
    Real(f64),
    Boolean(bool),
    Day(Day),
    Instant(jiff::Timestamp),
}

impl<'r> Cell<'r> {
    fn key(text: Option<&'r str>) -> Self {
        text.map_or(Self::Null, Self::Key)
    }
}

/// A record as a row of columns.
pub(crate) trait Cells {
    /// Names of the columns, where they do not depend on a layer.
    const COLUMNS: &'static [&'static str] = &[];

    /// Properties that follow from the key in a column, and nothing else: name, number of the column.
    const DERIVED: &'static [(&'static str, usize)] = &[];

    /// Number of columns of these records.
    fn width(_rows: &[Self]) -> usize
    where
        Self: Sized,
    {
        Self::COLUMNS.len()
    }

    /// Value in a column.
    fn cell(&self, _column: usize) -> Cell<'_> {
        Cell::Null
    }
}

impl Cells for Parcel {
    const COLUMNS: &'static [&'static str] =
        &["district_key", "ags", "number", "street", "land_use", "official_area_m2", "source_date"];
    const DERIVED: &'static [(&'static str, usize)] = &[("district", 0), ("municipality", 1), ("example_data", 1)];

    fn cell(&self, column: usize) -> Cell<'_> {
        match column {
            0 => Cell::Key(&self.parcel_id.as_str()[..6]),
            1 => Cell::Key(self.ags.as_str()),
            // Zähler and Nenner, from which the number is written.
            2 => Cell::Key(&self.parcel_id.as_str()[9..18]),
            3 => Cell::key(self.street.as_deref()),
            4 => Cell::key(self.land_use.as_deref()),
            5 => self.official_area_m2.map_or(Cell::Null, Cell::Real),
            _ => self.source_date.map_or(Cell::Null, Cell::Day),
        }
    }
}

impl Cells for Building {
    const COLUMNS: &'static [&'static str] = &["function", "district_key", "ags"];
    const DERIVED: &'static [(&'static str, usize)] = &[("example_data", 2)];

    fn cell(&self, column: usize) -> Cell<'_> {
        match column {
            0 => Cell::key(self.function.as_deref()),
            1 => Cell::key(self.district_key.as_ref().map(DistrictKey::as_str)),
            _ => Cell::Key(self.ags.as_str()),
        }
    }
}

impl Cells for Feature {
    fn width(rows: &[Self]) -> usize {
        rows.iter().map(|feature| feature.values.len()).max().unwrap_or_default()
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        match self.values.get(column) {
            None | Some(Value::Null) => Cell::Null,
            Some(Value::Text(text)) => Cell::Key(text),
            Some(Value::Integer(number)) => Cell::Integer(*number),
            Some(Value::Real(number)) => Cell::Real(*number),
            Some(Value::Boolean(yes)) => Cell::Boolean(*yes),
            Some(Value::Date(day)) => Cell::Day(*day),
            Some(Value::Timestamp(at)) => Cell::Instant(*at),
        }
    }
}

// Few, or not the same to everybody.
impl Cells for District {}
impl Cells for Site {}
impl Cells for Vacancy {}
impl Cells for Unit {}
impl Cells for Picture {}
impl Cells for Municipality {}
impl Cells for Locality {}
impl Cells for Announcement {}
impl Cells for Objection {}
impl Cells for Layer {}
