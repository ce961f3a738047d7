//! The page of one site or building, and its exposé.

use cadastre::texts::{Language, text};

use super::{between, sheets, site};

#[test]
fn a_page_puts_the_facts_into_words_and_explains_the_law() {
    let page = site("angebot-1", Language::German);
    assert!(page.contains("etwa so groß wie 3 Tennisplätze"));
    assert!(page.contains("54\u{a0}€ je m²"));
    assert!(page.contains(text("ui.explain.planning_law.p34", Language::German)));
    assert!(page.contains("<section class=\"steps\""));
    // Of a register entry it is not told what kind of land it is, nor that it is for sale.
    let page = site("register-1", Language::German);
    assert!(page.contains(text("ui.explain.planning_law.none", Language::German)));
    assert!(page.contains(text("ui.steps.ask.register", Language::German)));
    // A building needs works, and says so.
    let page = site("b-scheune", Language::German);
    assert!(page.contains(text("ui.explain.condition.minor_works", Language::German)));
    assert!(page.contains("140\u{a0}m²") && !page.contains("Einzeldenkmal"));
}

#[test]
fn machines_read_public_values_only() {
    let data = |id: &str| -> serde_json::Value {
        serde_json::from_str(between(&site(id, Language::German), "application/ld+json\">", "</script>")).unwrap()
    };
    let offer = data("angebot-1");
    assert_eq!((&offer["@type"], &offer["offers"]["price"]), (&"RealEstateListing".into(), &45_000.0.into()));
    assert_eq!(offer["offers"]["availabilityStarts"], "2026-03-01");
    assert_eq!(offer["about"]["address"]["streetAddress"], "Lindenstraße");
    let register = data("register-1");
    assert_eq!(register["offers"], serde_json::Value::Null);
}

#[test]
fn an_expose_is_one_sheet_with_plan_code_and_notice() {
    for id in ["angebot-1", "b-scheune"] {
        let [_, sheet] = sheets(id, Language::German);
        assert_eq!(sheet.matches("<svg class=\"plan-drawing\"").count(), 1);
        assert_eq!(sheet.matches("<svg class=\"qr\"").count(), 1);
        assert!(sheet.contains(text("ui.notice.text", Language::German)) && sheet.contains("noindex"));
        assert!(sheet.contains("Stand: 22. November 2026"));
        assert!(!sheet.contains("<script type=\"application/json\""));
    }
}

#[test]
fn the_mail_to_the_office_says_what_it_is_about() {
    let page = site("angebot-1", Language::German);
    let ask = between(&page, "href=\"mailto:bauamt@example.org", "\"");
    assert!(ask.contains("&#38;body=Guten%20Tag,%0D%0A") && ask.contains("%2Fflaeche%2Fangebot-1"), "{ask}");
}
