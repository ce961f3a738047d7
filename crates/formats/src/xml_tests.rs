use super::{Step, Vocabulary, Xml};
use crate::{Format, FormatError, input::Input};

/// Reads a document and writes down what the cursor saw: `<name`, `>` and texts.
fn walk(content: &[u8]) -> Result<String, FormatError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.xml");
    std::fs::write(&path, content).unwrap();
    let mut xml = Xml::open(&Input::open(&path).unwrap(), Format::Nas)?;
    let mut seen = String::new();
    loop {
        match xml.step()? {
            Step::Start => {
                seen.push('<');
                seen.push_str(xml.name());
            }
            Step::End => seen.push('>'),
            Step::Text => seen.push_str(&xml.chunk),
            Step::Eof => return Ok(seen),
        }
    }
}

fn check(content: impl AsRef<[u8]>, expected: &str) {
    assert_eq!(walk(content.as_ref()).unwrap(), expected);
}

fn check_refused(content: impl AsRef<[u8]>, reason: &str) {
    let error = walk(content.as_ref()).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
}

#[test]
fn tags_texts_and_the_five_entities_are_read() {
    check("<a><b/>x &lt;&amp;&#228;&#x20AC; <![CDATA[<&>]]></a>", "<a<b>x <&ä€ <&>>");
    check("<!-- c --><?pi?><p:a xmlns:p='u'><p:b>1</p:b></p:a>\n", "<a<b1>>\n");
}

#[test]
fn every_usual_encoding_is_read() {
    check(b"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a>\xc3\xa4</a>", "\n<aä>");
    check(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>Stra\xdfe</a>", "<aStraße>");
    check(b"<?xml version=\"1.0\" encoding = \"windows-1252\" ?><a>\x80</a>", "<a€>");
    let utf16 = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>ä</a>".encode_utf16();
    check(utf16.clone().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), "<aä>");
    check(utf16.flat_map(u16::to_be_bytes).collect::<Vec<_>>(), "<aä>");
    check(b"<?xml version='1.0' encoding='UTF-16'?><a>\xc3\xa4</a>", "<aä>");
}

#[test]
fn a_wrong_encoding_is_named() {
    check_refused(b"<a>Stra\xdfe</a>", "wrong encoding at byte");
    check_refused(b"<?xml version='1.0' encoding='EBCDIC-XY'?><a/>", "unknown encoding \"EBCDIC-XY\"");
}

#[test]
fn what_serves_attacks_is_refused() {
    check_refused("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "a document type declaration");
    check_refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "a document type declaration");
    check_refused("<a>&b;</a>", "an entity that XML does not define");
    check_refused("<a>".repeat(1000), "nested more than 100 deep");
    check_refused(format!("<a {}='x'/>", "b".repeat(100_000)), "one XML tag is larger");
    let bindings: Vec<_> = (0..5000).map(|i| format!("xmlns:a{i}='u'")).collect();
    check_refused(format!("<a {}/>", bindings.join(" ")), "namespace bindings");
}

#[test]
fn a_file_that_ends_early_is_truncated_and_not_only_shorter() {
    let whole = "<?xml version='1.0'?><a b='c'><d>text</d><!-- e --><f g='h'/></a>";
    assert!(walk(whole.as_bytes()).is_ok());
    for end in 0..whole.len() {
        let error = walk(&whole.as_bytes()[..end]).unwrap_err();
        assert!(matches!(error, FormatError::Truncated { .. }), "{end}: {error}");
    }
}

#[test]
fn tags_that_do_not_match_are_malformed() {
    check_refused("<a></b>", "malformed NAS at byte");
    check_refused("<a><b></a></b>", "malformed NAS at byte");
    check_refused("</a>", "malformed NAS at byte");
}

#[test]
fn vocabularies_are_told_by_namespace_whatever_the_version() {
    for (namespace, expected) in [
        ("http://www.adv-online.de/namespaces/adv/gid/6.0", Vocabulary::Aaa),
        ("http://www.adv-online.de/namespaces/adv/gid/7.1", Vocabulary::Aaa),
        ("http://www.adv-online.de/namespaces/adv/gid/wfs", Vocabulary::Wfs),
        ("http://www.adv-online.de/namespaces/adv/gid/fc/6.0", Vocabulary::Other),
        ("http://repository.gdi-de.org/schemas/adv/produkt/alkis-vereinfacht/2.0", Vocabulary::AlkisSimple),
        ("http://www.opengis.net/gml", Vocabulary::Gml),
        ("http://www.opengis.net/gml/3.2", Vocabulary::Gml),
        ("http://www.opengis.net/wfs/2.0", Vocabulary::Wfs),
        ("http://www.w3.org/1999/xlink", Vocabulary::Other),
    ] {
        assert_eq!(Vocabulary::of(namespace), expected, "{namespace}");
    }
}

#[test]
fn attributes_are_found_by_local_name_and_not_among_namespaces() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.xml");
    std::fs::write(&path, "<a xmlns:id='no' gml:id='yes &amp; no' c='d'/>").unwrap();
    let mut xml = Xml::open(&Input::open(&path).unwrap(), Format::Nas).unwrap();
    assert_eq!(xml.step().unwrap(), Step::Start);
    assert_eq!(xml.attribute("id").unwrap().as_deref(), Some("yes & no"));
    assert_eq!(xml.attribute("srsName").unwrap(), None);
}
