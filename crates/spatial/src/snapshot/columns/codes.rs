//! Texts as codes.

use std::{collections::HashMap, ops::Range};

use super::{Cell, Cells};

/// A code a record; 0: null.
#[derive(Clone, Debug)]
pub(crate) struct Codes {
    values: Packed,
    /// How often each code comes before the first record of every block, and in all: code by code, block by block.
    /// None where there are many codes.
    before: Vec<u32>,
    /// Position of a record that has the code; of code 0 one that is null, if there is one.
    examples: Vec<u32>,
}

/// As narrow as the number of codes allows.
#[derive(Clone, Debug)]
pub(crate) enum Packed {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

/// So few codes are counted block by block.
pub(crate) const FEW: usize = 64;
/// Records of a block.
const BLOCK: usize = 256;

impl Codes {
    fn new(values: Packed, examples: Vec<u32>) -> Self {
        let before = match &values {
            Packed::U8(values) if examples.len() <= FEW => counts_before(values, examples.len()),
            _ => Vec::new(),
        };
        Self { values, before, examples }
    }

    /// How many records at these positions have one of the codes; `None`: that is not known without looking at all.
    pub(crate) fn count(&self, positions: Range<u32>, wanted: &[u8]) -> Option<u64> {
        let Packed::U8(values) = &self.values else { return None };
        if self.before.is_empty() {
            return None;
        }
        let (start, end) = (positions.start as usize, positions.end as usize);
        let (first, last) = (start.div_ceil(BLOCK), end / BLOCK);
        let of = |code: u8| {
            if first >= last {
                return occurrences(&values[start..end], code);
            }
            let before = |block: usize| self.before[block * self.len() + usize::from(code)];
            let whole = u64::from(before(last) - before(first));
            occurrences(&values[start..first * BLOCK], code) + whole + occurrences(&values[last * BLOCK..end], code)
        };
        Some(wanted.iter().map(|code| of(*code)).sum())
    }

    pub(crate) fn at(&self, position: u32) -> u32 {
        let at = position as usize;
        match &self.values {
            Packed::U8(values) => u32::from(values[at]),
            Packed::U16(values) => u32::from(values[at]),
            Packed::U32(values) => values[at],
        }
    }

    pub(crate) fn values(&self) -> &Packed {
        &self.values
    }

    /// Number of codes, null included.
    pub(crate) fn len(&self) -> usize {
        self.examples.len()
    }

    /// Position of a record that has the code. Of null, if there is none: of any record.
    pub(crate) fn example(&self, code: u32) -> u32 {
        self.examples[code as usize]
    }

    pub(crate) fn memory(&self) -> usize {
        let values = match &self.values {
            Packed::U8(values) => values.len(),
            Packed::U16(values) => size_of_val(&values[..]),
            Packed::U32(values) => size_of_val(&values[..]),
        };
        values + size_of_val(&self.before[..]) + size_of_val(&self.examples[..])
    }
}

fn occurrences(values: &[u8], code: u8) -> u64 {
    // Few enough for a byte, which many are added of at once.
    const SHORT: usize = 192;
    let of_part = |part: &[u8]| part.iter().fold(0u8, |count, value| count + u8::from(*value == code));
    values.chunks(SHORT).map(|part| u64::from(of_part(part))).sum()
}

fn counts_before(values: &[u8], codes: usize) -> Vec<u32> {
    let mut counts = vec![0u32; codes];
    let mut before = Vec::with_capacity((values.len() / BLOCK + 1) * codes);
    for block in values.chunks(BLOCK) {
        before.extend_from_slice(&counts);
        for code in block {
            counts[usize::from(*code)] += 1;
        }
    }
    before.extend_from_slice(&counts);
    before
}

/// `None` if something is no text.
pub(super) fn build<R: Cells>(rows: &[R], index: usize) -> Option<Codes> {
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut examples = vec![0];
    let mut values: Vec<u32> = Vec::with_capacity(rows.len());
    // Neighbours mostly have the same text.
    let mut last: Option<(&str, u32)> = None;
    for (position, row) in (0..).zip(rows) {
        let code = match row.cell(index) {
            Cell::Null => {
                examples[0] = position;
                0
            }
            Cell::Key(key) => match last {
                Some((same, code)) if same == key => code,
                _ => {
                    let code = *known.entry(key).or_insert_with(|| {
                        examples.push(position);
                        examples.len() as u32 - 1
                    });
                    last = Some((key, code));
                    code
                }
            },
            _ => return None,
        };
        values.push(code);
    }
    examples.shrink_to_fit();
    let values = match examples.len() {
        0..=0x100 => Packed::U8(values.into_iter().map(|code| code as u8).collect()),
        0x101..=0x1_0000 => Packed::U16(values.into_iter().map(|code| code as u16).collect()),
        _ => Packed::U32(values),
    };
    Some(Codes::new(values, examples))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Codes, Packed};

    proptest! {
        #[test]
        fn codes_are_counted_as_one_by_one(
            values in proptest::collection::vec(0..5u8, 1..5000),
            cut in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
            wanted in proptest::collection::btree_set(0..5u8, 0..5),
        ) {
            let (a, b) = (cut.0.index(values.len() + 1), cut.1.index(values.len() + 1));
            let (start, end) = (a.min(b), a.max(b));
            let expected = values[start..end].iter().filter(|value| wanted.contains(value)).count() as u64;
            let codes = Codes::new(Packed::U8(values), vec![0; 5]);
            let wanted: Vec<u8> = wanted.into_iter().collect();
            prop_assert_eq!(codes.count(start as u32..end as u32, &wanted), Some(expected));
        }
    }
}
