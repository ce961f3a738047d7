//! Opening and creating stores.

use spatial::Crs;
use store::{Location, OpenOptions, Store, StoreCrs};

use crate::exit::Failure;

/// Opens the store that the command line names.
pub(crate) async fn open(text: &str) -> Result<Store, Failure> {
    Ok(Store::open(&Location::parse(text)?, OpenOptions::default()).await?)
}

/// Opens the store if there is one.
pub(crate) async fn find(location: &Location) -> Result<Option<Store>, Failure> {
    Ok(Store::find(location, OpenOptions::default()).await?)
}

/// Creates a store in the CRS.
pub(crate) async fn create(location: &Location, crs: Crs) -> Result<Store, Failure> {
    Ok(Store::create(location, store_crs(crs)?).await?)
}

/// A store in a folder of its own, for trying what would happen.
pub(crate) async fn trial(crs: Crs) -> Result<(Store, tempfile::TempDir), Failure> {
    let folder = tempfile::tempdir().map_err(|source| Failure::file(&std::env::temp_dir(), source))?;
    let location = Location::GeoPackage(folder.path().join("trial.gpkg"));
    Ok((Store::create(&location, store_crs(crs)?).await?, folder))
}

/// Removes a file that was created for an import of which nothing was kept. A database keeps its empty tables.
pub(crate) async fn discard_new(location: &Location) -> Result<(), Failure> {
    let Location::GeoPackage(path) = location else { return Ok(()) };
    tokio::fs::remove_file(path).await.map_err(|source| Failure::file(path, source))
}

fn store_crs(crs: Crs) -> Result<StoreCrs, Failure> {
    let epsg = crs.epsg_code();
    match StoreCrs::known(epsg) {
        Some(known) => Ok(known),
        None => Ok(StoreCrs { epsg, wkt: crs.wkt()? }),
    }
}
