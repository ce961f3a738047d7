//! Collections as the caller may know them (OGC 17-069r4 §§ 7.13, 7.14).

use axum::{
    extract::{Path, State},
    response::Response,
};
use cadastre::{
    Viewer,
    texts::{Language, find},
};
use geo_types::Rect;
use serde::Serialize;
use spatial::{
    Snapshot,
    snapshot::{CollectionInfo, Schema},
};

use super::{
    asked::{Asked, with_query},
    crs_list::crs_list,
    downloads,
    format::Format,
    html::{CollectionPage, CollectionsPage},
    items::could_be_withdrawn,
    schemas::Kind,
};
use crate::{
    app::App,
    auth::Caller,
    error::Error,
    licence,
    links::{Link, media},
};

const FORMATS: [Format; 2] = [Format::Json, Format::Html];

#[derive(Debug, Serialize)]
pub(crate) struct CollectionsResponse {
    pub(crate) links: Vec<Link>,
    pub(crate) crs: Vec<String>,
    pub(crate) collections: Vec<CollectionResponse>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectionResponse {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) item_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) extent: Option<Extent>,
    pub(crate) crs: Vec<String>,
    pub(crate) storage_crs: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attribution: Option<String>,
    pub(crate) links: Vec<Link>,
    /// Number of records, for pages; `None` while it cannot be said.
    #[serde(skip)]
    pub(crate) count: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Extent {
    pub(crate) spatial: SpatialExtent,
}

#[derive(Debug, Serialize)]
pub(crate) struct SpatialExtent {
    pub(crate) bbox: [[f64; 4]; 1],
    pub(crate) crs: String,
}

/// `GET /ogc/collections`.
pub(crate) async fn list_collections(
    State(app): State<App>,
    caller: Caller,
    mut asked: Asked,
) -> Result<Response, Error> {
    let format = asked.only_format(&FORMATS)?;
    let snapshot = app.snapshot();
    let response = CollectionsResponse {
        links: asked.own_links(&asked.at("/collections"), format, &FORMATS),
        crs: crs_list(&snapshot).iter().map(|crs| crs.uri()).collect(),
        collections: describe_all(&app, &snapshot, &asked, &caller.viewer),
    };
    asked.answer(format, &response, || CollectionsPage::new(&asked, &snapshot, &response))
}

/// `GET /ogc/collections/{collection}`.
pub(crate) async fn get_collection(
    State(app): State<App>,
    caller: Caller,
    Path(collection): Path<String>,
    mut asked: Asked,
) -> Result<Response, Error> {
    let format = asked.only_format(&FORMATS)?;
    let snapshot = app.snapshot();
    let info = snapshot.collection(&collection, &caller.viewer).ok_or(Error::NotFound)?;
    let mut response = describe(&app, &snapshot, &asked, &caller.viewer, info);
    let own = asked.own_links(&asked.collection(&response.id), format, &FORMATS);
    response.links.splice(..own.len(), own);
    asked.answer(format, &response, || CollectionPage::new(&asked, &snapshot, &response))
}

/// Title of a collection.
pub(crate) fn title_of(schema: Schema<'_>, language: Language) -> String {
    match schema {
        Schema::Typed(collection) => {
            find(&format!("collection.{}.title", collection.name()), language).unwrap_or_default().to_owned()
        }
        Schema::Layer(layer) => layer.title.clone(),
    }
}

/// Description of a collection.
pub(crate) fn description_of(schema: Schema<'_>, language: Language) -> String {
    match schema {
        Schema::Typed(collection) => {
            find(&format!("collection.{}.description", collection.name()), language).unwrap_or_default().to_owned()
        }
        Schema::Layer(layer) => format!("{} – Layer", layer.title),
    }
}

/// Credit line of a collection.
pub(crate) fn attribution_of(snapshot: &Snapshot, schema: Schema<'_>) -> Option<String> {
    match schema {
        Schema::Typed(_) => attributions(snapshot),
        Schema::Layer(layer) => layer.attribution.clone(),
    }
}

/// Every collection the caller may know of.
pub(crate) fn describe_all(app: &App, snapshot: &Snapshot, asked: &Asked, viewer: &Viewer) -> Vec<CollectionResponse> {
    snapshot.collections(viewer).into_iter().map(|info| describe(app, snapshot, asked, viewer, info)).collect()
}

fn describe(
    app: &App,
    snapshot: &Snapshot,
    asked: &Asked,
    viewer: &Viewer,
    info: CollectionInfo<'_>,
) -> CollectionResponse {
    // What could have been withdrawn is not even counted while the journal is out of reach. An empty collection has no
    // extent: it would be a box of nothing.
    let is_shown = !could_be_withdrawn(info.schema, viewer) || app.require_fresh().is_ok();
    let extent = info
        .extent
        .filter(|_| is_shown)
        .map(|bounds| Extent { spatial: SpatialExtent { bbox: [padded(bounds)], crs: spatial::Crs::CRS84.uri() } });
    CollectionResponse {
        links: collection_links(asked, snapshot, info.schema),
        id: info.id.to_owned(),
        title: title_of(info.schema, asked.language),
        description: description_of(info.schema, asked.language),
        item_type: "feature",
        extent,
        crs: crs_list(snapshot).iter().map(|crs| crs.uri()).collect(),
        storage_crs: snapshot.store_crs().uri(),
        attribution: attribution_of(snapshot, info.schema),
        count: is_shown.then_some(info.count),
    }
}

fn collection_links(asked: &Asked, snapshot: &Snapshot, schema: Schema<'_>) -> Vec<Link> {
    let at = asked.collection(schema.id());
    let mut links = asked.own_links(&at, Format::Json, &FORMATS);
    links.extend(Format::OF_FEATURES.map(|format| {
        let title = super::html::fill(asked.t("ogc.link.items"), &[("format", format.label())]);
        Link::new(with_query(&format!("{at}/items"), &[("f", format.key())]), "items", format.media(), title)
    }));
    links.extend(Format::OF_DOWNLOADS.map(|format| {
        let title = super::html::fill(asked.t("ogc.link.download"), &[("format", format.label())]);
        Link::new(format!("{at}/{}", downloads::path(schema.id(), format)), "enclosure", format.media(), title)
    }));
    links.push(super::tiles::collection_link(&asked.base_url, schema.id()));
    for kind in [Kind::Returnables, Kind::Queryables, Kind::Sortables] {
        let address = format!("{at}/{}", kind.segment());
        links.push(Link::new(address, kind.rel(), media::SCHEMA, asked.t(kind.text_key())));
    }
    if let Some(licence) = licence::of(snapshot, schema) {
        links.push(Link::new(licence.page.to_owned(), "license", media::HTML, licence.name));
    }
    links
}

/// Credit lines of the municipalities whose data a typed collection holds.
fn attributions(snapshot: &Snapshot) -> Option<String> {
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
