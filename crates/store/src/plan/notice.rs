//! Announcements and objections.

use std::sync::LazyLock;

use cadastre::{
    Ags, Kind, ParcelId, Value,
    codes::CodeList,
    record::{Announcement, Objection},
};

use super::{
    Column, Fields, Holds, Row, RowError, Shape, Table,
    fields::{day, json},
};

pub(super) static ANNOUNCEMENT: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Announcement,
        "announcement",
        "announcement_id",
        vec![
            Column::required("ags", Holds::Text),
            Column::required("announced_on", Holds::Date),
            Column::required("organ", Holds::Text),
            Column::required("issue", Holds::Text),
            Column::required("text", Holds::Text),
            Column::required("scope", Holds::Json),
        ],
        Shape::None,
    )
});

pub(super) fn announcement_row(record: Announcement) -> Row {
    Row {
        key: record.announcement_id,
        values: vec![
            Value::text(record.ags.as_str()),
            Value::Date(record.announced_on),
            Value::text(record.organ),
            Value::text(record.issue),
            Value::text(record.text),
            json(&record.scope),
        ],
        geometry: None,
    }
}

pub(super) fn announcement(fields: &mut Fields<'_>) -> Result<Announcement, RowError> {
    Ok(Announcement {
        announcement_id: fields.key(),
        ags: fields.required_parsed(Ags::parse)?,
        announced_on: fields.required_day()?,
        organ: fields.required_string()?,
        issue: fields.required_string()?,
        text: fields.required_string()?,
        scope: fields.required_json()?,
    })
}

pub(super) static OBJECTION: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Objection,
        "objection",
        "objection_id",
        vec![
            Column::required("parcel_id", Holds::Text),
            Column::required("ags", Holds::Text),
            Column::required("received_on", Holds::Date),
            Column::required("form", Holds::Text),
            Column::new("lifted_on", Holds::Date),
        ],
        Shape::None,
    )
});

pub(super) fn objection_row(record: Objection) -> Row {
    Row {
        key: record.objection_id,
        values: vec![
            Value::text(record.parcel_id.as_str()),
            Value::text(record.ags.as_str()),
            Value::Date(record.received_on),
            Value::text(record.form.code()),
            day(record.lifted_on),
        ],
        geometry: None,
    }
}

pub(super) fn objection(fields: &mut Fields<'_>) -> Result<Objection, RowError> {
    Ok(Objection {
        objection_id: fields.key(),
        parcel_id: fields.required_parsed(ParcelId::parse)?,
        ags: fields.required_parsed(Ags::parse)?,
        received_on: fields.required_day()?,
        form: fields.required_code()?,
        lifted_on: fields.day()?,
    })
}
