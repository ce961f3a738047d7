//! One suite over both stores: every test runs on a GeoPackage file and on a PostGIS database.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing step is a failing test")]

mod accounts;
mod backup;
mod check;
mod concurrency;
mod edits;
mod enquiries;
mod follow;
mod gis;
mod imports;
mod layers;
mod migrate;
mod model;
mod open;
mod pictures;
mod place;
mod records;
mod schema;
