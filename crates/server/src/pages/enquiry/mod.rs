//! Asking the municipality: a form about a listing or about the municipality, and the receipt.
//!
//! Nobody's address is shown, nothing but the page itself is needed (no script, no cookie, no third party), and what
//! was typed is never lost: whatever is wrong, the form comes back as it was filled in.

mod form;
mod receipt;
mod sent;
mod sheet;
mod subject;

use std::{net::IpAddr, time::Instant};

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use cadastre::{Enquiry, ReceiptNumber, texts::Language};
use jiff::Timestamp;

use super::{
    answer::{Asked, Document, answer},
    error_page::ErrorKind,
    listing::Record,
};
use crate::{app::App, clock, limits::Client, mail};
use form::{FormPage, Problem};
use receipt::ReceiptPage;
use sent::Sent;
use sheet::Sheet;
use subject::Target;

pub(crate) use subject::link;

/// Largest form that is read, in bytes: the longest message in characters of four bytes, percent-encoded, and more.
const BODY_LIMIT: usize = 64 * 1024;

/// The forms and the receipts.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/anfrage/flaeche/{id}", get(get_site).post(post_site))
        .route("/anfrage/gebaeude/{id}", get(get_building).post(post_building))
        .route("/anfrage/gemeinde/{ags}", get(get_municipality).post(post_municipality))
        .route("/anfrage/eingang/{number}", get(get_receipt))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

/// What comes with a form that is sent: who sends it, where that is known, and what.
type Body = (Option<Extension<Client>>, Result<Bytes, BytesRejection>);

/// `GET /anfrage/flaeche/{id}`: the form about a site.
async fn get_site(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    show(&app, Target::Listing(Record::Site, id), &uri, headers).await
}

/// `POST /anfrage/flaeche/{id}`: the form, filled in.
async fn post_site(app: State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap, body: Body) -> Response {
    receive(&app, Target::Listing(Record::Site, id), &uri, headers, body).await
}

/// `GET /anfrage/gebaeude/{id}`: the form about a building whose vacancy is published.
async fn get_building(State(app): State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    show(&app, Target::Listing(Record::Building, id), &uri, headers).await
}

/// `POST /anfrage/gebaeude/{id}`: the form, filled in.
async fn post_building(app: State<App>, Path(id): Path<String>, uri: Uri, headers: HeaderMap, body: Body) -> Response {
    receive(&app, Target::Listing(Record::Building, id), &uri, headers, body).await
}

/// `GET /anfrage/gemeinde/{ags}`: the form to a municipality.
async fn get_municipality(State(app): State<App>, Path(ags): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    show(&app, Target::Municipality(ags), &uri, headers).await
}

/// `POST /anfrage/gemeinde/{ags}`: the form, filled in.
async fn post_municipality(
    app: State<App>,
    Path(ags): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    receive(&app, Target::Municipality(ags), &uri, headers, body).await
}

/// `GET /anfrage/eingang/{number}`: the receipt. Who knows the number sees how far the enquiry is, not what it says.
async fn get_receipt(State(app): State<App>, Path(number): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let found = match ReceiptNumber::parse(&number) {
        Ok(number) => app.store().enquiry(number).await.map_err(store_error),
        Err(_no_number) => Ok(None),
    };
    answer(&app, &uri, headers, move |app, asked| {
        let filed = found?.ok_or(ErrorKind::NotFound)?;
        Document::page(StatusCode::OK, &ReceiptPage::new(app, asked.request.clone(), &filed))
    })
    .await
}

async fn show(app: &App, target: Target, uri: &Uri, headers: HeaderMap) -> Response {
    answer(app, uri, headers, move |app, asked| {
        let snapshot = app.snapshot();
        let subject = target.find(app, &snapshot, asked.request.language)?;
        let sent = Sent::blank(Sheet::issue(Timestamp::now()).map_err(|error| internal(&error))?);
        Document::page(StatusCode::OK, &FormPage::new(asked.request.clone(), Some(&subject), sent, &[]))
    })
    .await
}

/// Why an enquiry was not filed.
enum Refusal {
    /// There is no such form, or it was not one of ours.
    Page(ErrorKind),
    /// The form is shown again.
    Form(StatusCode, Vec<Problem>),
}

async fn receive(app: &App, target: Target, uri: &Uri, headers: HeaderMap, (client, body): Body) -> Response {
    let client = client.and_then(|Extension(Client(client))| client);
    let read = match sent::is_from_own_page(&headers, app.base_url()) {
        true => body.map_err(|_too_large| ErrorKind::BadRequest).and_then(|body| Sent::read(&headers, &body)),
        false => Err(ErrorKind::Foreign),
    };
    let sent = match read {
        Ok(sent) => sent,
        Err(kind) => return answer(app, uri, headers, move |_, _| Err(kind)).await,
    };
    let asked = Asked::new(app, uri, headers.clone());
    match file(app, &target, &sent, asked.request.language, client).await {
        Ok(number) => see_other(&asked.request.link(&format!("/anfrage/eingang/{number}"), &[])),
        Err(Refusal::Page(kind)) => answer(app, uri, headers, move |_, _| Err(kind)).await,
        Err(Refusal::Form(status, problems)) => {
            let wait = problems.iter().find_map(|problem| problem.wait());
            let again = move |app: &App, asked: &Asked| again(app, asked, &target, status, sent, &problems);
            let mut response = answer(app, uri, headers, again).await;
            if let Some(wait) = wait {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
            }
            response
        }
    }
}

/// Checks the form and files the enquiry.
async fn file(
    app: &App,
    target: &Target,
    sent: &Sent,
    language: Language,
    client: Option<IpAddr>,
) -> Result<ReceiptNumber, Refusal> {
    let unavailable = || Refusal::Form(StatusCode::SERVICE_UNAVAILABLE, vec![Problem::Unavailable]);
    let topic = {
        let snapshot = app.snapshot();
        target.find(app, &snapshot, language).map(|subject| subject.topic)
    };
    let topic =
        topic.map_err(|kind| if kind == ErrorKind::Unavailable { unavailable() } else { Refusal::Page(kind) })?;
    let enquiry = Enquiry::new(topic, &sent.typed, language);
    let refused = enquiry.as_ref().err().into_iter().flatten().copied().map(Problem::Field);
    let problems: Vec<Problem> = refused.chain(sent.problems(Timestamp::now())).collect();
    let (Ok(enquiry), true) = (enquiry, problems.is_empty()) else {
        return Err(Refusal::Form(StatusCode::UNPROCESSABLE_ENTITY, problems));
    };
    let sheet = sent.sheet.to_string();
    if let Err(too_many) = app.filings().take(client, &sheet, Instant::now()) {
        if too_many.is_of_all {
            tracing::warn!("so many enquiries come in that no more are taken for a while");
        }
        return Err(Refusal::Form(StatusCode::TOO_MANY_REQUESTS, vec![Problem::TooMany(too_many)]));
    }
    let is_told = mail::is_told(app, enquiry.topic.ags);
    let filed = app.store().file_enquiry(&enquiry, &sheet, clock::today(), is_told).await;
    if let (Ok(_), true, Some(mail)) = (&filed, is_told, app.mail()) {
        mail.wake();
    }
    filed.map_err(|error| {
        app.filings().give_back(&sheet);
        match store_error(error) {
            ErrorKind::Unavailable => unavailable(),
            kind => Refusal::Page(kind),
        }
    })
}

/// The form as it was filled in, with what is wrong; about what is left out while it cannot be known whether it may be
/// shown.
fn again(
    app: &App,
    asked: &Asked,
    target: &Target,
    status: StatusCode,
    mut sent: Sent,
    problems: &[Problem],
) -> Result<Document, ErrorKind> {
    if problems.contains(&Problem::Expired) {
        sent.sheet = Sheet::issue(Timestamp::now()).map_err(|error| internal(&error))?;
    }
    let snapshot = app.snapshot();
    let subject = match target.find(app, &snapshot, asked.request.language) {
        Err(ErrorKind::Unavailable) => None,
        found => Some(found?),
    };
    Document::page(status, &FormPage::new(asked.request.clone(), subject.as_ref(), sent, problems))
}

/// Sent again by a reload, a form would be another request; the page that is shown instead is not.
fn see_other(path: &str) -> Response {
    // Made of a receipt number and a language: always a header value.
    let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn store_error(error: store::StoreError) -> ErrorKind {
    if error.is_unavailable() {
        tracing::warn!(%error, "the store is out of reach");
        return ErrorKind::Unavailable;
    }
    internal(&error)
}

fn internal(error: &dyn std::error::Error) -> ErrorKind {
    tracing::error!(%error, "an enquiry could not be taken");
    ErrorKind::Internal
}
