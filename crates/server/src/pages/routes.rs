//! The addresses of the pages: each takes one snapshot, makes one model and renders it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse as _, Response},
    routing::get,
};
use cadastre::{Ags, ParcelId, Viewer};
use spatial::Snapshot;

use super::{
    answer::{Asked, Document, PageResult, answer, answer_heavy, fresh},
    assets,
    compare::ComparePage,
    detail::{DetailPage, ExposePage, ExposePdf, for_paper},
    download::{self, Form},
    embed, enquiry,
    error_page::ErrorKind,
    face_routes,
    list::{ListInput, ListPage, Scope},
    listing::Record,
    params::parse,
    parcel_page::ParcelPage,
    read,
    search::SearchPage,
    towns::Town,
};
use crate::{app::App, error::Error, pictures};

/// Every page, its scripts and styles, and the answer to unknown addresses.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(enquiry::routes())
        .route("/", get(get_start))
        .route("/liste.csv", get(get_csv))
        .route("/liste.geojson", get(get_geojson))
        .route("/liste.gpkg", get(get_geopackage))
        .route("/feed.atom", get(get_feed))
        .route("/gemeinde/{ags}", get(get_municipality))
        .route("/gemeinde/{ags}/liste.csv", get(get_csv))
        .route("/gemeinde/{ags}/liste.geojson", get(get_geojson))
        .route("/gemeinde/{ags}/liste.gpkg", get(get_geopackage))
        .route("/gemeinde/{ags}/feed.atom", get(get_feed))
        .route("/embed", get(get_embed))
        .route("/embed/{ags}", get(get_embed))
        .route("/embed.js", get(assets::get_embed))
        .route("/einbetten", get(get_snippet))
        .route("/gemeinde/{ags}/einbetten", get(get_snippet))
        .route("/oembed", get(embed::get_oembed))
        .route("/suche", get(get_search))
        .route("/vergleich", get(get_compare))
        .route("/flaeche/{id}", get(get_site))
        .route("/flaeche/{id}/expose", get(get_site_expose))
        .route("/flaeche/{id}/expose.pdf", get(get_site_pdf))
        .route("/gebaeude/{id}", get(get_building))
        .route("/gebaeude/{id}/expose", get(get_building_expose))
        .route("/gebaeude/{id}/expose.pdf", get(get_building_pdf))
        .route("/bild/{id}/{file}", get(get_photo))
        .route("/flurstueck/{parcel_id}", get(get_parcel))
        .route("/assets/{name}", get(assets::get_hashed))
        .route("/favicon.svg", get(assets::get_favicon))
        .merge(face_routes::routes())
        .fallback(get_unknown)
}

/// `GET /`: all municipalities.
async fn get_start(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, |app, asked| list(app, asked, None)).await
}

/// `GET /gemeinde/{ags}`: one municipality.
async fn get_municipality(State(app): State<App>, Path(ags): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| list(app, asked, Some(municipality(&ags)?))).await
}

/// `GET /embed`, `GET /embed/{ags}`: a list page for a frame of another site.
async fn get_embed(State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    answer_of(&app, ags, &uri, headers, embed::document).await
}

/// `GET …/einbetten`: the code with which other sites embed a list page.
async fn get_snippet(State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    answer_of(&app, ags, &uri, headers, embed::snippet).await
}

/// `GET …/liste.csv`: what a list page shows, for spreadsheets.
async fn get_csv(State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    download(app, Form::Csv, ags, uri, headers).await
}

/// `GET …/liste.geojson`: what a list page shows, for maps.
async fn get_geojson(State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    download(app, Form::GeoJson, ags, uri, headers).await
}

/// `GET …/liste.gpkg`: what a list page shows, for GIS programs.
async fn get_geopackage(State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    download(app, Form::GeoPackage, ags, uri, headers).await
}

/// `GET …/feed.atom`: what a list page shows, to be told of what is new.
async fn get_feed(State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    download(app, Form::Feed, ags, uri, headers).await
}

async fn download(app: App, form: Form, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    answer_of(&app, ags, &uri, headers, move |app, asked, ags| download::document(app, asked, form, ags)).await
}

/// Answers about the municipality in an address, or about all where it names none.
pub(super) async fn answer_of<F>(
    app: &App,
    ags: Option<Path<String>>,
    uri: &Uri,
    headers: HeaderMap,
    make: F,
) -> Response
where
    F: FnOnce(&App, &Asked, Option<Ags>) -> PageResult + Send + 'static,
{
    answer(app, uri, headers, move |app, asked| {
        let ags = ags.map(|Path(ags)| municipality(&ags)).transpose()?;
        make(app, asked, ags)
    })
    .await
}

/// `GET /suche`: places, streets, parcels and what is listed, by name.
async fn get_search(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, |app, asked| {
        let snapshot = fresh(app)?;
        Document::page(StatusCode::OK, &SearchPage::new(asked.request.clone(), &snapshot, &asked.raw))
    })
    .await
}

/// `GET /vergleich?id=…&id=…`: up to four listings side by side.
async fn get_compare(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, |app, asked| {
        let snapshot = fresh(app)?;
        Document::page(StatusCode::OK, &ComparePage::new(asked.request.clone(), &snapshot, &asked.raw))
    })
    .await
}

/// `GET /flaeche/{id}`: one site.
async fn get_site(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| detail(app, asked, Record::Site, &id)).await
}

/// `GET /flaeche/{id}/expose`: one site on one sheet of paper.
async fn get_site_expose(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| expose(app, asked, Record::Site, &id)).await
}

/// `GET /flaeche/{id}/expose.pdf`: one site as a document.
async fn get_site_pdf(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    document(&app, Record::Site, id, &uri, headers).await
}

/// `GET /gebaeude/{id}`: one building whose vacancy is published.
async fn get_building(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| detail(app, asked, Record::Building, &id)).await
}

/// `GET /gebaeude/{id}/expose`: one such building on one sheet of paper.
async fn get_building_expose(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| expose(app, asked, Record::Building, &id)).await
}

/// `GET /gebaeude/{id}/expose.pdf`: one such building as a document.
async fn get_building_pdf(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    document(&app, Record::Building, id, &uri, headers).await
}

/// `GET /bild/{id}/{width}.jpg`: a picture of what is listed, as everybody sees it.
async fn get_photo(
    State(app): State<App>,
    Path((id, file)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let kind = match pictures::serve(&app, &Viewer::ANONYMOUS, &id, &file, &headers).await {
        Ok(response) => return response,
        Err(Error::NotFound) => ErrorKind::NotFound,
        Err(Error::Unavailable(_)) => ErrorKind::Unavailable,
        Err(error) => return error.into_response(),
    };
    answer(&app, &uri, headers, move |_, _| Err(kind)).await
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

/// The key in an address; what is none is as unknown as one that is not recorded.
pub(super) fn municipality(ags: &str) -> Result<Ags, ErrorKind> {
    Ags::parse(ags).map_err(|_ignored_unknown| ErrorKind::NotFound)
}

fn list(app: &App, asked: &Asked, ags: Option<Ags>) -> PageResult {
    let snapshot = fresh(app)?;
    let (query, problems) = parse(&asked.raw);
    let listings = read::listings(&snapshot, ags, &query.filter.place, asked.request.language);
    let towns = read::towns(&snapshot, ags, &listings);
    let scope = Scope::of(ags, &towns).ok_or(ErrorKind::NotFound)?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let input = ListInput { request: asked.request.clone(), scope, towns: &towns, listings, query, problems };
    Document::page(status, &ListPage::new(input))
}

/// The page of a listing.
fn detail(app: &App, asked: &Asked, record: Record, id: &str) -> PageResult {
    let snapshot = fresh(app)?;
    let (page, _) = listed(&snapshot, asked, record, id)?;
    Document::page(StatusCode::OK, &page)
}

/// The same on one sheet of paper.
fn expose(app: &App, asked: &Asked, record: Record, id: &str) -> PageResult {
    let snapshot = fresh(app)?;
    let (page, town) = listed(&snapshot, asked, record, id)?;
    Document::page(StatusCode::OK, &ExposePage::new(page, &town, snapshot.day()))
}

/// The same as a document. Its picture is read beforehand: threads that take CPU wait for no database.
async fn document(app: &App, record: Record, id: String, uri: &Uri, headers: HeaderMap) -> Response {
    let held = for_document(app, record, &id).await;
    answer_heavy(app, uri, headers, move |_, asked| {
        let (snapshot, photo) = held?;
        pdf(&snapshot, asked, record, &id, photo)
    })
    .await
}

/// The snapshot of a document, and the file of its picture if the record has one; one that has ended since is none.
///
/// No answer of the store, no document: people keep a document and pass it on, and one that lacks its picture for once
/// reads as if there were none. It is a matter of a minute: then the pages are not shown either (`App::require_fresh`).
async fn for_document(app: &App, record: Record, id: &str) -> Result<(Arc<Snapshot>, Option<Vec<u8>>), ErrorKind> {
    let snapshot = fresh(app)?;
    let wanted = for_paper(&read::shown(&snapshot, record, id)?);
    let photo = match wanted {
        Some((picture_id, width)) => pictures::bytes(app, &picture_id, width).await.map_err(ErrorKind::of)?,
        None => None,
    };
    Ok((snapshot, photo))
}

fn pdf(snapshot: &Snapshot, asked: &Asked, record: Record, id: &str, photo: Option<Vec<u8>>) -> PageResult {
    let (page, town) = listed(snapshot, asked, record, id)?;
    let made = ExposePdf::new(&page, &town, snapshot.day(), photo);
    let ExposePdf { file_name, bytes } = made.map_err(|error| {
        tracing::error!(%error, "an exposé could not be written");
        ErrorKind::Internal
    })?;
    Ok(Document::pdf(file_name, bytes))
}

/// A listing in words and pictures, and its town.
fn listed<'s>(
    snapshot: &'s Snapshot,
    asked: &Asked,
    record: Record,
    id: &str,
) -> Result<(DetailPage, Town<'s>), ErrorKind> {
    let request = asked.request.clone();
    let (shown, listing) = read::listed(snapshot, record, id, request.language)?;
    let town = read::town(snapshot, listing.ags).ok_or(ErrorKind::NotFound)?;
    Ok((DetailPage::new(request, snapshot, &town, listing, &shown), town))
}

/// Base data are served also while the journal is out of reach; the sites on the parcel are not.
fn parcel(app: &App, asked: &Asked, id: &str) -> PageResult {
    let snapshot = app.snapshot();
    let parcel_id = ParcelId::parse(id).map_err(|_ignored_unknown| ErrorKind::NotFound)?;
    let found = snapshot.item("parcels", parcel_id.as_str(), &Viewer::ANONYMOUS).shown();
    let shown = found.ok_or(ErrorKind::NotFound)?;
    let town = shown.view().ags().and_then(|ags| read::town(&snapshot, ags));
    let sites = app.require_fresh().is_ok().then(|| read::sites_on(&snapshot, parcel_id, asked.request.language));
    let page = ParcelPage::new(asked.request.clone(), &snapshot, town.as_ref(), &shown, sites);
    Document::page(StatusCode::OK, &page)
}
