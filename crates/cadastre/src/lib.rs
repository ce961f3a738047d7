//! The domain of the vacancy and building-land cadastre.
//!
//! Values, code lists, records, validation, roles and the publication rules.
//! There is no IO in this crate, no async, no clock (the day is an argument), no SQL and no HTTP.

pub mod coat_of_arms;
pub mod codes;
pub mod colour;
pub mod day;
pub mod edit;
pub mod enquiry;
pub mod geometry;
pub mod ids;
pub mod licence;
pub mod parcel_id;
pub mod picture;
pub mod problem;
pub mod property;
pub mod publication;
pub mod raw;
pub mod record;
pub mod role;
pub mod settings;
pub mod shared_text;
pub mod texts;
pub mod value;
pub mod wkb;

pub use day::Day;
pub use edit::{Edit, Key, Kind, Revision, Versioned};
pub use enquiry::{Enquiry, ReceiptNumber};
pub use ids::{Ags, DistrictKey};
pub use parcel_id::ParcelId;
pub use picture::Picture;
pub use problem::Problem;
pub use record::Record;
pub use role::Viewer;
pub use shared_text::SharedText;
pub use value::{ColumnKind, Value};
