//! What surrounds every request: an id, a log line, limits, compression, safe headers.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tokio::time::timeout;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
};

use crate::{error::Error, etag, observe::observe};

/// Largest request body, in bytes.
pub(crate) const BODY_LIMIT: usize = 4 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);

/// The router with everything around it, the outermost first. In one piece: the router clones each layer that it is
/// given for every request.
pub(crate) fn around(router: Router) -> Router {
    router.layer(
        ServiceBuilder::new()
            .layer(middleware::from_fn(surround))
            .layer(CatchPanicLayer::custom(|_| Error::Internal("a request panicked".into()).into_response()))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest)),
    )
}

async fn surround(request: Request, next: Next) -> Response {
    let mut response = observe(request, |request| in_time(TIMEOUT, next.run(request))).await;
    let headers = response.headers_mut();
    add_safe_headers(headers);
    name_encoding_in_etag(headers);
    response
}

/// The answer, or 503 after a time. Looks at the clock only if the answer is not there at once: a timer wakes the thread
/// that it is set on.
async fn in_time(most: Duration, answer: impl Future<Output = Response>) -> Response {
    let late = |_elapsed| Error::Unavailable("the answer would have taken too long").into_response();
    timeout(most, answer).await.unwrap_or_else(late)
}

/// What a page may load, run and be framed by, where the page itself does not say otherwise.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The same policy for a page that these may show in a frame: sources as `frame-ancestors` takes them, by blanks.
pub(crate) fn policy_framed_by(ancestors: &str) -> String {
    POLICY.replace("frame-ancestors 'none'", &format!("frame-ancestors {ancestors}"))
}

/// Nothing from elsewhere runs or frames a page, and no address leaks to where a link leads.
fn add_safe_headers(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// One entity tag an encoding: a compressed representation is another one (RFC 9110 § 8.8.3).
fn name_encoding_in_etag(headers: &mut HeaderMap) {
    let encoding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let tag = headers.get(header::ETAG).and_then(|value| value.to_str().ok());
    if let (Some(encoding), Some(tag)) = (encoding, tag)
        && let Ok(named) = HeaderValue::from_str(&etag::of_encoding(tag, encoding))
    {
        headers.insert(header::ETAG, named);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, ready},
        time::Duration,
    };

    use axum::{
        Router,
        body::Body,
        extract::Request,
        http::{StatusCode, header},
        response::{IntoResponse as _, Response},
        routing::get,
    };
    use tower::ServiceExt as _;

    use super::{POLICY, around, in_time, policy_framed_by};

    #[tokio::test]
    async fn an_answer_that_takes_too_long_is_a_problem_and_one_that_is_there_is_not_late() {
        let late = in_time(Duration::from_millis(1), pending::<Response>()).await;
        assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(late.headers()[header::CONTENT_TYPE], "application/problem+json");
        let there = in_time(Duration::ZERO, ready(StatusCode::NO_CONTENT.into_response())).await;
        assert_eq!(there.status(), StatusCode::NO_CONTENT);
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_with_the_headers_of_every_answer() {
        async fn broken() -> StatusCode {
            panic!("as a test wants it")
        }
        let request = Request::builder().uri("/").body(Body::empty()).unwrap();
        let response = around(Router::new().route("/", get(broken))).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], POLICY);
        assert!(response.headers().contains_key("x-request-id"));
    }

    #[test]
    fn a_page_that_may_be_framed_has_the_policy_of_all_others() {
        let policy = policy_framed_by("'self' https://www.example.org");
        assert!(policy.starts_with("default-src 'self'; "), "{policy}");
        assert!(policy.ends_with("; frame-ancestors 'self' https://www.example.org"), "{policy}");
    }
}
