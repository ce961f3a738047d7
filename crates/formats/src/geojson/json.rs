//! Pieces of JSON that may be of another type than they should, read without ending the file.

use std::fmt;

use cadastre::Value;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A scalar, or the name of what stands in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Scalar {
    #[default]
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    Array,
    Object,
}

impl Scalar {
    /// Name of the JSON type, with its article.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) | Self::Real(_) => "a number",
            Self::Text(_) => "a text",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// Implements the scalar methods of a visitor by way of [`Scalar`].
macro_rules! visit_scalars {
    ($visitor:ident) => {
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("any JSON")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($visitor::scalar($crate::geojson::json::Scalar::Null))
        }
        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok($visitor::scalar($crate::geojson::json::Scalar::Boolean(value)))
        }
        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok($visitor::scalar($crate::geojson::json::Scalar::Integer(value)))
        }
        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok($visitor::scalar(match i64::try_from(value) {
                Ok(value) => $crate::geojson::json::Scalar::Integer(value),
                // A number to JSON, but no float holds all of its digits.
                Err(_) => $crate::geojson::json::Scalar::Text(value.to_string()),
            }))
        }
        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok($visitor::scalar($crate::geojson::json::Scalar::Real(value)))
        }
        fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
            Ok($visitor::scalar($crate::geojson::json::Scalar::Text(value.to_owned())))
        }
    };
}
pub(super) use visit_scalars;

/// Reads the rest of an array and forgets it.
pub(super) fn drain_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads the rest of an object and forgets it.
pub(super) fn drain_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl ScalarVisitor {
    fn scalar(scalar: Scalar) -> Scalar {
        scalar
    }
}

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    visit_scalars!(ScalarVisitor);

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Scalar, A::Error> {
        drain_seq(seq).map(|()| Scalar::Array)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar, A::Error> {
        drain_map(map).map(|()| Scalar::Object)
    }
}

/// Value of a property; objects and arrays as JSON text.
struct Property(Value);

impl<'de> Deserialize<'de> for Property {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PropertyVisitor).map(Self)
    }
}

struct PropertyVisitor;

impl PropertyVisitor {
    fn scalar(scalar: Scalar) -> Value {
        match scalar {
            Scalar::Boolean(b) => Value::Boolean(b),
            Scalar::Integer(n) => Value::Integer(n),
            Scalar::Real(x) => Value::Real(x),
            Scalar::Text(text) => Value::text(text),
            Scalar::Null | Scalar::Array | Scalar::Object => Value::Null,
        }
    }
}

impl<'de> Visitor<'de> for PropertyVisitor {
    type Value = Value;

    visit_scalars!(PropertyVisitor);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = seq.next_element::<serde_json::Value>()? {
            array.push(element);
        }
        Ok(Value::text(serde_json::Value::Array(array).to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some((name, value)) = map.next_entry::<String, serde_json::Value>()? {
            object.insert(name, value);
        }
        Ok(Value::text(serde_json::Value::Object(object).to_string()))
    }
}

/// The member `properties`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Properties {
    /// An object, or null.
    Object(Vec<(String, Value)>),
    /// Something else.
    Other(Scalar),
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PropertiesVisitor)
    }
}

struct PropertiesVisitor;

impl PropertiesVisitor {
    fn scalar(scalar: Scalar) -> Properties {
        match scalar {
            Scalar::Null => Properties::Object(Vec::new()),
            other => Properties::Other(other),
        }
    }
}

impl<'de> Visitor<'de> for PropertiesVisitor {
    type Value = Properties;

    visit_scalars!(PropertiesVisitor);

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Properties, A::Error> {
        drain_seq(seq).map(|()| Properties::Other(Scalar::Array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
        let mut properties = Vec::new();
        while let Some((name, Property(value))) = map.next_entry()? {
            properties.push((name, value));
        }
        Ok(Properties::Object(properties))
    }
}

/// Whether the member `bbox` is an array of 4 or 6 numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bbox {
    pub(super) well_formed: bool,
}

impl<'de> Deserialize<'de> for Bbox {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BboxVisitor)
    }
}

struct BboxVisitor;

impl BboxVisitor {
    #[expect(clippy::needless_pass_by_value, reason = "one signature for all visitors")]
    fn scalar(scalar: Scalar) -> Bbox {
        Bbox { well_formed: scalar == Scalar::Null }
    }
}

impl<'de> Visitor<'de> for BboxVisitor {
    type Value = Bbox;

    visit_scalars!(BboxVisitor);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Bbox, A::Error> {
        let (mut count, mut numbers) = (0u64, true);
        while let Some(element) = seq.next_element::<Scalar>()? {
            count += 1;
            numbers &= matches!(element, Scalar::Integer(_) | Scalar::Real(_));
        }
        Ok(Bbox { well_formed: numbers && matches!(count, 4 | 6) })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Bbox, A::Error> {
        drain_map(map).map(|()| Bbox { well_formed: false })
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{}\"", text.chars().take(40).collect::<String>()),
            other => f.write_str(other.type_name()),
        }
    }
}
