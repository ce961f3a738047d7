//! Pictures, as far as a viewer sees them.

use cadastre::{Revision, Viewer, publication::PictureView};

use super::{Found, Snapshot, shown::Shown};

/// A picture that a viewer sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pictured<'s> {
    /// The picture.
    pub view: PictureView<'s>,
    /// Revision of its record: what `If-Match` compares.
    pub revision: Revision,
}

impl<'s> Shown<'s> {
    /// The pictures of it that the viewer sees, in their order.
    pub fn pictures(&self) -> Vec<Pictured<'s>> {
        let (view, snapshot) = (*self.view(), self.snapshot());
        let all = snapshot.tables.pictures.linked(view.id());
        let mut seen: Vec<Pictured<'s>> = all
            .filter_map(|entry| Some(Pictured { view: view.picture(entry.row)?, revision: entry.revision }))
            .collect();
        seen.sort_by_key(|pictured| {
            let picture = pictured.view.record();
            (picture.position, picture.picture_id.as_str())
        });
        seen
    }
}

impl Snapshot {
    /// One picture; `None` if there is none, or none for this viewer.
    pub fn picture(&self, picture_id: &str, viewer: &Viewer) -> Option<Pictured<'_>> {
        let entry = self.tables.pictures.get(picture_id)?;
        let Found::Shown(shown) = self.item(entry.row.subject.collection().name(), &entry.row.subject_id, viewer)
        else {
            return None;
        };
        Some(Pictured { view: shown.view().picture(entry.row)?, revision: entry.revision })
    }
}
