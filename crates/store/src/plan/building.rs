//! Buildings, their vacancy records and their units.

use std::sync::LazyLock;

use cadastre::{
    Ags, DistrictKey, Kind, Value,
    codes::CodeList,
    record::{Building, Unit, Vacancy},
};

use super::{
    Column, Fields, Holds, Row, RowError, Shape, Table,
    fields::{code, day, integer, real, text},
    publication::{self, with_publication},
};

pub(super) static BUILDING: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Building,
        "building",
        "building_id",
        vec![
            Column::new("function", Holds::Text),
            Column::new("district_key", Holds::Text),
            Column::required("ags", Holds::Text),
        ],
        Shape::Any { required: true },
    )
});

pub(super) fn building_row(record: Building) -> Row {
    Row {
        key: record.building_id,
        values: vec![
            text(record.function),
            text(record.district_key.as_ref().map(DistrictKey::as_str)),
            Value::text(record.ags.as_str()),
        ],
        geometry: Some(record.geometry),
    }
}

pub(super) fn building(fields: &mut Fields<'_>) -> Result<Building, RowError> {
    Ok(Building {
        building_id: fields.key(),
        function: fields.string()?,
        district_key: fields.parsed(DistrictKey::parse)?,
        ags: fields.required_parsed(Ags::parse)?,
        geometry: fields.required_geometry()?,
    })
}

pub(super) static VACANCY: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Vacancy,
        "vacancy",
        "building_id",
        with_publication(vec![
            Column::required("ags", Holds::Text),
            Column::required("degree", Holds::Text),
            Column::new("vacant_since", Holds::Date),
            Column::new("condition", Holds::Text),
            Column::new("monument", Holds::Text),
            Column::new("built_year", Holds::Integer),
            Column::new("storeys", Holds::Integer),
            Column::new("living_area_m2", Holds::Real),
            Column::new("owner_class", Holds::Text),
            Column::new("note", Holds::Text),
        ]),
        Shape::None,
    )
});

pub(super) fn vacancy_row(record: Vacancy) -> Row {
    let mut values = vec![
        Value::text(record.ags.as_str()),
        Value::text(record.degree.code()),
        day(record.vacant_since),
        code(record.condition),
        code(record.monument),
        integer(record.built_year),
        integer(record.storeys),
        real(record.living_area_m2),
        code(record.owner_class),
        text(record.note),
    ];
    values.extend(publication::values(record.publication));
    Row { key: record.building_id, values, geometry: None }
}

pub(super) fn vacancy(fields: &mut Fields<'_>) -> Result<Vacancy, RowError> {
    Ok(Vacancy {
        building_id: fields.key(),
        ags: fields.required_parsed(Ags::parse)?,
        degree: fields.required_code()?,
        vacant_since: fields.day()?,
        condition: fields.code()?,
        monument: fields.code()?,
        built_year: fields.integer()?,
        storeys: fields.integer()?,
        living_area_m2: fields.real()?,
        owner_class: fields.code()?,
        note: fields.string()?,
        publication: publication::publication(fields)?,
    })
}

pub(super) static UNIT: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        Kind::Unit,
        "unit",
        "unit_id",
        vec![
            Column::required("building_id", Holds::Text),
            Column::required("ags", Holds::Text),
            Column::required("unit_use", Holds::Text),
            Column::new("area_m2", Holds::Real),
            Column::new("vacant_since", Holds::Date),
        ],
        Shape::None,
    )
});

pub(super) fn unit_row(record: Unit) -> Row {
    Row {
        key: record.unit_id,
        values: vec![
            Value::text(record.building_id),
            Value::text(record.ags.as_str()),
            Value::text(record.unit_use.code()),
            real(record.area_m2),
            day(record.vacant_since),
        ],
        geometry: None,
    }
}

pub(super) fn unit(fields: &mut Fields<'_>) -> Result<Unit, RowError> {
    Ok(Unit {
        unit_id: fields.key(),
        building_id: fields.required_string()?,
        ags: fields.required_parsed(Ags::parse)?,
        unit_use: fields.required_code()?,
        area_m2: fields.real()?,
        vacant_since: fields.day()?,
    })
}
