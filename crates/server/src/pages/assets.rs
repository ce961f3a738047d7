//! The web map's scripts and styles, as Vite built them, inside the binary.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use rust_embed::RustEmbed;
use serde::Deserialize;

/// Everything in `web-map/dist`; the build script says what to do if it is missing.
#[derive(RustEmbed)]
#[folder = "../../web-map/dist"]
struct Dist;

/// The module that pages load, with what it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Address of the script.
    pub(crate) script: String,
    /// Addresses of the style sheets.
    pub(crate) styles: Vec<String>,
    /// Address of the font of the text, which is asked for at once so that the text does not jump.
    pub(crate) font: Option<String>,
    /// Address of the map's script, for pages that show a map at once.
    pub(crate) map_script: Option<String>,
}

/// An entry of Vite's manifest; only what is read here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default)]
    assets: Vec<String>,
}

const ENTRY: &str = "src/main.ts";
const MAP: &str = "src/map/index.ts";
const FONT: &str = "-latin-wght-normal";

static ENTRY_ASSETS: LazyLock<Entry> = LazyLock::new(|| {
    // A test reads the manifest; a page without its styles still is a readable list.
    let manifest = Dist::get(".vite/manifest.json").map(|file| file.data).unwrap_or_default();
    read_manifest(&manifest).unwrap_or_default()
});

fn read_manifest(json: &[u8]) -> Option<Entry> {
    let chunks: HashMap<String, Chunk> = serde_json::from_slice(json).ok()?;
    let address = |file: &String| format!("/{file}");
    let entry = chunks.get(ENTRY)?;
    Some(Entry {
        script: address(&entry.file),
        styles: entry.css.iter().map(address).collect(),
        font: entry.assets.iter().find(|name| name.contains(FONT)).map(address),
        map_script: chunks.get(MAP).map(|map| address(&map.file)),
    })
}

/// What every page loads.
pub(crate) fn entry() -> &'static Entry {
    &ENTRY_ASSETS
}

/// Answers `/assets/{name}`: names carry a hash of the content, so an answer holds for ever.
pub(crate) async fn get_hashed(Path(name): Path<String>, headers: HeaderMap) -> Response {
    answer(&format!("assets/{name}"), HeaderValue::from_static("public, max-age=31536000, immutable"), &headers)
}

/// Answers `/favicon.svg`, whose name never changes.
pub(crate) async fn get_favicon(headers: HeaderMap) -> Response {
    answer("favicon.svg", HeaderValue::from_static("public, max-age=3600"), &headers)
}

/// Answers `/embed.js`, which pages of other sites load: its name never changes, so they ask again after an hour.
pub(crate) async fn get_embed(headers: HeaderMap) -> Response {
    let mut response = answer("embed.js", HeaderValue::from_static("public, max-age=3600"), &headers);
    // Also for sites that take in only what says that it may be (COEP).
    let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
    response.headers_mut().insert(resource_policy, HeaderValue::from_static("cross-origin"));
    response
}

fn answer(path: &str, cache: HeaderValue, request: &HeaderMap) -> Response {
    let Some(file) = Dist::get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let etag = etag(&file.metadata.sha256_hash());
    let is_known = request.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).is_some_and(|known| {
        known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag || tag.trim() == "*")
    });
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

fn etag(hash: &[u8]) -> String {
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::{
        extract::Path,
        http::{HeaderMap, HeaderValue, StatusCode, header},
    };

    use super::{Dist, entry, get_embed, get_favicon, get_hashed, read_manifest};

    #[test]
    fn the_manifest_of_the_build_names_files_that_are_there() {
        let entry = entry();
        let files = [&entry.script].into_iter().chain(&entry.styles).chain(&entry.font).chain(&entry.map_script);
        let mut count = 0;
        for file in files {
            assert!(Dist::get(file.trim_start_matches('/')).is_some(), "{file}");
            count += 1;
        }
        assert!(count >= 4, "script, style, font and map script; got {entry:?}");
    }

    #[test]
    fn a_broken_manifest_is_no_panic() {
        assert_eq!(read_manifest(b"{"), None);
        assert_eq!(read_manifest(b"{}"), None);
    }

    #[tokio::test]
    async fn hashed_files_hold_for_ever_and_others_are_asked_for_again() {
        let name = entry().script.trim_start_matches("/assets/").to_owned();
        let response = get_hashed(Path(name), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));

        let response = get_favicon(HeaderMap::new()).await;
        assert!(!response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let mut known = HeaderMap::new();
        known.insert(header::IF_NONE_MATCH, response.headers()[header::ETAG].clone());
        assert_eq!(get_favicon(known).await.status(), StatusCode::NOT_MODIFIED);
        let mut other = HeaderMap::new();
        other.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"other\""));
        assert_eq!(get_favicon(other).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn the_script_for_other_sites_keeps_its_name_and_may_be_taken_in_anywhere() {
        let response = get_embed(HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header("cache-control"), "public, max-age=3600");
        let mut known = HeaderMap::new();
        known.insert(header::IF_NONE_MATCH, response.headers()[header::ETAG].clone());
        assert_eq!(get_embed(known).await.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn nothing_outside_the_build_is_served() {
        for name in ["../.vite/manifest.json", "../../../Cargo.toml", "", "no-such-file.js"] {
            assert_eq!(
                get_hashed(Path(name.to_owned()), HeaderMap::new()).await.status(),
                StatusCode::NOT_FOUND,
                "{name}"
            );
        }
    }
}
