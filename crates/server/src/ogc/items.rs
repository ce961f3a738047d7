//! Features of a collection (OGC 17-069r4 §§ 7.15, 7.16; CRS by reference OGC 18-058r1).

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cadastre::{ColumnKind, Value, Viewer, property::Collection, raw};
use spatial::{
    Crs, Snapshot, Transformer,
    crs::AxisOrder,
    geojson::{self, Axes, CoordinateStyle, Precision},
    geometry::Shape,
    snapshot::{Area, Cursor, Found, Predicate, PredicateError, Query, QueryError, Schema, Shown},
};

use super::{
    DEFAULT_LIMIT, MAX_LIMIT,
    asked::{self, Asked},
    crs_list::listed_crs,
    datetime,
    format::Format,
    formats::{self, OtherPage, Selection},
    item_links::ItemLinks,
    page::PageWork,
};
use crate::{
    app::App,
    auth::Caller,
    encoding::accepts_gzip,
    error::Error,
    etag, filter,
    links::media,
    params::{self, RawQuery},
    sortby,
};

const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// The schema of a collection that the caller may know of; the same 404 for hidden and unknown.
pub(crate) fn known_collection<'s>(snapshot: &'s Snapshot, id: &str, viewer: &Viewer) -> Result<Schema<'s>, Error> {
    snapshot.schema(id, viewer).ok_or(Error::NotFound)
}

/// Whether what the public sees of it could be withdrawn from one moment to the next: not served without the journal.
pub(crate) fn could_be_withdrawn(schema: Schema<'_>, viewer: &Viewer) -> bool {
    viewer.is_staff() || !matches!(schema, Schema::Typed(Collection::Parcels | Collection::Districts))
}

/// A page as asked for, checked.
#[derive(Debug)]
pub(super) struct PageRequest {
    pub(super) query: Query,
    pub(super) crs: Crs,
    pub(super) format: Format,
    pub(super) selection: Selection,
    /// The request's parameters without those that say where the page begins, for the `next` link.
    pub(super) kept: Vec<(String, String)>,
}

/// `GET …/items`.
pub(crate) async fn list_items(
    State(app): State<App>,
    caller: Caller,
    Path(collection): Path<String>,
    mut asked: Asked,
) -> Result<Response, Error> {
    let state = app.state();
    let request = {
        let schema = known_collection(&state.snapshot, &collection, &caller.viewer)?;
        let request = page_request(&state.snapshot, schema, &caller.viewer, &mut asked)?;
        if could_be_withdrawn(schema, &caller.viewer) {
            app.require_fresh()?;
        }
        request
    };
    let stamp = state.snapshot.stamp(&collection, request.query.within.as_ref(), &caller.viewer);
    let tag = etag::PageTag {
        epoch: &state.epoch,
        stamp: stamp.ok_or(Error::NotFound)?,
        is_staff: caller.viewer.is_staff(),
        address: &asked.query,
        form: &formats::form(request.format, asked.language),
    };
    let (tag, is_staff, crs) = (tag.quoted(), caller.viewer.is_staff(), request.crs);
    if etag::is_not_modified(&asked.headers, &tag) {
        return not_modified(&tag, is_staff);
    }
    if request.format != Format::GeoJson || !request.selection.is_everything() {
        let page = OtherPage { app: app.clone(), state, viewer: caller.viewer, collection, request, asked };
        let mut response = app.heavy().run(move || page.answer()).await??;
        response.headers_mut().insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
        return Ok(response);
    }
    let wants_gzip = accepts_gzip(&asked.headers);
    let work = PageWork { app: app.clone(), state, viewer: caller.viewer, collection, request, wants_gzip };
    let page = if work.is_light() { work.run() } else { app.heavy().run(move || work.run()).await? }?;
    let mut response = page.into_response();
    geojson_headers(response.headers_mut(), crs, is_staff)?;
    response.headers_mut().insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
    Ok(response)
}

fn not_modified(tag: &str, is_staff: bool) -> Result<Response, Error> {
    let tag = HeaderValue::from_str(tag).map_err(Error::internal)?;
    let mut response = (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    asked::cache(response.headers_mut(), is_staff);
    Ok(response)
}

fn page_request(
    snapshot: &Snapshot,
    schema: Schema<'_>,
    viewer: &Viewer,
    asked: &mut Asked,
) -> Result<PageRequest, Error> {
    let format = asked.format(&Format::OF_FEATURES)?;
    let mut raw = std::mem::take(&mut asked.raw);
    let mut kept = asked.pairs.clone();
    kept.retain(|(name, _)| !matches!(name.as_str(), "cursor" | "offset"));
    let selection = Selection::take(&mut raw, schema, viewer)?;
    let limit = raw.take_parsed("limit", |text| params::limit(text, MAX_LIMIT))?.unwrap_or(DEFAULT_LIMIT);
    let offset =
        raw.take_parsed("offset", |text| params::whole_number(text, 0..=u64::from(u32::MAX)))?.unwrap_or_default();
    let cursor = raw.take_parsed("cursor", str::parse::<Cursor>)?;
    let crs = raw.take_parsed("crs", |text| listed_crs(text, snapshot))?.unwrap_or(Crs::CRS84);
    let bbox_crs = raw.take_parsed("bbox-crs", |text| listed_crs(text, snapshot))?;
    let bbox = raw.take_parsed("bbox", params::bbox)?;
    let time = raw.take_parsed("datetime", datetime::parse)?.map(|span| datetime::predicate(span, schema));
    let within = match (bbox, bbox_crs) {
        (Some(bbox), crs) => Some(area(bbox, crs.unwrap_or(Crs::CRS84))?),
        (None, Some(_)) => return Err(Error::parameter("bbox-crs", "says the CRS of bbox, which is missing")),
        (None, None) => None,
    };
    let filter = Predicate::And(vec![
        filter::take(&mut raw, snapshot)?,
        filter_by_values(&mut raw, schema, viewer)?,
        time.unwrap_or_default(),
    ]);
    let sort = raw.take_parsed("sortby", sortby::parse)?.unwrap_or_default();
    raw.finish()?;
    let (offset, limit) = (offset as usize, limit as usize);
    let query = Query { within, filter, sort, after: cursor, offset, limit, ..Query::default() };
    Ok(PageRequest { query, crs, format, selection, kept })
}

/// The box in GIS order; its numbers come in the order of the CRS's own axes.
fn area(bbox: [f64; 4], crs: Crs) -> Result<Area, Error> {
    let description = crs.describe().map_err(|error| Error::parameter("bbox-crs", error))?;
    let [x0, y0, x1, y1] = match description.axis_order {
        AxisOrder::NorthEast => [bbox[1], bbox[0], bbox[3], bbox[2]],
        AxisOrder::EastNorth => bbox,
    };
    let corners = [x0, y0, x1, y1];
    // Longitude and latitude: a box may cross the antimeridian, whatever the axes are called.
    Ok(if crs.is_wgs84_degrees() { Area::Bbox(corners) } else { Area::BboxIn(crs, corners) })
}

/// Equality filters on properties that the caller may know of; others are unknown parameters.
fn filter_by_values(raw: &mut RawQuery, schema: Schema<'_>, viewer: &Viewer) -> Result<Predicate, Error> {
    let columns: Vec<_> = schema.columns(viewer).collect();
    let pairs = raw.take_where(|name| columns.iter().any(|(column, _)| *column == name));
    let mut parts = Vec::with_capacity(pairs.len());
    for (property, text) in pairs {
        let kind = columns.iter().find(|(column, _)| **column == property).map_or(ColumnKind::Text, |(_, kind)| *kind);
        let value = typed(kind, &text).map_err(|reason| Error::parameter(&property, reason))?;
        parts.push(Predicate::Equals { property, value });
    }
    Ok(if parts.is_empty() { Predicate::All } else { Predicate::And(parts) })
}

fn typed(kind: ColumnKind, text: &str) -> Result<Value, String> {
    let refuse = |what: &str| format!("must be {what}, got \"{}\"", text.chars().take(40).collect::<String>());
    Ok(match kind {
        ColumnKind::Text => Value::text(text),
        ColumnKind::Integer => Value::Integer(text.parse().ok().ok_or_else(|| refuse("a whole number"))?),
        ColumnKind::Real => {
            Value::Real(text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| refuse("a number"))?)
        }
        ColumnKind::Boolean => Value::Boolean(text.parse().ok().ok_or_else(|| refuse("true or false"))?),
        ColumnKind::Date => Value::Date(raw::parse_day(text).ok_or_else(|| refuse("a day such as 2026-03-31"))?),
        ColumnKind::Timestamp => Value::Timestamp(text.parse().ok().ok_or_else(|| refuse("an RFC 3339 instant"))?),
    })
}

pub(crate) fn query_error(error: QueryError) -> Error {
    match error {
        QueryError::UnknownCollection { .. } => Error::NotFound,
        QueryError::Area(error) => Error::parameter("bbox", error),
        QueryError::Predicate(PredicateError::UnknownProperty { property }) => {
            Error::UnknownParameter { name: property }
        }
        QueryError::Predicate(PredicateError::Filter(error)) => Error::parameter("filter", error),
        error @ QueryError::NotSortable { .. } => Error::parameter("sortby", error),
        error @ QueryError::OtherOrder => Error::parameter("cursor", error),
        error @ (QueryError::NoMetres { .. } | QueryError::NoGroups { .. }) => Error::internal(error),
        QueryError::NotANumber { property } => Error::parameter(&property, "is not a number"),
    }
}

/// `GET …/items/{id}`.
pub(crate) async fn get_item(
    State(app): State<App>,
    caller: Caller,
    Path((collection, id)): Path<(String, String)>,
    mut asked: Asked,
) -> Result<Response, Error> {
    let state = app.state();
    let schema = known_collection(&state.snapshot, &collection, &caller.viewer)?;
    let format = asked.format(&Format::OF_FEATURE)?;
    let mut raw = std::mem::take(&mut asked.raw);
    let crs = raw.take_parsed("crs", |text| listed_crs(text, &state.snapshot))?.unwrap_or(Crs::CRS84);
    raw.finish()?;
    if could_be_withdrawn(schema, &caller.viewer) {
        app.require_fresh()?;
    }
    let shown = match state.snapshot.item(&collection, &id, &caller.viewer) {
        Found::Shown(shown) => shown,
        Found::Ended => return Err(Error::Gone),
        Found::Unknown => return Err(Error::NotFound),
    };
    if format != Format::GeoJson {
        return formats::answer_item(&app, &state.snapshot, &caller.viewer, schema, &shown, crs, format, &asked);
    }
    let is_staff = caller.viewer.is_staff();
    let tag = etag::FeatureTag {
        epoch: &state.epoch,
        record: shown.revision(),
        content: shown.content_tag(),
        is_staff: shown.view().is_staff(),
        crs: &crs.to_string(),
    }
    .quoted();
    let tag_value = HeaderValue::from_str(&tag).map_err(Error::internal)?;
    if etag::is_not_modified(&asked.headers, &tag) {
        return not_modified(&tag, is_staff);
    }
    let mut out = Vec::with_capacity(2048);
    Coordinates::new(&state.snapshot, crs)?.open_feature(&mut out, &shown)?;
    out.extend_from_slice(b",\"links\":");
    ItemLinks::new(&app, &collection, &id).write(format, &mut out);
    out.push(b'}');
    let mut response = Response::new(Body::from(out));
    // With room for what is put around the answer: the map need not grow.
    *response.headers_mut() = HeaderMap::with_capacity(16);
    response.headers_mut().insert(header::ETAG, tag_value);
    geojson_headers(response.headers_mut(), crs, is_staff)?;
    Ok(response)
}

/// Headers of a GeoJSON answer.
fn geojson_headers(headers: &mut HeaderMap, crs: Crs, is_staff: bool) -> Result<(), Error> {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::GEOJSON));
    content_crs(headers, crs)?;
    asked::cache(headers, is_staff);
    Ok(())
}

/// Names the CRS of the coordinates (OGC 18-058r1 /req/crs/ogc-crs-header).
pub(super) fn content_crs(headers: &mut HeaderMap, crs: Crs) -> Result<(), Error> {
    let value = match crs {
        Crs::Crs84 => HeaderValue::from_static("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"),
        Crs::Epsg(_) => HeaderValue::from_str(&format!("<{}>", crs.uri())).map_err(Error::internal)?,
    };
    headers.insert(CONTENT_CRS, value);
    Ok(())
}

/// Writes features in the CRS asked for.
pub(super) struct Coordinates {
    pub(super) crs: Crs,
    store_crs: Crs,
    transformer: Option<Transformer>,
    style: CoordinateStyle,
}

impl Coordinates {
    pub(super) fn new(snapshot: &Snapshot, crs: Crs) -> Result<Self, Error> {
        if crs == Crs::CRS84 {
            let style = CoordinateStyle::CRS84;
            return Ok(Self { crs, store_crs: snapshot.store_crs(), transformer: None, style });
        }
        let (store_crs, description) =
            (snapshot.store_crs(), crs.describe().map_err(|error| Error::parameter("crs", error))?);
        let is_at_hand = crs == store_crs;
        let transformer = (!is_at_hand).then(|| Transformer::new(store_crs, crs)).transpose();
        let axes = match description.axis_order {
            AxisOrder::EastNorth => Axes::XY,
            AxisOrder::NorthEast => Axes::YX,
        };
        let precision = if description.metres_per_unit.is_some() { Precision::Metres } else { Precision::Degrees };
        Ok(Self {
            crs,
            store_crs,
            transformer: transformer.map_err(|error| Error::parameter("crs", error))?,
            style: CoordinateStyle { precision, axes },
        })
    }

    /// Writes the geometry of a feature, or null.
    pub(super) fn write_shape(&self, out: &mut Vec<u8>, shown: &Shown<'_>) -> Result<(), Error> {
        let mut write = |shape: Option<Shape<'_>>| match shape {
            Some(shape) => geojson::write_shape(out, &shape, self.style),
            None => out.extend_from_slice(b"null"),
        };
        match &self.transformer {
            None if self.crs == Crs::CRS84 => write(shown.shape_crs84()),
            None => write(shown.shape()),
            Some(transformer) => {
                let mut geometry = shown.shape().map(|shape| shape.to_geometry());
                if let Some(geometry) = &mut geometry {
                    transformer.transform_geometry(geometry).map_err(|error| Error::parameter("crs", error))?;
                }
                write(geometry.as_ref().map(Shape::from));
            }
        }
        Ok(())
    }

    /// Writes a feature without its closing brace.
    pub(super) fn open_feature(&self, out: &mut Vec<u8>, shown: &Shown<'_>) -> Result<(), Error> {
        if self.crs == Crs::CRS84
            && let Some(open) = shown.text().and_then(|text| text.strip_suffix(b"}"))
        {
            out.extend_from_slice(open);
            return Ok(());
        }
        match &self.transformer {
            None if self.crs == Crs::CRS84 => geojson::open_feature(out, shown.view(), shown.shape_crs84(), self.style),
            None => geojson::open_feature(out, shown.view(), shown.shape(), self.style),
            Some(transformer) => {
                debug_assert_ne!(self.crs, self.store_crs);
                let mut geometry = shown.shape().map(|shape| shape.to_geometry());
                if let Some(geometry) = &mut geometry {
                    transformer.transform_geometry(geometry).map_err(|error| Error::parameter("crs", error))?;
                }
                geojson::open_feature(out, shown.view(), geometry.as_ref().map(Shape::from), self.style);
            }
        }
        Ok(())
    }
}
