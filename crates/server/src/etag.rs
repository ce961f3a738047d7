//! Entity tags of features. `If-Match` compares the record's revision only; `If-None-Match` the whole.

use std::fmt::Write as _;

use axum::http::{HeaderMap, header};
use cadastre::Revision;
use sha2::{Digest as _, Sha256};
use spatial::snapshot::Stamp;

use crate::error::Error;

/// What a feature's representation depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FeatureTag<'a> {
    /// Epoch of the store: a restored store begins a new one.
    pub(crate) epoch: &'a str,
    /// Revision of the record.
    pub(crate) record: Revision,
    /// The revisions of everything the representation shows, as one number.
    pub(crate) content: u64,
    /// Whether staff properties show.
    pub(crate) is_staff: bool,
    /// CRS of the coordinates.
    pub(crate) crs: &'a str,
}

impl FeatureTag<'_> {
    /// The strong tag, quoted. `<epoch>.<record>` comes first: what `If-Match` is held against.
    pub(crate) fn quoted(&self) -> String {
        let class = if self.is_staff { "s" } else { "p" };
        let build = env!("CARGO_PKG_VERSION");
        let mut tag = String::with_capacity(96);
        let Self { epoch, record, content, crs, .. } = self;
        // Writing to a String cannot fail.
        let _ = write!(tag, "\"{epoch}.{record}-{content:x}{class}-{crs}-{build}\"");
        tag
    }
}

/// What a page depends on: what the viewer sees in the municipalities it touches, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageTag<'a> {
    /// Epoch of the store.
    pub(crate) epoch: &'a str,
    /// State of what the page may show.
    pub(crate) stamp: Stamp,
    /// Whether staff asks.
    pub(crate) is_staff: bool,
    /// Query part of the address.
    pub(crate) address: &'a str,
    /// Format and language.
    pub(crate) form: &'a str,
}

impl PageTag<'_> {
    /// The strong tag, quoted.
    pub(crate) fn quoted(&self) -> String {
        let class = if self.is_staff { "s" } else { "p" };
        let build = env!("CARGO_PKG_VERSION");
        // The address tells pages apart for clients that mix up whose tag they hold.
        let address = crc32fast::hash(self.address.as_bytes());
        format!("\"{}.{:016x}{class}-{address:08x}-{}-{build}\"", self.epoch, self.stamp.0, self.form)
    }
}

/// The revision an `If-Match` header names in this epoch. `*` is refused: it would overwrite what was not read.
pub(crate) fn if_match(headers: &HeaderMap, epoch: &str) -> Result<Revision, Error> {
    let value = headers.get(header::IF_MATCH).ok_or(Error::PreconditionRequired)?;
    let text = value.to_str().ok().and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'));
    let text =
        text.ok_or_else(|| Error::parameter("If-Match", "must be one strong ETag as the record's GET gave it"))?;
    // A tag of another epoch, or of anything else, is a tag that does not match.
    let record = text.strip_prefix(epoch).and_then(|rest| rest.strip_prefix('.')?.split('-').next()?.parse().ok());
    record.map(Revision).ok_or(Error::PreconditionFailed)
}

/// The strong tag of an answer that is known by its bytes, and by what else belongs to it; quoted.
pub(crate) fn of_bytes(parts: &[&[u8]]) -> String {
    let digest = parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize();
    let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{tag}\"")
}

/// The tag of a compressed representation of what `quoted` tags.
pub(crate) fn of_encoding(quoted: &str, encoding: &str) -> String {
    match quoted.strip_suffix('"') {
        Some(open) if quoted.starts_with('"') => format!("{open}{ENCODING_MARK}{encoding}\""),
        _ => quoted.to_owned(),
    }
}

/// What stands between a tag and the coding of its representation; occurs nowhere else in a tag.
const ENCODING_MARK: char = '~';

/// Whether `If-None-Match` names this tag (RFC 9110 § 13.1.2: weak comparison).
pub(crate) fn is_not_modified(headers: &HeaderMap, quoted: &str) -> bool {
    headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.trim() == "*" || value.split(',').any(|tag| is_same(tag.trim().trim_start_matches("W/"), quoted))
    })
}

/// Whether a tag is `quoted` or that of a compressed representation of the same.
fn is_same(tag: &str, quoted: &str) -> bool {
    let plain = tag.split_once(ENCODING_MARK).map(|(open, _)| format!("{open}\""));
    tag == quoted || plain.is_some_and(|plain| plain == quoted)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use cadastre::Revision;

    use super::{FeatureTag, if_match, is_not_modified};

    const TAG: FeatureTag<'static> =
        FeatureTag { epoch: "e1", record: Revision(12), content: 15, is_staff: true, crs: "CRS84" };

    fn check(value: Option<&str>, expected: Result<u64, u16>) {
        let mut headers = HeaderMap::new();
        if let Some(value) = value {
            headers.insert(header::IF_MATCH, HeaderValue::from_str(value).unwrap());
        }
        let found = if_match(&headers, "e1").map(|revision| revision.0).map_err(|error| error.status().as_u16());
        assert_eq!(found, expected, "{value:?}");
    }

    #[test]
    fn if_match_is_held_against_the_record_only() {
        check(Some(&TAG.quoted()), Ok(12));
        check(Some("\"e1.12-99p-EPSG:25833-0.0.1\""), Ok(12));
        check(Some("\"e2.12-fs-CRS84-0.1.0\""), Err(412));
        check(Some("\"nonsense\""), Err(412));
        check(Some("*"), Err(400));
        check(Some("W/\"e1.12\""), Err(400));
        check(None, Err(428));
    }

    #[test]
    fn if_none_match_takes_lists_and_weak_tags() {
        let quoted = TAG.quoted();
        for (value, expected) in [
            (quoted.clone(), true),
            (format!("\"x\", W/{quoted}"), true),
            (super::of_encoding(&quoted, "gzip"), true),
            ("*".to_owned(), true),
            ("\"x\"".to_owned(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(&value).unwrap());
            assert_eq!(is_not_modified(&headers, &quoted), expected, "{value}");
        }
    }
}
