//! What surrounds every request: an id, a log line, limits, compression, safe headers.
//!
//! It surrounds the router as a whole. Layers of a router are put around each route, and each layer of a route is cloned and
//! has its future put on the heap for every request (docs/performance.md).

use std::{convert::Infallible, future::poll_fn, panic::AssertUnwindSafe, pin::pin, task::Poll, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use tokio::time::timeout;
use tower::{Layer, Service, service_fn};
use tower_http::compression::{
    CompressionLayer, CompressionLevel,
    predicate::{DefaultPredicate, Predicate as _},
};

use crate::{error::Error, etag, observe::Observed};

/// Largest request body, in bytes.
pub(crate) const BODY_LIMIT: usize = 4 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);

/// The routes, which take bodies of a certain size.
pub(crate) struct Routes(<DefaultBodyLimit as Layer<Router>>::Service);

impl Routes {
    pub(crate) fn new(router: Router) -> Self {
        Self(DefaultBodyLimit::max(BODY_LIMIT).layer(router))
    }

    pub(crate) async fn answer(&self, request: Request) -> Response {
        // A router is always ready.
        self.0.clone().call(request).await.unwrap_or_else(|never| match never {})
    }
}

/// Everything that is done around an answer, whatever it is.
pub(crate) fn around<F, Answer>(
    answer: F,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
where
    F: Fn(Request) -> Answer + Clone + Send + 'static,
    Answer: Future<Output = Response> + Send,
{
    service_fn(move |mut request| {
        let answer = answer.clone();
        async move {
            let observed = Observed::begin(&mut request);
            // On the heap: what is put around it would move all of it each time.
            let mut response = in_time(TIMEOUT, without_panic(Box::pin(compressed(request, answer)))).await;
            observed.end(&mut response);
            let headers = response.headers_mut();
            add_safe_headers(headers);
            name_encoding_in_etag(headers);
            Ok(response)
        }
    })
}

/// The answer, compressed for who takes it so, if it is not already.
async fn compressed<Answer: Future<Output = Response>>(
    request: Request,
    mut answer: impl FnMut(Request) -> Answer,
) -> Response {
    if !request.headers().contains_key(header::ACCEPT_ENCODING) {
        // As it is, without what compressing would put around its body.
        let mut response = answer(request).await;
        if DefaultPredicate::new().should_compress(&response) {
            vary_by_encoding(response.headers_mut());
        }
        return response;
    }
    let answered = service_fn(move |request| answer(request).map(Ok::<_, Infallible>));
    let compressed = CompressionLayer::new().quality(CompressionLevel::Fastest).layer(answered).call(request).await;
    compressed.unwrap_or_else(|never| match never {}).map(Body::new)
}

/// Says that who takes other encodings is answered otherwise, where the answer does not say so itself.
fn vary_by_encoding(headers: &mut HeaderMap) {
    let names = |value: &HeaderValue| {
        let mut names = value.to_str().unwrap_or_default().split(',').map(str::trim);
        names.any(|name| name.eq_ignore_ascii_case(header::ACCEPT_ENCODING.as_str()))
    };
    if !headers.get_all(header::VARY).iter().any(names) {
        headers.append(header::VARY, HeaderValue::from_name(header::ACCEPT_ENCODING));
    }
}

/// The answer, or 500 if making it panics. Nothing is used afterwards that a panic could have left half done.
async fn without_panic(answer: impl Future<Output = Response>) -> Response {
    let panicked = |_panic| Error::Internal("a request panicked".into()).into_response();
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(panicked)
}

/// The answer, or 503 after a time. Looks at the clock only if the answer is not there at once.
async fn in_time(most: Duration, answer: impl Future<Output = Response>) -> Response {
    let mut answer = pin!(answer);
    if let Poll::Ready(answer) = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await {
        return answer;
    }
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
        sync::Arc,
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

    use super::{POLICY, Routes, around, in_time, policy_framed_by};

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
        let routes = Arc::new(Routes::new(Router::new().route("/", get(broken))));
        let around = around(move |request| {
            let routes = Arc::clone(&routes);
            async move { routes.answer(request).await }
        });
        let response = around.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], POLICY);
        assert!(response.headers().contains_key("x-request-id"));
    }

    /// `Vary` and `Content-Encoding` of an answer in these words to who takes these encodings.
    async fn encoded(takes: Option<&str>, body: &'static str, vary: Option<&'static str>) -> [Vec<String>; 2] {
        let mut request = Request::new(Body::empty());
        if let Some(takes) = takes {
            request.headers_mut().insert(header::ACCEPT_ENCODING, takes.parse().unwrap());
        }
        let answer = move |_| async move {
            let mut response = body.into_response();
            vary.map(|vary| response.headers_mut().insert(header::VARY, vary.parse().unwrap()));
            response
        };
        let response = around(answer).oneshot(request).await.unwrap();
        [header::VARY, header::CONTENT_ENCODING].map(|name| {
            let values = response.headers().get_all(name).iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect()
        })
    }

    #[tokio::test]
    async fn an_answer_varies_by_encoding_whoever_asks() {
        let long = "words, words, words, words, words, words, words";
        for (vary, expected) in [
            (None, vec!["accept-encoding"]),
            (Some("accept"), vec!["accept", "accept-encoding"]),
            (Some("accept, Accept-Encoding"), vec!["accept, Accept-Encoding"]),
        ] {
            for (takes, coding) in [(None, vec![]), (Some("identity"), vec![]), (Some("gzip"), vec!["gzip"])] {
                assert_eq!(encoded(takes, long, vary).await, [expected.clone(), coding], "{takes:?} {vary:?}");
            }
        }
        for takes in [None, Some("gzip")] {
            assert_eq!(encoded(takes, "short", None).await, [vec![], vec![]] as [Vec<String>; 2]);
        }
    }

    #[test]
    fn a_page_that_may_be_framed_has_the_policy_of_all_others() {
        let policy = policy_framed_by("'self' https://www.example.org");
        assert!(policy.starts_with("default-src 'self'; "), "{policy}");
        assert!(policy.ends_with("; frame-ancestors 'self' https://www.example.org"), "{policy}");
    }
}
