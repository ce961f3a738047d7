//! The stream that is put together.

use std::ops::Range;

use crate::{
    Chunk, Codebook, aligned,
    bits::BitWriter,
    crc,
    lz::{self, Matcher, Reach},
    pieces::LONG,
};

/// Header of a member: deflate, no flags, no time, no name, unknown system (RFC 1952 § 2.3).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// One member of a gzip file, being written: texts and runs of pieces in the order in which they shall be read.
#[derive(Debug)]
pub struct Member<'b> {
    book: &'b Codebook,
    out: BitWriter,
    /// Bare checksum of what was written, begun with ones.
    checksum: u32,
    /// Length of what was written, modulo 2^32 as the format has it.
    length: u32,
    matcher: Matcher,
    /// What was written last, and room for what follows.
    recent: Vec<u8>,
    /// Whether that is a whole piece.
    is_piece: bool,
}

/// So much of what was written last can be referred to by what follows.
pub(crate) const RECENT: usize = 2048;

impl<'b> Member<'b> {
    /// Begins a stream of about so many compressed bytes.
    pub fn new(book: &'b Codebook, capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity + 512);
        bytes.extend_from_slice(&HEADER);
        let mut out = BitWriter::with_bytes(bytes);
        book.begin_block(&mut out);
        Self {
            book,
            out,
            checksum: u32::MAX,
            length: 0,
            matcher: Matcher::small(),
            recent: Vec::new(),
            is_piece: false,
        }
    }

    /// Appends any text. Takes about 2 ns a byte.
    pub fn text(&mut self, text: &[u8]) {
        self.compress(text);
        self.is_piece = false;
        let surplus = self.recent.len().saturating_sub(RECENT);
        self.recent.drain(..surplus);
        self.checksum = crc::continued(self.checksum, text);
        self.length = self.length.wrapping_add(text.len() as u32);
    }

    /// Appends pieces of a chunk, leaving out the first `skip` bytes of the first of them: 0 or 1 (a separator).
    pub fn run(&mut self, chunk: &Chunk<'_>, pieces: Range<usize>, skip: usize) {
        if pieces.is_empty() {
            return;
        }
        let Chunk { text, ends, pieces: kept } = *chunk;
        let start_of = |piece: usize| piece.checked_sub(1).map_or(0, |before| ends[before] as usize);
        let (start, end) = (start_of(pieces.start), start_of(pieces.end));
        let first_end = start_of(pieces.start + 1);
        let head = &text[start + skip.min(1)..first_end];
        // What refers to nothing before it begins with a literal.
        let skip_bits = if skip > 0 { self.book.literal_bits(text[start]) } else { 0 };
        if head.len() < LONG || !kept.copy_alone(pieces.start, skip_bits, &mut self.out) {
            if self.is_piece {
                aligned::parse(&self.recent, head, &mut self.book.writer(&mut self.out));
            } else {
                self.compress(head);
            }
        }
        let near_end = pieces.end.min(pieces.start + Reach::Far.pieces());
        kept.copy_near(pieces.start + 1..near_end, &mut self.out);
        kept.copy_far(near_end..pieces.end, &mut self.out);
        self.add_run_to_checksum(chunk, pieces.clone(), head);
        let last = if pieces.len() == 1 { head } else { &text[start_of(pieces.end - 1)..end] };
        self.remember(last);
    }

    /// The checksum of all but the first piece follows from those of two beginnings of the chunk.
    fn add_run_to_checksum(&mut self, chunk: &Chunk<'_>, pieces: Range<usize>, head: &[u8]) {
        let end_of = |piece: usize| chunk.ends[piece];
        self.length = self.length.wrapping_add(head.len() as u32);
        let whole_head = end_of(pieces.start) as usize - pieces.start.checked_sub(1).map_or(0, |p| end_of(p) as usize);
        let from = if head.len() == whole_head {
            pieces.start
        } else {
            self.checksum = crc::continued(self.checksum, head);
            pieces.start + 1
        };
        let start = from.checked_sub(1).map_or(0, end_of);
        let length = end_of(pieces.end - 1) - start;
        let (before, after) = (chunk.pieces.checksum_before(from), chunk.pieces.checksum_before(pieces.end));
        self.checksum = crc::shifted(self.checksum ^ before, length) ^ after;
        self.length = self.length.wrapping_add(end_of(pieces.end - 1) - end_of(pieces.start));
    }

    /// Writes a text that may refer to what was written last.
    fn compress(&mut self, text: &[u8]) {
        let start = self.recent.len();
        self.recent.extend_from_slice(text);
        lz::parse_quickly(&mut self.matcher, &self.recent, start, &mut self.book.writer(&mut self.out));
    }

    fn remember(&mut self, last: &[u8]) {
        self.is_piece = last.len() <= RECENT;
        self.recent.clear();
        self.recent.extend_from_slice(&last[last.len().saturating_sub(RECENT)..]);
    }

    /// Ends the stream.
    pub fn finish(mut self) -> Vec<u8> {
        self.book.end_block(&mut self.out);
        let mut bytes = self.out.finish();
        bytes.extend_from_slice(&(!self.checksum).to_le_bytes());
        bytes.extend_from_slice(&self.length.to_le_bytes());
        bytes
    }
}
