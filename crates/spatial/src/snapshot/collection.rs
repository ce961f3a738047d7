//! The collections a viewer may know of.

use cadastre::{
    ColumnKind, Viewer,
    codes::LayerVisibility,
    property::Collection,
    publication::{Subject, view},
    record::{Feature, Layer},
};
use geo_types::Rect;

use super::{
    Snapshot,
    context::{Context, Served},
    table::Table,
};
use crate::geometry::union;

/// What a collection holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schema<'s> {
    /// A typed collection.
    Typed(Collection),
    /// An imported layer.
    Layer(&'s Layer),
}

/// A collection as a viewer may know it.
#[derive(Clone, Debug)]
pub struct CollectionInfo<'s> {
    /// Name in addresses.
    pub id: &'s str,
    /// Type, or the layer's record with title, columns and credit line.
    pub schema: Schema<'s>,
    /// Number of records the viewer sees.
    pub count: u64,
    /// Box in CRS84 around what the viewer sees; `None` if that has no geometry.
    pub extent: Option<Rect>,
}

/// Number and box of what is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    count: u64,
    extent: Option<Rect>,
}

/// A collection that a viewer may know of, with its table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'s> {
    Parcels,
    Sites,
    Buildings,
    Districts,
    Layer(&'s Layer, Option<&'s Table<Feature>>),
}

impl<'s> Schema<'s> {
    /// Name in addresses.
    pub fn id(self) -> &'s str {
        match self {
            Self::Typed(collection) => collection.name(),
            Self::Layer(layer) => &layer.name,
        }
    }

    /// Names and kinds of the properties that the viewer may know of; a list has the kind of its members.
    pub fn columns(self, viewer: &Viewer) -> impl Iterator<Item = (&'s str, ColumnKind)> + use<'s> {
        let is_staff = viewer.is_staff();
        let (typed, columns) = match self {
            Self::Typed(collection) => (collection.properties(), &[][..]),
            Self::Layer(layer) => (&[][..], &layer.columns[..]),
        };
        typed
            .iter()
            .filter(move |property| is_staff || property.is_ever_public())
            .map(|property| (property.name, property.kind))
            .chain(columns.iter().map(|column| (column.name.as_str(), column.kind)))
    }
}

impl<'s> Target<'s> {
    pub(crate) fn schema(self) -> Schema<'s> {
        match self {
            Self::Parcels => Schema::Typed(Collection::Parcels),
            Self::Sites => Schema::Typed(Collection::Sites),
            Self::Buildings => Schema::Typed(Collection::Buildings),
            Self::Districts => Schema::Typed(Collection::Districts),
            Self::Layer(layer, _) => Schema::Layer(layer),
        }
    }
}

impl From<Collection> for Target<'_> {
    fn from(collection: Collection) -> Self {
        match collection {
            Collection::Parcels => Self::Parcels,
            Collection::Sites => Self::Sites,
            Collection::Buildings => Self::Buildings,
            Collection::Districts => Self::Districts,
        }
    }
}

impl Snapshot {
    /// Every collection the viewer may know of: the typed ones, then layers by name.
    pub fn collections(&self, viewer: &Viewer) -> Vec<CollectionInfo<'_>> {
        self.targets(viewer).map(|target| self.info(target, viewer)).collect()
    }

    /// Their names, in the same order. Counts nothing.
    pub fn collection_ids(&self, viewer: &Viewer) -> Vec<&str> {
        self.targets(viewer).map(|target| target.schema().id()).collect()
    }

    fn targets(&self, viewer: &Viewer) -> impl Iterator<Item = Target<'_>> {
        let typed = Collection::ALL.into_iter().map(Target::from);
        let names = self.tables.layers.entries().map(|layer| layer.row.name.as_str());
        let mut layers: Vec<&str> = names.collect();
        layers.sort_unstable();
        typed.chain(layers.into_iter().filter_map(|name| self.target(name, viewer)))
    }

    /// One collection; `None` if the viewer may not know of it or there is none.
    pub fn collection(&self, id: &str, viewer: &Viewer) -> Option<CollectionInfo<'_>> {
        self.target(id, viewer).map(|target| self.info(target, viewer))
    }

    /// What a collection holds; `None` if the viewer may not know of it or there is none.
    pub fn schema(&self, id: &str, viewer: &Viewer) -> Option<Schema<'_>> {
        self.target(id, viewer).map(Target::schema)
    }

    pub(crate) fn target(&self, id: &str, viewer: &Viewer) -> Option<Target<'_>> {
        if let Some(collection) = Collection::from_name(id) {
            return Some(collection.into());
        }
        let layer = self.tables.layers.get(id)?.row;
        self.is_open(layer, viewer).then(|| Target::Layer(layer, self.tables.features.get(id)))
    }

    /// Whether the gate lets the features of a layer pass: it is asked with a feature that has nothing in it.
    fn is_open(&self, layer: &Layer, viewer: &Viewer) -> bool {
        let probe =
            Feature { layer: layer.name.as_str().into(), feature_id: "".into(), values: Vec::new(), geometry: None };
        view(Subject::Feature(&probe, layer), viewer, self.day).is_some()
    }

    fn info<'s>(&'s self, target: Target<'s>, viewer: &Viewer) -> CollectionInfo<'s> {
        let Summary { count, extent } = match target {
            Target::Parcels => self.summary(&self.tables.parcels, viewer),
            Target::Buildings => self.summary(&self.tables.buildings, viewer),
            Target::Districts => self.summary(&self.tables.districts, viewer),
            Target::Layer(_, table) => table.map_or_else(Summary::default, |table| self.summary(table, viewer)),
            Target::Sites if viewer.is_staff() => self.summary(&self.tables.sites, viewer),
            Target::Sites => *self.derived.public_sites.get_or_init(|| self.summary(&self.tables.sites, viewer)),
        };
        let schema = target.schema();
        CollectionInfo { id: schema.id(), schema, count, extent }
    }

    fn summary<R: Served>(&self, table: &Table<R>, viewer: &Viewer) -> Summary {
        if R::UNIFORM {
            return Summary { count: table.len() as u64, extent: table.extent() };
        }
        let mut context = Context::new(self);
        let mut summary = Summary::default();
        for entry in table.entries() {
            let subject = entry.row.subject(&mut context);
            if subject.is_some_and(|(subject, _)| view(subject, viewer, self.day).is_some()) {
                summary.count += 1;
                summary.extent = union(summary.extent, entry.shape_crs84().and_then(|shape| shape.bounds()));
            }
        }
        summary
    }
}

impl CollectionInfo<'_> {
    /// Whether staff alone know of it.
    pub fn is_for_staff(&self) -> bool {
        matches!(self.schema, Schema::Layer(layer) if layer.visibility == LayerVisibility::Staff)
    }
}
