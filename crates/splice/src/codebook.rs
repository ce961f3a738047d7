//! The Huffman code that all pieces of a collection share.

use crate::{
    bits::BitWriter,
    huffman::{self, Word},
    lz::{self, Costs, Matcher, Reach, Sink},
    symbols::{self, DISTANCES, END_OF_BLOCK, FIRST_LENGTH, LITERALS_AND_LENGTHS, MATCH},
};

/// A code for literals, lengths and distances that fits the texts it was trained with, and can say any text.
#[derive(Clone, Debug)]
pub struct Codebook {
    /// Words of literals and of the end of a block.
    literals: Vec<Word>,
    /// Words of lengths of references, each with its extra bits; those that are too short for one are empty.
    lengths: Vec<Word>,
    distances: Vec<Word>,
    /// What a stream begins with, and how many bits of it count.
    beginning: (Vec<u8>, u64),
    costs: Costs,
}

impl Codebook {
    /// A code for texts such as these: pieces that follow each other, with the end of each.
    ///
    /// Takes about a second a 30 MB of samples; some 10,000 pieces from all over a collection are enough. Without
    /// samples the code is flat.
    pub fn train(samples: &[(&[u8], &[u32])]) -> Self {
        let mut book = Self::from_frequencies(&Frequencies::default());
        // What is referred to depends on the code, and the code on what is referred to.
        for _ in 0..2 {
            let mut seen = Frequencies::default();
            for (text, ends) in samples {
                for reach in [Reach::Near, Reach::Far] {
                    lz::parse_all(&mut Matcher::default(), text, ends, reach, &book.costs, &mut seen);
                }
            }
            book = Self::from_frequencies(&seen);
        }
        book
    }

    fn from_frequencies(seen: &Frequencies) -> Self {
        let (of_literals, of_distances) = (huffman::lengths(&seen.literals), huffman::lengths(&seen.distances));
        let (mut literals, distances) = (huffman::words(&of_literals), huffman::words(&of_distances));
        let beginning = beginning(&literals, &distances);
        let mut lengths = vec![Word::default(); *MATCH.end() + 1];
        for length in MATCH {
            let coded = symbols::length(length);
            let Word { bits, length: count } = literals[FIRST_LENGTH + coded.code];
            lengths[length] =
                Word { bits: bits | (coded.extra as u32) << count, length: count + coded.extra_bits as u8 };
        }
        literals.truncate(FIRST_LENGTH);
        let costs = Costs::new(&of_literals, &of_distances);
        Self { literals, lengths, distances, beginning, costs }
    }

    pub(crate) fn costs(&self) -> &Costs {
        &self.costs
    }

    /// Begins the one block of a stream.
    pub(crate) fn begin_block(&self, out: &mut BitWriter) {
        let (bytes, bits) = &self.beginning;
        out.copy(bytes, 0, *bits);
    }

    pub(crate) fn end_block(&self, out: &mut BitWriter) {
        put(out, self.literals[END_OF_BLOCK]);
    }

    /// Number of bits of a literal.
    pub(crate) fn literal_bits(&self, byte: u8) -> u64 {
        u64::from(self.literals[usize::from(byte)].length)
    }

    /// Writes literals and matches as bits.
    pub(crate) fn writer<'w>(&'w self, out: &'w mut BitWriter) -> Writer<'w> {
        Writer { book: self, out }
    }

    /// Bytes on the heap.
    pub fn memory(&self) -> usize {
        let words = [&self.literals, &self.lengths, &self.distances];
        words.map(Vec::capacity).into_iter().sum::<usize>() * size_of::<Word>()
            + self.beginning.0.capacity()
            + self.costs.memory()
    }
}

/// The header of the one block of a stream: last block, dynamic code, then the lengths of the code words, each written in
/// four bits (RFC 1951 § 3.2.7).
fn beginning(literals: &[Word], distances: &[Word]) -> (Vec<u8>, u64) {
    const LENGTH_OF_LENGTHS: u64 = 4;
    let mut out = BitWriter::default();
    out.put(1, 1);
    out.put(0b10, 2);
    out.put(LITERALS_AND_LENGTHS as u64 - 257, 5);
    out.put(DISTANCES as u64 - 1, 5);
    out.put(19 - 4, 4);
    // Repetitions (16, 17, 18) come first in the order of the RFC, and are not used.
    for position in 0..19 {
        out.put(if position < 3 { 0 } else { LENGTH_OF_LENGTHS }, 3);
    }
    for word in literals.iter().chain(distances) {
        out.put(u64::from(word.length.reverse_bits() >> LENGTH_OF_LENGTHS), LENGTH_OF_LENGTHS as u32);
    }
    let bits = out.len();
    (out.finish_padded(), bits)
}

fn put(out: &mut BitWriter, word: Word) {
    out.put(u64::from(word.bits), u32::from(word.length));
}

/// Writes literals and references with the words of a code.
pub(crate) struct Writer<'w> {
    book: &'w Codebook,
    out: &'w mut BitWriter,
}

impl Writer<'_> {
    /// Number of bits written so far.
    pub(crate) fn written(&self) -> u64 {
        self.out.len()
    }
}

impl Sink for Writer<'_> {
    #[inline]
    fn literal(&mut self, byte: u8) {
        put(self.out, self.book.literals[usize::from(byte)]);
    }

    /// Three at once: no word is longer than 15 bits.
    #[inline]
    fn literals(&mut self, text: &[u8]) {
        let words = &self.book.literals;
        let (threes, rest) = text.as_chunks::<3>();
        for three in threes {
            let [a, b, c] = three.map(|byte| words[usize::from(byte)]);
            let two = u32::from(a.length) + u32::from(b.length);
            let bits = u64::from(a.bits) | u64::from(b.bits) << a.length | u64::from(c.bits) << two;
            self.out.put(bits, two + u32::from(c.length));
        }
        for byte in rest {
            self.literal(*byte);
        }
    }

    #[inline]
    fn back_reference(&mut self, length: usize, distance: usize) {
        let (of_length, distance) = (self.book.lengths[length], symbols::distance(distance));
        let of_distance = self.book.distances[distance.code];
        // At most 15 + 5 + 15 + 13 bits.
        let far = u64::from(of_distance.bits) | distance.extra << of_distance.length;
        let bits = u64::from(of_length.bits) | far << of_length.length;
        self.out.put(bits, u32::from(of_length.length) + u32::from(of_distance.length) + distance.extra_bits);
    }
}

/// How often each symbol is used.
struct Frequencies {
    literals: [u64; LITERALS_AND_LENGTHS],
    distances: [u64; DISTANCES],
}

impl Default for Frequencies {
    fn default() -> Self {
        Self { literals: [0; LITERALS_AND_LENGTHS], distances: [0; DISTANCES] }
    }
}

impl Sink for Frequencies {
    fn literal(&mut self, byte: u8) {
        self.literals[usize::from(byte)] += 1;
    }

    fn back_reference(&mut self, length: usize, distance: usize) {
        self.literals[FIRST_LENGTH + symbols::length(length).code] += 1;
        self.distances[symbols::distance(distance).code] += 1;
    }
}
