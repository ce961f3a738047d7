//! Creating, replacing and ending sites (after OGC 20-002r1): the one write path, from the request's side.
//!
//! request → role → `cadastre` rules → `store::commit` → the snapshot has seen the revision → answer.

use axum::{
    body::Bytes,
    extract::{Path, RawQuery as QueryString, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cadastre::{
    Edit, Key, Kind, Problem, Revision, Viewer,
    edit::Expected,
    property::Collection,
    publication::{Visibility, visibility},
    raw::{self, RawRow},
    record::{Publication, Site},
    role::Action,
};
use spatial::{Crs, Shown, Snapshot, geometry, snapshot::Found};
use store::{Author, CommitError};

use super::{body, items};
use crate::{
    app::{App, State as AppState},
    auth::Caller,
    error::Error,
    etag,
    params::RawQuery,
    store_error, sync,
};

const ITEMS_METHODS: &str = "GET, HEAD, POST, OPTIONS";
const ITEM_METHODS: &str = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
const READ_METHODS: &str = "GET, HEAD, OPTIONS";

/// `OPTIONS …/items`: editors look here for what they may do.
pub(crate) async fn options_items(
    State(app): State<App>,
    caller: Caller,
    Path(collection): Path<String>,
) -> Result<Response, Error> {
    options(&app, &caller, &collection, ITEMS_METHODS)
}

/// `OPTIONS …/items/{id}`.
pub(crate) async fn options_item(
    State(app): State<App>,
    caller: Caller,
    Path((collection, _)): Path<(String, String)>,
) -> Result<Response, Error> {
    options(&app, &caller, &collection, ITEM_METHODS)
}

fn options(app: &App, caller: &Caller, collection: &str, methods: &'static str) -> Result<Response, Error> {
    items::known_collection(&app.snapshot(), collection, &caller.viewer)?;
    let methods = if collection == Collection::Sites.name() { methods } else { READ_METHODS };
    Ok((StatusCode::NO_CONTENT, [(header::ALLOW, methods)]).into_response())
}

/// `POST …/sites/items`: 201 with `Location` and `ETag`.
pub(crate) async fn create_item(
    State(app): State<App>,
    caller: Caller,
    Path(collection): Path<String>,
    QueryString(query): QueryString,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let state = app.state();
    editable_collection(&state.snapshot, &collection, &caller.viewer)?;
    let account = caller.signed_in()?;
    let row = body::site_row(&headers, &bytes, &state.snapshot)?;
    let row = body::without_derived(row, None)?;
    if !row.field("site_id").is_null() {
        return Err(Error::Invalid(vec![Problem::new("site_id", "is given by the server: public ids are random")]));
    }
    let site = checked_site(&state.snapshot, &row, random_id()?)?;
    allow(&state.snapshot, &caller.viewer, None, &site)?;
    let id = site.site_id.clone();
    let revision = commit(&app, Edit::create(site), Author::account(account, "created by API")).await?;
    let location = format!("{}/ogc/collections/sites/items/{id}", app.base_url());
    let tag = tag(&app, &id, revision, &caller.viewer);
    let location = HeaderValue::from_str(&location).map_err(Error::internal)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location), tag]).into_response())
}

/// `PUT …/sites/items/{id}` with `If-Match`: 204 with the new `ETag`.
pub(crate) async fn replace_item(
    State(app): State<App>,
    caller: Caller,
    Path((collection, id)): Path<(String, String)>,
    QueryString(query): QueryString,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let row = |snapshot: &Snapshot, current: Option<Shown<'_>>| {
        body::without_derived(body::site_row(&headers, &bytes, snapshot)?, current)
    };
    change(&app, &caller, &collection, &id, &headers, row, "replaced by API").await
}

/// `PATCH …/sites/items/{id}` with `If-Match`: 204 with the new `ETag`. What is not sent stays as it is.
pub(crate) async fn update_item(
    State(app): State<App>,
    caller: Caller,
    Path((collection, id)): Path<(String, String)>,
    QueryString(query): QueryString,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let row = |snapshot: &Snapshot, current: Option<Shown<'_>>| {
        body::merged_row(&headers, &bytes, snapshot, current.ok_or(Error::NotFound)?)
    };
    change(&app, &caller, &collection, &id, &headers, row, "updated by API").await
}

/// Puts what `row` makes of the request and of the site as it is in the site's place.
async fn change(
    app: &App,
    caller: &Caller,
    collection: &str,
    id: &str,
    headers: &HeaderMap,
    row: impl FnOnce(&Snapshot, Option<Shown<'_>>) -> Result<RawRow, Error>,
    why: &str,
) -> Result<Response, Error> {
    let state = app.state();
    editable_collection(&state.snapshot, collection, &caller.viewer)?;
    let account = caller.signed_in()?;
    let old = editable_site(&state, id, &caller.viewer)?;
    let at = etag::if_match(headers, &state.epoch)?;
    let row = row(&state.snapshot, state.snapshot.item(collection, id, &caller.viewer).shown())?;
    if row.field("site_id").as_ref() != cadastre::value::ValueRef::Text(id.into()) && !row.field("site_id").is_null() {
        return Err(Error::Invalid(vec![Problem::new("site_id", format!("is that of the address: {id}"))]));
    }
    let site = checked_site(&state.snapshot, &row, id.to_owned())?;
    allow(&state.snapshot, &caller.viewer, Some(&old), &site)?;
    let revision = commit(app, Edit::replace(site, at), Author::account(account, why)).await?;
    Ok((StatusCode::NO_CONTENT, [tag(app, id, revision, &caller.viewer)]).into_response())
}

/// `DELETE …/sites/items/{id}` with `If-Match`: 204. The record ends; its history stays.
pub(crate) async fn end_item(
    State(app): State<App>,
    caller: Caller,
    Path((collection, id)): Path<(String, String)>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let state = app.state();
    editable_collection(&state.snapshot, &collection, &caller.viewer)?;
    let account = caller.signed_in()?;
    editable_site(&state, &id, &caller.viewer)?;
    let at = etag::if_match(&headers, &state.epoch)?;
    let key = Key::new(Kind::Site, id);
    commit(&app, Edit::end(key, at), Author::account(account, "ended by API")).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn editable_collection(snapshot: &Snapshot, collection: &str, viewer: &Viewer) -> Result<(), Error> {
    items::known_collection(snapshot, collection, viewer)?;
    if collection == Collection::Sites.name() { Ok(()) } else { Err(Error::MethodNotAllowed { allow: READ_METHODS }) }
}

/// The site as it is, if the caller may change it. What the caller does not see answers as if it were not there.
fn editable_site(state: &AppState, id: &str, viewer: &Viewer) -> Result<Site, Error> {
    match state.snapshot.item(Collection::Sites.name(), id, viewer) {
        Found::Unknown => return Err(Error::NotFound),
        Found::Ended => return Err(Error::Gone),
        Found::Shown(_) => {}
    }
    let site = state.snapshot.site_record(id).ok_or(Error::NotFound)?;
    if viewer.may(Action::EditRecords, site.ags) {
        return Ok(site.clone());
    }
    Err(Error::Forbidden(format!("your role does not allow changing records of municipality {}", site.ags)))
}

fn checked_site(snapshot: &Snapshot, row: &RawRow, id: String) -> Result<Site, Error> {
    let site = raw::site(row, id).map_err(Error::Invalid)?;
    let mut problems = geometry::check(&site.geometry);
    if snapshot.municipality(site.ags).is_none() {
        problems.push(Problem::new("ags", format!("there is no municipality {} in this cadastre", site.ags)));
    }
    for id in &site.parcels {
        match snapshot.parcel_record(*id) {
            None => problems.push(Problem::new("parcels", format!("there is no parcel {id} in this cadastre"))),
            Some(parcel) if parcel.ags != site.ags => {
                problems.push(Problem::new("parcels", format!("parcel {id} lies in municipality {}", parcel.ags)));
            }
            Some(_) => {}
        }
    }
    if let Some(announcement) = &site.publication.announcement_id
        && !snapshot.facts().has_announcement(announcement)
    {
        problems.push(Problem::new("announcement_id", format!("there is no announcement {announcement}")));
    }
    if problems.is_empty() { Ok(site) } else { Err(Error::Invalid(problems)) }
}

/// Role and municipality, before and after; who publishes must be allowed to.
fn allow(snapshot: &Snapshot, viewer: &Viewer, old: Option<&Site>, new: &Site) -> Result<(), Error> {
    if !viewer.may(Action::EditRecords, new.ags) {
        return Err(Error::Forbidden(format!("your role does not allow changing records of municipality {}", new.ags)));
    }
    let is_public = |site: &Site| {
        let subject =
            cadastre::publication::Subject::Site(site, cadastre::publication::Place::default(), snapshot.facts());
        matches!(visibility(subject, snapshot.day()), Visibility::Public(_))
    };
    let unpublished = Publication::default();
    let before = old.map_or(&unpublished, |old| &old.publication);
    let publishes = new.publication != *before || (is_public(new) && !old.is_some_and(is_public));
    if publishes && !viewer.may(Action::Publish, new.ags) {
        let text = "your role does not allow deciding on publication: leave basis, publication_decision and the other publication properties as they are";
        return Err(Error::Forbidden(text.to_owned()));
    }
    Ok(())
}

async fn commit(app: &App, edit: Edit, author: Author) -> Result<Revision, Error> {
    let record_revision = match &edit.expected {
        Expected::At(revision) => Some(*revision),
        Expected::Any | Expected::Absent => None,
    };
    let committed = app.store().commit(vec![edit], author).await.map_err(commit_error)?;
    match committed.revision {
        Some(revision) => {
            sync::after_commit(app, revision).await;
            Ok(revision)
        }
        // Nothing changed: the record stays at the revision it was expected at.
        None => Ok(record_revision.unwrap_or_else(|| app.snapshot().revision())),
    }
}

pub(crate) fn commit_error(error: CommitError) -> Error {
    match error {
        CommitError::Conflict { expected: Expected::At(_), .. } => Error::PreconditionFailed,
        CommitError::Conflict { key, .. } => Error::Conflict(format!("{key} exists already")),
        CommitError::NotFound { .. } => Error::NotFound,
        CommitError::Unstorable { records } => {
            Error::Invalid(records.into_iter().flat_map(|record| record.problems).collect())
        }
        CommitError::Store(error) => store_error(error),
        other => Error::internal(other),
    }
}

fn tag(app: &App, id: &str, revision: Revision, viewer: &Viewer) -> (HeaderName, HeaderValue) {
    let state = app.state();
    let content = match state.snapshot.item(Collection::Sites.name(), id, viewer) {
        Found::Shown(shown) => shown.content_tag(),
        Found::Ended | Found::Unknown => 0,
    };
    let crs = Crs::CRS84.to_string();
    let tag = etag::FeatureTag { epoch: &state.epoch, record: revision, content, is_staff: true, crs: &crs };
    // Made of an epoch, numbers and a CRS: always a header value.
    let value = HeaderValue::from_str(&tag.quoted()).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
    (header::ETAG, value)
}

/// Public ids are random: 80 bits, lower-case letters and digits without those that look alike.
pub fn random_id() -> Result<String, Error> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes.iter().map(|byte| ALPHABET[usize::from(byte % 32)] as char).collect())
}
