//! The built binary and other programs, run to their end.

use std::{
    env,
    ffi::OsStr,
    path::PathBuf,
    process::{Command, Output},
};

/// Path of the built binary: `BAULOTSE_BIN`, else the one beside the test's own folder.
pub fn path() -> PathBuf {
    let path = env::var_os("BAULOTSE_BIN").map_or_else(
        || {
            let test = env::current_exe().unwrap();
            test.parent().and_then(|deps| deps.parent()).unwrap().join("baulotse")
        },
        PathBuf::from,
    );
    assert!(path.is_file(), "{} is missing: run make build first", path.display());
    path
}

/// The binary as a command, without options from the environment of the test.
pub fn command() -> Command {
    let mut command = Command::new(path());
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BAULOTSE_")) {
        command.env_remove(name);
    }
    command
}

/// A program that has ended.
#[derive(Clone, Debug)]
pub struct Run {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
}

impl Run {
    /// Expects this exit code.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Expects that it went well.
    #[track_caller]
    pub fn expect_done(self) -> Self {
        self.expect_code(0)
    }

    /// Everything it printed or said.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// Runs the built binary to its end.
pub fn baulotse(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Run {
    command().args(arguments).output().unwrap().into()
}

/// Runs another program to its end.
pub fn tool(name: &str, arguments: &[&str]) -> Run {
    let output = Command::new(name).args(arguments).output();
    output.unwrap_or_else(|error| panic!("{name}: {error}; tools/setup.sh test installs it")).into()
}
