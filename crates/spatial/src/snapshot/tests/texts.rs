//! Kept texts are what would be written anew, compressed or not, whatever was edited since they were made.

use std::io::Read as _;

use cadastre::Viewer;

use super::{COLLECTIONS, fixture::viewers};
use crate::{Area, Query, Snapshot, geojson, snapshot::Parts};

/// Holds the texts of a page, and of shorter pages, against features written one by one.
pub(super) fn check(snapshot: &Snapshot, collection: &str, query: &Query, viewer: &Viewer) {
    let Ok(page) = snapshot.query(collection, query, viewer) else { return };
    let mut expected = Vec::new();
    for shown in &page.returned {
        geojson::push_feature(&mut expected, shown);
    }
    let expected = expected.get(1..).unwrap_or_default();
    let whole = snapshot.parts(collection, query, viewer, usize::MAX).unwrap();
    assert_eq!((whole.matched, whole.returned), (page.matched, page.returned.len()), "{collection} {query:?}");
    assert_eq!(whole.next, page.next, "{collection} {query:?}");
    assert_eq!(plain(&whole), String::from_utf8_lossy(expected), "{collection} {query:?} {viewer:?}");
    let pieces = [Query { limit: 3, ..query.clone() }, Query { offset: 2, limit: 4, ..query.clone() }];
    for query in pieces {
        let mut expected = Vec::new();
        for shown in &snapshot.query(collection, &query, viewer).unwrap().returned {
            geojson::push_feature(&mut expected, shown);
        }
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

/// A stamp tells states apart, and is the same however a state was reached.
pub(super) fn check_stamps(before: &Snapshot, after: &Snapshot, rebuilt: &Snapshot, places: &[Area]) {
    for (collection, viewer) in COLLECTIONS.iter().flat_map(|c| viewers().into_iter().map(move |v| (c, v))) {
        let stamp = |of: &Snapshot, within: Option<&Area>| of.stamp(collection, within, &viewer);
        assert_eq!(stamp(after, None), stamp(rebuilt, None), "{collection} {viewer:?}");
        for within in std::iter::once(None).chain(places.iter().map(Some)) {
            let query = Query { within: within.cloned(), ..Query::default() };
            let text =
                |of: &Snapshot| of.parts(collection, &query, &viewer, usize::MAX).map(|parts| plain(&parts)).ok();
            if stamp(before, within) == stamp(after, within) {
                assert_eq!(text(before), text(after), "{collection} {within:?} {viewer:?}: the stamp should differ");
            } else if !viewer.is_staff() && within.is_none() && *collection == "sites" {
                let content = |of: &Snapshot| -> Vec<_> {
                    let page = of.query(collection, &query, &viewer).unwrap().returned;
                    page.iter().map(|shown| (shown.view().id().to_owned(), shown.content_tag())).collect()
                };
                assert_ne!(content(before), content(after), "{collection}: nothing the public sees has changed");
            }
        }
    }
}
