//! Where a test keeps its store: a folder or a database of its own, gone with it.

use std::str::FromStr as _;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, postgres::PgConnectOptions};
use store::{Location, OpenOptions, Store, StoreCrs};
use tempfile::TempDir;

/// Makes a test of each function that takes a [`Place`], on either store.
macro_rules! on_both_stores {
    ($($(#[$attribute:meta])* async fn $name:ident($place:ident: Place) $body:block)+) => {
        $($(#[$attribute])* async fn $name($place: Place) $body)+

        mod on_geopackage {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::place::Place::geopackage()).await;
            })+
        }

        mod on_postgis {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::place::Place::postgis().await).await;
            })+
        }
    };
}
pub(crate) use on_both_stores;

const TEMPLATE: &str = "baulotse_test_template";

/// A place for a store.
pub(crate) struct Place {
    pub(crate) location: Location,
    pub(crate) folder: TempDir,
    database: Option<String>,
}

impl Place {
    pub(crate) fn geopackage() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::parse(folder.path().join("town.gpkg").to_str().unwrap()).unwrap();
        Self { location, folder, database: None }
    }

    pub(crate) async fn postgis() -> Self {
        let mut admin = connect(&admin_options()).await;
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        let name = format!("baulotse_test_{:016x}", u64::from_le_bytes(bytes));
        make_template(&mut admin).await;
        run(&mut admin, &format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
        let location = Location::Postgis(Box::new(admin_options().database(&name)));
        Self { location, folder: tempfile::tempdir().unwrap(), database: Some(name) }
    }

    pub(crate) fn is_postgis(&self) -> bool {
        self.database.is_some()
    }

    /// Creates the store, in EPSG:25833.
    pub(crate) async fn create(&self) -> Store {
        Store::create(&self.location, StoreCrs::known(25833).unwrap()).await.unwrap()
    }

    /// Opens the store once more, as another process would.
    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.location, OpenOptions::default()).await.unwrap()
    }

    /// Runs SQL behind the store's back.
    pub(crate) async fn tamper(&self, sql: &str) {
        match &self.location {
            Location::GeoPackage(path) => rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap(),
            Location::Postgis(options) => run(&mut connect(options).await, sql).await,
        }
    }

    /// Runs SQL in the database's maintenance database.
    pub(crate) async fn administrate(&self, sql: &str) {
        run(&mut connect(&admin_options()).await, sql).await;
    }

    /// Name of the database.
    pub(crate) fn database(&self) -> &str {
        self.database.as_deref().unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(name) = self.database.take() else { return };
        // A drop cannot wait for async work on its own runtime.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut admin = connect(&admin_options()).await;
                run(&mut admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            });
        });
        let _ = dropped.join();
    }
}

fn admin_options() -> PgConnectOptions {
    let address = std::env::var("BAULOTSE_TEST_PG").unwrap_or_else(|_| {
        panic!(
            "BAULOTSE_TEST_PG is not set. It must be the address of a PostgreSQL server with PostGIS on which databases \
             may be created, e.g. postgres://baulotse@127.0.0.1:5499/postgres; `make test` starts one and sets it."
        )
    });
    PgConnectOptions::from_str(&address).unwrap()
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.unwrap()
}

async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.unwrap();
}

/// Makes the database with PostGIS that the others are copies of, unless there is one.
async fn make_template(admin: &mut PgConnection) {
    run(admin, "SELECT pg_advisory_lock(4711)").await;
    let found: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate")
        .bind(TEMPLATE)
        .fetch_optional(&mut *admin)
        .await
        .unwrap();
    if found.is_none() {
        run(admin, &format!("DROP DATABASE IF EXISTS {TEMPLATE}")).await;
        run(admin, &format!("CREATE DATABASE {TEMPLATE}")).await;
        let mut template = connect(&admin_options().database(TEMPLATE)).await;
        run(&mut template, "CREATE EXTENSION IF NOT EXISTS postgis").await;
        template.close().await.unwrap();
        run(admin, &format!("ALTER DATABASE {TEMPLATE} IS_TEMPLATE true")).await;
    }
    run(admin, "SELECT pg_advisory_unlock(4711)").await;
}
