//! What is known of a request afterwards: an id in its answer, and a line in the log if it failed.
//!
//! A request that went well leaves a line only where `BAULOTSE_LOG` asks for `server=debug`: what somebody looked for is
//! to be kept by nobody who does not need it (Art. 5 (1) c GDPR). Lines never hold the query string or an address.

use std::{
    error::Error as StdError,
    fmt::Write as _,
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri},
    response::Response,
};

/// Id of a request, in it and in its answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id of a proxy that is taken over.
const LONGEST_ID: usize = 64;

/// Why an answer is an error of ours; carried beside the answer, for the log alone.
#[derive(Clone, Debug)]
pub(crate) struct Cause(pub(crate) Arc<dyn StdError + Send + Sync>);

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct Observed {
    id: HeaderValue,
    method: Method,
    uri: Uri,
}

impl Observed {
    /// Gives the request an id.
    pub(crate) fn begin(request: &mut Request) -> Self {
        let id = id_of_proxy(request.headers()).unwrap_or_else(new_id);
        request.headers_mut().insert(REQUEST_ID, id.clone());
        Self { id, method: request.method().clone(), uri: request.uri().clone() }
    }

    /// Names the answer by the id of its request, and tells the log how it ended.
    pub(crate) fn end(self, response: &mut Response) {
        let Self { id, method, uri } = self;
        let status = response.status();
        let (path, code) = (uri.path(), status.as_u16());
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            let cause = response.extensions_mut().remove::<Cause>();
            let error = cause.as_ref().map(|Cause(error)| &**error as &dyn StdError);
            tracing::error!(?id, %method, path, status = code, error, "request failed");
        } else if status.is_server_error() {
            tracing::warn!(?id, %method, path, status = code, "request not answered");
        } else {
            tracing::debug!(?id, %method, path, status = code, "answered");
        }
        response.headers_mut().insert(REQUEST_ID, id);
    }
}

fn id_of_proxy(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(REQUEST_ID).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID).cloned()
}

/// An id that no other request has had: of this process, and a running number.
fn new_id() -> HeaderValue {
    static PROCESS: LazyLock<String> =
        LazyLock::new(|| format!("{:016x}-", RandomState::new().hash_one(std::process::id())));
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut id = String::with_capacity(PROCESS.len() + 16);
    id.push_str(&PROCESS);
    // Writing to a String cannot fail.
    let _ = write!(id, "{:x}", NEXT.fetch_add(1, Ordering::Relaxed));
    // Hexadecimal digits and a hyphen always make a header.
    HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        extract::Request,
        http::HeaderValue,
        response::{IntoResponse as _, Response},
    };

    use super::{LONGEST_ID, Observed, REQUEST_ID, StatusCode};

    fn id_for(given: Option<&str>) -> HeaderValue {
        let mut request = Request::new(Body::empty());
        if let Some(given) = given {
            request.headers_mut().insert(REQUEST_ID, given.parse().unwrap());
        }
        let observed = Observed::begin(&mut request);
        let mut response: Response = StatusCode::OK.into_response();
        observed.end(&mut response);
        let id = response.headers()[REQUEST_ID].clone();
        assert_eq!(request.headers()[REQUEST_ID], id);
        id
    }

    #[test]
    fn a_request_has_the_id_of_the_proxy_or_one_of_its_own() {
        assert_eq!(id_for(Some("edge-17")), "edge-17");
        let longest = "x".repeat(LONGEST_ID);
        assert_eq!(id_for(Some(&longest)), longest);
        assert_ne!(id_for(Some(&format!("{longest}x"))), format!("{longest}x"));
        assert_ne!(id_for(Some("")), "");
        assert_ne!(id_for(None), id_for(None));
    }
}
