//! A text that looks much like the one before it: both are walked side by side.
//!
//! The first piece of a run stands behind a piece that it was not compressed against. Pieces of a collection have the same
//! frame, in which values differ, so where the texts part they mostly meet again at the end of the value; where they do not
//! (a value is missing, a list is longer), at the next name that both have. Nothing is looked up in a table.

use memchr::{memchr, memmem};

use crate::{
    lz::{Sink, common},
    symbols::MATCH,
};

/// Shorter references save nothing.
const LEAST: usize = 5;
/// What names of values begin with.
const QUOTE: u8 = b'"';
/// One in each byte of a word.
const EACH: u64 = u64::MAX / 255;
/// What ends a value, in each byte of a word.
const ENDS: [u64; 3] = [EACH * b'"' as u64, EACH * b',' as u64, EACH * b']' as u64];
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
    let (value_there, value_here) = (end_of_value(before, there), end_of_value(text, here));
    if before.get(value_there).is_some_and(|byte| Some(byte) == text.get(value_here)) {
        return (value_there, value_here);
    }
    let mut name = value_here;
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

/// The next byte that ends a value; the end of the text if there is none.
fn end_of_value(text: &[u8], from: usize) -> usize {
    let (words, rest) = text[from..].as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let ends = ENDS.iter().fold(0, |ends, end| ends | zeros(word ^ end));
        if ends != 0 {
            return from + index * 8 + (ends.trailing_zeros() / 8) as usize;
        }
    }
    let rest_from = text.len() - rest.len();
    rest_from + rest.iter().position(|byte| ENDS.iter().any(|end| *end as u8 == *byte)).unwrap_or(rest.len())
}

/// Marks the bytes that are zero; those behind the first may be marked in vain.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(EACH) & !word & (EACH << 7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::end_of_value;

    proptest! {
        #[test]
        fn a_value_ends_at_the_first_byte_that_ends_one(
            // Bytes that differ from those by a bit or by one, too: words are searched by arithmetic.
            text in "[\",\\]\\[\\-#!^\\\\]{0,40}|[a-z0-9.\u{80}-\u{ff}]{0,30}[\",\\]]?.{0,9}",
            from in any::<prop::sample::Index>(),
        ) {
            let text = text.as_bytes();
            let from = from.index(text.len() + 1);
            let naive = text[from..].iter().position(|byte| b"\",]".contains(byte)).unwrap_or(text.len() - from);
            prop_assert_eq!(end_of_value(text, from), from + naive);
        }
    }
}
