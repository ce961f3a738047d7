//! The table: rows of fixed width, values as text.

use std::io::{self, BufRead, Read as _};

use cadastre::{ColumnKind, Day, Problem, Value, record::Column};

use super::{codepage, codepage::CodePage, io_error, malformed};
use crate::{
    FormatError, Place,
    columns::{Guess, Learned, parse_timestamp},
};

/// A table, as its header and a first reading of its texts describe it.
#[derive(Debug)]
pub(super) struct Table {
    /// Deleted ones included.
    pub(super) rows: u64,
    header_bytes: usize,
    row_bytes: usize,
    fields: Vec<Field>,
    page: CodePage,
}

/// A column that is read.
#[derive(Debug)]
struct Field {
    name: String,
    kind: Kind,
    /// Where its values lie in a row.
    start: usize,
    end: usize,
    /// What texts turned out to be: some writers put times there, for which the format has no type.
    learned: Option<Learned>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Integer,
    Real,
    Date,
    Boolean,
    /// Binary forms of some dialects.
    Int32,
    Float64,
}

impl Kind {
    /// By the letter of the type; `None` of what is not read.
    fn of(letter: u8, length: u8, decimals: u8) -> Option<Self> {
        match letter {
            b'C' => Some(Self::Text),
            // So many figures fit into 64 bits whatever they are.
            b'N' if decimals == 0 && length <= 18 => Some(Self::Integer),
            b'N' | b'F' => Some(Self::Real),
            b'D' => Some(Self::Date),
            b'L' => Some(Self::Boolean),
            b'I' if length == 4 => Some(Self::Int32),
            b'B' if length == 8 => Some(Self::Float64),
            _ => None,
        }
    }

    fn column(self) -> ColumnKind {
        match self {
            Self::Text => ColumnKind::Text,
            Self::Integer | Self::Int32 => ColumnKind::Integer,
            Self::Real | Self::Float64 => ColumnKind::Real,
            Self::Date => ColumnKind::Date,
            Self::Boolean => ColumnKind::Boolean,
        }
    }
}

const HEADER_BYTES: usize = 32;
const FIELD_BYTES: usize = 32;
const END_OF_FIELDS: u8 = 0x0d;

/// Whether the row was deleted: it stays in its place.
pub(super) fn is_deleted(record: &[u8]) -> bool {
    record.first() == Some(&b'*')
}

impl Table {
    /// Reads the header and all texts. Where neither the `.cpg` file nor the header names a code page, texts that are
    /// all UTF-8 are that, and others are of Windows.
    pub(super) fn learn(
        stream: &mut dyn BufRead,
        page: Option<CodePage>,
        notes: &mut Vec<Problem>,
    ) -> Result<Self, FormatError> {
        let (mut table, driver) = Self::read_header(stream, notes)?;
        let stated = page.or_else(|| codepage::of_driver(driver));
        let mut guesses = vec![Guess::default(); table.fields.len()];
        let mut is_utf8 = true;
        let mut is_ascii = true;
        let mut record = Vec::new();
        for row in 1..=table.rows {
            table.next(stream, &mut record, Place::Row(row))?;
            if is_deleted(&record) {
                continue;
            }
            for (field, guess) in table.fields.iter().zip(&mut guesses).filter(|(field, _)| field.kind == Kind::Text) {
                let text = trimmed(&record[field.start..field.end]);
                is_ascii &= text.is_ascii();
                is_utf8 &= CodePage::UTF_8.decode(text).is_ok();
                // Days and times are ASCII in every code page.
                guess.value(&text_value(String::from_utf8_lossy(text).into_owned()));
            }
        }
        table.page = match stated {
            Some(page) => page,
            None if is_utf8 => CodePage::UTF_8,
            None => CodePage::ANSI,
        };
        if stated.is_none() && !is_ascii {
            let name = if is_utf8 { "UTF-8" } else { "Windows-1252" };
            let reason = format!("neither a .cpg file nor the table names its code page; it is read as {name}");
            notes.push(Problem::new("columns", reason));
        }
        for (field, guess) in table.fields.iter_mut().zip(guesses) {
            let learned = guess.learned();
            if field.kind == Kind::Text && learned.kind != ColumnKind::Text {
                field.learned = Some(learned);
            }
        }
        Ok(table)
    }

    fn read_header(stream: &mut dyn BufRead, notes: &mut Vec<Problem>) -> Result<(Self, u8), FormatError> {
        let place = Place::Byte(0);
        let mut head = [0; HEADER_BYTES];
        stream.read_exact(&mut head).map_err(io_error(place))?;
        let number = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let (header_bytes, row_bytes) = (number(8), number(10));
        let rows = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if header_bytes < HEADER_BYTES + 1 || row_bytes == 0 {
            return Err(malformed(place, "the header of the table makes no sense"));
        }
        let mut descriptions = vec![0; header_bytes - HEADER_BYTES];
        stream.read_exact(&mut descriptions).map_err(io_error(place))?;
        let mut fields = Vec::new();
        let mut start = 1;
        for description in descriptions.chunks_exact(FIELD_BYTES) {
            if description[0] == END_OF_FIELDS {
                break;
            }
            let name = CodePage::UTF_8.decode(until_nul(&description[..11]));
            let name = name.or_else(|_| CodePage::ANSI.decode(until_nul(&description[..11]))).unwrap_or_default();
            let name = name.trim().to_owned();
            let (letter, length, decimals) = (description[11], description[16], description[17]);
            let end = start + usize::from(length);
            match Kind::of(letter, length, decimals) {
                Some(kind) => fields.push(Field { name, kind, start, end, learned: None }),
                None if letter == b'M' => {
                    notes.push(Problem::new(&name, "long texts (.dbt) are not read; the column is left aside"));
                }
                None => {
                    let letter = letter.escape_ascii();
                    notes.push(Problem::new(
                        &name,
                        format!("values of type \"{letter}\" are not read; the column is left aside"),
                    ));
                }
            }
            start = end;
        }
        if start > row_bytes {
            return Err(malformed(place, "the columns of the table do not fit into its rows"));
        }
        let table = Self { rows: rows.into(), header_bytes, row_bytes, fields, page: CodePage::UTF_8 };
        Ok((table, head[29]))
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        let kind = |field: &Field| field.learned.map_or(field.kind.column(), |learned| learned.kind);
        self.fields.iter().map(|field| Column { name: field.name.clone(), kind: kind(field) }).collect()
    }

    pub(super) fn skip_header(&self, stream: &mut dyn BufRead) -> Result<(), FormatError> {
        let bytes = self.header_bytes as u64;
        let skipped = io::copy(&mut stream.take(bytes), &mut io::sink()).map_err(io_error(Place::Byte(0)))?;
        if skipped == bytes { Ok(()) } else { Err(io_error(Place::Byte(skipped))(io::ErrorKind::UnexpectedEof.into())) }
    }

    /// Reads the next row.
    pub(super) fn next(&self, stream: &mut dyn BufRead, record: &mut Vec<u8>, place: Place) -> Result<(), FormatError> {
        record.resize(self.row_bytes, 0);
        stream.read_exact(record).map_err(io_error(place))
    }

    /// The values of a row with their names.
    pub(super) fn values(&self, record: &[u8]) -> Result<Vec<(Box<str>, Value)>, Problem> {
        let value = |field: &Field| {
            let bytes = &record[field.start..field.end];
            let value = self.value(field, bytes).map_err(|reason| Problem::new(&field.name, reason))?;
            Ok((field.name.as_str().into(), value))
        };
        self.fields.iter().map(value).collect()
    }

    fn value(&self, field: &Field, bytes: &[u8]) -> Result<Value, String> {
        match field.kind {
            Kind::Int32 => {
                let number = bytes.try_into().map(i32::from_le_bytes);
                return number.map(|number| Value::Integer(number.into())).map_err(|_length| binary());
            }
            Kind::Float64 => return real(bytes.try_into().map(f64::from_le_bytes).map_err(|_length| binary())?),
            Kind::Text => {
                let value = text_value(self.page.decode(trimmed(bytes))?);
                return Ok(match field.learned {
                    Some(learned) => learned.convert(value),
                    None => value,
                });
            }
            _ => {}
        }
        let text = String::from_utf8_lossy(trimmed(bytes));
        let text = text.trim();
        // Stars stand for null, or where a number did not fit; zeros where there is no day.
        if text.is_empty() || text.starts_with('*') {
            return Ok(Value::Null);
        }
        let refused = |expected: &str| format!("\"{text}\" is not {expected}");
        match field.kind {
            Kind::Integer => text.parse().map(Value::Integer).or_else(|_| {
                // Some writers put a point behind whole numbers.
                let number = text.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && number.abs() < 9e15);
                number.map(|number| Value::Integer(number as i64)).ok_or_else(|| refused("a whole number"))
            }),
            Kind::Real => real(text.replace(',', ".").parse().map_err(|_no_number| refused("a number"))?),
            Kind::Date if text.bytes().all(|byte| byte == b'0') => Ok(Value::Null),
            Kind::Date => day(text).map(Value::Date).ok_or_else(|| refused("a day such as 20260331")),
            Kind::Boolean => match text {
                "T" | "t" | "Y" | "y" | "1" => Ok(Value::Boolean(true)),
                "F" | "f" | "N" | "n" | "0" => Ok(Value::Boolean(false)),
                "?" => Ok(Value::Null),
                _ => Err(refused("T or F")),
            },
            Kind::Text | Kind::Int32 | Kind::Float64 => Err(binary()),
        }
    }
}

fn binary() -> String {
    "the value has not the length of its type".to_owned()
}

fn real(number: f64) -> Result<Value, String> {
    match number {
        _ if number.is_finite() => Ok(Value::Real(number)),
        _ if number.is_nan() => Ok(Value::Null),
        _ => Err("the number is infinite".to_owned()),
    }
}

fn day(text: &str) -> Option<Day> {
    let digits = (text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)?;
    format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]).parse().ok()
}

/// A text; an empty one is how the format says null. GDAL writes times as `2026/03/31 12:00:00+00`.
fn text_value(text: String) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let bytes = text.as_bytes();
    if bytes.get(4) == Some(&b'/') && bytes.get(7) == Some(&b'/') {
        let written = text.replacen('/', "-", 2);
        if parse_timestamp(&written).is_some() {
            return Value::text(written);
        }
    }
    Value::text(text)
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Values are filled up with spaces, by some writers with zeros.
fn trimmed(bytes: &[u8]) -> &[u8] {
    until_nul(bytes).trim_ascii_end()
}
