//! An HTTP client that shows every answer as it is, errors too.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::{
    Agent,
    http::{HeaderMap, Request, Response},
};

/// Address of the sites.
pub const SITES: &str = "/ogc/collections/sites/items";

/// A client, anonymous until it has a token.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
}

impl Client {
    /// An anonymous client of a server.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .build();
        Self { agent: config.into(), base: base.to_owned(), token: None }
    }

    /// The same, signed in.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same, asking another server.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// Sends a request; `Err` if no answer came.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, ureq::Error> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let response = if body.is_empty() {
            self.agent.run(request.body(()).unwrap())?
        } else {
            self.agent.run(request.body(body.to_owned()).unwrap())?
        };
        Answer::read(response)
    }

    /// Sends a request and expects some answer.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends a file as the body.
    #[track_caller]
    pub fn send_file(&self, method: &str, path: &str, headers: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let response = self.agent.run(request.body(file).unwrap()).unwrap();
        Answer::read(response).unwrap()
    }

    /// `GET`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    /// `GET` with these headers.
    #[track_caller]
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, "")
    }

    /// `GET` into a file; the answer has no body left.
    #[track_caller]
    pub fn save(&self, path: &str, file: &std::path::Path) -> Answer {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = Request::builder().uri(url);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = self.agent.run(request.body(()).unwrap()).unwrap();
        let bytes = response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        std::fs::write(file, bytes).unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: String::new(),
            bytes: Vec::new(),
        }
    }

    /// `GET` of a JSON document that must be there.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        self.get(path).expect(200).json()
    }

    /// `numberMatched` of a collection's items.
    #[track_caller]
    pub fn count(&self, collection: &str, query: &str) -> u64 {
        let page = self.json(&format!("/ogc/collections/{collection}/items?limit=1{query}"));
        page["numberMatched"].as_u64().unwrap_or_else(|| panic!("no numberMatched: {page}"))
    }

    /// Creates a site.
    #[track_caller]
    pub fn post_site(&self, feature: &Value) -> Answer {
        self.send("POST", SITES, &[("Content-Type", "application/geo+json")], &feature.to_string())
    }

    /// Replaces a site that was read with this ETag.
    #[track_caller]
    pub fn put_site(&self, id: &str, etag: &str, feature: &Value) -> Answer {
        let headers = [("Content-Type", "application/geo+json"), ("If-Match", etag)];
        self.send("PUT", &format!("{SITES}/{id}"), &headers, &feature.to_string())
    }

    /// Ends a site that was read with this ETag.
    #[track_caller]
    pub fn delete_site(&self, id: &str, etag: &str) -> Answer {
        self.send("DELETE", &format!("{SITES}/{id}"), &[("If-Match", etag)], "")
    }

    /// Reads a site.
    #[track_caller]
    pub fn get_site(&self, id: &str) -> Answer {
        self.get(&format!("{SITES}/{id}"))
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text; of one that is none, what can be read.
    pub body: String,
    /// Body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    fn read(mut response: Response<ureq::Body>) -> Result<Self, ureq::Error> {
        let bytes = response.body_mut().with_config().limit(1 << 30).read_to_vec()?;
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Self { status: response.status().as_u16(), headers: response.headers().clone(), body, bytes })
    }

    /// Expects this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A header that must be there.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    /// The entity tag.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").to_owned()
    }

    /// Id of a record that was created: the last part of `Location`.
    #[track_caller]
    pub fn created_id(&self) -> String {
        self.header("location").rsplit('/').next().unwrap().to_owned()
    }
}

/// A site to send: a point in CRS84 with these properties beside type and municipality.
pub fn site(ags: &str, lon_lat: [f64; 2], properties: &Value) -> Value {
    let mut all = json!({ "ags": ags, "type": "infill_gap" });
    for (name, value) in properties.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": lon_lat }, "properties": all })
}
