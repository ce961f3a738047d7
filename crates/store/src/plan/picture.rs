//! Pictures: their records. The bytes have a table of their own (`crate::picture`).

use std::sync::LazyLock;

use cadastre::{
    Ags, Kind, Picture, Value,
    codes::CodeList,
    licence::Licence,
    picture::{self, Size},
};

use super::{
    Column, Fields, Holds, Row, RowError, Shape, Table,
    fields::{day, text},
};

pub(super) static PICTURE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Picture,
        "picture",
        "picture_id",
        vec![
            Column::required("ags", Holds::Text),
            Column::required("subject", Holds::Text),
            Column::required("subject_id", Holds::Text),
            Column::required("position", Holds::Integer),
            Column::required("alt", Holds::Text),
            Column::new("alt_en", Holds::Text),
            Column::personal("author", Holds::Text),
            Column::required("licence", Holds::Text),
            Column::new("taken_on", Holds::Date),
            Column::required("released", Holds::Boolean),
            Column::required("width", Holds::Integer),
            Column::required("height", Holds::Integer),
            Column::required("sha256", Holds::Text),
        ],
        Shape::None,
    )
});

pub(super) fn row(record: Picture) -> Row {
    Row {
        key: record.picture_id,
        values: vec![
            Value::text(record.ags.as_str()),
            Value::text(record.subject.code()),
            Value::text(record.subject_id),
            Value::Integer(record.position),
            Value::text(record.alt),
            text(record.alt_en),
            text(record.author),
            Value::text(record.licence.code),
            day(record.taken_on),
            Value::Boolean(record.is_released),
            Value::Integer(record.size.width.into()),
            Value::Integer(record.size.height.into()),
            Value::text(record.sha256),
        ],
        geometry: None,
    }
}

pub(super) fn picture(fields: &mut Fields<'_>) -> Result<Picture, RowError> {
    Ok(Picture {
        picture_id: fields.key(),
        ags: fields.required_parsed(Ags::parse)?,
        subject: fields.required_parsed(picture::subject)?,
        subject_id: fields.required_string()?,
        position: fields.required_integer()?,
        alt: fields.required_string()?,
        alt_en: fields.string()?,
        author: fields.string()?,
        licence: fields.required_parsed(|code| Licence::find(code).ok_or("is no licence that is known"))?,
        taken_on: fields.day()?,
        is_released: fields.required_boolean()?,
        size: Size { width: side(fields)?, height: side(fields)? },
        sha256: fields.required_string()?,
    })
}

/// A width or height in pixels.
fn side(fields: &mut Fields<'_>) -> Result<u32, RowError> {
    let name = fields.name();
    let pixels = fields.required_integer()?;
    u32::try_from(pixels).map_err(|_out_of_range| RowError::new(name, "is no number of pixels"))
}
