//! All tables of a snapshot, and changes sorted by table.

use std::{collections::BTreeMap, sync::Arc};

use cadastre::{
    Key, Kind, Record, Versioned,
    edit::Applied,
    record::{
        Announcement, Building, District, Feature, Layer, Locality, Municipality, Objection, Parcel, Picture, Site,
        Unit, Vacancy,
    },
};

use super::{
    Snapshot, SnapshotError,
    encoded::Encoded,
    memory::Memory,
    projector::Projector,
    row::{Row, SharedTexts},
    surroundings::Surroundings,
    table::{Change, Table},
};

macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $type:ident,)+) => {
        /// One table a kind, and one a layer.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct Tables {
            $($(#[$doc])* pub(crate) $field: Table<$type>,)+
            pub(crate) features: BTreeMap<Box<str>, Table<Feature>>,
        }

        /// Changes by table.
        #[derive(Debug, Default)]
        pub(crate) struct Changes {
            $(pub(crate) $field: Vec<Change<$type>>,)+
            pub(crate) features: BTreeMap<Box<str>, Vec<Change<Feature>>>,
            texts: SharedTexts,
        }

        impl Changes {
            /// A record is from now on this.
            pub(crate) fn put(&mut self, Versioned { revision, record }: Versioned) {
                match record {
                    $(Record::$type(mut row) => {
                        row.share(&mut self.texts);
                        self.$field.push(Change::Put(row, revision));
                    })+
                    Record::Feature(row) => {
                        let changes = self.features.entry(row.layer.clone()).or_default();
                        changes.push(Change::Put(row, revision));
                    }
                }
            }

            /// A record has ended.
            pub(crate) fn end(&mut self, Key { kind, id }: Key) {
                match kind {
                    $(Kind::$type => self.$field.push(Change::End(id)),)+
                    Kind::Feature(layer) => self.features.entry(layer).or_default().push(Change::End(id)),
                }
            }
        }

        impl Tables {
            /// The tables after some changes. Tables without a change are shared.
            pub(crate) fn apply(&self, changes: Changes, projector: Projector) -> Result<Self, SnapshotError> {
                let mut tables = self.clone();
                $(tables.$field = apply(&self.$field, changes.$field, projector)?;)+
                for (layer, changes) in changes.features {
                    let table = self.features.get(&layer).cloned().unwrap_or_default();
                    tables.features.insert(layer, apply(&table, changes, projector)?);
                }
                tables.drop_ended_layers(&self.layers)?;
                Ok(tables)
            }

            /// The same records, packed.
            pub(crate) fn merged(&self, is_due: impl Fn(usize, usize) -> bool) -> Self {
                fn pack<R: Row>(table: &Table<R>, is_due: impl Fn(usize, usize) -> bool) -> Table<R> {
                    if is_due(table.overlay_len(), table.len()) { table.merged() } else { table.clone() }
                }
                let features = self.features.iter();
                Self {
                    $($field: pack(&self.$field, &is_due),)+
                    features: features.map(|(layer, table)| (layer.clone(), pack(table, &is_due))).collect(),
                }
            }

            /// Length of the overlay and of the whole, table by table.
            pub(crate) fn lengths(&self) -> impl Iterator<Item = (usize, usize)> {
                [$((self.$field.overlay_len(), self.$field.len())),+]
                    .into_iter()
                    .chain(self.features.values().map(|table| (table.overlay_len(), table.len())))
            }

            /// Bytes by table.
            pub(crate) fn memory(&self) -> BTreeMap<String, Memory> {
                let typed = [$((stringify!($field).to_owned(), self.$field.memory())),+];
                let layers = self.features.iter().map(|(layer, table)| (format!("layer:{layer}"), table.memory()));
                typed.into_iter().chain(layers).collect()
            }
        }
    };
}

tables! {
    municipalities: Municipality,
    districts: District,
    localities: Locality,
    parcels: Parcel,
    buildings: Building,
    sites: Site,
    vacancies: Vacancy,
    units: Unit,
    pictures: Picture,
    announcements: Announcement,
    objections: Objection,
    layers: Layer,
}

impl Changes {
    /// Sorts what a commit did by table.
    pub(crate) fn from_applied(applied: &[Applied]) -> Self {
        let mut changes = Self::default();
        for one in applied {
            match one {
                Applied::Put(versioned) => changes.put(Versioned::clone(versioned)),
                Applied::Ended { key, .. } => changes.end(key.clone()),
            }
        }
        changes
    }
}

impl Tables {
    /// Takes note of kept texts that do not hold any more.
    pub(crate) fn outdate(&mut self, surroundings: &Surroundings) {
        if !surroundings.is_empty() {
            self.parcels.outdate(surroundings);
            self.buildings.outdate(surroundings);
            self.districts.outdate(surroundings);
            self.features.values_mut().for_each(|features| features.outdate(surroundings));
        }
    }

    /// Encodes the bases that have no texts; `snapshot` holds the same tables.
    pub(crate) fn encode(&mut self, snapshot: &Snapshot) {
        let tables = &snapshot.tables;
        self.parcels.set_encoded(tables.parcels.unencoded().and_then(|base| Encoded::new(snapshot, base)));
        self.buildings.set_encoded(tables.buildings.unencoded().and_then(|base| Encoded::new(snapshot, base)));
        self.districts.set_encoded(tables.districts.unencoded().and_then(|base| Encoded::new(snapshot, base)));
        for (layer, table) in &mut self.features {
            let base = tables.features.get(layer).and_then(Table::unencoded);
            table.set_encoded(base.and_then(|base| Encoded::new(snapshot, base)));
        }
    }

    /// All kept texts.
    pub(crate) fn encodings(&self) -> Vec<Arc<Encoded>> {
        let typed = [self.parcels.encoded(), self.buildings.encoded(), self.districts.encoded()];
        typed.into_iter().chain(self.features.values().map(Table::encoded)).flatten().map(Arc::clone).collect()
    }

    /// Features go with their layer; features whose layer never was are an error.
    fn drop_ended_layers(&mut self, layers_before: &Table<Layer>) -> Result<(), SnapshotError> {
        let gone: Vec<Box<str>> =
            self.features.keys().filter(|layer| self.layers.find(layer).is_none()).cloned().collect();
        for layer in gone {
            let features = self.features.remove(&layer);
            if layers_before.find(&layer).is_none() && features.is_some_and(|features| !features.is_empty()) {
                return Err(SnapshotError::NoLayer { layer });
            }
        }
        Ok(())
    }
}

fn apply<R: Row>(table: &Table<R>, changes: Vec<Change<R>>, projector: Projector) -> Result<Table<R>, SnapshotError> {
    if changes.is_empty() { Ok(table.clone()) } else { table.apply(changes, |draft| projector.finish(draft)) }
}
