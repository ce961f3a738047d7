//! A transaction on either store, as the rest of the crate sees it: SQL in, cells out.
//!
//! Every statement of this crate is written so that SQLite and PostgreSQL understand it alike, with
//! parameters `$1`, `$2` … in the order of their first use; what differs is in [`crate::sql::Dialect`].

use cadastre::Value;

use crate::{geopackage, plan::Holds, postgis, sql::Dialect};

/// A database failed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(#[from] Failure);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Postgres(#[from] sqlx::Error),
    #[error("the connection was lost in an earlier step")]
    Lost,
    #[error("the file was removed or replaced by another one")]
    FileGone,
    #[error("column {index} of an answer does not hold {expected}")]
    Cell { index: usize, expected: &'static str },
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.into())
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        Self(error.into())
    }
}

impl DatabaseError {
    /// Whether the database is gone or busy for now, as against having refused.
    pub fn is_unavailable(&self) -> bool {
        match &self.0 {
            Failure::Sqlite(error) => geopackage::is_unavailable(error),
            Failure::Postgres(error) => postgis::is_unavailable(error),
            Failure::Lost | Failure::FileGone => true,
            Failure::Cell { .. } => false,
        }
    }

    /// Whether a file is no SQLite database at all.
    pub(crate) fn is_no_database(&self) -> bool {
        matches!(&self.0, Failure::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase))
    }

    /// The work was cut off.
    pub(crate) fn lost() -> Self {
        Self(Failure::Lost)
    }
}

/// One value of a statement or an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Value(Value),
    /// Encoded as the dialect does.
    Geometry(Box<[u8]>),
    /// A file as it is.
    Bytes(Box<[u8]>),
}

impl Cell {
    pub(crate) const NULL: Self = Self::Value(Value::Null);
}

/// A parameter: what it holds must be said for nulls, too.
pub(crate) type Param = (Holds, Cell);

pub(crate) fn text(text: impl Into<Box<str>>) -> Param {
    (Holds::Text, Cell::Value(Value::text(text)))
}

pub(crate) fn optional_text<T: Into<Box<str>>>(text: Option<T>) -> Param {
    (Holds::Text, Cell::Value(text.map_or(Value::Null, Value::text)))
}

pub(crate) fn json(text: impl Into<Box<str>>) -> Param {
    (Holds::Json, Cell::Value(Value::text(text)))
}

pub(crate) fn integer(number: i64) -> Param {
    (Holds::Integer, Cell::Value(Value::Integer(number)))
}

pub(crate) fn optional_integer(number: Option<i64>) -> Param {
    (Holds::Integer, Cell::Value(number.map_or(Value::Null, Value::Integer)))
}

pub(crate) fn boolean(yes: bool) -> Param {
    (Holds::Boolean, Cell::Value(Value::Boolean(yes)))
}

pub(crate) fn instant(at: Option<jiff::Timestamp>) -> Param {
    (Holds::Timestamp, Cell::Value(at.map_or(Value::Null, Value::Timestamp)))
}

/// A row of an answer, taken apart from left to right.
#[derive(Debug)]
pub(crate) struct Answer {
    cells: std::vec::IntoIter<Cell>,
    index: usize,
}

impl Answer {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self { cells: cells.into_iter(), index: 0 }
    }

    /// The next cell as it is.
    pub(crate) fn cell(&mut self) -> Cell {
        self.index += 1;
        self.cells.next().unwrap_or(Cell::NULL)
    }

    /// The next `count` cells as values; a geometry among them would be an error of this crate and is null.
    pub(crate) fn values(&mut self, count: usize) -> Vec<Value> {
        (0..count)
            .map(|_| match self.cell() {
                Cell::Value(value) => value,
                Cell::Geometry(_) | Cell::Bytes(_) => Value::Null,
            })
            .collect()
    }

    fn expect<T>(&mut self, expected: &'static str, pick: impl Fn(Cell) -> Option<T>) -> Result<T, DatabaseError> {
        let cell = self.cell();
        pick(cell).ok_or(DatabaseError(Failure::Cell { index: self.index, expected }))
    }

    pub(crate) fn text(&mut self) -> Result<String, DatabaseError> {
        self.expect("text", |cell| if let Cell::Value(Value::Text(text)) = cell { Some(text.into()) } else { None })
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, DatabaseError> {
        self.expect("bytes", |cell| if let Cell::Bytes(bytes) = cell { Some(bytes.into()) } else { None })
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, DatabaseError> {
        self.expect("text or null", |cell| match cell {
            Cell::Value(Value::Text(text)) => Some(Some(text.into())),
            Cell::Value(Value::Null) => Some(None),
            _ => None,
        })
    }

    pub(crate) fn integer(&mut self) -> Result<i64, DatabaseError> {
        self.expect("an integer", |cell| if let Cell::Value(Value::Integer(n)) = cell { Some(n) } else { None })
    }

    pub(crate) fn optional_integer(&mut self) -> Result<Option<i64>, DatabaseError> {
        self.expect("an integer or null", |cell| match cell {
            Cell::Value(Value::Integer(n)) => Some(Some(n)),
            Cell::Value(Value::Null) => Some(None),
            _ => None,
        })
    }

    pub(crate) fn count(&mut self) -> Result<u64, DatabaseError> {
        Ok(u64::try_from(self.integer()?).unwrap_or(0))
    }

    pub(crate) fn optional_real(&mut self) -> Result<Option<f64>, DatabaseError> {
        self.expect("a number or null", |cell| match cell {
            Cell::Value(Value::Real(x)) => Some(Some(x)),
            Cell::Value(Value::Null) => Some(None),
            _ => None,
        })
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, DatabaseError> {
        self.expect("a truth value", |cell| if let Cell::Value(Value::Boolean(b)) = cell { Some(b) } else { None })
    }

    pub(crate) fn optional_instant(&mut self) -> Result<Option<jiff::Timestamp>, DatabaseError> {
        self.expect("an instant or null", |cell| match cell {
            Cell::Value(Value::Timestamp(at)) => Some(Some(at)),
            Cell::Value(Value::Null) => Some(None),
            _ => None,
        })
    }

    pub(crate) fn day(&mut self) -> Result<cadastre::Day, DatabaseError> {
        self.expect("a day", |cell| if let Cell::Value(Value::Date(day)) = cell { Some(day) } else { None })
    }

    pub(crate) fn instant(&mut self) -> Result<jiff::Timestamp, DatabaseError> {
        self.expect("an instant", |cell| if let Cell::Value(Value::Timestamp(at)) = cell { Some(at) } else { None })
    }
}

/// Where many rows go at once.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Table, not yet quoted.
    pub(crate) table: String,
    /// Columns, not yet quoted, and what they hold.
    pub(crate) columns: Vec<(String, Holds)>,
}

/// A transaction. Dropped without [`Session::commit`], it never was.
pub(crate) enum Session {
    GeoPackage(geopackage::Session),
    Postgis(postgis::Session),
}

impl Session {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::GeoPackage(_) => Dialect::GeoPackage,
            Self::Postgis(_) => Dialect::Postgis,
        }
    }

    /// Runs one statement; returns how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, params: Vec<Param>) -> Result<u64, DatabaseError> {
        match self {
            Self::GeoPackage(session) => session.execute(sql, params).await,
            Self::Postgis(session) => session.execute(sql, params).await,
        }
    }

    /// Runs statements without parameters, separated by semicolons.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), DatabaseError> {
        match self {
            Self::GeoPackage(session) => session.script(sql).await,
            Self::Postgis(session) => session.script(sql).await,
        }
    }

    /// Runs a query whose columns hold what `holds` says; a page of rows, not a whole table.
    pub(crate) async fn query(
        &mut self,
        sql: &str,
        params: Vec<Param>,
        holds: &[Holds],
    ) -> Result<Vec<Answer>, DatabaseError> {
        match self {
            Self::GeoPackage(session) => session.query(sql, params, holds).await,
            Self::Postgis(session) => session.query(sql, params, holds).await,
        }
    }

    /// The first row of an answer.
    pub(crate) async fn query_one(
        &mut self,
        sql: &str,
        params: Vec<Param>,
        holds: &[Holds],
    ) -> Result<Option<Answer>, DatabaseError> {
        Ok(self.query(sql, params, holds).await?.into_iter().next())
    }

    /// Writes many rows by the quickest way there is.
    pub(crate) async fn insert(&mut self, target: &Target, rows: Vec<Vec<Cell>>) -> Result<(), DatabaseError> {
        if rows.is_empty() {
            return Ok(());
        }
        match self {
            Self::GeoPackage(session) => session.insert(target, rows).await,
            Self::Postgis(session) => session.insert(target, rows).await,
        }
    }

    /// Takes the one lock under which revisions are drawn. Until then only temporary tables may be written.
    pub(crate) async fn lock(&mut self) -> Result<(), DatabaseError> {
        match self {
            Self::GeoPackage(session) => session.lock().await,
            Self::Postgis(session) => session.lock().await,
        }
    }

    /// Makes the transaction last; once this returns it survives a loss of power.
    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        match self {
            Self::GeoPackage(session) => session.commit().await,
            Self::Postgis(session) => session.commit().await,
        }
    }
}
