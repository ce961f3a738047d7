//! The OGC API as the standards describe it and as real clients use it.

mod catalogue;
mod checks;
mod core;
mod crs;
mod documents;
mod files;
mod formats;
mod world;
