//! What an enquiry can be about: what is publicly listed, and the municipalities.

use cadastre::{Ags, codes::EnquiryTopic, enquiry::Topic, record::Municipality, settings::LinkKind, texts::Language};
use spatial::Snapshot;

use crate::{
    app::App,
    pages::{error_page::ErrorKind, frame::Request, listing::Record, read, towns::town_path},
};

/// What the address of a form says.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A listing by its id.
    Listing(Record, String),
    /// A municipality by its key.
    Municipality(String),
}

/// What is asked about, as the public sees it.
#[derive(Debug)]
pub(super) struct Subject<'s> {
    /// Its name in the enquiry.
    pub(super) topic: Topic,
    /// Who is asked.
    pub(super) municipality: &'s Municipality,
    /// Path of its page.
    pub(super) path: String,
}

/// The form about the page with this path; `None` where the municipality has a form of its own.
pub(crate) fn link(request: &Request, municipality: &Municipality, path: &str) -> Option<String> {
    takes_enquiries(municipality).then(|| request.link(&format!("/anfrage{path}"), &[]))
}

fn takes_enquiries(municipality: &Municipality) -> bool {
    !municipality.settings.links.contains_key(LinkKind::Enquiry.code())
}

impl Target {
    /// What an enquiry was about when it was filed.
    pub(super) fn of(topic: &Topic) -> Self {
        let id = topic.id.clone().unwrap_or_default();
        match topic.kind {
            EnquiryTopic::Site => Self::Listing(Record::Site, id),
            EnquiryTopic::Building => Self::Listing(Record::Building, id),
            EnquiryTopic::Municipality => Self::Municipality(topic.ags.to_string()),
        }
    }

    /// What is there for the public, or why there is nothing to ask about. A municipality that has a form of its own
    /// takes nothing here.
    pub(super) fn find<'s>(
        &self,
        app: &App,
        snapshot: &'s Snapshot,
        language: Language,
    ) -> Result<Subject<'s>, ErrorKind> {
        let (ags, kind, id, title) = match self {
            Self::Listing(record, id) => {
                app.require_fresh().map_err(|_stale| ErrorKind::Unavailable)?;
                let (_, listing) = read::listed(snapshot, *record, id, language)?;
                let kind = match record {
                    Record::Site => EnquiryTopic::Site,
                    Record::Building => EnquiryTopic::Building,
                };
                let path = listing.path();
                (listing.ags, kind, Some(listing.id), Some((listing.title, path)))
            }
            Self::Municipality(ags) => {
                let ags = Ags::parse(ags).map_err(|_ignored_unknown| ErrorKind::NotFound)?;
                (ags, EnquiryTopic::Municipality, None, None)
            }
        };
        let municipality = snapshot.municipality(ags).ok_or(ErrorKind::NotFound)?;
        if !takes_enquiries(municipality) {
            return Err(ErrorKind::NotFound);
        }
        let (title, path) = title.unwrap_or_else(|| (municipality.name.clone(), town_path(ags)));
        Ok(Subject { topic: Topic { ags, kind, id, title }, municipality, path })
    }
}
