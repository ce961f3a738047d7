//! Shapefile: as GDAL writes it, as others do, and damaged.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use cadastre::{Value, geometry::Geometry};
use common::{Content, area, read_path};
use formats::{Format, FormatError, ReadOptions, SourceCrs};

/// Three areas: one with a hole, one of two parts of which one has two holes, none.
const PLOTS: &str = r#"{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"name": "Grünstraße", "storeys": -3, "height": 1.5, "built": "1969-12-31"},
 "geometry": {"type": "Polygon", "coordinates": [[[0,0],[10,0],[10,10],[0,10],[0,0]],[[2,2],[4,2],[4,4],[2,4],[2,2]]]}},
{"type": "Feature", "properties": {"name": "Ægirsgade", "storeys": 900000000, "height": -0.25, "built": "2026-03-31"},
 "geometry": {"type": "MultiPolygon", "coordinates": [
  [[[100,100],[110,100],[110,110],[100,110],[100,100]],[[101,101],[102,101],[102,102],[101,102],[101,101]],[[104,104],[106,104],[106,106],[104,106],[104,104]]],
  [[[120,100],[125,100],[125,105],[120,105],[120,100]]]]}},
{"type": "Feature", "properties": {"name": null, "storeys": null, "height": null, "built": null}, "geometry": null}]}"#;

struct Folder(tempfile::TempDir);

impl Folder {
    /// Has `plots.shp` with what belongs to it, made by `ogr2ogr` with these options.
    fn with_plots(options: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.convert(PLOTS, &[&["-a_srs", "EPSG:25833"], options].concat());
        folder
    }

    fn convert(&self, geojson: &str, options: &[&str]) {
        let source = self.path("plots.geojson");
        fs::write(&source, geojson).unwrap();
        let mut command = Command::new("ogr2ogr");
        command.args(["-f", "ESRI Shapefile"]).args(options).arg(self.path("plots.shp")).arg(&source);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self) -> Result<Content, FormatError> {
        read_path(&self.path("plots.shp"), &ReadOptions::default())
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.path(name)).unwrap();
        change(&mut bytes);
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Packs files of the folder under other names.
    fn zip(&self, members: &[(&str, &str)]) -> PathBuf {
        let path = self.path("all.zip");
        let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        for (name, file) in members {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(&fs::read(self.path(file)).unwrap()).unwrap();
        }
        archive.finish().unwrap();
        path
    }
}

fn check_plots(content: &Content, encoded: &str) {
    assert_eq!(content.header.format, Format::Shapefile);
    assert_eq!(content.header.name, "plots", "{encoded}");
    assert_eq!(content.header.crs, Some(SourceCrs::Epsg(25833)));
    assert_eq!(content.columns(), ["name Text", "storeys Integer", "height Real", "built Date"]);
    assert_eq!(content.problems, Vec::<String>::new());
    let day = |text: &str| Value::Date(text.parse().unwrap());
    assert_eq!(
        content.values(),
        [
            vec![Value::text("Grünstraße"), Value::Integer(-3), Value::Real(1.5), day("1969-12-31")],
            vec![Value::text("Ægirsgade"), Value::Integer(900_000_000), Value::Real(-0.25), day("2026-03-31")],
            vec![Value::Null; 4],
        ],
        "{encoded}"
    );
    let areas: Vec<i64> = content.rows.iter().map(|row| row.area().round() as i64).collect();
    assert_eq!(areas, [96, 120, 0]);
    let Some(Geometry::MultiPolygon(parts)) = &content.rows[1].raw.geometry else { panic!("not of parts") };
    assert_eq!(parts.iter().map(|part| part.interiors().len()).collect::<Vec<_>>(), [2, 0]);
    assert_eq!(content.rows[2].raw.geometry, None);
    assert_eq!(content.rows[2].crs, None);
}

#[test]
fn what_gdal_writes_is_read_in_every_encoding() {
    for encoding in ["", "UTF-8", "ISO-8859-1", "CP1252"] {
        let option = format!("ENCODING={encoding}");
        let options: &[&str] = if encoding.is_empty() { &[] } else { &["-lco", &option] };
        let content = Folder::with_plots(options).read().unwrap();
        check_plots(&content, encoding);
        assert_eq!(content.notes(), Vec::<String>::new(), "{encoding}");
    }
}

#[test]
fn without_a_code_page_the_bytes_tell() {
    for (encoding, named) in [("UTF-8", "UTF-8"), ("CP1252", "Windows-1252")] {
        let folder = Folder::with_plots(&["-lco", &format!("ENCODING={encoding}")]);
        let _ = fs::remove_file(folder.path("plots.cpg"));
        folder.change("plots.dbf", |bytes| bytes[29] = 0);
        let content = folder.read().unwrap();
        check_plots(&content, encoding);
        assert_eq!(
            content.notes(),
            [format!("columns: neither a .cpg file nor the table names its code page; it is read as {named}")]
        );
    }
    let folder = Folder::with_plots(&[]);
    fs::write(folder.path("plots.cpg"), "Klingon").unwrap();
    assert!(folder.read().unwrap_err().to_string().contains("\"Klingon\""));
}

#[test]
fn an_archive_is_read_as_it_lies() {
    let folder = Folder::with_plots(&["-lco", "ENCODING=UTF-8"]);
    let archive = folder.zip(&[
        ("a folder/plots.prj", "plots.prj"),
        ("a folder/plots.CPG", "plots.cpg"),
        ("a folder/plots.dbf", "plots.dbf"),
        ("a folder/plots.SHP", "plots.shp"),
        ("__MACOSX/a folder/._plots.shp", "plots.cpg"),
    ]);
    check_plots(&read_path(&archive, &ReadOptions::default()).unwrap(), "zip");

    let archive = folder.zip(&[
        ("plots.shp", "plots.shp"),
        ("plots.dbf", "plots.dbf"),
        ("plots.prj", "plots.prj"),
        ("others.shp", "plots.shp"),
        ("others.dbf", "plots.dbf"),
    ]);
    let several = read_path(&archive, &ReadOptions::default()).unwrap_err().to_string();
    assert!(several.ends_with("the file has: others, plots"), "{several}");
    let named = |layer: &str| ReadOptions { layer: Some(layer.to_owned()), ..ReadOptions::default() };
    assert_eq!(read_path(&archive, &named("plots")).unwrap().header.crs, Some(SourceCrs::Epsg(25833)));
    assert_eq!(read_path(&archive, &named("others")).unwrap().header.crs, None);
    assert!(read_path(&archive, &named("third")).unwrap_err().to_string().starts_with("there is no \"third\""));
    let archive = folder.zip(&[("plots.txt", "plots.cpg")]);
    let none = read_path(&archive, &ReadOptions::default()).unwrap_err().to_string();
    assert!(none.contains("a ZIP archive without a Shapefile"), "{none}");
}

#[test]
fn what_is_missing_is_said() {
    let folder = Folder::with_plots(&[]);
    fs::remove_file(folder.path("plots.prj")).unwrap();
    let content = folder.read().unwrap();
    assert_eq!(content.header.crs, None);
    let notes = content.notes();
    assert_eq!(notes, ["crs: there is no .prj file with the coordinate reference system; it must be named"]);
    fs::rename(folder.path("plots.dbf"), folder.path("plots.DBF")).unwrap();
    folder.read().unwrap();
    fs::remove_file(folder.path("plots.DBF")).unwrap();
    let missing = folder.read().unwrap_err().to_string();
    assert!(missing.ends_with("a .dbf file of the same name, and there is none"), "{missing}");
}

fn check_geometry(geometry: &str, options: &[&str], expected: &str, notes: &[&str]) {
    let folder = Folder(tempfile::tempdir().unwrap());
    let feature = format!(r#"{{"type": "Feature", "properties": {{"a": 1}}, "geometry": {geometry}}}"#);
    folder.convert(&feature, &[&["-a_srs", "EPSG:4326"], options].concat());
    let content = folder.read().unwrap();
    assert_eq!(content.header.crs, Some(SourceCrs::Crs84));
    let found = content.rows[0].raw.geometry.as_ref().unwrap();
    assert_eq!(format!("{found:?}"), expected);
    assert_eq!(content.notes(), notes);
}

#[test]
fn points_and_lines_are_read_without_heights() {
    let xyz = &["geometry: heights are left aside"];
    check_geometry(r#"{"type": "Point", "coordinates": [13.5, 51.25]}"#, &[], "POINT(13.5 51.25)", &[]);
    check_geometry(r#"{"type": "Point", "coordinates": [13.5, 51.25, 99]}"#, &[], "POINT(13.5 51.25)", xyz);
    check_geometry(
        r#"{"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}"#,
        &[],
        "MULTIPOINT(1.0 2.0,3.0 4.0)",
        &[],
    );
    check_geometry(
        r#"{"type": "LineString", "coordinates": [[1, 2, 9], [3, 4, 9]]}"#,
        &["-dim", "XYZM"],
        "LINESTRING(1.0 2.0,3.0 4.0)",
        xyz,
    );
    check_geometry(
        r#"{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}"#,
        &["-dim", "XYM"],
        "LINESTRING(1.0 2.0,3.0 4.0)",
        &["geometry: measures are left aside"],
    );
    check_geometry(
        r#"{"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[5, 6], [7, 8], [9, 9]]]}"#,
        &[],
        "MULTILINESTRING((1.0 2.0,3.0 4.0),(5.0 6.0,7.0 8.0,9.0 9.0))",
        &[],
    );
}

/// A geometry file of one record with these rings, as a writer that knows no order of rings would put it.
fn rings(rings: &[&[(f64, f64)]]) -> Vec<u8> {
    let mut content = 5u32.to_le_bytes().to_vec();
    content.extend([0; 32]);
    let count = |count: usize| u32::try_from(count).unwrap().to_le_bytes();
    content.extend(count(rings.len()));
    content.extend(count(rings.iter().map(|ring| ring.len()).sum()));
    let mut start = 0;
    for ring in rings {
        content.extend(count(start));
        start += ring.len();
    }
    for (x, y) in rings.iter().copied().flatten() {
        content.extend(x.to_le_bytes());
        content.extend(y.to_le_bytes());
    }
    let mut file = vec![0; 100];
    file[..4].copy_from_slice(&9994u32.to_be_bytes());
    file[32] = 5;
    file.extend(1u32.to_be_bytes());
    file.extend((u32::try_from(content.len()).unwrap() / 2).to_be_bytes());
    file.extend(content);
    file
}

/// A table of one row with one column.
fn table(letter: u8, length: u8, value: &[u8]) -> Vec<u8> {
    let mut file = vec![0; 32];
    file[0] = 3;
    file[4] = 1;
    file[8] = 65;
    file[10] = length + 1;
    let mut field = vec![0; 32];
    field[..4].copy_from_slice(b"flag");
    field[11] = letter;
    field[16] = length;
    file.extend(field);
    file.push(0x0d);
    file.push(b' ');
    file.extend(value);
    file
}

fn read_parts(shp: &[u8], dbf: &[u8]) -> Result<Content, FormatError> {
    let folder = Folder(tempfile::tempdir().unwrap());
    fs::write(folder.path("plots.shp"), shp).unwrap();
    fs::write(folder.path("plots.dbf"), dbf).unwrap();
    folder.read()
}

#[test]
fn rings_find_their_polygon_whatever_their_order() {
    let clockwise = |x: f64, size: f64| [(x, x), (x, x + size), (x + size, x + size), (x + size, x), (x, x)];
    let reversed = |[a, b, c, d, e]: [(f64, f64); 5]| [e, d, c, b, a];
    let check = |given: &[&[(f64, f64)]], expected: f64, polygons: usize, is_noted: bool| {
        let content = read_parts(&rings(given), &table(b'C', 1, b"x")).unwrap();
        let geometry = content.rows[0].raw.geometry.as_ref().unwrap();
        let parts = if let Geometry::MultiPolygon(parts) = geometry { parts.0.len() } else { 1 };
        assert_eq!((area(geometry), parts), (expected, polygons));
        let notes = content.notes();
        assert_eq!(
            notes.iter().any(|note| note == "geometry: rings run the wrong way round"),
            is_noted,
            "{given:?}: {notes:?}"
        );
    };
    let (big, hole, island, far) =
        (clockwise(0., 10.), reversed(clockwise(2., 6.)), clockwise(4., 2.), clockwise(50., 1.));
    // The hole before its exterior, and an island in the hole.
    check(&[&hole, &far, &island, &big], 10. * 10. - 36. + 4. + 1., 3, false);
    check(&[&reversed(big)], 100., 1, true);
    check(&[&reversed(big), &reversed(hole), &clockwise(20., 1.)], 100. + 36. + 1., 3, true);
    check(&[&reversed(big), &hole], 64., 1, true);
    // The hole touches the exterior in a corner.
    check(&[&big, &[(0., 0.), (3., 1.), (1., 3.), (0., 0.)]], 96., 1, false);
}

fn check_value(letter: u8, value: &[u8], expected: Result<Value, &str>) {
    let square = rings(&[&[(0., 0.), (0., 1.), (1., 1.), (0., 0.)]]);
    let content = read_parts(&square, &table(letter, u8::try_from(value.len()).unwrap(), value)).unwrap();
    match expected {
        Ok(expected) => assert_eq!(content.values(), [[expected]], "{}", value.escape_ascii()),
        Err(reason) => assert_eq!(content.problems, [format!("1: flag: {reason}")]),
    }
}

#[test]
fn values_are_what_their_column_says() {
    let day = |text: &str| Value::Date(text.parse().unwrap());
    check_value(b'L', b"T", Ok(Value::Boolean(true)));
    check_value(b'L', b"n", Ok(Value::Boolean(false)));
    check_value(b'L', b"?", Ok(Value::Null));
    check_value(b'L', b" ", Ok(Value::Null));
    check_value(b'L', b"x", Err("\"x\" is not T or F"));
    check_value(b'N', b"  -7", Ok(Value::Integer(-7)));
    check_value(b'N', b"7.0 ", Ok(Value::Integer(7)));
    check_value(b'N', b"****", Ok(Value::Null));
    check_value(b'N', b"12a4", Err("\"12a4\" is not a whole number"));
    check_value(b'N', b"9223372036854775808", Ok(Value::Real(9_223_372_036_854_775_808.0)));
    check_value(b'F', b" 1.5e+003", Ok(Value::Real(1500.0)));
    check_value(b'F', b"1,5", Ok(Value::Real(1.5)));
    check_value(b'F', b"NaN", Ok(Value::Null));
    check_value(b'F', b"-inf", Err("the number is infinite"));
    check_value(b'D', b"19000228", Ok(day("1900-02-28")));
    check_value(b'D', b"00000000", Ok(Value::Null));
    check_value(b'D', b"20260230", Err("\"20260230\" is not a day such as 20260331"));
    check_value(b'I', &(-2i32).to_le_bytes(), Ok(Value::Integer(-2)));
    check_value(b'B', &0.5f64.to_le_bytes(), Ok(Value::Real(0.5)));
    check_value(b'C', b"a\0rest", Ok(Value::text("a")));
    check_value(b'C', b"2026-03-31", Ok(day("2026-03-31")));
    let noon = Value::Timestamp("2026-03-31T12:00:00Z".parse().unwrap());
    check_value(b'C', b"2026/03/31 12:00:00+00", Ok(noon.clone()));
    check_value(b'C', b"2026-03-31T12:00:00Z", Ok(noon));
    check_value(b'C', b"2026/03/31", Ok(Value::text("2026/03/31")));
    check_value(b'C', b"0042", Ok(Value::text("0042")));
}

#[test]
fn columns_that_cannot_be_read_are_left_aside_with_a_note() {
    let square = rings(&[&[(0., 0.), (0., 1.), (1., 1.), (0., 0.)]]);
    let content = read_parts(&square, &table(b'M', 10, b"         1")).unwrap();
    assert_eq!(content.columns(), Vec::<String>::new());
    assert!(content.notes()[1].starts_with("flag: long texts"), "{:?}", content.notes());
    let content = read_parts(&square, &table(b'@', 8, &[0; 8])).unwrap();
    assert!(content.notes()[1].starts_with("flag: values of type \"@\""), "{:?}", content.notes());
}

#[test]
fn deleted_rows_are_left_out() {
    let folder = Folder::with_plots(&[]);
    folder.change("plots.dbf", |bytes| {
        let start = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        bytes[start] = b'*';
    });
    let content = folder.read().unwrap();
    assert_eq!(content.rows.len(), 2);
    assert_eq!(content.summary.left_out.get("deleted row"), Some(&1));
}

fn check_damaged(name: &str, change: impl FnOnce(&mut Vec<u8>), expected: &str) {
    let folder = Folder::with_plots(&[]);
    folder.change(name, change);
    let error = folder.read().unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn damaged_files_are_refused_with_the_reason() {
    check_damaged("plots.shp", |bytes| bytes.truncate(bytes.len() - 12), "there are 2 geometries");
    check_damaged("plots.shp", |bytes| bytes.truncate(bytes.len() - 5), "the file ends at row 3");
    check_damaged("plots.shp", |bytes| bytes.truncate(60), "the file ends at byte 0");
    check_damaged("plots.shp", |bytes| bytes.extend(&[0; 12]), "more geometries than the 3 rows");
    check_damaged("plots.shp", |bytes| bytes[104..108].copy_from_slice(&[0x7f; 4]), "one geometry is larger");
    check_damaged("plots.dbf", |bytes| bytes.truncate(bytes.len() - 200), "the file ends at row 2");
    check_damaged("plots.dbf", |bytes| bytes.truncate(40), "the file ends at byte 0");
    check_damaged("plots.dbf", |bytes| bytes[10..12].copy_from_slice(&[5, 0]), "do not fit into its rows");
    check_damaged("plots.dbf", |bytes| bytes[8..12].copy_from_slice(&[0; 4]), "makes no sense");
    check_damaged("plots.dbf", |bytes| bytes[4..8].copy_from_slice(&[0xff; 4]), "the file ends at row 4");
}

#[test]
fn a_damaged_geometry_is_a_problem_of_its_row() {
    let check = |at: usize, value: u32, expected: &str| {
        let folder = Folder::with_plots(&[]);
        folder.change("plots.shp", |bytes| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes()));
        let content = folder.read().unwrap();
        assert_eq!(content.problems, [format!("1: geometry: {expected}")]);
        assert_eq!(content.rows.len(), 2);
    };
    const TYPE: usize = 108;
    check(TYPE, 31, "a multipatch is a surface in space, which is not supported; convert it to polygons");
    check(TYPE, 7, "the shape type 7 is not known");
    check(TYPE + 36, u32::MAX, "the geometry is cut off");
    check(TYPE + 40, u32::MAX, "the geometry is cut off");
    check(TYPE + 48, 11, "the parts do not fit the positions");
}

#[test]
fn a_part_of_a_shapefile_points_to_the_whole() {
    let folder = Folder::with_plots(&[]);
    for name in ["plots.dbf", "plots.shx", "plots.prj"] {
        let error = read_path(Path::new(&folder.path(name)), &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.contains("name its .shp file"), "{error}");
    }
}
