//! Which records an attribute filter takes.
//!
//! A predicate sees a [`View`] and nothing else: what the gate withholds is null to it. This is the seam
//! for CQL2.

use cadastre::{Value, Viewer, publication::View, value::ValueRef};

use super::collection::Schema;

/// A condition on the properties of a record as the viewer sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Predicate {
    /// Everything.
    #[default]
    All,
    /// The property has this value; of a list, one of its members. Null equals nothing.
    Equals {
        /// Name of the property or column.
        property: String,
        /// The value. Numbers are compared as numbers, whatever their kind.
        value: Value,
    },
    /// The property is null: nothing is known, or nothing is shown to this viewer.
    IsNull {
        /// Name of the property or column.
        property: String,
    },
    /// All of them.
    And(Vec<Predicate>),
}

/// A filter that must not be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PredicateError {
    /// The collection has no such property, or none that this viewer may know of: both look the same.
    #[error("\"{property}\" is not a property of this collection")]
    UnknownProperty {
        /// Name as given.
        property: String,
    },
}

impl Predicate {
    /// Whether the viewer may ask this of the collection. A property that no public basis lists does not
    /// exist for the public.
    pub(crate) fn check(&self, schema: Schema<'_>, viewer: &Viewer) -> Result<(), PredicateError> {
        match self {
            Self::All => Ok(()),
            Self::Equals { property, .. } | Self::IsNull { property } => check_property(property, schema, viewer),
            Self::And(parts) => parts.iter().try_for_each(|part| part.check(schema, viewer)),
        }
    }

    /// Whether it takes everything without looking.
    pub fn is_all(&self) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(Self::is_all),
            Self::Equals { .. } | Self::IsNull { .. } => false,
        }
    }

    /// Whether it takes this record.
    pub fn matches(&self, view: &View<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Equals { property, value } => equals(&view.value(property), value),
            Self::IsNull { property } => view.value(property).is_null(),
            Self::And(parts) => parts.iter().all(|part| part.matches(view)),
        }
    }
}

pub(crate) fn check_property(property: &str, schema: Schema<'_>, viewer: &Viewer) -> Result<(), PredicateError> {
    if schema.columns(viewer).any(|(name, _)| name == property) {
        Ok(())
    } else {
        Err(PredicateError::UnknownProperty { property: property.to_owned() })
    }
}

#[expect(clippy::float_cmp, reason = "equality is what was asked for")]
fn equals(shown: &ValueRef<'_>, wanted: &Value) -> bool {
    match (shown, wanted) {
        (ValueRef::Text(a), Value::Text(b)) => **a == **b,
        (ValueRef::List(items), Value::Text(b)) => items.iter().any(|item| **item == **b),
        (ValueRef::Integer(a), Value::Integer(b)) => a == b,
        (ValueRef::Integer(a), Value::Real(b)) | (ValueRef::Real(b), Value::Integer(a)) => is_same_number(*a, *b),
        (ValueRef::Real(a), Value::Real(b)) => a == b,
        (ValueRef::Boolean(a), Value::Boolean(b)) => a == b,
        (ValueRef::Date(a), Value::Date(b)) => a == b,
        (ValueRef::Timestamp(a), Value::Timestamp(b)) => a == b,
        _ => false,
    }
}

#[expect(clippy::float_cmp, reason = "equality is what was asked for")]
fn is_same_number(integer: i64, real: f64) -> bool {
    // Beyond 2^53 a float names many integers; then neither is exactly the other.
    integer.unsigned_abs() <= 1 << 53 && integer as f64 == real
}

#[cfg(test)]
mod tests {
    use cadastre::{Value, value::ValueRef};

    use super::equals;

    fn check(shown: &ValueRef<'_>, wanted: &Value, expected: bool) {
        assert_eq!(equals(shown, wanted), expected, "{shown:?} {wanted:?}");
    }

    #[test]
    fn numbers_are_equal_across_kinds_and_null_equals_nothing() {
        check(&ValueRef::Integer(3), &Value::Real(3.0), true);
        check(&ValueRef::Real(3.0), &Value::Integer(3), true);
        check(&ValueRef::Real(3.5), &Value::Integer(3), false);
        check(&ValueRef::Integer(i64::MAX), &Value::Real(9.3e18), false);
        check(&ValueRef::Null, &Value::Null, false);
        check(&ValueRef::Text("3".into()), &Value::Integer(3), false);
    }

    #[test]
    fn a_list_equals_each_of_its_members() {
        let numbers = ValueRef::List(vec!["12/3".into(), "12/4".into()]);
        check(&numbers, &Value::text("12/4"), true);
        check(&numbers, &Value::text("12"), false);
    }
}
