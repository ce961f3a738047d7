//! The start page of a municipality, "Leben in Leisnig": what is free there by type and Ortsteil, what is new, what
//! there is beside, and what to do next.

use std::collections::BTreeMap;

use askama::Template;
use cadastre::settings::{LinkKind, PLACEHOLDERS, Settings};
use serde_json::{Value, json};
use spatial::Snapshot;

use super::{
    contact::Contact,
    detail::{Provided, Step, StepLink, provided},
    enquiry,
    face::Face,
    frame::{Crumb, Feed, Frame, Request, counted, fill},
    groups::Group,
    list::{Card, card},
    listing::{Listing, sort},
    params::{Facet, Sort},
    towns::{Town, credits, crumbs, example_names, town_path},
};

/// Newest listings on the page.
const NEWEST: usize = 6;

/// How many listings there are of something, with the list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    /// Code of the group; empty for an Ortsteil.
    pub(crate) code: &'static str,
    /// Letter of the group; empty for an Ortsteil.
    pub(crate) letter: &'static str,
    /// What it is.
    pub(crate) label: String,
    /// How many.
    pub(crate) count: usize,
    /// The list of them.
    pub(crate) href: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "welcome.html")]
pub(crate) struct WelcomePage {
    /// Frame.
    pub(crate) frame: Frame,
    /// "Leben in Leisnig".
    pub(crate) heading: String,
    /// Sentence below it.
    pub(crate) lead: String,
    /// Address of the coat of arms.
    pub(crate) arms: Option<String>,
    /// Listings by group.
    pub(crate) kinds: Vec<Figure>,
    /// The list.
    pub(crate) all: Crumb,
    /// The list on the map.
    pub(crate) map: String,
    /// Figures of the municipality.
    pub(crate) figures: String,
    /// Listings by Ortsteil, the most first.
    pub(crate) localities: Vec<Figure>,
    /// What was changed last.
    pub(crate) cards: Vec<Card>,
    /// What there is beside.
    pub(crate) provided: Vec<Provided>,
    /// What to do next.
    pub(crate) steps: Vec<Step>,
    /// Whom to ask.
    pub(crate) contact: Option<Contact>,
    /// The form that reaches it, unless it has one of its own.
    pub(crate) form: Option<String>,
    /// Address that opens a mail to it.
    pub(crate) ask: Option<String>,
    /// Website of the municipality.
    pub(crate) website: Option<String>,
    /// The same for machines, with the words of schema.org.
    pub(crate) linked_data: Value,
}

impl WelcomePage {
    /// Counts what the public sees listed in the municipality, and puts it into words.
    pub(crate) fn new(request: Request, snapshot: &Snapshot, town: &Town<'_>, mut listings: Vec<Listing>) -> Self {
        let municipality = town.municipality;
        let settings = &municipality.settings;
        let name = [("name", municipality.name.as_str())];
        let heading = fill(request.text("ui.welcome.heading"), &name);
        let lead = fill(request.text("ui.welcome.lead"), &name);
        let list = town_path(municipality.ags);
        let (kinds, localities) = (kinds(&request, &list, &listings), localities(&request, &list, &listings));
        let count = counted(listings.len(), "ui.list.count.one", "ui.list.count.other", request.language);
        let all =
            Crumb { name: fill(request.text("ui.welcome.all"), &[("count", &count)]), href: request.link(&list, &[]) };
        let form = enquiry::link(&request, municipality, &list);
        let contact = Contact::of_or_form(municipality, form.is_some());
        let with_mail = contact.as_ref().filter(|contact| contact.mail.is_some());
        let linked_data = linked_data(&request, town, &heading, &lead, contact.as_ref());
        sort(&mut listings, Sort::Newest);
        listings.truncate(NEWEST);
        let towns = std::slice::from_ref(town);
        let feed = request.link(&format!("{list}/feed.atom"), &[]);
        let mut frame = Frame::new(request, heading.clone(), lead.clone());
        let request = &frame.request;
        let (map, figures) = (format!("{}#karte", all.href), request.link(&format!("{list}/zahlen"), &[]));
        let (provided, steps) = (provided(request, snapshot, municipality.ags), steps(request, town, &all, &map));
        let cards = listings.into_iter().map(|listing| card(request, listing)).collect();
        frame.crumbs = crumbs(&frame.request, None);
        frame.credits = credits(towns);
        frame.examples = example_names(towns);
        frame.feed = Some(Feed { title: heading.clone(), href: feed });
        let face = Face::of(municipality);
        let arms = face.arms.clone();
        frame.face = Some(face);
        Self {
            form,
            ask: with_mail.map(|contact| contact.mail_href(&heading, "")),
            website: settings.website.clone(),
            heading,
            lead,
            arms,
            kinds,
            all,
            map,
            figures,
            localities,
            cards,
            provided,
            steps,
            contact,
            linked_data,
            frame,
        }
    }
}

fn kinds(request: &Request, list: &str, listings: &[Listing]) -> Vec<Figure> {
    let figure = |group: Group| Figure {
        code: group.code(),
        letter: group.letter(request.language),
        label: group.label(request.language).to_owned(),
        count: listings.iter().filter(|listing| listing.group == group).count(),
        href: request.link(list, &[(Facet::Type.key(), group.code().to_owned())]),
    };
    Group::ALL.into_iter().map(figure).filter(|figure| figure.count > 0).collect()
}

fn localities(request: &Request, list: &str, listings: &[Listing]) -> Vec<Figure> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in listings.iter().filter_map(|listing| listing.locality.as_deref()) {
        *counts.entry(name).or_default() += 1;
    }
    let figure = |(name, count): (&str, usize)| Figure {
        code: "",
        letter: "",
        label: name.to_owned(),
        count,
        href: request.link(list, &[(Facet::Locality.key(), name.to_owned())]),
    };
    let mut figures: Vec<Figure> = counts.into_iter().map(figure).collect();
    // Stable: equals stay in the order of their names.
    figures.sort_by_key(|figure| std::cmp::Reverse(figure.count));
    figures
}

fn steps(request: &Request, town: &Town<'_>, all: &Crumb, map: &str) -> Vec<Step> {
    let settings = &town.municipality.settings;
    let ags = town.municipality.ags.to_string();
    let own = |text: &'static str, href: &str| StepLink { label: request.text(text), href: href.to_owned() };
    let link = |(kind, text): (LinkKind, &'static str)| general_link(settings, kind, &ags).map(|href| own(text, &href));
    let links = |kinds: &[(LinkKind, &'static str)]| kinds.iter().copied().filter_map(link).collect::<Vec<_>>();
    let step = |title: &'static str, text: &'static str, links: Vec<StepLink>| Step {
        title: request.text(title),
        text: request.text(text),
        links,
    };
    vec![
        step(
            "ui.welcome.look",
            "ui.welcome.look.text",
            vec![own("ui.switch.list", &all.href), own("ui.switch.map", map)],
        ),
        step("ui.welcome.keep", "ui.welcome.keep.text", Vec::new()),
        step("ui.welcome.ask", "ui.welcome.ask.text", links(&[(LinkKind::Enquiry, "ui.link.enquiry")])),
        step(
            "ui.welcome.clear",
            "ui.welcome.clear.text",
            links(&[
                (LinkKind::PreliminaryEnquiry, "ui.link.preliminary_enquiry"),
                (LinkKind::Plans, "ui.link.plans"),
                (LinkKind::Funding, "ui.link.funding"),
                (LinkKind::Amt24, "ui.link.amt24"),
            ]),
        ),
    ]
}

/// A link of the settings that makes sense without a site; a form that wants to know one is reached from its page.
fn general_link(settings: &Settings, kind: LinkKind, ags: &str) -> Option<String> {
    let template = settings.links.get(kind.code())?;
    let of_site = PLACEHOLDERS.iter().any(|name| *name != "ags" && template.contains(&format!("{{{name}}}")));
    if of_site { None } else { settings.link(kind, &[("ags", ags)]) }
}

/// The page and whose it is, for machines.
fn linked_data(request: &Request, town: &Town<'_>, heading: &str, lead: &str, contact: Option<&Contact>) -> Value {
    let municipality = town.municipality;
    let page = format!("{}{}", request.base_url, request.path);
    let mut publisher = json!({ "@type": "GovernmentOrganization", "name": municipality.name });
    if let Some(website) = &municipality.settings.website {
        publisher["url"] = json!(website);
    }
    if let Some(arms) = Face::of(municipality).arms {
        publisher["logo"] = json!(format!("{}{arms}", request.base_url));
    }
    if let Some(contact) = contact {
        let mut point = json!({ "@type": "ContactPoint", "areaServed": municipality.name });
        let values = [("name", &contact.name), ("email", &contact.mail), ("telephone", &contact.phone)];
        for (name, value) in values {
            if let Some(value) = value {
                point[name] = json!(value);
            }
        }
        publisher["contactPoint"] = point;
    }
    let mut place = json!({ "@type": "AdministrativeArea", "name": municipality.name });
    if let Some(extent) = town.extent {
        let [west, south, east, north]: [f64; 4] = extent.into();
        place["geo"] = json!({ "@type": "GeoShape", "box": format!("{south} {west} {north} {east}") });
    }
    json!({
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "@id": page,
        "url": page,
        "name": heading,
        "description": lead,
        "inLanguage": request.language.tag(),
        "about": place,
        "publisher": publisher,
    })
}

#[cfg(test)]
mod tests {
    use cadastre::settings::{LinkKind, Settings};

    use super::general_link;

    fn check(template: &str, expected: Option<&str>) {
        let mut settings = Settings::default();
        settings.set("link_plans", template).unwrap();
        assert_eq!(general_link(&settings, LinkKind::Plans, "14522310").as_deref(), expected, "{template}");
    }

    #[test]
    fn a_link_that_asks_for_a_site_is_none_of_the_municipality() {
        check("https://a.example/plaene", Some("https://a.example/plaene"));
        check("https://a.example/?ags={ags}", Some("https://a.example/?ags=14522310"));
        check("https://a.example/?ags={ags}&id={id}", None);
    }
}
