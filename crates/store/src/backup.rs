//! Backup and restore while the store is in use. A backup is always a GeoPackage store.

use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

use crate::{
    Store, backend::Backend, error::StoreError, geopackage, journal, location::Location, open::OpenOptions, random,
    schema, session::text, transfer,
};

impl Store {
    /// Writes the whole store, history, journal and accounts included, into a new GeoPackage file.
    ///
    /// It is one state of the store; writers do not wait. The file must not be there yet.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if to.try_exists().map_err(StoreError::io(to))? {
            return Err(StoreError::Exists { location: to.display().to_string() });
        }
        match self.backend() {
            Backend::GeoPackage(pool) => copy_file(pool.path(), to).await,
            Backend::Postgis(_) => self.backup_database(to).await,
        }
    }

    async fn backup_database(&self, to: &Path) -> Result<(), StoreError> {
        let folder = tempfile::tempdir_in(folder_of(to)).map_err(StoreError::io(to))?;
        let location = Location::GeoPackage(folder.path().join("backup.gpkg"));
        let copy = Self::create(&location, self.crs().clone()).await?;
        let mut source = self.backend().read().await?;
        let mut target = copy.backend().write().await?;
        transfer::replace_contents(&mut source, &mut target, self.crs()).await?;
        if let Some(meta) = schema::meta(&mut source).await? {
            target.execute("UPDATE meta SET epoch = $1", vec![text(meta.epoch)]).await?;
        }
        target.commit().await?;
        copy.close().await;
        copy_file(&folder.path().join("backup.gpkg"), to).await
    }

    /// Replaces everything in the store by what a backup holds, in one transaction and under a new epoch, so
    /// that every follower loads it anew.
    ///
    /// The backup itself is not changed; one with an older schema is migrated in a copy.
    pub async fn restore(&self, from: &Path) -> Result<(), StoreError> {
        let (backup, _folder) = open_copy(from).await?;
        let (found, expected) = (backup.crs().epsg, self.crs().epsg);
        if found != expected {
            return Err(StoreError::OtherCrs { found, expected });
        }
        self.take_over(&backup).await?;
        backup.close().await;
        Ok(())
    }

    /// Creates a store that holds what a backup does, in its CRS and under a new epoch.
    ///
    /// As for [`Store::create`], the folder, or the database, must be there. If the backup cannot be taken over,
    /// no file is made, and a database keeps empty tables.
    pub async fn create_from(location: &Location, from: &Path) -> Result<Self, StoreError> {
        let (backup, folder) = open_copy(from).await?;
        // A file is made elsewhere first: what has the name of a store is a whole one.
        let place = match location {
            Location::GeoPackage(_) => Location::GeoPackage(folder.path().join("made.gpkg")),
            Location::Postgis(_) => location.clone(),
        };
        let store = Self::create(&place, backup.crs().clone()).await?;
        store.take_over(&backup).await?;
        backup.close().await;
        let (Location::GeoPackage(made), Location::GeoPackage(path)) = (&place, location) else { return Ok(store) };
        store.close().await;
        copy_file(made, path).await?;
        Self::open(location, OpenOptions::default()).await
    }

    async fn take_over(&self, backup: &Self) -> Result<(), StoreError> {
        let mut source = backup.backend().read().await?;
        let mut target = self.backend().write().await?;
        transfer::replace_contents(&mut source, &mut target, self.crs()).await?;
        target.execute("UPDATE meta SET epoch = $1", vec![text(random::id()?)]).await?;
        let head = journal::head(&mut target).await?;
        journal::notify(&mut target, head).await?;
        Ok(target.commit().await?)
    }
}

/// Opens a copy of a backup, in a folder that ends with it.
async fn open_copy(from: &Path) -> Result<(Store, TempDir), StoreError> {
    if !from.try_exists().map_err(StoreError::io(from))? {
        return Err(StoreError::Missing { location: from.display().to_string() });
    }
    let folder = tempfile::tempdir().map_err(StoreError::io(std::env::temp_dir()))?;
    let copy = folder.path().join("restore.gpkg");
    copy_file(from, &copy).await?;
    Ok((Store::open(&Location::GeoPackage(copy), OpenOptions::default()).await?, folder))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A temporary file in the folder of a path, so that it can be renamed to it.
pub(crate) fn temporary_beside(path: &Path) -> Result<NamedTempFile, StoreError> {
    let folder = folder_of(path);
    tempfile::Builder::new().prefix(".baulotse-").suffix(".gpkg").tempfile_in(&folder).map_err(StoreError::io(folder))
}

/// Gives a finished file its name, which nothing may have yet; durable once this returns.
pub(crate) fn put_in_place(file: NamedTempFile, path: &Path) -> Result<(), StoreError> {
    file.as_file().sync_all().map_err(StoreError::io(path))?;
    restrict(&file).map_err(StoreError::io(path))?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Exists { location: path.display().to_string() },
        _ => StoreError::Io { path: path.to_owned(), source: error.error },
    })?;
    #[cfg(unix)]
    {
        let folder = folder_of(path);
        std::fs::File::open(&folder).and_then(|folder| folder.sync_all()).map_err(StoreError::io(folder))?;
    }
    Ok(())
}

/// Temporary files are for their owner only; a store may be read by the group too, as QGIS users need it.
#[cfg(unix)]
fn restrict(file: &NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn restrict(_file: &NamedTempFile) -> std::io::Result<()> {
    Ok(())
}

/// Copies a GeoPackage that may be in use: one state of it, whole or not at all.
pub(crate) async fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let copied = tokio::task::spawn_blocking(move || {
        let file = temporary_beside(&to)?;
        geopackage::copy(&from, file.path()).map_err(|error| StoreError::from(crate::DatabaseError::from(error)))?;
        put_in_place(file, &to)
    });
    copied.await.map_err(|_cancelled| StoreError::from(crate::DatabaseError::lost()))?
}
