//! Connections to the file: any number of readers beside one writer.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::functions;
use crate::session::{DatabaseError, Failure};

/// How long a statement waits for another process that writes, e.g. a large import.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(60);
/// Connections at once; more than that wait.
const MAX_CONNECTIONS: usize = 16;

/// The connections of one store.
pub(crate) struct Pool {
    path: PathBuf,
    idle: Mutex<Idle>,
    connections: Arc<Semaphore>,
    writer: Arc<Semaphore>,
}

#[derive(Default)]
struct Idle {
    /// The file the idle connections are of.
    file: Option<FileId>,
    connections: Vec<Connection>,
}

/// What a path names, so that a file put in its place is noticed.
#[cfg(unix)]
pub(crate) type FileId = (u64, u64);
#[cfg(not(unix))]
pub(crate) type FileId = ();

#[cfg(unix)]
fn file_id(path: &Path) -> std::io::Result<FileId> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn file_id(path: &Path) -> std::io::Result<FileId> {
    std::fs::metadata(path).map(|_| ())
}

/// Opens the file, which must be there, as every connection of this crate is opened.
pub(crate) fn open_connection(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(64);
    functions::register(&connection)?;
    // WAL: readers and the writer do not wait for each other. FULL: a commit returns when it is on the disk.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000",
    )?;
    Ok(connection)
}

impl Pool {
    pub(crate) fn new(path: &Path) -> Arc<Self> {
        Arc::new(Self {
            path: path.to_owned(),
            idle: Mutex::default(),
            connections: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            writer: Arc::new(Semaphore::new(1)),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the path names now; an error if nothing.
    pub(crate) fn file(&self) -> Result<FileId, DatabaseError> {
        file_id(&self.path).map_err(|_gone| Failure::FileGone.into())
    }

    /// The turn to write, in the order of asking.
    pub(crate) async fn writer(&self) -> Result<OwnedSemaphorePermit, DatabaseError> {
        Arc::clone(&self.writer).acquire_owned().await.map_err(|_closed| Failure::Lost.into())
    }

    /// A connection to the file that the path names now.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease, DatabaseError> {
        let permit = Arc::clone(&self.connections).acquire_owned().await.map_err(|_closed| Failure::Lost)?;
        let pool = Arc::clone(self);
        let opened = tokio::task::spawn_blocking(move || pool.connect()).await.map_err(|_cancelled| Failure::Lost)?;
        let (connection, file) = opened?;
        Ok(Lease { connection: Some(connection), file, pool: Arc::clone(self), _permit: permit })
    }

    fn connect(&self) -> Result<(Connection, FileId), DatabaseError> {
        let file = self.file()?;
        {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.file != Some(file) {
                idle.connections.clear();
                idle.file = Some(file);
            }
            if let Some(connection) = idle.connections.pop() {
                return Ok((connection, file));
            }
        }
        Ok((open_connection(&self.path)?, file))
    }

    /// Waits until no connection is in use and closes them, so that the file stands alone.
    pub(crate) async fn close(&self) {
        let all = self.connections.acquire_many(MAX_CONNECTIONS as u32).await;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).connections.clear();
        self.connections.close();
        drop(all);
    }

    fn give_back(&self, connection: Connection, file: FileId) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.file == Some(file) {
            idle.connections.push(connection);
        }
    }
}

/// A connection in use.
pub(super) struct Lease {
    /// Present until dropped.
    connection: Option<Connection>,
    file: FileId,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(super) fn connection(&mut self) -> &mut Connection {
        self.connection.as_mut().unwrap_or_else(|| unreachable!("a lease has its connection until it is dropped"))
    }
}

impl Drop for Lease {
    /// Rolls back what was not committed and drops what was staged; a connection on which that fails is closed.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if clean(&connection).is_ok() {
            self.pool.give_back(connection, self.file);
        }
    }
}

fn clean(connection: &Connection) -> rusqlite::Result<()> {
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    let mut statement = connection.prepare_cached("SELECT name FROM temp.sqlite_schema WHERE type = 'table'")?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for name in names {
        connection.execute_batch(&format!("DROP TABLE temp.{}", crate::sql::quote(&name)))?;
    }
    Ok(())
}
