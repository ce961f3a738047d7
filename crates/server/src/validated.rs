//! Answers with validators: who has an answer already is told so and is sent nothing (RFC 9110 § 13.1.2).

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use cadastre::Viewer;

use crate::etag;

/// What an answer is, and who may keep it. Caches ask each time before they answer: what is withdrawn is gone with the
/// next request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    media: &'static str,
    caching: &'static str,
    vary: &'static str,
}

impl Terms {
    /// The same for everybody.
    pub(crate) fn for_all(media: &'static str) -> Self {
        Self { media, caching: "no-cache", vary: "accept-encoding" }
    }

    /// As far as the viewer sees it: staff may be shown at the same address what others are not.
    pub(crate) fn for_viewer(media: &'static str, viewer: &Viewer) -> Self {
        let caching = if viewer.is_staff() { "private, no-cache" } else { "no-cache" };
        Self { media, caching, vary: "authorization, accept-encoding" }
    }

    /// Says it of an answer with this tag.
    pub(crate) fn put(self, response: &mut Response, quoted: &str) {
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
        set(header::CONTENT_TYPE, self.media);
        set(header::CACHE_CONTROL, self.caching);
        set(header::VARY, self.vary);
        // A tag is made of letters, digits and marks, which always make a header.
        if let Ok(tag) = HeaderValue::from_str(quoted) {
            headers.insert(header::ETAG, tag);
        }
    }
}

/// Answers a body under the tag of its bytes, which changes when and only when they do.
pub(crate) fn answer(request: &HeaderMap, terms: Terms, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    answer_tagged(request, terms, &etag::of_bytes(&[&body]), body)
}

/// Answers a body under a tag that covers it.
pub(crate) fn answer_tagged(request: &HeaderMap, terms: Terms, quoted: &str, body: Bytes) -> Response {
    let is_known = etag::is_not_modified(request, quoted);
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    terms.put(&mut response, quoted);
    response
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode, header};
    use cadastre::Viewer;

    use super::{Terms, answer};

    #[test]
    fn what_is_known_is_not_sent_again_and_says_the_same_of_itself() {
        let terms = Terms::for_viewer("application/json", &Viewer::ANONYMOUS);
        let first = answer(&HeaderMap::new(), terms, "{}");
        assert_eq!(first.status(), StatusCode::OK);
        let known = HeaderMap::from_iter([(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone())]);
        let second = answer(&known, terms, "{}");
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(second.headers()[header::CACHE_CONTROL], "no-cache");
        assert_eq!(second.headers()[header::VARY], "authorization, accept-encoding");
        assert_eq!(second.headers()[header::ETAG], first.headers()[header::ETAG]);
        assert_eq!(answer(&known, terms, "[]").status(), StatusCode::OK);
    }
}
