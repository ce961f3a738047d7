//! Landing page and conformance declaration (OGC 17-069r4 §§ 7.2, 7.4).

use axum::{extract::State, response::Response};
use cadastre::Viewer;
use serde::Serialize;

use super::{
    asked::{Asked, with_query},
    collections,
    format::Format,
    html::{CollectionCard, ConformancePage, LandingPage},
};
use crate::{
    app::App,
    catalogue,
    error::Error,
    links::{Link, media},
};

/// Conformance classes; `docs/conformance.md` names the test that proves each.
const CONFORMS_TO: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas",
];

const FORMATS: [Format; 2] = [Format::Json, Format::Html];

#[derive(Debug, Serialize)]
struct LandingResponse {
    title: &'static str,
    description: &'static str,
    links: Vec<Link>,
}

/// `GET /ogc`: where everything is.
pub(crate) async fn get_landing(State(app): State<App>, mut asked: Asked) -> Result<Response, Error> {
    let format = asked.only_format(&FORMATS)?;
    let mut links = asked.own_links(&asked.at("/"), format, &FORMATS);
    let html = |address: String| with_query(&address, &[("f", "html")]);
    let (api, conformance) = (asked.at("/api"), asked.at("/conformance"));
    let data = asked.at("/collections");
    links.extend([
        Link::new(api.clone(), "service-desc", media::OPENAPI, asked.t("ogc.api")),
        Link::new(html(api), "service-doc", media::HTML, asked.t("ogc.api")),
        Link::new(conformance, "conformance", media::JSON, asked.t("ogc.conformance")),
        Link::new(data, "data", media::JSON, asked.t("ogc.collections")),
        Link::new(format!("{}/", app.base_url()), "related", media::HTML, asked.t("ui.start.heading")),
    ]);
    links.extend(super::tiles::landing_links(app.base_url()));
    links.extend(
        catalogue::DOCUMENTS
            .map(|(path, media)| Link::new(format!("{}{path}", app.base_url()), "describedby", media, "DCAT-AP.de")),
    );
    let response =
        LandingResponse { title: asked.t("ogc.landing.title"), description: asked.t("ogc.landing.lead"), links };
    asked.answer(format, &response, || {
        let collections = collections::describe_all(&app, &app.snapshot(), &asked, &Viewer::ANONYMOUS);
        let cards = collections.iter().map(|collection| CollectionCard::new(&asked, collection)).collect();
        LandingPage::new(&asked, response.title, response.description, &response.links, cards)
    })
}

#[derive(Debug, Serialize)]
struct ConformanceResponse {
    #[serde(rename = "conformsTo")]
    conforms_to: Vec<&'static str>,
    links: Vec<Link>,
}

/// `GET /ogc/conformance`.
pub(crate) async fn get_conformance(mut asked: Asked) -> Result<Response, Error> {
    let format = asked.only_format(&FORMATS)?;
    let links = asked.own_links(&asked.at("/conformance"), format, &FORMATS);
    let conforms_to = [CONFORMS_TO, &super::tiles::CONFORMS_TO].concat();
    let response = ConformanceResponse { conforms_to, links };
    asked.answer(format, &response, || ConformancePage::new(&asked, &response.conforms_to, &response.links))
}

#[cfg(test)]
mod tests {
    use super::CONFORMS_TO;
    use crate::ogc::tiles;

    #[test]
    fn every_declared_class_has_a_row_that_says_what_proves_it() {
        let documented = include_str!("../../../../docs/conformance.md");
        let classes: Vec<&str> = CONFORMS_TO.iter().copied().chain(tiles::CONFORMS_TO).collect();
        for uri in &classes {
            let parts: Vec<&str> = uri.split('/').collect();
            let ["http:", "", "www.opengis.net", "spec", specification, _, "conf", class] = parts[..] else {
                panic!("{uri} is no conformance class");
            };
            let has_row = documented.lines().any(|line| {
                line.starts_with(&format!("| `{specification}` |")) && line.contains(&format!("`{class}`"))
            });
            assert!(has_row, "docs/conformance.md has no row for {uri}");
        }
        let rows = documented.lines().filter(|line| line.starts_with("| `"));
        let named: usize = rows.map(|row| row.split('|').nth(2).unwrap_or_default().matches('`').count() / 2).sum();
        assert_eq!(named, classes.len(), "docs/conformance.md names classes that are not declared");
    }
}
