//! How the demo's cadastre came to be: its records in the order of the days on which they were entered.
//!
//! Sites and vacancies are entered over two years, some are used in the meantime, and objections are recorded on the
//! day they come in. What the public saw of it follows from the records, as of any cadastre.

use std::collections::BTreeMap;

use cadastre::{
    Day, Record,
    codes::SiteStatus,
    record::{Publication, Site},
};

use super::{prng::Rng, publications::shift};

/// Days since the first survey.
const BEGUN: i64 = 730;
/// Every so many days what has come up is entered.
const ROUND: i64 = 15;
/// How much of it the first survey found.
const AT_ONCE: f64 = 0.4;

/// What is committed on each day; every record in its last state is in the last batch that has it.
pub(crate) fn tell(records: Vec<Record>, today: Day) -> BTreeMap<Day, Vec<Record>> {
    let begun = shift(today, -BEGUN);
    let mut story: BTreeMap<Day, Vec<Record>> = BTreeMap::new();
    for (index, record) in records.into_iter().enumerate() {
        let mut rng = Rng::new("entered", index);
        let found = match rng.chance(AT_ONCE) {
            true => begun,
            false => shift(begun, ROUND * (1 + rng.index((BEGUN / ROUND) as usize - 3) as i64)),
        };
        let day = match &record {
            Record::Site(site) => entered(&site.publication, found),
            Record::Vacancy(vacancy) => entered(&vacancy.publication, found),
            Record::Unit(_) => shift(today, -1),
            Record::Announcement(announcement) => announcement.announced_on,
            Record::Objection(objection) => objection.received_on,
            _ => begun,
        };
        let day = day.clamp(begun, shift(today, -1));
        if let Record::Site(site) = &record
            && site.status.ended_by_use()
        {
            story.entry(day).or_default().push(before_use(site).into());
            let used = shift(today, -ROUND * (1 + rng.index(16) as i64));
            story.entry(used.max(shift(day, ROUND)).min(today)).or_default().push(record);
            continue;
        }
        story.entry(day).or_default().push(record);
    }
    story
}

/// Nothing is entered before its owner has consented.
fn entered(publication: &Publication, found: Day) -> Day {
    publication.consent.as_ref().map_or(found, |consent| found.max(consent.given_on))
}

fn before_use(site: &Site) -> Site {
    Site { status: SiteStatus::Confirmed, ..site.clone() }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use cadastre::{Key, Kind, Record};

    use super::{BEGUN, tell};
    use crate::demo::tests::{records, today};

    #[test]
    fn the_story_ends_with_the_records_and_no_day_has_one_twice() {
        let story = tell(records().to_vec(), today());
        let mut last: HashMap<_, &Record> = HashMap::new();
        for batch in story.values() {
            let before = last.len();
            let known: Vec<_> = batch.iter().filter(|record| last.contains_key(&record.key())).collect();
            last.extend(batch.iter().map(|record| (record.key(), record)));
            assert_eq!(last.len() + known.len(), before + batch.len());
        }
        assert_eq!(last.len(), records().len());
        assert!(records().iter().all(|record| last[&record.key()] == record));
        let days: Vec<_> = story.keys().collect();
        assert_eq!(*days[0], super::shift(today(), -BEGUN));
        assert!(days.len() > 20 && **days.last().unwrap() <= today(), "{days:?}");
    }

    #[test]
    fn what_refers_to_a_record_is_entered_after_it() {
        let story = tell(records().to_vec(), today());
        let mut entered = HashMap::new();
        for (day, record) in story.iter().flat_map(|(day, batch)| batch.iter().map(move |record| (day, record))) {
            entered.entry(record.key()).or_insert(day);
        }
        for (day, batch) in &story {
            for record in batch {
                let parcels = match record {
                    Record::Site(site) => site.parcels.clone(),
                    Record::Objection(objection) => vec![objection.parcel_id],
                    _ => continue,
                };
                for parcel in parcels {
                    assert!(entered[&Key::new(Kind::Parcel, parcel.to_string())] <= day);
                }
            }
        }
    }
}
