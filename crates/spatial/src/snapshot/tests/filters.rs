//! Random CQL2 against the naive evaluator, on every collection and for every viewer.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{
    COLLECTIONS, check_collection,
    fixture::{STORE, area, day, spec, utm},
    to_crs84, world,
};
use crate::{Area, Crs, Predicate, Query, cql2::from_text, densify::area_to_crs84};

/// Properties of a collection by kind.
pub(super) struct Names {
    pub(super) texts: &'static [&'static str],
    pub(super) numbers: &'static [&'static str],
    pub(super) days: &'static [&'static str],
    pub(super) instants: &'static [&'static str],
    pub(super) flags: &'static [&'static str],
    pub(super) lists: &'static [&'static str],
}

pub(super) fn names(collection: &str) -> Names {
    let none: &[&str] = &[];
    let (texts, numbers, days, flags): (&[&str], &[&str], &[&str], &[&str]) = match collection {
        "parcels" => (
            &["ags", "street", "land_use", "number", "district", "district_key", "municipality", "parcel_id"],
            &["official_area_m2"],
            &["source_date"],
            &["example_data"],
        ),
        "sites" => (
            &["status", "type", "basis", "municipality", "district", "planning_law", "street"],
            &["dwellings_min", "price_eur", "area_m2"],
            &["available_from"],
            &["example_data"],
        ),
        "buildings" => (
            &["function", "district_key", "ags", "vacancy_degree", "basis"],
            &["built_year", "storeys"],
            &["vacant_since"],
            &["example_data"],
        ),
        "districts" => (&["name", "ags", "municipality"], none_of(), none_of(), &["example_data"]),
        _ => (&["note"], &["class", "width", "lanes"], &["built"], &["paved"]),
    };
    let is_layer = matches!(collection, "plans" | "roads");
    Names {
        texts,
        numbers,
        days,
        instants: if is_layer { &["seen"] } else { none },
        flags,
        lists: if collection == "sites" { &["numbers"] } else { none },
    }
}

impl Names {
    /// All that can be sorted by.
    pub(super) fn scalars(&self) -> Vec<&'static str> {
        [self.texts, self.numbers, self.days, self.instants, self.flags].concat()
    }
}

fn none_of() -> &'static [&'static str] {
    &[]
}

const COMPARISONS: [&str; 6] = ["=", "<>", "<", ">", "<=", ">="];
const TEXTS: [&str; 12] = [
    "Am Markt",
    "14522310",
    "x",
    "Ackerland",
    "Wohnbaufläche",
    "ÖDLAND",
    "101",
    "142801",
    "Gemarkung 1",
    "Stadt 0",
    "confirmed",
    "offer",
];
const PATTERNS: [&str; 7] = ["%", "A%", "_m %", "%land%", "%ö%", "1452__10", ""];
const SPATIAL: [&str; 8] =
    ["s_intersects", "s_disjoint", "s_within", "s_contains", "s_touches", "s_overlaps", "s_crosses", "s_equals"];
const TEMPORAL: [&str; 15] = [
    "t_after",
    "t_before",
    "t_disjoint",
    "t_equals",
    "t_intersects",
    "t_contains",
    "t_during",
    "t_finishedby",
    "t_finishes",
    "t_meets",
    "t_metby",
    "t_overlappedby",
    "t_overlaps",
    "t_startedby",
    "t_starts",
];

fn pick<T: Copy>(from: &[T], knob: u8) -> Option<T> {
    (!from.is_empty()).then(|| from[usize::from(knob) % from.len()])
}

/// A condition that is spelled for the collection it is asked of.
#[derive(Clone, Debug)]
enum Gen {
    Leaf(u8, [u8; 6], (i32, i32)),
    Not(Box<Gen>),
    Join(bool, Vec<Gen>),
}

fn condition() -> impl Strategy<Value = Gen> {
    let leaf =
        (0..12u8, any::<[u8; 6]>(), (0..12i32, 0..12i32)).prop_map(|(kind, knobs, at)| Gen::Leaf(kind, knobs, at));
    leaf.prop_recursive(4, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| Gen::Not(Box::new(part))),
            (any::<bool>(), proptest::collection::vec(inner, 2..4)).prop_map(|(all, parts)| Gen::Join(all, parts)),
        ]
    })
}

impl Gen {
    fn spell(&self, names: &Names, crs: Crs) -> String {
        match self {
            Self::Leaf(kind, knobs, at) => leaf(*kind, *knobs, *at, names, crs).unwrap_or_else(|| "1 = 2".into()),
            Self::Not(part) => format!("not ({})", part.spell(names, crs)),
            Self::Join(all, parts) => {
                let parts: Vec<_> = parts.iter().map(|part| format!("({})", part.spell(names, crs))).collect();
                parts.join(if *all { " and " } else { " or " })
            }
        }
    }
}

fn leaf(kind: u8, k: [u8; 6], at: (i32, i32), names: &Names, crs: Crs) -> Option<String> {
    let comparison = pick(&COMPARISONS, k[0])?;
    let text = pick(&TEXTS, k[1])?;
    let not = if k[5].is_multiple_of(2) { "" } else { "not " };
    let day_of = |knob: u8| day(knob % 5);
    Some(match kind {
        0 => match k[3] % 2 {
            0 => format!("{} {comparison} '{text}'", pick(names.texts, k[2])?),
            _ => format!("'{text}' {comparison} {}", pick(names.texts, k[2])?),
        },
        1 => format!("{} {comparison} {}", pick(names.texts, k[2])?, pick(names.texts, k[3])?),
        2 => {
            let number = pick(names.numbers, k[2])?;
            match k[3] % 4 {
                0 => format!("{number} {comparison} {}", k[1] % 6),
                1 => format!("{}.5 {comparison} {number}", k[1] % 6),
                2 => format!("{number} {comparison} {}", pick(names.numbers, k[4])?),
                _ => {
                    let operator = pick(&["+", "-", "*", "/", " div ", "%"], k[4])?;
                    format!("{number}{operator}{} {comparison} {}", k[5] % 3, k[1] % 4)
                }
            }
        }
        3 => {
            let fold = pick(&["", "casei", "accenti"], k[4])?;
            format!("{fold}({}) {not}like {fold}('{}')", pick(names.texts, k[2])?, pick(&PATTERNS, k[3])?)
        }
        4 => format!("{} {not}in ('{text}', '{}')", pick(names.texts, k[2])?, pick(&TEXTS, k[3])?),
        5 => {
            let number = pick(names.numbers, k[2])?;
            match k[3] % 2 {
                0 => format!("{number} {not}between {} and {}", k[1] % 4, k[4] % 200),
                _ => format!("{number} {not}in ({}, {}.0, {number} + 1)", k[1] % 4, k[4] % 4),
            }
        }
        6 => {
            let all = [names.texts, names.numbers, names.days, names.instants, names.flags, names.lists, &["geometry"]];
            format!("{} is {not}null", pick(&all.concat(), k[2])?)
        }
        7 => {
            let geometry = geometry(k, at, crs);
            let relation = pick(&SPATIAL, k[2])?;
            if k[3].is_multiple_of(3) {
                format!("{relation}({geometry}, geometry)")
            } else {
                format!("{relation}(geometry, {geometry})")
            }
        }
        8 => {
            let name = pick(&[names.days, names.instants].concat(), k[2])?;
            let relation = pick(&TEMPORAL, k[3])?;
            let other = match k[4] % 4 {
                0 => format!("date('{}')", day_of(k[1])),
                1 => format!("timestamp('{}T12:00:00Z')", day_of(k[1])),
                2 => format!("interval('{}', '{}')", day_of(k[1]), day_of(k[5])),
                _ => format!("interval('..', '{}T12:00:01Z')", day_of(k[1])),
            };
            if k[5].is_multiple_of(2) {
                format!("{relation}({name}, {other})")
            } else {
                format!("{relation}({other}, {name})")
            }
        }
        9 => {
            let name = pick(&[names.days, names.instants].concat(), k[2])?;
            match k[3] % 3 {
                0 => format!("{name} {comparison} date('{}')", day_of(k[1])),
                1 => format!("timestamp('{}T12:00:01Z') {comparison} {name}", day_of(k[1])),
                _ => format!("{name} {not}in (date('{}'), timestamp('{}T12:00:00Z'))", day_of(k[1]), day_of(k[4])),
            }
        }
        10 => {
            let list = pick(names.lists, k[2])?;
            let relation = pick(&["a_contains", "a_containedby", "a_equals", "a_overlaps"], k[3])?;
            format!("{relation}({list}, ('101', '{}'))", pick(&["100", "102/2", "101"], k[1])?)
        }
        _ => {
            let flag = pick(names.flags, k[2])?;
            pick(&["{f}", "{f} = true", "not {f}", "{f} <> false", "({f} = true) is null"], k[3])?.replace("{f}", flag)
        }
    })
}

/// A geometry on the grid, in the CRS of the filter.
fn geometry(k: [u8; 6], at: (i32, i32), crs: Crs) -> String {
    let spelled = |position: (i32, i32)| {
        let (x, y) = if crs == STORE { utm(position) } else { (to_crs84(position).x, to_crs84(position).y) };
        format!("{x} {y}")
    };
    let other = (at.0 + i32::from(k[4] % 4), at.1 + i32::from(k[5] % 4));
    match k[0] % 5 {
        0 => format!("POINT({})", spelled(at)),
        1 if at != other => format!("LINESTRING({}, {})", spelled(at), spelled(other)),
        2 => format!("MULTIPOINT({}, {})", spelled(at), spelled(other)),
        3 if at.0 < other.0 && at.1 < other.1 => {
            let corners = format!("{},{}", spelled(at), spelled(other)).replace(' ', ",");
            format!("BBOX({corners})")
        }
        _ => {
            let own = area(at, k[4]);
            let area = if crs == STORE { own } else { area_to_crs84(STORE, &own).unwrap() };
            let mut out = String::from("MULTIPOLYGON(");
            for (index, polygon) in area.iter().enumerate() {
                let ring = |ring: &geo_types::LineString| {
                    let positions: Vec<_> = ring.0.iter().map(|at| format!("{} {}", at.x, at.y)).collect();
                    format!("({})", positions.join(","))
                };
                let rings: Vec<_> = std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect();
                let comma = if index > 0 { "," } else { "" };
                write!(out, "{comma}({})", rings.join(",")).unwrap();
            }
            out + ")"
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn filters_take_what_the_naive_evaluator_takes(
        specs in proptest::collection::vec(spec(), 0..100),
        conditions in proptest::collection::vec(condition(), 8),
        in_store_crs in any::<bool>(),
        offset in any::<u8>(),
        corner in (0..12i32, 0..12i32),
    ) {
        let model = world(&specs);
        let snapshot = model.build(1000, day(offset));
        let crs = if in_store_crs { STORE } else { Crs::CRS84 };
        for condition in conditions {
            for collection in COLLECTIONS {
                let text = condition.spell(&names(collection), crs);
                let filter = from_text(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
                let filter = Predicate::Cql2 { filter: filter.into(), crs };
                for within in [None, Some(Area::Polygon(STORE, area(corner, 3)))] {
                    check_collection(&snapshot, &model, collection, &Query { within, filter: filter.clone(), ..Query::default() });
                }
            }
        }
    }
}
