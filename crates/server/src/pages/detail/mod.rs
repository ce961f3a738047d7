//! The page of one site, or of one building whose vacancy is published.

mod explained;
mod expose;
mod linked_data;
mod nearby;
mod qr;
mod steps;
mod words;

use askama::Template;
use cadastre::{codes::Basis, publication::View, value::ValueRef};
use spatial::{Shown, Snapshot};

pub(crate) use expose::{ExposePage, ExposePdf, for_paper};
pub(crate) use nearby::{Provided, provided};
pub(crate) use steps::{Step, StepLink};

use super::{
    contact::Contact,
    enquiry,
    facts::{self, Fact},
    frame::{Frame, Request, fill},
    list::basis_word,
    listing::{Listing, Record, text_of},
    map_config::{MapConfig, Selected},
    params::percent_encoded,
    photos::{self, Credit, Photo},
    plan::{self, Plan},
    read,
    towns::{Town, credits, crumbs, example_names, map_towns, only_face},
};
use explained::Explained;
use nearby::Nearby;

/// The page of one listing.
#[derive(Debug, Template)]
#[template(path = "detail.html")]
pub(crate) struct DetailPage {
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
    /// Its pictures.
    pub(crate) photos: Vec<Photo>,
    /// Whom to credit for them.
    pub(crate) photo_credits: Vec<Credit>,
    /// Facts in words.
    pub(crate) facts: Vec<Fact>,
    /// What may be built.
    pub(crate) law: Option<Explained>,
    /// What else needs a word.
    pub(crate) hints: Vec<Explained>,
    /// How far it is to what one needs.
    pub(crate) nearby: Vec<Nearby>,
    /// What to do next.
    pub(crate) steps: Vec<Step>,
    /// Whom to ask about this offer, where the site names somebody.
    pub(crate) site_contact: Option<String>,
    /// Whom to ask in the municipality.
    pub(crate) contact: Option<Contact>,
    /// The form that reaches the municipality, unless it has one of its own.
    pub(crate) form: Option<String>,
    /// Address that opens a prepared mail to the municipality.
    pub(crate) ask: Option<String>,
    /// Address that opens a mail to whom one likes, with this page in it.
    pub(crate) share: String,
    /// The page that prints on one sheet.
    pub(crate) expose: String,
    /// The same as a document.
    pub(crate) pdf: String,
    /// Plan.
    pub(crate) plan: Option<Plan>,
    /// Where the plan is from.
    pub(crate) plan_note: Option<String>,
    /// The same for machines, with the words of schema.org.
    pub(crate) linked_data: serde_json::Value,
    /// Settings of the map.
    pub(crate) map: MapConfig,
}

/// What a detail page is about, as its parts need it.
#[derive(Debug)]
struct Subject<'a> {
    listing: &'a Listing,
    town: &'a Town<'a>,
    /// One sentence.
    description: &'a str,
    /// Numbers of its parcels, where public.
    parcels: String,
}

impl Subject<'_> {
    /// Absolute address of its page.
    fn page(&self, request: &Request) -> String {
        format!("{}{}", request.base_url, self.listing.path())
    }
}

impl DetailPage {
    /// Puts what the public sees of a record into words and pictures.
    pub(crate) fn new(
        request: Request,
        snapshot: &Snapshot,
        town: &Town<'_>,
        listing: Listing,
        shown: &Shown<'_>,
    ) -> Self {
        let (language, view) = (request.language, shown.view());
        let facts = facts(&request, view, &listing);
        let description = description(&listing, &facts);
        let subject = Subject { listing: &listing, town, description: &description, parcels: parcels(view) };
        let form = enquiry::link(&request, town.municipality, &listing.path());
        let contact = Contact::of_or_form(town.municipality, form.is_some());
        let plan =
            Plan::new(&request, snapshot, plan::Subject { shown, title: &listing.title, group: Some(listing.group) });
        let at = shown.label_point();
        let photos = Photo::all(shown, language);
        let linked_data = linked_data::listing(&request, &subject, view, at, &photos);
        let steps = steps::steps(&request, &subject);
        let ask =
            contact.as_ref().filter(|contact| contact.mail.is_some()).map(|contact| ask(&request, &subject, contact));
        let share = share(&request, &subject);
        let map = map(&request, town, &listing, shown);
        let towns = std::slice::from_ref(town);
        let mut frame = Frame::new(request, listing.title.clone(), description);
        frame.crumbs = crumbs(&frame.request, Some(town.municipality));
        frame.credits = credits(towns);
        frame.examples = example_names(towns);
        frame.face = only_face(towns);
        frame.photo = photos.first().cloned();
        let request = &frame.request;
        Self {
            photo_credits: photos::credits(&photos, request.text("ui.photos.numbers")),
            photos,
            letter: listing.group.letter(language),
            basis: basis_word(request, listing.basis),
            basis_note: basis_note(request, listing.basis),
            law: explained::planning_law(view, &listing, language),
            hints: explained::hints(&listing, language),
            nearby: at.map(|at| nearby::nearby(request, snapshot, at)).unwrap_or_default(),
            site_contact: text_of(view, "contact"),
            expose: request.link(&format!("{}/expose", listing.path()), &[]),
            pdf: request.link(&format!("{}/expose.pdf", listing.path()), &[]),
            plan_note: plan.as_ref().and_then(|plan| plan.source_note(request)),
            facts,
            steps,
            contact,
            form,
            ask,
            share,
            plan,
            linked_data,
            map,
            listing,
            frame,
        }
    }
}

/// What the basis of a publication means for who reads it.
fn basis_note(request: &Request, basis: Option<Basis>) -> &'static str {
    request.text(match basis {
        Some(Basis::Register) | None => "ui.basis.register.note",
        Some(Basis::Offer) => "ui.basis.offer.note",
        Some(Basis::Consent) => "ui.basis.consent.note",
    })
}

/// The facts, with a word on what the numbers mean.
pub(super) fn facts(request: &Request, view: &View<'_>, listing: &Listing) -> Vec<Fact> {
    let language = request.language;
    let mut facts = match listing.record {
        Record::Site => facts::of_site(view, language),
        Record::Building => facts::of_building(view, listing, language),
    };
    for fact in &mut facts {
        fact.note = match fact.name {
            "area_m2" => listing.area_m2.and_then(|area| words::comparison(area, language)),
            "price_eur" => words::price_a_m2(listing, language),
            _ => None,
        };
    }
    facts
}

fn map(request: &Request, town: &Town<'_>, listing: &Listing, shown: &Shown<'_>) -> MapConfig {
    let mut map = MapConfig::new(request.language, request.names_language);
    map.bounds = read::extent_of(shown).map(Into::into);
    map.selected = Some(Selected { collection: listing.record.collection(), id: listing.id.clone() });
    let towns = std::slice::from_ref(town);
    map.municipalities = map_towns(request, towns);
    map.credits = credits(towns);
    map
}

fn description(listing: &Listing, facts: &[Fact]) -> String {
    let place = listing.place();
    let facts = facts.iter().filter(|fact| matches!(fact.name, "type" | "area_m2" | "living_area_m2" | "price_eur"));
    let facts = facts.map(|fact| format!("{}: {}", fact.label, fact.value));
    let parts: Vec<String> =
        std::iter::once(listing.title.clone()).chain((!place.is_empty()).then_some(place)).chain(facts).collect();
    parts.join(" · ")
}

fn parcels(view: &View<'_>) -> String {
    match view.value("numbers") {
        ValueRef::List(numbers) => numbers.join(", "),
        _ => String::new(),
    }
}

/// A mail to the municipality that says what it is about and leaves room for the question.
fn ask(request: &Request, subject: &Subject<'_>, contact: &Contact) -> String {
    let values = [("title", subject.listing.title.as_str()), ("id", subject.listing.id.as_str())];
    let title = fill(request.text("ui.contact.subject"), &values);
    let page = subject.page(request);
    let body = fill(
        request.text("ui.contact.body"),
        &[("title", &subject.listing.title), ("id", &subject.listing.id), ("page", &page)],
    );
    contact.mail_href(&title, &body)
}

fn share(request: &Request, subject: &Subject<'_>) -> String {
    let body = format!("{}\n{}", subject.description, subject.page(request));
    format!(
        "mailto:?subject={}&body={}",
        percent_encoded(&subject.listing.title),
        percent_encoded(&body.replace('\n', "\r\n"))
    )
}
