//! PostgreSQL: a cluster of a test's own that can be stopped and started again, and plain SQL.

use std::{
    env, fs,
    path::PathBuf,
    process::{self, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::binary::tool;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A name that no other test of this run uses.
pub fn unique_name(prefix: &str) -> String {
    format!("{prefix}_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Address of the maintenance database of the cluster that `tests/postgres.sh run` started.
pub fn shared_cluster() -> String {
    env::var("BAULOTSE_TEST_PG")
        .expect("BAULOTSE_TEST_PG is not set: call make test, or tests/postgres.sh run cargo test …")
}

/// Runs SQL and returns what it answers, columns separated by `|`.
pub fn sql(database: &str, sql: &str) -> String {
    let arguments = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql];
    tool("psql", &arguments).expect_done().stdout.trim().to_owned()
}

/// Makes an empty database beside the maintenance database and returns its address.
pub fn create_database(maintenance: &str) -> String {
    let name = unique_name("flow");
    sql(maintenance, &format!("CREATE DATABASE {name}"));
    let (cluster, _) = maintenance.rsplit_once('/').unwrap();
    format!("{cluster}/{name}")
}

/// A cluster of its own, for tests that take the database away.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    maintenance: String,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start() -> Self {
        let folder = env::temp_dir().join(unique_name("baulotse-cluster"));
        let maintenance = script("start", &folder);
        Self { folder, maintenance }
    }

    /// Address of the maintenance database.
    pub fn maintenance(&self) -> &str {
        &self.maintenance
    }

    /// Takes the database away.
    pub fn stop(&self) {
        script("stop", &self.folder);
    }

    /// Brings it back, at the same address.
    pub fn start_again(&self) {
        assert_eq!(script("start", &self.folder), self.maintenance);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        script("remove", &self.folder);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn script(verb: &str, folder: &PathBuf) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/postgres.sh");
    let output = Command::new(path).arg(verb).arg(folder).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "postgres.sh {verb}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
