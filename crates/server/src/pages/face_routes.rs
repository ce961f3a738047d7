//! Addresses of what a municipality shows of itself: its start page, its figures, its legal pages, its colour and its
//! coat of arms.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::Response,
    routing::get,
};
use cadastre::record::Municipality;

use super::{
    answer::{Asked, Document, PageResult, answer, fresh},
    error_page::ErrorKind,
    face::{self, Face},
    figures::{self, Form},
    legal::{Legal, LegalPage},
    params::Place,
    read,
    routes::{answer_of, municipality},
    welcome::WelcomePage,
};
use crate::app::App;

/// Nothing in a picture runs, also where somebody opens it alone (CSP 3, `sandbox`).
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// An address with a version is that of one content: another colour or picture has another one.
const FOR_A_DAY: &str = "public, max-age=86400";

/// Every such page.
pub(super) fn routes() -> Router<App> {
    let mut router = Router::new()
        .route("/zahlen", get(get_figures))
        .route("/zahlen.csv", get(get_figures_csv))
        .route("/gemeinde/{ags}/start", get(get_welcome))
        .route("/gemeinde/{ags}/zahlen", get(get_figures))
        .route("/gemeinde/{ags}/zahlen.csv", get(get_figures_csv))
        .route("/gemeinde/{ags}/farben.css", get(get_style))
        .route("/gemeinde/{ags}/wappen", get(get_arms));
    for legal in Legal::ALL {
        let page = async move |State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap| {
            answer(&app, &uri, headers, move |app, asked| legal_page(app, asked, legal, ags)).await
        };
        router = router
            .route(&format!("/{}", legal.word()), get(page))
            .route(&format!("/gemeinde/{{ags}}/{}", legal.word()), get(page));
    }
    router
}

/// `GET /gemeinde/{ags}/start`: the start page of a municipality.
async fn get_welcome(State(app): State<App>, Path(ags): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    answer(&app, &uri, headers, move |app, asked| {
        let (snapshot, ags) = (fresh(app)?, municipality(&ags)?);
        let listings = read::listings(&snapshot, Some(ags), &Place::default(), asked.request.language);
        let towns = read::towns(&snapshot, Some(ags), &listings);
        let town = towns.first().ok_or(ErrorKind::NotFound)?;
        Document::page(StatusCode::OK, &WelcomePage::new(asked.request.clone(), &snapshot, town, listings))
    })
    .await
}

/// `GET …/zahlen`: what a list page shows, in figures.
async fn get_figures(State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    figures(app, Form::Page, ags, uri, headers).await
}

/// `GET …/zahlen.csv`: the same figures, for spreadsheets.
async fn get_figures_csv(State(app): State<App>, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    figures(app, Form::Csv, ags, uri, headers).await
}

async fn figures(app: App, form: Form, ags: Option<Path<String>>, uri: Uri, headers: HeaderMap) -> Response {
    answer_of(&app, ags, &uri, headers, move |app, asked, ags| figures::document(app, asked, form, ags)).await
}

/// `GET /impressum`, `/datenschutz`, `/barrierefreiheit`, and those of one municipality. Settings are no secret and
/// hold no record: they are served also while the journal is out of reach.
fn legal_page(app: &App, asked: &Asked, legal: Legal, ags: Option<Path<String>>) -> PageResult {
    let snapshot = app.snapshot();
    let ags = ags.map(|Path(ags)| municipality(&ags)).transpose()?;
    let town = ags.map(|ags| snapshot.municipality(ags).ok_or(ErrorKind::NotFound)).transpose()?;
    Document::page(StatusCode::OK, &LegalPage::new(asked.request.clone(), &snapshot, legal, town))
}

/// `GET /gemeinde/{ags}/farben.css`: the colour of a municipality.
async fn get_style(State(app): State<App>, Path(ags): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let make = move |app: &App, _: &Asked| {
        let colour = of_town(app, &ags, |town| Face::of(town).colour)?;
        Ok(file("text/css; charset=utf-8", face::style_sheet(colour).into_bytes()))
    };
    kept(answer(&app, &uri, headers, make).await, &uri)
}

/// `GET /gemeinde/{ags}/wappen`: the coat of arms of a municipality.
async fn get_arms(State(app): State<App>, Path(ags): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let make = move |app: &App, _: &Asked| {
        let arms = of_town(app, &ags, face::coat_of_arms)?;
        Ok(file(arms.media, arms.bytes))
    };
    let mut response = kept(answer(&app, &uri, headers, make).await, &uri);
    if !response.status().is_client_error() && !response.status().is_server_error() {
        set(&mut response, header::CONTENT_SECURITY_POLICY, PICTURE_POLICY);
    }
    response
}

/// Something that a municipality may have.
fn of_town<T>(app: &App, ags: &str, of: impl FnOnce(&Municipality) -> Option<T>) -> Result<T, ErrorKind> {
    let snapshot = app.snapshot();
    snapshot.municipality(municipality(ags)?).and_then(of).ok_or(ErrorKind::NotFound)
}

fn file(media: &'static str, body: Vec<u8>) -> Document {
    Document { status: StatusCode::OK, media, file_name: None, ancestors: None, body }
}

fn kept(mut response: Response, uri: &Uri) -> Response {
    let is_versioned = uri.query().is_some_and(|query| query.starts_with("v="));
    if is_versioned && matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        set(&mut response, header::CACHE_CONTROL, FOR_A_DAY);
    }
    response
}

fn set(response: &mut Response, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}
