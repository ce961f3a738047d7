//! What the snapshot remembers of the past, read from the history of the store.

use cadastre::{Day, Kind, Revision};
use jiff::Timestamp;
use spatial::{
    Snapshot,
    snapshot::{Days, PastBuilder},
};
use store::{Store, StoreError};

use crate::clock;

/// What decides about publications, and what is published; what decides comes first.
const KINDS: [Kind; 4] = [Kind::Announcement, Kind::Objection, Kind::Site, Kind::Vacancy];

/// The same snapshot with the pasts of its records.
pub(crate) async fn remember(store: &Store, snapshot: &Snapshot) -> Result<Snapshot, StoreError> {
    let days = Days::from_starts(day_starts(store, snapshot.revision()).await?);
    let mut builder = PastBuilder::new(snapshot, days);
    store
        .superseded(&KINDS, |batch| {
            for superseded in batch {
                builder.push(superseded);
            }
            Ok(())
        })
        .await?;
    Ok(builder.finish())
}

/// The first revision of each day on which anything was committed: as many questions as there are such days.
async fn day_starts(store: &Store, last: Revision) -> Result<Vec<(Revision, Day)>, StoreError> {
    let mut starts = Vec::new();
    let mut from = Timestamp::UNIX_EPOCH;
    while let Some((revision, at)) = store.first_revision_from(from).await? {
        if revision > last {
            break;
        }
        let day = clock::day_of(at);
        starts.push((revision, day));
        from = clock::end_of_day(day);
    }
    Ok(starts)
}
