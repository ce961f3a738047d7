//! The properties of a collection as a viewer may know them, with what people and programs need to read them.

use cadastre::{
    ColumnKind, Viewer,
    codes::codes_of,
    property::{Collection, Property},
    texts::{Language, find, label},
};
use spatial::snapshot::Schema;

/// A property of a typed collection, or a column of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and any may hold with any other")]
pub(crate) struct Column {
    /// Name in answers and filters.
    pub(crate) name: String,
    /// Title for people.
    pub(crate) title: String,
    /// Kind of its values, or of the members of its lists.
    pub(crate) kind: ColumnKind,
    /// Whether its values are lists.
    pub(crate) is_list: bool,
    /// Name of the list its codes come from.
    pub(crate) code_list: Option<&'static str>,
    /// Whether it follows from other records and cannot be set.
    pub(crate) is_derived: bool,
    /// Whether it is the id of its records.
    pub(crate) is_id: bool,
    /// Whether it says when a record of the collection is.
    pub(crate) is_instant: bool,
}

impl Column {
    /// The columns of a collection, in the order they are served.
    pub(crate) fn all(schema: Schema<'_>, viewer: &Viewer, language: Language) -> Vec<Self> {
        let instant = instant_of(schema);
        let typed = |name: &str| match schema {
            Schema::Typed(collection) => collection.property(name),
            Schema::Layer(_) => None,
        };
        let columns = schema.columns(viewer).enumerate();
        columns
            .map(|(position, (name, kind))| {
                let property: Option<&Property> = typed(name);
                Self {
                    name: name.to_owned(),
                    title: property.map_or_else(|| name.to_owned(), |property| title_of(property, language)),
                    kind,
                    is_list: property.is_some_and(|property| property.list),
                    code_list: property.and_then(|property| property.code_list),
                    is_derived: property.is_some_and(|property| property.derived),
                    is_id: property.is_some() && position == 0,
                    is_instant: instant == Some(name),
                }
            })
            .collect()
    }

    /// Its codes with their labels; none if it has no code list.
    pub(crate) fn codes(&self, language: Language) -> Vec<(&'static str, &'static str)> {
        let Some(list) = self.code_list else { return Vec::new() };
        codes_of(list).into_iter().map(|code| (code, label(list, code, language))).collect()
    }

    /// Unit of measure in UCUM, as far as the name tells one.
    pub(crate) fn unit(&self) -> Option<&'static str> {
        let is_number = matches!(self.kind, ColumnKind::Real | ColumnKind::Integer);
        (is_number && self.name.ends_with("_m2")).then_some("m2")
    }
}

fn title_of(property: &Property, language: Language) -> String {
    find(&format!("property.{}", property.name), language).unwrap_or(property.name).to_owned()
}

/// The column that says when a record is: of a layer the only one of days or instants. Typed collections have none:
/// `source_date` says how old the source is, `available_from` what is offered, neither when the parcel or site is.
pub(crate) fn instant_of(schema: Schema<'_>) -> Option<&str> {
    let Schema::Layer(layer) = schema else { return None };
    let mut times =
        layer.columns.iter().filter(|column| matches!(column.kind, ColumnKind::Date | ColumnKind::Timestamp));
    match (times.next(), times.next()) {
        (Some(only), None) => Some(&only.name),
        _ => None,
    }
}

/// Whether a collection has geometries, and of which kind, as OGC 23-058r2 names it.
pub(crate) fn geometry_format(schema: Schema<'_>) -> &'static str {
    match schema {
        Schema::Typed(Collection::Parcels | Collection::Districts) => "geometry-multipolygon",
        Schema::Typed(Collection::Sites | Collection::Buildings) | Schema::Layer(_) => "geometry-any",
    }
}
