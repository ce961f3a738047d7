//! A page as GeoJSON in CRS84, put together from texts that are kept and, where there is none, made anew.

use std::ops::Range;

use bytes::Bytes;
use cadastre::Viewer;
use splice::{Codebook, Member};

use super::{
    Snapshot,
    collection::Target,
    context::{Context, Served},
    encoded::Encoding,
    query::{Asked, Cursor, Query, QueryError},
    runs::{Run, Runs, cursor},
    scan::Window,
    table::{Slot, Table},
};
use crate::geojson;

/// The features of a page, each with a comma before it but the first.
#[derive(Debug)]
pub struct Parts<'s> {
    /// All that match, on this page or not, exactly.
    pub matched: u64,
    /// Number of features.
    pub returned: usize,
    /// Where the next page begins; `None`: this is the last.
    pub next: Option<Cursor>,
    pieces: Vec<Part<'s>>,
    /// Length of the texts with a comma before each.
    length: usize,
    /// The code of the kept texts, once they are compressed.
    book: Option<&'s Codebook>,
}

#[derive(Debug)]
enum Part<'s> {
    Kept(&'s Encoding, Range<usize>),
    Made(Vec<u8>),
}

/// Shorter texts are copied: handing out a reference costs more.
const WORTH_A_REFERENCE: usize = 2048;

impl Parts<'_> {
    /// Length of the texts in bytes.
    pub fn length(&self) -> usize {
        self.length.saturating_sub(1)
    }

    /// The texts, one behind the other; long kept ones are not copied.
    pub fn plain(&self) -> Vec<Bytes> {
        let mut out = Vec::new();
        let mut short = Vec::new();
        let mut skip = 1;
        for part in &self.pieces {
            match part {
                Part::Kept(encoding, records) if encoding.length(records.clone()) >= WORTH_A_REFERENCE => {
                    flush(&mut short, &mut out);
                    out.push(encoding.text(records.clone()).slice(skip..));
                }
                Part::Kept(encoding, records) => short.extend_from_slice(&encoding.slice(records.clone())[skip..]),
                Part::Made(text) => short.extend_from_slice(&text[skip..]),
            }
            skip = 0;
        }
        flush(&mut short, &mut out);
        out
    }

    /// The texts between a head and a tail as one gzip member; `None` as long as nothing was compressed beforehand.
    pub fn gzip(&self, head: &[u8], tail: &[u8]) -> Option<Vec<u8>> {
        let mut member = Member::new(self.book?, self.length / 6);
        let runs = self.pieces.iter().filter_map(|part| match part {
            Part::Kept(encoding, records) => Some((encoding.chunk()?, records.clone())),
            Part::Made(_) => None,
        });
        splice::fetch(runs);
        member.text(head);
        let mut skip = 1;
        for part in &self.pieces {
            match part {
                Part::Kept(encoding, records) => match encoding.chunk() {
                    Some(chunk) => member.run(&chunk, records.clone(), skip),
                    None => member.text(&encoding.slice(records.clone())[skip..]),
                },
                Part::Made(text) => member.text(&text[skip..]),
            }
            skip = 0;
        }
        member.text(tail);
        Some(member.finish())
    }

    /// Whether every kept text of the page is compressed too, so that [`Parts::gzip`] costs little.
    pub fn is_packed(&self) -> bool {
        self.book.is_some()
            && self.pieces.iter().all(|part| match part {
                Part::Kept(encoding, _) => encoding.chunk().is_some(),
                Part::Made(_) => true,
            })
    }
}

fn flush(short: &mut Vec<u8>, out: &mut Vec<Bytes>) {
    if !short.is_empty() {
        out.push(std::mem::take(short).into());
    }
}

impl Snapshot {
    /// Answers a query as this viewer sees it, as GeoJSON features in CRS84. The page ends early before it gets longer
    /// than so many bytes, though never before its first feature.
    ///
    /// Order and matches are those of [`Snapshot::query`].
    pub fn parts(
        &self,
        collection: &str,
        query: &Query,
        viewer: &Viewer,
        most_bytes: usize,
    ) -> Result<Parts<'_>, QueryError> {
        let (target, asked) = self.prepare(collection, query, viewer)?;
        Ok(match target {
            Target::Parcels => self.parts_of(&self.tables.parcels, query, &asked, most_bytes),
            Target::Sites => self.parts_of(&self.tables.sites, query, &asked, most_bytes),
            Target::Buildings => self.parts_of(&self.tables.buildings, query, &asked, most_bytes),
            Target::Districts => self.parts_of(&self.tables.districts, query, &asked, most_bytes),
            Target::Layer(_, Some(features)) => self.parts_of(features, query, &asked, most_bytes),
            Target::Layer(_, None) => {
                Parts { matched: 0, returned: 0, next: None, pieces: Vec::new(), length: 0, book: None }
            }
        })
    }

    fn parts_of<'s, R: Served>(
        &'s self,
        table: &'s Table<R>,
        query: &Query,
        asked: &Asked<'s, '_>,
        most_bytes: usize,
    ) -> Parts<'s> {
        let window = Window { after: query.after.as_ref(), offset: query.offset, limit: query.limit };
        let scan = asked.scan_page(self, table, query, window);
        let (matched, runs, next, rank) = match scan.hits() {
            Some(hits) if asked.orders.is_empty() => {
                let runs = Runs::of_hits(table, hits, window);
                let next = runs.next(table);
                (scan.matched(), runs, next, None)
            }
            _ => {
                let selection = scan.select(window, &asked.orders);
                let next = selection.next(table);
                (selection.matched, Runs::of_slots(&selection.slots, selection.is_last), next, selection.rank)
            }
        };
        let mut page = PageBuilder::new(self, table, asked.viewer, most_bytes);
        let is_whole = runs.runs.iter().all(|run| page.push_run(run));
        page.finish(matched, next, !is_whole, rank)
    }
}

/// A page that is being put together.
struct PageBuilder<'s, 'v, R> {
    snapshot: &'s Snapshot,
    table: &'s Table<R>,
    viewer: &'v Viewer,
    context: Context<'s>,
    most_bytes: usize,
    /// Whether the viewer sees what the public sees of the kind.
    sees_kept: bool,
    parts: Vec<Part<'s>>,
    returned: usize,
    length: usize,
    book: Option<&'s Codebook>,
    last: Option<Slot>,
    scratch: Vec<u8>,
}

impl<'s, 'v, R: Served> PageBuilder<'s, 'v, R> {
    fn new(snapshot: &'s Snapshot, table: &'s Table<R>, viewer: &'v Viewer, most_bytes: usize) -> Self {
        Self {
            snapshot,
            table,
            viewer,
            context: Context::new(snapshot),
            most_bytes,
            sees_kept: !viewer.is_staff(),
            parts: Vec::new(),
            returned: 0,
            length: 0,
            book: None,
            last: None,
            scratch: Vec::new(),
        }
    }

    /// Appends what there is room for; `false`: not all.
    fn push_run(&mut self, run: &Run) -> bool {
        let level = &self.table.levels()[run.level];
        level.split_by_text(run.positions.clone()).all(|(positions, is_kept)| match level.encoded() {
            Some(encoded) if is_kept && self.sees_kept => {
                self.book = encoded.book();
                encoded.split(positions).all(|(encoding, records)| self.push_kept(run.level, encoding, records))
            }
            _ => positions.into_iter().all(|position| self.push_made(Slot { level: run.level, position })),
        })
    }

    fn push_kept(&mut self, level: usize, encoding: &'s Encoding, records: Range<usize>) -> bool {
        let room = self.most_bytes.saturating_sub(self.length);
        let least = usize::from(self.returned == 0);
        let fitting = encoding.fitting(records.clone(), room).max(least).min(records.len());
        let taken = records.start..records.start + fitting;
        if !taken.is_empty() {
            self.length += encoding.length(taken.clone());
            self.returned += taken.len();
            self.last = Some(Slot { level, position: encoding.position(taken.end - 1) });
            self.parts.push(Part::Kept(encoding, taken.clone()));
        }
        taken.end == records.end
    }

    fn push_made(&mut self, slot: Slot) -> bool {
        let Some(shown) = self.snapshot.show(self.table.entry(slot), self.viewer, &mut self.context) else {
            // The query counted it, so the gate has let it pass; there is nothing to add.
            return true;
        };
        self.scratch.clear();
        geojson::push_feature(&mut self.scratch, &shown);
        if self.returned > 0 && self.length + self.scratch.len() > self.most_bytes {
            return false;
        }
        match self.parts.last_mut() {
            Some(Part::Made(text)) => text.extend_from_slice(&self.scratch),
            _ => self.parts.push(Part::Made(self.scratch.clone())),
        }
        self.length += self.scratch.len();
        self.returned += 1;
        self.last = Some(slot);
        true
    }

    /// The page; it has all runs unless it `is_cut`, and is followed by `next` then. Of a sorted answer, so many come
    /// before it.
    fn finish(self, matched: u64, next: Option<Cursor>, is_cut: bool, rank: Option<u64>) -> Parts<'s> {
        let Self { table, parts, returned, length, book, last, .. } = self;
        let cut = last.filter(|_| is_cut).map(|slot| match rank {
            Some(rank) => Cursor::rank(rank + returned as u64),
            None => cursor(table, slot),
        });
        Parts { matched, returned, next: cut.or(next), pieces: parts, length, book }
    }
}
