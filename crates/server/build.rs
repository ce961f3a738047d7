//! Refuses to build without the web map, whose files the binary holds.

use std::path::Path;

fn main() {
    const MANIFEST: &str = "../../web-map/dist/.vite/manifest.json";
    println!("cargo::rerun-if-changed=../../web-map/dist");
    if !Path::new(MANIFEST).is_file() {
        println!(
            "cargo::error=web-map/dist is missing: run \"make build\" (or \"npm ci && npm run build\" in web-map)"
        );
    }
}
