//! Links of one feature (OGC 17-069r4 § 7.16: `self`, `alternate`, `collection`).

use std::ops::Range;

use cadastre::property::Collection;
use spatial::geojson::write_json;

use super::format::Format;
use crate::{
    app::App,
    links::{Link, encode, media},
};

/// Where a feature and what belongs to it are found.
pub(super) struct ItemLinks {
    /// The feature, without a format.
    at: String,
    collection: String,
    /// Its page for people.
    page: Option<String>,
}

/// A link whose address is not yet put together.
struct Part<'a> {
    address: &'a str,
    /// Value of `f`.
    format: Option<&'static str>,
    rel: &'static str,
    media: &'static str,
    title: &'static str,
}

impl ItemLinks {
    pub(super) fn new(app: &App, collection: &str, id: &str) -> Self {
        let (base, encoded) = (app.base_url(), encode(id));
        let page = match Collection::from_name(collection) {
            Some(Collection::Sites) => Some("flaeche"),
            Some(Collection::Parcels) => Some("flurstueck"),
            _ => None,
        };
        let collection = [base, "/ogc/collections/", &encode(collection)].concat();
        let at = [&collection, "/items/", &encoded].concat();
        Self { at, collection, page: page.map(|page| [base, "/", page, "/", &encoded].concat()) }
    }

    fn parts(&self, current: Format) -> impl Iterator<Item = Part<'_>> {
        let of_format = |format: Format, rel| Part {
            address: &self.at,
            format: Some(format.key()),
            rel,
            media: format.media(),
            title: format.label(),
        };
        let other = |address, rel, media, title| Part { address, format: None, rel, media, title };
        let alternates = Format::OF_FEATURE.into_iter().filter(move |format| *format != current);
        std::iter::once(of_format(current, "self"))
            .chain(alternates.map(move |format| of_format(format, "alternate")))
            .chain([other(&self.collection[..], "collection", media::JSON, "The collection")])
            .chain(self.page.iter().map(move |page| other(page, "related", media::HTML, "Page of this record")))
    }

    /// The links of the feature in this format.
    pub(super) fn links(&self, current: Format) -> Vec<Link> {
        let link = |part: Part<'_>| {
            let query = part.format.map(|key| format!("?f={key}")).unwrap_or_default();
            Link::new(format!("{}{query}", part.address), part.rel, part.media, part.title)
        };
        self.parts(current).map(link).collect()
    }

    /// Writes the same as a JSON array.
    pub(super) fn write(&self, current: Format, out: &mut Vec<u8>) {
        let mut separator = b'[';
        // The address of the feature, once it is written: it comes several times.
        let mut at: Option<Range<usize>> = None;
        for part in self.parts(current) {
            out.push(separator);
            separator = b',';
            out.extend_from_slice(b"{\"href\":");
            match (part.format, at.clone()) {
                (Some(_), Some(known)) => out.extend_from_within(known),
                (format, _) => {
                    let start = out.len();
                    write_json(out, part.address);
                    at = format.map(|_| start..out.len()).or(at);
                }
            }
            if let Some(key) = part.format {
                // The quote is opened again.
                out.pop();
                out.extend_from_slice(b"?f=");
                out.extend_from_slice(key.as_bytes());
                out.push(b'"');
            }
            // Names of ours: nothing in them is to be escaped.
            for (before, value) in
                [(",\"rel\":\"", part.rel), ("\",\"type\":\"", part.media), ("\",\"title\":\"", part.title)]
            {
                out.extend_from_slice(before.as_bytes());
                out.extend_from_slice(value.as_bytes());
            }
            out.extend_from_slice(b"\"}");
        }
        out.push(b']');
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, ItemLinks};

    #[test]
    fn links_are_written_as_they_are_serialised() {
        let page = || Some("https://example.org/flaeche/a".to_owned());
        for (at, page) in [("https://example.org/\"ä\\", page()), ("", None)] {
            let links = ItemLinks { at: at.into(), collection: "https://example.org/c".into(), page };
            for format in Format::OF_FEATURE {
                let mut written = Vec::new();
                links.write(format, &mut written);
                assert_eq!(String::from_utf8(written).unwrap(), serde_json::to_string(&links.links(format)).unwrap());
            }
        }
    }
}
