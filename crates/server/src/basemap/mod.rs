//! Base maps through this server: `/grundkarte/{id}/{z}/{x}/{y}`.
//!
//! A visitor's browser asks nobody but this server. Only sources of a list are fetched, only where the municipalities
//! lie, with nothing of the visitor's request in ours; answers are kept on disk for a week at least. Without a
//! folder for them there are no base maps, and the map draws its own ground.

mod cache;
mod client;
mod grid;
mod limit;
mod proxy;
mod routes;
mod source;
#[cfg(test)]
mod tests;

pub(crate) use proxy::BaseMaps;
pub use proxy::{BaseMapError, BaseMapOptions};
pub(crate) use routes::routes;
