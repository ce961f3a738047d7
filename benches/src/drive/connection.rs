//! One connection: a request out, an answer in, its body counted or kept.

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Large enough that a map's answer takes few reads.
const BUFFER_BYTES: usize = 512 << 10;
const MAX_HEADERS: usize = 64;

/// The measurement cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// A line that is no request.
    #[error("no request: \"{line}\": {reason}")]
    Request {
        /// The line, or its beginning.
        line: String,
        /// Why.
        reason: &'static str,
    },
    /// The network failed.
    #[error("{context}: {source}")]
    Io {
        /// What was going on.
        context: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What came is no answer in HTTP/1.1.
    #[error("not an answer in HTTP/1.1: {0}")]
    Protocol(String),
    /// Another answer than was expected.
    #[error("\"{line}\" was answered {found}, expected {expected}")]
    Answer {
        /// The request.
        line: String,
        /// What came.
        found: String,
        /// What should have come.
        expected: String,
    },
}

impl DriveError {
    /// Another answer than was expected; a long request is named by its beginning.
    pub fn answer(line: &str, found: String, expected: String) -> Self {
        Self::Answer { line: line.chars().take(80).collect(), found, expected }
    }
}

/// What an answer begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Status.
    pub status: u16,
    /// `Content-Encoding`; empty: none.
    pub encoding: String,
    /// Bytes of the body as they came, without the framing of chunks.
    pub body_bytes: usize,
    length: Option<usize>,
    is_chunked: bool,
    closes: bool,
}

/// A connection that is opened when it is first needed, and again if the server closed it.
#[derive(Debug)]
pub struct Connection {
    authority: String,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
    /// The part of the buffer that was read from the network and not yet looked at.
    from: usize,
    to: usize,
}

impl Connection {
    /// A connection to `host:port`, not yet opened.
    pub fn new(authority: &str) -> Self {
        Self { authority: authority.to_owned(), stream: None, buffer: vec![0; BUFFER_BYTES], from: 0, to: 0 }
    }

    /// Sends a request and reads the answer to its end; the body is appended to `keep` if that is given.
    pub async fn exchange(&mut self, request: &[u8], mut keep: Option<&mut Vec<u8>>) -> Result<Head, DriveError> {
        self.send(request).await?;
        let mut head = self.head().await?;
        head.body_bytes = match head.length {
            _ if matches!(head.status, 204 | 304) => 0,
            _ if head.is_chunked => self.chunks(keep).await?,
            Some(length) => {
                self.take(length, keep).await?;
                length
            }
            None => {
                // The body ends with the connection.
                head.closes = true;
                let mut count = 0;
                while self.from < self.to || self.fill().await? > 0 {
                    let part = self.to - self.from;
                    self.take(part, keep.as_deref_mut()).await?;
                    count += part;
                }
                count
            }
        };
        if head.closes {
            self.stream = None;
        }
        Ok(head)
    }

    async fn send(&mut self, request: &[u8]) -> Result<(), DriveError> {
        let failed = |context: &str, source| DriveError::Io { context: context.to_owned(), source };
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.authority).await.map_err(|error| failed(&self.authority, error))?;
            stream.set_nodelay(true).map_err(|error| failed("setting up the connection", error))?;
            self.stream = Some(stream);
            (self.from, self.to) = (0, 0);
        }
        match &mut self.stream {
            Some(stream) => stream.write_all(request).await.map_err(|error| failed("sending a request", error)),
            None => Ok(()),
        }
    }

    /// Reads more into the buffer; 0: the server has closed.
    async fn fill(&mut self) -> Result<usize, DriveError> {
        if self.from == self.to {
            (self.from, self.to) = (0, 0);
        } else if self.to == self.buffer.len() {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
        }
        let Some(stream) = &mut self.stream else { return Ok(0) };
        let read = stream.read(&mut self.buffer[self.to..]).await;
        let read = read.map_err(|source| DriveError::Io { context: "reading an answer".into(), source })?;
        self.to += read;
        Ok(read)
    }

    async fn fill_or_fail(&mut self) -> Result<(), DriveError> {
        if self.to - self.from == self.buffer.len() {
            return Err(DriveError::Protocol("a line is longer than the buffer".into()));
        }
        match self.fill().await? {
            0 => Err(DriveError::Protocol("the connection was closed within an answer".into())),
            _ => Ok(()),
        }
    }

    async fn head(&mut self) -> Result<Head, DriveError> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
            let mut answer = httparse::Response::new(&mut headers);
            let parsed = answer.parse(&self.buffer[self.from..self.to]);
            match parsed.map_err(|error| DriveError::Protocol(error.to_string()))? {
                httparse::Status::Complete(length) => {
                    let head = read_head(&answer)?;
                    self.from += length;
                    return Ok(head);
                }
                httparse::Status::Partial => self.fill_or_fail().await?,
            }
        }
    }

    /// Passes over, or keeps, so many bytes.
    async fn take(&mut self, mut count: usize, mut keep: Option<&mut Vec<u8>>) -> Result<(), DriveError> {
        while count > 0 {
            if self.from == self.to {
                self.fill_or_fail().await?;
            }
            let part = count.min(self.to - self.from);
            if let Some(keep) = keep.as_deref_mut() {
                keep.extend_from_slice(&self.buffer[self.from..self.from + part]);
            }
            self.from += part;
            count -= part;
        }
        Ok(())
    }

    /// Reads chunks to the last one (RFC 9112 § 7.1).
    async fn chunks(&mut self, mut keep: Option<&mut Vec<u8>>) -> Result<usize, DriveError> {
        let mut total = 0;
        loop {
            let size = loop {
                match httparse::parse_chunk_size(&self.buffer[self.from..self.to]) {
                    Ok(httparse::Status::Complete((length, size))) => {
                        self.from += length;
                        break size as usize;
                    }
                    Ok(httparse::Status::Partial) => self.fill_or_fail().await?,
                    Err(_) => return Err(DriveError::Protocol("a chunk has no size".into())),
                }
            };
            self.take(size, keep.as_deref_mut()).await?;
            // No server measured here sends trailers: after the last chunk comes an empty line, as after each.
            self.take(2, None).await?;
            total += size;
            if size == 0 {
                return Ok(total);
            }
        }
    }
}

fn read_head(answer: &httparse::Response<'_, '_>) -> Result<Head, DriveError> {
    let mut head = Head { status: answer.code.unwrap_or_default(), ..Head::default() };
    for header in answer.headers.iter() {
        let value = String::from_utf8_lossy(header.value);
        match header.name.to_ascii_lowercase().as_str() {
            "content-length" => {
                let length = value.trim().parse().ok();
                head.length = Some(length.ok_or_else(|| DriveError::Protocol(format!("content-length: {value}")))?);
            }
            "transfer-encoding" => head.is_chunked = value.eq_ignore_ascii_case("chunked"),
            "content-encoding" => head.encoding = value.into_owned(),
            "connection" => head.closes = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    Ok(head)
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::Connection;

    /// Sends `answer` in pieces of `step` bytes to whoever asks; returns body and number of connections made.
    async fn ask(answer: &'static str, step: usize, times: usize) -> Result<(Vec<String>, usize), super::DriveError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let served = tokio::spawn(async move {
            let mut connections = 0;
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                connections += 1;
                let mut request = [0; 64];
                while stream.read(&mut request).await.unwrap_or(0) > 0 {
                    if request.starts_with(b"END") {
                        return connections;
                    }
                    for piece in answer.as_bytes().chunks(step) {
                        stream.write_all(piece).await.unwrap();
                        tokio::task::yield_now().await;
                    }
                    if answer.contains("close") {
                        break;
                    }
                }
            }
        });
        let mut connection = Connection::new(&authority);
        let mut bodies = Vec::new();
        for _ in 0..times {
            let mut body = Vec::new();
            let head = connection.exchange(b"GET", Some(&mut body)).await?;
            assert_eq!(head.body_bytes, body.len());
            bodies.push(format!("{} {}", head.status, String::from_utf8(body).unwrap()));
        }
        let mut last = Connection::new(&authority);
        drop(connection);
        last.send(b"END").await.unwrap();
        Ok((bodies, served.await.unwrap() - 1))
    }

    async fn check(answer: &'static str, expected: &str, connections: usize) {
        for step in [1, 7, 1000] {
            let (bodies, made) = ask(answer, step, 2).await.unwrap();
            assert_eq!(bodies, [expected, expected], "in pieces of {step}");
            assert_eq!(made, connections, "in pieces of {step}");
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn answers_are_read_to_their_end_and_no_further() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 hello", 1).await;
        check("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "404 ", 1).await;
        check("HTTP/1.1 204 No\r\n\r\n", "204 ", 1).await;
        check(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
            "200 abc0123456789",
            1,
        )
        .await;
        check("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", "200 hello", 2).await;
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_answer_cut_short_is_an_error() {
        let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nhello";
        let error = ask(answer, 1000, 1).await.unwrap_err();
        assert_eq!(error.to_string(), "not an answer in HTTP/1.1: the connection was closed within an answer");
    }
}
