use geo_types::{Geometry, point, polygon};

use super::{RawRow, parcel, parse_day, parse_number, site};
use crate::Value;

fn row(fields: &[(&str, &str)], geometry: Option<Geometry>) -> RawRow {
    let fields = fields.iter().map(|(name, text)| ((*name).into(), Value::text(*text))).collect();
    RawRow { row: 1, id: None, fields, geometry }
}

fn square() -> Geometry {
    polygon![(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0), (x: 0.0, y: 9.0)].into()
}

fn check_site(fields: &[(&str, &str)], expected: &[&str]) {
    let problems = match site(&row(fields, Some(square())), "s1".into()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(problems, expected);
}

#[test]
fn a_site_needs_little() {
    check_site(&[("ags", "14522310"), ("type", "infill_gap")], &[]);
}

#[test]
fn all_problems_are_named_at_once() {
    check_site(
        &[
            ("ags", "1452231"),
            ("type", "gap"),
            ("price_eur", "viel"),
            ("colour", "red"),
            ("dwellings_min", "3"),
            ("dwellings_max", "2"),
        ],
        &[
            "ags: AGS must have 8 digits, got \"1452231\"",
            "type: \"gap\" is not one of infill_gap, underused_plot, brownfield, commercial_brownfield, commercial_brownfield_partial, conversion, ruin, new_plot, outer_reserve, special_area, vacant_dwelling, vacancy_risk, vacant_unit, farmstead_vacant, farmstead_partial, farmstead_no_successor, farm_building_vacant, farm_building_partial, commercial_vacant, infrastructure_vacant",
            "price_eur: \"viel\" is not a number",
            "dwellings_max: must not be less than dwellings_min (3), got 2",
            "colour: is not a property of this collection",
        ],
    );
}

#[test]
fn a_building_has_no_place_in_a_register() {
    check_site(
        &[("ags", "14522310"), ("type", "vacant_dwelling"), ("basis", "register")],
        &["basis: a register under § 200 (3) BauGB holds buildable land only; a building needs an offer or consent"],
    );
}

#[test]
fn a_consent_must_be_provable() {
    check_site(
        &[
            ("ags", "14522310"),
            ("type", "vacant_dwelling"),
            ("basis", "consent"),
            ("consent_given_on", "01.03.2026"),
            ("consent_fields", "condition, owner_class"),
        ],
        &[
            "consent_fields: \"owner_class\" is no property that a consent can open",
            "consent_text_version: is required with consent_given_on: which text was signed must be provable",
        ],
    );
}

#[test]
fn a_parcel_is_an_area() {
    let fields = [("ags", "14522310"), ("parcel_id", "142888___001230004__")];
    let problems = parcel(&row(&fields, Some(point!(x: 1.0, y: 2.0).into()))).unwrap_err();
    assert_eq!(problems[0].to_string(), "geometry: must be an area, got a Point");
    assert_eq!(problems.len(), 1);
    assert!(parcel(&row(&fields, Some(square()))).is_ok());
}

fn check_number(text: &str, expected: Option<f64>) {
    assert_eq!(parse_number(text), expected, "{text}");
}

#[test]
fn numbers_are_read_as_people_type_them() {
    check_number("830", Some(830.0));
    check_number("830.5", Some(830.5));
    check_number("830,5", Some(830.5));
    check_number("1.250,50", Some(1250.5));
    check_number("-1,5", Some(-1.5));
    check_number("1.25,5", None);
    check_number("1,2,3", None);
    check_number("nan", None);
    check_number("inf", None);
    check_number("12 m²", None);
}

fn check_day(text: &str, expected: Option<&str>) {
    assert_eq!(parse_day(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
}

#[test]
fn days_are_read_as_people_type_them() {
    check_day("2026-03-31", Some("2026-03-31"));
    check_day("31.3.2026", Some("2026-03-31"));
    check_day("2022-10-11T00:00:00Z", Some("2022-10-11"));
    check_day("31.02.2026", None);
    check_day("2026", None);
}
