//! Flows through the built binary, most of them on both stores.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod alone;
mod anonymous;
mod backup;
mod beside;
mod clerks;
mod columns;
mod compressed;
mod enquiries;
mod expose;
mod filters;
mod gdal;
mod hostile;
mod import;
mod kill;
mod limits;
mod mail;
mod ogc;
mod outage;
mod pages;
mod pictures;
mod routes;
mod storm;
mod tiles;
