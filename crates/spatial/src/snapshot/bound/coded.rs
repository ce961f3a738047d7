//! A condition that follows from one code.

use std::{cell::RefCell, ops::Range};

use super::{FALSE, TRUE, UNKNOWN, look_up};
use crate::snapshot::columns::{Codes, FEW, Packed};

/// What of which code.
pub(super) enum Coded<'c> {
    /// Of few codes all is known; those that are not false.
    Few {
        codes: &'c Codes,
        truths: Box<[u8; 256]>,
        not_false: Vec<(u8, u8)>,
        /// Codes of which it is true.
        wanted: Vec<u8>,
    },
    /// Found out when a code is first met.
    Many { codes: &'c Codes, truths: RefCell<Vec<u8>> },
}

impl<'c> Coded<'c> {
    /// `truth` says what holds of the record at a position.
    pub(super) fn new(codes: &'c Codes, truth: impl Fn(u32) -> u8) -> Self {
        if codes.len() > FEW || !matches!(codes.values(), Packed::U8(_)) {
            return Self::Many { codes, truths: RefCell::new(vec![UNKNOWN; codes.len()]) };
        }
        let mut truths = Box::new([FALSE; 256]);
        for code in 0..codes.len() {
            truths[code] = truth(codes.example(code as u32));
        }
        let known = (0..codes.len() as u8).map(|code| (code, truths[usize::from(code)]));
        let not_false: Vec<(u8, u8)> = known.filter(|(_, truth)| *truth != FALSE).collect();
        let wanted = not_false.iter().filter(|(_, truth)| *truth == TRUE).map(|(code, _)| *code).collect();
        Self::Few { codes, truths, not_false, wanted }
    }

    /// How many records at these positions fit, if that is known without looking at all.
    pub(super) fn count(&self, positions: Range<u32>) -> Option<u64> {
        let Self::Few { codes, wanted, .. } = self else { return None };
        codes.count(positions, wanted)
    }

    pub(super) fn fill(&self, range: Range<usize>, out: &mut [u8], truth: impl Fn(u32) -> u8) {
        /// So few comparisons of many records at once are faster than looking each up.
        const COMPARISONS: usize = 6;
        match self {
            Self::Few { codes, truths, not_false, .. } => {
                let Packed::U8(values) = codes.values() else { return };
                let values = &values[range];
                if not_false.len() > COMPARISONS {
                    return look_up(values, out, |code| truths[usize::from(code)]);
                }
                out.fill(FALSE);
                for (code, truth) in not_false {
                    values.iter().zip(&mut *out).for_each(|(value, out)| *out |= u8::from(value == code) * truth);
                }
            }
            Self::Many { codes, truths } => {
                let mut truths = truths.borrow_mut();
                let mut known = |code: u32| {
                    let known = &mut truths[code as usize];
                    if *known == UNKNOWN {
                        *known = truth(codes.example(code));
                    }
                    *known
                };
                match codes.values() {
                    Packed::U8(values) => look_up(&values[range], out, |code| known(u32::from(code))),
                    Packed::U16(values) => look_up(&values[range], out, |code| known(u32::from(code))),
                    Packed::U32(values) => look_up(&values[range], out, known),
                }
            }
        }
    }
}
