//! `/api/pictures`: pictures of sites and vacant buildings. Everybody reads what the gate lets them see; clerks, planners
//! and administrators of the municipality add, describe and remove them.

use axum::{
    body::Bytes,
    extract::{FromRequest as _, Path, RawQuery as QueryString, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use cadastre::{
    Day, Edit, Key, Kind, Picture, Problem, Value, Viewer,
    codes::PictureSubject,
    picture::{MAX_BYTES, MOST},
    raw::RawRow,
    role::Action,
};
use serde::Serialize;
use spatial::{Shown, Snapshot};
use store::{Author, PictureFile};

use crate::{
    app::{App, State as AppState},
    auth::Caller,
    error::Error,
    etag,
    links::media,
    ogc::{commit_error, random_id},
    params::RawQuery,
    pictures::{self, PictureOf},
    sync,
    validated::{Terms, answer, answer_tagged},
};

/// What can be said of a picture, as a query says it of a new one.
const FIELDS: [&str; 7] = ["alt", "alt_en", "author", "licence", "taken_on", "released", "position"];
/// Media types of a file. What a file is, it says itself: `application/octet-stream` will do.
const FILES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "application/octet-stream"];
/// What a role must allow.
const CHANGING: &str = "changing pictures";

/// The pictures of one site or building.
#[derive(Debug, Serialize)]
struct ListResponse {
    pictures: Vec<PictureResponse>,
}

/// A picture, as far as who asks may see it.
#[derive(Debug, Serialize)]
struct PictureResponse {
    id: String,
    /// `site` or `building`.
    subject: PictureSubject,
    /// Id of the site or building.
    subject_id: String,
    position: i64,
    /// German alternative text.
    alt: String,
    /// English alternative text.
    alt_en: Option<String>,
    author: Option<String>,
    /// Code of the licence.
    licence: &'static str,
    taken_on: Option<Day>,
    released: bool,
    /// The smallest first.
    files: Vec<FileResponse>,
}

/// One form of a picture.
#[derive(Debug, Serialize)]
struct FileResponse {
    href: String,
    width: u32,
    height: u32,
}

impl PictureResponse {
    fn new(app: &App, picture: &Picture) -> Self {
        let file = |size: cadastre::picture::Size| FileResponse {
            href: format!("{}/api/pictures/{}/{}.jpg", app.base_url(), picture.picture_id, size.width),
            width: size.width,
            height: size.height,
        };
        Self {
            id: picture.picture_id.clone(),
            subject: picture.subject,
            subject_id: picture.subject_id.clone(),
            position: picture.position,
            alt: picture.alt.clone(),
            alt_en: picture.alt_en.clone(),
            author: picture.author.clone(),
            licence: picture.licence.code,
            taken_on: picture.taken_on,
            released: picture.is_released,
            files: picture.size.kept().into_iter().map(file).collect(),
        }
    }
}

/// `GET /api/pictures?site=…` or `?building=…`.
pub(crate) async fn get_pictures(
    State(app): State<App>,
    caller: Caller,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let mut query = RawQuery::parse(query.as_deref())?;
    let (subject, id) = subject(&mut query)?;
    query.finish()?;
    app.require_fresh()?;
    let snapshot = app.snapshot();
    let shown = seen(&snapshot, subject, &id, &caller.viewer)?;
    let pictures = shown.pictures();
    let pictures = pictures.iter().map(|pictured| PictureResponse::new(&app, pictured.view.record())).collect();
    let body = serde_json::to_vec(&ListResponse { pictures }).map_err(Error::internal)?;
    Ok(answer(&headers, Terms::for_viewer(media::JSON, &caller.viewer), body))
}

/// `GET /api/pictures/{id}`, with the `ETag` that a change of it names.
pub(crate) async fn get_picture(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    app.require_fresh()?;
    described(&app, &caller.viewer, &id, &headers)
}

/// `GET /api/pictures/{id}/{width}.jpg`: its bytes, for the staff also before it is released.
pub(crate) async fn get_file(
    State(app): State<App>,
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    pictures::serve(&app, &caller.viewer, &id, &file, &headers).await
}

/// `POST /api/pictures?site=…&alt=…&author=…&licence=…` with the file as body: 201 with `Location` and `ETag`.
///
/// Who may not add one is told so before the file is read.
pub(crate) async fn create_picture(
    State(app): State<App>,
    caller: Caller,
    QueryString(query): QueryString,
    request: Request,
) -> Result<Response, Error> {
    let mut query = RawQuery::parse(query.as_deref())?;
    let (subject, subject_id) = subject(&mut query)?;
    let fields = query.take_where(|name| FIELDS.contains(&name));
    query.finish()?;
    let account = caller.at_least_clerk(CHANGING)?;
    let of = {
        let snapshot = app.snapshot();
        let shown = seen(&snapshot, subject, &subject_id, &caller.viewer)?;
        place(&shown, &caller.viewer, subject, subject_id)?
    };
    expect_file(request.headers())?;
    let file = file(&app, request).await?;
    let fields = fields.into_iter().map(|(name, value)| (name.into(), Value::text(value))).collect();
    let row = RawRow { row: 1, id: None, fields, geometry: None };
    let made = app.heavy().run(move || pictures::new_picture(&file, &row, of)).await?;
    let (picture, files) = made.map_err(Error::Invalid)?;
    let id = picture.picture_id.clone();
    commit(&app, Edit::create(picture), files, Author::account(account, "picture added by API")).await?;
    let mut response = described(&app, &caller.viewer, &id, &HeaderMap::new())?;
    *response.status_mut() = StatusCode::CREATED;
    let location = format!("{}/api/pictures/{id}", app.base_url());
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(&location).map_err(Error::internal)?);
    Ok(response)
}

/// `PATCH /api/pictures/{id}` with `If-Match` and what changes as JSON; null empties a field.
pub(crate) async fn update_picture(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    QueryString(query): QueryString,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let account = caller.at_least_clerk(CHANGING)?;
    let state = app.state();
    let picture = editable(&state, &id, &caller.viewer)?;
    let at = etag::if_match(&headers, &state.epoch)?;
    let row = merged(&picture, &body)?;
    let changed = Picture::new(&row, picture.origin(), picture.position).map_err(Error::Invalid)?;
    let edit = Edit::replace(changed, at);
    commit(&app, edit, Vec::new(), Author::account(account, "picture changed by API")).await?;
    described(&app, &caller.viewer, &id, &HeaderMap::new())
}

/// `DELETE /api/pictures/{id}` with `If-Match`: 204. The record ends, its files are erased.
pub(crate) async fn end_picture(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let account = caller.at_least_clerk(CHANGING)?;
    let state = app.state();
    editable(&state, &id, &caller.viewer)?;
    let at = etag::if_match(&headers, &state.epoch)?;
    let edit = Edit::end(Key::new(Kind::Picture, id), at);
    commit(&app, edit, Vec::new(), Author::account(account, "picture removed by API")).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Which site or building is meant: one of the two, and not both.
fn subject(query: &mut RawQuery) -> Result<(PictureSubject, String), Error> {
    match (query.take("site"), query.take("building")) {
        (Some(id), None) => Ok((PictureSubject::Site, id)),
        (None, Some(id)) => Ok((PictureSubject::Building, id)),
        (None, None) => Err(Error::parameter("site", "is required, or building: the id of what the picture shows")),
        (Some(_), Some(_)) => Err(Error::parameter("building", "must not be given with site")),
    }
}

/// The site, or the building with its vacancy record, if the viewer sees it.
fn seen<'s>(snapshot: &'s Snapshot, subject: PictureSubject, id: &str, viewer: &Viewer) -> Result<Shown<'s>, Error> {
    let shown = snapshot.item(subject.collection().name(), id, viewer).shown().ok_or(Error::NotFound)?;
    let has_record = subject == PictureSubject::Site || shown.view().shows_vacancy();
    if has_record { Ok(shown) } else { Err(Error::NotFound) }
}

/// Where a new picture goes, if the caller may put one there.
fn place(shown: &Shown<'_>, viewer: &Viewer, subject: PictureSubject, subject_id: String) -> Result<PictureOf, Error> {
    let ags = shown.view().ags().filter(|ags| viewer.may(Action::EditRecords, *ags)).ok_or_else(elsewhere)?;
    let pictures = shown.pictures();
    if pictures.len() as u64 >= MOST {
        let reason = format!("there may be {MOST} pictures of one site or building, and there are");
        return Err(Error::Invalid(vec![Problem::new("file", reason)]));
    }
    let position = pictures.last().map_or(1, |last| last.view.record().position + 1);
    Ok(PictureOf { picture_id: random_id()?, ags, subject, subject_id, position })
}

fn elsewhere() -> Error {
    Error::Forbidden("your role does not allow changing records of this municipality".to_owned())
}

/// The picture as it is, if the caller may change it. What is not seen answers as if it were not there.
fn editable(state: &AppState, id: &str, viewer: &Viewer) -> Result<Picture, Error> {
    let pictured = state.snapshot.picture(id, viewer).ok_or(Error::NotFound)?;
    let picture = pictured.view.record();
    if viewer.may(Action::EditRecords, picture.ags) { Ok(picture.clone()) } else { Err(elsewhere()) }
}

fn expect_file(headers: &HeaderMap) -> Result<(), Error> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if FILES.contains(&media.as_str()) {
        return Ok(());
    }
    Err(Error::UnsupportedMediaType(format!("send the file itself, with Content-Type one of {}", FILES.join(", "))))
}

/// The whole body, up to the limit of its route.
async fn file(app: &App, request: Request) -> Result<Bytes, Error> {
    Bytes::from_request(request, app).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit_bytes: MAX_BYTES },
        _ => Error::BadBody("the body ended before its end".to_owned()),
    })
}

/// The picture's fields with what was sent over them (RFC 7396).
fn merged(picture: &Picture, body: &[u8]) -> Result<RawRow, Error> {
    let sent: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(body)
        .map_err(|error| Error::BadBody(format!("the body must be such as {{\"released\":true}}: {error}")))?;
    let mut fields: Vec<(Box<str>, Value)> =
        picture.fields().into_iter().filter(|(name, _)| !sent.contains_key(&**name)).collect();
    for (name, value) in sent {
        let value = match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(yes) => Value::Boolean(yes),
            serde_json::Value::String(text) => Value::text(text),
            serde_json::Value::Number(number) => {
                let whole = number.as_i64().map(Value::Integer);
                whole.or_else(|| number.as_f64().map(Value::Real)).unwrap_or(Value::Null)
            }
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                return Err(Error::Invalid(vec![Problem::new(name, "must be a text, a number, true, false or null")]));
            }
        };
        fields.push((name.into(), value));
    }
    Ok(RawRow { row: 1, id: None, fields, geometry: None })
}

async fn commit(app: &App, edit: Edit, files: Vec<PictureFile>, author: Author) -> Result<(), Error> {
    let committed = app.store().commit_with(vec![edit], files, author).await.map_err(commit_error)?;
    if let Some(revision) = committed.revision {
        sync::after_commit(app, revision).await;
    }
    Ok(())
}

/// The picture as the viewer sees it now, under the tag that a change of it names. 304 if `request` knows it; who has
/// just changed it sends no such condition.
fn described(app: &App, viewer: &Viewer, id: &str, request: &HeaderMap) -> Result<Response, Error> {
    let state = app.state();
    let pictured = state.snapshot.picture(id, viewer).ok_or(Error::NotFound)?;
    let body = serde_json::to_vec(&PictureResponse::new(app, pictured.view.record())).map_err(Error::internal)?;
    let tag = etag::FeatureTag {
        epoch: &state.epoch,
        record: pictured.revision,
        // Addresses of files begin with what the server was started with, which is no revision.
        content: crc32fast::hash(&body).into(),
        is_staff: viewer.is_staff(),
        crs: media::JSON,
    };
    Ok(answer_tagged(request, Terms::for_viewer(media::JSON, viewer), &tag.quoted(), body.into()))
}
