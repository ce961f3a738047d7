//! A listing on one sheet of paper: plan, facts, contact, notice, and a code that leads back to the page.

mod look;
mod pdf;

use askama::Template;
use spatial::{Shown, Snapshot};

pub(crate) use pdf::ExposePdf;

use super::{DetailPage, qr::Qr};
use crate::pages::{
    contact::Contact,
    facts::Fact,
    format,
    frame::{Frame, Request, fill},
    listing::Listing,
    photos::{self, Credit, Photo},
    plan::Plan,
    towns::Town,
};

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "expose.html")]
pub(crate) struct ExposePage {
    /// Frame.
    pub(crate) frame: Frame,
    /// The site, or the building.
    pub(crate) listing: Listing,
    /// Letter of its group.
    pub(crate) letter: &'static str,
    /// Basis of its publication in a word.
    pub(crate) basis: &'static str,
    /// What that basis means for who reads it.
    pub(crate) basis_note: &'static str,
    /// Facts in words.
    pub(crate) facts: Vec<Fact>,
    /// What may be built, in words.
    pub(crate) law: Option<super::Explained>,
    /// Name of the municipality.
    pub(crate) municipality: String,
    /// Whom to ask about this offer, where the site names somebody.
    pub(crate) site_contact: Option<String>,
    /// Whom to ask.
    pub(crate) contact: Option<Contact>,
    /// Its first picture.
    pub(crate) photo: Option<Photo>,
    /// Whom to credit for it.
    pub(crate) photo_credit: Option<Credit>,
    /// Plan.
    pub(crate) plan: Option<Plan>,
    /// Where the plan is from.
    pub(crate) plan_note: Option<String>,
    /// Address of the page.
    pub(crate) address: String,
    /// Address as a code.
    pub(crate) qr: Option<Qr>,
    /// "Stand: 28. November 2026".
    pub(crate) printed: String,
    /// The page it was made from.
    pub(crate) back: String,
    /// The same as a document.
    pub(crate) pdf: String,
}

impl ExposePage {
    /// Puts a record on a sheet.
    pub(crate) fn new(
        request: Request,
        snapshot: &Snapshot,
        town: &Town<'_>,
        listing: Listing,
        shown: &Shown<'_>,
    ) -> Self {
        let day = format::day(snapshot.day(), request.language);
        let printed = fill(request.text("ui.expose.day"), &[("day", &day)]);
        let address = format!("{}{}", request.base_url, listing.path());
        let back = request.link(&listing.path(), &[]);
        let page = DetailPage::new(request, snapshot, town, listing, shown);
        let mut frame = page.frame;
        frame.is_indexed = false;
        frame.title = fill(frame.t("ui.expose.title"), &[("title", &page.listing.title)]);
        Self {
            letter: page.letter,
            basis: page.basis,
            basis_note: page.basis_note,
            facts: page.facts,
            law: page.law,
            municipality: town.municipality.name.clone(),
            site_contact: page.site_contact,
            contact: page.contact,
            photo_credit: photos::credits(&page.photos[..page.photos.len().min(1)], "").pop(),
            photo: page.photos.into_iter().next(),
            plan: page.plan,
            plan_note: page.plan_note,
            qr: Qr::new(&address),
            address,
            printed,
            back,
            pdf: page.pdf,
            listing: page.listing,
            frame,
        }
    }
}
