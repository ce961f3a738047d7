//! Deterministic data to measure with.

pub mod parcels;
pub mod tiles;
