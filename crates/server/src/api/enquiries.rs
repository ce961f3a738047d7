//! `/api/enquiries`: what was asked of a municipality, for those who answer it.
//!
//! Clerk, planner and administrator of the municipality, nobody else. What is not theirs answers as if it were not there.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery as QueryString, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use cadastre::{
    Ags, Day, ReceiptNumber, Viewer,
    codes::{CodeList as _, EnquiryState, EnquiryTopic},
    enquiry::Filed,
    role::Action,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spatial::Snapshot;
use store::{EnquiryError, Selection};

use crate::{
    app::App,
    auth::Caller,
    clock,
    error::Error,
    params::{RawQuery, limit, whole_number},
    store_error,
};

pub(super) const DEFAULT_LIMIT: u64 = 50;
pub(super) const MOST: u64 = 500;

/// What a role must allow.
const READING: &str = "reading enquiries";
/// Personal data: no cache keeps them, not even the browser's.
const NOT_KEPT: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "private, no-store")];

/// A page of the list.
#[derive(Debug, Serialize)]
struct ListResponse {
    /// The newest first.
    enquiries: Vec<Summary>,
    /// `cursor` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An enquiry in the list: nothing of the person who asks.
#[derive(Debug, Serialize)]
struct Summary {
    number: String,
    received: Timestamp,
    state: EnquiryState,
    ags: Ags,
    topic: EnquiryTopic,
    /// Public id of the site or building.
    topic_id: Option<String>,
    /// Title of the page on which it was asked.
    title: String,
    /// Code of the language, as in the addresses of pages.
    language: &'static str,
    /// Last day on which it is kept.
    erase_after: Day,
}

/// An enquiry as a whole.
#[derive(Debug, Serialize)]
struct EnquiryResponse {
    #[serde(flatten)]
    summary: Summary,
    name: Option<String>,
    mail: Option<String>,
    phone: Option<String>,
    message: String,
}

impl From<&Filed> for Summary {
    fn from(filed: &Filed) -> Self {
        let topic = &filed.enquiry.topic;
        Self {
            number: filed.number.to_string(),
            received: filed.received,
            state: filed.state,
            ags: topic.ags,
            topic: topic.kind,
            topic_id: topic.id.clone(),
            title: topic.title.clone(),
            language: filed.enquiry.language.code(),
            erase_after: filed.erase_after,
        }
    }
}

impl From<Filed> for EnquiryResponse {
    fn from(filed: Filed) -> Self {
        let summary = Summary::from(&filed);
        let enquiry = filed.enquiry;
        Self { summary, name: enquiry.name, mail: enquiry.mail, phone: enquiry.phone, message: enquiry.message }
    }
}

/// What can be changed of an enquiry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    state: EnquiryState,
}

/// `GET /api/enquiries?ags=…&state=…&limit=…&cursor=…`.
pub(crate) async fn get_enquiries(
    State(app): State<App>,
    caller: Caller,
    QueryString(query): QueryString,
) -> Result<Response, Error> {
    let mut query = RawQuery::parse(query.as_deref())?;
    let ags = query.take_parsed("ags", Ags::parse)?;
    let state = query.take_parsed("state", |code| {
        EnquiryState::from_code(code).ok_or_else(|| format!("must be one of {}", EnquiryState::codes().join(", ")))
    })?;
    let most = query.take_parsed("limit", |text| limit(text, MOST))?.unwrap_or(DEFAULT_LIMIT);
    let after = query.take_parsed("cursor", cursor)?;
    query.finish()?;
    caller.at_least_clerk(READING)?;
    let municipalities = match ags {
        None => own(&app.snapshot(), &caller.viewer),
        Some(ags) if caller.viewer.may(Action::AnswerEnquiries, ags) => vec![ags],
        Some(ags) => {
            return Err(Error::Forbidden(format!(
                "your role does not allow reading the enquiries to municipality {ags}"
            )));
        }
    };
    let wanted = Selection { municipalities: Some(municipalities), state, after };
    // One more than asked for tells whether there are more.
    let most = most as usize;
    let mut found = app.store().enquiries(&wanted, most as u32 + 1).await.map_err(store_error)?;
    let has_more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| has_more);
    let next = next.map(|last| format!("{}.{}", last.received.as_millisecond(), last.number));
    let response = ListResponse { enquiries: found.iter().map(Summary::from).collect(), next };
    Ok((NOT_KEPT, Json(response)).into_response())
}

/// `GET /api/enquiries/{number}`.
pub(crate) async fn get_enquiry(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    QueryString(query): QueryString,
) -> Result<Response, Error> {
    let filed = asked_for(&app, &caller, &number, query).await?;
    Ok((NOT_KEPT, Json(EnquiryResponse::from(filed))).into_response())
}

/// `PATCH /api/enquiries/{number}` with `{"state": …}`.
pub(crate) async fn update_enquiry(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    QueryString(query): QueryString,
    body: Bytes,
) -> Result<Response, Error> {
    let found = asked_for(&app, &caller, &number, query).await?;
    let Change { state } = serde_json::from_slice(&body)
        .map_err(|error| Error::BadBody(format!("the body must be such as {{\"state\":\"answered\"}}: {error}")))?;
    let changed = app.store().set_enquiry_state(found.number, state, clock::today()).await.map_err(enquiry_error)?;
    tracing::info!(account = %caller.signed_in()?, number = %changed.number, state = state.code(), "an enquiry was changed");
    Ok((NOT_KEPT, Json(EnquiryResponse::from(changed))).into_response())
}

/// `DELETE /api/enquiries/{number}`: 204. Nothing is left of it.
pub(crate) async fn erase_enquiry(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    QueryString(query): QueryString,
) -> Result<Response, Error> {
    let found = asked_for(&app, &caller, &number, query).await?;
    app.store().erase_enquiry(found.number).await.map_err(enquiry_error)?;
    tracing::info!(account = %caller.signed_in()?, number = %found.number, "an enquiry was erased");
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The municipalities whose enquiries the viewer answers.
fn own(snapshot: &Snapshot, viewer: &Viewer) -> Vec<Ags> {
    let all = snapshot.municipalities().into_iter().map(|municipality| municipality.ags);
    all.filter(|ags| viewer.may(Action::AnswerEnquiries, *ags)).collect()
}

/// The enquiry, if it is there and the caller answers it; its address takes no parameters.
async fn asked_for(app: &App, caller: &Caller, number: &str, query: Option<String>) -> Result<Filed, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    caller.at_least_clerk(READING)?;
    let number = ReceiptNumber::parse(number).map_err(|_no_number| Error::NotFound)?;
    let filed = app.store().enquiry(number).await.map_err(store_error)?.ok_or(Error::NotFound)?;
    if caller.viewer.may(Action::AnswerEnquiries, filed.enquiry.topic.ags) { Ok(filed) } else { Err(Error::NotFound) }
}

/// Where a page begins: behind the enquiry received at this millisecond with this number.
fn cursor(text: &str) -> Result<(Timestamp, ReceiptNumber), String> {
    let refuse = || "must be the \"next\" of a page before".to_owned();
    let (millisecond, number) = text.split_once('.').ok_or_else(refuse)?;
    let millisecond = whole_number(millisecond, 0..=i64::MAX as u64).map_err(|_reason| refuse())?;
    let received = Timestamp::from_millisecond(millisecond as i64).map_err(|_out_of_range| refuse())?;
    Ok((received, ReceiptNumber::parse(number).map_err(|_reason| refuse())?))
}

fn enquiry_error(error: EnquiryError) -> Error {
    match error {
        EnquiryError::Unknown { .. } => Error::NotFound,
        EnquiryError::Store(error) => store_error(error),
    }
}

#[cfg(test)]
mod tests {
    use super::cursor;

    fn check(text: &str, expected: Option<&str>) {
        let read = cursor(text).ok().map(|(received, number)| format!("{received} {number}"));
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_cursor_is_one_that_was_given() {
        check("1764000000123.7KQF-M2XW-PA9C", Some("2025-11-24T16:00:00.123Z 7KQF-M2XW-PA9C"));
        check("1764000000123", None);
        check("x.7KQF-M2XW-PA9C", None);
        check("9223372036854775807.7KQF-M2XW-PA9C", None);
        check("1764000000123.7KQF", None);
    }
}
