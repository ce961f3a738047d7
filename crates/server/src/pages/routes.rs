//! The addresses of the pages: each takes one snapshot, makes one model and renders it.

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use cadastre::{Ags, ParcelId, Viewer};
use sha2::{Digest as _, Sha256};
use spatial::Found;

use super::{
    assets,
    error_page::{ErrorKind, ErrorPage},
    frame::Request,
    list::{ListInput, ListPage, Scope},
    params::{RawParams, asked_language, parse, preferred_language},
    parcel_page::ParcelPage,
    read,
    site_page::SitePage,
};
use crate::{app::App, error::Error, etag};

/// Every page, its scripts and styles, and the answer to unknown addresses.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(get_start))
        .route("/gemeinde/{ags}", get(get_municipality))
        .route("/flaeche/{id}", get(get_site))
        .route("/flurstueck/{parcel_id}", get(get_parcel))
        .route("/assets/{name}", get(assets::get_hashed))
        .route("/favicon.svg", get(assets::get_favicon))
        .fallback(get_unknown)
}

/// What every handler needs to know of its request.
#[derive(Clone, Debug)]
struct Asked {
    request: Request,
    raw: RawParams,
    headers: HeaderMap,
}

impl Asked {
    fn new(app: &App, uri: &Uri, headers: HeaderMap) -> Self {
        let query = uri.query().unwrap_or_default();
        let raw: RawParams = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let asked = asked_language(&raw);
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let request = Request {
            path: uri.path().to_owned(),
            language: asked.unwrap_or_else(|| preferred_language(accepted)),
            language_asked: asked.is_some(),
            base_url: app.base_url().to_owned(),
        };
        Self { request, raw, headers }
    }
}

/// What went wrong with a page.
type PageResult = Result<(StatusCode, String), ErrorKind>;

/// `GET /`: all municipalities.
async fn get_start(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, |app, asked| list(app, asked, None)).await
}

/// `GET /gemeinde/{ags}`: one municipality.
async fn get_municipality(State(app): State<App>, Path(ags): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| {
        let ags = Ags::parse(&ags).map_err(|_ignored_unknown| ErrorKind::NotFound)?;
        list(app, asked, Some(ags))
    })
    .await
}

/// `GET /flaeche/{id}`: one site.
async fn get_site(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| site(app, asked, &id)).await
}

/// `GET /flurstueck/{parcel_id}`: one parcel.
async fn get_parcel(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| parcel(app, asked, &id)).await
}

/// Any other address: a page for people, a problem for programs.
async fn get_unknown(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    if ["/ogc", "/api", "/health"].iter().any(|prefix| uri.path().starts_with(prefix)) {
        return Error::NotFound.into_response();
    }
    answer(&app, &uri, headers, |_, _| Err(ErrorKind::NotFound)).await
}

fn list(app: &App, asked: &Asked, ags: Option<Ags>) -> PageResult {
    app.require_fresh().map_err(|_stale| ErrorKind::Unavailable)?;
    let snapshot = app.snapshot();
    let (query, problems) = parse(&asked.raw);
    let sites = read::public_sites(&snapshot, ags, asked.request.language);
    let towns = read::towns(&snapshot, ags, &sites);
    let scope = match (ags, towns.first()) {
        (None, _) => Scope::All,
        (Some(_), Some(town)) => Scope::One(town),
        (Some(_), None) => return Err(ErrorKind::NotFound),
    };
    let sites = read::in_box(&snapshot, sites, query.filter.bbox);
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let page =
        ListPage::new(ListInput { request: asked.request.clone(), scope, towns: &towns, sites, query, problems });
    render(status, &page)
}

fn site(app: &App, asked: &Asked, id: &str) -> PageResult {
    app.require_fresh().map_err(|_stale| ErrorKind::Unavailable)?;
    let snapshot = app.snapshot();
    let shown = match snapshot.item("sites", id, &Viewer::ANONYMOUS) {
        Found::Shown(shown) => shown,
        Found::Ended => return Err(ErrorKind::Gone),
        Found::Unknown => return Err(ErrorKind::NotFound),
    };
    let town = shown.view().ags().and_then(|ags| read::town(&snapshot, ags)).ok_or(ErrorKind::NotFound)?;
    let page = SitePage::new(asked.request.clone(), &town, shown.view(), read::extent_of(&shown));
    render(StatusCode::OK, &page.ok_or(ErrorKind::NotFound)?)
}

/// Base data are served also while the journal is out of reach; the sites on the parcel are not.
fn parcel(app: &App, asked: &Asked, id: &str) -> PageResult {
    let snapshot = app.snapshot();
    let parcel_id = ParcelId::parse(id).map_err(|_ignored_unknown| ErrorKind::NotFound)?;
    let found = snapshot.item("parcels", parcel_id.as_str(), &Viewer::ANONYMOUS).shown();
    let shown = found.ok_or(ErrorKind::NotFound)?;
    let town = shown.view().ags().and_then(|ags| read::town(&snapshot, ags));
    let sites = app.require_fresh().is_ok().then(|| read::sites_on(&snapshot, parcel_id, asked.request.language));
    let extent = read::extent_of(&shown);
    let page = ParcelPage::new(asked.request.clone(), town.as_ref(), shown.view(), extent, sites);
    render(StatusCode::OK, &page)
}

fn render(status: StatusCode, page: &impl Template) -> PageResult {
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        ErrorKind::Internal
    })?;
    Ok((status, html))
}

/// Makes a page off the async threads and answers it, or the page that says why there is none.
async fn answer<F>(app: &App, uri: &Uri, headers: HeaderMap, make: F) -> Response
where
    F: FnOnce(&App, &Asked) -> PageResult + Send + 'static,
{
    let asked = Asked::new(app, uri, headers);
    let request_id = asked.headers.get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let (worker, work) = (app.clone(), asked.clone());
    let made = tokio::task::spawn_blocking(move || make(&worker, &work)).await;
    let made = made.unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be made");
        Err(ErrorKind::Internal)
    });
    let (status, html) = made.unwrap_or_else(|kind| error_page(&asked.request, kind, request_id));
    html_response(status, html, &asked)
}

fn error_page(request: &Request, kind: ErrorKind, request_id: Option<String>) -> (StatusCode, String) {
    let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let request_id = request_id.filter(|_| kind == ErrorKind::Internal);
    let page = ErrorPage::new(request.clone(), kind, request_id);
    // The last resort is a plain sentence.
    (status, page.render().unwrap_or_else(|_| page.heading.to_owned()))
}

/// An HTML answer with validators: its tag is that of its bytes, so it changes when and only when they do.
fn html_response(status: StatusCode, html: String, asked: &Asked) -> Response {
    let digest = Sha256::digest(html.as_bytes());
    let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let is_known = status == StatusCode::OK && etag::is_not_modified(&asked.headers, &tag);
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => (status, Bytes::from(html)).into_response(),
    };
    let headers = response.headers_mut();
    let mut set = |name, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, "text/html; charset=utf-8");
    set(header::CONTENT_LANGUAGE, asked.request.language.tag());
    set(header::VARY, "accept-language, accept-encoding");
    set(header::CACHE_CONTROL, if status == StatusCode::OK { "no-cache" } else { "no-store" });
    if status == StatusCode::SERVICE_UNAVAILABLE {
        set(header::RETRY_AFTER, "5");
    }
    if let (StatusCode::OK, Ok(tag)) = (status, HeaderValue::from_str(&tag)) {
        headers.insert(header::ETAG, tag);
    }
    response
}
