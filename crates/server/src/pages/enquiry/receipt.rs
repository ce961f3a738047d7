//! The receipt of an enquiry.

use askama::Template;
use cadastre::{codes::CodeList as _, enquiry::Filed};

use super::subject::Target;
use crate::{
    app::App,
    clock,
    pages::{
        face::Face,
        format,
        frame::{Crumb, Frame, Request, fill},
        towns::crumbs,
    },
};

/// The page with the receipt: that an enquiry came, and how far it is. Nothing of what it says, nor who asks.
#[derive(Debug, Template)]
#[template(path = "receipt.html")]
pub(super) struct ReceiptPage {
    pub(super) frame: Frame,
    pub(super) number: String,
    pub(super) next: String,
    /// What is known of it: name and value.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Back to what it is about, as far as the public may see it now.
    pub(super) back: Option<Crumb>,
}

impl ReceiptPage {
    /// The receipt. What the enquiry is about is only named if it is public today.
    pub(super) fn new(app: &App, request: Request, filed: &Filed) -> Self {
        let snapshot = app.snapshot();
        let language = request.language;
        let topic = &filed.enquiry.topic;
        let subject = Target::of(topic).find(app, &snapshot, language).ok();
        let municipality = snapshot.municipality(topic.ags);
        let back = subject.map(|subject| Crumb { name: subject.topic.title, href: request.link(&subject.path, &[]) });
        let name = municipality.map_or(topic.ags.to_string(), |town| town.name.clone());
        let received_on = clock::day_of(filed.received);
        let facts = vec![
            (request.text("ui.receipt.received"), format::day(received_on, language)),
            (request.text("ui.receipt.state"), filed.state.label(language).to_owned()),
            (request.text("ui.receipt.kept"), format::day(filed.erase_after, language)),
        ];
        let heading = request.text("ui.receipt.heading").to_owned();
        let mut frame = Frame::new(request, heading.clone(), heading);
        frame.is_indexed = false;
        frame.face = municipality.map(Face::of);
        frame.crumbs = crumbs(&frame.request, municipality);
        Self {
            number: filed.number.to_string(),
            next: fill(frame.t("ui.receipt.next"), &[("name", &name)]),
            facts,
            back,
            frame,
        }
    }
}
