//! A result in other forms: exactly what the list page of the same address shows, with the legal notice in each.

mod csv;
mod feed;
mod geojson;
mod geopackage;
mod times;

use cadastre::{Ags, record::Municipality};
use spatial::{Shown, Snapshot};

pub(crate) use csv::{plain, sheet};
pub(crate) use times::CommitTimes;

use super::{
    answer::{Asked, Document, PageResult, fresh},
    error_page::ErrorKind,
    frame::Request,
    list::{Scope, feed_title, found, heading},
    listing::Listing,
    params::parse_whole,
    read, towns,
};
use crate::app::App;

/// Form of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// For spreadsheets.
    Csv,
    /// For maps.
    GeoJson,
    /// For GIS programs.
    GeoPackage,
    /// To be told of what is new.
    Feed,
}

/// A result on its way out.
#[derive(Debug)]
struct Outcome<'s> {
    request: &'s Request,
    /// What it is, in words.
    title: String,
    /// Each listing with its record, in the order of the list.
    entries: Vec<(Listing, Shown<'s>)>,
    /// Municipalities concerned.
    municipalities: Vec<&'s Municipality>,
    /// Credit lines of the data.
    credits: Vec<String>,
    /// Address of the list page that shows the same.
    page: String,
}

impl Outcome<'_> {
    /// The legal notice that goes with every listing (§ 200 (3) BauGB promises nothing).
    fn notice(&self) -> &'static str {
        self.request.text("ui.notice.text")
    }

    /// Absolute address of the page of a listing.
    fn url(&self, listing: &Listing) -> String {
        format!("{}{}", self.request.base_url, self.request.link(&listing.path(), &[]))
    }
}

/// Makes the document.
pub(crate) fn document(app: &App, asked: &Asked, form: Form, ags: Option<Ags>) -> PageResult {
    let snapshot = fresh(app)?;
    let query = parse_whole(&asked.raw)?;
    let request = &asked.request;
    let listings = read::listings(&snapshot, ags, &query.filter.place, request.language);
    let towns = read::towns(&snapshot, ags, &listings);
    let scope = Scope::of(ags, &towns).ok_or(ErrorKind::NotFound)?;
    let (path, _) = request.path.rsplit_once('/').unwrap_or_default();
    let page = request.link(if path.is_empty() { "/" } else { path }, &query.filter_pairs());
    let outcome = Outcome {
        request,
        title: feed_title(request, &heading(request, scope).0, &query.filter),
        entries: with_records(&snapshot, found(listings, &query)),
        municipalities: towns.iter().map(|town| town.municipality).collect(),
        credits: towns::credits(&towns),
        page: format!("{}{page}", request.base_url),
    };
    match form {
        Form::Csv => csv::document(&outcome),
        Form::GeoJson => Ok(geojson::document(&outcome)),
        Form::GeoPackage => geopackage::document(&snapshot, &outcome),
        Form::Feed => feed::document(app, &outcome),
    }
}

fn with_records(snapshot: &Snapshot, listings: Vec<Listing>) -> Vec<(Listing, Shown<'_>)> {
    let with_record = |listing: Listing| read::record(snapshot, &listing).map(|shown| (listing, shown));
    listings.into_iter().filter_map(with_record).collect()
}

/// Name of the file: that of the municipality where it is one.
fn file_name(outcome: &Outcome<'_>, extension: &str) -> String {
    let of = match outcome.municipalities[..] {
        [one] => format!("-{}", one.ags),
        _ => String::new(),
    };
    format!("flaechen{of}.{extension}")
}

fn attachment(outcome: &Outcome<'_>, media: &'static str, extension: &str, body: Vec<u8>) -> Document {
    let file_name = Some(file_name(outcome, extension));
    Document { status: axum::http::StatusCode::OK, media, file_name, ancestors: None, body }
}

#[cfg(test)]
mod tests;
