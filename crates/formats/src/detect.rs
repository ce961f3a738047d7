//! Which format a file has: by content first, by extension only where the content is plain text.

use std::borrow::Cow;

use crate::{
    Format, FormatError,
    input::{Input, byte_order_mark},
    xml::Vocabulary,
};

/// Tells the format of a file.
pub(crate) fn format(input: &Input) -> Result<Format, FormatError> {
    let head = input.head()?;
    if head.is_empty() {
        return Err(unknown(input, "it is empty".to_owned()));
    }
    if matches!(input.extension().as_str(), "dbf" | "shx" | "prj" | "cpg") {
        return Err(unknown(input, "it is a part of a Shapefile; name its .shp file".to_owned()));
    }
    match binary(&head) {
        Some(Binary::Format(format)) if input.gzip => Err(FormatError::Unsupported {
            what: format!("a {format} file compressed with gzip"),
            help: "decompress it first; it must be read at any place",
        }),
        Some(Binary::Format(format)) => Ok(format),
        Some(Binary::Known(what, help)) => Err(FormatError::Unsupported { what: what.to_owned(), help }),
        None => text(input, &head),
    }
}

enum Binary {
    Format(Format),
    Known(&'static str, &'static str),
}

fn binary(head: &[u8]) -> Option<Binary> {
    let contains = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    if head.starts_with(b"SQLite format 3\0") {
        return Some(Binary::Format(Format::GeoPackage));
    }
    if head.starts_with(b"fgb") && head.get(4..7) == Some(b"fgb") {
        return Some(Binary::Format(Format::FlatGeobuf));
    }
    if head.starts_with(b"PK\x03\x04") {
        if contains(b"[Content_Types].xml") || contains(b"xl/") {
            return Some(Binary::Format(Format::Xlsx));
        }
        if contains(b"opendocument") {
            return Some(Binary::Known("an OpenDocument file", "save it as .xlsx or .csv"));
        }
        // Whether it holds one is said by its list of files, at its end.
        return Some(Binary::Format(Format::Shapefile));
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0") {
        return Some(Binary::Known(
            "an old or encrypted Office file",
            "save it as .xlsx without a password, or as .csv",
        ));
    }
    if head.starts_with(b"\0\0\x27\x0a") {
        return Some(Binary::Format(Format::Shapefile));
    }
    if head.starts_with(b"%PDF") {
        return Some(Binary::Known("a PDF document", "ask for the data themselves"));
    }
    None
}

fn text(input: &Input, head: &[u8]) -> Result<Format, FormatError> {
    let text = decoded(head);
    if text.contains('\0') {
        let expected = "expected NAS, ALKIS vereinfacht, GeoJSON, GeoPackage, FlatGeobuf, Shapefile, CSV or XLSX";
        return Err(unknown(input, format!("it holds binary data of an unknown kind; {expected}")));
    }
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{1e}');
    if start.starts_with('<') {
        return xml(input, &text);
    }
    if start.starts_with('{') {
        return Ok(Format::GeoJson);
    }
    if start.starts_with('[') && matches!(input.extension().as_str(), "json" | "geojson") {
        return Err(unknown(input, "it is a JSON array; GeoJSON is an object with a \"type\"".to_owned()));
    }
    if matches!(input.extension().as_str(), "csv" | "tsv" | "tab" | "txt") {
        return Ok(Format::Csv);
    }
    let expected = "expected NAS, ALKIS vereinfacht, GeoJSON, GeoPackage, FlatGeobuf, Shapefile, XLSX, or text in a file named .csv";
    Err(unknown(input, expected.to_owned()))
}

fn xml(input: &Input, text: &str) -> Result<Format, FormatError> {
    // ALKIS vereinfacht first: some servers declare the namespaces of NAS as well.
    let namespaces = || text.split(['"', '\'']);
    let has = |vocabulary| namespaces().any(|namespace| Vocabulary::of(namespace) == vocabulary);
    if has(Vocabulary::AlkisSimple) {
        return Ok(Format::AlkisSimple);
    }
    if has(Vocabulary::Aaa) {
        return Ok(Format::Nas);
    }
    if text.contains("<html") || text.contains("<HTML") {
        return Err(unknown(input, "it is a web page; the download was answered by a page, not by data".to_owned()));
    }
    if text.contains("ExceptionReport") || text.contains("ServiceException") {
        return Err(unknown(
            input,
            "it is the error message of a service, not data; open it to see what it says".to_owned(),
        ));
    }
    Err(unknown(input, "it is XML, but neither NAS nor ALKIS vereinfacht".to_owned()))
}

fn decoded(head: &[u8]) -> Cow<'_, str> {
    match byte_order_mark(head) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&head[mark..]).0,
        None if head.starts_with(b"<\0") => encoding_rs::UTF_16LE.decode_without_bom_handling(head).0,
        None => String::from_utf8_lossy(head),
    }
}

fn unknown(input: &Input, reason: String) -> FormatError {
    FormatError::Unknown { path: input.path.clone(), reason }
}

#[cfg(test)]
mod tests {
    use super::format;
    use crate::{Format, input::Input};

    fn check(name: &str, content: &[u8], expected: Result<Format, &str>) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        let found = format(&Input::open(&path).unwrap()).map_err(|error| error.to_string());
        match expected {
            Ok(expected) => assert_eq!(found.unwrap(), expected, "{name}"),
            Err(reason) => {
                let found = found.unwrap_err();
                assert!(found.contains(reason), "{name}: {found}");
            }
        }
    }

    #[test]
    fn content_decides_and_not_the_extension() {
        check("a.csv", b"{\"type\": \"FeatureCollection\"", Ok(Format::GeoJson));
        check("a.csv", b"\x1e{\"type\": \"Feature\"", Ok(Format::GeoJson));
        check("a.json", b"SQLite format 3\0.....", Ok(Format::GeoPackage));
        check("a.bin", b"fgb\x03fgb\0....", Ok(Format::FlatGeobuf));
        check("a.zip", b"PK\x03\x04......[Content_Types].xml", Ok(Format::Xlsx));
        check("a.txt", b"<a xmlns='http://www.adv-online.de/namespaces/adv/gid/7.1'>", Ok(Format::Nas));
        let utf16: Vec<u8> = "<a xmlns='http://www.adv-online.de/namespaces/adv/gid/7.1'>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        check("a.xml", &utf16, Ok(Format::Nas));
        check(
            "a.gml",
            b"<f xmlns:ave=\"http://repository.gdi-de.org/schemas/adv/produkt/alkis-vereinfacht/2.0\">",
            Ok(Format::AlkisSimple),
        );
        check("a.csv", b"a,b\n1,2\n", Ok(Format::Csv));
        check("a.shp", b"\0\0\x27\x0a\0\0", Ok(Format::Shapefile));
        check("a.zip", b"PK\x03\x04parcels.shp", Ok(Format::Shapefile));
    }

    #[test]
    fn what_is_not_read_is_named_with_advice() {
        check("a.csv", b"", Err("it is empty"));
        check("a.dat", b"a,b\n1,2\n", Err("in a file named .csv"));
        check("a.csv", b"a\0b", Err("binary data"));
        check("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", Err("save it as .xlsx"));
        check("a.ods", b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", Err("OpenDocument"));
        check("a.shx", b"\0\0\x27\x0a\0\0", Err("name its .shp file"));
        check("a.dbf", b"\x03\x7e\x01\x01\0", Err("name its .shp file"));
        check("a.xml", b"<!DOCTYPE html><html><body>504", Err("a web page"));
        check("a.xml", b"<?xml version='1.0'?><ows:ExceptionReport xmlns:ows='x'>", Err("error message of a service"));
        check("a.xml", b"<gml/>", Err("neither NAS nor ALKIS"));
        check("a.json", b"[1, 2]", Err("a JSON array"));
    }
}
