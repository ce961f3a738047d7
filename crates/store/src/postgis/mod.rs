//! The PostGIS database: a small pool of connections, each session one transaction.

mod cells;
mod gather;

use std::time::Duration;

use cadastre::geometry::Geometry;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Postgres, Row as _, Transaction,
    postgres::{PgConnectOptions, PgDatabaseError, PgPool, PgPoolOptions, PgSeverity},
};

use crate::{
    plan::Holds,
    session::{Answer, Cell, DatabaseError, Param, Target},
    sql::{list, quote},
};

/// Channel on which the numbers of new revisions are told.
pub(crate) const CHANNEL: &str = "baulotse";
/// The advisory lock under which revisions are drawn ("baulotse" in ASCII).
const REVISION_LOCK: i64 = 0x6261_756c_6f74_7365;
/// How long a connection may take to come.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_CONNECTIONS: u32 = 12;

/// Whether the database is gone or shutting down.
pub(crate) fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => {
            let ended = error.try_downcast_ref::<PgDatabaseError>().is_some_and(ends_connection);
            // Connection failures, resources, shutdown, timeouts, and a hot standby that takes no writes.
            let gone = |code: &str| {
                code.starts_with("08") || code.starts_with("53") || code.starts_with("57") || code == "25006"
            };
            ended || error.code().is_some_and(|code| gone(&code))
        }
        _ => false,
    }
}

/// Whether an error is one after which the database talks no more.
fn ends_connection(error: &PgDatabaseError) -> bool {
    matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic)
}

/// Encodes a geometry as EWKB with its SRID.
pub(crate) fn encode(geometry: &Geometry, srid: i32) -> Box<[u8]> {
    const HAS_SRID: u32 = 0x2000_0000;
    let wkb = cadastre::wkb::encode(geometry);
    let (head, body) = wkb.split_at(5);
    let code = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) | HAS_SRID;
    let mut ewkb = Vec::with_capacity(wkb.len() + 4);
    ewkb.push(1);
    ewkb.extend_from_slice(&code.to_le_bytes());
    ewkb.extend_from_slice(&srid.to_le_bytes());
    ewkb.extend_from_slice(body);
    ewkb.into()
}

/// A pool that connects when it is first needed.
pub(crate) fn pool(options: &PgConnectOptions) -> PgPool {
    let options = options
        .clone()
        .application_name("baulotse")
        // An edit may have to wait for a large import; a lost client must not hold the lock for ever.
        .options([("statement_timeout", "60s"), ("idle_in_transaction_session_timeout", "15min")])
        .disable_statement_logging();
    PgPoolOptions::new()
        .max_connections(MAX_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .acquire_slow_threshold(ACQUIRE_TIMEOUT)
        .connect_lazy_with(options)
}

/// A transaction on the database.
pub(crate) struct Session {
    transaction: Transaction<'static, Postgres>,
    gathered: gather::Gathered,
}

impl Session {
    /// Begins reading: all answers are of one state.
    pub(crate) async fn read(pool: &PgPool) -> Result<Self, DatabaseError> {
        // In one message; a page of a large table may take its time.
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = 0";
        Ok(Self::of(pool.begin_with(begin).await?))
    }

    /// Begins to stage: temporary tables only, until [`Session::lock`].
    pub(crate) async fn stage(pool: &PgPool) -> Result<Self, DatabaseError> {
        Ok(Self::of(pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?))
    }

    fn of(transaction: Transaction<'static, Postgres>) -> Self {
        Self { transaction, gathered: gather::Gathered::default() }
    }

    pub(crate) async fn execute(&mut self, sql: &str, params: Vec<Param>) -> Result<u64, DatabaseError> {
        self.settle().await?;
        self.execute_now(sql, params).await
    }

    /// Sends the rows that still wait: every other statement may ask for them.
    async fn settle(&mut self) -> Result<(), DatabaseError> {
        for rows in self.gathered.take_all() {
            self.copy(rows).await?;
        }
        Ok(())
    }

    async fn execute_now(&mut self, sql: &str, params: Vec<Param>) -> Result<u64, DatabaseError> {
        let sql = AssertSqlSafe(sql.to_owned());
        if params.is_empty() {
            return Ok(sqlx::raw_sql(sql).execute(&mut *self.transaction).await?.rows_affected());
        }
        let mut query = sqlx::query(sql).persistent(false);
        for (holds, cell) in params {
            query = query.bind(cells::Bound { holds, cell });
        }
        Ok(query.execute(&mut *self.transaction).await?.rows_affected())
    }

    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.settle().await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *self.transaction).await?;
        Ok(())
    }

    pub(crate) async fn query(
        &mut self,
        sql: &str,
        params: Vec<Param>,
        holds: &[Holds],
    ) -> Result<Vec<Answer>, DatabaseError> {
        self.settle().await?;
        // Not kept prepared: temporary and layers' tables come, change and go under their names.
        let mut query = sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false);
        for (holds, cell) in params {
            query = query.bind(cells::Bound { holds, cell });
        }
        let rows = query.fetch_all(&mut *self.transaction).await?;
        rows.iter()
            .map(|row| {
                let cells: Result<Vec<Cell>, sqlx::Error> =
                    holds.iter().enumerate().map(|(i, &holds)| cells::read(row.try_get_raw(i)?, holds)).collect();
                Ok(Answer::new(cells?))
            })
            .collect()
    }

    pub(crate) async fn insert(&mut self, target: &Target, rows: Vec<Vec<Cell>>) -> Result<(), DatabaseError> {
        // A COPY ends with two messages in a row. The driver leaves Nagle's algorithm on, which may hold the second
        // one back for 40 ms: too long for a single edit, and for every thousand rows of an import.
        const FEW: usize = 8;
        if rows.len() <= FEW && !self.gathered.has(&target.table) {
            return self.insert_few(target, rows).await;
        }
        if let Some(piece) = self.gathered.add(target, &rows)? {
            self.copy(piece).await?;
        }
        Ok(())
    }

    async fn insert_few(&mut self, target: &Target, rows: Vec<Vec<Cell>>) -> Result<(), DatabaseError> {
        let columns = list("", target.columns.iter().map(|(name, _)| name.as_str()));
        let places: Vec<String> = (1..=target.columns.len()).map(|i| format!("${i}")).collect();
        let sql = format!("INSERT INTO {} ({columns}) VALUES ({})", quote(&target.table), places.join(", "));
        for row in rows {
            let params = target.columns.iter().map(|(_, holds)| *holds).zip(row).collect();
            self.execute_now(&sql, params).await?;
        }
        Ok(())
    }

    async fn copy(&mut self, rows: gather::Rows) -> Result<(), DatabaseError> {
        let (sql, bytes) = rows.finish();
        let mut copy = self.transaction.copy_in_raw(&sql).await?;
        copy.send(bytes).await?;
        copy.finish().await?;
        Ok(())
    }

    pub(crate) async fn lock(&mut self) -> Result<(), DatabaseError> {
        // The wait is bounded by the pool's timeout, what follows (a merge of millions) is not. What is acknowledged
        // must not be lost, however the database is set.
        self.script(&format!("SELECT pg_advisory_xact_lock({REVISION_LOCK}); SET LOCAL statement_timeout = 0; SET LOCAL synchronous_commit = on")).await
    }

    pub(crate) async fn commit(mut self) -> Result<(), DatabaseError> {
        self.settle().await?;
        Ok(self.transaction.commit().await?)
    }
}

/// The last revision, asked outside of any transaction.
pub(crate) async fn head(pool: &PgPool) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT max(revision) FROM journal").fetch_one(pool).await
}
