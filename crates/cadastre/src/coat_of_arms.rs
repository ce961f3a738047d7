//! A municipality's coat of arms: a picture in which nothing runs and which loads nothing.
//!
//! As a setting it is one text: an SVG as it is, or a PNG as a `data:` address.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 200_000;
/// Largest width and height of a PNG, in pixels.
const MAX_PIXELS: u32 = 2000;
const PNG_PREFIX: &str = "data:image/png;base64,";
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const SVG_NAMESPACE: &str = "http://www.w3.org/2000/svg";
/// Elements of SVG and HTML that run something, load something or hold another document (SVG 2, chapters 11 to 16).
const REFUSED: [&str; 18] = [
    "a",
    "animate",
    "animatemotion",
    "animatetransform",
    "audio",
    "canvas",
    "embed",
    "feimage",
    "foreignobject",
    "handler",
    "iframe",
    "image",
    "link",
    "listener",
    "object",
    "script",
    "set",
    "video",
];

/// A coat of arms as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoatOfArms {
    /// Media type.
    pub media: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

impl CoatOfArms {
    /// The picture that a checked setting stands for; `None` for anything else.
    pub fn of_setting(value: &str) -> Option<Self> {
        match value.strip_prefix(PNG_PREFIX) {
            Some(encoded) => Some(Self { media: "image/png", bytes: BASE64_STANDARD.decode(encoded).ok()? }),
            None => Some(Self { media: "image/svg+xml", bytes: value.as_bytes().to_vec() }),
        }
    }

    /// What a file is as a setting; setting it says whether it can be taken.
    pub fn to_setting(file: &[u8]) -> String {
        match file.starts_with(PNG_SIGNATURE) {
            true => format!("{PNG_PREFIX}{}", BASE64_STANDARD.encode(file)),
            false => String::from_utf8_lossy(file).trim_start_matches('\u{feff}').trim().to_owned(),
        }
    }
}

/// Says what is wrong with a setting.
pub(crate) fn check(value: &str) -> Result<(), String> {
    let picture = CoatOfArms::of_setting(value).ok_or_else(|| "is no PNG".to_owned())?;
    if picture.bytes.len() > MAX_BYTES {
        return Err(format!("must not be larger than {MAX_BYTES} bytes, got {}", picture.bytes.len()));
    }
    if picture.media == "image/png" { check_png(&picture.bytes) } else { check_svg(value) }
}

/// Signature, and the size from the first chunk (PNG, 5.2 and 11.2.2).
fn check_png(bytes: &[u8]) -> Result<(), String> {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
    let is_png = bytes.starts_with(PNG_SIGNATURE) && bytes.get(12..16) == Some(b"IHDR");
    match (is_png, number(16), number(20)) {
        (true, Some(1..=MAX_PIXELS), Some(1..=MAX_PIXELS)) => Ok(()),
        (true, Some(width), Some(height)) => {
            Err(format!("must be 1 to {MAX_PIXELS} pixels wide and high, got {width} × {height}"))
        }
        _ => Err("is no PNG".to_owned()),
    }
}

/// Well-formed, one `svg` element, and nothing in it that runs or is loaded from anywhere.
fn check_svg(text: &str) -> Result<(), String> {
    const EXPECTED: &str = "must be an SVG or a PNG, read from a file: coat_of_arms=@arms.svg";
    let malformed = |reason: String| format!("is no well-formed SVG: {reason}");
    let mut reader = Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    let mut has_root = false;
    loop {
        match reader.read_event().map_err(|error| malformed(error.to_string()))? {
            Event::Start(start) => {
                check_element(&start, &mut has_root, open.is_empty())?;
                open.push(local_name(&start));
            }
            Event::Empty(start) => check_element(&start, &mut has_root, open.is_empty())?,
            Event::End(_) => drop(open.pop()),
            Event::DocType(_) | Event::PI(_) => {
                return Err("must hold no document type and no processing instruction".to_owned());
            }
            Event::Text(text) if open.last().is_some_and(|name| name == "style") => {
                check_reference(&text)?;
            }
            Event::CData(text) if open.last().is_some_and(|name| name == "style") => {
                check_reference(&text)?;
            }
            // A reference could write what the check of a style sheet does not see.
            Event::GeneralRef(_) if open.last().is_some_and(|name| name == "style") => {
                return Err("must hold no character reference in a style sheet".to_owned());
            }
            Event::Text(text) if open.is_empty() && !text.trim().is_empty() => {
                return Err(EXPECTED.to_owned());
            }
            Event::Eof if !open.is_empty() => return Err(malformed("an element is not closed".to_owned())),
            Event::Eof if !has_root => return Err(EXPECTED.to_owned()),
            Event::Eof => return Ok(()),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::Comment(_) | Event::Decl(_) => {}
        }
    }
}

fn check_element(start: &BytesStart<'_>, has_root: &mut bool, is_outside: bool) -> Result<(), String> {
    let name = local_name(start);
    if is_outside {
        if *has_root || name != "svg" {
            return Err(format!("must be one svg element, got <{name}>"));
        }
        *has_root = true;
        let is_svg = start.attributes().flatten().any(|one| one.value.as_ref() == SVG_NAMESPACE);
        if !is_svg {
            return Err(format!("must be in the namespace {SVG_NAMESPACE}"));
        }
    }
    if REFUSED.contains(&name.as_str()) {
        return Err(format!("must not hold <{name}>"));
    }
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("is no well-formed SVG: {error}"))?;
        let name = attribute.key.local_name().as_ref().to_lowercase();
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| format!("is no well-formed SVG: {error}"))?;
        let is_namespace = attribute.key.as_namespace_binding().is_some();
        if name.starts_with("on") || name == "base" || (name == "href" && !value.trim().starts_with('#')) {
            return Err(format!("must not hold the attribute {name}=\"{value}\""));
        }
        if !is_namespace {
            check_reference(&value)?;
        }
    }
    Ok(())
}

/// Style sheets and attributes refer to parts of the picture only.
fn check_reference(text: &str) -> Result<(), String> {
    let lower = text.to_lowercase();
    let refers = lower.split("url(").skip(1).any(|rest| !rest.trim_start_matches([' ', '"', '\'']).starts_with('#'));
    // A backslash can spell any word of a style sheet.
    if refers || ["@import", "javascript:", "\\", "image-set(", "src("].iter().any(|word| lower.contains(word)) {
        return Err("must refer to nothing outside of the picture".to_owned());
    }
    Ok(())
}

fn local_name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{CoatOfArms, MAX_BYTES, check};

    const HEAD: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">"#;

    fn check_value(value: &str, refused: Option<&str>) {
        let reason = check(value).err();
        match (&reason, refused) {
            (Some(reason), Some(part)) => assert!(reason.contains(part), "{value}: {reason}"),
            _ => assert_eq!(reason.as_deref(), refused, "{value}"),
        }
    }

    fn check_svg(inner: &str, refused: Option<&str>) {
        check_value(&format!("{HEAD}{inner}</svg>"), refused);
    }

    fn png(width: u32, height: u32) -> String {
        let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        file.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
        CoatOfArms::to_setting(&file)
    }

    #[test]
    fn a_picture_that_only_shows_something_is_taken() {
        check_svg(r##"<path id="a" d="M0 0h1v1z" fill="url(#b)"/><use xlink:href="#a"/>"##, None);
        check_svg(
            "<style>path { fill: url( '#b' ) }</style><metadata>Ä &amp; Ö</metadata><!-- drawn by hand -->",
            None,
        );
        check_svg(r#"<path xmlns:x="http://www.inkscape.org/" x:label="Turm"/>"#, None);
        check_value(&format!("<?xml version=\"1.0\"?>\n{HEAD}</svg>\n"), None);
        check_value(&png(200, 240), None);
    }

    #[test]
    fn what_runs_or_loads_is_refused() {
        check_svg("<script>alert(1)</script>", Some("must not hold <script>"));
        check_svg("<x:script xmlns:x=\"http://www.w3.org/2000/svg\"/>", Some("must not hold <script>"));
        check_svg("<foreignObject/>", Some("must not hold <foreignobject>"));
        check_svg("<image href=\"#a\"/>", Some("must not hold <image>"));
        check_svg("<path onload=\"x()\"/>", Some("must not hold the attribute onload"));
        check_svg("<use href=\"https://a.example/#b\"/>", Some("must not hold the attribute href"));
        check_svg("<use xlink:href=\"&#106;avascript:x\"/>", Some("must not hold the attribute href"));
        check_svg("<path style=\"fill:url(https://a.example/b)\"/>", Some("nothing outside"));
        check_svg("<style>@import 'a.css'</style>", Some("nothing outside"));
        check_svg("<style>@\\69mport 'a.css'</style>", Some("nothing outside"));
        check_svg("<style><![CDATA[@import 'a.css']]></style>", Some("nothing outside"));
        check_svg("<style>&#64;import 'a.css'</style>", Some("no character reference"));
        check_value(&format!("<!DOCTYPE svg [<!ENTITY a \"b\">]>{HEAD}</svg>"), Some("no document type"));
        check_value(&format!("<?xml-stylesheet href=\"a.css\"?>{HEAD}</svg>"), Some("processing instruction"));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        check_value("wappen.svg", Some("read from a file"));
        check_value("<html/>", Some("must be one svg element"));
        check_value("<svg/>", Some("must be in the namespace"));
        check_value(HEAD, Some("is not closed"));
        check_value(&format!("{HEAD}<g></svg>"), Some("is no well-formed SVG"));
        check_value(&format!("{HEAD}</svg>{HEAD}</svg>"), Some("must be one svg element"));
        check_value(&format!("{HEAD}{}</svg>", " ".repeat(MAX_BYTES)), Some("must not be larger than 200000 bytes"));
        check_value("data:image/png;base64,AAAA", Some("is no PNG"));
        check_value("data:image/png;base64,?", Some("is no PNG"));
        check_value(&png(3000, 1), Some("got 3000 × 1"));
        check_value(&png(0, 1), Some("got 0 × 1"));
    }

    #[test]
    fn a_file_comes_back_as_it_was() {
        for file in [format!("{HEAD}</svg>").into_bytes(), b"\x89PNG\r\n\x1a\n\0\xff".to_vec()] {
            assert_eq!(CoatOfArms::of_setting(&CoatOfArms::to_setting(&file)).unwrap().bytes, file);
        }
    }
}
