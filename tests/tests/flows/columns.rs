//! Layers of any columns, from each format a GIS writes, filtered with the whole of CQL2.
//!
//! The CQL2 standard (OGC 21-065r2) is accepted by filters with the numbers of features they find, on three layers of
//! the world. This is a table of the same families on a layer with the same kinds of columns, and with the values that
//! go wrong first: none, negative, zero, beyond 32 bits, accents, a quote, days before 1970, both sides of the
//! antimeridian. The expected numbers were counted by hand from these rows.

use std::{fs, path::Path};

use tests::{Client, TestStore, binary::tool};

/// | name | twin | pop | elev | capital | founded | seen | longitude and latitude |
const ROWS: [&str; 10] = [
    r#""Ägypten-Allee" | "agypten-allee" | 10         | 0.0    | true  | "1902-05-01" | "2026-01-01T00:00:00Z" | 179.9,10"#,
    r#""berlin"        | "Berlin"        | 0          | -12.5  | false | "1969-12-31" | "2026-03-01T12:00:00Z" | 13.4,52.5"#,
    r#""Berlin"        | "Berlin"        | 3700000    | 34.0   | true  | "1237-10-28" | "2026-03-01T12:00:01Z" | 13.5,52.5"#,
    r#""Straße"        | "STRASSE"       | -5         | 0.001  | false | null         | null                   | 100,0"#,
    r#""Łódź"          | "Lodz"          | 685000     | 200.25 | null  | "1423-07-29" | "2025-12-31T23:59:59Z" | 19.45,51.77"#,
    r#""100 % Haus"    | "100x Haus"     | 12         | 0.5    | false | "1970-01-01" | null                   | 8.5,50"#,
    r#"null            | "x"             | null       | null   | true  | "2000-02-29" | "1969-12-31T23:59:59Z" | -179.9,10"#,
    r#""O'Hara"        | "o'hara"        | 685000     | -0.25  | false | "2000-02-29" | "2026-03-29T01:00:00Z" | 0,0"#,
    r#""ÉCOLE"         | "ecole"         | 7          | 7.0    | true  | "2026-11-30" | "2026-11-30T00:00:00Z" | -60,-30"#,
    r#""z"             | "z"             | 2147483648 | 1.5    | null  | "1900-01-01" | "2026-03-01T12:00:00Z" | 13.4,-52.5"#,
];

/// Filters with the number of rows they find, by the requirements classes of the standard.
const FILTERS: &[(&str, u64)] = &[
    // Basic CQL2: comparisons, /conf/basic-cql2/comparison.
    ("name = 'Berlin'", 1),
    ("name <> 'Berlin'", 8),
    ("name > 'Berlin'", 7),
    ("name = 'O''Hara'", 1),
    ("pop = 685000", 2),
    ("pop <> 0", 8),
    ("pop > 0", 7),
    ("pop >= 0", 8),
    ("pop < 0", 1),
    ("pop <= 0", 2),
    ("pop > 2147483647", 1),
    ("elev > 0", 6),
    ("elev = 0", 1),
    ("elev < 0", 2),
    ("elev <= -12.5", 1),
    ("capital = true", 4),
    ("capital = false", 4),
    ("capital <> true", 4),
    ("capital", 4),
    ("founded = DATE('2000-02-29')", 2),
    ("founded < DATE('1970-01-01')", 5),
    ("founded <= DATE('1970-01-01')", 6),
    ("founded > DATE('2000-02-29')", 1),
    ("seen = TIMESTAMP('2026-03-01T12:00:00Z')", 2),
    ("seen = TIMESTAMP('2026-03-01T13:00:00+01:00')", 2),
    ("seen < TIMESTAMP('1970-01-01T00:00:00Z')", 1),
    ("seen >= TIMESTAMP('2026-03-01T12:00:00Z')", 5),
    // Basic CQL2: null and logic, /conf/basic-cql2/logical: what is not known is neither true nor false.
    ("name IS NULL", 1),
    ("name IS NOT NULL", 9),
    ("elev IS NULL", 1),
    ("capital IS NULL", 2),
    ("founded IS NULL", 1),
    ("seen IS NULL", 2),
    ("geometry IS NULL", 0),
    ("NOT (pop > 0)", 2),
    ("NOT capital", 4),
    ("NOT (capital OR pop > 0)", 2),
    ("name IS NULL OR pop IS NULL", 1),
    ("(capital = true AND pop > 5) OR elev < 0", 5),
    ("1 = 1", 10),
    ("1 = 2", 0),
    // Advanced comparison operators, /conf/advanced-comparison-operators.
    ("name LIKE 'B%'", 1),
    ("name LIKE 'b%'", 1),
    ("name LIKE '%erlin'", 2),
    ("name LIKE '_erlin'", 2),
    ("name LIKE 'Stra_e'", 1),
    ("name LIKE '%''%'", 1),
    ("name LIKE '100 \\% %'", 1),
    ("name LIKE '%'", 9),
    ("name NOT LIKE 'B%'", 8),
    ("elev BETWEEN 0 AND 7", 5),
    ("elev BETWEEN 7 AND 0", 0),
    ("pop NOT BETWEEN 0 AND 10", 6),
    ("name IN ('Berlin', 'z', 'nowhere')", 2),
    ("name NOT IN ('z')", 8),
    ("pop IN (685000, 7)", 3),
    ("pop NOT IN (685000)", 7),
    ("founded IN (DATE('1969-12-31'), DATE('2000-02-29'))", 3),
    // Case-insensitive comparison, /conf/case-insensitive-comparison.
    ("CASEI(name) = CASEI('BERLIN')", 2),
    ("CASEI(name) = CASEI('STRASSE')", 1),
    ("CASEI(name) LIKE CASEI('B%')", 2),
    ("CASEI(name) IN (CASEI('école'), CASEI('Z'))", 2),
    ("CASEI(name) = CASEI(twin)", 5),
    // Accent-insensitive comparison, /conf/accent-insensitive-comparison.
    ("ACCENTI(name) = ACCENTI('Lodz')", 1),
    ("ACCENTI(name) = ACCENTI('ECOLE')", 1),
    ("ACCENTI(name) = ACCENTI('ecole')", 0),
    ("ACCENTI(CASEI(name)) = ACCENTI(CASEI(twin))", 8),
    // Basic spatial functions, with the additional literals, /conf/basic-spatial-functions-plus.
    ("S_INTERSECTS(geometry, BBOX(13,52,14,53))", 2),
    ("S_INTERSECTS(geometry, BBOX(170,0,-170,20))", 2),
    ("S_INTERSECTS(geometry, BBOX(-180,-90,180,90))", 10),
    ("S_INTERSECTS(geometry, POINT(0 0))", 1),
    ("S_INTERSECTS(geometry, MULTIPOINT(0 0, 100 0, 1 1))", 2),
    ("S_INTERSECTS(geometry, LINESTRING(-1 0,120 0))", 2),
    ("S_INTERSECTS(geometry, POLYGON((10 50,20 50,20 53,10 53,10 50)))", 3),
    ("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(0 0),POLYGON((13 52,14 52,14 53,13 53,13 52))))", 3),
    // Spatial functions, /conf/spatial-functions.
    ("S_DISJOINT(geometry, BBOX(13,52,14,53))", 8),
    ("S_WITHIN(geometry, BBOX(13.45,52,14,53))", 1),
    ("S_WITHIN(geometry, POLYGON((0 0,1 0,1 1,0 0)))", 0),
    ("S_TOUCHES(geometry, POLYGON((0 0,1 0,1 1,0 0)))", 1),
    ("S_EQUALS(geometry, POINT(13.4 52.5))", 1),
    ("S_CONTAINS(POLYGON((13 52,14 52,14 53,13 53,13 52)), geometry)", 2),
    ("S_CROSSES(geometry, LINESTRING(-1 0,1 0))", 0),
    ("S_OVERLAPS(geometry, POINT(0 0))", 0),
    // Temporal functions, /conf/temporal-functions.
    ("T_BEFORE(founded, DATE('1970-01-01'))", 5),
    ("T_AFTER(founded, DATE('1999-12-31'))", 3),
    ("T_EQUALS(founded, DATE('2000-02-29'))", 2),
    ("T_DISJOINT(founded, INTERVAL('1900-01-01','1999-12-31'))", 5),
    ("T_INTERSECTS(founded, INTERVAL('1900-01-01','..'))", 7),
    ("T_BEFORE(seen, TIMESTAMP('2026-01-01T00:00:00Z'))", 2),
    ("T_AFTER(seen, TIMESTAMP('2026-03-01T12:00:00Z'))", 3),
    ("T_DURING(seen, INTERVAL('2026-03-01T12:00:00Z','2026-03-31T00:00:00Z'))", 2),
    ("T_INTERSECTS(seen, DATE('2026-03-01'))", 3),
    // Arithmetic expressions, /conf/arithmetic.
    ("pop + 1 = 13", 1),
    ("pop - elev = 0", 1),
    ("pop * 2 >= 1370000", 4),
    ("elev / 2 = 3.5", 1),
    ("pop % 2 = 1", 1),
    ("pop div 5 = 2", 2),
    ("elev ^ 2 > 1000", 2),
    ("(pop + 2) * 3 = 36 OR pop = 2 * 3 + 1", 2),
    // Property–property comparisons, /conf/property-property.
    ("name = twin", 2),
    ("name <> twin", 7),
    ("pop > elev", 7),
    ("elev < pop", 7),
    ("pop BETWEEN elev AND 10 * elev", 1),
    ("capital = capital", 8),
    ("founded < seen AND founded < DATE('2026-01-01')", 6),
    ("CASEI(twin) = CASEI(twin)", 10),
];

fn geojson() -> String {
    let feature = |row: &str| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let names = ["name", "twin", "pop", "elev", "capital", "founded", "seen"];
        let properties: Vec<String> =
            names.iter().zip(&cells).map(|(name, value)| format!("\"{name}\": {value}")).collect();
        let geometry = format!("{{\"type\": \"Point\", \"coordinates\": [{}]}}", cells[7]);
        format!("{{\"type\": \"Feature\", \"properties\": {{{}}}, \"geometry\": {geometry}}}", properties.join(", "))
    };
    format!("{{\"type\": \"FeatureCollection\", \"features\": [{}]}}", ROWS.map(feature).join(",\n"))
}

/// The layer in the four formats, made by GDAL but for the first.
fn files(store: &TestStore) -> [String; 4] {
    let source = store.file("places.geojson", geojson());
    let made = |name: &str, arguments: &[&str]| {
        let beside = |name: &str| source.replace("places.geojson", name);
        let from = if name == "places.gpkg" { source.clone() } else { beside("places.gpkg") };
        let path = beside(name);
        tool("ogr2ogr", &[arguments, &[&path, &from]].concat()).expect_done();
        path
    };
    let geopackage = made("places.gpkg", &["-f", "GPKG"]);
    let flatgeobuf = made("places.fgb", &["-f", "FlatGeobuf"]);
    // A Shapefile has no type for times; they go in as texts.
    let sql = "SELECT geom, name, twin, pop, elev, capital, founded, strftime('%Y-%m-%dT%H:%M:%SZ', seen) AS seen \
               FROM places";
    let shapefile = made("places.shp", &["-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8", "-sql", sql]);
    make_logical(&Path::new(&shapefile).with_extension("dbf"), b"capital");
    [source, geopackage, flatgeobuf, shapefile]
}

/// Makes a column of 0 and 1, as which this GDAL writes truth values, one of the table's own type for them.
fn make_logical(table: &Path, name: &[u8]) {
    let mut bytes = fs::read(table).unwrap();
    let number = |bytes: &[u8], at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let (header, width) = (number(&bytes, 8), number(&bytes, 10));
    let mut start = 1;
    for field in (32..header - 1).step_by(32) {
        if bytes[field..].starts_with(name) {
            assert_eq!(bytes[field + 11], b'N');
            bytes[field + 11] = b'L';
            let end = start + usize::from(bytes[field + 16]);
            for row in (header..bytes.len() - 1).step_by(width) {
                for byte in &mut bytes[row + start..row + end] {
                    *byte = match *byte {
                        b'1' => b'T',
                        b'0' => b'F',
                        _ => b' ',
                    };
                }
            }
        }
        start += usize::from(bytes[field + 16]);
    }
    fs::write(table, bytes).unwrap();
}

fn count(client: &Client, layer: &str, filter: &str) -> u64 {
    let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
    client.count(layer, &format!("&filter={encoded}"))
}

#[test]
fn one_layer_from_four_formats_answers_every_filter_alike() {
    let store = TestStore::geopackage();
    let layers = ["from_geojson", "from_geopackage", "from_flatgeobuf", "from_shapefile"];
    for (layer, file) in layers.iter().zip(files(&store)) {
        let crs = ["--store-crs", "EPSG:4326"];
        let layer = ["--as", "layer", "--name", layer, "--visibility", "public"];
        store.run(&[&["import", &file], &crs[..], &layer].concat()).expect_done();
    }
    let server = store.serve();
    let client = server.client();
    let mut wrong = Vec::new();
    for layer in layers {
        let queryables = client.json(&format!("/ogc/collections/{layer}/queryables?f=json"));
        let kind = |name: &str| {
            let property = &queryables["properties"][name];
            format!("{} {}", property["type"].as_str().unwrap_or("-"), property["format"].as_str().unwrap_or("-"))
        };
        let kinds = ["name", "pop", "elev", "capital", "founded", "seen"].map(kind);
        let expected = ["string -", "integer -", "number -", "boolean -", "string date", "string date-time"];
        assert_eq!(kinds, expected, "{layer}: {queryables}");
        for (filter, expected) in FILTERS {
            let found = count(&client, layer, filter);
            if found != *expected {
                wrong.push(format!("{layer}: {filter}: {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    server.stop();
}
