//! How an OGC resource was asked for, and the answer of a small document: JSON or a page, with validators.

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use cadastre::texts::{Language, find, text};
use serde::Serialize;

use super::format::{self, Format};
use crate::{
    app::App,
    error::Error,
    etag,
    links::{Link, encode},
    pages::{frame::Request, params::preferred_language},
    params::RawQuery,
};

/// A request for an OGC resource, before its parameters are taken. It takes the headers with it: it is the last of what a
/// handler takes out of a request.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Path as in the address.
    pub(crate) path: String,
    /// Parameters that nobody has taken yet.
    pub(crate) raw: RawQuery,
    /// The query part of the address.
    pub(crate) query: String,
    /// All parameters, as they were typed.
    pub(crate) pairs: Vec<(String, String)>,
    /// Headers.
    pub(crate) headers: HeaderMap,
    /// Language of titles and pages.
    pub(crate) language: Language,
    /// Whether the query named the language; links of pages then name it too.
    pub(crate) names_language: bool,
    /// Address of the server.
    pub(crate) base_url: String,
    /// Whether staff ask: what they see is nobody else's.
    pub(crate) is_staff: bool,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let mut raw = RawQuery::parse(parts.uri.query())?;
        let pairs = raw.pairs().to_vec();
        let asked = raw.take_parsed("lang", |tag| {
            Language::from_tag(tag).ok_or_else(|| format!("must be de or en, got \"{tag}\""))
        })?;
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self {
            path: parts.uri.path().to_owned(),
            raw,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            pairs,
            language: asked.unwrap_or_else(|| preferred_language(accepted)),
            names_language: asked.is_some(),
            base_url: app.base_url().to_owned(),
            is_staff: parts.headers.contains_key(header::AUTHORIZATION),
            headers: std::mem::take(&mut parts.headers),
        })
    }
}

impl Asked {
    /// Takes the format, of those that the resource offers.
    pub(crate) fn format(&mut self, offered: &[Format]) -> Result<Format, Error> {
        format::take(&mut self.raw, &self.headers, offered)
    }

    /// Takes the format of a document that has no other parameters.
    pub(crate) fn only_format(&mut self, offered: &[Format]) -> Result<Format, Error> {
        let format = self.format(offered)?;
        std::mem::take(&mut self.raw).finish()?;
        Ok(format)
    }

    /// Address below `/ogc`.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}/ogc{path}", self.base_url)
    }

    /// Address of a collection.
    pub(crate) fn collection(&self, id: &str) -> String {
        self.at(&format!("/collections/{}", encode(id)))
    }

    /// The text with this key.
    pub(crate) fn t(&self, key: &'static str) -> &'static str {
        text(key, self.language)
    }

    /// The text with a key that is known at run time; empty where there is none.
    pub(crate) fn find(&self, key: &str) -> &'static str {
        find(key, self.language).unwrap_or_default()
    }

    /// `self` and `alternate` for a resource in several formats.
    pub(crate) fn own_links(&self, address: &str, current: Format, offered: &[Format]) -> Vec<Link> {
        let link = |format: &Format| {
            let rel = if *format == current { "self" } else { "alternate" };
            let title = super::html::fill(self.t("ogc.link.as"), &[("format", format.label())]);
            Link::new(with_query(address, &[("f", format.key())]), rel, format.media(), title)
        };
        let (this, others): (Vec<_>, Vec<_>) = offered.iter().partition(|format| **format == current);
        this.into_iter().chain(others).map(link).collect()
    }

    /// What the frame of a page needs to know.
    pub(crate) fn page_request(&self) -> Request {
        Request {
            path: self.path.clone(),
            language: self.language,
            names_language: self.names_language,
            base_url: self.base_url.clone(),
        }
    }

    /// Answers a document: as JSON, or as the page that `page` makes of it.
    pub(crate) fn answer<P: Template>(
        &self,
        format: Format,
        document: &impl Serialize,
        page: impl FnOnce() -> P,
    ) -> Result<Response, Error> {
        let body = match format {
            Format::Html => page().render().map_err(Error::internal)?.into_bytes(),
            _ => serde_json::to_vec(document).map_err(Error::internal)?,
        };
        self.respond(format, body)
    }

    /// Answers bytes with validators: their tag is that of the bytes, so it changes when and only when they do.
    pub(crate) fn respond(&self, format: Format, body: Vec<u8>) -> Result<Response, Error> {
        let tag = etag::of_bytes(&[&body]);
        let is_known = etag::is_not_modified(&self.headers, &tag);
        let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, content_type(format));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
        headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
        cache(headers, self.is_staff);
        Ok(response)
    }
}

/// Media type of an answer, with its charset where programs need to be told.
pub(crate) fn content_type(format: Format) -> HeaderValue {
    HeaderValue::from_static(match format {
        Format::Html => "text/html; charset=utf-8",
        Format::Csv => "text/csv; charset=utf-8; header=present",
        other => other.media(),
    })
}

/// Caches ask before they answer; what staff see is nobody else's.
pub(crate) fn cache(headers: &mut HeaderMap, is_staff: bool) {
    const VARY: &str = "authorization, accept, accept-language, accept-encoding";
    let value = if is_staff { "private, no-cache" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
}

/// An address with parameters.
pub(crate) fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    if pairs.is_empty() { address.to_owned() } else { format!("{address}?{}", pairs.join("&")) }
}

/// `Link` headers (RFC 8288), for formats whose bodies have no place for links.
pub(crate) fn link_headers(headers: &mut HeaderMap, links: &[Link]) {
    const LINK: HeaderName = header::LINK;
    for link in links {
        // Titles may hold letters that a header cannot.
        let value = format!("<{}>; rel=\"{}\"; type=\"{}\"", link.href, link.rel, link.r#type);
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(LINK, value);
        }
    }
}
