//! Bodies that lie in pieces: written by the connection as they are, without being joined first.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};

/// Pieces that are sent one after the other; the length is known, so the answer says it.
#[derive(Debug)]
struct Pieces {
    pieces: VecDeque<Bytes>,
    /// Bytes that are not yet sent.
    left: u64,
}

/// A body of these pieces.
pub(crate) fn body(pieces: Vec<Bytes>) -> Body {
    let left = pieces.iter().map(|piece| piece.len() as u64).sum();
    Body::new(Pieces { pieces: pieces.into(), left })
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.pieces.pop_front();
        self.left -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
