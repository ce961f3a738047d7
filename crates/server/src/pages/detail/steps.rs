//! From interest to a home: what to do next, with links to the forms that the municipality names.

use cadastre::{codes::Basis, settings::LinkKind};

use super::Subject;
use crate::pages::{frame::Request, listing::Record};

/// A link to where a step is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StepLink {
    /// What it leads to.
    pub(crate) label: &'static str,
    /// Address.
    pub(crate) href: String,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// In a few words.
    pub(crate) title: &'static str,
    /// In sentences.
    pub(crate) text: &'static str,
    /// Where it is taken.
    pub(crate) links: Vec<StepLink>,
}

/// The steps for a listing.
pub(super) fn steps(request: &Request, subject: &Subject<'_>) -> Vec<Step> {
    let listing = subject.listing;
    let is_land = listing.record == Record::Site && listing.site_type.is_none_or(cadastre::codes::SiteType::is_land);
    let ask = match listing.basis {
        Some(Basis::Offer) => "ui.steps.ask.offer",
        Some(Basis::Consent) => "ui.steps.ask.consent",
        Some(Basis::Register) | None => "ui.steps.ask.register",
    };
    let look = if is_land { "ui.steps.look.land" } else { "ui.steps.look.building" };
    let clear = if is_land { "ui.steps.clear.land" } else { "ui.steps.clear.building" };
    let step = |title: &'static str, text: &'static str, kinds: &[LinkKind]| Step {
        title: request.text(title),
        text: request.text(text),
        links: kinds.iter().filter_map(|kind| link(request, subject, *kind)).collect(),
    };
    vec![
        step("ui.steps.ask", ask, &[LinkKind::Enquiry]),
        step("ui.steps.look", look, &[]),
        step("ui.steps.clear", clear, &[LinkKind::PreliminaryEnquiry, LinkKind::Plans]),
        step("ui.steps.money", "ui.steps.money.text", &[LinkKind::Funding]),
        step("ui.steps.buy", "ui.steps.buy.text", &[LinkKind::BuildingApplication, LinkKind::Amt24]),
    ]
}

fn link(request: &Request, subject: &Subject<'_>, kind: LinkKind) -> Option<StepLink> {
    let page = subject.page(request);
    let ags = subject.listing.ags.to_string();
    let values = [
        ("id", subject.listing.id.as_str()),
        ("title", subject.listing.title.as_str()),
        ("page", page.as_str()),
        ("ags", ags.as_str()),
        ("district", subject.listing.district.as_deref().unwrap_or_default()),
        ("parcels", subject.parcels.as_str()),
    ];
    let label = match kind {
        LinkKind::Enquiry => "ui.link.enquiry",
        LinkKind::PreliminaryEnquiry => "ui.link.preliminary_enquiry",
        LinkKind::BuildingApplication => "ui.link.building_application",
        LinkKind::Funding => "ui.link.funding",
        LinkKind::Plans => "ui.link.plans",
        LinkKind::Amt24 => "ui.link.amt24",
    };
    let href = subject.town.municipality.settings.link(kind, &values)?;
    Some(StepLink { label: request.text(label), href })
}
