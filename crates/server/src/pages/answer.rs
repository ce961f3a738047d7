//! From a request for a page to its answer: language, a thread to work on, validators, and pages for errors.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use spatial::Snapshot;

use super::{
    error_page::{ErrorKind, ErrorPage},
    face::Face,
    frame::Request,
    params::{RawParams, asked_language, preferred_language},
};
use crate::{app::App, etag, layers::policy_framed_by};

/// What every handler needs to know of its request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// How it was asked for.
    pub(crate) request: Request,
    /// Its query.
    pub(crate) raw: RawParams,
    headers: HeaderMap,
}

impl Asked {
    pub(crate) fn new(app: &App, uri: &Uri, headers: HeaderMap) -> Self {
        let query = uri.query().unwrap_or_default();
        let raw: RawParams = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let asked = asked_language(&raw);
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let request = Request {
            path: uri.path().to_owned(),
            language: asked.unwrap_or_else(|| preferred_language(accepted)),
            names_language: asked.is_some(),
            base_url: app.base_url().to_owned(),
        };
        Self { request, raw, headers }
    }

    fn request_id(&self) -> Option<String> {
        self.headers.get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned)
    }
}

/// The snapshot of this moment; none if what could have been withdrawn since must not be shown.
pub(crate) fn fresh(app: &App) -> Result<Arc<Snapshot>, ErrorKind> {
    app.require_fresh().map_err(|_stale| ErrorKind::Unavailable)?;
    Ok(app.snapshot())
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Status.
    pub(crate) status: StatusCode,
    /// Media type.
    pub(crate) media: &'static str,
    /// Name under which a browser keeps it; `None`: it is shown.
    pub(crate) file_name: Option<String>,
    /// Who may show it in a frame, as `frame-ancestors` says it; `None`: nobody.
    pub(crate) ancestors: Option<String>,
    /// Content.
    pub(crate) body: Vec<u8>,
}

const HTML: &str = "text/html; charset=utf-8";
const PDF: &str = "application/pdf";

impl Document {
    /// A page.
    pub(crate) fn page(status: StatusCode, page: &impl Template) -> PageResult {
        let html = page.render().map_err(|error| {
            tracing::error!(%error, "a page could not be rendered");
            ErrorKind::Internal
        })?;
        Ok(Self { status, media: HTML, file_name: None, ancestors: None, body: html.into_bytes() })
    }

    /// A document to keep and to print.
    pub(crate) fn pdf(file_name: String, body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, media: PDF, file_name: Some(file_name), ancestors: None, body }
    }
}

/// A page, or why there is none.
pub(crate) type PageResult = Result<Document, ErrorKind>;

/// Makes a page off the async threads and answers it, or the page that says why there is none.
pub(crate) async fn answer<F>(app: &App, uri: &Uri, headers: HeaderMap, make: F) -> Response
where
    F: FnOnce(&App, &Asked) -> PageResult + Send + 'static,
{
    let asked = Asked::new(app, uri, headers);
    let request_id = asked.request_id();
    let (worker, work) = (app.clone(), asked.clone());
    let made = tokio::task::spawn_blocking(move || make(&worker, &work)).await;
    let made = made.unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be made");
        Err(ErrorKind::Internal)
    });
    respond(made.unwrap_or_else(|kind| error_page(app, &asked.request, kind, request_id)), &asked)
}

/// The same for what takes more work than a page: it waits for its turn, and is refused where too much waits already.
pub(crate) async fn answer_heavy<F>(app: &App, uri: &Uri, headers: HeaderMap, make: F) -> Response
where
    F: FnOnce(&App, &Asked) -> PageResult + Send + 'static,
{
    let asked = Asked::new(app, uri, headers);
    let request_id = asked.request_id();
    let (worker, work) = (app.clone(), asked.clone());
    let made = app.heavy().run(move || make(&worker, &work)).await;
    let made = made.unwrap_or_else(|error| Err(ErrorKind::of(error)));
    respond(made.unwrap_or_else(|kind| error_page(app, &asked.request, kind, request_id)), &asked)
}

fn error_page(app: &App, request: &Request, kind: ErrorKind, request_id: Option<String>) -> Document {
    let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let request_id = request_id.filter(|_| kind == ErrorKind::Internal);
    let mut page = ErrorPage::new(request.clone(), kind, request_id);
    // Unknown and withheld look the same: the face is the server's, whatever was asked for.
    page.frame.face = Face::of_server(&app.snapshot());
    // The last resort is a plain sentence.
    let html = page.render().unwrap_or_else(|_| page.heading.to_owned());
    Document { status, media: HTML, file_name: None, ancestors: None, body: html.into_bytes() }
}

/// An answer with validators: its tag is that of its bytes, so it changes when and only when they do.
fn respond(document: Document, asked: &Asked) -> Response {
    let Document { status, media, file_name, ancestors, body } = document;
    // Who may frame it belongs to the answer: another policy is another answer, though the page is the same.
    let tag = etag::of_bytes(&[ancestors.as_deref().unwrap_or_default().as_bytes(), &body]);
    let is_known = status == StatusCode::OK && etag::is_not_modified(&asked.headers, &tag);
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => (status, Bytes::from(body)).into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, media);
    set(header::CONTENT_LANGUAGE, asked.request.language.tag());
    set(header::VARY, "accept-language, accept-encoding");
    set(header::CACHE_CONTROL, if status == StatusCode::OK { "no-cache" } else { "no-store" });
    if media == PDF {
        // The page is what a search engine may list; a copy of the document would outlive what is withdrawn.
        set(HeaderName::from_static("x-robots-tag"), "noindex");
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        set(header::RETRY_AFTER, "5");
    }
    let policy = ancestors.map(|ancestors| HeaderValue::from_str(&policy_framed_by(&ancestors)));
    if let Some(Ok(policy)) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let disposition = file_name.map(|name| format!("attachment; filename=\"{name}\""));
    if let Some(Ok(disposition)) = disposition.map(|text| HeaderValue::from_str(&text)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    if let (StatusCode::OK, Ok(tag)) = (status, HeaderValue::from_str(&tag)) {
        headers.insert(header::ETAG, tag);
    }
    response
}
