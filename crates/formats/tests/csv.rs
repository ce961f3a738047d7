//! CSV: the files of csv-spectrum, geometry in columns, encodings, and what spreadsheets do.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use cadastre::{Value, geometry::Geometry};
use common::{Content, hostile, read, read_path, read_with};
use formats::{FormatError, GeometryColumns, ReadOptions, SourceCrs};
use geo_types::point;

fn text(text: &str) -> Value {
    Value::text(text)
}

fn int(n: i64) -> Value {
    Value::Integer(n)
}

fn check_spectrum(name: &str, columns: &[&str], values: &[&[Value]]) {
    let content = read_path(&hostile("csv_spectrum").join(name), &ReadOptions::default()).unwrap();
    let names: Vec<_> = content.header.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!((names.as_slice(), content.problems.len()), (columns, 0), "{name}");
    assert_eq!(content.values(), values, "{name}");
    assert_eq!(content.header.feature_count, Some(values.len() as u64));
}

#[test]
fn the_files_of_csv_spectrum_are_read_as_they_are_meant() {
    let abc: &[&str] = &["a", "b", "c"];
    let john: &[Value] = &[text("John"), text("Doe"), text("120 any st."), text("Anytown, WW"), text("08123")];
    check_spectrum("comma_in_quotes.csv", &["first", "last", "address", "city", "zip"], &[john]);
    for name in ["empty.csv", "empty_crlf.csv"] {
        check_spectrum(name, abc, &[&[int(1), Value::Null, Value::Null], &[int(2), int(3), int(4)]]);
    }
    check_spectrum("escaped_quotes.csv", &["a", "b"], &[&[int(1), text("ha \"ha\" ha")], &[int(3), text("4")]]);
    check_spectrum(
        "json.csv",
        &["key", "val"],
        &[&[int(1), text("{\"type\": \"Point\", \"coordinates\": [102.0, 0.5]}")]],
    );
    check_spectrum(
        "location_coordinates.csv",
        &["Contact Phone Number", "Location Coordinates", "Cities", "Counties"],
        &[&[
            int(2_095_257_564),
            text("37\u{fffd}36'37.8\"N 121\u{fffd}2'17.9\"W"),
            text("Modesto"),
            text("Stanislaus"),
        ]],
    );
    let once: &[&[Value]] =
        &[&[text("1"), int(2), int(3)], &[text("Once upon \na time"), int(5), int(6)], &[text("7"), int(8), int(9)]];
    check_spectrum("newlines.csv", abc, once);
    check_spectrum(
        "quotes_and_newlines.csv",
        &["a", "b"],
        &[&[int(1), text("ha \n\"ha\" \nha")], &[int(3), text("4")]],
    );
    check_spectrum("simple.csv", abc, &[&[int(1), int(2), int(3)]]);
    check_spectrum("simple_crlf.csv", abc, &[&[int(1), int(2), int(3)]]);
    check_spectrum("utf8.csv", abc, &[&[int(1), int(2), text("3")], &[int(4), int(5), text("ʤ")]]);
}

#[test]
fn a_line_break_of_windows_stays_in_its_field() {
    let content = read("a.csv", b"a,b\r\n\"x\r\ny\",1\r\n").unwrap();
    assert_eq!(content.values(), [[text("x\r\ny"), int(1)]]);
    let content = read_path(&hostile("csv_spectrum/newlines_crlf.csv"), &ReadOptions::default()).unwrap();
    assert!(content.rows[1].text("a").starts_with("Once upon "), "{:?}", content.rows[1]);
}

fn read_csv(content: &str) -> Content {
    read("a.csv", content.as_bytes()).unwrap()
}

#[test]
fn kinds_are_those_of_the_whole_column() {
    let content = read_csv(
        "ags;flaeche;preis;frei;seit;stand\n01001000;412,5;1.250,50;true;2026-03-31;2026-03-31T10:00:00Z\n14522310;12;0;false;;\n",
    );
    assert_eq!(
        content.columns(),
        ["ags Text", "flaeche Real", "preis Real", "frei Boolean", "seit Date", "stand Timestamp"]
    );
    assert_eq!(
        content.values()[0][..4],
        [text("01001000"), Value::Real(412.5), Value::Real(1250.5), Value::Boolean(true)]
    );
}

#[test]
fn a_list_of_a_clerk_has_no_geometry() {
    let content = read_csv("Gemarkung;Flurstück;Bemerkung\nLeisnig;123/4;Baulücke\n");
    assert_eq!((content.header.geometry_columns.as_ref(), content.header.crs), (None, None));
    assert_eq!(
        (content.rows[0].text("Flurstück"), &content.rows[0].raw.geometry, content.rows[0].crs),
        ("123/4", &None, None)
    );
}

fn check_point(csv: &str, options: &ReadOptions, columns: GeometryColumns, crs: Option<SourceCrs>, fields: &[&str]) {
    let content = read_with("a.csv", csv.as_bytes(), options).unwrap();
    assert_eq!(content.header.geometry_columns, Some(columns), "{csv}");
    assert_eq!(content.rows[0].raw.geometry, Some(Geometry::Point(point!(x: 12.5, y: 51.25))), "{csv}");
    assert_eq!(content.rows[0].crs, crs);
    assert_eq!(content.header.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), fields);
}

#[test]
fn geometry_is_found_in_columns_by_name() {
    let xy = |x: &str, y: &str| GeometryColumns::Xy(x.to_owned(), y.to_owned());
    let wkt = |name: &str| GeometryColumns::Wkt(name.to_owned());
    let default = ReadOptions::default();
    check_point("id,x,y\n1,12.5,51.25\n", &default, xy("x", "y"), None, &["id"]);
    check_point("Y;X;id\n51,25;12,5;1\n", &default, xy("X", "Y"), None, &["id"]);
    check_point("lat,lon\n51.25,12.5\n", &default, xy("lon", "lat"), Some(SourceCrs::Crs84), &[]);
    check_point("Longitude,Latitude\n12.5,51.25\n", &default, xy("Longitude", "Latitude"), Some(SourceCrs::Crs84), &[]);
    check_point("Rechtswert;Hochwert\n12,5;51,25\n", &default, xy("Rechtswert", "Hochwert"), None, &[]);
    check_point("Ostwert;Nordwert\n12,5;51,25\n", &default, xy("Ostwert", "Nordwert"), None, &[]);
    check_point("easting,northing\n12.5,51.25\n", &default, xy("easting", "northing"), None, &[]);
    check_point("id,WKT\n1,POINT (12.5 51.25)\n", &default, wkt("WKT"), None, &["id"]);
    check_point(
        "geom,id\nSRID=4326;POINT(12.5 51.25),1\n",
        &default,
        wkt("geom"),
        Some(SourceCrs::Epsg(4326)),
        &["id"],
    );
}

#[test]
fn the_caller_may_name_the_columns_of_the_geometry() {
    let options = ReadOptions { wkt_column: Some("Form".to_owned()), ..ReadOptions::default() };
    check_point(
        "id,form\n1,SRID=25833;POINT(12.5 51.25)\n",
        &options,
        GeometryColumns::Wkt("form".to_owned()),
        Some(SourceCrs::Epsg(25833)),
        &["id"],
    );
    let options = ReadOptions { xy_columns: Some(("RW".to_owned(), "HW".to_owned())), ..ReadOptions::default() };
    check_point("rw,hw\n12.5,51.25\n", &options, GeometryColumns::Xy("rw".to_owned(), "hw".to_owned()), None, &[]);
    let error = read_with("a.csv", b"a,b\n1,2\n", &options).unwrap_err();
    assert_eq!(error.to_string(), "column \"RW\": the file has no such column; it has a, b");
}

#[test]
fn a_column_that_only_has_the_name_is_an_ordinary_one() {
    let content = read_csv("id,geometry\n1,Fläche\n2,Punkt\n");
    assert_eq!(content.columns(), ["id Integer", "geometry Text"]);
    assert_eq!(
        content.notes(),
        ["geometry: \"geometry\" holds other text than well-known text, so it is not taken for the geometry"]
    );
    let content = read_csv("x,y\nja,1\n");
    assert_eq!(content.columns(), ["x Text", "y Integer"]);
}

#[test]
fn bad_rows_are_problems_with_row_and_field() {
    let content = read_csv(
        "id,wkt\n1,POINT(1 2)\n2\n3,\"POLYGON((0 0,1 1,0 0))\"\n4,,\n5,\"POLYGON((0 0,1 0,1 1))\"\n\n,\n8,POINT(1 2),x\n",
    );
    assert_eq!(
        content.problems,
        [
            "2: row: has 1 fields, but the header has 2",
            "3: wkt: a ring must have at least 4 positions, got 3",
            "7: row: has 3 fields, but the header has 2",
        ]
    );
    let rows: Vec<_> = content.rows.iter().map(|row| (row.raw.row, row.raw.geometry.is_some())).collect();
    assert_eq!(rows, [(1, true), (4, false), (5, true)]);
    assert_eq!(content.rows[2].notes[0].to_string(), "geometry: ring closed");
    let content = read_csv("x,y\n1,\n,\n1,2\n");
    assert_eq!(content.problems, ["1: y: is empty while the other coordinate is not"]);
}

#[test]
fn encodings_are_told_by_mark_or_by_what_is_possible() {
    let utf8 = "name;ort\nBörtewitz;Straße\n";
    let expected = [[text("Börtewitz"), text("Straße")]];
    assert_eq!(read_csv(utf8).values(), expected);
    assert_eq!(read("a.csv", format!("\u{feff}{utf8}").as_bytes()).unwrap().values(), expected);
    let utf16 = format!("\u{feff}{utf8}");
    assert_eq!(
        read("a.csv", &utf16.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap().values(),
        expected
    );
    assert_eq!(
        read("a.csv", &utf16.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()).unwrap().values(),
        expected
    );
    let windows: Vec<u8> = utf8.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let content = read("a.csv", &windows).unwrap();
    assert_eq!(content.values(), expected);
    assert_eq!(
        content.notes(),
        ["encoding: row 1 is not UTF-8, so the file is read as Windows-1252; check the umlauts"]
    );
    assert_eq!(content.header.columns[0].name, "name");
}

#[test]
fn what_spreadsheets_add_does_not_disturb() {
    let content = read_csv("sep=;\na;b;;\n1;2;;\n;;;\n3;4;;\n");
    assert_eq!((content.columns(), content.problems.len()), (vec!["a Integer".to_owned(), "b Integer".to_owned()], 0));
    assert_eq!(content.values(), [[int(1), int(2)], [int(3), int(4)]]);
}

fn check_error(csv: &str, reason: &str) {
    let error = read("a.csv", csv.as_bytes()).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
}

#[test]
fn headers_must_name_every_column_once() {
    check_error("a,,c\n1,2,3\n", "column 2 has no name");
    check_error("a,b,A\n1,2,3\n", "column \"A\": two columns have this name");
    check_error("\n\n", "there is no header line");
    let many: Vec<_> = (0..2000).map(|i| format!("c{i}")).collect();
    check_error(&many.join(","), "more than 1600 cannot be stored");
}

#[test]
fn an_open_quotation_mark_does_not_fill_the_memory() {
    let mut csv = b"a,b\n1,\"".to_vec();
    csv.resize(70 * 1024 * 1024, b'x');
    let error = read("a.csv", &csv).unwrap_err();
    assert!(matches!(error, FormatError::TooLarge { .. }), "{error}");
}
