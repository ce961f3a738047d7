//! `baulotse export`: a collection into a file, as a viewer sees it.

use std::{
    io::{self, IsTerminal as _, Write},
    path::PathBuf,
    sync::Arc,
};

use cadastre::{Viewer, texts::Language};
use indicatif::{ProgressBar, ProgressStyle};
use server::{ExportFormat, ExportRequest};
use tempfile::NamedTempFile;

use crate::{
    cli::{self, ExportArgs},
    exit::{Exit, Failure},
    open,
};

/// Writes the file, completely or not at all.
pub(crate) async fn run(args: ExportArgs) -> Result<Exit, Failure> {
    let is_binary = matches!(args.format, cli::ExportFormat::Fgb | cli::ExportFormat::Gpkg);
    if is_binary && args.output.is_none() && io::stdout().is_terminal() {
        return Err(Failure::Usage("this format is no text for a terminal; say --output FILE".to_owned()));
    }
    let store = open::open(&args.store.store).await?;
    let collection = args.collection.clone();
    let request = ExportRequest {
        collection: args.collection,
        format: match args.format {
            cli::ExportFormat::Geojson => ExportFormat::GeoJson,
            cli::ExportFormat::Csv => ExportFormat::Csv,
            cli::ExportFormat::Fgb => ExportFormat::FlatGeobuf,
            cli::ExportFormat::Gpkg => ExportFormat::GeoPackage,
        },
        bbox: args.bbox,
        filter: args.filter,
        crs: args.crs,
        viewer: match args.viewer {
            cli::ExportViewer::Public => Viewer::ANONYMOUS,
            cli::ExportViewer::Staff => Viewer::operator(),
        },
        language: Language::German,
    };
    let bar = bar();
    let teller = bar.clone();
    let progress = move |done: u64, all: u64| {
        if done == 1 {
            teller.set_length(all);
        }
        if done.is_multiple_of(1000) || done == all {
            teller.set_position(done);
        }
    };
    let target = Target::new(args.output)?;
    let written = server::export(&store, args.as_of, request, target.writer(), progress).await;
    bar.finish_and_clear();
    let written = written.map_err(|error| match error {
        server::Error::NotFound => Failure::Usage(format!("there is no collection \"{collection}\" for this viewer")),
        error @ server::Error::BadParameter { .. } => Failure::Usage(error.to_string()),
        server::Error::Internal(source) => Failure::Export(source),
        other => Failure::Export(Box::new(other)),
    })?;
    target.complete()?;
    let noun = if written == 1 { "feature" } else { "features" };
    eprintln!("{written} {noun} of {collection} written");
    Ok(Exit::Done)
}

fn bar() -> ProgressBar {
    let bar = if io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Where the bytes go: standard output, or a file that takes its name when it is complete.
enum Target {
    Stdout,
    File(Arc<NamedTempFile>, PathBuf),
}

impl Target {
    fn new(output: Option<PathBuf>) -> Result<Self, Failure> {
        let Some(path) = output else { return Ok(Self::Stdout) };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
        let file = NamedTempFile::new_in(folder).map_err(|source| Failure::file(&path, source))?;
        Ok(Self::File(Arc::new(file), path))
    }

    fn writer(&self) -> Box<dyn Write + Send> {
        match self {
            Self::Stdout => Box::new(io::stdout()),
            Self::File(file, _) => Box::new(Shared(Arc::clone(file))),
        }
    }

    fn complete(self) -> Result<(), Failure> {
        let Self::File(file, path) = self else { return Ok(()) };
        let failed = |source| Failure::file(&path, source);
        file.as_file().sync_all().map_err(failed)?;
        readable(file.as_file()).map_err(failed)?;
        let file = Arc::into_inner(file).ok_or_else(|| failed(io::Error::other("the file is still being written")))?;
        file.persist(&path).map_err(|error| Failure::file(&path, error.error))?;
        Ok(())
    }
}

/// A temporary file is for its owner alone; the export is as any other file.
fn readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

/// Writes into a file that somebody else keeps.
struct Shared(Arc<NamedTempFile>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_file().flush()
    }
}
