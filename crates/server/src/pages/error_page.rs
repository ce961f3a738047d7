//! Pages for what could not be shown.

use askama::Template;

use super::frame::{Frame, Request};
use crate::error::Error;

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// Unknown, internal, objected, revoked: one answer for all.
    NotFound,
    /// Was public and ended by use.
    Gone,
    /// An address whose values make no sense.
    BadRequest,
    /// A form that was sent from a page of somebody else.
    Foreign,
    /// Our own fault.
    Internal,
    /// Not ready, or the store cannot be reached.
    Unavailable,
}

impl ErrorKind {
    /// Every kind.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 6] =
        [Self::NotFound, Self::Gone, Self::BadRequest, Self::Foreign, Self::Internal, Self::Unavailable];

    /// HTTP status.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Gone => 410,
            Self::BadRequest => 400,
            Self::Foreign => 403,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// What a page says of an error; a fault of ours goes to the log.
    pub(crate) fn of(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::Unavailable(_) => Self::Unavailable,
            error => {
                tracing::error!(%error, "a page could not be made");
                Self::Internal
            }
        }
    }

    fn text_keys(self) -> (&'static str, &'static str) {
        match self {
            Self::NotFound => ("ui.error.not_found", "ui.error.not_found.help"),
            Self::Gone => ("ui.error.gone", "ui.error.gone.help"),
            Self::BadRequest => ("ui.error.bad_request", "ui.error.bad_request.help"),
            Self::Foreign => ("ui.error.foreign", "ui.error.foreign.help"),
            Self::Internal => ("ui.error.internal", "ui.error.internal.help"),
            Self::Unavailable => ("ui.error.unavailable", "ui.error.unavailable.help"),
        }
    }
}

/// A page that says what is wrong and where to go from here.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    /// Frame.
    pub(crate) frame: Frame,
    /// What is wrong.
    pub(crate) kind: ErrorKind,
    /// In a few words.
    pub(crate) heading: &'static str,
    /// What one can do.
    pub(crate) help: &'static str,
    /// Number under which the log has the request, for a fault of ours.
    pub(crate) request_id: Option<String>,
}

impl ErrorPage {
    /// A page for one kind of error.
    pub(crate) fn new(request: Request, kind: ErrorKind, request_id: Option<String>) -> Self {
        let (heading, help) = kind.text_keys();
        let (heading, help) = (request.text(heading), request.text(help));
        let mut frame = Frame::new(request, heading.to_owned(), help.to_owned());
        frame.is_indexed = false;
        Self { frame, kind, heading, help, request_id }
    }
}
