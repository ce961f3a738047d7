//! The HTTP server: requests in, answers out, one snapshot a request.
//!
//! Nothing here decides what is public: encoders take only what passed `cadastre::publication::view`.

mod api;
mod app;
mod auth;
mod basemap;
mod catalogue;
mod clock;
mod encoding;
mod error;
mod etag;
mod export;
mod filter;
mod health;
mod heavy;
pub mod ingest;
mod layers;
mod licence;
mod limits;
mod links;
mod mail;
mod observe;
mod ogc;
mod pages;
mod params;
mod past;
mod pictures;
mod retention;
mod serve;
mod sortby;
mod stream;
mod sync;
mod threads;
mod validated;

pub use app::App;
pub use basemap::{BaseMapError, BaseMapOptions};
pub use clock::{day_of, end_of_day, noon_of, today};
pub use error::Error;
pub use export::{ExportFormat, ExportRequest, export};
pub use limits::LimitOptions;
pub use mail::{MailConfigError, MailOptions};
pub use ogc::random_id;
pub use pictures::{PictureOf, new_picture};
pub use serve::{ServeError, ServeOptions, serve, serve_snapshot};
pub use sync::SyncError;

/// A store's failure as an answer: 503 if it is out of reach, our own fault otherwise.
pub(crate) fn store_error(error: store::StoreError) -> Error {
    if error.is_unavailable() {
        tracing::warn!(%error, "the store is out of reach");
        return Error::Unavailable("the store cannot be reached; please try again later");
    }
    Error::internal(error)
}
