//! Strings of bits, packed from the least significant bit of each byte on (RFC 1951 § 3.1.1).

/// Bytes behind the end of a string, so that it can be read eight bytes at a time.
pub(crate) const PADDING: usize = 16;

/// Writes bits one behind the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct BitWriter {
    /// What is written, and room for more.
    bytes: Vec<u8>,
    /// Number of whole bytes written.
    at: usize,
    /// Bits that do not fill a byte yet; the rest is zero.
    pending: u64,
    /// How many; fewer than 8.
    count: u32,
}

/// Bytes of room that every value is written to, filled or not.
const WORD: usize = 8;

impl BitWriter {
    /// Goes on behind these bytes; their capacity says how many may come.
    pub(crate) fn with_bytes(mut bytes: Vec<u8>) -> Self {
        let at = bytes.len();
        bytes.resize(bytes.capacity(), 0);
        Self { bytes, at, pending: 0, count: 0 }
    }

    /// Number of bits.
    pub(crate) fn len(&self) -> u64 {
        self.at as u64 * 8 + u64::from(self.count)
    }

    /// Appends the lowest `count` bits of `value`, at most 48; those above must be zero.
    ///
    /// A word is written each time: whether a byte was filled, no processor can guess.
    #[inline]
    pub(crate) fn put(&mut self, value: u64, count: u32) {
        debug_assert!(count <= 48 && value >> count == 0, "{value:#x} has more than {count} bits");
        if self.bytes.len() - self.at < WORD {
            self.make_room(WORD);
        }
        self.pending |= value << self.count;
        self.count += count;
        self.bytes[self.at..self.at + WORD].copy_from_slice(&self.pending.to_le_bytes());
        self.at += (self.count / 8) as usize;
        self.pending >>= self.count & !7;
        self.count &= 7;
    }

    /// Makes room for so many bytes, and then some.
    #[cold]
    fn make_room(&mut self, bytes: usize) {
        self.bytes.resize(self.bytes.len() * 2 + bytes, 0);
    }

    /// Appends bits `from..to` of a string that has [`PADDING`] bytes behind its end.
    pub(crate) fn copy(&mut self, source: &[u8], from: u64, to: u64) {
        if from >= to {
            return;
        }
        let mut at = from;
        // Up to the next whole byte of what is written …
        if self.count > 0 {
            let missing = u64::from(8 - self.count).min(to - at);
            self.put(read(source, at) & mask(missing), missing as u32);
            at += missing;
        }
        // … whole bytes, shifted, eight at a time …
        let whole = ((to - at) / 8) as usize;
        let (first, shift) = ((at / 8) as usize, (at % 8) as u32);
        if self.bytes.len() - self.at < whole {
            self.make_room(whole);
        }
        let target = &mut self.bytes[self.at..self.at + whole];
        if shift == 0 {
            target.copy_from_slice(&source[first..first + whole]);
        } else {
            copy_shifted(target, &source[first..], shift);
        }
        self.at += whole;
        at += whole as u64 * 8;
        // … and what is left.
        if at < to {
            self.put(read(source, at) & mask(to - at), (to - at) as u32);
        }
    }

    /// Fills the last byte with zeros and hands the bytes out.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
        self.bytes.truncate(self.at);
        self.bytes
    }

    /// The same with [`PADDING`] behind, as long as need be and no longer.
    pub(crate) fn finish_padded(self) -> Vec<u8> {
        let mut bytes = self.finish();
        bytes.extend_from_slice(&[0; PADDING]);
        bytes.shrink_to_fit();
        bytes
    }
}

/// Fills the target from `shift` bits into the source on, 1 to 7.
fn copy_shifted(target: &mut [u8], source: &[u8], shift: u32) {
    let (words, rest) = target.as_chunks_mut::<8>();
    let in_words = words.len() * 8;
    // Windows of two neighbouring words; the second gives the bits that the shift brings in.
    let (low, high) = (&source[..in_words], &source[1..=in_words]);
    let sources = low.as_chunks::<8>().0.iter().zip(high.as_chunks::<8>().0);
    for (word, (low, high)) in words.iter_mut().zip(sources) {
        let shifted = (u64::from_le_bytes(*low) >> shift) & (u64::MAX >> 8);
        *word = (shifted | ((u64::from_le_bytes(*high) >> shift) << 8)).to_le_bytes();
    }
    for (index, byte) in rest.iter_mut().enumerate() {
        let pair = u16::from_le_bytes([source[in_words + index], source[in_words + index + 1]]);
        *byte = (pair >> shift) as u8;
    }
}

/// The 57 bits or more from a bit on.
fn read(source: &[u8], at: u64) -> u64 {
    let first = (at / 8) as usize;
    let mut word = [0; 8];
    word.copy_from_slice(&source[first..first + 8]);
    u64::from_le_bytes(word) >> (at % 8)
}

fn mask(count: u64) -> u64 {
    (1 << count) - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BitWriter, PADDING};

    fn bits(bytes: &[u8], count: u64) -> Vec<bool> {
        (0..count).map(|bit| bytes[(bit / 8) as usize] >> (bit % 8) & 1 == 1).collect()
    }

    proptest! {
        #[test]
        fn copied_bits_are_the_bits_of_the_source(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            before in proptest::collection::vec(any::<bool>(), 0..20),
            ends in any::<(prop::sample::Index, prop::sample::Index)>(),
        ) {
            let total = bytes.len() as u64 * 8;
            let (a, b) = (ends.0.index(total as usize + 1) as u64, ends.1.index(total as usize + 1) as u64);
            let (from, to) = (a.min(b), a.max(b));
            let mut padded = bytes.clone();
            padded.extend_from_slice(&[0xff; PADDING]);
            let mut writer = BitWriter::default();
            for bit in &before {
                writer.put(u64::from(*bit), 1);
            }
            writer.copy(&padded, from, to);
            writer.put(0b101, 3);
            let length = writer.len();
            let mut expected = before;
            expected.extend_from_slice(&bits(&padded, to)[from as usize..]);
            expected.extend_from_slice(&[true, false, true]);
            prop_assert_eq!(bits(&writer.finish(), length), expected);
        }
    }
}
