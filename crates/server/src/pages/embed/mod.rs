//! The list and the map inside of other sites' pages.

mod address;
mod oembed;
mod snippet;

use axum::http::StatusCode;
use cadastre::Ags;

use super::{
    answer::{Asked, Document, PageResult, fresh},
    error_page::ErrorKind,
    list::{ListInput, ListPage, Scope},
    params::parse_embedded,
    read,
    towns::Town,
};
use crate::app::App;

pub(crate) use oembed::get_oembed;
#[cfg(test)]
pub(crate) use snippet::SnippetPage;
pub(crate) use snippet::document as snippet;

/// A list page for a frame, with the policy that says whose frame it may be.
pub(crate) fn document(app: &App, asked: &Asked, ags: Option<Ags>) -> PageResult {
    let snapshot = fresh(app)?;
    let (query, problems) = parse_embedded(&asked.raw);
    let listings = read::listings(&snapshot, ags, &query.filter.place, asked.request.language);
    let towns = read::towns(&snapshot, ags, &listings);
    let scope = Scope::of(ags, &towns).ok_or(ErrorKind::NotFound)?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let input = ListInput { request: asked.request.clone(), scope, towns: &towns, listings, query, problems };
    let document = Document::page(status, &ListPage::embedded(input))?;
    Ok(Document { ancestors: Some(ancestors(&allowed_origins(&towns))), ..document })
}

/// Origins of sites that may frame a page about these municipalities: those that every one of them allows.
///
/// Each municipality decides where its list is shown. A page of several is about all of them, so that one
/// municipality cannot hand out another one's list.
pub(crate) fn allowed_origins<'a>(towns: &'a [Town<'_>]) -> Vec<&'a str> {
    let origins_of = |town: &'a Town<'_>| &town.municipality.settings.embed_origins;
    let Some((first, others)) = towns.split_first() else { return Vec::new() };
    let is_allowed = |origin: &&String| others.iter().all(|town| origins_of(town).contains(origin));
    origins_of(first).iter().filter(is_allowed).map(String::as_str).collect()
}

/// Sources of `frame-ancestors`: this server too, which shows a preview.
fn ancestors(origins: &[&str]) -> String {
    std::iter::once("'self'").chain(origins.iter().copied()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{allowed_origins, ancestors};
    use crate::pages::{fixtures::Town as Fixture, towns::Town};

    fn check(origins: &[&[&str]], expected: &str) {
        let fixtures: Vec<Fixture> = origins
            .iter()
            .map(|origins| {
                let mut fixture = Fixture::new();
                fixture.municipality.settings.embed_origins = origins.iter().map(|one| (*one).to_owned()).collect();
                fixture
            })
            .collect();
        let towns: Vec<Town<'_>> = fixtures
            .iter()
            .map(|fixture| Town { municipality: &fixture.municipality, count: 0, extent: None, has_districts: true })
            .collect();
        assert_eq!(ancestors(&allowed_origins(&towns)), expected);
    }

    #[test]
    fn a_page_of_several_towns_is_framed_by_whom_all_of_them_allow() {
        const A: &str = "https://www.a.example";
        const COUNTY: &str = "https://kreis.example";
        check(&[], "'self'");
        check(&[&[]], "'self'");
        check(&[&[A, COUNTY]], "'self' https://www.a.example https://kreis.example");
        check(&[&[A, COUNTY], &[COUNTY]], "'self' https://kreis.example");
        check(&[&[A, COUNTY], &[COUNTY], &[]], "'self'");
    }
}
