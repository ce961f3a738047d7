//! `GET /oembed`: what a site that takes addresses writes into its pages for one of ours (oembed.com, version 1.0).

use axum::{
    Json,
    extract::{RawQuery as QueryString, State},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use cadastre::Ags;
use serde::Serialize;

use super::{
    address::{Measures, Snippet},
    snippet::USUAL,
};
use crate::{
    app::App,
    error::Error,
    pages::{
        frame::Request,
        list::Scope,
        params::{RawParams, asked_language, parse_embedded, preferred_language},
        read,
    },
    params::{RawQuery, shorten, whole_number},
};

/// Seconds for which a site may keep an answer: there is nothing in it that could be withdrawn.
const CACHE_AGE: u32 = 86_400;

/// An answer of the type "rich".
#[derive(Debug, Serialize)]
struct Rich {
    version: &'static str,
    r#type: &'static str,
    title: String,
    provider_name: &'static str,
    provider_url: String,
    cache_age: u32,
    width: u64,
    height: u64,
    html: String,
}

/// `GET /oembed?url=…&format=json&maxwidth=…&maxheight=…`, of list pages of this server.
///
/// `dnt` (do not track), which some sites send, is known and changes nothing: nobody is tracked.
pub(crate) async fn get_oembed(
    State(app): State<App>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let mut query = RawQuery::parse(query.as_deref())?;
    let url = query.take("url").ok_or_else(|| Error::parameter("url", "is missing"))?;
    let format = query.take("format");
    let most = |name: &str, query: &mut RawQuery| query.take_parsed(name, |text| whole_number(text, 1..=100_000));
    let (width, height) = (most("maxwidth", &mut query)?, most("maxheight", &mut query)?);
    query.take("dnt");
    query.finish()?;
    if format.as_deref().is_some_and(|format| format != "json") {
        return Err(Error::NotImplemented("only format=json is answered".to_owned()));
    }
    app.require_fresh()?;
    let measures = Measures {
        width: width.map_or(USUAL.width, |most| most.min(USUAL.width)),
        height: height.map_or(USUAL.height, |most| most.min(USUAL.height)),
    };
    let target = Target::parse(&url, app.base_url())?;
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let asked = asked_language(&target.raw);
    let request = Request {
        path: target.path,
        language: asked.unwrap_or_else(|| preferred_language(accepted)),
        names_language: asked.is_some(),
        base_url: app.base_url().to_owned(),
    };
    let (query, problems) = parse_embedded(&target.raw);
    if let Some(problem) = problems.first() {
        let reason = format!("its {} has a value that makes no sense: \"{}\"", problem.key, problem.given);
        return Err(Error::parameter("url", reason));
    }
    let snapshot = app.snapshot();
    let towns = read::towns(&snapshot, target.ags, &[]);
    let scope = Scope::of(target.ags, &towns).ok_or(Error::NotFound)?;
    let snippet = Snippet::new(&request, scope, &query, asked, measures);
    let answer = Rich {
        version: "1.0",
        r#type: "rich",
        html: snippet.frame_code().map_err(Error::internal)?,
        title: snippet.title,
        provider_name: "baulotse",
        provider_url: request.base_url,
        cache_age: CACHE_AGE,
        width: measures.width,
        height: measures.height,
    };
    Ok(([(header::CACHE_CONTROL, "no-cache"), (header::VARY, "accept-language")], Json(answer)).into_response())
}

/// The list page that an address names.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    path: String,
    ags: Option<Ags>,
    raw: RawParams,
}

impl Target {
    /// Reads the address of a list page, or of the same embedded; any other is, for this, not there.
    fn parse(url: &str, base_url: &str) -> Result<Self, Error> {
        let rest = url
            .strip_prefix(base_url)
            .ok_or_else(|| Error::parameter("url", format!("must begin with {base_url}, got \"{}\"", shorten(url))))?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let ags = match path {
            "" | "/" | "/embed" => None,
            _ => {
                let of_town = path.strip_prefix("/gemeinde/").or_else(|| path.strip_prefix("/embed/"));
                Some(of_town.and_then(|ags| Ags::parse(ags).ok()).ok_or(Error::NotFound)?)
            }
        };
        let raw = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Ok(Self { path: path.to_owned(), ags, raw })
    }
}

#[cfg(test)]
mod tests {
    use cadastre::Ags;

    use super::Target;

    /// The municipality and the query of an address, or the status with which it is refused.
    fn check(url: &str, expected: Result<(Option<&str>, usize), u16>) {
        let target = Target::parse(url, "https://leerstand.example");
        let found = target.as_ref().map(|target| (target.ags.as_ref().map(Ags::as_str), target.raw.len()));
        assert_eq!(found.map_err(|error| error.status().as_u16()), expected, "{url}");
    }

    #[test]
    fn list_pages_of_this_server_can_be_embedded_and_nothing_else() {
        check("https://leerstand.example/", Ok((None, 0)));
        check("https://leerstand.example", Ok((None, 0)));
        check("https://leerstand.example/gemeinde/14522310?typ=hof&sort=name#karte", Ok((Some("14522310"), 2)));
        check("https://leerstand.example/embed/14522310", Ok((Some("14522310"), 0)));
        check("https://leerstand.example/gemeinde/x", Err(404));
        check("https://leerstand.example/flaeche/abc", Err(404));
        check("https://leerstand.example.evil.example/", Err(404));
        check("https://other.example/", Err(400));
        check("http://leerstand.example/", Err(400));
    }
}
