//! The pages: list and map of what is free, one town, one site, one parcel.
//!
//! A page is a plain model built from public views ([`cadastre::publication::View`]) and rendered by
//! a template; [`routes`] reads the snapshot and does nothing else. The viewer of a page is always
//! anonymous. Every page works without JavaScript; the map enhances it.

pub(crate) mod answer;
pub(crate) mod assets;
mod compare;
pub(crate) mod contact;
pub(crate) mod detail;
pub(crate) mod download;
mod embed;
mod enquiry;
pub(crate) mod error_page;
pub(crate) mod face;
mod face_routes;
pub(crate) mod facts;
mod figures;
#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod format;
pub(crate) mod frame;
pub(crate) mod groups;
pub(crate) mod legal;
pub(crate) mod list;
pub(crate) mod listing;
pub(crate) mod map_config;
mod paper;
pub(crate) mod params;
pub(crate) mod parcel_page;
pub(crate) mod photos;
pub(crate) mod plan;
pub(crate) mod read;
mod routes;
pub(crate) mod search;
#[cfg(test)]
mod tests;
pub(crate) mod towns;
mod welcome;

pub(crate) use download::CommitTimes;
pub(crate) use routes::routes;
