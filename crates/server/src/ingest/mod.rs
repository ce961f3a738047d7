//! Import: file → `formats` → CRS and repair (`spatial`) → rules (`cadastre`) → `store`, in one transaction.
//!
//! Reading and checking run on a thread of their own, writing beside it; between them lies a short queue of
//! batches, so that memory does not grow with the file. Problems are told as they are found; with one of
//! them the transaction is dropped at the end, unless what is valid was asked for.

mod columns;
mod keyed;
mod layer;
mod mapper;
mod met;
mod places;

use std::{ops::ControlFlow, path::PathBuf};

use cadastre::{Ags, Kind, Problem, Record, codes::LayerVisibility};
use formats::{Event, FormatError, Header, ReadOptions, Source};
use spatial::Crs;
use store::Store;
use tokio::sync::mpsc;

pub use layer::LayerNameError;

/// What the rows of a file that does not say it become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportAs {
    /// Flurstücke.
    Parcels,
    /// Standorte.
    Sites,
    /// Buildings.
    Buildings,
    /// Gemarkungen.
    Districts,
    /// A layer with the file's own columns.
    Layer,
}

/// What to import and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Files, all in one transaction.
    pub files: Vec<PathBuf>,
    /// What the rows become; NAS and ALKIS files say it themselves.
    pub import_as: Option<ImportAs>,
    /// Name of the layer; that of the file's table if absent.
    pub name: Option<String>,
    /// Who may see the layer.
    pub visibility: LayerVisibility,
    /// Property and the column it is taken from.
    pub map: Vec<(String, String)>,
    /// Property and the value it has in every row that does not have it.
    pub set: Vec<(String, String)>,
    /// CRS of files that do not say theirs.
    pub crs: Option<Crs>,
    /// Municipality of rows that do not name one.
    pub municipality: Option<Ags>,
    /// Table or sheet.
    pub table: Option<String>,
    /// Whether to change nothing.
    pub dry_run: bool,
    /// Whether to take what is valid if not everything is.
    pub accept_valid: bool,
}

/// A row that was not taken, or was taken with a repair.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RowProblem {
    /// File it stands in, as given.
    pub file: String,
    /// Row or feature, counted from 1, the header not counted; 0 for the file as a whole.
    pub row: u64,
    /// Identifier in the source.
    pub id: Option<String>,
    /// Field and reason.
    #[serde(flatten)]
    pub problem: Problem,
}

/// Who is told what happens, while it happens.
pub trait Listener: Send {
    /// A file is opened.
    fn file(&mut self, header: &Header);
    /// Bytes of the file read so far.
    fn progress(&mut self, bytes_read: u64);
    /// A row cannot be taken.
    fn problem(&mut self, problem: &RowProblem);
    /// Something was repaired or assumed.
    fn note(&mut self, note: &RowProblem);
}

/// What came of an import.
#[derive(Clone, Debug)]
pub struct Report {
    /// Rows read.
    pub rows: u64,
    /// Rows with problems.
    pub problems: u64,
    /// What the store did, or would do in a dry run; `None` if problems stopped it.
    pub outcome: Option<store::Outcome>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{file}: {source}")]
    Format {
        /// As given.
        file: String,
        /// Why.
        #[source]
        source: FormatError,
    },
    /// A file of a foreign format without a word on what its rows become.
    #[error("{file} is a {format} file: say what its rows become with --as parcels|sites|buildings|districts|layer")]
    TargetMissing {
        /// As given.
        file: String,
        /// Its format.
        format: formats::Format,
    },
    /// A NAS or ALKIS file says itself what it holds.
    #[error("{file} is a {format} file and says itself what it holds: leave --as out")]
    TargetGiven {
        /// As given.
        file: String,
        /// Its format.
        format: formats::Format,
    },
    /// Neither the file nor the caller says the CRS.
    #[error("{file} does not say its CRS: give it with --crs, e.g. --crs EPSG:25833")]
    CrsMissing {
        /// As given.
        file: String,
    },
    /// File and caller disagree about the CRS.
    #[error("{file} says its CRS is {stated}, --crs says {given}: leave --crs out, or correct the file")]
    CrsConflict {
        /// As given.
        file: String,
        /// By the file.
        stated: Crs,
        /// By the caller.
        given: Crs,
    },
    /// A CRS that PROJ does not know or cannot transform.
    #[error("{file}: {source}")]
    Crs {
        /// As given.
        file: String,
        /// Why.
        #[source]
        source: spatial::CrsError,
    },
    /// A column that is mapped but not in the file.
    #[error("{file} has no column \"{column}\"; it has {known}")]
    ColumnMissing {
        /// As given.
        file: String,
        /// The column.
        column: String,
        /// Columns it has.
        known: String,
    },
    /// A property that the target does not have.
    #[error("\"{field}\" is no property that can be imported; known are {known}")]
    FieldUnknown {
        /// The property.
        field: String,
        /// Those that there are.
        known: String,
    },
    /// A layer's name cannot be taken.
    #[error(transparent)]
    LayerName(#[from] LayerNameError),
    /// Several files cannot become one layer of one name.
    #[error("a layer is made of one file; import the files one by one, each with its --name")]
    OneLayerOneFile,
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The store refused what was handed over; it is as it was.
    #[error(transparent)]
    Commit(#[from] store::CommitError),
    /// The reading thread ended before it was done.
    #[error("the import was interrupted")]
    Interrupted,
}

/// Rows, or words on them, that are handed over at once: waking the other thread costs more than reading a row.
const BATCH: usize = 1000;
/// Batches that may wait.
const QUEUE: usize = 8;

/// What the reading thread hands over, in batches.
enum Message {
    Records(Vec<Record>),
    File(Box<Header>),
    Progress(u64),
    Problem(RowProblem),
    Note(RowProblem),
    Replace(Kind),
}

/// Runs an import. The store is untouched unless the report has an outcome and it was no dry run.
pub async fn run(store: &Store, plan: Plan, listener: &mut dyn Listener) -> Result<Report, ImportError> {
    let files = plan.files.clone();
    let meta = tokio::task::spawn_blocking(move || journal_entry(&files));
    let known = places::Known::load(store).await?;
    let keyed = keyed::Parcels::find(store, &plan).await?;
    let store_crs = Crs::Epsg(store.crs().epsg);
    let accept_valid = plan.accept_valid;
    let dry_run = plan.dry_run;
    let meta = meta.await.ok().ok_or(ImportError::Interrupted)??;
    let (sender, mut receiver) = mpsc::channel::<Vec<Message>>(QUEUE);
    let reader = tokio::task::spawn_blocking(move || read_files(&plan, store_crs, known, &keyed, &sender));

    let mut import = Some(store.import(meta).await?);
    let mut problems = 0;
    let mut last_bad_row = None;
    while let Some(batch) = receiver.recv().await {
        for message in batch {
            match message {
                Message::Records(records) => {
                    if let Some(import) = &mut import {
                        import.put(records).await?;
                    }
                }
                Message::Replace(kind) => {
                    if let Some(import) = &mut import {
                        import.replace(kind);
                    }
                }
                Message::File(header) => listener.file(&header),
                Message::Progress(bytes) => listener.progress(bytes),
                Message::Note(note) => listener.note(&note),
                Message::Problem(problem) => {
                    // A row may have several problems, which come one after the other.
                    let row = Some((problem.file.clone(), problem.row));
                    problems += u64::from(row != last_bad_row);
                    last_bad_row = row;
                    listener.problem(&problem);
                    if !accept_valid {
                        // Nothing will be kept; the rest is read to name every problem.
                        import = None;
                    }
                }
            }
        }
    }
    let rows = reader.await.ok().ok_or(ImportError::Interrupted)??;
    let outcome = match import {
        Some(import) => Some(import.finish(dry_run).await?),
        None => None,
    };
    Ok(Report { rows, problems, outcome })
}

/// The journal's word on the source: names, and one hash over all files.
fn journal_entry(files: &[PathBuf]) -> Result<store::ImportMeta, ImportError> {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    let mut names = Vec::new();
    for path in files {
        let failed = |source| ImportError::Format { file: path.display().to_string(), source };
        let digest = formats::sha256(path).map_err(failed)?;
        if files.len() == 1 {
            return Ok(store::ImportMeta::new(name_of(path), hex(&digest)));
        }
        hash.update(digest);
        names.push(name_of(path));
    }
    Ok(store::ImportMeta::new(names.join(", "), hex(&hash.finalize())))
}

fn name_of(path: &std::path::Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn open(plan: &Plan, path: &std::path::Path) -> Result<Source, ImportError> {
    let options = ReadOptions { layer: plan.table.clone(), ..columns::geometry_options(plan) };
    Source::open(path, &options).map_err(|source| ImportError::Format { file: path.display().to_string(), source })
}

/// Reads every file; runs on a blocking thread. Returns the number of rows.
fn read_files(
    plan: &Plan,
    store_crs: Crs,
    known: places::Known,
    keyed: &keyed::Parcels,
    sender: &mpsc::Sender<Vec<Message>>,
) -> Result<u64, ImportError> {
    if plan.import_as == Some(ImportAs::Layer) && plan.files.len() > 1 {
        return Err(ImportError::OneLayerOneFile);
    }
    let mut rows = 0;
    let mut known = known;
    for path in &plan.files {
        rows += read_file(plan, path, store_crs, &mut known, keyed, sender, mapper::Pass::First)?;
    }
    if known.has_homeless_buildings() {
        for path in &plan.files {
            read_file(plan, path, store_crs, &mut known, keyed, sender, mapper::Pass::Homeless)?;
        }
    }
    let places = known.into_records();
    if !places.is_empty() {
        let _ = sender.blocking_send(vec![Message::Records(places)]);
    }
    Ok(rows)
}

fn read_file(
    plan: &Plan,
    path: &std::path::Path,
    store_crs: Crs,
    known: &mut places::Known,
    keyed: &keyed::Parcels,
    sender: &mpsc::Sender<Vec<Message>>,
    pass: mapper::Pass,
) -> Result<u64, ImportError> {
    let file = path.display().to_string();
    let source = open(plan, path)?;
    let header = source.header().clone();
    let mut mapper = mapper::Mapper::new(plan, &file, &header, store_crs, known, keyed, pass)?;
    let mut outbox = Outbox::new(sender);
    outbox.send(Message::File(Box::new(header.clone())));
    if pass == mapper::Pass::First {
        for note in header.notes.iter().cloned().chain(mapper.notes()) {
            outbox.send(Message::Note(RowProblem { file: file.clone(), row: 0, id: None, problem: note }));
        }
        if let Some(layer) = mapper.layer() {
            outbox.send(Message::Replace(Kind::Feature(layer.name.clone().into())));
            outbox.record(layer.into());
        }
    }
    let mut rows = 0;
    let read = source.read(&mut |event| {
        match event {
            Event::Progress { bytes_read } => outbox.send(Message::Progress(bytes_read)),
            Event::Problem { row, id, problem } if pass == mapper::Pass::First => {
                rows += 1;
                outbox.send(Message::Problem(RowProblem { file: file.clone(), row, id, problem }));
            }
            Event::Problem { .. } => {}
            Event::Row { target, row, crs, notes } => {
                rows += 1;
                mapper.take(target, row, crs, notes, &mut outbox);
            }
        }
        if outbox.is_closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    // What was found before a file turns out to be damaged is told all the same.
    outbox.flush();
    let summary = read.map_err(|source| ImportError::Format { file: file.clone(), source })?;
    if let Some(error) = mapper.into_error() {
        return Err(error);
    }
    if pass == mapper::Pass::First && !summary.left_out.is_empty() {
        let counts: Vec<_> = summary.left_out.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let note = Problem::new("kinds not taken in", counts.join(", "));
        outbox.send(Message::Note(RowProblem { file, row: 0, id: None, problem: note }));
    }
    outbox.flush();
    Ok(rows)
}

/// The reading thread's end of the queue.
pub(crate) struct Outbox<'a> {
    sender: &'a mpsc::Sender<Vec<Message>>,
    records: Vec<Record>,
    /// What goes out before them.
    messages: Vec<Message>,
    is_closed: bool,
}

impl<'a> Outbox<'a> {
    fn new(sender: &'a mpsc::Sender<Vec<Message>>) -> Self {
        Self { sender, records: Vec::with_capacity(BATCH), messages: Vec::new(), is_closed: false }
    }

    fn send(&mut self, message: Message) {
        // A bar that stands still looks like a program that does.
        let is_urgent = matches!(message, Message::Progress(_));
        self.messages.push(message);
        if is_urgent || self.messages.len() >= BATCH {
            self.flush();
        }
    }

    fn record(&mut self, record: Record) {
        self.records.push(record);
        if self.records.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let mut batch = std::mem::take(&mut self.messages);
        if !self.records.is_empty() {
            batch.push(Message::Records(std::mem::replace(&mut self.records, Vec::with_capacity(BATCH))));
        }
        if !batch.is_empty() {
            // Closed: the writing side failed and will say why.
            self.is_closed |= self.sender.blocking_send(batch).is_err();
        }
    }
}
