//! The public GeoJSON of the records of a segment, encoded once, in the order of the index.
//!
//! An answer is then a few long pieces of memory, handed out without a copy, or, compressed, a few long strings
//! of bits ([`splice`]). Only kinds of which the public sees all alike are encoded; a record whose text depends on
//! the day or on a record of its own (a building with a vacancy record) never is, and one whose surroundings have
//! changed since (its district got another name) no longer counts: see [`stale`].

use std::{
    num::NonZeroUsize,
    ops::Range,
    sync::{Arc, OnceLock},
    thread,
};

use bytes::Bytes;
use cadastre::Viewer;
use splice::{Chunk, Codebook, Pieces};

use super::{
    Snapshot,
    context::{Context, Served},
    memory::Memory,
    segment::Segment,
};
use crate::geojson;

/// A chunk has at most so many records and, but for a single larger one, so many bytes: what is compressed at once.
const RECORDS_PER_CHUNK: usize = if cfg!(test) { 3 } else { 16 * 1024 };
const BYTES_PER_CHUNK: usize = 64 << 20;
/// A chunk of a single record that is larger than this is not compressed beforehand.
const BYTES_TO_PACK: usize = 128 << 20;
/// Fewer records are encoded faster on request than kept.
pub(crate) const WORTH_IT: usize = if cfg!(test) { 1 } else { 256 };

/// The texts of all records of a segment.
#[derive(Debug)]
pub(crate) struct Encoded {
    chunks: Vec<Encoding>,
    /// Records that are not encoded, ascending.
    left_out: Vec<u32>,
    /// Trained from the texts; shared by all chunks.
    book: OnceLock<Codebook>,
}

/// The texts of records that follow each other, each with a comma before it.
#[derive(Debug)]
pub(crate) struct Encoding {
    /// Position of the first record.
    first: u32,
    text: Bytes,
    ends: Vec<u32>,
    /// Set in the background, once.
    pieces: OnceLock<Pieces>,
}

impl Encoded {
    /// Encodes a segment on all cores; `None` where it is not worth it. Where the public sees nothing of the kind, all
    /// is left out.
    pub(crate) fn new<'s, R: Served>(snapshot: &'s Snapshot, segment: &'s Segment<R>) -> Option<Self> {
        if !R::IS_ENCODED || segment.len() < WORTH_IT {
            return None;
        }
        if !is_public(snapshot, segment) {
            return Some(Self { chunks: Vec::new(), left_out: segment.all().collect(), book: OnceLock::new() });
        }
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let share = segment.len().div_ceil(threads);
        let shares = (0..segment.len()).step_by(share).map(|start| start..segment.len().min(start + share));
        let parts: Vec<(Vec<Encoding>, Vec<u32>)> = thread::scope(|scope| {
            let running: Vec<_> = shares.map(|share| scope.spawn(move || encode(snapshot, segment, share))).collect();
            running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let (chunks, left_out): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        Some(Self {
            chunks: chunks.into_iter().flatten().collect(),
            left_out: left_out.concat(),
            book: OnceLock::new(),
        })
    }

    /// Records that have no text here, ascending.
    pub(crate) fn left_out(&self) -> &[u32] {
        &self.left_out
    }

    /// The code of the compressed pieces, once it is known.
    pub(crate) fn book(&self) -> Option<&Codebook> {
        self.book.get()
    }

    /// Cuts positions at the borders of chunks.
    pub(crate) fn split(&self, mut positions: Range<u32>) -> impl Iterator<Item = (&Encoding, Range<usize>)> {
        let mut at = self.chunks.partition_point(|chunk| chunk.end() <= positions.start);
        std::iter::from_fn(move || {
            let chunk = self.chunks.get(at).filter(|_| !positions.is_empty())?;
            let end = positions.end.min(chunk.end());
            let within = (positions.start - chunk.first) as usize..(end - chunk.first) as usize;
            positions.start = end;
            at += 1;
            Some((chunk, within))
        })
    }

    /// Compresses the next chunk that is not yet; `false`: all are. For a thread in the background.
    pub(crate) fn pack_next(&self) -> bool {
        let Some(chunk) = self.chunks.iter().find(|chunk| chunk.pieces.get().is_none() && chunk.is_packable()) else {
            return false;
        };
        let book = self.book.get_or_init(|| self.train());
        // Should another thread have been faster, its work is as good.
        let _ = chunk.pieces.set(Pieces::encode(book, &chunk.text, &chunk.ends));
        true
    }

    /// A code for samples from all over the segment.
    fn train(&self) -> Codebook {
        const SAMPLES: usize = 40;
        const RECORDS_PER_SAMPLE: usize = 250;
        const BYTES_PER_SAMPLE: usize = 1 << 20;
        let step = self.chunks.len().div_ceil(SAMPLES).max(1);
        let per_chunk = SAMPLES.div_ceil(self.chunks.len().max(1));
        let samples: Vec<(&[u8], Vec<u32>)> = self
            .chunks
            .iter()
            .step_by(step)
            .flat_map(|chunk| (0..per_chunk).map(move |part| (chunk, part * chunk.ends.len() / per_chunk)))
            .map(|(chunk, first)| {
                let start = chunk.start(first);
                let ends = chunk.ends[first..].iter().take(RECORDS_PER_SAMPLE).map(|end| end - start as u32);
                let ends: Vec<u32> = ends.take_while(|end| *end as usize <= BYTES_PER_SAMPLE).collect();
                let length = ends.last().map_or(0, |end| *end as usize);
                (&chunk.text[start..start + length], ends)
            })
            .collect();
        let samples: Vec<(&[u8], &[u32])> = samples.iter().map(|(text, ends)| (*text, &ends[..])).collect();
        Codebook::train(&samples)
    }

    pub(crate) fn memory(&self) -> Memory {
        let ends: usize = self.chunks.iter().map(|chunk| chunk.ends.capacity() * size_of::<u32>()).sum();
        let texts: usize = self.chunks.iter().map(|chunk| chunk.text.len()).sum();
        let pieces: usize = self.chunks.iter().filter_map(|chunk| Some(chunk.pieces.get()?.memory())).sum();
        Memory {
            encoded: texts + ends + self.left_out.capacity() * size_of::<u32>(),
            compressed: pieces + self.book.get().map_or(0, Codebook::memory),
            ..Memory::default()
        }
    }
}

impl Encoding {
    fn end(&self) -> u32 {
        self.first + self.ends.len() as u32
    }

    fn is_packable(&self) -> bool {
        self.text.len() <= BYTES_TO_PACK
    }

    fn start(&self, record: usize) -> usize {
        record.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
    }

    /// Length of the texts of some records.
    pub(crate) fn length(&self, records: Range<usize>) -> usize {
        self.start(records.end) - self.start(records.start)
    }

    /// How many of some records, from the first on, have texts of at most so many bytes.
    pub(crate) fn fitting(&self, records: Range<usize>, bytes: usize) -> usize {
        if self.length(records.clone()) <= bytes {
            return records.len();
        }
        let start = self.start(records.start);
        self.ends[records].partition_point(|end| *end as usize - start <= bytes)
    }

    /// The texts of some records, not copied.
    pub(crate) fn text(&self, records: Range<usize>) -> Bytes {
        self.text.slice(self.start(records.start)..self.start(records.end))
    }

    /// The texts of some records.
    pub(crate) fn slice(&self, records: Range<usize>) -> &[u8] {
        &self.text[self.start(records.start)..self.start(records.end)]
    }

    /// Position of a record in its segment.
    pub(crate) fn position(&self, record: usize) -> u32 {
        self.first + record as u32
    }

    /// The compressed pieces, once they are there.
    pub(crate) fn chunk(&self) -> Option<Chunk<'_>> {
        Some(Chunk { text: &self.text, ends: &self.ends, pieces: self.pieces.get()? })
    }
}

/// Whether the public sees the records of the segment: all or none of them.
fn is_public<'s, R: Served>(snapshot: &'s Snapshot, segment: &'s Segment<R>) -> bool {
    let mut context = Context::new(snapshot);
    snapshot.show(segment.entry(0), &Viewer::ANONYMOUS, &mut context).is_some()
}

fn encode<'s, R: Served>(
    snapshot: &'s Snapshot,
    segment: &'s Segment<R>,
    share: Range<usize>,
) -> (Vec<Encoding>, Vec<u32>) {
    let mut context = Context::new(snapshot);
    let (mut chunks, mut left_out) = (Vec::new(), Vec::new());
    let (mut text, mut ends, mut first) = (Vec::new(), Vec::new(), share.start as u32);
    for position in share.start as u32..share.end as u32 {
        let entry = segment.entry(position);
        let shown =
            if entry.row.is_static(snapshot) { snapshot.show(entry, &Viewer::ANONYMOUS, &mut context) } else { None };
        match shown {
            Some(shown) => geojson::push_feature(&mut text, &shown),
            None => left_out.push(position),
        }
        ends.push(text.len() as u32);
        if ends.len() == RECORDS_PER_CHUNK || text.len() > BYTES_PER_CHUNK {
            // The next chunk will be about as long: it need not grow, which would copy it.
            let next = Vec::with_capacity(text.len() + text.len() / 16);
            chunks.push(Encoding::new(first, std::mem::replace(&mut text, next), std::mem::take(&mut ends)));
            first = position + 1;
        }
    }
    if !ends.is_empty() {
        chunks.push(Encoding::new(first, text, ends));
    }
    (chunks, left_out)
}

impl Encoding {
    fn new(first: u32, mut text: Vec<u8>, mut ends: Vec<u32>) -> Self {
        text.shrink_to_fit();
        ends.shrink_to_fit();
        Self { first, text: text.into(), ends, pieces: OnceLock::new() }
    }
}

/// Encodings of a snapshot, to be compressed in the background while it is served.
#[derive(Clone, Debug, Default)]
pub struct Packing(pub(crate) Vec<Arc<Encoded>>);

impl Packing {
    /// Compresses a part of what is not compressed yet, some tens of milliseconds' work; `false`: nothing was left.
    pub fn step(&self) -> bool {
        self.0.iter().any(|encoded| encoded.pack_next())
    }
}
