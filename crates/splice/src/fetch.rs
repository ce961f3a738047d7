//! What runs need lies far apart, mostly in no cache: it is fetched all at once, and not one line after the other.

use std::{hint::black_box, ops::Range};

use crate::{Chunk, member::RECENT};

/// Bytes of a line of memory.
const LINE: usize = 64;

/// Reads what [`crate::Member::run`] will read of each run at other places than one behind the other, so that it is
/// at hand then. Changes nothing but the time that takes.
pub fn fetch<'c>(runs: impl Iterator<Item = (Chunk<'c>, Range<usize>)> + Clone) {
    let texts = runs.clone().fold(0, |sum, (chunk, pieces)| sum ^ texts(&chunk, &pieces));
    // Where strings begin is known only now.
    let strings = runs.fold(0, |sum, (chunk, pieces)| sum ^ chunk.pieces.first_bytes(&pieces));
    black_box((texts, strings));
}

/// A byte of every line of the first piece and of the last one.
fn texts(chunk: &Chunk<'_>, pieces: &Range<usize>) -> u8 {
    let Some(last) = pieces.clone().last() else { return 0 };
    let lines = |piece: usize| chunk.piece(piece).iter().step_by(LINE).take(RECENT / LINE);
    let marks = chunk.pieces.touch(pieces);
    lines(pieces.start).chain(lines(last)).fold(marks, |sum, byte| sum ^ byte)
}
