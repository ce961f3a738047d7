//! What a reader hands out, and how it is told to stop.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use cadastre::{
    Problem, Value,
    raw::{RawRow, Target},
};

use crate::{FormatError, SourceCrs, gml::ShapeResult};

/// What was found in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A row, structurally sound.
    Row {
        /// What it is, in formats that say so (NAS, ALKIS vereinfacht); fields then carry property names.
        target: Option<Target>,
        /// The row. Its geometry is in GIS order in the CRS `crs`.
        row: RawRow,
        /// CRS of the geometry; `None` if the file does not state one.
        crs: Option<SourceCrs>,
        /// Certain repairs that were made, such as `geometry: ring closed`.
        notes: Vec<Problem>,
    },
    /// A row that cannot be taken. Reading goes on.
    Problem {
        /// Row or feature, counted from 1, the header not counted.
        row: u64,
        /// Identifier in the source, if it has one.
        id: Option<String>,
        /// What is wrong.
        problem: Problem,
    },
    /// How far the reading is.
    Progress {
        /// Bytes of the file (compressed, if it is) read so far in this pass.
        bytes_read: u64,
    },
}

/// What a whole file gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows handed out.
    pub rows: u64,
    /// Problems handed out.
    pub problems: u64,
    /// Objects of kinds that are not taken in (uses, signatures, ended versions), with their number.
    pub left_out: BTreeMap<String, u64>,
    /// Whether the receiver stopped the reading.
    pub stopped: bool,
}

/// Why a reader ends before the end of its file.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The receiver wants no more.
    Stopped,
    /// The file cannot be read further.
    Failed(FormatError),
}

impl From<FormatError> for Halt {
    fn from(error: FormatError) -> Self {
        Self::Failed(error)
    }
}

/// Fields of a row of a typed format.
pub(crate) type Fields = Vec<(Box<str>, Value)>;

/// Adds a text that is not empty.
pub(crate) fn add(fields: &mut Fields, name: &str, text: &str) {
    if !text.is_empty() {
        fields.push((name.into(), Value::text(text)));
    }
}

/// Adds a number; what is none stays text, for the domain to refuse by name.
pub(crate) fn add_number(fields: &mut Fields, name: &str, text: &str) {
    match text.parse().ok().filter(|number: &f64| number.is_finite()) {
        Some(number) => fields.push((name.into(), Value::Real(number))),
        None => add(fields, name, text),
    }
}

/// Adds the name of a municipality or district; where the file has none, its key with a note.
pub(crate) fn add_name(fields: &mut Fields, name: &str, kind: &str, key: &str, notes: &mut Vec<Problem>) {
    if !name.is_empty() {
        return add(fields, "name", name);
    }
    add(fields, "name", &format!("{kind} {key}"));
    notes.push(Problem::new("name", format!("the file has no name for the {kind} {key}; its key stands in")));
}

/// Bytes between two progress events.
const PROGRESS_STEP: u64 = 256 * 1024;

/// The receiver of events, with its bookkeeping.
pub(crate) struct Output<'a> {
    sink: &'a mut dyn FnMut(Event) -> ControlFlow<()>,
    bytes_read: Arc<AtomicU64>,
    reported: u64,
    pub(crate) summary: Summary,
}

impl<'a> Output<'a> {
    pub(crate) fn new(sink: &'a mut dyn FnMut(Event) -> ControlFlow<()>, bytes_read: Arc<AtomicU64>) -> Self {
        Self { sink, bytes_read, reported: 0, summary: Summary::default() }
    }

    pub(crate) fn row(
        &mut self,
        target: Option<Target>,
        row: RawRow,
        crs: Option<SourceCrs>,
        notes: Vec<Problem>,
    ) -> Result<(), Halt> {
        self.summary.rows += 1;
        self.emit(Event::Row { target, row, crs, notes })?;
        self.progress()
    }

    pub(crate) fn problem(&mut self, row: u64, id: Option<String>, problem: Problem) -> Result<(), Halt> {
        self.summary.problems += 1;
        self.emit(Event::Problem { row, id, problem })?;
        self.progress()
    }

    /// Hands out an object of a typed format, or the problem of its geometry.
    pub(crate) fn object(
        &mut self,
        target: Target,
        mut row: RawRow,
        shape: Option<ShapeResult>,
        mut notes: Vec<Problem>,
    ) -> Result<(), Halt> {
        let mut crs = None;
        match shape {
            None => {}
            Some(Err(problem)) => return self.problem(row.row, row.id, problem),
            Some(Ok(shape)) => {
                row.geometry = shape.geometry;
                crs = shape.crs;
                notes.extend(shape.notes);
            }
        }
        self.row(Some(target), row, crs, notes)
    }

    pub(crate) fn left_out(&mut self, kind: &str) {
        match self.summary.left_out.get_mut(kind) {
            Some(count) => *count += 1,
            None => {
                self.summary.left_out.insert(kind.to_owned(), 1);
            }
        }
    }

    fn progress(&mut self) -> Result<(), Halt> {
        let bytes_read = self.bytes_read.load(Ordering::Relaxed);
        if bytes_read.saturating_sub(self.reported) < PROGRESS_STEP {
            return Ok(());
        }
        self.reported = bytes_read;
        self.emit(Event::Progress { bytes_read })
    }

    fn emit(&mut self, event: Event) -> Result<(), Halt> {
        match (self.sink)(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Stopped),
        }
    }
}
