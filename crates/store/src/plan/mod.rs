//! The table plan: what each kind of record is as a row, said once for both stores.
//!
//! Backends bind and read generic rows; only this module knows records.

mod building;
mod fields;
mod layer;
mod notice;
mod parcel;
mod picture;
mod place;
mod publication;
mod site;
mod storable;

use cadastre::{ColumnKind, Key, Kind, Record, Value, geometry::Geometry};

use fields::Fields;
pub use fields::RowError;
pub(crate) use layer::{feature_table, physical_names};
pub(crate) use storable::{key_problem, problems, sound, word_problem};

/// What a column holds, and so its type in either store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Text,
    /// JSON as text: settings, lists.
    Json,
    Integer,
    Real,
    Boolean,
    Date,
    /// UTC, to the microsecond.
    Timestamp,
    Geometry,
    /// A file; of no record.
    Bytes,
}

impl From<ColumnKind> for Holds {
    fn from(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text,
            ColumnKind::Integer => Self::Integer,
            ColumnKind::Real => Self::Real,
            ColumnKind::Boolean => Self::Boolean,
            ColumnKind::Date => Self::Date,
            ColumnKind::Timestamp => Self::Timestamp,
        }
    }
}

/// A column of a record's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) holds: Holds,
    pub(crate) required: bool,
    /// Personal data: superseded rows do not keep it.
    pub(crate) is_personal: bool,
}

impl Column {
    fn new(name: &str, holds: Holds) -> Self {
        Self { name: name.to_owned(), holds, required: false, is_personal: false }
    }

    fn required(name: &str, holds: Holds) -> Self {
        Self { name: name.to_owned(), holds, required: true, is_personal: false }
    }

    fn personal(name: &str, holds: Holds) -> Self {
        Self { is_personal: true, ..Self::new(name, holds) }
    }
}

/// What the geometry column of a table takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// No such column.
    None,
    /// Areas; `required` says whether each row has one.
    MultiPolygon { required: bool },
    /// Any geometry.
    Any { required: bool },
}

/// The table of one kind of record. Beside its own columns each has `fid`, `geom` unless it has no
/// shape, and `revision`; the table `<name>_history` has `from_revision` and `to_revision` instead.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// Name of the column with the id.
    pub(crate) key: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) shape: Shape,
}

/// Name of the geometry column of every table.
pub(crate) const GEOMETRY: &str = "geom";

impl Table {
    fn new(kind: Kind, name: &str, key: &'static str, columns: Vec<Column>, shape: Shape) -> Self {
        Self { kind, name: name.to_owned(), key, columns, shape }
    }

    /// Whether rows have a geometry column.
    pub(crate) fn is_spatial(&self) -> bool {
        self.shape != Shape::None
    }

    /// Name of the table of superseded rows.
    pub(crate) fn history(&self) -> String {
        format!("{}_history", self.name)
    }

    /// The columns that carry the record: key, own columns, geometry.
    pub(crate) fn record_columns(&self) -> Vec<(&str, Holds)> {
        let key = std::iter::once((self.key, Holds::Text));
        let own = self.columns.iter().map(|column| (column.name.as_str(), column.holds));
        key.chain(own).chain(self.is_spatial().then_some((GEOMETRY, Holds::Geometry))).collect()
    }

    /// The record of a row.
    pub(crate) fn record(&self, row: Row) -> Result<Record, RowError> {
        let mut fields = Fields::new(self, row);
        let record = match &self.kind {
            Kind::Municipality => place::municipality(&mut fields)?.into(),
            Kind::District => place::district(&mut fields)?.into(),
            Kind::Locality => place::locality(&mut fields)?.into(),
            Kind::Parcel => parcel::parcel(&mut fields)?.into(),
            Kind::Building => building::building(&mut fields)?.into(),
            Kind::Vacancy => building::vacancy(&mut fields)?.into(),
            Kind::Unit => building::unit(&mut fields)?.into(),
            Kind::Site => site::site(&mut fields)?.into(),
            Kind::Announcement => notice::announcement(&mut fields)?.into(),
            Kind::Objection => notice::objection(&mut fields)?.into(),
            Kind::Picture => picture::picture(&mut fields)?.into(),
            Kind::Layer => layer::layer(&mut fields)?.into(),
            Kind::Feature(name) => layer::feature(name, self, &mut fields)?.into(),
        };
        Ok(record)
    }

    pub(crate) fn key_of(&self, id: impl Into<String>) -> Key {
        Key::new(self.kind.clone(), id)
    }
}

/// The table of a kind; `None` for features, whose tables the store itself describes.
pub(crate) fn table(kind: &Kind) -> Option<&'static Table> {
    Some(match kind {
        Kind::Municipality => &*place::MUNICIPALITY,
        Kind::District => &*place::DISTRICT,
        Kind::Locality => &*place::LOCALITY,
        Kind::Parcel => &*parcel::PARCEL,
        Kind::Building => &*building::BUILDING,
        Kind::Vacancy => &*building::VACANCY,
        Kind::Unit => &*building::UNIT,
        Kind::Site => &*site::SITE,
        Kind::Announcement => &*notice::ANNOUNCEMENT,
        Kind::Objection => &*notice::OBJECTION,
        Kind::Picture => &*picture::PICTURE,
        Kind::Layer => &*layer::LAYER,
        Kind::Feature(_) => return None,
    })
}

/// The tables of every kind but the features of layers.
pub(crate) fn tables<'a>() -> impl Iterator<Item = &'a Table> {
    Kind::TYPED.iter().filter_map(|kind| -> Option<&'a Table> { table(kind) })
}

/// A record as a row: one value a column, in the order of the plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) values: Vec<Value>,
    pub(crate) geometry: Option<Geometry>,
}

/// The row of a record.
pub(crate) fn row(record: Record) -> Row {
    match record {
        Record::Municipality(record) => place::municipality_row(record),
        Record::District(record) => place::district_row(record),
        Record::Locality(record) => place::locality_row(record),
        Record::Parcel(record) => parcel::row(record),
        Record::Building(record) => building::building_row(record),
        Record::Vacancy(record) => building::vacancy_row(record),
        Record::Unit(record) => building::unit_row(record),
        Record::Site(record) => site::row(record),
        Record::Announcement(record) => notice::announcement_row(record),
        Record::Objection(record) => notice::objection_row(record),
        Record::Picture(record) => picture::row(record),
        Record::Layer(record) => layer::layer_row(record),
        Record::Feature(record) => {
            Row { key: record.feature_id.into(), values: record.values, geometry: record.geometry }
        }
    }
}
