//! Features in other formats than plain GeoJSON, and parts of features.

mod json;
mod selection;
pub(crate) mod table;

use std::sync::Arc;

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use cadastre::{Viewer, texts::Language};
use spatial::{
    Crs, Shown, Snapshot,
    snapshot::{Page, Schema},
};

pub(crate) use selection::Selection;

use super::{
    asked::{self, Asked},
    columns::Column,
    format::Format,
    html::{ItemPage, ItemsPage, Paging},
    item_links::ItemLinks,
    items::{Coordinates, PageRequest, content_crs, known_collection, query_error},
    page::{Start, page_links},
};
use crate::{
    app::{App, State},
    error::Error,
    links::Link,
};

const NUMBER_MATCHED: HeaderName = HeaderName::from_static("ogc-numbermatched");
const NUMBER_RETURNED: HeaderName = HeaderName::from_static("ogc-numberreturned");

/// A page as bytes, with what the headers say.
struct Body {
    bytes: Vec<u8>,
    links: Vec<Link>,
    matched: u64,
    returned: usize,
}

/// A page to be made in another form than plain GeoJSON.
pub(super) struct OtherPage {
    pub(super) app: App,
    pub(super) state: Arc<State>,
    pub(super) viewer: Viewer,
    pub(super) collection: String,
    pub(super) request: PageRequest,
    pub(super) asked: Asked,
}

impl OtherPage {
    /// Makes it. Takes CPU.
    pub(super) fn answer(&self) -> Result<Response, Error> {
        let Self { app, state, viewer, collection, request, asked } = self;
        let body = page_body(app, &state.snapshot, viewer, collection, request, asked)?;
        let mut response = body.bytes.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, asked::content_type(request.format));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(asked.language.tag()));
        asked::cache(headers, viewer.is_staff());
        // A page for people has its links where people see them, and its coordinates nowhere.
        if request.format != Format::Html {
            content_crs(headers, request.crs)?;
            asked::link_headers(headers, &body.links);
            headers.insert(NUMBER_MATCHED, HeaderValue::from(body.matched));
            headers.insert(NUMBER_RETURNED, HeaderValue::from(body.returned));
        }
        Ok(response)
    }
}

/// What a page's tag says of format and language. GeoJSON is the same in every language.
pub(super) fn form(format: Format, language: Language) -> String {
    match format {
        Format::GeoJson => format.extension().to_owned(),
        other => format!("{}-{}", other.extension(), language.tag()),
    }
}

fn page_body(
    app: &App,
    snapshot: &Snapshot,
    viewer: &Viewer,
    collection: &str,
    request: &PageRequest,
    asked: &Asked,
) -> Result<Body, Error> {
    let schema = known_collection(snapshot, collection, viewer)?;
    let page: Page<'_> = snapshot.query(collection, &request.query, viewer).map_err(query_error)?;
    let columns = request.selection.columns(schema, viewer, asked.language);
    if request.format == Format::Html {
        let paging = paging(app, collection, request, &page);
        let html = ItemsPage::new(asked, snapshot, schema, &columns, &page.returned, paging);
        let bytes = askama::Template::render(&html).map_err(Error::internal)?.into_bytes();
        return Ok(Body { bytes, links: Vec::new(), matched: page.matched, returned: page.returned.len() });
    }
    let returned = fitting(&page.returned, &request.selection);
    let next = if returned < page.returned.len() {
        Some(Start { offset: request.query.offset + returned, ..request.start() })
    } else {
        page.next.clone().map(Start::at)
    };
    let links = page_links(app, collection, request, next.as_ref());
    let shown = &page.returned[..returned];
    let bytes = match request.format {
        Format::Csv | Format::FlatGeobuf | Format::GeoPackage => {
            let mut bytes = Vec::new();
            let table = table::describe(snapshot, schema, &columns, request.crs, &request.selection, asked.language)?;
            table::write(snapshot, request.format, table, request.crs, shown.iter().map(Ok), &mut bytes)?;
            bytes
        }
        _ => {
            let writer = json::Writer::new(snapshot, schema, request, &columns, asked)?;
            writer.page(shown, &links, page.matched)?
        }
    };
    Ok(Body { bytes, links, matched: page.matched, returned })
}

/// How many features fit into a page: at least one, and as many as hold about 16 MB of coordinates and values.
fn fitting(shown: &[Shown<'_>], selection: &Selection) -> usize {
    const MAX_BYTES: usize = 16 << 20;
    const FEATURE_BYTES: usize = 400;
    const POSITION_BYTES: usize = 20;
    let mut bytes = 0;
    let fit = shown.iter().take_while(|one| {
        let is_first = bytes == 0;
        bytes += FEATURE_BYTES;
        if let Some(shape) = one.shape().filter(|_| !selection.skips_geometry()) {
            shape.for_each_run(|run| bytes += run.len() * POSITION_BYTES);
        }
        is_first || bytes <= MAX_BYTES
    });
    fit.count()
}

/// People go to and fro: pages for them are counted, not marked by a cursor.
fn paging(app: &App, collection: &str, request: &PageRequest, page: &Page<'_>) -> Paging {
    let address = |start: &Start| request.address(app.base_url(), collection, start, Format::Html);
    let (offset, returned) = (request.query.offset, page.returned.len());
    let is_counted = request.query.after.is_none();
    let next = page.next.clone().map(|cursor| match is_counted {
        true => Start { cursor: None, offset: offset + returned },
        false => Start::at(cursor),
    });
    Paging {
        matched: page.matched,
        offset: is_counted.then_some(offset as u64),
        previous: request.previous().as_ref().map(address),
        next: next.as_ref().map(address),
    }
}

/// Answers one feature as a page or as JSON-FG.
#[expect(clippy::too_many_arguments, reason = "what one feature in one format depends on")]
pub(super) fn answer_item(
    app: &App,
    snapshot: &Snapshot,
    viewer: &Viewer,
    schema: Schema<'_>,
    shown: &Shown<'_>,
    crs: Crs,
    format: Format,
    asked: &Asked,
) -> Result<Response, Error> {
    let columns = Column::all(schema, viewer, asked.language);
    let bytes = if format == Format::Html {
        let page = ItemPage::new(asked, snapshot, schema, &columns, shown);
        askama::Template::render(&page).map_err(Error::internal)?.into_bytes()
    } else {
        let coordinates = Coordinates::new(snapshot, crs)?;
        let links = ItemLinks::new(app, schema.id(), shown.view().id()).links(format);
        json::fg_feature(&coordinates, schema, &columns, shown, &links, asked)?
    };
    let mut response = asked.respond(format, bytes)?.into_response();
    asked::cache(response.headers_mut(), viewer.is_staff());
    if format != Format::Html {
        content_crs(response.headers_mut(), crs)?;
    }
    Ok(response)
}
