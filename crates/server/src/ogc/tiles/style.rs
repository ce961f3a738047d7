//! A Mapbox/MapLibre style for the tiles (after OGC API – Styles, OGC 20-009 draft).

use axum::{
    Json,
    extract::{Path, RawQuery as QueryString, State},
    http::header,
    response::{IntoResponse, Response},
};
use cadastre::codes::CodeList;
use serde_json::{Value, json};
use spatial::tile::{CLUSTERS_TO, SINGLE_FROM};

use super::{WEB_MERCATOR_QUAD, link, only_json, tilejson::DETAIL_ZOOM};
use crate::{app::App, error::Error, links::media, pages::groups::Group};

/// Id of the one style there is.
const STYLE: &str = "karte";
const TITLE: &str = "baulotse – Karte (map)";
pub(super) const MAPBOX_STYLE: &str = "application/vnd.mapbox.style+json";
/// Name of the source within the style.
const SOURCE: &str = "baulotse";

/// `GET …/styles`.
pub(crate) async fn list_styles(State(app): State<App>, QueryString(query): QueryString) -> Result<Json<Value>, Error> {
    only_json(query.as_deref())?;
    let at = format!("{}/ogc/styles", app.base_url());
    Ok(Json(json!({
        "default": STYLE,
        "styles": [{
            "id": STYLE,
            "title": TITLE,
            "links": [link(format!("{at}/{STYLE}"), "stylesheet", MAPBOX_STYLE, TITLE)],
        }],
        "links": [link(at, "self", media::JSON, "This document")],
    })))
}

/// `GET …/styles/{style}`.
pub(crate) async fn get_style(
    State(app): State<App>,
    Path(style): Path<String>,
    QueryString(query): QueryString,
) -> Result<Response, Error> {
    only_json(query.as_deref())?;
    if style != STYLE {
        return Err(Error::NotFound);
    }
    Ok(([(header::CONTENT_TYPE, MAPBOX_STYLE)], document(app.base_url()).to_string()).into_response())
}

fn document(base_url: &str) -> Value {
    let source = format!("{base_url}/ogc/tiles/{WEB_MERCATOR_QUAD}?f=tilejson");
    json!({
        "version": 8,
        "name": TITLE,
        "sources": { SOURCE: { "type": "vector", "url": source } },
        "layers": layers(),
    })
}

/// From the ground up. Colours are those of the map of the start page (`tokens.css`), 3:1 and more against the ground.
fn layers() -> Vec<Value> {
    let of_group = colour_by_type();
    let area = json!(["==", ["geometry-type"], "Polygon"]);
    let point = json!(["==", ["geometry-type"], "Point"]);
    vec![
        json!({ "id": "ground", "type": "background", "paint": { "background-color": "#fbf8f1" } }),
        layer("districts", "districts", "line", 0, &Value::Null, &json!({ "line-color": "#a3977e", "line-width": 1 })),
        layer(
            "parcels",
            "parcels",
            "line",
            SINGLE_FROM,
            &Value::Null,
            &json!({ "line-color": "#b3a88f", "line-width": 0.75 }),
        ),
        layer(
            "buildings",
            "buildings",
            "fill",
            SINGLE_FROM,
            &Value::Null,
            &json!({ "fill-color": "#d8cdb8", "fill-outline-color": "#a89a7f" }),
        ),
        layer(
            "site-areas",
            "sites",
            "fill",
            SINGLE_FROM,
            &area,
            &json!({ "fill-color": of_group, "fill-opacity": 0.45 }),
        ),
        layer(
            "site-outlines",
            "sites",
            "line",
            SINGLE_FROM,
            &area,
            &json!({ "line-color": of_group, "line-width": 2 }),
        ),
        layer(
            "site-points",
            "sites",
            "circle",
            CLUSTERS_TO + 1,
            &point,
            &json!({
                "circle-color": of_group, "circle-radius": 6, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2,
            }),
        ),
        until(
            CLUSTERS_TO + 1,
            layer(
                "site-clusters",
                "sites",
                "circle",
                0,
                &point,
                &json!({
                    "circle-color": "#0d4a4f",
                    "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 6, 3, 24],
                    "circle-stroke-color": "#ffffff",
                    "circle-stroke-width": 2,
                }),
            ),
        ),
    ]
}

fn layer(id: &str, of: &str, kind: &str, from_zoom: u8, filter: &Value, paint: &Value) -> Value {
    let mut layer =
        json!({ "id": id, "type": kind, "source": SOURCE, "source-layer": of, "minzoom": from_zoom, "paint": paint });
    if !filter.is_null() {
        layer["filter"] = filter.clone();
    }
    layer
}

fn until(zoom: u8, mut layer: Value) -> Value {
    debug_assert!(zoom < DETAIL_ZOOM);
    layer["maxzoom"] = zoom.into();
    layer
}

/// The colour of the group that a site's type belongs to.
fn colour_by_type() -> Value {
    let mut cases = vec![json!("match"), json!(["get", "type"])];
    for group in Group::ALL {
        let types: Vec<&str> = group.types().into_iter().map(CodeList::code).collect();
        if !types.is_empty() {
            cases.extend([json!(types), group.colour().to_string().into()]);
        }
    }
    // The register does not show the type.
    cases.push(Group::Register.colour().to_string().into());
    Value::Array(cases)
}

#[cfg(test)]
mod tests {
    use cadastre::codes::{CodeList as _, SiteType};

    use super::document;

    #[test]
    fn every_site_type_has_its_colour_in_the_style() {
        let style = document("http://127.0.0.1").to_string();
        for site_type in SiteType::ALL {
            assert!(style.contains(&format!("\"{}\"", site_type.code())), "{}", site_type.code());
        }
    }
}
