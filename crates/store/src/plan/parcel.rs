//! Parcels.

use std::sync::LazyLock;

use cadastre::{Ags, Kind, ParcelId, SharedText, Value, record::Parcel};

use super::{
    Column, Fields, Holds, Row, RowError, Shape, Table,
    fields::{day, real, text},
};

pub(super) static PARCEL: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Parcel,
        "parcel",
        "parcel_id",
        vec![
            Column::required("ags", Holds::Text),
            Column::new("street", Holds::Text),
            Column::new("official_area_m2", Holds::Real),
            Column::new("land_use", Holds::Text),
            Column::new("source_date", Holds::Date),
        ],
        Shape::MultiPolygon { required: true },
    )
});

pub(super) fn row(record: Parcel) -> Row {
    Row {
        key: record.parcel_id.to_string(),
        values: vec![
            Value::text(record.ags.as_str()),
            text(record.street.as_deref()),
            real(record.official_area_m2),
            text(record.land_use.as_deref()),
            day(record.source_date),
        ],
        geometry: Some(record.geometry.into()),
    }
}

pub(super) fn parcel(fields: &mut Fields<'_>) -> Result<Parcel, RowError> {
    Ok(Parcel {
        parcel_id: fields.parsed_key(ParcelId::parse)?,
        ags: fields.required_parsed(Ags::parse)?,
        street: fields.text()?.map(SharedText::from),
        official_area_m2: fields.real()?,
        land_use: fields.text()?.map(SharedText::from),
        source_date: fields.day()?,
        geometry: fields.required_area()?.into(),
    })
}
