//! Texts as codes.

use std::collections::HashMap;

use super::{Cell, Cells};

/// A code a record; 0: null.
#[derive(Clone, Debug)]
pub(crate) struct Codes {
    values: Packed,
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

impl Codes {
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
        values + size_of_val(&self.examples[..])
    }
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
    Some(Codes { values, examples })
}
