//! A listing as a card of the list.

use cadastre::codes::{Basis, CodeList as _};

use crate::pages::{
    format,
    frame::{Request, fill},
    listing::Listing,
};

/// A listing in the list.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    /// The listing.
    pub(crate) listing: Listing,
    /// Its page.
    pub(crate) href: String,
    /// Letter of its group.
    pub(crate) letter: &'static str,
    /// Area of the plot in words.
    pub(crate) area: Option<String>,
    /// Living area in words.
    pub(crate) living_area: Option<String>,
    /// Price in words.
    pub(crate) price: Option<String>,
    /// Basis of its publication in a word.
    pub(crate) basis: &'static str,
    /// What else is worth a word: that it can be had today, is reserved, how much of it is vacant.
    pub(crate) state: Option<&'static str>,
}

impl Card {
    /// Collection and id, by which the map knows it.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.listing.record.collection(), self.listing.id)
    }
}

/// Puts a listing into words.
pub(crate) fn card(request: &Request, listing: Listing) -> Card {
    let language = request.language;
    Card {
        href: request.link(&listing.path(), &[]),
        letter: listing.group.letter(language),
        area: listing.area_m2.map(|area| format::area(area, language)),
        living_area: listing
            .living_area_m2
            .map(|area| fill(request.text("ui.card.living_area"), &[("area", &format::area(area, language))])),
        price: listing.price_eur.map(|price| format::price(price, language)),
        basis: basis_word(request, listing.basis),
        state: state_word(request, &listing),
        listing,
    }
}

fn state_word(request: &Request, listing: &Listing) -> Option<&'static str> {
    use cadastre::codes::SiteStatus;
    match (listing.status, listing.degree) {
        (Some(SiteStatus::Reserved), _) => Some(SiteStatus::Reserved.label(request.language)),
        (_, Some(degree)) => Some(degree.label(request.language)),
        _ if listing.is_available => Some(request.text("ui.filter.available.now")),
        _ => None,
    }
}

/// The basis of a publication in one or two words.
pub(crate) fn basis_word(request: &Request, basis: Option<Basis>) -> &'static str {
    match basis {
        Some(Basis::Register) | None => request.text("ui.basis.register"),
        Some(Basis::Offer) => request.text("ui.basis.offer"),
        Some(Basis::Consent) => request.text("ui.basis.consent"),
    }
}
