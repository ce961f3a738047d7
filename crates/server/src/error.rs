//! What can go wrong with a request, and how it is told: problem+json (RFC 9457) with stable codes.
//!
//! Public text and logged detail are apart: an internal error shows its request id and nothing else.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cadastre::Problem;
use serde::Serialize;

use crate::observe::Cause;

/// A request that is not answered as it hoped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A parameter that this address does not know.
    #[error("\"{name}\" is not a parameter of this address")]
    UnknownParameter {
        /// Its name.
        name: String,
    },
    /// A parameter or header with a value that cannot be taken.
    #[error("{name}: {reason}")]
    BadParameter {
        /// Its name.
        name: String,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// A body that is not what the address takes.
    #[error("{0}")]
    BadBody(String),
    /// A body that is well-formed but breaks rules of the domain; all of them are listed.
    #[error("the record breaks {} rule(s)", .0.len())]
    Invalid(Vec<Problem>),
    /// No token, or one that is unknown, expired or of a disabled account.
    #[error("a valid bearer token is required")]
    Unauthorized,
    /// Signed in, but the role or its municipalities do not cover this.
    #[error("{0}")]
    Forbidden(String),
    /// Unknown, internal, objected, revoked: one answer for all.
    #[error("there is nothing at this address")]
    NotFound,
    /// Was public and ended by use.
    #[error("this record has ended")]
    Gone,
    /// The resource has no such method.
    #[error("this address does not take this method")]
    MethodNotAllowed {
        /// Methods it takes.
        allow: &'static str,
    },
    /// None of the accepted formats is offered.
    #[error("{0}")]
    NotAcceptable(String),
    /// Something that a standard allows to ask for and that this server does not do.
    #[error("{0}")]
    NotImplemented(String),
    /// The record exists already, or is referred to.
    #[error("{0}")]
    Conflict(String),
    /// `If-Match` names another revision.
    #[error("the record has changed since you read it; read it again and repeat your change")]
    PreconditionFailed,
    /// A change without `If-Match`.
    #[error("send the ETag of the record you read as If-Match")]
    PreconditionRequired,
    /// The body is larger than the address takes.
    #[error("the body is larger than {limit_bytes} bytes")]
    TooLarge {
        /// Limit.
        limit_bytes: usize,
    },
    /// The body's media type is not taken.
    #[error("{0}")]
    UnsupportedMediaType(String),
    /// The client has asked for more than its share.
    #[error("too many requests of this kind; try again in {retry_after_s} s")]
    TooManyRequests {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// The store cannot be reached, or the server is not ready.
    #[error("{0}")]
    Unavailable(&'static str),
    /// Our own fault; the detail goes to the log.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A parameter with a value that cannot be taken.
    pub(crate) fn parameter(name: &str, reason: impl ToString) -> Self {
        Self::BadParameter { name: name.to_owned(), reason: reason.to_string() }
    }

    /// Our own fault.
    pub(crate) fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(error))
    }

    /// HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnknownParameter { .. } | Self::BadParameter { .. } | Self::BadBody(_) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            Self::NotImplemented(_) => StatusCode::NOT_IMPLEMENTED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Stable code, the last part of the problem's `type`.
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownParameter { .. } => "unknown-parameter",
            Self::BadParameter { .. } => "bad-parameter",
            Self::BadBody(_) => "bad-body",
            Self::Invalid(_) => "invalid-record",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::MethodNotAllowed { .. } => "method-not-allowed",
            Self::NotAcceptable(_) => "not-acceptable",
            Self::NotImplemented(_) => "not-implemented",
            Self::Conflict(_) => "conflict",
            Self::PreconditionFailed => "precondition-failed",
            Self::PreconditionRequired => "precondition-required",
            Self::TooLarge { .. } => "too-large",
            Self::UnsupportedMediaType(_) => "unsupported-media-type",
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    fn parameter_name(&self) -> Option<&str> {
        match self {
            Self::UnknownParameter { name } | Self::BadParameter { name, .. } => Some(name),
            _ => None,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    problems: &'a [Problem],
}

/// What an answer says of its problem, beside its body: for who puts it in other words.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// Stable code.
    pub(crate) code: &'static str,
    /// The parameter at fault.
    pub(crate) parameter: Option<String>,
    /// What is wrong, for people.
    pub(crate) detail: String,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = Body {
            r#type: format!("urn:baulotse:problem:{}", self.code()),
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: self.to_string(),
            parameter: self.parameter_name(),
            problems: if let Self::Invalid(problems) = &self { problems } else { &[] },
        };
        // A struct of strings and numbers always serialises.
        let mut response = (status, serde_json::to_vec(&body).unwrap_or_default()).into_response();
        let parameter = self.parameter_name().map(str::to_owned);
        response.extensions_mut().insert(Told { code: self.code(), parameter, detail: self.to_string() });
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match &self {
            Self::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::MethodNotAllowed { allow } => {
                headers.insert(header::ALLOW, HeaderValue::from_static(allow));
            }
            Self::TooManyRequests { retry_after_s } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
            }
            Self::Unavailable(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        if let Self::Internal(error) = self {
            response.extensions_mut().insert(Cause(error.into()));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::Error;

    /// One of every kind.
    fn all() -> Vec<Error> {
        let text = String::new;
        vec![
            Error::UnknownParameter { name: text() },
            Error::BadParameter { name: text(), reason: text() },
            Error::BadBody(text()),
            Error::Invalid(Vec::new()),
            Error::Unauthorized,
            Error::Forbidden(text()),
            Error::NotFound,
            Error::Gone,
            Error::MethodNotAllowed { allow: "GET" },
            Error::NotAcceptable(text()),
            Error::NotImplemented(text()),
            Error::Conflict(text()),
            Error::PreconditionFailed,
            Error::PreconditionRequired,
            Error::TooLarge { limit_bytes: 1 },
            Error::UnsupportedMediaType(text()),
            Error::TooManyRequests { retry_after_s: 1 },
            Error::Unavailable(""),
            Error::Internal("".into()),
        ]
    }

    #[test]
    fn every_code_is_documented_with_its_status_and_no_other() {
        let documented = include_str!("../../../docs/problems.md");
        let rows = documented.lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!(rows, all().len());
        for error in all() {
            let row = format!("| `{}` | {} |", error.code(), error.status().as_u16());
            assert!(documented.contains(&row), "docs/problems.md has no {row}");
        }
    }
}
