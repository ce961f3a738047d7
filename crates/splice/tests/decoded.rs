//! What is put together is read back by an ordinary decoder, byte for byte.

use std::io::Read as _;

use proptest::prelude::*;
use splice::{Chunk, Codebook, Member, Pieces};

/// Pieces that look like features: much is shared, coordinates and keys differ.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let like_a_feature = (0..1000_u32, proptest::collection::vec(0..10_000_000_u32, 1..12), "[a-zäöü]{0,12}").prop_map(
        |(id, coords, name)| {
            let coords: Vec<String> = coords.iter().map(|x| format!("[12.{x:07},51.{:07}]", x ^ 0x1fff)).collect();
            format!(r#",{{"type":"Feature","id":"{id}","geometry":[{}],"name":"{name}"}}"#, coords.join(","))
                .into_bytes()
        },
    );
    let long = (5000..9000_usize, any::<u8>()).prop_map(|(length, seed)| {
        std::iter::once(b',')
            .chain((0..length).map(|i| seed.wrapping_mul(31).wrapping_add((i * i % 251) as u8)))
            .collect()
    });
    let anything = proptest::collection::vec(any::<u8>(), 1..300);
    prop_oneof![12 => like_a_feature, 1 => long, 2 => anything]
}

#[derive(Clone, Debug)]
enum Step {
    Run { first: prop::sample::Index, length: usize, skip: bool },
    Text(Vec<u8>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<prop::sample::Index>(), 1..30_usize, any::<bool>())
            .prop_map(|(first, length, skip)| Step::Run { first, length, skip }),
        1 => prop_oneof![piece(), Just(Vec::new())].prop_map(Step::Text),
    ]
}

fn joined(pieces: &[Vec<u8>]) -> (Vec<u8>, Vec<u32>) {
    let mut text = Vec::new();
    let ends = pieces
        .iter()
        .map(|piece| {
            text.extend_from_slice(piece);
            text.len() as u32
        })
        .collect();
    (text, ends)
}

fn inflated(gzip: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut decoder = flate2::bufread::GzDecoder::new(gzip);
    decoder.read_to_end(&mut plain).expect("a gzip stream with a good checksum");
    assert!(decoder.into_inner().is_empty(), "one member and nothing behind it");
    plain
}

proptest! {
    #[test]
    fn every_mixture_of_runs_and_texts_is_read_back(
        pieces in proptest::collection::vec(piece(), 1..60),
        trained_with in 0..60_usize,
        steps in proptest::collection::vec(step(), 0..12),
    ) {
        let (text, ends) = joined(&pieces);
        let (sample, sample_ends) = joined(&pieces[..trained_with.min(pieces.len())]);
        let book = Codebook::train(&[(&sample, &sample_ends)]);
        let kept = Pieces::encode(&book, &text, &ends);
        let chunk = Chunk { text: &text, ends: &ends, pieces: &kept };
        let mut member = Member::new(&book, 0);
        let mut expected = Vec::new();
        for step in steps {
            match step {
                Step::Run { first, length, skip } => {
                    let first = first.index(pieces.len());
                    let run = first..pieces.len().min(first + length);
                    let whole = pieces[run.clone()].concat();
                    expected.extend_from_slice(&whole[usize::from(skip)..]);
                    member.run(&chunk, run, usize::from(skip));
                }
                Step::Text(text) => {
                    member.text(&text);
                    expected.extend_from_slice(&text);
                }
            }
        }
        prop_assert!(inflated(&member.finish()) == expected);
    }
}

#[test]
fn an_empty_stream_is_one() {
    let book = Codebook::train(&[]);
    assert_eq!(inflated(&Member::new(&book, 0).finish()), b"");
    let kept = Pieces::encode(&book, b"", &[]);
    let mut member = Member::new(&book, 0);
    member.run(&Chunk { text: b"", ends: &[], pieces: &kept }, 0..0, 1);
    assert_eq!(inflated(&member.finish()), b"");
}

#[test]
fn a_long_piece_does_not_refer_to_its_separator() {
    // What repeats begins with the separator, which is left out.
    let text: Vec<u8> = b",{\"a\":1,\"b\":2}".iter().copied().cycle().take(6000).collect();
    let ends = [text.len() as u32];
    let book = Codebook::train(&[]);
    let kept = Pieces::encode(&book, &text, &ends);
    for skip in [0, 1] {
        let mut member = Member::new(&book, 0);
        member.run(&Chunk { text: &text, ends: &ends, pieces: &kept }, 0..1, skip);
        assert!(inflated(&member.finish()) == text[skip..], "{skip} bytes left out");
    }
}
