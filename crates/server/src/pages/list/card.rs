//! A site as a card of the list.

use crate::pages::{format, frame::Request, site_item::SiteItem};

/// A site in the list.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    /// The site.
    pub(crate) site: SiteItem,
    /// Its page.
    pub(crate) href: String,
    /// Type in words.
    pub(crate) kind: &'static str,
    /// Letter of its group.
    pub(crate) letter: &'static str,
    /// Area in words.
    pub(crate) area: Option<String>,
    /// Price in words.
    pub(crate) price: Option<String>,
    /// Basis of its publication in a word.
    pub(crate) basis: &'static str,
}

/// Puts a site into words.
pub(crate) fn card(request: &Request, site: SiteItem) -> Card {
    let language = request.language;
    Card {
        href: request.link(&format!("/flaeche/{}", site.id), &[]),
        kind: site.kind(language),
        letter: site.group.letter(language),
        area: site.area_m2.map(|area| format::area(area, language)),
        price: site.price_eur.map(|price| format::price(price, language)),
        basis: basis_word(request, site.basis),
        site,
    }
}

/// The basis of a publication in one or two words.
pub(crate) fn basis_word(request: &Request, basis: Option<cadastre::codes::Basis>) -> &'static str {
    use cadastre::codes::Basis;
    match basis {
        Some(Basis::Register) | None => request.text("ui.basis.register"),
        Some(Basis::Offer) => request.text("ui.basis.offer"),
        Some(Basis::Consent) => request.text("ui.basis.consent"),
    }
}
