//! Dependencies between the crates point one way, and each crate lacks what its invariant says it lacks.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

/// Which crate of the workspace may name which others. Benchmarks and tests may name any.
const EDGES: [(&str, &[&str]); 7] = [
    ("splice", &[]),
    ("cadastre", &[]),
    ("spatial", &["cadastre", "splice"]),
    ("formats", &["cadastre"]),
    ("store", &["cadastre"]),
    ("server", &["cadastre", "formats", "spatial", "store"]),
    ("baulotse", &["cadastre", "formats", "server", "spatial", "store"]),
];

/// What must be absent from everything a crate is built of.
const ABSENT: [(&str, &[&str]); 5] = [
    ("splice", &["tokio", "geo", "jiff", "serde"]),
    ("cadastre", &["tokio", "sqlx", "rusqlite", "axum", "proj", "geo", "tracing"]),
    ("spatial", &["tokio", "sqlx", "rusqlite", "axum"]),
    ("formats", &["tokio", "sqlx", "axum", "proj"]),
    ("store", &["axum", "proj", "rstar"]),
];

/// Crates from outside that only these may name: SQL in the store (and for foreign GeoPackage files in
/// `formats`), HTTP in the server, coordinates in the spatial core.
const ONLY: [(&str, &[&str]); 4] =
    [("sqlx", &["store"]), ("rusqlite", &["formats", "store"]), ("axum", &["server"]), ("proj", &["spatial"])];

/// Crates of the product, by name, with the dependencies they name by kind (normal, dev, build).
fn product() -> BTreeMap<String, Vec<(String, String)>> {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--format-version=1", "--no-deps"])).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("normal").to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap();
            (text(&package["name"]), dependencies.iter().map(|d| (text(&d["name"]), text(&d["kind"]))).collect())
        })
        .filter(|(name, _): &(String, _)| name != "tests" && name != "benches")
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).args(["--locked", "--offline"]).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_crate_of_the_product_has_its_place() {
    let expected: BTreeSet<_> = EDGES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(product().into_keys().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn dependencies_point_one_way() {
    let product = product();
    for (name, allowed) in EDGES {
        for (dependency, kind) in &product[name] {
            let is_ours = product.contains_key(dependency);
            assert!(!is_ours || allowed.contains(&dependency.as_str()), "{name} names {dependency} ({kind})");
        }
    }
}

#[test]
fn what_a_crate_must_not_know_is_not_in_its_tree() {
    for (name, absent) in ABSENT {
        let tree = cargo(&["tree", "--package", name, "--edges", "normal", "--prefix", "none"]);
        let found: BTreeSet<_> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert!(found.contains(name), "{name}: this is no dependency tree:\n{tree}");
        for dependency in absent {
            assert!(!found.contains(dependency), "{name} is built with {dependency}");
        }
    }
}

#[test]
fn a_tool_stays_in_its_room() {
    let product = product();
    for (tool, rooms) in ONLY {
        let users: Vec<_> = product
            .iter()
            .filter(|(_, dependencies)| dependencies.iter().any(|(name, kind)| name == tool && kind == "normal"))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(users, rooms, "who names {tool}");
    }
}
