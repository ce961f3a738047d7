//! The built binary under measurement.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// The binary cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// It is not there.
    #[error("{0} is missing: run make build first")]
    Missing(PathBuf),
    /// The system.
    #[error("{context}: {source}")]
    Io {
        /// What was going on.
        context: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It ended otherwise than in order.
    #[error("baulotse {arguments} failed: {said}")]
    Failed {
        /// What it was asked.
        arguments: String,
        /// Its last words.
        said: String,
    },
}

/// Path of the built binary: `BAULOTSE_BIN`, else the one in the folder of the running program's target directory.
pub fn binary() -> Result<PathBuf, ServerError> {
    let beside = || {
        let own = env::current_exe().ok()?;
        // release/deps/http-… or release/benches
        own.ancestors().skip(1).take(2).map(|folder| folder.join("baulotse")).find(|path| path.is_file())
    };
    let path = env::var_os("BAULOTSE_BIN").map(PathBuf::from).or_else(beside).unwrap_or_else(|| "baulotse".into());
    if path.is_file() { Ok(path) } else { Err(ServerError::Missing(path)) }
}

/// The binary as a command, without options from the environment.
fn command(arguments: &[impl AsRef<OsStr>]) -> Result<Command, ServerError> {
    let mut command = Command::new(binary()?);
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BAULOTSE_")) {
        command.env_remove(name);
    }
    command.args(arguments);
    Ok(command)
}

/// Runs a command of the binary to its end.
pub fn run(arguments: &[&str]) -> Result<(), ServerError> {
    let io = |source| ServerError::Io { context: arguments.join(" "), source };
    let output = command(arguments)?.output().map_err(io)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(3).collect();
    Err(ServerError::Failed { arguments: arguments.join(" "), said: last.join("; ") })
}

/// A running server; killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Serves a store on a free port, once it is ready.
    pub fn start(store: &str) -> Result<Self, ServerError> {
        // The limits for a single client are for visitors, not for a load.
        let arguments = ["serve", "--store", store, "--listen", "127.0.0.1:0", "--costly-per-minute", "0"];
        let io = |source| ServerError::Io { context: arguments.join(" "), source };
        let mut child = command(&arguments)?.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(io)?;
        let stdout = child.stdout.take();
        let mut server = Self { child, url: String::new() };
        let mut lines = stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines());
        let url = lines.by_ref().find_map(|line| Some(line.ok()?.strip_prefix("listening on ")?.to_owned()));
        // What it prints from now on must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        server.url = url.ok_or_else(|| ServerError::Failed {
            arguments: arguments.join(" "),
            said: "it ended before it listened".to_owned(),
        })?;
        Ok(server)
    }

    /// Address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until what it does in the background, such as compressing, is done; at once where there is no /proc.
    pub fn settle(&self) {
        const STEP: Duration = Duration::from_millis(500);
        // Ticks of a hundredth of a second.
        const IDLE_TICKS: u64 = 3;
        let mut before = self.processor_ticks();
        while let Some(ticks) = before {
            thread::sleep(STEP);
            let now = self.processor_ticks();
            if now.is_none_or(|now| now - ticks < IDLE_TICKS) {
                return;
            }
            before = now;
        }
    }

    fn processor_ticks(&self) -> Option<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The name before it, in parentheses, may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let user: u64 = fields.next()?.parse().ok()?;
        Some(user + fields.next()?.parse::<u64>().ok()?)
    }

    /// Memory it holds, in bytes; `None` where there is no /proc.
    pub fn resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
