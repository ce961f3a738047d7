//! Features of GeoJSON, and bare geometries in their place.

use cadastre::{Problem, Value, geometry::Geometry};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{
    geometry::{self, Encoded, Members, TYPES},
    json::{Properties, Scalar, drain_seq, visit_scalars},
};
use crate::shape::refuse;

/// Members of an object that may be a feature or a geometry, before they are looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    /// Type, coordinates and the like: of a bare geometry, its own; of a feature, only the type.
    pub(super) members: Members,
    id: Option<Scalar>,
    properties: Option<Properties>,
    geometry: Option<Encoded>,
    /// Names of members that GeoJSON does not know.
    pub(super) foreign: Vec<String>,
    /// What stands in the place of an object.
    other: Option<Scalar>,
}

impl Item {
    /// Reads the value of a member.
    pub(super) fn read<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        if self.members.read(&name, map)? {
            return Ok(());
        }
        match name.as_str() {
            "id" => self.id = Some(map.next_value()?),
            "properties" => self.properties = Some(map.next_value()?),
            "geometry" => self.geometry = Some(map.next_value()?),
            _ => {
                map.next_value::<IgnoredAny>()?;
                if self.foreign.len() < 20 {
                    self.foreign.push(name);
                }
            }
        }
        Ok(())
    }

    /// The type, if it is a text.
    pub(super) fn kind(&self) -> Option<&str> {
        match &self.members.kind {
            Some(Scalar::Text(kind)) => Some(kind),
            _ => None,
        }
    }

    /// Whether it is a geometry without a feature around it.
    pub(super) fn is_bare_geometry(&self) -> bool {
        self.kind().is_some_and(|kind| TYPES.contains(&kind))
    }

    /// The properties, as far as they are an object.
    pub(super) fn properties(&self) -> &[(String, Value)] {
        match &self.properties {
            Some(Properties::Object(properties)) => properties,
            _ => &[],
        }
    }

    /// The identifier as text.
    pub(super) fn id(&self) -> Option<String> {
        match &self.id {
            Some(Scalar::Text(text)) => Some(text.clone()),
            Some(Scalar::Integer(n)) => Some(n.to_string()),
            Some(Scalar::Real(x)) => Some(x.to_string()),
            _ => None,
        }
    }

    /// Checks the object and takes it apart.
    pub(super) fn decode(self, notes: &mut Vec<Problem>) -> Result<Feature, Problem> {
        if let Some(other) = self.other {
            return Err(Problem::new("feature", format!("must be an object, got {}", other.type_name())));
        }
        if self.is_bare_geometry() {
            let geometry = geometry::decode(Encoded::Object(Box::new(self.members)), notes)?;
            return Ok(Feature { properties: Vec::new(), geometry });
        }
        match self.members.kind {
            Some(Scalar::Text(kind)) if kind == "Feature" => {}
            Some(other) => return Err(Problem::new("type", format!("must be \"Feature\", got {other}"))),
            None => return Err(Problem::new("type", "is missing; expected \"Feature\"")),
        }
        if let Some(wrong @ (Scalar::Boolean(_) | Scalar::Array | Scalar::Object)) = self.id {
            return Err(Problem::new("id", format!("must be a text or a number, got {}", wrong.type_name())));
        }
        if self.members.bbox.is_some_and(|bbox| !bbox.well_formed) {
            notes.push(Problem::new("bbox", "is not 4 or 6 numbers; it is not used"));
        }
        let properties = match self.properties {
            Some(Properties::Object(properties)) => properties,
            Some(Properties::Other(other)) => {
                return Err(Problem::new(
                    "properties",
                    format!("must be an object or null, got {}", other.type_name()),
                ));
            }
            None => {
                notes.push(Problem::new("properties", "the member is missing; read as null"));
                Vec::new()
            }
        };
        let encoded = self
            .geometry
            .ok_or_else(|| refuse("the member is missing; a feature without a place has \"geometry\": null"))?;
        Ok(Feature { properties, geometry: geometry::decode(encoded, notes)? })
    }
}

/// A feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Feature {
    pub(super) properties: Vec<(String, Value)>,
    pub(super) geometry: Option<Geometry>,
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

impl ItemVisitor {
    fn scalar(scalar: Scalar) -> Item {
        Item { other: Some(scalar), ..Item::default() }
    }
}

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item;

    visit_scalars!(ItemVisitor);

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Item, A::Error> {
        drain_seq(seq).map(|()| Self::scalar(Scalar::Array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
        let mut item = Item::default();
        while let Some(name) = map.next_key()? {
            item.read(name, &mut map)?;
        }
        Ok(item)
    }
}
