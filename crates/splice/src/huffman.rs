//! Huffman codes of limited length, in the canonical form of RFC 1951 § 3.2.2.

use std::{cmp::Reverse, collections::BinaryHeap};

/// Longest code of DEFLATE.
const LONGEST: u8 = 15;

/// A code word, ready to be written, with what extra bits it may have: in the order of sending, and how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) bits: u32,
    pub(crate) length: u8,
}

/// Lengths of the code words of symbols with these frequencies. Every symbol gets one, also those that never were seen.
pub(crate) fn lengths(frequencies: &[u64]) -> Vec<u8> {
    // Seen ones first: a symbol that never was seen weighs a fraction of one that was seen once.
    let mut weights: Vec<u64> = frequencies.iter().map(|frequency| frequency * 64 + 1).collect();
    loop {
        let lengths = unlimited(&weights);
        if lengths.iter().all(|length| *length <= LONGEST) {
            return lengths;
        }
        // Flatter weights make a flatter tree; at the end all weigh the same.
        for weight in &mut weights {
            *weight = *weight / 2 + 1;
        }
    }
}

fn unlimited(weights: &[u64]) -> Vec<u8> {
    let mut parents = vec![0; 2 * weights.len()];
    let mut heap: BinaryHeap<_> = weights.iter().copied().zip(0..).map(Reverse).collect();
    let mut next = weights.len();
    while let (Some(Reverse((a, left))), Some(Reverse((b, right)))) = (heap.pop(), heap.pop()) {
        parents[left] = next;
        parents[right] = next;
        heap.push(Reverse((a + b, next)));
        next += 1;
        if heap.len() == 1 {
            break;
        }
    }
    let root = next - 1;
    let mut depths = vec![0_u8; 2 * weights.len()];
    for node in (0..root).rev() {
        depths[node] = depths[parents[node]].saturating_add(1);
    }
    depths.truncate(weights.len());
    depths
}

/// The canonical code words of these lengths.
pub(crate) fn words(lengths: &[u8]) -> Vec<Word> {
    let mut words = vec![Word::default(); lengths.len()];
    let mut code = 0_u16;
    for length in 1..=LONGEST {
        for (symbol, _) in lengths.iter().enumerate().filter(|(_, of)| **of == length) {
            words[symbol] = Word { bits: u32::from(code.reverse_bits() >> (16 - length)), length };
            code += 1;
        }
        code <<= 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Word, lengths, words};

    #[test]
    fn words_are_those_of_the_example_in_the_rfc() {
        let expected = [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111_u16];
        let lengths = [3, 3, 3, 3, 3, 2, 4, 4];
        for ((word, code), length) in words(&lengths).into_iter().zip(expected).zip(lengths) {
            assert_eq!(word, Word { bits: u32::from(code.reverse_bits() >> (16 - length)), length });
        }
    }

    proptest! {
        #[test]
        fn a_code_is_complete_and_no_word_is_too_long(
            frequencies in proptest::collection::vec(prop_oneof![0..5_u64, 0..1_000_000_000_000_u64], 2..300)
        ) {
            let lengths = lengths(&frequencies);
            prop_assert!(lengths.iter().all(|length| (1..=15).contains(length)));
            let kraft: u32 = lengths.iter().map(|length| 1_u32 << (15 - length)).sum();
            prop_assert_eq!(kraft, 1 << 15);
        }
    }
}
