//! Records as they are, for those who change them. What goes out of the server takes [`super::Shown`] instead.

use cadastre::{
    ParcelId,
    publication::Facts,
    record::{Parcel, Site},
};

use super::Snapshot;

impl Snapshot {
    /// A site, seen or not.
    pub fn site_record(&self, site_id: &str) -> Option<&Site> {
        self.tables.sites.get(site_id).map(|entry| entry.row)
    }

    /// A parcel.
    pub fn parcel_record(&self, parcel: ParcelId) -> Option<&Parcel> {
        self.tables.parcels.get(parcel.as_str()).map(|entry| entry.row)
    }

    /// The announcements and objections by which publications stand or fall.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}
