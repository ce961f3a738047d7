//! `baulotse import`: files into a store, with a progress bar on a terminal and every problem on stderr.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, IsTerminal as _, Write as _},
    path::Path,
};

use indicatif::{ProgressBar, ProgressStyle};
use server::ingest::{self, ImportAs, Listener, Plan, Report, RowProblem};
use store::{Location, Store};

use crate::{
    cli::{self, ImportArgs},
    exit::{Exit, Failure},
    open,
};

/// Runs the import. Exit code 3 if rows had problems, whether or not the valid ones were taken.
pub(crate) async fn run(args: ImportArgs) -> Result<Exit, Failure> {
    let mut teller = Teller::new(args.problems.as_deref())?;
    let location = Location::parse(&args.store.store)?;
    let target = match open::find(&location).await? {
        Some(store) => Target::Known(store),
        None if args.dry_run => Target::Trial(open::trial(args.store_crs).await?),
        None => Target::New(open::create(&location, args.store_crs).await?),
    };
    let (Target::Known(store) | Target::New(store) | Target::Trial((store, _))) = &target;
    let dry_run = args.dry_run;
    let result = Box::pin(ingest::run(store, plan(args), &mut teller)).await;
    teller.finish()?;
    // A store that an import made and that holds nothing would be a trace of a failure.
    let kept = matches!(&result, Ok(report) if report.outcome.is_some());
    if !kept && matches!(target, Target::New(_)) {
        store.close().await;
        open::discard_new(&location).await?;
    }
    let report = result?;
    tell_outcome(&report, dry_run);
    Ok(if report.problems == 0 { Exit::Done } else { Exit::DataProblems })
}

enum Target {
    Known(Store),
    New(Store),
    /// A dry run into a store that does not exist is tried in a folder that ends with it.
    Trial((Store, tempfile::TempDir)),
}

fn plan(args: ImportArgs) -> Plan {
    Plan {
        files: args.files,
        import_as: args.import_as.map(|target| match target {
            cli::ImportAs::Parcels => ImportAs::Parcels,
            cli::ImportAs::Sites => ImportAs::Sites,
            cli::ImportAs::Buildings => ImportAs::Buildings,
            cli::ImportAs::Districts => ImportAs::Districts,
            cli::ImportAs::Layer => ImportAs::Layer,
        }),
        name: args.name,
        visibility: args.visibility,
        map: args.map,
        set: args.set,
        crs: args.crs,
        municipality: args.municipality,
        table: args.table,
        dry_run: args.dry_run,
        accept_valid: args.accept_valid,
    }
}

/// Tells what happens: a bar, lines on stderr, JSON lines in a file.
struct Teller {
    bar: ProgressBar,
    file: Option<(String, BufWriter<File>)>,
    failed: Option<std::io::Error>,
    /// Notes told so far, by file and kind.
    notes: BTreeMap<(String, String), u64>,
}

/// Of a kind of note so many are told one by one; a file whose every ring is turned says it once more at the end.
const NOTES_OF_A_KIND: u64 = 3;

impl Teller {
    fn new(problems: Option<&Path>) -> Result<Self, Failure> {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{msg} {bar:40} {bytes}/{total_bytes}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let file = problems
            .map(|path| {
                let name = path.display().to_string();
                let file = File::create(path).map_err(|source| Failure::file(path, source))?;
                Ok::<_, Failure>((name, BufWriter::new(file)))
            })
            .transpose()?;
        Ok(Self { bar, file, failed: None, notes: BTreeMap::new() })
    }

    fn line(&mut self, kind: &str, told: &RowProblem) {
        let place = if told.row == 0 { String::new() } else { format!("row {}: ", told.row) };
        let id = told.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
        let text = format!("{kind}: {}: {place}{}{id}", told.file, told.problem);
        self.bar.suspend(|| eprintln!("{text}"));
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        for ((file, kind), count) in self.notes.iter().filter(|(_, count)| **count > NOTES_OF_A_KIND) {
            eprintln!("note: {file}: {kind}: {count} rows in all");
        }
        let Some((name, mut file)) = self.file.take() else { return Ok(()) };
        let written = self.failed.map_or_else(|| file.flush(), Err);
        written.map_err(|source| Failure::file(Path::new(&name), source))
    }
}

impl Listener for Teller {
    fn file(&mut self, header: &formats::Header) {
        self.bar.set_length(header.total_bytes);
        self.bar.set_position(0);
        self.bar.set_message(format!("{} ({})", header.name, header.format));
    }

    fn progress(&mut self, bytes_read: u64) {
        self.bar.set_position(bytes_read);
    }

    fn problem(&mut self, problem: &RowProblem) {
        self.line("problem", problem);
        if let (Some((_, file)), None) = (&mut self.file, &self.failed) {
            let written =
                serde_json::to_writer(&mut *file, problem).map_err(Into::into).and_then(|()| file.write_all(b"\n"));
            self.failed = written.err();
        }
    }

    fn note(&mut self, note: &RowProblem) {
        let reason = note.problem.reason.split(':').next().unwrap_or_default();
        let kind = format!("{}: {reason}", note.problem.field);
        let count = self.notes.entry((note.file.clone(), kind)).or_default();
        *count += 1;
        if *count <= NOTES_OF_A_KIND {
            self.line("note", note);
        }
    }
}

/// The last lines: what changed, or why nothing did.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
fn tell_outcome(report: &Report, dry_run: bool) {
    let Some(outcome) = &report.outcome else {
        println!(
            "{} rows read, {} problems: nothing was imported. Correct them, or take the valid rows with --accept-valid.",
            report.rows, report.problems
        );
        return;
    };
    for (kind, counts) in &outcome.counts {
        println!(
            "{kind}: {} new, {} changed, {} unchanged, {} ended",
            counts.added, counts.changed, counts.unchanged, counts.ended
        );
    }
    if report.problems > 0 {
        println!("{} of {} rows had problems and were left out", report.problems, report.rows);
    }
    match outcome.revision {
        _ if dry_run => println!("dry run: nothing was changed"),
        Some(revision) => println!("imported as revision {revision}"),
        None => println!("nothing to change: the store holds this already"),
    }
}
