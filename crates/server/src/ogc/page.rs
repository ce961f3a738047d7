//! A page of features as GeoJSON, put together.

use std::sync::Arc;

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use cadastre::Viewer;
use spatial::{
    Area, Crs,
    geojson::write_json,
    snapshot::{Cursor, Page},
};

use super::{
    format::Format,
    items::{Coordinates, PageRequest, query_error},
};
use crate::{
    app::{App, State},
    error::Error,
    links::{Link, encode, media},
    stream,
};

/// Pages end early at this size.
const MAX_PAGE_BYTES: usize = 16 << 20;
const HEAD: &[u8] = b"{\"type\":\"FeatureCollection\",\"features\":[";

/// A page to be made, with all that is needed for it.
pub(super) struct PageWork {
    pub(super) app: App,
    pub(super) state: Arc<State>,
    pub(super) viewer: Viewer,
    pub(super) collection: String,
    pub(super) request: PageRequest,
    pub(super) wants_gzip: bool,
}

/// The bytes of a page.
pub(super) struct WrittenPage {
    pieces: Vec<Bytes>,
    is_gzip: bool,
}

impl PageWork {
    /// Whether making it takes so little time that moving it to another thread would cost more.
    pub(super) fn is_light(&self) -> bool {
        const LIGHT_LIMIT: usize = 2500;
        let query = &self.request.query;
        self.request.crs == Crs::CRS84
            && query.limit <= LIGHT_LIMIT
            && query.filter.is_all()
            && matches!(query.within, None | Some(Area::Bbox(_)))
    }

    /// Makes the page.
    pub(super) fn run(&self) -> Result<WrittenPage, Error> {
        if self.request.crs == Crs::CRS84 { self.with_texts() } else { self.anew() }
    }

    /// In CRS84 most features are written already.
    fn with_texts(&self) -> Result<WrittenPage, Error> {
        let Self { state, viewer, collection, request, .. } = self;
        let page = state.snapshot.parts(collection, &request.query, viewer, MAX_PAGE_BYTES).map_err(query_error)?;
        let next = page.next.clone().map(Start::at);
        let tail = self.tail(next.as_ref(), page.matched, page.returned);
        let packed = if self.wants_gzip && page.is_packed() { page.gzip(HEAD, &tail) } else { None };
        if let Some(gzip) = packed {
            return Ok(WrittenPage { pieces: vec![gzip.into()], is_gzip: true });
        }
        let mut pieces = vec![Bytes::from_static(HEAD)];
        pieces.extend(page.plain());
        pieces.push(tail.into());
        Ok(WrittenPage { pieces, is_gzip: false })
    }

    fn anew(&self) -> Result<WrittenPage, Error> {
        let Self { state, viewer, collection, request, .. } = self;
        let page: Page<'_> = state.snapshot.query(collection, &request.query, viewer).map_err(query_error)?;
        let coordinates = Coordinates::new(&state.snapshot, request.crs)?;
        let mut out = Vec::with_capacity(1024 + page.returned.len() * 400);
        out.extend_from_slice(HEAD);
        let mut next = page.next.map(Start::at);
        let mut returned = 0;
        for shown in &page.returned {
            if returned > 0 && out.len() > MAX_PAGE_BYTES {
                next = Some(Start { cursor: request.query.after.clone(), offset: request.query.offset + returned });
                break;
            }
            if returned > 0 {
                out.push(b',');
            }
            coordinates.open_feature(&mut out, shown)?;
            out.push(b'}');
            returned += 1;
        }
        out.extend_from_slice(&self.tail(next.as_ref(), page.matched, returned));
        Ok(WrittenPage { pieces: vec![out.into()], is_gzip: false })
    }

    /// What follows the features. Without a time stamp: the same page is the same bytes, as its tag says.
    fn tail(&self, next: Option<&Start>, matched: u64, returned: usize) -> Vec<u8> {
        let mut out = b"],\"links\":".to_vec();
        write_json(&mut out, &self.links(next));
        out.extend_from_slice(format!(",\"numberMatched\":{matched},\"numberReturned\":{returned}}}").as_bytes());
        out
    }

    fn links(&self, next: Option<&Start>) -> Vec<Link> {
        page_links(&self.app, &self.collection, &self.request, next)
    }
}

impl PageRequest {
    /// Where this page begins.
    pub(super) fn start(&self) -> Start {
        Start { cursor: self.query.after.clone(), offset: self.query.offset }
    }

    /// The page before, where its place can be told: pages after a cursor do not know how many went before.
    pub(super) fn previous(&self) -> Option<Start> {
        let offset = Some(self.query.offset).filter(|offset| *offset > 0 && self.query.after.is_none())?;
        Some(Start { cursor: None, offset: offset.saturating_sub(self.query.limit) })
    }

    /// The same question from another place, in a format.
    pub(super) fn address(&self, base_url: &str, collection: &str, start: &Start, format: Format) -> String {
        let kept = self.kept.iter().filter(|(name, _)| name != "f" || format == self.format);
        let kept = kept.map(|(name, value)| (name.as_str(), value.clone()));
        let cursor = start.cursor.iter().map(|cursor| ("cursor", cursor.to_string()));
        let offset = (start.offset > 0).then(|| ("offset", start.offset.to_string()));
        let other = (format != self.format).then(|| ("f", format.key().to_owned()));
        let pairs: Vec<_> = kept
            .chain(other)
            .chain(cursor)
            .chain(offset)
            .map(|(name, value)| format!("{}={}", encode(name), encode(&value)))
            .collect();
        let items = format!("{base_url}/ogc/collections/{}/items", encode(collection));
        if pairs.is_empty() { items } else { format!("{items}?{}", pairs.join("&")) }
    }
}

/// Links of a page: itself, in other formats, its collection, the pages before and after.
pub(super) fn page_links(app: &App, collection: &str, request: &PageRequest, next: Option<&Start>) -> Vec<Link> {
    let (base_url, format) = (app.base_url(), request.format);
    let link = |start: &Start, format| request.address(base_url, collection, start, format);
    let start = request.start();
    let mut links = vec![Link::new(link(&start, format), "self", format.media(), "This page")];
    // The other formats stand in the description of the collection; here they would make every page longer.
    let others = [Format::GeoJson, Format::Html].into_iter().filter(|other| *other != format);
    links.extend(others.map(|other| Link::new(link(&start, other), "alternate", other.media(), other.label())));
    let collection = format!("{base_url}/ogc/collections/{}", encode(collection));
    links.push(Link::new(collection, "collection", media::JSON, "The collection"));
    let previous = request.previous();
    links.extend(previous.map(|start| Link::new(link(&start, format), "prev", format.media(), "Previous page")));
    links.extend(next.map(|start| Link::new(link(start, format), "next", format.media(), "Next page")));
    links
}

/// Where a page begins: so many features after a place.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) cursor: Option<Cursor>,
    pub(super) offset: usize,
}

impl Start {
    pub(super) fn at(cursor: Cursor) -> Self {
        Self { cursor: Some(cursor), offset: 0 }
    }
}

impl IntoResponse for WrittenPage {
    fn into_response(self) -> Response {
        let mut response = Response::new(stream::body(self.pieces));
        if self.is_gzip {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}
