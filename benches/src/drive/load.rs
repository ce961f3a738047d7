//! The loop itself.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};

use serde::Serialize;
use tokio::task::LocalSet;

use super::{Answer, Connection, DriveError, Endpoint, Head, Request};

/// How hard and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Requests under way at any time.
    pub connections: usize,
    /// Time before anything is counted.
    pub warm_up: Duration,
    /// Time that is counted.
    pub duration: Duration,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Answers counted.
    pub answers: usize,
    /// Answers a second.
    pub per_second: f64,
    /// Bytes of a body as it came, on average.
    pub bytes: f64,
    /// Half of the answers took no longer, in microseconds.
    pub p50_us: f64,
    /// 99 of 100 took no longer, in microseconds.
    pub p99_us: f64,
}

/// What an answer must be.
#[derive(Clone, Copy, Debug)]
enum Expected {
    Same { status: u16, bytes: usize },
    Any,
}

impl Expected {
    fn check(self, line: &str, head: &Head) -> Result<(), DriveError> {
        let (is_met, expected) = match self {
            Self::Same { status, bytes } => {
                (head.status == status && head.body_bytes == bytes, format!("{status} with {bytes} bytes"))
            }
            Self::Any => (matches!(head.status, 200 | 204), "200 or 204".to_owned()),
        };
        if is_met {
            return Ok(());
        }
        let found = format!("{} with {} bytes", head.status, head.body_bytes);
        Err(DriveError::answer(line, found, expected))
    }
}

/// Sends the requests in turn, again and again; `expected` are the answers of [`super::probe`] to each of them.
///
/// Runs on the current thread, which must be that of a tokio runtime.
pub async fn load(
    to: &Endpoint,
    requests: Vec<Request>,
    expected: &[Answer],
    load: Load,
) -> Result<Report, DriveError> {
    let expected = expected.iter().map(|answer| Expected::Same { status: answer.status, bytes: answer.bytes });
    let begin = Instant::now() + load.warm_up;
    let span = (begin, Some(begin + load.duration));
    let shared = Shared::new(to, requests.into_iter().zip(expected).collect(), span);
    let counted = run(shared, load.connections).await?;
    Ok(report(counted, load.duration))
}

/// Sends every request once and takes the time of all: for answers that the server must not have given before.
///
/// Each must be answered 200 or, where there is nothing, 204.
pub async fn once(to: &Endpoint, requests: Vec<Request>, connections: usize) -> Result<Report, DriveError> {
    let begin = Instant::now();
    let turns = requests.into_iter().map(|request| (request, Expected::Any)).collect();
    let counted = run(Shared::new(to, turns, (begin, None)), connections).await?;
    Ok(report(counted, begin.elapsed()))
}

struct Shared {
    to: Endpoint,
    turns: Vec<(Request, Expected)>,
    begin: Instant,
    /// `None`: every request once.
    end: Option<Instant>,
    next: Cell<usize>,
    counted: RefCell<Counted>,
}

#[derive(Default)]
struct Counted {
    bytes: usize,
    latencies_us: Vec<f64>,
}

impl Shared {
    fn new(to: &Endpoint, turns: Vec<(Request, Expected)>, (begin, end): (Instant, Option<Instant>)) -> Self {
        Self { to: to.clone(), turns, begin, end, next: Cell::new(0), counted: RefCell::default() }
    }

    /// The next request; `None`: it is over.
    fn next(&self, now: Instant) -> Option<&(Request, Expected)> {
        let number = self.next.get();
        self.next.set(number + 1);
        match self.end {
            None => self.turns.get(number),
            Some(end) if now < end => self.turns.get(number % self.turns.len().max(1)),
            Some(_) => None,
        }
    }

    fn count(&self, begun: Instant, ended: Instant, head: &Head) {
        // Counted where it ends: a slow server may take longer for an answer than the warm-up takes.
        if ended >= self.begin && self.end.is_none_or(|end| ended <= end) {
            let mut counted = self.counted.borrow_mut();
            counted.bytes += head.body_bytes;
            counted.latencies_us.push((ended - begun).as_secs_f64() * 1e6);
        }
    }
}

async fn run(shared: Shared, connections: usize) -> Result<Counted, DriveError> {
    let shared = Rc::new(shared);
    let local = LocalSet::new();
    let loops: Vec<_> = (0..connections).map(|_| local.spawn_local(ask_on(Rc::clone(&shared)))).collect();
    local.await;
    for one in loops {
        one.await.map_err(|error| DriveError::Protocol(error.to_string()))??;
    }
    Ok(shared.counted.take())
}

async fn ask_on(shared: Rc<Shared>) -> Result<(), DriveError> {
    let mut connection = Connection::new(&shared.to.authority);
    let mut begun = Instant::now();
    while let Some((request, expected)) = shared.next(begun) {
        let head = connection.exchange(&request.bytes, None).await?;
        let ended = Instant::now();
        expected.check(&request.line, &head)?;
        shared.count(begun, ended, &head);
        begun = Instant::now();
    }
    Ok(())
}

fn report(mut counted: Counted, duration: Duration) -> Report {
    counted.latencies_us.sort_by(f64::total_cmp);
    let answers = counted.latencies_us.len();
    let at = |part: f64| counted.latencies_us.get((answers as f64 * part) as usize).copied().unwrap_or(f64::NAN);
    Report {
        answers,
        per_second: answers as f64 / duration.as_secs_f64(),
        bytes: counted.bytes as f64 / answers.max(1) as f64,
        p50_us: at(0.5),
        p99_us: at(0.99),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Arc,
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::{Load, load, once};
    use crate::drive::{Endpoint, probe, requests};

    /// A server that answers every request with its path; from the `broken`th answer on with one byte less.
    async fn echo(broken: usize) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let counter = Arc::clone(&counter);
                tokio::spawn(async move {
                    let mut request = [0; 256];
                    while let Ok(length @ 1..) = stream.read(&mut request).await {
                        let text = String::from_utf8_lossy(&request[..length]).into_owned();
                        let path = text.split(' ').nth(1).unwrap_or_default();
                        let cut = usize::from(counter.fetch_add(1, Ordering::Relaxed) >= broken);
                        let body = &path[cut..];
                        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                });
            }
        });
        (url, count)
    }

    const LOAD: Load =
        Load { connections: 3, warm_up: Duration::from_millis(20), duration: Duration::from_millis(150) };

    #[tokio::test(flavor = "current_thread")]
    async fn requests_go_in_turn_until_the_time_is_over() {
        let (url, count) = echo(usize::MAX).await;
        let to = Endpoint::new(&url, Vec::new()).unwrap();
        let asked = requests("GET /a\nGET /bcd", &to).unwrap();
        let expected = probe(&to, &asked).await.unwrap();
        let report = load(&to, asked, &expected, LOAD).await.unwrap();
        assert!(report.answers > 10 && report.answers <= count.load(Ordering::Relaxed), "{report:?}");
        assert!((2.5..3.5).contains(&report.bytes), "{report:?}");
        assert!(report.p50_us <= report.p99_us, "{report:?}");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn each_is_sent_once_if_that_is_asked() {
        let (url, count) = echo(usize::MAX).await;
        let to = Endpoint::new(&url, Vec::new()).unwrap();
        let lines: String = (0..50).map(|number| format!("GET /{number}\n")).collect();
        let report = once(&to, requests(&lines, &to).unwrap(), 4).await.unwrap();
        assert_eq!((report.answers, count.load(Ordering::Relaxed)), (50, 50));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn another_answer_than_before_ends_the_run() {
        let (url, _) = echo(20).await;
        let to = Endpoint::new(&url, Vec::new()).unwrap();
        let asked = requests("GET /abc", &to).unwrap();
        let expected = probe(&to, &asked).await.unwrap();
        let error = load(&to, asked, &expected, LOAD).await.unwrap_err().to_string();
        assert_eq!(error, "\"GET /abc\" was answered 200 with 3 bytes, expected 200 with 4 bytes");
    }
}
