//! Problems as pages, for people whose browser asked for one: the same status, the same reason.

use askama::Template;
use axum::{
    body::Body,
    extract::Request as HttpRequest,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    response::Response,
};
use cadastre::texts::Language;

use super::fill;
use crate::{
    app::App,
    error::Told,
    observe::REQUEST_ID,
    ogc::format::{self, Format},
    pages::{
        frame::{Crumb, Frame, Request},
        params::preferred_language,
    },
    params::RawQuery,
};

/// What a page of a problem depends on.
const KEPT: [HeaderName; 3] = [header::ACCEPT, header::ACCEPT_LANGUAGE, REQUEST_ID];

/// How something below `/ogc` was asked for: looked at only if there is a problem, which there mostly is not.
#[derive(Debug)]
pub(crate) struct AskedFor {
    uri: Uri,
    /// As listed in [`KEPT`].
    headers: [Option<HeaderValue>; 3],
}

impl AskedFor {
    /// `None`: problems with this request are not told as pages.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let is_ogc = request.uri().path() == "/ogc" || request.uri().path().starts_with("/ogc/");
        let headers = || KEPT.map(|name| request.headers().get(name).cloned());
        (is_read && is_ogc).then(|| Self { uri: request.uri().clone(), headers: headers() })
    }
}

/// Puts a problem into a page, if that is what was asked for. Programs get `application/problem+json`.
pub(crate) fn as_page(app: &App, asked: AskedFor, response: Response) -> Response {
    let AskedFor { uri, headers } = asked;
    let Some(told) = response.extensions().get::<Told>().cloned() else { return response };
    let headers: HeaderMap = KEPT.into_iter().zip(headers).filter_map(|(name, value)| Some((name, value?))).collect();
    // Where `f` itself is at fault it says nothing.
    let by_f = named_format(&uri).filter(|_| told.parameter.as_deref() != Some("f"));
    if !by_f.map_or_else(|| accepts_page(&headers), |format| format == Format::Html) {
        return response;
    }
    let id = headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
    let has_query = uri.query().is_some_and(|query| !query.is_empty());
    let asked = page_request(app, &uri, &headers);
    let page = ProblemPage::new(asked, &told, response.status().as_u16(), has_query, id);
    match page.render() {
        Ok(html) => paged(response, page.frame.request.language, html),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            response
        }
    }
}

/// The format that `f` names, if there is such a one.
fn named_format(uri: &Uri) -> Option<Format> {
    let key = RawQuery::parse(uri.query()).unwrap_or_default().take("f")?;
    Format::OF_FEATURES.into_iter().find(|format| format.keys().contains(&key.as_str()))
}

/// Whether `Accept` prefers a page to JSON.
fn accepts_page(headers: &HeaderMap) -> bool {
    let chosen = format::take(&mut RawQuery::default(), headers, &[Format::Json, Format::Html]);
    chosen.is_ok_and(|format| format == Format::Html)
}

fn page_request(app: &App, uri: &Uri, headers: &HeaderMap) -> Request {
    let mut raw = RawQuery::parse(uri.query()).unwrap_or_default();
    let named = raw.take("lang").and_then(|tag| Language::from_tag(&tag));
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Request {
        path: uri.path().to_owned(),
        language: named.unwrap_or_else(|| preferred_language(accepted)),
        names_language: named.is_some(),
        base_url: app.base_url().to_owned(),
    }
}

/// The page in place of the body; everything else stays.
fn paged(response: Response, language: Language, html: String) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_LANGUAGE, language.tag()),
        (header::VARY, "authorization, accept, accept-language, accept-encoding"),
    ] {
        parts.headers.insert(name, HeaderValue::from_static(value));
    }
    Response::from_parts(parts, Body::from(html))
}

/// What is wrong, why, and the way back.
#[derive(Debug, Template)]
#[template(path = "ogc/problem.html")]
struct ProblemPage {
    frame: Frame,
    status: u16,
    heading: String,
    help: &'static str,
    /// In the words that programs get, which are English; none where the heading says all there is to say.
    reason: Option<String>,
    request_id: Option<String>,
    /// The address without its query.
    plain: Option<String>,
    collections: String,
}

impl ProblemPage {
    fn new(request: Request, told: &Told, status: u16, has_query: bool, id: Option<String>) -> Self {
        let (heading, help) = text_keys(told.code);
        let name = told.parameter.as_deref().unwrap_or_default();
        let (heading, help) = (fill(request.text(heading), &[("name", name)]), request.text(help));
        let to = |path: &str| request.link(path, &[("f", "html".to_owned())]);
        let crumb = |key, path: &str| Crumb { name: request.text(key).to_owned(), href: to(path) };
        let crumbs = vec![crumb("ogc.landing.short", "/ogc/"), crumb("ogc.collections", "/ogc/collections")];
        let is_parameter = told.parameter.is_some();
        let (plain, collections) = (to(&request.path), to("/ogc/collections"));
        let mut frame = Frame::new(request, format!("{heading} – OGC API"), help.to_owned());
        frame.is_indexed = false;
        frame.crumbs = crumbs;
        Self {
            frame,
            status,
            heading,
            help,
            reason: (!matches!(told.code, "not-found" | "gone" | "internal")).then(|| told.detail.clone()),
            request_id: id.filter(|_| told.code == "internal"),
            plain: (is_parameter && has_query).then_some(plain),
            collections,
        }
    }
}

fn text_keys(code: &str) -> (&'static str, &'static str) {
    match code {
        "not-found" => ("ogc.problem.not_found", "ogc.problem.not_found.help"),
        "gone" => ("ui.error.gone", "ui.error.gone.help"),
        "internal" => ("ui.error.internal", "ui.error.internal.help"),
        "unavailable" => ("ui.error.unavailable", "ui.error.unavailable.help"),
        "too-many-requests" => ("ogc.problem.many", "ogc.problem.many.help"),
        "bad-parameter" => ("ogc.problem.parameter", "ogc.problem.parameter.help"),
        "unknown-parameter" => ("ogc.problem.unknown_parameter", "ogc.problem.parameter.help"),
        _ => ("ogc.problem.other", "ogc.problem.other.help"),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{accepts_page, named_format};
    use crate::ogc::format::Format;

    fn check_accept(accept: &'static str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        assert_eq!(accepts_page(&headers), expected, "{accept}");
    }

    #[test]
    fn a_browser_gets_a_page_and_a_program_a_problem() {
        check_accept("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true);
        check_accept("text/html", true);
        check_accept("*/*", false);
        check_accept("application/json", false);
        check_accept("application/problem+json", false);
        check_accept("text/html;q=0.5, application/json", false);
        check_accept("image/png", false);
        assert!(!accepts_page(&HeaderMap::new()));
    }

    fn check_named(query: &str, expected: Option<Format>) {
        assert_eq!(named_format(&format!("/ogc/collections/x{query}").parse().unwrap()), expected, "{query}");
    }

    #[test]
    fn f_goes_before_accept_where_it_names_a_format() {
        check_named("?f=html", Some(Format::Html));
        check_named("?limit=x&f=html", Some(Format::Html));
        check_named("?f=json", Some(Format::GeoJson));
        check_named("?f=shapefile", None);
        check_named("?f=html&f=html", None);
        check_named("", None);
    }
}
