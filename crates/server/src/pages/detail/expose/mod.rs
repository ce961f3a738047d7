//! A listing on one sheet of paper: plan, facts, contact, notice, and a code that leads back to the page.

mod look;
mod pdf;
mod photo;

use askama::Template;
use cadastre::Day;

pub(crate) use pdf::ExposePdf;
pub(crate) use photo::for_paper;

use super::{DetailPage, qr::Qr};
use crate::pages::{
    format,
    frame::{Frame, fill},
    towns::Town,
};

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "expose.html")]
pub(crate) struct ExposePage {
    /// Frame: that of the page under another title.
    pub(crate) frame: Frame,
    /// The page of the listing, of which the sheet shows a part.
    pub(crate) page: DetailPage,
    /// Name of the municipality.
    pub(crate) municipality: String,
    /// Address of the page.
    pub(crate) address: String,
    /// Address as a code.
    pub(crate) qr: Option<Qr>,
    /// "Stand: 28. November 2026".
    pub(crate) printed: String,
    /// The page it was made from.
    pub(crate) back: String,
}

impl ExposePage {
    /// Puts a page on a sheet.
    pub(crate) fn new(page: DetailPage, town: &Town<'_>, day: Day) -> Self {
        let request = &page.frame.request;
        let address = format!("{}{}", request.base_url, page.listing.path());
        let title = fill(request.text("ui.expose.title"), &[("title", &page.listing.title)]);
        Self {
            municipality: town.municipality.name.clone(),
            qr: Qr::new(&address),
            printed: fill(request.text("ui.expose.day"), &[("day", &format::day(day, request.language))]),
            back: request.link(&page.listing.path(), &[]),
            // Search engines list the page itself.
            frame: Frame { title, is_indexed: false, ..page.frame.clone() },
            address,
            page,
        }
    }
}
