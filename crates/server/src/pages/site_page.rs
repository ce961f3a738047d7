//! The page of one site.

use askama::Template;
use cadastre::{codes::Basis, publication::View};

use super::{
    contact::Contact,
    facts::{self, Fact},
    frame::{Frame, Request, fill},
    list::basis_word,
    map_config::{MapConfig, Selected},
    params::LonLatBox,
    site_item::{SiteItem, text_of},
    towns::{Town, credits, crumbs, example_names, map_towns},
};

/// The page of one site.
#[derive(Debug, Template)]
#[template(path = "site.html")]
pub(crate) struct SitePage {
    /// Frame.
    pub(crate) frame: Frame,
    /// The site.
    pub(crate) site: SiteItem,
    /// Letter of its group.
    pub(crate) letter: &'static str,
    /// Basis of its publication in a word.
    pub(crate) basis: &'static str,
    /// What that basis means for who reads it.
    pub(crate) basis_note: &'static str,
    /// Facts in words.
    pub(crate) facts: Vec<Fact>,
    /// Whom to ask about this offer, where the site names somebody.
    pub(crate) site_contact: Option<String>,
    /// Whom to ask in the municipality.
    pub(crate) contact: Option<Contact>,
    /// Subject of a mail about it.
    pub(crate) mail_subject: String,
    /// Settings of the map.
    pub(crate) map: MapConfig,
}

impl SitePage {
    /// Puts what the public sees of a site into words. `None` for a view of anything else.
    pub(crate) fn new(request: Request, town: &Town<'_>, view: &View<'_>, extent: Option<LonLatBox>) -> Option<Self> {
        let language = request.language;
        let site = SiteItem::from_view(view, 0, language)?;
        let facts = facts::of_site(view, language);
        let mut map = MapConfig::new(language, request.language_asked);
        map.bounds = extent.map(Into::into);
        map.selected = Some(Selected { collection: "sites", id: site.id.clone() });
        let towns = std::slice::from_ref(town);
        map.municipalities = map_towns(&request, towns);
        map.credits = credits(towns);
        let description = description(&site, &facts);
        let mail_subject = fill(request.text("ui.contact.subject"), &[("title", &site.title), ("id", &site.id)]);
        let basis_note = request.text(match site.basis {
            Some(Basis::Register) | None => "ui.basis.register.note",
            Some(Basis::Offer) => "ui.basis.offer.note",
            Some(Basis::Consent) => "ui.basis.consent.note",
        });
        let mut frame = Frame::new(request, site.title.clone(), description);
        frame.crumbs = crumbs(&frame.request, Some(town.municipality));
        frame.credits = credits(towns);
        frame.examples = example_names(towns);
        Some(Self {
            letter: site.group.letter(language),
            basis: basis_word(&frame.request, site.basis),
            basis_note,
            facts,
            site_contact: text_of(view, "contact"),
            contact: Contact::of(town.municipality),
            mail_subject,
            map,
            site,
            frame,
        })
    }
}

fn description(site: &SiteItem, facts: &[Fact]) -> String {
    let place = site.place();
    let facts = facts.iter().filter(|fact| matches!(fact.name, "type" | "area_m2" | "price_eur"));
    let facts = facts.map(|fact| format!("{}: {}", fact.label, fact.value));
    let parts: Vec<String> =
        std::iter::once(site.title.clone()).chain((!place.is_empty()).then_some(place)).chain(facts).collect();
    parts.join(" · ")
}
