//! A result as GeoJSON (RFC 7946): the public properties of each record, and beside them group, title and page.

use spatial::geojson::{Axes, CoordinateStyle, Precision, open_feature, write_json};

use super::{Outcome, attachment};
use crate::{links::media, pages::answer::Document};

const DEGREES: CoordinateStyle = CoordinateStyle { precision: Precision::Degrees, axes: Axes::XY };

/// Writes the collection, with title, notice and credits as members of its own.
pub(super) fn document(outcome: &Outcome<'_>) -> Document {
    let mut body = Vec::new();
    body.extend_from_slice(b"{\"type\":\"FeatureCollection\"");
    member(&mut body, "title", &outcome.title);
    member(&mut body, "notice", outcome.notice());
    member(&mut body, "attribution", &outcome.credits);
    member(&mut body, "source", &outcome.page);
    member(&mut body, "numberMatched", &outcome.entries.len());
    body.extend_from_slice(b",\"features\":[");
    for (index, (listing, shown)) in outcome.entries.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        open_feature(&mut body, shown.view(), shown.shape_crs84(), DEGREES);
        member(&mut body, "collection", listing.record.collection());
        member(&mut body, "group", listing.group.code());
        member(&mut body, "title", &listing.title);
        member(&mut body, "page", &outcome.url(listing));
        body.push(b'}');
    }
    body.extend_from_slice(b"]}");
    attachment(outcome, media::GEOJSON, "geojson", body)
}

fn member<T: serde::Serialize + ?Sized>(body: &mut Vec<u8>, name: &str, value: &T) {
    body.push(b',');
    write_json(body, name);
    body.push(b':');
    write_json(body, value);
}
