//! A mail server on loopback, as small as one can be: it takes mail, or refuses it for now, and keeps what it took.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A mail as it was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Envelope: from whom, and to whom.
    pub from: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Head and body.
    pub text: String,
}

/// The server; it runs until the test ends.
#[derive(Clone, Debug)]
pub struct MailServer {
    address: SocketAddr,
    refuses: Arc<AtomicBool>,
    asked: Arc<Mutex<usize>>,
    taken: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            refuses: Arc::default(),
            asked: Arc::default(),
            taken: Arc::default(),
        };
        let inner = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = inner.clone();
                // A client that hangs up is no failure of the test.
                thread::spawn(move || server.talk(&stream));
            }
        });
        server
    }

    /// Address for `--smtp`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// From now on mail is refused for the moment (451), or taken.
    pub fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    /// How often somebody wanted to send a mail.
    pub fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    /// What was taken.
    pub fn taken(&self) -> Vec<Mail> {
        self.taken.lock().unwrap().clone()
    }

    /// RFC 5321, as far as one mail after the other needs it.
    fn talk(&self, stream: &TcpStream) -> Option<()> {
        let mut out = stream.try_clone().ok()?;
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).ok();
        let (mut from, mut to) = (String::new(), Vec::new());
        say("220 test ESMTP")?;
        while let Some(line) = lines.next() {
            let path = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            match line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => say("250-test\r\n250 8BITMIME")?,
                "MAIL" => {
                    *self.asked.lock().unwrap() += 1;
                    if self.refuses.load(Ordering::SeqCst) {
                        say("451 4.3.0 not now")?;
                    } else {
                        (from, to) = (path(), Vec::new());
                        say("250 OK")?;
                    }
                }
                "RCPT" => {
                    to.push(path());
                    say("250 OK")?;
                }
                "DATA" => {
                    say("354 go on")?;
                    let text = lines.by_ref().take_while(|line| line != ".");
                    let text: Vec<String> =
                        text.map(|line| line.strip_prefix('.').map(str::to_owned).unwrap_or(line)).collect();
                    let mail = Mail { from: from.clone(), to: to.clone(), text: text.join("\n") };
                    self.taken.lock().unwrap().push(mail);
                    say("250 OK")?;
                }
                "QUIT" => {
                    say("221 bye")?;
                    return Some(());
                }
                _ => say("250 OK")?,
            }
        }
        Some(())
    }
}
