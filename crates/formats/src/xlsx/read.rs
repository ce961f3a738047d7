//! The rows of a sheet.

use std::{fmt, fs::File, io::BufReader};

use cadastre::{Day, Problem, Value};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use crate::{
    Format, FormatError, Header, Place, ReadOptions, SourceCrs,
    input::Input,
    output::{Halt, Output},
    source::Rows,
    table::{Cell, Layout, MAX_COLUMNS},
};

/// The rows of one sheet.
pub(super) struct XlsxRows {
    workbook: Xlsx<BufReader<File>>,
    sheet: String,
    layout: Layout,
    crs: Option<SourceCrs>,
    width: usize,
}

impl fmt::Debug for XlsxRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XlsxRows").field("sheet", &self.sheet).field("layout", &self.layout).finish_non_exhaustive()
    }
}

/// A cell with an error of the spreadsheet in it, such as `#REF!`.
struct CellError(String);

type CellResult = Result<Value, CellError>;

impl XlsxRows {
    pub(super) fn open(input: &Input, options: &ReadOptions, header: &mut Header) -> Result<Self, FormatError> {
        let file = File::open(&input.path).map_err(|source| input.io_error(source))?;
        let mut workbook = Xlsx::new(BufReader::new(file)).map_err(|error| malformed(&error))?;
        let sheet = choose_sheet(&workbook, options, header)?;
        let layout = learn(&mut workbook, &sheet, options)?;
        let mut layout = layout.ok_or_else(|| malformed(&format!("the sheet \"{sheet}\" is empty")))?;
        layout.settle(header);
        header.name.clone_from(&sheet);
        let width = layout.width();
        Ok(Self { workbook, sheet, layout, crs: header.crs, width })
    }
}

impl Rows for XlsxRows {
    fn read(mut self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt> {
        let Self { workbook, sheet, layout, crs, width } = &mut *self;
        let mut header_row = None;
        each_row(workbook, sheet, |row, cells| {
            let Some(header_row) = header_row else {
                header_row = Some(row);
                return Ok(());
            };
            let row = u64::from(row - header_row);
            if cells.len() > *width {
                let reason = format!("has {} filled cells, but the header has {width}", cells.len());
                return output.problem(row, None, Problem::new("row", reason));
            }
            let mut typed = vec![Cell::Typed(Value::Null); *width];
            for (index, cell) in cells.drain(..).enumerate() {
                match cell {
                    Ok(value) => typed[index] = Cell::Typed(value),
                    Err(CellError(error)) => {
                        return output.problem(
                            row,
                            None,
                            Problem::new(layout.name(index), format!("the cell holds the error {error}")),
                        );
                    }
                }
            }
            layout.row(row, &typed, *crs, output)
        })
    }
}

/// The sheet that was named, or the first that can be seen.
fn choose_sheet(
    workbook: &Xlsx<BufReader<File>>,
    options: &ReadOptions,
    header: &mut Header,
) -> Result<String, FormatError> {
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (visible, hidden): (Vec<_>, Vec<_>) = sheets.partition(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.iter().chain(&hidden).map(|sheet| sheet.name.clone()).collect();
    if let Some(wanted) = &options.layer {
        if names.contains(wanted) {
            return Ok(wanted.clone());
        }
        return Err(FormatError::Layer { reason: format!("there is no sheet \"{wanted}\""), available: names });
    }
    let Some(first) = names.first().cloned() else {
        return Err(malformed(&"the workbook has no sheet"));
    };
    if names.len() > 1 {
        let reason =
            format!("the first sheet \"{first}\" is read; the others are left aside: {}", names[1..].join(", "));
        header.notes.push(Problem::new("layer", reason));
    }
    Ok(first)
}

/// Reads the sheet once for names and kinds of its columns; `None` if it is empty.
fn learn(
    workbook: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    options: &ReadOptions,
) -> Result<Option<Layout>, FormatError> {
    let mut layout: Option<Layout> = None;
    each_row(workbook, sheet, |_, cells| {
        let values = cells.drain(..).map(|cell| cell.unwrap_or(Value::Null));
        match &mut layout {
            Some(layout) => layout.learn(values.map(Cell::Typed)),
            None => layout = Some(Layout::new(&values.map(|value| name(&value)).collect::<Vec<_>>(), options)?),
        }
        Ok::<(), FormatError>(())
    })?;
    Ok(layout)
}

fn name(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Real(x) => x.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Boolean(b) => b.to_string(),
        Value::Timestamp(at) => at.to_string(),
        Value::Null => String::new(),
    }
}

/// Calls `visit` for every row with something in it: its number and its cells up to the last filled.
fn each_row<E: From<FormatError>>(
    workbook: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    mut visit: impl FnMut(u32, &mut Vec<CellResult>) -> Result<(), E>,
) -> Result<(), E> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|error| malformed(&error))?;
    let mut row = 0;
    let mut values: Vec<CellResult> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|error| malformed(&error))? {
        let (cell_row, column) = cell.get_position();
        let value = cell_value(cell.get_value());
        if matches!(value, Ok(Value::Null)) {
            continue;
        }
        if cell_row < row || column as usize >= MAX_COLUMNS {
            return Err(
                malformed(&format!("row {}, column {} is out of order or range", cell_row + 1, column + 1)).into()
            );
        }
        if cell_row > row && !values.is_empty() {
            visit(row, &mut values)?;
            values.clear();
        }
        row = cell_row;
        values.resize_with(values.len().max(column as usize + 1), || Ok(Value::Null));
        values[column as usize] = value;
    }
    if !values.is_empty() {
        visit(row, &mut values)?;
    }
    Ok(())
}

fn cell_value(data: &DataRef<'_>) -> CellResult {
    // Above this, doubles do not hold every whole number.
    const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;
    let text = |text: &str| {
        let text = text.trim();
        if text.is_empty() { Value::Null } else { Value::text(text) }
    };
    Ok(match data {
        DataRef::Empty => Value::Null,
        DataRef::Int(n) => Value::Integer(*n),
        // A spreadsheet knows no whole numbers: 123 is stored as 123.0.
        DataRef::Float(x) if x.fract() == 0.0 && x.abs() < MAX_WHOLE => Value::Integer(*x as i64),
        DataRef::Float(x) if x.is_finite() => Value::Real(*x),
        DataRef::Float(x) => return Err(CellError(x.to_string())),
        DataRef::String(string) | DataRef::DurationIso(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Bool(b) => Value::Boolean(*b),
        DataRef::DateTime(at) => date_time(*at),
        DataRef::DateTimeIso(string) => string
            .get(..10)
            .filter(|_| string.len() == 10)
            .and_then(|day| day.parse().ok())
            .map_or_else(|| text(string), Value::Date),
        DataRef::Error(error) => return Err(CellError(error.to_string())),
    })
}

/// A day; with a time of day it is a local time without zone, which stays text; durations are days.
fn date_time(at: ExcelDateTime) -> Value {
    if at.is_duration() {
        return Value::Real(at.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let date = Day::new(year as i16, month as i8, day as i8);
    match date {
        Ok(date) if (hour, minute, second) == (0, 0, 0) => Value::Date(date),
        Ok(date) => Value::text(format!("{date}T{hour:02}:{minute:02}:{second:02}")),
        // Excel's 29 February 1900.
        Err(_) => Value::text(format!("{year:04}-{month:02}-{day:02}")),
    }
}

fn malformed(error: &dyn fmt::Display) -> FormatError {
    FormatError::malformed(Format::Xlsx, Place::Unknown, error)
}
