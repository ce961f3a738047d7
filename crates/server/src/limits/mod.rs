//! Limits against misuse, per client: for what changes something and for what costs much. Plain reading has none.

mod bucket;
mod client;
mod filings;

use std::{net::IpAddr, sync::Arc, time::Instant};

use axum::{extract::Request, http::Method};

use crate::error::Error;

use bucket::Buckets;
pub(crate) use filings::{Filings, TooMany, WINDOW};

/// How much a client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitOptions {
    /// Proxies in front of the server, each of which adds the address it was asked from to `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// Changes a client may send a minute; 0: any number.
    pub writes_per_minute: u32,
    /// Costly questions a client may ask a minute: whole collections, figures, what is nearest, filters; 0: any number.
    pub costly_per_minute: u32,
    /// Enquiries a client may send in ten minutes; 0: any number.
    pub enquiries_per_client: u32,
    /// Enquiries that are taken of all clients together in ten minutes; 0: any number.
    pub enquiries_in_all: u32,
}

impl Default for LimitOptions {
    /// No proxy; ten changes and ten costly questions a second; five enquiries in ten minutes, a hundred in all.
    fn default() -> Self {
        Self {
            trusted_proxies: 0,
            writes_per_minute: 600,
            costly_per_minute: 600,
            enquiries_per_client: 5,
            enquiries_in_all: 100,
        }
    }
}

/// The limits with what each client has used of them.
#[derive(Clone, Debug)]
pub(crate) struct Limits(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    trusted_proxies: usize,
    writes: Option<Buckets>,
    costly: Option<Buckets>,
}

impl Limits {
    pub(crate) fn new(options: LimitOptions) -> Self {
        let buckets = |per_minute: u32| (per_minute > 0).then(|| Buckets::new(per_minute));
        Self(Arc::new(Inner {
            trusted_proxies: options.trusted_proxies,
            writes: buckets(options.writes_per_minute),
            costly: buckets(options.costly_per_minute),
        }))
    }
}

/// What a request counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Costly,
    Write,
}

fn kind(method: &Method, path: &str, query: &str) -> Kind {
    let is_question = matches!(path, "/api/figures" | "/api/nearest");
    let has = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
    match *method {
        Method::POST if is_question => Kind::Costly,
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE => Kind::Write,
        _ if path.starts_with("/ogc/") && (path.contains("/download/") || has("filter") || has("sortby")) => {
            Kind::Costly
        }
        _ => Kind::Plain,
    }
}

/// Who sends a change, as far as that is known; with every request that is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client(pub(crate) Option<IpAddr>);

impl Limits {
    /// Lets a request pass, or says in how many seconds it may come again.
    pub(crate) fn admit(&self, peer: IpAddr, request: &mut Request) -> Result<(), Error> {
        let uri = request.uri();
        let kind = kind(request.method(), uri.path(), uri.query().unwrap_or_default());
        let buckets = match kind {
            Kind::Plain => return Ok(()),
            Kind::Costly => self.0.costly.as_ref(),
            Kind::Write => self.0.writes.as_ref(),
        };
        let client = client::address(Some(peer), request.headers(), self.0.trusted_proxies);
        if kind == Kind::Write {
            request.extensions_mut().insert(Client(client));
        }
        let taken = buckets.zip(client).map_or(Ok(()), |(buckets, client)| buckets.take(client, Instant::now()));
        taken.map_err(|retry_after_s| Error::TooManyRequests { retry_after_s })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::{Kind, kind};

    fn check(method: Method, path: &str, query: &str, expected: Kind) {
        assert_eq!(kind(&method, path, query), expected, "{method} {path}?{query}");
    }

    #[test]
    fn plain_reading_is_not_counted() {
        let items = "/ogc/collections/sites/items";
        check(Method::GET, items, "limit=10000&bbox=1,2,3,4", Kind::Plain);
        check(Method::HEAD, "/", "", Kind::Plain);
        check(Method::OPTIONS, items, "", Kind::Plain);
        check(Method::GET, items, "limit=1&filter=a%3D1", Kind::Costly);
        check(Method::GET, items, "sortby=name", Kind::Costly);
        check(Method::GET, items, "name=filter", Kind::Plain);
        check(Method::GET, "/ogc/collections/sites/download/sites.csv", "", Kind::Costly);
        check(Method::POST, "/api/figures", "", Kind::Costly);
        check(Method::POST, "/api/nearest", "", Kind::Costly);
        check(Method::POST, items, "", Kind::Write);
        check(Method::DELETE, "/ogc/collections/sites/items/a", "", Kind::Write);
    }
}
