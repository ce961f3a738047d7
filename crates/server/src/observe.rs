//! What is known of a request afterwards: an id in its answer, and a line in the log if it failed.
//!
//! A request that went well leaves a line only where `BAULOTSE_LOG` asks for `server=debug`: what somebody looked for is
//! to be kept by nobody who does not need it (Art. 5 (1) c GDPR). Lines never hold the query string or an address.

use std::{
    error::Error as StdError,
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
};

/// Id of a request, in it and in its answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id of a proxy that is taken over.
const LONGEST_ID: usize = 64;

/// Why an answer is an error of ours; carried beside the answer, for the log alone.
#[derive(Clone, Debug)]
pub(crate) struct Cause(pub(crate) Arc<dyn StdError + Send + Sync>);

/// Gives the request an id, and tells the log how it ended.
pub(crate) async fn observe<F: Future<Output = Response>>(
    mut request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let id = id_of_proxy(request.headers()).unwrap_or_else(new_id);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let mut response = answer(request).await;
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
    response
}

fn id_of_proxy(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(REQUEST_ID).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID).cloned()
}

/// An id that no other request has had: of this process, and a running number.
fn new_id() -> HeaderValue {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    // Hexadecimal digits and a hyphen always make a header.
    HeaderValue::try_from(format!("{:016x}-{number:x}", *PROCESS)).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use axum::{
        Router,
        body::Body,
        extract::Request,
        http::{HeaderMap, HeaderValue},
        middleware::{self, Next},
        routing::get,
    };
    use tower::ServiceExt as _;

    use super::{LONGEST_ID, REQUEST_ID, StatusCode, observe};

    async fn id_for(given: Option<&str>) -> HeaderValue {
        let inside = |headers: HeaderMap| async move { headers[REQUEST_ID].to_str().unwrap_or_default().to_owned() };
        let observed = |request, next: Next| observe(request, |request| next.run(request));
        let router = Router::new().route("/", get(inside)).layer(middleware::from_fn(observed));
        let mut request = Request::new(Body::empty());
        if let Some(given) = given {
            request.headers_mut().insert(REQUEST_ID, given.parse().unwrap());
        }
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let id = response.headers()[REQUEST_ID].clone();
        let seen_inside = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
        assert_eq!(seen_inside, id.as_bytes());
        id
    }

    #[tokio::test]
    async fn a_request_has_the_id_of_the_proxy_or_one_of_its_own() {
        assert_eq!(id_for(Some("edge-17")).await, "edge-17");
        let longest = "x".repeat(LONGEST_ID);
        assert_eq!(id_for(Some(&longest)).await, longest);
        assert_ne!(id_for(Some(&format!("{longest}x"))).await, format!("{longest}x"));
        assert_ne!(id_for(Some("")).await, "");
        assert_ne!(id_for(None).await, id_for(None).await);
    }
}
