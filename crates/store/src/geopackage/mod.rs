//! The GeoPackage file: SQLite in WAL mode, its blocking calls kept off the async threads.

mod backup;
mod cells;
mod contents;
mod functions;
mod pool;

use std::{path::PathBuf, sync::Arc};

use cadastre::geometry::Geometry;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    plan::Holds,
    session::{Answer, Cell, DatabaseError, Failure, Param, Target},
    sql::{list, quote},
};

pub(crate) use backup::copy;
pub(crate) use contents::{Extent, create_rtree, drop_rtree, refresh_extent, register, unregister};
use pool::Lease;
pub(crate) use pool::{Pool, open_connection};

/// Whether the file is busy, gone or full for now.
pub(crate) fn is_unavailable(error: &rusqlite::Error) -> bool {
    use ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly, SystemIoFailure};
    matches!(
        error.sqlite_error_code(),
        Some(DatabaseBusy | DatabaseLocked | SystemIoFailure | CannotOpen | DiskFull | ReadOnly)
    )
}

/// Encodes a geometry as a GeoPackage blob with its envelope.
pub(crate) fn encode(geometry: &Geometry, srid: i32) -> Box<[u8]> {
    cadastre::wkb::encode_geopackage(geometry, functions::bounds(geometry), srid).into()
}

/// A transaction on the file.
pub(crate) struct Session {
    pool: Arc<Pool>,
    /// Absent while a call is under way; if that call's future is dropped it stays so.
    lease: Option<Lease>,
    writing: Option<OwnedSemaphorePermit>,
}

impl Session {
    /// Begins reading: all answers are of one state.
    pub(crate) async fn read(pool: &Arc<Pool>) -> Result<Self, DatabaseError> {
        let mut session = Self::idle(pool).await?;
        session.script("BEGIN").await?;
        Ok(session)
    }

    /// Begins to stage: temporary tables only, until [`Session::lock`].
    pub(crate) async fn idle(pool: &Arc<Pool>) -> Result<Self, DatabaseError> {
        let lease = pool.lease().await?;
        Ok(Self { pool: Arc::clone(pool), lease: Some(lease), writing: None })
    }

    /// Runs blocking work on the connection.
    pub(crate) async fn call<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let mut lease = self.lease.take().ok_or(Failure::Lost)?;
        // The lease travels with the work: whoever drops it rolls back what was not committed.
        let task = tokio::task::spawn_blocking(move || {
            let result = work(lease.connection());
            (lease, result)
        });
        let (lease, result) = task.await.map_err(|_panicked_or_cancelled| Failure::Lost)?;
        self.lease = Some(lease);
        Ok(result?)
    }

    pub(crate) async fn execute(&mut self, sql: &str, params: Vec<Param>) -> Result<u64, DatabaseError> {
        let sql = sql.to_owned();
        self.call(move |connection| {
            let mut statement = connection.prepare(&sql)?;
            bind(&mut statement, params.into_iter().map(|(_, cell)| cell))?;
            statement.raw_execute().map(|rows| rows as u64)
        })
        .await
    }

    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), DatabaseError> {
        let sql = sql.to_owned();
        self.call(move |connection| connection.execute_batch(&sql)).await
    }

    pub(crate) async fn query(
        &mut self,
        sql: &str,
        params: Vec<Param>,
        holds: &[Holds],
    ) -> Result<Vec<Answer>, DatabaseError> {
        let (sql, holds) = (sql.to_owned(), holds.to_vec());
        self.call(move |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            bind(&mut statement, params.into_iter().map(|(_, cell)| cell))?;
            let mut rows = statement.raw_query();
            let mut answers = Vec::new();
            while let Some(row) = rows.next()? {
                let cells: rusqlite::Result<Vec<Cell>> =
                    holds.iter().enumerate().map(|(i, &holds)| Ok(cells::read(row.get_ref(i)?, holds))).collect();
                answers.push(Answer::new(cells?));
            }
            Ok(answers)
        })
        .await
    }

    pub(crate) async fn insert(&mut self, target: &Target, rows: Vec<Vec<Cell>>) -> Result<(), DatabaseError> {
        let places: Vec<String> = (1..=target.columns.len()).map(|i| format!("?{i}")).collect();
        let columns = list("", target.columns.iter().map(|(name, _)| name.as_str()));
        let sql = format!("INSERT INTO {} ({columns}) VALUES ({})", quote(&target.table), places.join(", "));
        self.call(move |connection| {
            // In a transaction of its own if there is none yet: thousands of rows, one change of the file.
            let savepoint = connection.savepoint()?;
            {
                let mut statement = savepoint.prepare(&sql)?;
                for row in rows {
                    bind(&mut statement, row)?;
                    statement.raw_execute()?;
                }
            }
            savepoint.commit()
        })
        .await
    }

    pub(crate) async fn lock(&mut self) -> Result<(), DatabaseError> {
        // One writer of this process after the other, in the order they came; the busy timeout then only
        // has to cover other processes.
        let permit = self.pool.writer().await?;
        self.writing = Some(permit);
        self.script("BEGIN IMMEDIATE").await
    }

    pub(crate) async fn commit(mut self) -> Result<(), DatabaseError> {
        self.script("COMMIT").await
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, cells: impl IntoIterator<Item = Cell>) -> rusqlite::Result<()> {
    for (i, cell) in cells.into_iter().enumerate() {
        statement.raw_bind_parameter(i + 1, cells::Bound(&cell))?;
    }
    Ok(())
}

/// Whether a file has the tables of a store; nothing is written to it.
pub(crate) async fn is_store(path: PathBuf) -> Result<bool, DatabaseError> {
    let looked = tokio::task::spawn_blocking(move || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(pool::BUSY_TIMEOUT)?;
        let sql = "SELECT count(*) = 2 FROM sqlite_schema WHERE name IN ('meta', 'journal')";
        connection.query_row(sql, [], |row| row.get(0))
    });
    Ok(looked.await.map_err(|_cancelled| Failure::Lost)??)
}

/// A connection that watches the file's counter of changes.
pub(crate) struct Watched {
    connection: Connection,
    file: pool::FileId,
    version: i64,
}

/// Whether the file has changed since it was last looked at; so it has at first, and when another file has
/// taken its place.
pub(crate) async fn data_version(pool: &Arc<Pool>, last: Option<Watched>) -> Result<(Watched, bool), DatabaseError> {
    let pool = Arc::clone(pool);
    let looked = tokio::task::spawn_blocking(move || {
        let file = pool.file()?;
        let (connection, before) = match last.filter(|last| last.file == file) {
            Some(last) => (last.connection, Some(last.version)),
            None => (open_connection(pool.path())?, None),
        };
        let version = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok((Watched { connection, file, version }, before != Some(version)))
    });
    looked.await.map_err(|_cancelled| Failure::Lost)?
}
