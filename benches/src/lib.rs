//! Deterministic data to measure with, and what measures: a load driver and a server under load.

pub mod drive;
pub mod files;
pub mod memory;
pub mod parcels;
pub mod places;
pub mod served;
pub mod server;
pub mod tiles;
