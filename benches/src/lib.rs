//! Deterministic data to measure with, and what measures: a load driver and a server under load.

pub mod drive;
pub mod files;
pub mod memory;
pub mod parcels;
<<<<<<< HEAD
pub mod tiles;
=======
pub mod places;
pub mod server;
>>>>>>> 2a86e41 (make compare: baulotse beside nginx, feature servers and PostGIS, one table of ratios)
