//! Texts as literals and references to what stands before (RFC 1951 § 3.2.3).
//!
//! The code is known beforehand, so a reference is taken for what it saves in bits, not for its length. Of two places
//! that begin at neighbouring bytes the better one is taken.

use crate::symbols::{self, DISTANCES, FIRST_LENGTH, MATCH, WINDOW};

/// Takes literals and references, in the order of the text.
pub(crate) trait Sink {
    fn literal(&mut self, byte: u8);
    fn literals(&mut self, text: &[u8]) {
        for byte in text {
            self.literal(*byte);
        }
    }
    fn back_reference(&mut self, length: usize, distance: usize);
}

/// How far a piece may refer back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To the piece before it.
    Near,
    /// To the eight pieces before it.
    Far,
    /// To itself.
    Alone,
}

impl Reach {
    /// Number of pieces before.
    pub(crate) fn pieces(self) -> usize {
        match self {
            Self::Near => 1,
            Self::Far => 8,
            Self::Alone => 0,
        }
    }

    /// How many earlier places are tried.
    fn depth(self) -> u32 {
        match self {
            Self::Near | Self::Alone => 8,
            Self::Far => 24,
        }
    }
}

/// Bits that symbols take.
#[derive(Clone, Debug)]
pub(crate) struct Costs {
    literals: [u8; 256],
    lengths: Vec<u8>,
    distances: [u8; DISTANCES],
}

impl Costs {
    /// From the lengths of the code words.
    pub(crate) fn new(literals: &[u8], distances: &[u8]) -> Self {
        let of_length = |length| {
            let coded = symbols::length(length);
            literals[FIRST_LENGTH + coded.code] + coded.extra_bits as u8
        };
        let mut costs = Self { literals: [0; 256], lengths: vec![0; *MATCH.end() + 1], distances: [0; DISTANCES] };
        costs.literals.copy_from_slice(&literals[..256]);
        MATCH.for_each(|length| costs.lengths[length] = of_length(length));
        costs.distances.copy_from_slice(distances);
        costs
    }

    pub(crate) fn memory(&self) -> usize {
        self.lengths.capacity()
    }

    fn reference(&self, length: usize, distance: usize) -> u32 {
        let coded = symbols::distance(distance);
        u32::from(self.lengths[length]) + u32::from(self.distances[coded.code]) + coded.extra_bits
    }

    fn literals(&self, text: &[u8]) -> u32 {
        text.iter().map(|byte| u32::from(self.literals[usize::from(*byte)])).sum()
    }
}

/// A reference, and the bits it saves.
#[derive(Clone, Copy, Debug)]
struct Found {
    length: usize,
    distance: usize,
    gain: u32,
}

/// Finds earlier places with the same bytes: a hash table of four bytes with chains.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    /// Last place of each hash, counted from `base`; what is less is of an earlier text.
    heads: Vec<u32>,
    /// The place before each place with the same hash.
    chain: Vec<u32>,
    base: u32,
    /// Length of the text.
    length: usize,
    hash_bits: u32,
}

const NONE: u32 = 0;

impl Default for Matcher {
    fn default() -> Self {
        Self::with_hash_bits(13)
    }
}

impl Matcher {
    /// For short texts: quickly made.
    pub(crate) fn small() -> Self {
        Self::with_hash_bits(11)
    }

    fn with_hash_bits(hash_bits: u32) -> Self {
        Self { heads: vec![NONE; 1 << hash_bits], chain: Vec::new(), base: 1, length: 0, hash_bits }
    }

    /// Forgets the text before.
    fn begin(&mut self, length: usize) {
        let used = self.base as usize + self.length;
        if used + length >= u32::MAX as usize {
            self.heads.fill(NONE);
            self.base = 1;
        } else {
            self.base = used as u32;
        }
        self.length = length;
    }

    /// Makes room for the places before each place.
    fn with_chain(&mut self, length: usize) {
        self.begin(length);
        if self.chain.len() < length {
            self.chain.resize(length, NONE);
        }
    }

    /// Hash of the four bytes from a place on.
    #[inline]
    fn hash(&self, text: &[u8], at: usize) -> Option<usize> {
        let bytes = text.get(at..)?.first_chunk()?;
        Some((u32::from_le_bytes(*bytes).wrapping_mul(0x9e37_79b1) >> (u32::BITS - self.hash_bits)) as usize)
    }

    /// Makes a place known; without four bytes from it on it cannot be.
    #[inline]
    fn insert(&mut self, text: &[u8], at: usize) {
        if let Some(hash) = self.hash(text, at) {
            self.chain[at] = self.heads[hash];
            self.heads[hash] = self.base + at as u32;
        }
    }

    /// Makes a place known and gives the last one with the same four bytes.
    #[inline]
    fn swap(&mut self, text: &[u8], at: usize) -> Option<usize> {
        let hash = self.hash(text, at)?;
        let head = &mut self.heads[hash];
        let last = std::mem::replace(head, self.base + at as u32);
        last.checked_sub(self.base).map(|last| last as usize)
    }

    /// The reference from `at` to `lowest` or later that saves most.
    #[inline]
    fn best(&self, text: &[u8], at: usize, end: usize, lowest: usize, depth: u32, costs: &Costs) -> Option<Found> {
        let longest = (end - at).min(*MATCH.end());
        let mut best: Option<Found> = None;
        let mut place = self.heads[self.hash(text, at)?];
        for _ in 0..depth {
            let Some(from) = place.checked_sub(self.base).map(|from| from as usize).filter(|from| *from >= lowest)
            else {
                break;
            };
            let distance = at - from;
            if distance > WINDOW {
                break;
            }
            let least = best.map_or(*MATCH.start(), |best| best.length + 1);
            if least <= longest && text[from + least - 1] == text[at + least - 1] {
                let length = common(&text[from..], &text[at..], longest);
                if length >= least {
                    let saved = costs.literals(&text[at..at + length]);
                    let gain = saved.saturating_sub(costs.reference(length, distance));
                    if gain > best.map_or(0, |best| best.gain) {
                        best = Some(Found { length, distance, gain });
                    }
                }
            }
            place = self.chain[from];
        }
        best
    }
}

/// Number of bytes at the beginning that are the same, at most `longest`.
#[inline]
pub(crate) fn common(a: &[u8], b: &[u8], longest: usize) -> usize {
    let (a, b) = (&a[..longest], &b[..longest]);
    let (words_a, words_b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    for (index, (x, y)) in words_a.iter().zip(words_b).enumerate() {
        let different = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if different != 0 {
            return index * 8 + (different.trailing_zeros() / 8) as usize;
        }
    }
    let whole = words_a.len() * 8;
    whole + a[whole..].iter().zip(&b[whole..]).take_while(|(x, y)| x == y).count()
}

/// Says every piece of a text that begins with the first of them. `after_piece` is called behind each, with its number.
pub(crate) fn parse_each<S: Sink>(
    matcher: &mut Matcher,
    text: &[u8],
    ends: &[u32],
    reach: Reach,
    costs: &Costs,
    sink: &mut S,
    mut after_piece: impl FnMut(usize, &mut S),
) {
    matcher.with_chain(text.len());
    let start_of = |piece: usize| piece.checked_sub(1).map_or(0, |before| ends[before] as usize);
    for (piece, end) in ends.iter().enumerate() {
        // The first byte of the farthest piece, be it this one itself, may be left out where a run begins: nothing may
        // refer to it.
        let lowest = start_of(piece.saturating_sub(reach.pieces())) + 1;
        parse(matcher, text, start_of(piece)..*end as usize, lowest, reach.depth(), costs, sink);
        after_piece(piece, sink);
    }
}

/// As [`parse_each`], where nothing is to be done behind a piece.
pub(crate) fn parse_all(
    matcher: &mut Matcher,
    text: &[u8],
    ends: &[u32],
    reach: Reach,
    costs: &Costs,
    sink: &mut impl Sink,
) {
    parse_each(matcher, text, ends, reach, costs, sink, |_, _| {});
}

/// Says the end of a text, from `start` on, referring to what stands before: fast rather than short.
///
/// References begin where a number or word has ended, as what repeats in structured text begins there, and only the
/// last place of each kind is looked at.
pub(crate) fn parse_quickly(matcher: &mut Matcher, text: &[u8], start: usize, sink: &mut impl Sink) {
    /// Shorter ones seldom save anything.
    const LEAST: usize = 6;
    matcher.begin(text.len());
    let mut in_word = true;
    for (at, byte) in text[..start].iter().enumerate() {
        let was_in_word = std::mem::replace(&mut in_word, IS_OF_A_WORD[usize::from(*byte)]);
        if was_in_word && !in_word {
            matcher.swap(text, at);
        }
    }
    in_word = true;
    let mut at = start;
    while at < text.len() {
        let was_in_word = std::mem::replace(&mut in_word, IS_OF_A_WORD[usize::from(text[at])]);
        if was_in_word
            && !in_word
            && let Some(from) = matcher.swap(text, at)
            && at - from <= WINDOW
        {
            let length = common(&text[from..], &text[at..], (text.len() - at).min(*MATCH.end()));
            if length >= LEAST {
                sink.back_reference(length, at - from);
                at += length;
                in_word = true;
                continue;
            }
        }
        sink.literal(text[at]);
        at += 1;
    }
}

/// Bytes of numbers and words.
static IS_OF_A_WORD: [bool; 256] = {
    let mut is_of_a_word = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        is_of_a_word[byte] = (byte as u8).is_ascii_alphanumeric() || byte == b'.' as usize;
        byte += 1;
    }
    is_of_a_word
};

fn parse(
    matcher: &mut Matcher,
    text: &[u8],
    piece: std::ops::Range<usize>,
    lowest: usize,
    depth: u32,
    costs: &Costs,
    sink: &mut impl Sink,
) {
    /// Who saves so many bits need not look whether the next byte is a better beginning.
    const ENOUGH: u32 = 120;
    let end = piece.end;
    let mut at = piece.start;
    let mut found = matcher.best(text, at, end, lowest, depth, costs);
    while at < end {
        matcher.insert(text, at);
        let Some(here) = found else {
            sink.literal(text[at]);
            at += 1;
            found = (at < end).then(|| matcher.best(text, at, end, lowest, depth, costs)).flatten();
            continue;
        };
        if here.gain < ENOUGH && at + 1 < end {
            let next = matcher.best(text, at + 1, end, lowest, depth, costs);
            if next.is_some_and(|next| next.gain > here.gain) {
                sink.literal(text[at]);
                at += 1;
                found = next;
                continue;
            }
        }
        sink.back_reference(here.length, here.distance);
        for inside in at + 1..at + here.length {
            matcher.insert(text, inside);
        }
        at += here.length;
        found = (at < end).then(|| matcher.best(text, at, end, lowest, depth, costs)).flatten();
    }
}
