//! What the codes of a listing mean for who wants to live or build there. No legal advice: it says so on the page.

use cadastre::{
    codes::{CodeList as _, Condition, Monument, PlanningLaw, Servicing},
    publication::View,
    texts::{Language, find, text},
};

use crate::pages::listing::{Listing, text_of};

/// A code and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explained {
    /// What is explained: "§ 34 BauGB – Innenbereich".
    pub(crate) label: String,
    /// In sentences.
    pub(crate) text: &'static str,
}

/// What may be built: by the planning law, or that it is not told here.
pub(super) fn planning_law(view: &View<'_>, listing: &Listing, language: Language) -> Option<Explained> {
    let code = text_of(view, "planning_law").and_then(|code| PlanningLaw::from_code(&code));
    if let Some(law) = code.filter(|law| *law != PlanningLaw::Unknown) {
        let text = find(&format!("ui.explain.planning_law.{}", law.code()), language)?;
        return Some(Explained { label: law.label(language).to_owned(), text });
    }
    let is_land = listing.site_type.is_none_or(cadastre::codes::SiteType::is_land);
    (is_land && view.collection() == Some(cadastre::property::Collection::Sites)).then(|| Explained {
        label: text("ui.explain.planning_law.none.label", language).to_owned(),
        text: text("ui.explain.planning_law.none", language),
    })
}

/// What else needs a word: what is lacking, what is protected, what has to be done.
pub(super) fn hints(listing: &Listing, language: Language) -> Vec<Explained> {
    let servicing = listing.servicing.filter(|servicing| matches!(servicing, Servicing::Partial | Servicing::None));
    let condition = listing.condition.filter(|condition| *condition != Condition::Good);
    let monument = listing.monument.filter(|monument| *monument != Monument::None);
    let explained = |list: &str, code: &str, label: &str| {
        let text = find(&format!("ui.explain.{list}.{code}"), language)?;
        Some(Explained { label: label.to_owned(), text })
    };
    let hints = [
        servicing.and_then(|code| explained(Servicing::NAME, code.code(), code.label(language))),
        condition.and_then(|code| explained(Condition::NAME, code.code(), code.label(language))),
        monument.and_then(|code| explained(Monument::NAME, code.code(), code.label(language))),
    ];
    hints.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use cadastre::{
        codes::{CodeList as _, Condition, Monument, PlanningLaw, Servicing},
        texts::{Language, find},
    };

    #[test]
    fn every_code_that_needs_a_word_has_one_in_each_language() {
        let laws =
            PlanningLaw::codes().into_iter().filter(|code| *code != "unknown").map(|code| ("planning_law", code));
        let servicing = [Servicing::Partial, Servicing::None].map(|code| ("servicing", code.code()));
        let condition = Condition::codes().into_iter().filter(|code| *code != "good").map(|code| ("condition", code));
        let monument = Monument::codes().into_iter().filter(|code| *code != "none").map(|code| ("monument", code));
        for (list, code) in laws.chain(servicing).chain(condition).chain(monument) {
            for language in Language::ALL {
                assert!(find(&format!("ui.explain.{list}.{code}"), language).is_some(), "{list}.{code} {language:?}");
            }
        }
    }
}
