//! One server a file: the lock that a second `serve` finds taken.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::PathBuf,
};

use crate::{Store, backend::Backend, error::StoreError};

/// The right to serve a store; given back when it is dropped or its process ends, however it ends.
#[derive(Debug)]
pub struct ServeLock {
    _file: Option<File>,
}

impl Store {
    /// Takes the right to serve the store. A GeoPackage is served by one process; PostGIS by any number.
    ///
    /// The lock is on `<file>.lock`, which holds the id of the process; the file may stay, the lock does not.
    pub fn serve_lock(&self) -> Result<ServeLock, StoreError> {
        let Backend::GeoPackage(pool) = self.backend() else { return Ok(ServeLock { _file: None }) };
        let mut name = pool.path().as_os_str().to_owned();
        name.push(".lock");
        let lock = PathBuf::from(name);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock)
            .map_err(StoreError::io(&lock))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Whose lock it is helps; that it is taken is the answer.
                let _ = file.read_to_string(&mut text);
                return Err(StoreError::Served { path: pool.path().to_owned(), pid: text.trim().parse().ok() });
            }
            Err(TryLockError::Error(source)) => return Err(StoreError::Io { path: lock, source }),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .and_then(|()| file.flush());
        written.map_err(StoreError::io(&lock))?;
        Ok(ServeLock { _file: Some(file) })
    }
}
