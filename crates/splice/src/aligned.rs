//! A text that looks much like the one before it: both are walked side by side.
//!
//! The first piece of a run stands behind a piece that it was not compressed against. Pieces of a collection have the same
//! frame, in which values differ, so where the texts part they mostly meet again at the end of the word; where they
//! do not (a value is missing, a list is longer), at the next name that both have. Nothing is looked up in a table.

use memchr::{memchr, memmem};

use crate::{
    lz::{IS_OF_A_WORD, Sink, common},
    symbols::MATCH,
};

/// Shorter references save nothing.
const LEAST: usize = 5;
/// What names of values begin with.
const QUOTE: u8 = b'"';
/// By so many bytes a name is known.
const NAME: usize = 6;

/// Says `text`, which follows `before` in the stream and refers to nothing else.
pub(crate) fn parse(before: &[u8], text: &[u8], sink: &mut impl Sink) {
    let (mut there, mut here) = (0, 0);
    while here < text.len() {
        let same = common_run(&before[there..], &text[here..]);
        say_same(&text[here..here + same], before.len() - there + here, sink);
        (there, here) = (there + same, here + same);
        let (next_there, next_here) = meet_again(before, there, text, here);
        sink.literals(&text[here..next_here]);
        (there, here) = (next_there, next_here);
    }
}

fn common_run(before: &[u8], text: &[u8]) -> usize {
    common(before, text, before.len().min(text.len()))
}

/// Bytes that stand `distance` before as well.
fn say_same(mut same: &[u8], distance: usize, sink: &mut impl Sink) {
    while same.len() >= LEAST {
        let length = same.len().min(*MATCH.end());
        sink.back_reference(length, distance);
        same = &same[length..];
    }
    sink.literals(same);
}

/// Where the texts go on together, behind places at which they differ; the end of the text if nowhere.
fn meet_again(before: &[u8], there: usize, text: &[u8], here: usize) -> (usize, usize) {
    let (word_there, word_here) = (end_of_word(before, there), end_of_word(text, here));
    if before.get(word_there).is_some_and(|byte| Some(byte) == text.get(word_here)) {
        return (word_there, word_here);
    }
    let mut name = word_here;
    while let Some(offset) = memchr(QUOTE, &text[name..]) {
        name += offset;
        let Some(wanted) = text.get(name..name + NAME) else { break };
        if let Some(found) = memmem::find(&before[there..], wanted) {
            return (there + found, name);
        }
        name += 1;
    }
    (before.len(), text.len())
}

fn end_of_word(text: &[u8], from: usize) -> usize {
    let rest = &text[from..];
    from + rest.iter().position(|byte| !IS_OF_A_WORD[usize::from(*byte)]).unwrap_or(rest.len())
}
