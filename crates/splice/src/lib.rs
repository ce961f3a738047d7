//! One ordinary gzip stream (RFC 1952), put together from pieces that were compressed beforehand.
//!
//! An answer of a cadastre is a head, some runs of features that lie side by side in memory, and a tail. Compressing
//! it costs many times what copying it costs; compressing the features beforehand, each for itself, gives streams that
//! hardly any client reads to the end (several gzip members) or that are large (no piece knows its neighbour).
//!
//! Here the whole answer is *one* member with *one* DEFLATE block (RFC 1951 § 3.2.7), whose Huffman code is trained
//! once for a collection ([`Codebook`]) and has a code for every symbol. So a compressed feature is a plain string of
//! bits without header or end, and may be copied to any bit of the stream. Each feature is kept twice ([`Pieces`]):
//! as it looks when it may refer back to the feature before it, and when it may refer to the eight before it. In a run
//! those features do stand before it in the answer, so the distances are right. Only the first feature of a run is
//! compressed when it is asked for, against what was sent just before. Checksums of runs come from prefix sums
//! ([`Pieces`] keeps one a feature), as CRC-32 is linear: no byte of the text is read.
//!
//! ```
//! let text = br#",{"id":1,"name":"a"},{"id":2,"name":"b"},{"id":3,"name":"c"}"#;
//! let ends = [20, 40, 60];
//! let book = splice::Codebook::train(&[(text, &ends)]);
//! let pieces = splice::Pieces::encode(&book, text, &ends);
//! let mut member = splice::Member::new(&book, 0);
//! member.text(b"[");
//! member.run(&splice::Chunk { text, ends: &ends, pieces: &pieces }, 1..3, 1);
//! member.text(b"]");
//! let gzip = member.finish(); // [{"id":2,"name":"b"},{"id":3,"name":"c"}]
//! # let mut plain = String::new();
//! # std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&gzip[..]), &mut plain).unwrap();
//! # assert_eq!(plain, r#"[{"id":2,"name":"b"},{"id":3,"name":"c"}]"#);
//! ```
//!
//! There is no IO in this crate, no `unsafe`, and nothing that knows what the pieces mean.

mod aligned;
mod bits;
mod codebook;
mod crc;
mod fetch;
mod huffman;
mod lz;
mod member;
mod pieces;
mod symbols;

pub use codebook::Codebook;
pub use fetch::fetch;
pub use member::Member;
pub use pieces::{Chunk, Pieces};
