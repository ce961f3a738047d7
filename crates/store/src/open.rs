//! Creating, finding, opening and migrating stores.

use std::{path::Path, sync::Arc};

use crate::{
    Inner, Store,
    backend::Backend,
    backup,
    crs::StoreCrs,
    error::StoreError,
    geopackage,
    location::Location,
    plan::Holds,
    schema::{self, Age, MIGRATIONS, Meta, Migration},
    session::Session,
    sql::Dialect,
};

/// How a store is opened.
#[derive(Clone, Copy, Debug)]
pub struct OpenOptions {
    /// Whether a database with an older schema is migrated; a file always is, after it was copied.
    pub migrate: bool,
    /// The schema versions that are known: [`MIGRATIONS`] but for tests of migrating.
    pub migrations: &'static [Migration],
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { migrate: false, migrations: MIGRATIONS }
    }
}

impl Store {
    /// Opens the store if there is one; an error if there is something else. A database is there before its store is.
    pub async fn find(location: &Location, options: OpenOptions) -> Result<Option<Self>, StoreError> {
        match Self::open(location, options).await {
            Ok(store) => Ok(Some(store)),
            Err(StoreError::Missing { .. }) => Ok(None),
            Err(StoreError::NotAStore { .. }) if matches!(location, Location::Postgis(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates an empty store. The folder, or the database, must be there; the store must not.
    pub async fn create(location: &Location, crs: StoreCrs) -> Result<Self, StoreError> {
        match location {
            Location::GeoPackage(path) => {
                create_file(path, location, &crs).await?;
                Self::open(location, OpenOptions::default()).await
            }
            Location::Postgis(_) => {
                let backend = create_in_database(location, &crs).await?;
                Ok(Self { inner: Arc::new(Inner { location: location.clone(), crs, backend }) })
            }
        }
    }

    /// Opens a store.
    pub async fn open(location: &Location, options: OpenOptions) -> Result<Self, StoreError> {
        if let Location::GeoPackage(path) = location
            && !path.try_exists().map_err(StoreError::io(path))?
        {
            return Err(StoreError::Missing { location: location.to_string() });
        }
        let backend = Backend::new(location);
        let meta = read_meta(&backend, location).await?;
        if schema::age(meta.version, options.migrations, &location.to_string())? == Age::Older {
            migrate(&backend, location, &meta, options).await?;
        }
        Ok(Self { inner: Arc::new(Inner { location: location.clone(), crs: meta.crs, backend }) })
    }
}

async fn read_meta(backend: &Backend, location: &Location) -> Result<Meta, StoreError> {
    let foreign = |reason: &str| StoreError::NotAStore { location: location.to_string(), reason: reason.to_owned() };
    const NO_TABLES: &str = "it has no tables of baulotse (foreign files are imported with `baulotse import`)";
    if let Location::GeoPackage(path) = location {
        // Looked at without writing: a file that is no store stays as it is.
        match geopackage::is_store(path.clone()).await {
            Ok(true) => {}
            Ok(false) => return Err(foreign(NO_TABLES)),
            Err(error) if error.is_no_database() => return Err(foreign("it is no GeoPackage")),
            Err(error) => return Err(error.into()),
        }
    }
    let mut session = backend.read().await?;
    if !has_meta(&mut session).await? {
        return Err(foreign(NO_TABLES));
    }
    schema::meta(&mut session).await?.ok_or_else(|| foreign("its table meta is empty"))
}

async fn has_meta(session: &mut Session) -> Result<bool, StoreError> {
    let sql = match session.dialect() {
        Dialect::GeoPackage => "SELECT count(*) FROM sqlite_schema WHERE name IN ('meta', 'journal')",
        Dialect::Postgis => {
            "SELECT count(*) FROM information_schema.tables \
             WHERE table_name IN ('meta', 'journal') AND table_schema = current_schema()"
        }
    };
    let row = session.query_one(sql, Vec::new(), &[Holds::Integer]).await?;
    Ok(row.map(|mut row| row.integer()).transpose()? == Some(2))
}

/// Creates the file under another name first: what has the name of a store is a whole one.
async fn create_file(path: &Path, location: &Location, crs: &StoreCrs) -> Result<(), StoreError> {
    let exists = || StoreError::Exists { location: location.to_string() };
    if path.try_exists().map_err(StoreError::io(path))? {
        return Err(exists());
    }
    let file = backup::temporary_beside(path)?;
    let backend = Backend::new(&Location::GeoPackage(file.path().to_owned()));
    let created = async {
        let mut session = backend.write().await?;
        schema::create(&mut session, crs, MIGRATIONS).await?;
        Ok::<_, StoreError>(session.commit().await?)
    };
    let created = created.await;
    backend.close().await;
    created?;
    backup::put_in_place(file, path)
}

/// Creates the tables; the connections are good for more.
async fn create_in_database(location: &Location, crs: &StoreCrs) -> Result<Backend, StoreError> {
    let backend = Backend::new(location);
    let created = async {
        let mut session = backend.write().await?;
        if has_meta(&mut session).await? {
            return Err(StoreError::Exists { location: location.to_string() });
        }
        session.script("CREATE EXTENSION IF NOT EXISTS postgis").await?;
        schema::create(&mut session, crs, MIGRATIONS).await?;
        Ok(session.commit().await?)
    };
    match created.await {
        Ok(()) => Ok(backend),
        Err(error) => {
            backend.close().await;
            Err(error)
        }
    }
}

async fn migrate(backend: &Backend, location: &Location, meta: &Meta, options: OpenOptions) -> Result<(), StoreError> {
    match location {
        Location::GeoPackage(path) => {
            let copy = schema::copy_path(path, meta.version, jiff::Timestamp::now());
            backup::copy_file(path, &copy).await?;
        }
        Location::Postgis(_) if options.migrate => {}
        Location::Postgis(_) => {
            let known = options.migrations.len() as u32;
            return Err(StoreError::Older { location: location.to_string(), found: meta.version, known });
        }
    }
    let mut session = backend.write().await?;
    // Another process may have been quicker.
    if let Some(meta) = schema::meta(&mut session).await?
        && schema::age(meta.version, options.migrations, &location.to_string())? == Age::Older
    {
        schema::migrate(&mut session, &meta, options.migrations).await?;
        session.commit().await?;
    }
    Ok(())
}
