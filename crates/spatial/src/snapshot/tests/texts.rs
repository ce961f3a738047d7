//! Kept texts are what would be written anew, compressed or not, whatever was edited since they were made.

use std::io::Read as _;

use cadastre::Viewer;

use crate::{Query, Snapshot, geojson, snapshot::Parts};

/// Holds the texts of a page, and of shorter pages, against features written one by one.
pub(super) fn check(snapshot: &Snapshot, collection: &str, query: &Query, viewer: &Viewer) {
    let Ok(page) = snapshot.query(collection, query, viewer) else { return };
    let mut expected = Vec::new();
    page.returned.iter().for_each(|shown| geojson::push_feature(&mut expected, shown));
    let expected = expected.get(1..).unwrap_or_default();
    let whole = snapshot.parts(collection, query, viewer, usize::MAX).unwrap();
    assert_eq!((whole.matched, whole.returned), (page.matched, page.returned.len()), "{collection} {query:?}");
    assert_eq!(whole.next, page.next, "{collection} {query:?}");
    assert_eq!(plain(&whole), String::from_utf8_lossy(expected), "{collection} {query:?} {viewer:?}");
    let pieces = [Query { limit: 3, ..query.clone() }, Query { offset: 2, limit: 4, ..query.clone() }];
    for query in pieces {
        let ids: Vec<_> = snapshot.query(collection, &query, viewer).unwrap().returned;
        let mut expected = Vec::new();
        ids.iter().for_each(|shown| geojson::push_feature(&mut expected, shown));
        let parts = snapshot.parts(collection, &query, viewer, usize::MAX).unwrap();
        assert_eq!(plain(&parts), String::from_utf8_lossy(expected.get(1..).unwrap_or_default()), "{query:?}");
    }
    let start = Query { limit: 1000, ..query.clone() };
    assert_eq!(in_small_pages(snapshot, collection, &start, viewer), String::from_utf8_lossy(expected));
}

fn plain(parts: &Parts<'_>) -> String {
    let text = String::from_utf8(parts.plain().concat()).unwrap();
    assert_eq!(text.len(), parts.length());
    if let Some(gzip) = parts.gzip(b"[", b"]") {
        let mut inflated = String::new();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_string(&mut inflated).unwrap();
        assert_eq!(inflated, format!("[{text}]"));
    }
    text
}

/// The same in pages of a few hundred bytes.
fn in_small_pages(snapshot: &Snapshot, collection: &str, query: &Query, viewer: &Viewer) -> String {
    let mut query = query.clone();
    let mut texts = Vec::new();
    loop {
        let parts = snapshot.parts(collection, &query, viewer, 700).unwrap();
        let text = plain(&parts);
        assert!(text.len() <= 700 || parts.returned == 1, "{} bytes, {} records", text.len(), parts.returned);
        texts.extend((parts.returned > 0).then_some(text));
        assert!(texts.len() < 500, "the pages go round in circles");
        match parts.next {
            Some(next) => query = Query { after: Some(next), offset: 0, ..query },
            None => return texts.join(","),
        }
    }
}
