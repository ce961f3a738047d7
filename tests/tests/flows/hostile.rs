//! Files made to harm, and files broken by accident: a clear word, and the store as it was.

use std::{fs, process::Command};

use tests::{Run, TestStore, binary, both_stores, sample};

both_stores!(hostile_files_leave_the_store_as_it_was);

struct Case {
    name: &'static str,
    content: Vec<u8>,
    arguments: &'static [&'static str],
    code: i32,
    /// What the message must name, in lower case.
    word: &'static str,
}

fn case(
    name: &'static str,
    content: impl Into<Vec<u8>>,
    arguments: &'static [&'static str],
    code: i32,
    word: &'static str,
) -> Case {
    Case { name, content: content.into(), arguments, code, word }
}

const BOMB: &str = r#"<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<AX_Bestandsdatenauszug xmlns="http://www.adv-online.de/namespaces/adv/gid/6.0"><x>&c;</x></AX_Bestandsdatenauszug>"#;

fn polygon(ring: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"parcel_id":"142888___00057______","ags":"14522310"}},
        "geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
    )
}

fn cases() -> Vec<Case> {
    let neuwerk = fs::read(sample::path(sample::NEUWERK)).unwrap();
    let half = neuwerk[..neuwerk.len() / 2].to_vec();
    let square = "[[8.4,53.9],[8.5,53.9],[8.5,54.0],[8.4,53.9]]";
    let twice = polygon(square).replace("]}}]}", "]}},{\"type\":\"Feature\",\"properties\":{\"parcel_id\":\"142888___00057______\",\"ags\":\"14522310\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[8.4,53.9],[8.5,53.9],[8.5,54.0],[8.4,53.9]]]}}]}");
    let parcels: &[&str] = &["--as", "parcels"];
    let layer: &[&str] = &["--as", "layer", "--name", "hostile"];
    let mut latin_in_utf8 = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><wfs:FeatureCollection xmlns:wfs=\"http://www.opengis.net/wfs/2.0\" xmlns:ave=\"http://repository.gdi-de.org/schemas/adv/produkt/alkis-vereinfacht/2.0\"><wfs:member><ave:Flurstueck><ave:gemarkung>B".to_vec();
    latin_in_utf8.extend(b"\xF6rtewitz</ave:gemarkung></ave:Flurstueck></wfs:member></wfs:FeatureCollection>");
    vec![
        case("bomb.xml", BOMB, &[], 3, "document type"),
        case("truncated.xml.gz", half, &[], 3, "truncated"),
        case("latin.xml", latin_in_utf8, &[], 3, "encoding"),
        case(
            "bad.csv",
            b"\xEF\xBB\xBFname;x;y\nB\xF6rtewitz;8.4;53.9\n",
            &["--as", "layer", "--name", "hostile", "--crs", "EPSG:4326"],
            3,
            "encoding",
        ),
        case("nothing.geojson", "", layer, 3, "empty"),
        case("picture.geojson", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", layer, 3, "not understood"),
        case("half.geojson", "{\"type\":\"FeatureCollection\",\"features\":[", layer, 3, "geojson"),
        case(
            "deep.geojson",
            format!("{{\"type\":\"FeatureCollection\",\"features\":{}", "[".repeat(200_000)),
            layer,
            3,
            "geojson",
        ),
        case("endless.geojson", polygon("[[1e999,0],[1,0],[1,1],[1e999,0]]"), parcels, 3, "number"),
        case(
            "projected.geojson",
            polygon("[[465000,5973000],[465100,5973000],[465100,5973100],[465000,5973000]]"),
            parcels,
            3,
            "outside",
        ),
        case(
            "elsewhere.geojson",
            polygon("[[-60.1,-3.1],[-60.0,-3.1],[-60.0,-3.0],[-60.1,-3.1]]"),
            parcels,
            3,
            "outside",
        ),
        case(
            "bowtie.geojson",
            polygon("[[8.4,53.9],[8.5,54.0],[8.5,53.9],[8.4,54.0],[8.4,53.9]]"),
            parcels,
            3,
            "geometry",
        ),
        case("key.geojson", polygon(square).replace("142888___00057______", "Wiese 7"), parcels, 3, "parcel_id"),
        case("twice.geojson", twice, parcels, 3, "142888___00057______"),
        case("junk.gpkg", b"SQLite format 3\0 and then nothing of the kind".repeat(200), layer, 3, "geopackage"),
        case("junk.fgb", b"fgb\x03fgb\x00\xFF\xFF\xFF\x7Fjunk".to_vec(), layer, 3, "header"),
        case("junk.xlsx", b"PK\x03\x04 and then no archive".to_vec(), layer, 3, "xlsx"),
        case("place.csv", "name;x;y\nhere;8.4;53.9\n", layer, 1, "--crs"),
        case(
            "column.csv",
            "name;x;y\nhere;8.4;53.9\n",
            &["--as", "sites", "--crs", "EPSG:4326", "--map", "name=Bezeichnung"],
            1,
            "bezeichnung",
        ),
        case(
            "number.csv",
            "Art;x;y;price_eur\nBaulücke;8.4;53.9;viel\n",
            &["--as", "sites", "--crs", "EPSG:4326", "--municipality", "02000000"],
            3,
            "price_eur",
        ),
        case("crs.csv", "name;x;y\nhere;8.4;53.9\n", &["--as", "layer", "--crs", "EPSG:999999"], 1, "epsg:999999"),
    ]
}

/// Runs an import that may take neither more than a minute nor more than 4 GiB.
fn import(store: &str, file: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new("timeout");
    command.args(["60", "prlimit", "--as=4294967296"]).arg(binary::path());
    command.args(["import", file, "--store", store, "--store-crs", "EPSG:25832"]).args(arguments);
    command.output().unwrap().into()
}

fn hostile_files_leave_the_store_as_it_was(store: &TestStore) {
    store.import_sample(sample::ERFURT);
    let state = || {
        let tables = ["parcel", "building", "district", "municipality", "site", "layer", "journal"];
        tables.map(|table| store.count(table))
    };
    let mut before = state();
    let mut failures = Vec::new();
    let mut run_cases = 0;
    for Case { name, content, arguments, code, word } in cases() {
        let file = store.file(name, content);
        let absent = store.folder().join("absent.gpkg");
        for location in [store.location(), absent.to_str().unwrap()] {
            let run = import(location, &file, arguments);
            if run.code != Some(code) || !run.stderr.to_lowercase().contains(word) {
                failures.push(format!(
                    "{name}: not {code} naming \"{word}\" but {:?}: {}",
                    run.code,
                    run.stderr.trim()
                ));
            }
            run_cases += 1;
        }
        if absent.exists() {
            failures.push(format!("{name}: a store was left behind"));
            fs::remove_file(&absent).unwrap();
        }
        let after = state();
        if after != before {
            failures.push(format!("{name}: the store changed from {before:?} to {after:?}"));
            before = after;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(run_cases, 42);
    store.expect_sound();
}

#[test]
fn a_file_that_is_not_there_is_a_failure_not_a_data_problem() {
    let store = TestStore::geopackage();
    let run = store.import("no/such/file.geojson", &["--as", "layer"]).expect_code(1);
    assert!(run.stderr.contains("no/such/file.geojson"), "{}", run.stderr);
}
