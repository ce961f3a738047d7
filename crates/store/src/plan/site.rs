//! Sites.

use std::sync::LazyLock;

use cadastre::{Ags, Kind, Value, codes::CodeList, record::Site};

use super::{
    Column, Fields, Holds, Row, RowError, Shape, Table,
    fields::{code, day, integer, json, real, text},
    publication::{self, with_publication},
};

pub(super) static SITE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Site,
        "site",
        "site_id",
        with_publication(vec![
            Column::required("ags", Holds::Text),
            Column::new("name", Holds::Text),
            Column::required("type", Holds::Text),
            Column::required("status", Holds::Text),
            Column::required("parcels", Holds::Json),
            Column::new("locality", Holds::Text),
            Column::new("street", Holds::Text),
            Column::new("area_m2", Holds::Real),
            Column::new("planning_law", Holds::Text),
            Column::new("servicing", Holds::Text),
            Column::new("available_from", Holds::Date),
            Column::new("price_eur", Holds::Real),
            Column::new("condition", Holds::Text),
            Column::new("monument", Holds::Text),
            Column::new("dwellings_min", Holds::Integer),
            Column::new("dwellings_max", Holds::Integer),
            Column::new("contact", Holds::Text),
            Column::new("owner_class", Holds::Text),
            Column::new("note", Holds::Text),
        ]),
        Shape::Any { required: true },
    )
});

pub(super) fn row(record: Site) -> Row {
    let mut values = vec![
        Value::text(record.ags.as_str()),
        text(record.name),
        Value::text(record.site_type.code()),
        Value::text(record.status.code()),
        json(&record.parcels),
        text(record.locality),
        text(record.street),
        real(record.area_m2),
        code(record.planning_law),
        code(record.servicing),
        day(record.available_from),
        real(record.price_eur),
        code(record.condition),
        code(record.monument),
        integer(record.dwellings_min),
        integer(record.dwellings_max),
        text(record.contact),
        code(record.owner_class),
        text(record.note),
    ];
    values.extend(publication::values(record.publication));
    Row { key: record.site_id, values, geometry: Some(record.geometry) }
}

pub(super) fn site(fields: &mut Fields<'_>) -> Result<Site, RowError> {
    Ok(Site {
        site_id: fields.key(),
        ags: fields.required_parsed(Ags::parse)?,
        name: fields.string()?,
        site_type: fields.required_code()?,
        status: fields.required_code()?,
        parcels: fields.required_json()?,
        locality: fields.string()?,
        street: fields.string()?,
        area_m2: fields.real()?,
        planning_law: fields.code()?,
        servicing: fields.code()?,
        available_from: fields.day()?,
        price_eur: fields.real()?,
        condition: fields.code()?,
        monument: fields.code()?,
        dwellings_min: fields.integer()?,
        dwellings_max: fields.integer()?,
        contact: fields.string()?,
        owner_class: fields.code()?,
        note: fields.string()?,
        publication: publication::publication(fields)?,
        geometry: fields.required_geometry()?,
    })
}
