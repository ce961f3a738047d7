//! A running server that ends with its test.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    binary::{self, tool},
    client::Client,
};

/// A server on a free port. Dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Server {
    /// Starts `baulotse ARGUMENTS… --listen 127.0.0.1:0` and waits until it says that it listens.
    #[track_caller]
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = binary::command();
        command.args(arguments);
        Self::start_command(command)
    }

    /// The same with a prepared command.
    #[track_caller]
    pub fn start_command(mut command: Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let mut child = command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.by_ref().find_map(|line| Some(line.ok()?.strip_prefix("listening on ")?.to_owned()));
        // What it prints from now on must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        let mut server = Self { child, url: String::new(), folder };
        let Some(url) = url else {
            let status = server.child.wait();
            panic!("the server did not start: {status:?}\n{}", server.log());
        };
        server.url = url;
        server
    }

    /// Address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// An anonymous client.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Ends it without a word (SIGKILL).
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end (SIGTERM), expects that it does so in order and has logged no error.
    #[track_caller]
    pub fn stop(mut self) {
        tool("kill", &["-TERM", &self.child.id().to_string()]).expect_done();
        let status = self.wait(Duration::from_secs(30));
        let log = self.log();
        assert!(status.success(), "{status}\n{log}");
        let errors: Vec<_> = log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
        assert!(errors.is_empty(), "the server has logged {errors:#?}");
    }

    #[track_caller]
    fn wait(&mut self, limit: Duration) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < limit, "the server has not ended after {limit:?}:\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until the answer is there, at most `limit`; panics with what was hoped for.
#[track_caller]
pub fn eventually<T>(hope: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(begun.elapsed() < limit, "not within {limit:?}: {hope}");
        thread::sleep(Duration::from_millis(50));
    }
}
