//! Pasts from the history of a store: every superseded state of what decides about publications, replayed by days.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use cadastre::{
    Day, ParcelId, Record, Revision,
    edit::Superseded,
    publication::{Facts, Past, Place, Subject},
    record::{Announcement, Building, Objection, Site, Vacancy},
};

use super::{
    Snapshot,
    past::{ById, Days, Pasts},
};

/// A state with the days on whose end it held.
#[derive(Debug)]
struct Dated<T> {
    record: T,
    since: Day,
    /// The first day on which it did not; `None`: it still does.
    until: Option<Day>,
}

/// Replays the history of what a snapshot shows.
///
/// Announcements and objections come before sites; within a kind the states of a record come one after the other,
/// oldest first. Other kinds are of no interest.
#[derive(Debug)]
pub struct PastBuilder<'s> {
    snapshot: &'s Snapshot,
    days: Days,
    announcements: HashMap<String, Vec<Dated<Announcement>>>,
    objections: HashMap<ParcelId, Vec<Dated<Objection>>>,
    sites: HashMap<String, Begun>,
    vacancies: HashMap<String, Begun>,
}

/// A past as far as it has been replayed, and the revision that ended its last state.
#[derive(Debug)]
struct Begun {
    past: Past,
    until: Revision,
}

impl<'s> PastBuilder<'s> {
    /// A builder for the records of a snapshot, whose revisions were committed on these days.
    pub fn new(snapshot: &'s Snapshot, days: Days) -> Self {
        let mut builder = Self {
            snapshot,
            days,
            announcements: HashMap::new(),
            objections: HashMap::new(),
            sites: HashMap::new(),
            vacancies: HashMap::new(),
        };
        for entry in snapshot.tables.announcements.entries() {
            builder.push_announcement(entry.row.clone(), entry.revision, None);
        }
        for entry in snapshot.tables.objections.entries() {
            builder.push_objection(entry.row.clone(), entry.revision, None);
        }
        builder
    }

    /// Adds a superseded state. What ended after the revision of the snapshot is not superseded in it.
    pub fn push(&mut self, Superseded { from, until, record }: Superseded) {
        if until > self.snapshot.revision {
            return;
        }
        match record {
            Record::Announcement(record) => self.push_announcement(record, from, Some(until)),
            Record::Objection(record) => self.push_objection(record, from, Some(until)),
            Record::Site(record) => self.push_site(&record, from, until),
            Record::Vacancy(record) => self.push_vacancy(&record, from, until),
            _ => {}
        }
    }

    fn dated<T>(&self, record: T, from: Revision, until: Option<Revision>) -> Option<Dated<T>> {
        let until = until.and_then(|until| self.days.of(until));
        Some(Dated { record, since: self.days.of(from)?, until })
    }

    fn push_announcement(&mut self, record: Announcement, from: Revision, until: Option<Revision>) {
        let id = record.announcement_id.clone();
        let dated = self.dated(record, from, until);
        self.announcements.entry(id).or_default().extend(dated);
    }

    fn push_objection(&mut self, record: Objection, from: Revision, until: Option<Revision>) {
        let parcel = record.parcel_id;
        let dated = self.dated(record, from, until);
        self.objections.entry(parcel).or_default().extend(dated);
    }

    fn push_site(&mut self, site: &Site, from: Revision, until: Revision) {
        let Some((begin, end)) = self.days.of(from).zip(self.days.of(until)) else { return };
        let mut past = resumed(&mut self.sites, &site.site_id, from, begin);
        self.replay(&mut past, site, Some(end));
        self.sites.insert(site.site_id.clone(), Begun { past, until });
    }

    fn push_vacancy(&mut self, vacancy: &Vacancy, from: Revision, until: Revision) {
        let Some((begin, end)) = self.days.of(from).zip(self.days.of(until)) else { return };
        let Some(building) = self.snapshot.tables.buildings.get(&vacancy.building_id) else { return };
        let mut past = resumed(&mut self.vacancies, &vacancy.building_id, from, begin);
        past.supersede(of_vacancy(building.row, vacancy), end);
        self.vacancies.insert(vacancy.building_id.clone(), Begun { past, until });
    }

    /// Follows one state of a site through what was announced and objected while it held, until `end`, or to the last
    /// such change if it still holds.
    fn replay(&self, past: &mut Past, site: &Site, end: Option<Day>) {
        let mut since = past.since();
        let within = |day: &Day| *day > since && end.is_none_or(|end| *day <= end);
        let turns: BTreeSet<Day> = self.turns(site).filter(within).chain(end).collect();
        for turn in turns {
            let facts = self.facts(site, since);
            past.supersede(Subject::Site(site, Place::default(), &facts), turn);
            since = turn;
        }
    }

    /// Days on which something changed that decides about a site.
    fn turns(&self, site: &Site) -> impl Iterator<Item = Day> {
        let announced = self.announcements_of(site).flat_map(|dated| [Some(dated.since), dated.until]);
        announced.chain(self.objections_of(site).flat_map(|dated| [Some(dated.since), dated.until])).flatten()
    }

    /// Announcements and objections about a site as they stood at the end of a day.
    fn facts(&self, site: &Site, day: Day) -> Facts {
        let mut facts = Facts::default();
        self.announcements_of(site).filter(|dated| dated.holds_on(day)).for_each(|dated| {
            facts.put_announcement(dated.record.clone());
        });
        self.objections_of(site).filter(|dated| dated.holds_on(day)).for_each(|dated| {
            facts.put_objection(dated.record.clone());
        });
        facts
    }

    fn announcements_of(&self, site: &Site) -> impl Iterator<Item = &Dated<Announcement>> {
        let id = site.publication.announcement_id.as_deref();
        id.and_then(|id| self.announcements.get(id)).into_iter().flatten()
    }

    fn objections_of(&self, site: &Site) -> impl Iterator<Item = &Dated<Objection>> {
        site.parcels.iter().filter_map(|parcel| self.objections.get(parcel)).flatten()
    }

    /// The snapshot with the pasts of its records.
    #[must_use]
    pub fn finish(mut self) -> Snapshot {
        let (mut sites, mut vacancies) = (ById::new(), ById::new());
        let mut begun = std::mem::take(&mut self.sites);
        for entry in self.snapshot.tables.sites.entries() {
            let Some(day) = self.days.of(entry.revision) else { continue };
            let mut past = resumed(&mut begun, &entry.row.site_id, entry.revision, day);
            self.replay(&mut past, entry.row, None);
            keep(&mut sites, &entry.row.site_id, past, day);
        }
        let mut begun = std::mem::take(&mut self.vacancies);
        for entry in self.snapshot.tables.vacancies.entries() {
            let Some(day) = self.days.of(entry.revision) else { continue };
            let past = resumed(&mut begun, &entry.row.building_id, entry.revision, day);
            keep(&mut vacancies, &entry.row.building_id, past, day);
        }
        let pasts = Pasts { days: self.days, sites: Arc::new(sites), vacancies: Arc::new(vacancies) };
        self.snapshot.with_pasts(pasts)
    }
}

impl<T> Dated<T> {
    fn holds_on(&self, day: Day) -> bool {
        self.since <= day && self.until.is_none_or(|until| day < until)
    }
}

/// The past so far, if this state took the place of the last one; a record that had ended in between is another one.
fn resumed(begun: &mut HashMap<String, Begun>, id: &str, from: Revision, day: Day) -> Past {
    match begun.remove(id) {
        Some(begun) if begun.until == from => begun.past,
        _ => Past::begun(day),
    }
}

/// Keeps what does not follow from the day of the present revision.
fn keep(pasts: &mut ById, id: &str, past: Past, day: Day) {
    if past != Past::begun(day) {
        pasts.insert(id.into(), Arc::new(past));
    }
}

fn of_vacancy<'a>(building: &'a Building, vacancy: &'a Vacancy) -> Subject<'a> {
    Subject::Building(building, Some(vacancy), Place::default())
}
