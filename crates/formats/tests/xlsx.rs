//! XLSX: sheets, kinds of cells, geometry in columns, and archives that expand beyond all measure.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use std::io::{Cursor, Write as _};

use cadastre::{Value, geometry::Geometry};
use common::{Content, read, read_with};
use formats::{Format, FormatError, GeometryColumns, ReadOptions};
use geo_types::point;
use zip::{ZipWriter, write::SimpleFileOptions};

fn archive(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of sheets (name, rows in XML), with one date format and shared texts.
fn workbook(sheets: &[(&str, &str)], shared: &str) -> Vec<u8> {
    let list: String = (1..=sheets.len())
        .map(|i| format!("<sheet name=\"{}\" sheetId=\"{i}\" r:id=\"rId{i}\"/>", sheets[i - 1].0))
        .collect::<Vec<_>>()
        .concat();
    let relations: String = (1..=sheets.len())
        .map(|i| {
            format!("<Relationship Id=\"rId{i}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>")
        })
        .collect::<Vec<_>>()
        .concat();
    let mut parts = vec![
        (
            "[Content_Types].xml".to_owned(),
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"r\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{list}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{RELATIONS}\">{relations}</Relationships>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/sharedStrings.xml".to_owned(), shared.to_owned()),
    ];
    for (index, (_, rows)) in sheets.iter().enumerate() {
        parts.push((
            format!("xl/worksheets/sheet{}.xml", index + 1),
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let parts: Vec<_> = parts.iter().map(|(name, content)| (name.as_str(), content.clone().into_bytes())).collect();
    archive(&parts)
}

fn shared(texts: &[&str]) -> String {
    let items: String = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect::<Vec<_>>().concat();
    format!("<sst xmlns=\"{MAIN}\" count=\"{0}\" uniqueCount=\"{0}\">{items}</sst>", texts.len())
}

/// Rows of inline texts and, where they parse, numbers; the first row is row 1.
fn rows(rows: &[&[&str]]) -> String {
    let cell = |row: usize, column: usize, text: &str| {
        let place = format!("{}{}", char::from(b'A' + column as u8), row + 1);
        match text.parse::<f64>() {
            _ if text.is_empty() => String::new(),
            Ok(_) => format!("<c r=\"{place}\"><v>{text}</v></c>"),
            Err(_) if text.starts_with('<') => text.replacen("<c", &format!("<c r=\"{place}\""), 1),
            Err(_) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    rows.iter()
        .enumerate()
        .map(|(row, cells)| {
            let cells: String = cells.iter().enumerate().map(|(column, text)| cell(row, column, text)).collect();
            format!("<row r=\"{}\">{cells}</row>", row + 1)
        })
        .collect::<Vec<_>>()
        .concat()
}

fn read_rows(table: &[&[&str]]) -> Content {
    read("list.xlsx", &workbook(&[("Tabelle1", &rows(table))], &shared(&["Wiese &amp; Feld"]))).unwrap()
}

#[test]
fn cells_have_their_kinds() {
    let content = read_rows(&[
        &["Gemarkung", "Nr", "Fläche", "seit", "frei", "stand", "text"],
        &[
            "Leisnig",
            "123",
            "412.5",
            "<c s=\"1\"><v>46112</v></c>",
            "<c t=\"b\"><v>1</v></c>",
            "<c s=\"2\"><v>46112.5</v></c>",
            "<c t=\"s\"><v>0</v></c>",
        ],
        &["", "124", "12", "", "", "", "007"],
    ]);
    assert_eq!((content.header.format, content.header.name.as_str()), (Format::Xlsx, "Tabelle1"));
    assert_eq!(
        content.columns(),
        ["Gemarkung Text", "Nr Integer", "Fläche Real", "seit Date", "frei Boolean", "stand Text", "text Text"]
    );
    assert_eq!(
        content.values()[0],
        [
            Value::text("Leisnig"),
            Value::Integer(123),
            Value::Real(412.5),
            Value::Date("2026-03-31".parse().unwrap()),
            Value::Boolean(true),
            Value::text("2026-03-31T12:00:00"),
            Value::text("Wiese & Feld"),
        ]
    );
    assert_eq!(content.values()[1][..3], [Value::Null, Value::Integer(124), Value::Real(12.0)]);
    assert_eq!((content.problems.len(), content.header.feature_count), (0, Some(2)));
}

#[test]
fn geometry_is_found_in_columns() {
    let content = read_rows(&[&["id", "Rechtswert", "Hochwert"], &["1", "350000.5", "5670000"], &["2"]]);
    assert_eq!(
        content.header.geometry_columns,
        Some(GeometryColumns::Xy("Rechtswert".to_owned(), "Hochwert".to_owned()))
    );
    assert_eq!(content.rows[0].raw.geometry, Some(Geometry::Point(point!(x: 350_000.5, y: 5_670_000.0))));
    assert_eq!(content.rows[1].raw.geometry, None);
    let content = read_rows(&[&["id", "wkt"], &["1", "SRID=25833;POINT(1 2)"]]);
    assert_eq!(content.rows[0].raw.geometry, Some(Geometry::Point(point!(x: 1.0, y: 2.0))));
}

#[test]
fn the_header_is_the_first_filled_row_and_empty_rows_are_passed_over() {
    let table = "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>a</t></is></c></row><row r=\"5\"><c r=\"A5\"><v>1</v></c></row><row r=\"6\"><c r=\"A6\"/></row><row r=\"9\"><c r=\"A9\"><v>2</v></c></row>";
    let content = read("a.xlsx", &workbook(&[("x", table)], &shared(&[]))).unwrap();
    assert_eq!(content.rows.iter().map(|row| row.raw.row).collect::<Vec<_>>(), [2, 6]);
}

#[test]
fn bad_rows_are_problems_with_row_and_field() {
    let content = read_rows(&[&["a", "b"], &["1", "2", "3"], &["1", "<c t=\"e\"><v>#REF!</v></c>"], &["1", "2"]]);
    assert_eq!(
        content.problems,
        ["1: row: has 3 filled cells, but the header has 2", "2: b: the cell holds the error #REF!"]
    );
    assert_eq!(content.rows.len(), 1);
}

#[test]
fn of_several_sheets_the_first_is_read_and_said_so() {
    let (one, two) = (rows(&[&["a"], &["1"]]), rows(&[&["b"], &["2"]]));
    let bytes = workbook(&[("Eins", &one), ("Zwei", &two)], &shared(&[]));
    let content = read("a.xlsx", &bytes).unwrap();
    assert_eq!(content.notes(), ["layer: the first sheet \"Eins\" is read; the others are left aside: Zwei"]);
    let options = ReadOptions { layer: Some("Zwei".to_owned()), ..ReadOptions::default() };
    assert_eq!(read_with("a.xlsx", &bytes, &options).unwrap().columns(), ["b Integer"]);
    let options = ReadOptions { layer: Some("Drei".to_owned()), ..ReadOptions::default() };
    let error = read_with("a.xlsx", &bytes, &options).unwrap_err();
    assert_eq!(error.to_string(), "there is no sheet \"Drei\"; the file has: Eins, Zwei");
}

fn check_error(bytes: &[u8], reason: &str) {
    let error = read("a.xlsx", bytes).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
}

#[test]
fn damaged_and_dangerous_workbooks_are_refused() {
    let good = workbook(&[("x", &rows(&[&["a"], &["1"]]))], &shared(&[]));
    check_error(&good[..good.len() / 2], "malformed XLSX");
    check_error(&workbook(&[("x", "")], &shared(&[])), "the sheet \"x\" is empty");
    check_error(&workbook(&[("x", &rows(&[&["a", "", "c"]]))], &shared(&[])), "column 2 has no name");
    let announced = format!("<sst xmlns=\"{MAIN}\" uniqueCount=\"99999999999999\"></sst>");
    check_error(&workbook(&[("x", &rows(&[&["a"], &["1"]]))], &announced), "announces more texts than it has bytes");
    check_error(
        &workbook(&[("x", "<row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row>")], &shared(&[])),
        "out of order or range",
    );
    let far = "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
    check_error(&workbook(&[("x", far)], &shared(&[])), "out of order or range");
}

#[test]
fn a_zip_bomb_is_refused_before_it_fills_the_memory() {
    let bomb = archive(&[
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("xl/sharedStrings.xml", vec![b' '; 300 * 1024 * 1024]),
    ]);
    assert!(bomb.len() < 1024 * 1024);
    let error = read("bomb.xlsx", &bomb).unwrap_err();
    assert!(matches!(error, FormatError::TooLarge { .. }), "{error}");
}
