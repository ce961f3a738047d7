//! Generated parcels behind HTTP, without a store: to write ten million into one first would take minutes.

use std::{net::SocketAddr, time::Duration};

use server::{LimitOptions, ServeError, ServeOptions, serve_snapshot};
use store::{Location, Store, StoreCrs, StoreError};

use crate::parcels::{self, GenerateError};

/// Generated parcels cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServedError {
    /// The parcels cannot be made.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// There is no room for an empty store.
    #[error("no empty store: {0}")]
    Folder(#[from] std::io::Error),
    /// The empty store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// Serves so many generated parcels until SIGTERM; `ready` is told the address once they are there.
pub async fn serve(count: u32, listen: SocketAddr, ready: impl FnOnce(SocketAddr)) -> Result<(), ServedError> {
    let folder = tempfile::tempdir()?;
    let epsg = parcels::EPSG;
    let crs = StoreCrs::known(epsg).ok_or_else(|| std::io::Error::other(format!("EPSG:{epsg} is not known")))?;
    let store = Store::create(&Location::GeoPackage(folder.path().join("empty.gpkg")), crs).await?;
    let snapshot = parcels::bare_snapshot(count)?;
    let options = ServeOptions {
        listen,
        base_url: None,
        grace: Duration::from_mins(10),
        base_maps: None,
        // For visitors, not for a load.
        limits: LimitOptions { writes_per_minute: 0, costly_per_minute: 0, ..LimitOptions::default() },
        mail: None,
    };
    Ok(serve_snapshot(store, snapshot, options, ready).await?)
}
