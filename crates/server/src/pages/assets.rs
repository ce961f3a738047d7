//! The web map's scripts and styles, as Vite built them, inside the binary.

use std::{
    collections::HashMap,
    io::{self, Write as _},
    sync::LazyLock,
};

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use cadastre::texts::Language;
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::{encoding::accepts_gzip, etag::is_not_modified};

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
    /// Addresses of the texts that scripts show, by language.
    texts: HashMap<&'static str, String>,
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
const TEXTS: &str = "virtual:texts/";
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
        texts: Language::ALL
            .into_iter()
            .filter_map(|language| Some((language.code(), chunks.get(&format!("{TEXTS}{}", language.code()))?)))
            .map(|(code, texts)| (code, address(&texts.file)))
            .collect(),
    })
}

impl Entry {
    /// Address of the texts that scripts show in a language: asked for with the script, not by it.
    pub(crate) fn texts(&self, language: Language) -> Option<&str> {
        self.texts.get(language.code()).map(String::as_str)
    }
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
    let packed = PACKED.get(path);
    let sent = packed.filter(|_| accepts_gzip(request));
    let mut response = match sent {
        _ if is_not_modified(request, &etag) => StatusCode::NOT_MODIFIED.into_response(),
        Some(packed) => packed.clone().into_response(),
        None => file.data.into_response(),
    };
    let headers = response.headers_mut();
    if packed.is_some() {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if sent.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// Texts as small as gzip makes them: that takes longer than is worth it for an answer, and they never change.
static PACKED: LazyLock<HashMap<String, Bytes>> = LazyLock::new(|| {
    let is_text = |path: &str| [".js", ".css", ".svg", ".json"].iter().any(|end| path.ends_with(end));
    let texts = Dist::iter().filter(|path| is_text(path));
    texts.filter_map(|path| Some((path.to_string(), gzip(&Dist::get(&path)?.data).ok()?))).collect()
});

fn gzip(text: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text)?;
    Ok(encoder.finish()?.into())
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
    use std::io::Read as _;

    use axum::{
        extract::Path,
        http::{HeaderMap, HeaderValue, StatusCode, header},
    };

    use cadastre::texts::Language;

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
        for language in Language::ALL {
            let texts = entry.texts(language).unwrap();
            assert!(Dist::get(texts.trim_start_matches('/')).is_some(), "{texts}");
        }
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
    async fn texts_are_sent_as_small_as_gzip_makes_them() {
        let name = entry().styles[0].trim_start_matches("/assets/").to_owned();
        let ask = async |encodings: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings));
            let response = get_hashed(Path(name.clone()), headers).await;
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
            let encoding = response.headers().get(header::CONTENT_ENCODING).cloned();
            (encoding, axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap())
        };
        let (encoding, packed) = ask("br, gzip").await;
        assert_eq!(encoding.unwrap(), "gzip");
        let (encoding, plain) = ask("gzip;q=0").await;
        assert_eq!(encoding, None);
        let mut read = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain);
        assert!(packed.len() * 4 < plain.len(), "{} of {}", packed.len(), plain.len());
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
