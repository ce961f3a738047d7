//! Stores of both kinds, empty at first and gone with their test.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{
    Client, Server,
    binary::{Run, baulotse, tool},
    postgres, sample,
};

/// Runs each test once a store: a module a kind, so that both are named in the report.
#[macro_export]
macro_rules! both_stores {
    ($($test:ident),+ $(,)?) => {
        mod geopackage {
            $(#[test] fn $test() { super::$test(&$crate::TestStore::geopackage()); })+
        }
        mod postgis {
            $(#[test] fn $test() { super::$test(&$crate::TestStore::postgis()); })+
        }
    };
}

/// A place for a store; the first import makes it.
#[derive(Debug)]
pub struct TestStore {
    location: String,
    /// The maintenance database, if the store is one of ours in a cluster.
    maintenance: Option<String>,
    folder: TempDir,
}

impl TestStore {
    /// A GeoPackage file that is not there yet.
    pub fn geopackage() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("store.gpkg").to_str().unwrap().to_owned();
        Self { location, maintenance: None, folder }
    }

    /// An empty database in the cluster that all tests share.
    pub fn postgis() -> Self {
        Self::postgis_in(&postgres::shared_cluster())
    }

    /// An empty database in a cluster.
    pub fn postgis_in(maintenance: &str) -> Self {
        let location = postgres::create_database(maintenance);
        Self { location, maintenance: Some(maintenance.to_owned()), folder: tempfile::tempdir().unwrap() }
    }

    /// What `--store` takes.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Whether it is a file.
    pub fn is_file(&self) -> bool {
        self.maintenance.is_none()
    }

    /// A folder of the test's own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into that folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path: PathBuf = self.folder().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs a command of the binary on this store.
    pub fn run(&self, arguments: &[&str]) -> Run {
        baulotse(arguments.iter().chain(&["--store", &self.location]))
    }

    /// Imports a file; a store that it creates is in EPSG:25832, as the samples are.
    pub fn import(&self, file: &str, more: &[&str]) -> Run {
        self.run(&[&["import", file, "--store-crs", "EPSG:25832"], more].concat())
    }

    /// Imports a sample of the project.
    #[track_caller]
    pub fn import_sample(&self, name: &str) {
        self.import(&sample::path(name), &[]).expect_done();
    }

    /// Starts a server on it, without limits for clients: tests are in a hurry.
    pub fn serve(&self) -> Server {
        self.serve_with(&["--writes-per-minute", "0", "--costly-per-minute", "0", "--enquiries-per-client", "0"])
    }

    /// Starts a server on it with these options.
    pub fn serve_with(&self, more: &[&str]) -> Server {
        Server::start(&[&["serve", "--store", &self.location], more].concat())
    }

    /// Expects that `baulotse check` finds nothing.
    #[track_caller]
    pub fn expect_sound(&self) {
        self.run(&["check"]).expect_done();
    }

    /// Adds an account and returns its token. It is bound to a municipality (8 digits), a county (5) or nothing.
    #[track_caller]
    pub fn add_user(&self, login: &str, role: &str, bound_to: &str) -> String {
        let mut arguments = vec!["user", "add", login, "--role", role];
        match bound_to.len() {
            0 => {}
            5 => arguments.extend(["--county", bound_to]),
            _ => arguments.extend(["--municipality", bound_to]),
        }
        let run = self.run(&arguments).expect_done();
        run.stdout.split_whitespace().last().unwrap_or_else(|| panic!("no token: {run:?}")).to_owned()
    }

    /// A client of a server on this store, signed in with a new account.
    #[track_caller]
    pub fn client(&self, server: &Server, login: &str, role: &str, bound_to: &str) -> Client {
        server.client().with_token(&self.add_user(login, role, bound_to))
    }

    /// What plain SQL finds in it, columns separated by `|`.
    pub fn sql(&self, sql: &str) -> String {
        if self.is_file() {
            tool("sqlite3", &["-readonly", &self.location, sql]).expect_done().stdout.trim().to_owned()
        } else {
            postgres::sql(&self.location, sql)
        }
    }

    /// A number found by plain SQL.
    #[track_caller]
    pub fn number(&self, sql: &str) -> f64 {
        let text = self.sql(sql);
        text.parse().unwrap_or_else(|_| panic!("{sql} answers \"{text}\""))
    }

    /// Number of rows of a table.
    #[track_caller]
    pub fn count(&self, table: &str) -> u64 {
        self.number(&format!("SELECT count(*) FROM {table}")) as u64
    }

    /// The last revision.
    #[track_caller]
    pub fn revision(&self) -> u64 {
        self.number("SELECT coalesce(max(revision), 0) FROM journal") as u64
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if let Some(maintenance) = &self.maintenance
            && let Some((_, name)) = self.location.rsplit_once('/')
        {
            // The cluster may be switched off; it is thrown away in any case.
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            tool("psql", &["-X", "-q", "-d", maintenance, "-c", &drop]);
        }
    }
}
