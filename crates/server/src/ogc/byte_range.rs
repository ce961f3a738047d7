//! A part of a file (RFC 9110 § 14): one range a request; several are answered by the whole file, as the RFC allows.

use std::{fs::File, io, os::unix::fs::FileExt as _, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures_util::{StreamExt as _, stream};

/// Bytes read at a time.
const CHUNK: u64 = 256 * 1024;

/// What of the file is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Requested {
    /// All of it.
    Whole,
    /// From a byte to a byte, both included.
    Part(u64, u64),
    /// A part that is not there.
    Unsatisfiable,
}

/// Reads `Range` and `If-Range`. A range in another unit or form than one of bytes is disregarded.
pub(crate) fn requested(headers: &HeaderMap, len: u64, tag: Option<&str>) -> Requested {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let is_same = text(header::IF_RANGE).is_none_or(|wanted| Some(wanted.trim()) == tag);
    let range = text(header::RANGE).and_then(|range| range.trim().strip_prefix("bytes=")).filter(|_| is_same);
    range.and_then(|range| part(range, len)).unwrap_or(Requested::Whole)
}

fn part(range: &str, len: u64) -> Option<Requested> {
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    Some(match (first.trim(), last.trim()) {
        ("", "") => return None,
        ("", suffix) => match number(suffix)?.min(len) {
            0 => Requested::Unsatisfiable,
            suffix => Requested::Part(len - suffix, len - 1),
        },
        (first, last) => {
            let first = number(first)?;
            let last = if last.is_empty() { u64::MAX } else { number(last)? };
            match last {
                last if last < first => return None,
                _ if first >= len => Requested::Unsatisfiable,
                last => Requested::Part(first, last.min(len - 1)),
            }
        }
    })
}

/// Sends what is asked for of a file, chunk by chunk.
pub(crate) fn answer(file: Arc<File>, len: u64, requested: &Requested) -> Response {
    let (status, first, last) = match requested {
        Requested::Whole => (StatusCode::OK, 0, len),
        Requested::Part(first, last) => (StatusCode::PARTIAL_CONTENT, *first, last + 1),
        Requested::Unsatisfiable => {
            let range =
                HeaderValue::from_str(&format!("bytes */{len}")).unwrap_or(HeaderValue::from_static("bytes */*"));
            return (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, range)]).into_response();
        }
    };
    let mut response = (status, Body::from_stream(chunks(file, first, last))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(last - first));
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(range) = HeaderValue::from_str(&format!("bytes {first}-{}/{len}", last - 1))
    {
        headers.insert(header::CONTENT_RANGE, range);
    }
    response
}

/// The bytes from one place up to another; reading blocks, so it is not done on the threads that serve connections.
fn chunks(file: Arc<File>, first: u64, end: u64) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    stream::unfold(first, move |at| {
        let file = Arc::clone(&file);
        async move {
            if at >= end {
                return None;
            }
            let size = CHUNK.min(end - at);
            let read = tokio::task::spawn_blocking(move || {
                let mut bytes = vec![0; size as usize];
                file.read_exact_at(&mut bytes, at).map(|()| Bytes::from(bytes))
            });
            let read = read.await.unwrap_or_else(|error| Err(io::Error::other(error)));
            let next = if read.is_ok() { at + size } else { end };
            Some((read, next))
        }
    })
    // Whoever compresses the answer asks once more after its end.
    .fuse()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Requested, requested};

    fn check(range: &str, if_range: Option<&str>, expected: &Requested) {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(range).unwrap());
        if let Some(tag) = if_range {
            headers.insert(header::IF_RANGE, HeaderValue::from_str(tag).unwrap());
        }
        assert_eq!(requested(&headers, 100, Some("\"a\"")), *expected, "{range} {if_range:?}");
    }

    #[test]
    fn one_range_of_bytes_is_understood_and_anything_else_disregarded() {
        check("bytes=0-9", None, &Requested::Part(0, 9));
        check("bytes=90-", None, &Requested::Part(90, 99));
        check("bytes=90-500", None, &Requested::Part(90, 99));
        check("bytes=-10", None, &Requested::Part(90, 99));
        check("bytes=-500", None, &Requested::Part(0, 99));
        check("bytes=100-", None, &Requested::Unsatisfiable);
        check("bytes=-0", None, &Requested::Unsatisfiable);
        check("bytes=9-0", None, &Requested::Whole);
        check("bytes=0-1,5-6", None, &Requested::Whole);
        check("bytes=a-b", None, &Requested::Whole);
        check("items=0-9", None, &Requested::Whole);
        check("bytes=0-9", Some("\"a\""), &Requested::Part(0, 9));
        check("bytes=0-9", Some("\"b\""), &Requested::Whole);
    }
}
