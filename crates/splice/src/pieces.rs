//! The pieces of a text, compressed beforehand.

use std::ops::Range;

use crate::{
    Codebook,
    bits::BitWriter,
    crc, lz,
    lz::{Matcher, Reach},
};

/// Pieces that are longer are kept also as they look without any piece before them: compressing them on request would
/// take too long.
pub(crate) const LONG: usize = 4096;

/// What is kept of each piece of a text beside the text itself.
#[derive(Clone, Debug)]
pub struct Pieces {
    /// Strings of bits, one behind the other, as the pieces look behind the one before them, and behind eight.
    near: Vec<u8>,
    far: Vec<u8>,
    /// Side by side what is asked for together: mostly it lies in no cache.
    marks: Vec<Mark>,
    /// The long pieces, in ascending order, and where the string of each ends.
    long: Vec<(u32, u32)>,
    alone: Vec<u8>,
}

/// What is known at the end of a piece.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// Bit at which its string in `near` ends.
    near: u32,
    /// Bit at which its string in `far` ends.
    far: u32,
    /// Bare checksum of the text so far.
    checksum: u32,
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

impl<'c> Chunk<'c> {
    /// The text of a piece.
    pub(crate) fn piece(&self, piece: usize) -> &'c [u8] {
        let start = piece.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[piece] as usize]
    }
}

impl Pieces {
    /// Compresses the pieces of a text, each twice. `ends` says where each ends, ascending; the last must be the end of
    /// the text, which must be less than 256 MiB long, so that no string of bits can be too long for its ends.
    ///
    /// Takes about a second a 20 MB.
    pub fn encode(book: &Codebook, text: &[u8], ends: &[u32]) -> Self {
        debug_assert!(text.len() < 256 << 20 && ends.last().map_or(0, |end| *end as usize) == text.len());
        let mut matcher = Matcher::default();
        let mut marks = Vec::with_capacity(ends.len());
        let near = strings(&mut matcher, book, text, ends, Reach::Near, |_, near| {
            marks.push(Mark { near, ..Mark::default() });
        });
        let far = strings(&mut matcher, book, text, ends, Reach::Far, |piece, far| marks[piece].far = far);
        let (mut long, mut alone) = (Vec::new(), BitWriter::default());
        let (mut start, mut checksum) = (0, 0);
        for ((piece, end), mark) in (0..).zip(ends).zip(&mut marks) {
            let bytes = &text[start..*end as usize];
            checksum = crc::continued(checksum, bytes);
            mark.checksum = checksum;
            if bytes.len() > LONG {
                lz::parse_all(
                    &mut matcher,
                    bytes,
                    &[bytes.len() as u32],
                    Reach::Alone,
                    book.costs(),
                    &mut book.writer(&mut alone),
                );
                long.push((piece, alone.len() as u32));
            }
            start = *end as usize;
        }
        Self { near, far, marks, long, alone: alone.finish_padded() }
    }

    /// Bytes on the heap.
    pub fn memory(&self) -> usize {
        let strings = [&self.near, &self.far, &self.alone];
        strings.map(Vec::capacity).into_iter().sum::<usize>()
            + self.marks.capacity() * size_of::<Mark>()
            + self.long.capacity() * size_of::<(u32, u32)>()
    }

    /// What is known before a piece.
    fn before(&self, piece: usize) -> Mark {
        piece.checked_sub(1).map_or(Mark::default(), |before| self.marks[before])
    }

    /// Reads what is known at the ends of a run.
    pub(crate) fn touch(&self, run: &Range<usize>) -> u8 {
        (self.before(run.start).checksum ^ self.before(run.end).checksum) as u8
    }

    /// Reads where the strings of a run begin.
    pub(crate) fn first_bytes(&self, run: &Range<usize>) -> u8 {
        let (near, far) = (run.start + 1, run.start + Reach::Far.pieces());
        let byte = |bytes: &[u8], bit: u32| bytes.get(bit as usize / 8).copied().unwrap_or_default();
        let near = byte(&self.near, self.before(near.min(run.end)).near);
        near ^ byte(&self.far, self.before(far.min(run.end)).far)
    }

    /// Bare checksum of the text before a piece.
    pub(crate) fn checksum_before(&self, piece: usize) -> u32 {
        self.before(piece).checksum
    }

    /// Copies pieces that stand behind the piece before them.
    pub(crate) fn copy_near(&self, pieces: Range<usize>, out: &mut BitWriter) {
        out.copy(&self.near, self.before(pieces.start).near.into(), self.before(pieces.end).near.into());
    }

    /// Copies pieces that stand behind the eight pieces before them.
    pub(crate) fn copy_far(&self, pieces: Range<usize>, out: &mut BitWriter) {
        out.copy(&self.far, self.before(pieces.start).far.into(), self.before(pieces.end).far.into());
    }

    /// Copies a piece that refers to nothing before it, but for its first bits; `false`: it is not kept so.
    pub(crate) fn copy_alone(&self, piece: usize, skip_bits: u64, out: &mut BitWriter) -> bool {
        let Ok(at) = self.long.binary_search_by_key(&(piece as u32), |(piece, _)| *piece) else { return false };
        let start = at.checked_sub(1).map_or(0, |before| u64::from(self.long[before].1));
        out.copy(&self.alone, start + skip_bits, self.long[at].1.into());
        true
    }
}

/// Strings of bits of all pieces; `end` is told for each where it ends.
fn strings(
    matcher: &mut Matcher,
    book: &Codebook,
    text: &[u8],
    ends: &[u32],
    reach: Reach,
    mut end: impl FnMut(usize, u32),
) -> Vec<u8> {
    let mut out = BitWriter::with_bytes(Vec::with_capacity(text.len() / 6));
    lz::parse_each(matcher, text, ends, reach, book.costs(), &mut book.writer(&mut out), |piece, writer| {
        end(piece, writer.written() as u32);
    });
    out.finish_padded()
}
