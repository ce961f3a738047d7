//! `GET /api/search`: places, streets, parcels and listings by name, for a field that completes what is typed.

use axum::{
    Json,
    extract::{RawQuery as QueryString, State},
    http::HeaderMap,
};
use cadastre::{Ags, texts::Language};
use serde::Serialize;

use crate::{
    app::App,
    error::Error,
    pages::{
        frame::Request,
        params::preferred_language,
        search::{Hit, Wanted, find, merged},
    },
    params::{RawQuery, whole_number},
};

const DEFAULT_LIMIT: u64 = 10;
const MOST: u64 = 50;
const LONGEST_QUERY: usize = 200;

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct SearchResponse {
    /// Best fit first.
    results: Vec<SearchResult>,
    /// Whether there is more than was asked for.
    truncated: bool,
}

/// A hit.
#[derive(Debug, Serialize)]
struct SearchResult {
    /// `municipality`, `locality`, `district`, `street`, `listing` or `parcel`.
    kind: &'static str,
    /// Id in its collection; a street has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Name.
    title: String,
    /// Where it is, in words.
    detail: String,
    /// Page of this server that shows it, or what is listed there.
    href: String,
    /// West, south, east, north in CRS84.
    #[serde(skip_serializing_if = "Option::is_none")]
    bbox: Option<[f64; 4]>,
}

impl From<Hit> for SearchResult {
    fn from(hit: Hit) -> Self {
        Self {
            kind: hit.kind.code(),
            id: hit.id,
            title: hit.title,
            detail: hit.detail,
            href: hit.href,
            bbox: hit.bounds.map(|bounds| bounds.rounded().into()),
        }
    }
}

/// `GET /api/search?q=…&ags=…&limit=…&lang=…`, as the public sees it.
pub(crate) async fn get_search(
    State(app): State<App>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Json<SearchResponse>, Error> {
    let mut query = RawQuery::parse(query.as_deref())?;
    let words = query.take_parsed("q", words)?.ok_or_else(|| Error::parameter("q", "is missing"))?;
    let ags = query.take_parsed("ags", Ags::parse)?;
    let limit = query.take_parsed("limit", |text| whole_number(text, 1..=MOST))?.unwrap_or(DEFAULT_LIMIT);
    let asked = query.take_parsed("lang", |code| Language::from_code(code).ok_or("must be de, en or leicht"))?;
    query.finish()?;
    app.require_fresh()?;
    let accepted = headers.get("accept-language").and_then(|value| value.to_str().ok());
    let request = Request {
        path: "/suche".to_owned(),
        language: asked.unwrap_or_else(|| preferred_language(accepted)),
        names_language: asked.is_some(),
        base_url: app.base_url().to_owned(),
    };
    let snapshot = app.snapshot();
    let limit = limit as usize;
    let found =
        tokio::task::spawn_blocking(move || find(&snapshot, Wanted { request: &request, words: &words, ags, limit }));
    let mut hits = merged(found.await.map_err(Error::internal)?);
    let truncated = hits.len() > limit;
    hits.truncate(limit);
    Ok(Json(SearchResponse { results: hits.into_iter().map(SearchResult::from).collect(), truncated }))
}

fn words(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("must hold what to search for".to_owned());
    }
    if text.chars().count() > LONGEST_QUERY {
        return Err(format!("must not be longer than {LONGEST_QUERY} characters"));
    }
    Ok(text.trim().to_owned())
}
