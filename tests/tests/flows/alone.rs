//! The binary alone: copied to an empty folder, without an environment, it has all it needs.

use std::{fs, process::Command};

use tests::{
    Server,
    binary::{self, tool},
    sample,
};

struct Lonely {
    folder: tempfile::TempDir,
}

impl Lonely {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // By a process of its own: a file that this one has open for writing could not be run while another test starts
        // something.
        tool("cp", &[binary::path().to_str().unwrap(), folder.path().to_str().unwrap()]).expect_done();
        Self { folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.folder.path().join("baulotse"));
        command.env_clear().current_dir(self.folder.path()).args(arguments);
        command
    }
}

#[test]
fn copied_to_an_empty_folder_it_serves_the_demo() {
    let lonely = Lonely::new();
    let server = Server::start_command(lonely.command(&["demo"]));
    let client = server.client();
    assert_eq!(client.count("districts", "&ags=14522310"), 41);
    assert_eq!(client.count("parcels", "&ags=02000000"), 137);
    let generated = client.count("parcels", "&ags=14522310");
    assert!((10_000..15_000).contains(&generated), "{generated} parcels in Leisnig");
    assert!(client.count("sites", "") > 20);
    // Sites are made up, and say so.
    let page = client.json("/ogc/collections/sites/items?limit=1000");
    for feature in page["features"].as_array().unwrap() {
        assert_eq!(feature["properties"]["example_data"], true, "{feature}");
    }
    for path in ["/", "/gemeinde/14522310", "/gemeinde/02000000"] {
        let html = client.get(path).expect(200).body;
        assert!(html.contains("</html>"), "{path}");
    }
    assert!(client.get("/gemeinde/14522310").body.contains("Leisnig"));
    server.stop();
    assert_eq!(fs::read_dir(lonely.folder.path()).unwrap().count(), 1, "the demo leaves nothing behind");
}

#[test]
fn copied_to_an_empty_folder_it_transforms() {
    let lonely = Lonely::new();
    let arguments = ["import", &sample::path(sample::NEUWERK), "--store", "n.gpkg", "--store-crs", "EPSG:25833"];
    let run: binary::Run = lonely.command(&arguments).output().unwrap().into();
    run.expect_done();
    let store = lonely.folder.path().join("n.gpkg");
    // EPSG:25832 to 25833 by GDAL, for comparison: the same parcel at the same place to a millimetre.
    let extent = |source: &str, sql: &str| -> Vec<f64> {
        let text = tool("ogrinfo", &["-ro", "-q", "-dialect", "SQLite", "-sql", sql, source]).expect_done().stdout;
        text.lines().filter_map(|line| line.split(" (Real) = ").nth(1)?.trim().parse().ok()).collect()
    };
    let source_store = lonely.folder.path().join("n32.gpkg");
    let arguments = ["import", &sample::path(sample::NEUWERK), "--store", "n32.gpkg", "--store-crs", "EPSG:25832"];
    let run: binary::Run = lonely.command(&arguments).output().unwrap().into();
    run.expect_done();
    let centre = "FROM parcel ORDER BY parcel_id LIMIT 20";
    let ours = extent(
        store.to_str().unwrap(),
        &format!("SELECT ST_X(ST_PointN(ST_ExteriorRing(ST_GeometryN(geom, 1)), 1)) AS x {centre}"),
    );
    let gdals = extent(
        source_store.to_str().unwrap(),
        &format!(
            "SELECT ST_X(ST_Transform(ST_PointN(ST_ExteriorRing(ST_GeometryN(geom, 1)), 1), 25833)) AS x {centre}"
        ),
    );
    assert_eq!((ours.len(), gdals.len()), (20, 20));
    for (ours, gdals) in ours.iter().zip(&gdals) {
        assert!((ours - gdals).abs() < 0.001, "{ours} {gdals}");
    }
}
