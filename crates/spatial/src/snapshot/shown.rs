//! A record as a viewer sees it, with its geometry.

use std::hash::Hasher as _;

use cadastre::{Revision, publication::View};
use geo_types::Coord;

use super::{Snapshot, context::Stamps, row::Row, segment::Entry, tags::Fnv};
use crate::geometry::{Shape, measure::label_point};

/// What encoders get. Made from a [`View`] only, so from nothing that the gate withholds.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'s> {
    view: View<'s>,
    revision: Revision,
    stamps: Stamps,
    shape: Option<Shape<'s>>,
    shape_crs84: Option<Shape<'s>>,
    text: Option<&'s [u8]>,
    snapshot: &'s Snapshot,
}

impl<'s> Shown<'s> {
    pub(crate) fn new<R: Row>(snapshot: &'s Snapshot, entry: Entry<'s, R>, view: View<'s>, stamps: Stamps) -> Self {
        let (shape, shape_crs84) = (entry.shape(), entry.shape_crs84());
        Self { view, revision: entry.revision, stamps, shape, shape_crs84, text: None, snapshot }
    }

    /// The same with the text that is kept of it.
    pub(crate) fn with_text(self, text: Option<&'s [u8]>) -> Self {
        Self { text, ..self }
    }

    /// The feature as GeoJSON in CRS84, if that lies ready for this viewer.
    pub fn text(&self) -> Option<&'s [u8]> {
        self.text
    }

    /// Its properties.
    pub fn view(&self) -> &View<'s> {
        &self.view
    }

    pub(crate) fn snapshot(&self) -> &'s Snapshot {
        self.snapshot
    }

    /// Its shape in the CRS of the store.
    pub fn shape(&self) -> Option<Shape<'s>> {
        self.shape
    }

    /// Its shape in CRS84.
    pub fn shape_crs84(&self) -> Option<Shape<'s>> {
        self.shape_crs84
    }

    /// Where a marker may stand, in CRS84: on or in the shape.
    pub fn label_point(&self) -> Option<Coord> {
        label_point(self.shape_crs84.as_ref()?)
    }

    /// Revision of the record itself: what `If-Match` compares.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The last revision of what is told of the thing itself: its record and, where it shows, its vacancy. What is around it,
    /// such as the settings of its municipality, does not count.
    pub fn own_revision(&self) -> Revision {
        let vacancy = self.stamps.vacancy.filter(|_| self.view.shows_vacancy());
        vacancy.map_or(self.revision, |vacancy| vacancy.max(self.revision))
    }

    /// The last revision of anything this answer shows.
    pub fn content_revision(&self) -> Revision {
        self.shown_revisions().into_iter().flatten().fold(self.revision, Revision::max)
    }

    /// A number that is the same if and (but for a collision in 2^64) only if the same revisions are shown.
    ///
    /// Finer than [`Shown::content_revision`], which stays the same when an older part of the answer ends,
    /// such as the vacancy record of a building that was written after it. Of the day it says nothing.
    pub fn content_tag(&self) -> u64 {
        let mut hash = Fnv::default();
        hash.write_u64(self.revision.0);
        for shown in self.shown_revisions() {
            hash.write_u64(shown.map_or(0, |revision| revision.0 + 1));
        }
        hash.finish()
    }

    fn shown_revisions(&self) -> Vec<Option<Revision>> {
        let Stamps { municipality, district, vacancy, layer } = self.stamps;
        let vacancy = vacancy.filter(|_| self.view.shows_vacancy());
        let mut shown = vec![municipality, district, vacancy, layer];
        // The stage of a site, which staff see, follows from announcement and objections.
        if self.view.is_staff() && self.view.collection() == Some(cadastre::property::Collection::Sites) {
            shown.extend(self.snapshot.facts_of_site(self.view.id()));
        }
        shown
    }
}

impl Snapshot {
    /// Revisions of the announcement and the objections that decide about a site, in a fixed order.
    fn facts_of_site(&self, site_id: &str) -> Vec<Option<Revision>> {
        let Some(site) = self.tables.sites.get(site_id) else { return Vec::new() };
        let announcement_id = site.row.publication.announcement_id.as_deref();
        let announcement = announcement_id.and_then(|id| self.tables.announcements.get(id)).map(|entry| entry.revision);
        let mut objections: Vec<Option<Revision>> = site
            .row
            .parcels
            .iter()
            .flat_map(|parcel| self.tables.objections.linked(parcel.as_str()))
            .map(|entry| Some(entry.revision))
            .collect();
        objections.sort_unstable();
        objections.insert(0, announcement);
        objections
    }
}
