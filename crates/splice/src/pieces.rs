//! The pieces of a text, compressed beforehand.

use crate::{
    Codebook,
    bits::{BitWriter, PADDING},
    crc, lz,
    lz::{Matcher, Reach},
};

/// Pieces that are longer are kept also as they look without any piece before them: compressing them on request would
/// take too long.
pub(crate) const LONG: usize = 4096;

/// What is kept of each piece of a text beside the text itself.
#[derive(Clone, Debug)]
pub struct Pieces {
    near: Strings,
    far: Strings,
    /// The long pieces, in ascending order, and their strings.
    long: Vec<u32>,
    alone: Strings,
    /// Bare checksum of the text up to the end of each piece.
    checksums: Vec<u32>,
}

/// Strings of bits, one behind the other.
#[derive(Clone, Debug, Default)]
struct Strings {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
}

/// A text of pieces with all that is kept of them.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'c> {
    /// The pieces, one behind the other.
    pub text: &'c [u8],
    /// Where each ends.
    pub ends: &'c [u32],
    /// What was made of them by [`Pieces::encode`].
    pub pieces: &'c Pieces,
}

impl Pieces {
    /// Compresses the pieces of a text, each twice. `ends` says where each ends, ascending; the last must be the end of
    /// the text, which must be less than 256 MiB long, so that no string of bits can be too long for its ends.
    ///
    /// Takes about a second a 20 MB.
    pub fn encode(book: &Codebook, text: &[u8], ends: &[u32]) -> Self {
        debug_assert!(text.len() < 256 << 20 && ends.last().map_or(0, |end| *end as usize) == text.len());
        let mut matcher = Matcher::default();
        let near = Strings::encode(&mut matcher, book, text, ends, Reach::Near);
        let far = Strings::encode(&mut matcher, book, text, ends, Reach::Far);
        let mut long = Vec::new();
        let mut alone = BitWriter::default();
        let mut alone_ends = Vec::new();
        let mut checksums = Vec::with_capacity(ends.len());
        let (mut start, mut checksum) = (0, 0);
        for (piece, end) in (0..).zip(ends) {
            let bytes = &text[start..*end as usize];
            checksum = crc::continued(checksum, bytes);
            checksums.push(checksum);
            if bytes.len() > LONG {
                lz::parse_all(
                    &mut matcher,
                    bytes,
                    &[bytes.len() as u32],
                    Reach::Alone,
                    book.costs(),
                    &mut book.writer(&mut alone),
                );
                long.push(piece);
                alone_ends.push(alone.len() as u32);
            }
            start = *end as usize;
        }
        Self { near, far, long, alone: Strings::new(alone, alone_ends), checksums }
    }

    /// Bytes on the heap.
    pub fn memory(&self) -> usize {
        let ends = [&self.near.ends, &self.far.ends, &self.alone.ends, &self.long, &self.checksums];
        let strings = [&self.near.bytes, &self.far.bytes, &self.alone.bytes];
        ends.map(|ends| ends.capacity() * size_of::<u32>()).into_iter().sum::<usize>()
            + strings.map(Vec::capacity).into_iter().sum::<usize>()
    }

    /// Bare checksum of the text before a piece.
    pub(crate) fn checksum_before(&self, piece: usize) -> u32 {
        piece.checked_sub(1).map_or(0, |before| self.checksums[before])
    }

    /// Copies pieces that stand behind the piece before them.
    pub(crate) fn copy_near(&self, pieces: std::ops::Range<usize>, out: &mut BitWriter) {
        self.near.copy(pieces, out);
    }

    /// Copies pieces that stand behind the eight pieces before them.
    pub(crate) fn copy_far(&self, pieces: std::ops::Range<usize>, out: &mut BitWriter) {
        self.far.copy(pieces, out);
    }

    /// Copies a piece that refers to nothing before it, but for its first bits; `false`: it is not kept so.
    pub(crate) fn copy_alone(&self, piece: usize, skip_bits: u64, out: &mut BitWriter) -> bool {
        let Ok(at) = self.long.binary_search(&(piece as u32)) else { return false };
        out.copy(&self.alone.bytes, self.alone.start(at) + skip_bits, u64::from(self.alone.ends[at]));
        true
    }
}

impl Strings {
    fn encode(matcher: &mut Matcher, book: &Codebook, text: &[u8], ends: &[u32], reach: Reach) -> Self {
        let mut out = BitWriter::with_bytes(Vec::with_capacity(text.len() / 6));
        let mut string_ends = Vec::with_capacity(ends.len());
        lz::parse_each(matcher, text, ends, reach, book.costs(), &mut book.writer(&mut out), |writer| {
            string_ends.push(writer.written() as u32);
        });
        Self::new(out, string_ends)
    }

    fn new(out: BitWriter, ends: Vec<u32>) -> Self {
        let mut bytes = out.finish();
        bytes.extend_from_slice(&[0; PADDING]);
        bytes.shrink_to_fit();
        Self { bytes, ends }
    }

    /// Where a string begins, and the one before it ends.
    fn start(&self, string: usize) -> u64 {
        string.checked_sub(1).map_or(0, |before| u64::from(self.ends[before]))
    }

    fn copy(&self, strings: std::ops::Range<usize>, out: &mut BitWriter) {
        out.copy(&self.bytes, self.start(strings.start), self.start(strings.end));
    }
}
