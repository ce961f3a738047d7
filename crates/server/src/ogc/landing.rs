//! Landing page and conformance declaration (OGC 17-069r4 §§ 7.2, 7.4).

use axum::{
    Json,
    extract::{RawQuery as QueryString, State},
};
use serde::Serialize;

use crate::{
    app::App,
    error::Error,
    links::{Link, media},
    params::RawQuery,
};

/// Conformance classes; `docs/conformance.md` names the test that proves each.
const CONFORMS_TO: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
];

#[derive(Debug, Serialize)]
pub(crate) struct LandingResponse {
    title: &'static str,
    description: &'static str,
    links: Vec<Link>,
}

/// Takes `f=json` and refuses every other parameter.
pub(crate) fn only_json(query: Option<&str>) -> Result<(), Error> {
    let mut query = RawQuery::parse(query)?;
    take_format(&mut query)?;
    query.finish()
}

/// Takes the parameter `f`; JSON is the only format of these resources so far.
pub(crate) fn take_format(query: &mut RawQuery) -> Result<(), Error> {
    match query.take("f").as_deref() {
        None | Some("json" | "geojson") => Ok(()),
        Some(other) => Err(Error::parameter("f", format!("must be json, got \"{other}\""))),
    }
}

/// `GET /ogc`: where everything is.
pub(crate) async fn get_landing(
    State(app): State<App>,
    QueryString(query): QueryString,
) -> Result<Json<LandingResponse>, Error> {
    only_json(query.as_deref())?;
    let at = |path: &str| format!("{}/ogc{path}", app.base_url());
    let tiles = super::tiles::landing_links(app.base_url());
    Ok(Json(LandingResponse {
        title: "baulotse – Leerstands- und Baulandkataster",
        description: "Flurstücke, Standorte und Gebäude mit Leerstand als OGC API – Features. \
                      Parcels, sites and vacant buildings as OGC API – Features.",
        links: vec![
            Link::new(at("/"), "self", media::JSON, "This document"),
            Link::new(at("/api"), "service-desc", media::OPENAPI, "OpenAPI 3.0 document"),
            Link::new(at("/conformance"), "conformance", media::JSON, "Conformance classes"),
            Link::new(at("/collections"), "data", media::JSON, "Collections"),
            Link::new(format!("{}/", app.base_url()), "related", media::HTML, "Map and list"),
        ]
        .into_iter()
        .chain(tiles)
        .collect(),
    }))
}

#[derive(Debug, Serialize)]
pub(crate) struct ConformanceResponse {
    #[serde(rename = "conformsTo")]
    conforms_to: Vec<&'static str>,
    links: Vec<Link>,
}

/// `GET /ogc/conformance`.
pub(crate) async fn get_conformance(
    State(app): State<App>,
    QueryString(query): QueryString,
) -> Result<Json<ConformanceResponse>, Error> {
    only_json(query.as_deref())?;
    let links = vec![Link::new(format!("{}/ogc/conformance", app.base_url()), "self", media::JSON, "This document")];
    Ok(Json(ConformanceResponse { conforms_to: [CONFORMS_TO, &super::tiles::CONFORMS_TO].concat(), links }))
}
