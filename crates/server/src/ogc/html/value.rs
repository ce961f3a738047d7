//! Values of properties in words.

use cadastre::{
    ColumnKind,
    texts::{Language, find, text},
    value::ValueRef,
};

use crate::{ogc::columns::Column, pages::format};

/// A value as people read it; `None` where nothing is known or shown.
pub(super) fn in_words(value: &ValueRef<'_>, column: &Column, language: Language) -> Option<String> {
    Some(match value {
        ValueRef::Null => return None,
        ValueRef::Text(code) => {
            let label = column.code_list.and_then(|list| find(&format!("{list}.{code}"), language));
            label.map_or_else(|| code.to_string(), str::to_owned)
        }
        // Years and other bare numbers carry no points.
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) if column.name == "price_eur" => format::price(*number, language),
        ValueRef::Real(number) if column.unit().is_some() => format::official_area(*number, language),
        ValueRef::Real(number) => format::number(*number, 6, language),
        ValueRef::Boolean(yes) => text(if *yes { "ui.yes" } else { "ui.no" }, language).to_owned(),
        ValueRef::Date(day) => format::day(*day, language),
        ValueRef::Timestamp(at) => at.to_string(),
        ValueRef::List(texts) if texts.is_empty() => return None,
        ValueRef::List(texts) => texts.join(", "),
    })
}

/// Whether values of a column stand below each other by their last digit.
pub(super) fn is_number(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::Integer | ColumnKind::Real) && !column.is_list
}
