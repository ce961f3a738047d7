//! What surrounds every request: an id, a log line, limits, compression, safe headers.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
    timeout::TimeoutLayer,
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
            .layer(middleware::from_fn(observe))
            .layer(CatchPanicLayer::custom(|_| Error::Internal("a request panicked".into()).into_response()))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .layer(middleware::from_fn(finish_headers))
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest)),
    )
}

async fn finish_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    add_safe_headers(headers);
    name_encoding_in_etag(headers);
    response
}

/// Nothing from elsewhere runs or frames a page, and no address leaks to where a link leads.
fn add_safe_headers(headers: &mut HeaderMap) {
    let policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
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
