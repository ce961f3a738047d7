//! Whether the process lives, and whether it can answer everything.

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde::Serialize;

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/health/live", get(get_live)).route("/health/ready", get(get_ready))
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
