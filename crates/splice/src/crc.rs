//! CRC-32 (RFC 1952 § 8) of texts of which the parts are known.
//!
//! As long as nothing is inverted at its beginning and end, the checksum is linear over GF(2): that of a text is that
//! of its beginning, multiplied by x to the number of bits that follow, plus that of the rest. What is kept here
//! is such a bare checksum.

/// The polynomial, the coefficient of the highest power in the lowest bit.
const POLYNOMIAL: u32 = 0xedb8_8320;
/// The polynomial 1 in that order.
const ONE: u32 = 1 << 31;

/// `POWERS[k][n]` is x to the power 8 n 16^k: what n 16^k bytes that follow multiply by.
static POWERS: [[u32; 16]; 8] = powers();

/// Bare checksum of `bytes` behind a text with the bare checksum `before`; 0 for nothing before.
pub(crate) fn continued(before: u32, bytes: &[u8]) -> u32 {
    // The library inverts at both ends.
    let mut hasher = crc32fast::Hasher::new_with_initial(!before);
    hasher.update(bytes);
    !hasher.finalize()
}

/// Bare checksum after `length` more bytes that are all zero.
pub(crate) fn shifted(checksum: u32, length: u32) -> u32 {
    let mut product = checksum;
    for (k, powers) in POWERS.iter().enumerate() {
        let nibble = (length >> (4 * k)) & 15;
        if nibble > 0 {
            product = multiplied(powers[nibble as usize], product);
        }
    }
    product
}

/// Product of two polynomials modulo the polynomial of the checksum.
const fn multiplied(a: u32, mut b: u32) -> u32 {
    let mut product = 0;
    let mut bit = ONE;
    while bit > 0 {
        if a & bit != 0 {
            product ^= b;
        }
        b = if b & 1 == 0 { b >> 1 } else { (b >> 1) ^ POLYNOMIAL };
        bit >>= 1;
    }
    product
}

const fn powers() -> [[u32; 16]; 8] {
    let mut table = [[0; 16]; 8];
    let mut step = ONE >> 8;
    let mut k = 0;
    while k < 8 {
        let mut power = ONE;
        let mut n = 0;
        while n < 16 {
            table[k][n] = power;
            power = multiplied(power, step);
            n += 1;
        }
        step = power;
        k += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{continued, shifted};

    proptest! {
        #[test]
        fn the_checksum_of_a_part_follows_from_those_of_two_beginnings(
            before in proptest::collection::vec(any::<u8>(), 0..100),
            part in proptest::collection::vec(any::<u8>(), 0..5000),
            sent in proptest::collection::vec(any::<u8>(), 0..100),
        ) {
            let start = continued(0, &before);
            let end = continued(start, &part);
            let stream = continued(u32::MAX, &sent);
            let appended = shifted(stream ^ start, part.len() as u32) ^ end;
            let whole: Vec<u8> = sent.iter().chain(&part).copied().collect();
            prop_assert_eq!(!appended, crc32fast::hash(&whole));
        }
    }
}
