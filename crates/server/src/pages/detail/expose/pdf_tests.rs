use cadastre::{Picture, Viewer, picture::Size, texts::Language};

use super::{super::for_paper, DetailPage, ExposePdf};
use crate::pages::{
    fixtures::{Town as Fixture, picture, snapshot},
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
    let picture = |id: &str| fixture.pictures.iter().find(|picture| picture.picture_id == id).unwrap();
    let photo = for_paper(&shown).map(|(id, width)| file(picture(&id), width));
    ExposePdf::new(&page, &town, snapshot.day(), photo).unwrap()
}

/// The file of a picture in a width, as it would be kept: another one for each id.
fn file(picture: &Picture, width: u32) -> Vec<u8> {
    let size = picture.size.kept().into_iter().find(|size| size.width == width).unwrap();
    let pixels = picture.picture_id.bytes().cycle().take((size.width * size.height * 3) as usize).collect();
    formats::picture::of_pixels(size, pixels).unwrap().forms.pop().unwrap().bytes
}

/// Whether a file holds these bytes; what a document says of itself is not compressed.
fn holds(pdf: &ExposePdf, part: impl AsRef<[u8]>) -> bool {
    let part = part.as_ref();
    pdf.bytes.windows(part.len()).any(|window| window == part)
}

fn with_pictures(pictures: Vec<Picture>) -> Fixture {
    Fixture { pictures, ..Fixture::new() }
}

#[test]
fn the_first_picture_is_a_figure_with_its_words_and_its_file_as_it_is() {
    let second = Picture { position: 2, ..picture("second", "angebot-1") };
    let first = picture("first", "angebot-1");
    // 271 points are 566 pixels at 150 an inch: 800 are enough.
    let (expected, other) = (file(&first, 800), file(&second, 800));
    let fixture = with_pictures(vec![second, first]);
    for (language, alt) in [(Language::German, "Ein Haus im Hof"), (Language::English, "A house in the yard")] {
        let pdf = made(&fixture, "angebot-1", language);
        assert!(holds(&pdf, &expected) && !holds(&pdf, &other), "{language:?}");
        for part in [&format!("/Alt({alt})"), "/DCTDecode", "https://creativecommons.org/", "<pdfuaid:part>1<"] {
            assert!(holds(&pdf, part), "{part} is missing in {language:?}");
        }
    }
}

#[test]
fn another_picture_makes_another_document_and_what_nobody_sees_makes_none() {
    let of = |pictures: Vec<Picture>, id: &str| made(&with_pictures(pictures), id, Language::German).bytes;
    let pictured = of(vec![picture("a", "angebot-1")], "angebot-1");
    assert!(pictured == of(vec![picture("a", "angebot-1")], "angebot-1"));
    assert!(pictured != of(vec![picture("b", "angebot-1")], "angebot-1"));
    let plain = of(vec![], "angebot-1");
    assert!(pictured != plain);
    let hidden = Picture { is_released: false, ..picture("a", "angebot-1") };
    assert!(plain == of(vec![hidden, picture("b", "haus-1")], "angebot-1"));
    // The register shows no pictures, and consent names them or not.
    for id in ["register-1", "haus-1"] {
        assert!(of(vec![], id) == of(vec![picture("a", id)], id), "{id}");
    }
}

#[test]
fn whatever_shape_a_picture_has_there_is_a_document() {
    for (width, height) in [(200, 600), (600, 200), (3000, 1000), (1000, 1000)] {
        let fixture = with_pictures(vec![Picture { size: Size { width, height }, ..picture("a", "angebot-1") }]);
        for language in Language::ALL {
            made(&fixture, "angebot-1", language);
        }
    }
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
