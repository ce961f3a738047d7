use cadastre::{Viewer, texts::Language};

use super::{DetailPage, ExposePdf};
use crate::pages::{
    fixtures::{Town as Fixture, snapshot},
    frame::Request,
    listing::Record,
    read,
};

fn made(fixture: &Fixture, id: &str, language: Language) -> ExposePdf {
    let record = if id.starts_with("b-") { Record::Building } else { Record::Site };
    let snapshot = snapshot(fixture);
    let base_url = "https://example.org".to_owned();
    let request = Request { path: String::new(), language, names_language: true, base_url };
    let (shown, listing) = read::listed(&snapshot, record, id, language).unwrap();
    let town = read::town(&snapshot, listing.ags).unwrap();
    let page = DetailPage::new(request, &snapshot, &town, listing, &shown);
    ExposePdf::new(&page, &town, snapshot.day()).unwrap()
}

/// Whether a file holds these bytes; what a document says of itself is not compressed.
fn holds(pdf: &ExposePdf, part: &str) -> bool {
    pdf.bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn a_document_names_itself_in_its_language_and_meets_the_standard() {
    for language in Language::ALL {
        for id in ["angebot-1", "register-1", "haus-1", "b-scheune"] {
            let pdf = made(&Fixture::new(), id, language);
            assert!(pdf.bytes.starts_with(b"%PDF-1.7"), "{id}");
            let tag = format!("/Lang({})", language.tag());
            for part in [tag.as_str(), "/MarkInfo", "/StructTreeRoot", "/DisplayDocTitle true", "<pdfuaid:part>1<"] {
                assert!(holds(&pdf, part), "{part} is missing in {id} {language:?}");
            }
            assert!(pdf.bytes.len() < 150_000, "{id}: {} bytes", pdf.bytes.len());
        }
    }
}

#[test]
fn the_same_content_makes_the_same_bytes_and_another_day_others() {
    let (mut fixture, now) = (Fixture::new(), Fixture::new());
    let first = made(&now, "angebot-1", Language::German).bytes;
    assert!(first == made(&now, "angebot-1", Language::German).bytes);
    fixture.day = "2026-11-23".parse().unwrap();
    assert!(first != made(&fixture, "angebot-1", Language::German).bytes);
}

#[test]
fn a_file_is_called_after_its_place() {
    let name = |id| made(&Fixture::new(), id, Language::German).file_name;
    assert_eq!(name("angebot-1"), "expose-lindenstrasse-nord.pdf");
    let mut fixture = Fixture::new();
    fixture.sites[0].name = Some("漢字 \"; x=/../Öl \r\n".to_owned());
    assert_eq!(made(&fixture, "angebot-1", Language::German).file_name, "expose-x-oel.pdf");
}

#[test]
fn whatever_a_name_holds_there_is_a_document() {
    let mut fixture = Fixture::new();
    let words = "Grundstück ".repeat(60);
    for name in ["\u{1f3e1} Haus\tam\u{feff} See\u{0}", "شارع", "W".repeat(400).as_str(), words.as_str(), " "] {
        fixture.sites[0].name = Some(name.to_owned());
        fixture.sites[0].contact = Some(name.repeat(20));
        for language in Language::ALL {
            made(&fixture, "angebot-1", language);
        }
    }
}

#[test]
fn what_is_not_shown_has_no_document() {
    let fixture = Fixture::new();
    let snapshot = snapshot(&fixture);
    assert!(read::listed(&snapshot, Record::Site, "intern-1", Language::German).is_err());
    assert!(read::listed(&snapshot, Record::Building, "b-intern", Language::German).is_err());
    assert!(snapshot.item("sites", "angebot-1", &Viewer::ANONYMOUS).shown().is_some());
}
