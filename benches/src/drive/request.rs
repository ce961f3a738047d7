//! Requests, made once and sent as they are.

use super::DriveError;

/// Where requests go and what each of them says beside its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `host:port`.
    pub authority: String,
    /// Header lines, each as `Name: value`.
    pub headers: Vec<String>,
}

impl Endpoint {
    /// From `http://host:port`, with header lines.
    pub fn new(url: &str, headers: Vec<String>) -> Result<Self, DriveError> {
        let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        match authority.filter(|authority| !authority.is_empty() && !authority.contains('/')) {
            Some(authority) => Ok(Self { authority: authority.to_owned(), headers }),
            None => Err(DriveError::Request { line: url.to_owned(), reason: "must be of the form http://host:port" }),
        }
    }
}

/// A request as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The line it was made of.
    pub line: String,
    /// Head and body.
    pub bytes: Vec<u8>,
}

/// Makes requests of lines: `GET /path` or `POST /path {"json": …}`. Empty lines are passed over.
pub fn requests(lines: &str, to: &Endpoint) -> Result<Vec<Request>, DriveError> {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| request(line, to)).collect()
}

fn request(line: &str, to: &Endpoint) -> Result<Request, DriveError> {
    let refuse = |reason| DriveError::Request { line: line.chars().take(80).collect(), reason };
    let mut parts = line.splitn(3, ' ');
    let (method, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let body = parts.next().unwrap_or_default();
    if !path.starts_with('/') {
        return Err(refuse("must be a method, a space and a path that begins with a slash"));
    }
    let content = match (method, body.is_empty()) {
        ("GET", true) => String::new(),
        ("POST", false) => format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()),
        ("GET", false) => return Err(refuse("a GET has no body")),
        ("POST", true) => return Err(refuse("a POST needs a body")),
        _ => return Err(refuse("the method must be GET or POST")),
    };
    let more: String = to.headers.iter().flat_map(|header| [header, "\r\n"]).collect();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{content}{more}\r\n", to.authority);
    Ok(Request { line: line.to_owned(), bytes: [head.as_bytes(), body.as_bytes()].concat() })
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, requests};

    fn check(lines: &str, expected: Result<&str, &str>) {
        let to = Endpoint::new("http://127.0.0.1:80/", vec!["Accept: */*".into()]).unwrap();
        let made = requests(lines, &to)
            .map(|made| made.iter().map(|one| String::from_utf8_lossy(&one.bytes).into_owned()).collect::<String>())
            .map_err(|error| error.to_string());
        assert_eq!(made.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn lines_become_requests() {
        check("\n GET /a?b=1,2 \n\n", Ok("GET /a?b=1,2 HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept: */*\r\n\r\n"));
        check(
            "POST /a {\"b\": 1}",
            Ok("POST /a HTTP/1.1\r\nHost: 127.0.0.1:80\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\
                Accept: */*\r\n\r\n{\"b\": 1}"),
        );
    }

    #[test]
    fn other_lines_are_refused() {
        check("GET a", Err("no request: \"GET a\": must be a method, a space and a path that begins with a slash"));
        check("GET /a b", Err("no request: \"GET /a b\": a GET has no body"));
        check("POST /a", Err("no request: \"POST /a\": a POST needs a body"));
        check("PUT /a {}", Err("no request: \"PUT /a {}\": the method must be GET or POST"));
    }
}
