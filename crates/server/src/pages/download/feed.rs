//! A result as an Atom feed (RFC 4287), the newest first, with the place of each entry (GeoRSS).

use askama::Template;
use jiff::Timestamp;

use super::Outcome;
use crate::{
    app::App,
    pages::{
        answer::{Document, PageResult},
        error_page::ErrorKind,
        facts,
        frame::Feed,
        listing::{Listing, Record},
    },
};

/// Entries of a feed; readers ask for it again and again.
const MOST_ENTRIES: usize = 100;

/// A listing in the feed.
#[derive(Clone, Debug)]
struct Entry {
    id: String,
    href: String,
    title: String,
    updated: String,
    summary: String,
    kind: &'static str,
    label: String,
    /// "51.16 12.93": latitude first, as GeoRSS has it.
    point: Option<String>,
}

/// The feed.
#[derive(Debug, Template)]
#[template(path = "feed.xml")]
struct FeedPage {
    lang: &'static str,
    feed: Feed,
    page: String,
    notice: &'static str,
    rights: String,
    author: String,
    updated: String,
    entries: Vec<Entry>,
}

/// Writes the feed.
pub(super) fn document(app: &App, outcome: &Outcome<'_>) -> PageResult {
    let request = outcome.request;
    let mut newest: Vec<&(Listing, spatial::Shown<'_>)> = outcome.entries.iter().collect();
    newest.sort_by_key(|(listing, _)| std::cmp::Reverse(listing.revision));
    newest.truncate(MOST_ENTRIES);
    let times = times(app, &newest)?;
    let entries: Vec<Entry> =
        newest.iter().zip(&times).map(|((listing, shown), at)| entry(outcome, listing, shown, *at)).collect();
    let names: Vec<String> = outcome.municipalities.iter().map(|municipality| municipality.name.clone()).collect();
    let page = FeedPage {
        lang: request.language.tag(),
        feed: Feed { title: xml_text(&outcome.title), href: self_address(outcome) },
        page: outcome.page.clone(),
        notice: outcome.notice(),
        rights: xml_text(&outcome.credits.join(" · ")),
        author: if names.is_empty() { "baulotse".to_owned() } else { xml_text(&names.join(", ")) },
        updated: times.iter().max().copied().unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
        entries,
    };
    let body = page.render().map_err(|error| {
        tracing::error!(%error, "a feed could not be rendered");
        ErrorKind::Internal
    })?;
    Ok(Document {
        status: axum::http::StatusCode::OK,
        media: "application/atom+xml; charset=utf-8",
        file_name: None,
        ancestors: None,
        body: body.into_bytes(),
    })
}

/// The feed's own address: that of the page with `feed.atom` at the end of its path.
fn self_address(outcome: &Outcome<'_>) -> String {
    let (path, query) = outcome.page.split_once('?').unwrap_or((&outcome.page, ""));
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}/feed.atom{mark}{query}", path.trim_end_matches('/'))
}

fn times(app: &App, entries: &[&(Listing, spatial::Shown<'_>)]) -> Result<Vec<Timestamp>, ErrorKind> {
    let state = app.state();
    let all = async {
        let mut times = Vec::with_capacity(entries.len());
        for (listing, _) in entries {
            let at = app.commit_times().of(app.store(), &state.epoch, listing.revision).await?;
            times.push(at.unwrap_or(Timestamp::UNIX_EPOCH));
        }
        Ok(times)
    };
    // Pages are made off the async threads, so this one may wait.
    tokio::runtime::Handle::current().block_on(all).map_err(|error: store::StoreError| {
        if error.is_unavailable() {
            return ErrorKind::Unavailable;
        }
        tracing::error!(%error, "the journal could not be read for a feed");
        ErrorKind::Internal
    })
}

fn entry(outcome: &Outcome<'_>, listing: &Listing, shown: &spatial::Shown<'_>, at: Timestamp) -> Entry {
    let language = outcome.request.language;
    let facts = match listing.record {
        Record::Site => facts::of_site(shown.view(), language),
        Record::Building => facts::of_building(shown.view(), listing, language),
    };
    let lines: Vec<String> = facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)).collect();
    Entry {
        // The address without a language: the entry is the same in each.
        id: format!("{}{}", outcome.request.base_url, listing.path()),
        href: outcome.url(listing),
        title: xml_text(&listing.title),
        updated: at.to_string(),
        summary: xml_text(&lines.join("\n")),
        kind: listing.group.code(),
        label: xml_text(&listing.kind),
        point: shown.label_point().map(|at| format!("{:.6} {:.6}", at.y, at.x)),
    }
}

/// Text without what XML 1.0 cannot hold, even escaped.
fn xml_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::xml_text;

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(xml_text("a\u{0}b\u{b}c\nd"), "abc\nd");
    }
}
