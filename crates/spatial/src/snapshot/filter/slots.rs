//! Properties of a collection, looked up by name once a query.

use cadastre::{
    ColumnKind, Viewer,
    property::{Collection, Property},
    publication::View,
    value::ValueRef,
};

use super::super::collection::Schema;

/// A property that a query asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slot<'s> {
    pub(crate) name: &'s str,
    /// Of a list, the kind of its members.
    pub(crate) kind: ColumnKind,
    pub(crate) is_list: bool,
    pub(crate) source: Source,
}

/// Where a view has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    Property(&'static Property),
    /// Column of a layer, from 0.
    Column(usize),
}

impl<'s> Slot<'s> {
    /// The property with this name; `None` if there is none, or none that the viewer may know of. A property
    /// that no public basis lists does not exist for the public.
    pub(crate) fn find(schema: Schema<'s>, viewer: &Viewer, name: &str) -> Option<Self> {
        match schema {
            Schema::Typed(collection) => find_property(collection, viewer, name),
            Schema::Layer(layer) => {
                let index = layer.columns.iter().position(|column| column.name == name)?;
                let column = &layer.columns[index];
                Some(Self { name: &column.name, kind: column.kind, is_list: false, source: Source::Column(index) })
            }
        }
    }

    /// Its value as the viewer sees it.
    pub(crate) fn of<'v>(&self, view: &View<'v>) -> ValueRef<'v> {
        match self.source {
            Source::Property(property) => view.property(property),
            Source::Column(index) => view.column(index),
        }
    }
}

fn find_property<'s>(collection: Collection, viewer: &Viewer, name: &str) -> Option<Slot<'s>> {
    let property = collection.property(name).filter(|property| viewer.is_staff() || property.is_ever_public())?;
    Some(Slot { name: property.name, kind: property.kind, is_list: property.list, source: Source::Property(property) })
}
