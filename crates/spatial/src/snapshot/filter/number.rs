//! Numbers of a filter.

use std::cmp::Ordering;

use cadastre::value::ValueRef;

use super::Record;
use crate::cql2::Arithmetic;

/// A number that may depend on a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Number {
    Constant(Num),
    Slot(usize),
    Arithmetic(Arithmetic, Box<[Number; 2]>),
}

/// A number; finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Num {
    Integer(i64),
    Real(f64),
}

impl Number {
    /// Null where a property is, or where there is no such number.
    pub(crate) fn of(&self, record: &dyn Record) -> Option<Num> {
        match self {
            Self::Constant(number) => Some(*number),
            Self::Slot(slot) => match record.value(*slot) {
                ValueRef::Integer(number) => Some(Num::Integer(number)),
                ValueRef::Real(number) => Some(Num::Real(number)),
                _ => None,
            },
            Self::Arithmetic(operator, operands) => {
                calculate(*operator, operands[0].of(record)?, operands[1].of(record)?)
            }
        }
    }

    pub(crate) fn as_constant(&self) -> Option<Num> {
        match self {
            Self::Constant(number) => Some(*number),
            _ => None,
        }
    }
}

impl Num {
    pub(crate) fn as_real(self) -> f64 {
        match self {
            Self::Integer(number) => number as f64,
            Self::Real(number) => number,
        }
    }

    /// The same number as a float, if there is one.
    pub(crate) fn exactly_real(self) -> Option<f64> {
        match self {
            Self::Real(number) => Some(number),
            Self::Integer(number) => (number.unsigned_abs() <= 1 << 53).then_some(number as f64),
        }
    }

    /// Order of the exact values, whatever their kinds.
    pub(crate) fn order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.cmp(&b),
            // Zeros are one number.
            (Self::Real(a), Self::Real(b)) => a.partial_cmp(&b).unwrap_or_else(|| a.total_cmp(&b)),
            (Self::Integer(a), Self::Real(b)) => order_mixed(a, b),
            (Self::Real(a), Self::Integer(b)) => order_mixed(b, a).reverse(),
        }
    }
}

/// Beyond 2^53 a float names many integers: it is compared as the integer it is.
fn order_mixed(integer: i64, real: f64) -> Ordering {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if real >= BEYOND {
        return Ordering::Less;
    }
    if real < -BEYOND {
        return Ordering::Greater;
    }
    let whole = real.trunc();
    integer.cmp(&(whole as i64)).then_with(|| 0.0.partial_cmp(&(real - whole)).unwrap_or(Ordering::Equal))
}

/// `None` of a division by zero and of what is too large.
///
/// Whole numbers stay whole as long as 64 bits hold them; `/` divides with a fraction, as there is `div`.
fn calculate(operator: Arithmetic, a: Num, b: Num) -> Option<Num> {
    if let (Num::Integer(a), Num::Integer(b)) = (a, b) {
        let whole = match operator {
            Arithmetic::Add => a.checked_add(b),
            Arithmetic::Subtract => a.checked_sub(b),
            Arithmetic::Multiply => a.checked_mul(b),
            Arithmetic::IntegerDivide => a.checked_div(b),
            Arithmetic::Modulo => a.checked_rem(b),
            Arithmetic::Power => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
            Arithmetic::Divide => None,
        };
        if let Some(whole) = whole {
            return Some(Num::Integer(whole));
        }
    }
    let (a, b) = (a.as_real(), b.as_real());
    let number = match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::IntegerDivide => (a / b).trunc(),
        Arithmetic::Modulo => a % b,
        Arithmetic::Power => a.powf(b),
    };
    number.is_finite().then_some(Num::Real(number))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::{self, Equal, Greater, Less};

    use super::{Num, calculate};
    use crate::cql2::Arithmetic::{self, Add, Divide, IntegerDivide, Modulo, Multiply, Power, Subtract};

    fn check_order(a: Num, b: Num, expected: Ordering) {
        assert_eq!(a.order(b), expected, "{a:?} {b:?}");
        assert_eq!(b.order(a), expected.reverse(), "{b:?} {a:?}");
    }

    #[test]
    fn numbers_are_ordered_exactly_across_kinds() {
        check_order(Num::Integer(3), Num::Real(3.0), Equal);
        check_order(Num::Integer(3), Num::Real(3.5), Less);
        check_order(Num::Integer(-3), Num::Real(-3.5), Greater);
        check_order(Num::Real(0.0), Num::Real(-0.0), Equal);
        check_order(Num::Integer(i64::MAX), Num::Real(9_223_372_036_854_775_807.0), Less);
        check_order(Num::Integer(i64::MIN), Num::Real(-9_223_372_036_854_775_808.0), Equal);
        check_order(Num::Integer((1 << 53) + 1), Num::Real(9_007_199_254_740_992.0), Greater);
    }

    fn check(operator: Arithmetic, a: Num, b: Num, expected: Option<Num>) {
        assert_eq!(calculate(operator, a, b), expected, "{operator:?} {a:?} {b:?}");
    }

    #[test]
    fn whole_numbers_stay_whole_while_they_can() {
        use Num::{Integer, Real};
        check(Add, Integer(2), Integer(3), Some(Integer(5)));
        check(Add, Integer(i64::MAX), Integer(1), Some(Real(9_223_372_036_854_775_808.0)));
        check(Subtract, Integer(2), Real(0.5), Some(Real(1.5)));
        check(Multiply, Integer(4), Integer(-3), Some(Integer(-12)));
        check(Divide, Integer(7), Integer(2), Some(Real(3.5)));
        check(IntegerDivide, Integer(-7), Integer(2), Some(Integer(-3)));
        check(IntegerDivide, Real(7.9), Integer(2), Some(Real(3.0)));
        check(Modulo, Integer(-7), Integer(2), Some(Integer(-1)));
        check(Power, Integer(2), Integer(10), Some(Integer(1024)));
        check(Power, Integer(2), Integer(-1), Some(Real(0.5)));
    }

    #[test]
    fn what_is_no_number_is_null() {
        for operator in [Divide, IntegerDivide, Modulo] {
            check(operator, Num::Integer(1), Num::Integer(0), None);
        }
        check(Power, Num::Integer(-1), Num::Real(0.5), None);
        check(Power, Num::Integer(10), Num::Integer(400), None);
        check(IntegerDivide, Num::Integer(i64::MIN), Num::Integer(-1), Some(Num::Real(9_223_372_036_854_775_808.0)));
    }
}
