//! Which database is behind a store, and how a transaction on it begins.

use std::sync::Arc;

use sqlx::PgPool;

use crate::{
    geopackage,
    location::Location,
    postgis,
    session::{DatabaseError, Session},
};

/// The connections of a store.
pub(crate) enum Backend {
    GeoPackage(Arc<geopackage::Pool>),
    Postgis(PgPool),
}

impl Backend {
    pub(crate) fn new(location: &Location) -> Self {
        match location {
            Location::GeoPackage(path) => Self::GeoPackage(geopackage::Pool::new(path)),
            Location::Postgis(options) => Self::Postgis(postgis::pool(options)),
        }
    }

    /// A transaction that reads one state.
    pub(crate) async fn read(&self) -> Result<Session, DatabaseError> {
        Ok(match self {
            Self::GeoPackage(pool) => Session::GeoPackage(geopackage::Session::read(pool).await?),
            Self::Postgis(pool) => Session::Postgis(postgis::Session::read(pool).await?),
        })
    }

    /// A transaction that writes nothing but temporary tables until it takes the lock.
    pub(crate) async fn stage(&self) -> Result<Session, DatabaseError> {
        Ok(match self {
            Self::GeoPackage(pool) => Session::GeoPackage(geopackage::Session::idle(pool).await?),
            Self::Postgis(pool) => Session::Postgis(postgis::Session::stage(pool).await?),
        })
    }

    /// A transaction that holds the lock from its beginning.
    pub(crate) async fn write(&self) -> Result<Session, DatabaseError> {
        let mut session = self.stage().await?;
        session.lock().await?;
        Ok(session)
    }

    /// Waits for what is under way and closes every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::GeoPackage(pool) => pool.close().await,
            Self::Postgis(pool) => pool.close().await,
        }
    }
}
