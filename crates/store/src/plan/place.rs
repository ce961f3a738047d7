//! Municipalities, districts and localities.

use std::sync::LazyLock;

use cadastre::{
    Ags, DistrictKey, Kind, Value,
    record::{District, Locality, Municipality},
};

use super::{Column, Fields, Holds, Row, RowError, Shape, Table, fields::json};

pub(super) static MUNICIPALITY: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Municipality,
        "municipality",
        "ags",
        vec![Column::required("name", Holds::Text), Column::required("settings", Holds::Json)],
        Shape::MultiPolygon { required: false },
    )
});

pub(super) fn municipality_row(record: Municipality) -> Row {
    Row {
        key: record.ags.to_string(),
        values: vec![Value::text(record.name), json(&record.settings)],
        geometry: record.geometry.map(Into::into),
    }
}

pub(super) fn municipality(fields: &mut Fields<'_>) -> Result<Municipality, RowError> {
    Ok(Municipality {
        ags: fields.parsed_key(Ags::parse)?,
        name: fields.required_string()?,
        settings: fields.required_json()?,
        geometry: fields.area()?,
    })
}

pub(super) static DISTRICT: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::District,
        "district",
        "district_key",
        vec![Column::required("name", Holds::Text), Column::required("ags", Holds::Text)],
        Shape::MultiPolygon { required: false },
    )
});

pub(super) fn district_row(record: District) -> Row {
    Row {
        key: record.district_key.to_string(),
        values: vec![Value::text(record.name), Value::text(record.ags.as_str())],
        geometry: record.geometry.map(Into::into),
    }
}

pub(super) fn district(fields: &mut Fields<'_>) -> Result<District, RowError> {
    Ok(District {
        district_key: fields.parsed_key(DistrictKey::parse)?,
        name: fields.required_string()?,
        ags: fields.required_parsed(Ags::parse)?,
        geometry: fields.area()?,
    })
}

pub(super) static LOCALITY: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Locality,
        "locality",
        "locality_id",
        vec![Column::required("name", Holds::Text), Column::required("ags", Holds::Text)],
        Shape::MultiPolygon { required: false },
    )
});

pub(super) fn locality_row(record: Locality) -> Row {
    Row {
        key: record.locality_id,
        values: vec![Value::text(record.name), Value::text(record.ags.as_str())],
        geometry: record.geometry.map(Into::into),
    }
}

pub(super) fn locality(fields: &mut Fields<'_>) -> Result<Locality, RowError> {
    Ok(Locality {
        locality_id: fields.key(),
        name: fields.required_string()?,
        ags: fields.required_parsed(Ags::parse)?,
        geometry: fields.area()?,
    })
}
