//! Whether the process lives, whether it can answer everything, and what it holds.

use std::{collections::BTreeMap, fmt::Write as _};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use cadastre::Viewer;
use serde::Serialize;
use spatial::Snapshot;

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/health/live", get(get_live))
        .route("/health/ready", get(get_ready))
        .route("/metrics", get(get_metrics))
}

/// `GET /health/live`: the process answers.
async fn get_live() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[derive(Debug, Serialize)]
struct ReadyResponse {
    status: &'static str,
    revision: u64,
    journal_silence_seconds: u64,
}

/// `GET /health/ready`: 200 if everything can be served, 503 if the journal has been out of reach for too long.
async fn get_ready(State(app): State<App>) -> (StatusCode, Json<ReadyResponse>) {
    let is_fresh = app.require_fresh().is_ok();
    let response = ReadyResponse {
        status: if is_fresh { "ready" } else { "journal-lost" },
        revision: app.snapshot().revision().0,
        journal_silence_seconds: app.silence().as_secs(),
    };
    (if is_fresh { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(response))
}

/// `GET /metrics`: what the snapshot holds, in the text format of Prometheus. Whatever is not open to all is one sum: the
/// size of a table tells how much is in it, and the name of a layer that there is one.
async fn get_metrics(State(app): State<App>) -> impl IntoResponse {
    let snapshot = app.snapshot();
    let mut out = String::new();
    let mut gauge = |name: &str, help: &str, samples: &[(String, f64)]| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# HELP baulotse_{name} {help}\n# TYPE baulotse_{name} gauge");
        for (labels, value) in samples {
            let _ = writeln!(out, "baulotse_{name}{labels} {value}");
        }
    };
    let one = |value: f64| [(String::new(), value)];
    gauge("revision", "Revision of the store that is served.", &one(snapshot.revision().0 as f64));
    gauge(
        "journal_silence_seconds",
        "Time since the journal was last out of reach.",
        &one(app.silence().as_secs_f64()),
    );
    let mut bytes: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    for (table, memory) in snapshot.memory() {
        let is_open = is_open(&snapshot, &table);
        for (part, size) in memory.parts() {
            let table = if is_open { table.clone() } else { "internal".to_owned() };
            *bytes.entry((table, part)).or_default() += size;
        }
    }
    // Names of layers are of [a-z0-9_]: nothing needs to be escaped.
    let memory: Vec<(String, f64)> = bytes
        .into_iter()
        .map(|((table, part), bytes)| (format!("{{table=\"{table}\",part=\"{part}\"}}"), bytes as f64))
        .collect();
    gauge("snapshot_bytes", "Memory of the snapshot by table and part; what the allocator adds is estimated.", &memory);
    if let Some(mail) = app.mail() {
        let [sent, failed, waiting] = mail.counts().map(|count| count as f64);
        gauge("mail_sent", "Mails about enquiries that were sent since the start.", &one(sent));
        gauge("mail_failed", "Attempts to send one that failed since the start.", &one(failed));
        gauge("mail_waiting", "Mails about enquiries that are still to be sent.", &one(waiting));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], out)
}

/// Whether everybody may see all that is in a table.
fn is_open(snapshot: &Snapshot, table: &str) -> bool {
    match table.strip_prefix("layer:") {
        Some(layer) => snapshot.schema(layer, &Viewer::ANONYMOUS).is_some(),
        None => matches!(table, "municipalities" | "districts" | "localities" | "parcels" | "buildings"),
    }
}
