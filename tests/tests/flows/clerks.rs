//! Clerks' lists: rows keyed by Gemarkung and Flurstück, the geometry taken from the parcels.

use serde_json::{Value, json};
use tests::{
    TestStore, both_stores,
    sample::{self, ERFURT_AGS},
};

both_stores!(
    a_list_keyed_by_gemarkung_and_number_becomes_sites,
    a_row_without_its_parcel_is_named_and_nothing_is_taken,
    a_list_never_publishes,
);

/// Windows line ends, semicolons, decimal commas, labels: as a spreadsheet saves it in Germany.
const LIST: &str = "Gemarkung;Flst;Art;Name;Kaufpreis\r\n\
    Melchendorf;425/1;Baulücke;Am Hang;\"12.500,50\"\r\n\
    160115;426/1, 427/1;Brachfläche;Alte Gärtnerei;\r\n";

const MAP: [&str; 6] = ["--as", "sites", "--map", "number=Flst", "--map", "price_eur=Kaufpreis"];

fn sites_by_name(client: &tests::Client) -> Vec<Value> {
    let page = client.json("/ogc/collections/sites/items");
    let mut sites = page["features"].as_array().unwrap().clone();
    sites.sort_by_key(|site| site["properties"]["name"].as_str().map(str::to_owned));
    sites
}

fn a_list_keyed_by_gemarkung_and_number_becomes_sites(store: &TestStore) {
    store.import_sample(sample::ERFURT);
    let list = store.file("liste.csv", LIST);
    store.import(&list, &MAP).expect_done();
    let server = store.serve();
    let clerk = store.client(&server, "clerk", "clerk", ERFURT_AGS);
    let [nursery, slope] = sites_by_name(&clerk).try_into().unwrap();

    assert_eq!(slope["properties"]["type"], "infill_gap");
    assert_eq!(slope["properties"]["price_eur"], 12_500.5);
    assert_eq!(slope["properties"]["ags"], ERFURT_AGS);
    assert_eq!(slope["properties"]["parcels"], json!(["160115002004250001__"]));
    assert_eq!(nursery["properties"]["type"], "brownfield");
    assert_eq!(nursery["properties"]["parcels"], json!(["160115002004260001__", "160115002004270001__"]));
    assert!(matches!(nursery["geometry"]["type"].as_str(), Some("Polygon" | "MultiPolygon")), "{nursery}");

    // The area of the site is that of the parcel, point for point.
    let parcel = clerk.json("/ogc/collections/parcels/items/160115002004250001__");
    let ring = |feature: &Value| {
        let mut coordinates = &feature["geometry"]["coordinates"];
        while coordinates[0][0].is_array() {
            coordinates = &coordinates[0];
        }
        coordinates.as_array().unwrap().len()
    };
    assert_eq!(ring(&slope), ring(&parcel));
    server.stop();
}

fn a_row_without_its_parcel_is_named_and_nothing_is_taken(store: &TestStore) {
    store.import_sample(sample::ERFURT);
    let text = format!("{LIST}Melchendorf;99999/7;Baulücke;Verschrieben;\r\nNirgendwo;1;Baulücke;Fremd;\r\n");
    let list = store.file("liste.csv", text);
    let problems = store.folder().join("problems.jsonl").to_str().unwrap().to_owned();
    let run = store.import(&list, &[&MAP[..], &["--problems", &problems]].concat()).expect_code(3);
    for word in ["row 3", "number", "99999/7", "row 4", "district", "Nirgendwo"] {
        assert!(run.stderr.contains(word), "{word} is not named:\n{}", run.stderr);
    }
    let written = std::fs::read_to_string(&problems).unwrap();
    let rows: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.iter().map(|problem| problem["row"].clone()).collect::<Vec<_>>(), [json!(3), json!(4)]);
    assert!(rows.iter().all(|problem| problem["field"].is_string() && problem["reason"].is_string()), "{written}");
    assert_eq!((store.count("site"), store.revision()), (0, 1));

    store.import(&list, &[&MAP[..], &["--accept-valid"]].concat()).expect_code(3);
    assert_eq!((store.count("site"), store.revision()), (2, 2));
}

fn a_list_never_publishes(store: &TestStore) {
    store.import_sample(sample::ERFURT);
    let list = "Gemarkung;Flurstück;Art;Name;basis;publication_decision;owner_class\r\n\
        Melchendorf;425/1;Baulücke;Am Hang;offer;publish;municipal\r\n";
    let list = store.file("liste.csv", list);
    store.import(&list, &["--as", "sites"]);
    let server = store.serve();
    assert_eq!(server.client().count("sites", ""), 0);
    server.stop();
}
