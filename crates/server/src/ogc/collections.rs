//! Collections as the caller may know them (OGC 17-069r4 §§ 7.13, 7.14).

use axum::{
    Json,
    extract::{Path, RawQuery as QueryString, State},
};
use cadastre::{
    Viewer,
    texts::{Language, find},
};
use geo_types::Rect;
use serde::Serialize;
use spatial::snapshot::{CollectionInfo, Schema};

use super::{items::crs_list, landing::only_json};
use crate::{
    app::App,
    auth::Caller,
    error::Error,
    links::{Link, encode, media},
};

#[derive(Debug, Serialize)]
pub(crate) struct CollectionsResponse {
    links: Vec<Link>,
    crs: Vec<String>,
    collections: Vec<CollectionResponse>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectionResponse {
    id: String,
    title: String,
    description: String,
    item_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    extent: Option<Extent>,
    crs: Vec<String>,
    storage_crs: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribution: Option<String>,
    links: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct Extent {
    spatial: SpatialExtent,
}

#[derive(Debug, Serialize)]
struct SpatialExtent {
    bbox: [[f64; 4]; 1],
    crs: String,
}

/// `GET /ogc/collections`.
pub(crate) async fn list_collections(
    State(app): State<App>,
    caller: Caller,
    QueryString(query): QueryString,
) -> Result<Json<CollectionsResponse>, Error> {
    only_json(query.as_deref())?;
    let snapshot = app.snapshot();
    let collections = snapshot.collections(&caller.viewer);
    let describe = |info| collection_response(&app, &caller.viewer, info);
    let at = format!("{}/ogc/collections", app.base_url());
    Ok(Json(CollectionsResponse {
        links: vec![Link::new(at, "self", media::JSON, "This document")],
        crs: crs_list(&snapshot).iter().map(|crs| crs.uri()).collect(),
        collections: collections.into_iter().map(describe).collect(),
    }))
}

/// `GET /ogc/collections/{collection}`.
pub(crate) async fn get_collection(
    State(app): State<App>,
    caller: Caller,
    Path(collection): Path<String>,
    QueryString(query): QueryString,
) -> Result<Json<CollectionResponse>, Error> {
    only_json(query.as_deref())?;
    let snapshot = app.snapshot();
    let info = snapshot.collection(&collection, &caller.viewer).ok_or(Error::NotFound)?;
    Ok(Json(collection_response(&app, &caller.viewer, info)))
}

fn collection_response(app: &App, viewer: &Viewer, info: CollectionInfo<'_>) -> CollectionResponse {
    let at = format!("{}/ogc/collections/{}", app.base_url(), encode(info.id));
    let snapshot = app.snapshot();
    let (title, description, attribution) = match info.schema {
        Schema::Typed(collection) => {
            let text = |part: &str| {
                find(&format!("collection.{}.{part}", collection.name()), Language::German).unwrap_or_default()
            };
            (text("title").to_owned(), text("description").to_owned(), attributions(&snapshot))
        }
        Schema::Layer(layer) => (layer.title.clone(), format!("{} – Layer", layer.title), layer.attribution.clone()),
    };
    // An empty collection has no extent: it would be a box of nothing. What could have been withdrawn is not even
    // counted while the journal is out of reach.
    let is_shown = !super::items::could_be_withdrawn(info.schema, viewer) || app.require_fresh().is_ok();
    let extent = info
        .extent
        .filter(|_| is_shown)
        .map(|bounds| Extent { spatial: SpatialExtent { bbox: [padded(bounds)], crs: spatial::Crs::CRS84.uri() } });
    CollectionResponse {
        links: vec![
            Link::new(at.clone(), "self", media::JSON, "This collection"),
            Link::new(format!("{at}/items"), "items", media::GEOJSON, title.clone()),
            super::tiles::collection_link(app.base_url(), info.id),
        ],
        id: info.id.to_owned(),
        title,
        description,
        item_type: "feature",
        extent,
        crs: crs_list(&snapshot).iter().map(|crs| crs.uri()).collect(),
        storage_crs: snapshot.store_crs().uri(),
        attribution,
    }
}

/// Credit lines of the municipalities whose data a typed collection holds.
fn attributions(snapshot: &spatial::Snapshot) -> Option<String> {
    let mut lines: Vec<_> = snapshot
        .municipalities()
        .into_iter()
        .filter_map(|municipality| municipality.settings.attribution.clone())
        .collect();
    lines.sort_unstable();
    lines.dedup();
    (!lines.is_empty()).then(|| lines.join("; "))
}

/// Rounded outward to about a metre, so that no feature sticks out.
pub(crate) fn padded(bounds: Rect) -> [f64; 4] {
    const UNIT: f64 = 1e5;
    let down = |x: f64| (x * UNIT - 1.0).floor() / UNIT;
    let up = |x: f64| (x * UNIT + 1.0).ceil() / UNIT;
    [
        down(bounds.min().x).max(-180.0),
        down(bounds.min().y).max(-90.0),
        up(bounds.max().x).min(180.0),
        up(bounds.max().y).min(90.0),
    ]
}

#[cfg(test)]
mod tests {
    use geo_types::Rect;

    use super::padded;

    fn check(bounds: Rect, expected: &str) {
        assert_eq!(format!("{:?}", padded(bounds)), expected);
    }

    #[test]
    fn an_extent_holds_its_features_and_stays_on_earth() {
        check(Rect::new((12.5, 51.1), (13.0, 51.2)), "[12.49999, 51.09999, 13.00001, 51.20001]");
        check(Rect::new((-180.0, -90.0), (180.0, 90.0)), "[-180.0, -90.0, 180.0, 90.0]");
    }
}
