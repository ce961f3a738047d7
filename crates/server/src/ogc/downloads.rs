//! Whole collections as files: `GET …/download/{collection}.{ending}`.
//!
//! What the public sees is written once a revision and day, and sent from there, in parts too: GIS programs read
//! FlatGeobuf and GeoPackage over the network by asking for the bytes they need.

use std::{
    fs::File,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use cadastre::{Viewer, texts::Language};
use tokio::sync::Semaphore;

use super::{
    asked::{self, Asked, content_type},
    byte_range::{self, Requested},
    format::Format,
    items::{could_be_withdrawn, known_collection},
};
use crate::{
    app::{App, State as AppState},
    auth::Caller,
    error::Error,
    etag,
    export::{self, ExportFormat, ExportRequest},
};

/// Files written at a time: each keeps a core busy.
const WRITERS: usize = 2;
/// Files that are kept, and their bytes together.
const KEPT_FILES: usize = 16;
const KEPT_BYTES: u64 = 1 << 30;

/// Files that have been written, the last used one last.
#[derive(Clone, Debug)]
pub(crate) struct Downloads {
    kept: Arc<Mutex<Vec<(String, Written)>>>,
    writers: Arc<Semaphore>,
}

/// A file that ends with the last who reads it.
#[derive(Clone, Debug)]
struct Written {
    file: Arc<File>,
    len: u64,
}

impl Default for Downloads {
    fn default() -> Self {
        Self { kept: Arc::default(), writers: Arc::new(Semaphore::new(WRITERS)) }
    }
}

impl Downloads {
    fn find(&self, key: &str) -> Option<Written> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(found, _)| found == key)?;
        let entry = kept.remove(at);
        let written = entry.1.clone();
        kept.push(entry);
        Some(written)
    }

    fn keep(&self, key: String, written: &Written) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(found, _)| *found != key);
        kept.push((key, written.clone()));
        while kept.len() > KEPT_FILES || kept.iter().map(|(_, written)| written.len).sum::<u64>() > KEPT_BYTES {
            kept.remove(0);
        }
    }
}

/// `GET …/download/{name}`.
pub(crate) async fn get_download(
    State(app): State<App>,
    Extension(downloads): Extension<Downloads>,
    caller: Caller,
    Path((collection, name)): Path<(String, String)>,
    mut asked: Asked,
) -> Result<Response, Error> {
    std::mem::take(&mut asked.raw).finish()?;
    let state = app.state();
    let could_be_withdrawn =
        could_be_withdrawn(known_collection(&state.snapshot, &collection, &caller.viewer)?, &caller.viewer);
    let format = format_of(&collection, &name).ok_or(Error::NotFound)?;
    if could_be_withdrawn {
        app.require_fresh()?;
    }
    let is_staff = caller.viewer.is_staff();
    let tag = tag(&state, &name, asked.language);
    if !is_staff && etag::is_not_modified(&asked.headers, &tag) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        headers(&mut response, format, &name, Some(&tag), false)?;
        return Ok(response);
    }
    let kept = if is_staff { None } else { downloads.find(&tag) };
    let written = if let Some(written) = kept {
        written
    } else {
        let written = write(&downloads, state, &collection, format, caller.viewer, asked.language).await?;
        if !is_staff {
            downloads.keep(tag.clone(), &written);
        }
        written
    };
    let tag = (!is_staff).then_some(tag);
    let requested = byte_range::requested(&asked.headers, written.len, tag.as_deref());
    let mut response = byte_range::answer(written.file, written.len, &requested);
    if requested != Requested::Unsatisfiable {
        headers(&mut response, format, &name, tag.as_deref(), is_staff)?;
    }
    Ok(response)
}

/// Address of a download below the collection's own.
pub(crate) fn path(collection: &str, format: Format) -> String {
    format!("download/{}.{}", crate::links::encode(collection), format.extension())
}

fn format_of(collection: &str, name: &str) -> Option<Format> {
    let ending = name.strip_prefix(collection)?.strip_prefix('.')?;
    Format::OF_DOWNLOADS.into_iter().find(|format| format.extension() == ending)
}

/// A file changes with any revision and with the day, and is written by this build in one language.
fn tag(state: &AppState, name: &str, language: Language) -> String {
    let snapshot = &state.snapshot;
    format!(
        "\"{}.{}-{}-{name}-{}-{}\"",
        state.epoch,
        snapshot.revision(),
        snapshot.day(),
        language.tag(),
        env!("CARGO_PKG_VERSION")
    )
}

async fn write(
    downloads: &Downloads,
    state: Arc<AppState>,
    collection: &str,
    format: Format,
    viewer: Viewer,
    language: Language,
) -> Result<Written, Error> {
    let request = ExportRequest {
        collection: collection.to_owned(),
        format: match format {
            Format::GeoPackage => ExportFormat::GeoPackage,
            Format::FlatGeobuf => ExportFormat::FlatGeobuf,
            Format::Csv => ExportFormat::Csv,
            _ => ExportFormat::GeoJson,
        },
        bbox: None,
        filter: None,
        crs: None,
        viewer,
        language,
    };
    let turn = Arc::clone(&downloads.writers).acquire_owned().await.map_err(Error::internal)?;
    let work = move || {
        let file = tempfile::tempfile().map_err(Error::internal)?;
        export::write(&state.snapshot, &request, &file, |_, _| {})?;
        let len = file.metadata().map_err(Error::internal)?.len();
        drop(turn);
        Ok(Written { file: Arc::new(file), len })
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

fn headers(
    response: &mut Response,
    format: Format,
    name: &str,
    tag: Option<&str>,
    is_staff: bool,
) -> Result<(), Error> {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type(format));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(Error::internal)?;
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    if let Some(tag) = tag {
        headers.insert(header::ETAG, HeaderValue::from_str(tag).map_err(Error::internal)?);
    }
    asked::cache(headers, is_staff);
    Ok(())
}
