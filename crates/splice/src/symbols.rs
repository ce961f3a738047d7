//! The alphabets of DEFLATE: lengths and distances as codes with extra bits (RFC 1951 § 3.2.5).

/// Literals, the end of a block, lengths.
pub(crate) const LITERALS_AND_LENGTHS: usize = 286;
/// Distances.
pub(crate) const DISTANCES: usize = 30;
/// Symbol that ends a block.
pub(crate) const END_OF_BLOCK: usize = 256;
/// Symbol of the first length.
pub(crate) const FIRST_LENGTH: usize = 257;
/// Shortest and longest match.
pub(crate) const MATCH: std::ops::RangeInclusive<usize> = 3..=258;
/// How far back a match may lie.
pub(crate) const WINDOW: usize = 32 * 1024;

/// First length of each code, and its number of extra bits.
const LENGTHS: [(u16, u8); 29] = codes_of_lengths();
/// First distance of each code, and its number of extra bits.
const DISTANCE_CODES: [(u16, u8); DISTANCES] = codes_of_distances();
/// Code of each length.
const OF_LENGTH: [u8; 259] = inverse_of_lengths();
/// Code of each distance up to 256, then of each 128 beyond.
const OF_DISTANCE: [u8; 512] = inverse_of_distances();

/// A value as a code, its extra bits, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coded {
    pub(crate) code: usize,
    pub(crate) extra: u64,
    pub(crate) extra_bits: u32,
}

/// A length from 3 to 258; its code counts from [`FIRST_LENGTH`].
#[inline]
pub(crate) fn length(length: usize) -> Coded {
    let code = OF_LENGTH[length] as usize;
    let (first, extra_bits) = LENGTHS[code];
    Coded { code, extra: (length - first as usize) as u64, extra_bits: u32::from(extra_bits) }
}

/// A distance from 1 to [`WINDOW`].
#[inline]
pub(crate) fn distance(distance: usize) -> Coded {
    let slot = if distance <= 256 { distance - 1 } else { 256 + (distance - 1) / 128 };
    let code = OF_DISTANCE[slot] as usize;
    let (first, extra_bits) = DISTANCE_CODES[code];
    Coded { code, extra: (distance - first as usize) as u64, extra_bits: u32::from(extra_bits) }
}

const fn codes_of_lengths() -> [(u16, u8); 29] {
    let mut codes = [(0, 0); 29];
    let (mut code, mut first) = (0, 3);
    while code < 28 {
        let extra = if code < 8 { 0 } else { (code / 4 - 1) as u8 };
        codes[code] = (first, extra);
        first += 1 << extra;
        code += 1;
    }
    // The longest has a code of its own.
    codes[28] = (258, 0);
    codes
}

const fn codes_of_distances() -> [(u16, u8); DISTANCES] {
    let mut codes = [(0, 0); DISTANCES];
    let (mut code, mut first) = (0, 1_u32);
    while code < DISTANCES {
        let extra = if code < 4 { 0 } else { (code / 2 - 1) as u8 };
        codes[code] = (first as u16, extra);
        first += 1 << extra;
        code += 1;
    }
    codes
}

const fn inverse_of_lengths() -> [u8; 259] {
    let mut inverse = [0; 259];
    let mut code = 0;
    while code < LENGTHS.len() {
        // Later codes overwrite: 258 belongs to the last.
        let (first, extra) = LENGTHS[code];
        let mut length = first as usize;
        while length < first as usize + (1 << extra) && length < inverse.len() {
            inverse[length] = code as u8;
            length += 1;
        }
        code += 1;
    }
    inverse
}

const fn inverse_of_distances() -> [u8; 512] {
    let mut inverse = [0; 512];
    let mut code = 0;
    while code < DISTANCES {
        let (first, extra) = DISTANCE_CODES[code];
        let mut distance = first as usize;
        let end = distance + (1 << extra);
        while distance < end {
            if distance <= 256 {
                inverse[distance - 1] = code as u8;
                distance += 1;
            } else {
                inverse[256 + (distance - 1) / 128] = code as u8;
                distance += 128;
            }
        }
        code += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::{Coded, distance, length};

    fn check(coded: Coded, code: usize, extra: u64, extra_bits: u32) {
        assert_eq!(coded, Coded { code, extra, extra_bits });
    }

    #[test]
    fn lengths_are_coded_as_the_table_of_the_rfc_says() {
        check(length(3), 0, 0, 0);
        check(length(10), 7, 0, 0);
        check(length(12), 8, 1, 1);
        check(length(35), 16, 0, 3);
        check(length(114), 22, 15, 4);
        check(length(257), 27, 30, 5);
        check(length(258), 28, 0, 0);
    }

    #[test]
    fn distances_are_coded_as_the_table_of_the_rfc_says() {
        check(distance(1), 0, 0, 0);
        check(distance(4), 3, 0, 0);
        check(distance(6), 4, 1, 1);
        check(distance(256), 15, 63, 6);
        check(distance(257), 16, 0, 7);
        check(distance(385), 17, 0, 7);
        check(distance(24_577), 29, 0, 13);
        check(distance(32_768), 29, 8191, 13);
    }

    #[test]
    fn every_value_is_the_first_of_its_code_and_its_extra_bits() {
        for value in 1..=super::WINDOW {
            let coded = distance(value);
            let (first, bits) = super::DISTANCE_CODES[coded.code];
            assert_eq!(usize::from(first) + coded.extra as usize, value);
            assert!(coded.extra < 1 << bits);
        }
    }
}
