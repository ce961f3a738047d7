//! `/sitemap.xml` and `/robots.txt`: what search engines may list.

use std::fmt::Write as _;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use cadastre::Viewer;
use spatial::{Query, Snapshot};

use crate::{
    app::App,
    error::Error,
    links::encode,
    validated::{Terms, answer},
};

/// Addresses a file may hold (sitemaps.org).
const MAX_ADDRESSES: usize = 50_000;
const XML: &str = "application/xml; charset=utf-8";

/// `GET /sitemap.xml`: the pages, or the list of lists where one would hold too many.
pub(crate) async fn get_sitemap(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    app.require_fresh()?;
    let work = move || {
        let paths = paths(&app.snapshot());
        let base = app.base_url();
        match paths.len().div_ceil(MAX_ADDRESSES) {
            0 | 1 => url_set(base, &paths),
            parts => index(base, parts),
        }
    };
    let list = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    Ok(answer(&headers, Terms::for_all(XML), list))
}

/// `GET /sitemap/{part}`: a part of a long list, from 1.
pub(crate) async fn get_part(
    State(app): State<App>,
    Path(part): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.require_fresh()?;
    let number = part.strip_suffix(".xml").and_then(|number| number.parse::<usize>().ok()).ok_or(Error::NotFound)?;
    let work = move || {
        let paths = paths(&app.snapshot());
        let part = paths.chunks(MAX_ADDRESSES).nth(number.checked_sub(1)?)?;
        Some(url_set(app.base_url(), part))
    };
    let part = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    Ok(answer(&headers, Terms::for_all(XML), part.ok_or(Error::NotFound)?))
}

/// `GET /robots.txt`: pages are for search engines, data are not.
pub(crate) async fn get_robots(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    let text = format!(
        "User-agent: *\nDisallow: /api/\nDisallow: /ogc/collections/*/items\nDisallow: /ogc/collections/*/download/\n\
         Disallow: /ogc/collections/*/tiles\nDisallow: /ogc/tiles\n\nSitemap: {}/sitemap.xml\n",
        app.base_url()
    );
    Ok(answer(&headers, Terms::for_all("text/plain; charset=utf-8"), text))
}

/// Paths of the pages that may be listed, as the public sees them.
fn paths(snapshot: &Snapshot) -> Vec<String> {
    let mut paths = vec!["/".to_owned()];
    for municipality in snapshot.municipalities() {
        let town = format!("/gemeinde/{}", municipality.ags);
        let below = ["/start", "/zahlen", "/impressum", "/datenschutz", "/barrierefreiheit"];
        paths.push(town.clone());
        paths.extend(below.map(|page| format!("{town}{page}")));
    }
    let query = Query { limit: usize::MAX, ..Query::default() };
    let sites = snapshot.query("sites", &query, &Viewer::ANONYMOUS);
    let sites = sites.iter().flat_map(|page| &page.returned);
    paths.extend(sites.map(|site| format!("/flaeche/{}", encode(site.view().id()))));
    paths.push("/ogc/?f=html".to_owned());
    paths
}

fn url_set(base: &str, paths: &[String]) -> String {
    let mut out = head("urlset");
    for path in paths {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "<url><loc>{}{path}</loc></url>", escaped(base));
    }
    out + "</urlset>\n"
}

fn index(base: &str, parts: usize) -> String {
    let mut out = head("sitemapindex");
    for part in 1..=parts {
        let _ = writeln!(out, "<sitemap><loc>{}/sitemap/{part}.xml</loc></sitemap>", escaped(base));
    }
    out + "</sitemapindex>\n"
}

fn head(root: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
    )
}

/// The base URL in XML; paths hold nothing that must be escaped.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::{index, url_set};

    #[test]
    fn a_short_list_is_one_file_and_a_long_one_a_list_of_files() {
        let one = url_set("https://a.example/x&y", &["/".to_owned(), "/flaeche/abc".to_owned()]);
        assert!(one.contains("<url><loc>https://a.example/x&amp;y/flaeche/abc</loc></url>"), "{one}");
        assert_eq!(index("https://a.example", 3).matches("<sitemap>").count(), 3);
    }
}
