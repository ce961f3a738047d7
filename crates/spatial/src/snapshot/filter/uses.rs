//! What of a record a condition looks at.

use super::{
    condition::{Condition, List, Members, Scalar},
    number::Number,
    text::Text,
    time::{End, Instant, Period},
};

/// Properties, by number, and the geometry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) slots: Vec<usize>,
    pub(crate) geometry: bool,
}

impl Uses {
    pub(crate) fn of(condition: &Condition) -> Self {
        let mut uses = Self::default();
        uses.condition(condition);
        uses
    }

    /// The one property that all depends on.
    pub(crate) fn only_slot(&self) -> Option<usize> {
        match self.slots[..] {
            [slot] if !self.geometry => Some(slot),
            _ => None,
        }
    }

    fn slot(&mut self, slot: usize) {
        if !self.slots.contains(&slot) {
            self.slots.push(slot);
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Constant(_) => {}
            Condition::Flag(slot) | Condition::IsNull(slot) => self.slot(*slot),
            Condition::Not(part) => self.condition(part),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| self.condition(part)),
            Condition::Compare(_, a, b) => [a, b].into_iter().for_each(|side| self.scalar(side)),
            Condition::OneOf(needle, Members { others, .. }) => {
                self.scalar(needle);
                for other in others {
                    self.scalar(other);
                }
            }
            Condition::Like(text, _) => self.text(text),
            Condition::IsUnknown(scalar) => self.scalar(scalar),
            Condition::HasNoGeometry | Condition::Spatial(_) => self.geometry = true,
            Condition::Temporal(_, periods) => periods.iter().for_each(|period| self.period(period)),
            Condition::Array(_, a, b) => [a, b].into_iter().for_each(|list| match list {
                List::Slot(slot) => self.slot(*slot),
                List::Members(members) => members.iter().for_each(|member| self.scalar(member)),
            }),
        }
    }

    fn scalar(&mut self, scalar: &Scalar) {
        match scalar {
            Scalar::Boolean(condition) => self.condition(condition),
            Scalar::Number(number) => self.number(number),
            Scalar::Text(text) => self.text(text),
            Scalar::Instant(instant) => self.instant(instant),
        }
    }

    fn number(&mut self, number: &Number) {
        match number {
            Number::Constant(_) => {}
            Number::Slot(slot) => self.slot(*slot),
            Number::Arithmetic(_, operands) => operands.iter().for_each(|operand| self.number(operand)),
        }
    }

    fn text(&mut self, text: &Text) {
        match text {
            Text::Constant(_) => {}
            Text::Slot(slot) => self.slot(*slot),
            Text::Folded(_, text) => self.text(text),
        }
    }

    fn instant(&mut self, instant: &Instant) {
        if let Instant::Slot(slot) = instant {
            self.slot(*slot);
        }
    }

    fn period(&mut self, period: &Period) {
        for end in [&period.start, &period.end] {
            if let End::At(instant, _) = end {
                self.instant(instant);
            }
        }
    }
}
