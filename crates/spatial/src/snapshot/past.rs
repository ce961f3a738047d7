//! What a snapshot remembers of the past: on which days the public saw its sites and vacant buildings.
//!
//! Kept is a past only of records that had another state before; that of the others follows from the day of their
//! revision. An edit costs a clone of that map, whose values are shared. `docs/decisions/0013` says what may be counted.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use cadastre::{
    Day, ParcelId, Revision,
    publication::{Past, Span, Subject, retrospect},
    record::{Objection, Site, Vacancy},
};

use super::{
    Area, Shown, Snapshot,
    context::{Context, Served, Stamps},
    row::Row,
    segment::Entry,
    table::{Change, Table},
    tables::Changes,
};

/// On which day each revision was committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days(Arc<Vec<(Revision, Day)>>);

impl Days {
    /// From the first revision of each day on which anything was committed, ascending.
    pub fn from_starts(starts: Vec<(Revision, Day)>) -> Self {
        Self(Arc::new(starts))
    }

    /// The day of a revision; `None` of one before the first.
    pub fn of(&self, revision: Revision) -> Option<Day> {
        let after = self.0.partition_point(|(first, _)| *first <= revision);
        after.checked_sub(1).map(|at| self.0[at].1)
    }

    /// The first day on which anything was committed.
    pub fn first(&self) -> Option<Day> {
        self.0.first().map(|(_, day)| *day)
    }

    fn memory(&self) -> usize {
        self.0.capacity() * size_of::<(Revision, Day)>()
    }

    fn continued(&self, next: Revision, day: Day) -> Self {
        if self.0.last().is_some_and(|(_, last)| *last >= day) {
            return self.clone();
        }
        let mut starts = Vec::clone(&self.0);
        starts.push((next, day));
        Self(Arc::new(starts))
    }
}

/// Pasts by the id of the record.
pub(crate) type ById = HashMap<Arc<str>, Arc<Past>>;

/// The pasts of a snapshot's records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pasts {
    pub(crate) days: Days,
    pub(crate) sites: Arc<ById>,
    /// By the id of the building.
    pub(crate) vacancies: Arc<ById>,
}

/// A record that may be counted in figures of the past.
#[derive(Clone, Debug)]
pub struct Remembered<'s> {
    /// What may be counted of it; not to be shown, as it may have ended.
    pub shown: Shown<'s>,
    /// Days on which the public saw it.
    pub spans: Vec<Span>,
}

impl Pasts {
    /// Bytes by table; the days are everybody's, and counted with the sites.
    pub(crate) fn memory(&self) -> [(&'static str, usize); 2] {
        [("sites", self.days.memory() + memory_of(&self.sites)), ("vacancies", memory_of(&self.vacancies))]
    }

    /// The past of a record that is in this table.
    fn of<R: Row>(&self, pasts: &ById, entry: Entry<'_, R>) -> Option<Past> {
        match pasts.get(entry.row.id()) {
            Some(past) => Some(Past::clone(past)),
            None => self.days.of(entry.revision).map(Past::begun),
        }
    }

    /// After changes to a snapshot that were committed on a day.
    pub(crate) fn after(&self, before: &Snapshot, changes: &Changes, day: Day) -> Self {
        let mut after = Self { days: self.days.continued(Revision(before.revision.0 + 1), day), ..self.clone() };
        let sites = touched_sites(before, changes);
        if !sites.is_empty() {
            self.supersede(Arc::make_mut(&mut after.sites), before, &before.tables.sites, &sites, day);
            forget_ended(Arc::make_mut(&mut after.sites), &changes.sites);
        }
        let vacancies: BTreeSet<&str> = changes.vacancies.iter().map(Change::id).collect();
        if !vacancies.is_empty() {
            self.supersede(Arc::make_mut(&mut after.vacancies), before, &before.tables.vacancies, &vacancies, day);
            forget_ended(Arc::make_mut(&mut after.vacancies), &changes.vacancies);
        }
        after
    }

    fn supersede<R: Judged>(
        &self,
        pasts: &mut ById,
        before: &Snapshot,
        table: &Table<R>,
        touched: &BTreeSet<&str>,
        day: Day,
    ) {
        let mut context = Context::new(before);
        for entry in touched.iter().filter_map(|id| table.get(id)) {
            let past = self.of(pasts, entry);
            let Some(((subject, _), mut past)) = entry.row.judged(&mut context).zip(past) else { continue };
            past.supersede(subject, day);
            pasts.insert(entry.row.id().into(), Arc::new(past));
        }
    }
}

/// About how many bytes pasts have, with the two counters of each shared allocation.
fn memory_of(pasts: &ById) -> usize {
    const COUNTERS: usize = 2 * size_of::<usize>();
    let table = pasts.capacity() * size_of::<(Arc<str>, Arc<Past>)>();
    table + pasts.iter().map(|(id, past)| id.len() + past.memory() + 2 * COUNTERS).sum::<usize>()
}

/// A record that ended takes its past with it: what comes later under its id is another one.
fn forget_ended<R: Row>(pasts: &mut ById, changes: &[Change<R>]) {
    for change in changes {
        if let Change::End(id) = change {
            pasts.remove(id.as_str());
        }
    }
}

/// Sites that are written, and those that announcements and objections decide about.
fn touched_sites<'c>(before: &'c Snapshot, changes: &'c Changes) -> BTreeSet<&'c str> {
    let tables = &before.tables;
    let mut touched: BTreeSet<&str> = changes.sites.iter().map(Change::id).collect();
    let objected = |change: &Change<Objection>| -> Vec<ParcelId> {
        let before = tables.objections.get(change.id()).map(|entry| entry.row.parcel_id);
        let after = if let Change::Put(objection, _) = change { Some(objection.parcel_id) } else { None };
        before.into_iter().chain(after).collect()
    };
    for parcel in changes.objections.iter().flat_map(objected) {
        touched.extend(tables.sites.linked(parcel.as_str()).map(|entry| entry.row.site_id.as_str()));
    }
    let announcements: BTreeSet<&str> = changes.announcements.iter().map(Change::id).collect();
    if !announcements.is_empty() {
        let cited = |entry: &Entry<'_, Site>| {
            entry.row.publication.announcement_id.as_deref().is_some_and(|id| announcements.contains(id))
        };
        touched.extend(tables.sites.entries().filter(cited).map(|entry| entry.row.site_id.as_str()));
    }
    touched
}

/// A record whose publication is judged: a site, or the vacancy of a building.
pub(crate) trait Judged: Row {
    /// It, with all that decides about it; `None` of a vacancy whose building is not there.
    fn judged<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)>;
}

impl Judged for Site {
    fn judged<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)> {
        self.subject(context)
    }
}

impl Judged for Vacancy {
    fn judged<'s>(&'s self, context: &mut Context<'s>) -> Option<(Subject<'s>, Stamps)> {
        context.vacancy(self)
    }
}

impl Snapshot {
    /// Which of some records lie in an area, at least in part; none if the area makes no sense.
    pub fn which_within<'s>(&'s self, area: &Area, records: impl Iterator<Item = &'s Shown<'s>>) -> Vec<bool> {
        let region = area.compile(self.crs).ok();
        let is_within = |shown: &Shown<'_>| -> Option<bool> {
            Some(region.as_ref()?.meets(&shown.shape()?, &shown.shape_crs84()?))
        };
        records.map(|shown| is_within(shown).unwrap_or(false)).collect()
    }

    /// The first day that anything was recorded on; `None` if nothing was, or this snapshot knows nothing of the past.
    pub fn recorded_since(&self) -> Option<Day> {
        self.pasts.as_ref()?.days.first()
    }

    /// Sites that may be counted in figures of the past: those that the public sees today, and those that ended by use.
    pub fn remembered_sites(&self) -> Vec<Remembered<'_>> {
        let Some(pasts) = &self.pasts else { return Vec::new() };
        let mut context = Context::new(self);
        let remembered = self.tables.sites.entries().filter_map(|entry| {
            let (subject, stamps) = entry.row.judged(&mut context)?;
            let view = retrospect(subject, self.day)?;
            let spans = pasts.of(&pasts.sites, entry)?.spans(subject, self.day);
            Some(Remembered { shown: Shown::new(self, entry, view, stamps), spans })
        });
        remembered.collect()
    }

    /// Buildings whose vacancy the public sees today.
    pub fn remembered_buildings(&self) -> Vec<Remembered<'_>> {
        let Some(pasts) = &self.pasts else { return Vec::new() };
        let mut context = Context::new(self);
        let remembered = self.tables.vacancies.entries().filter_map(|entry| {
            let building = self.tables.buildings.get(&entry.row.building_id)?;
            let (subject, stamps) = entry.row.judged(&mut context)?;
            let view = retrospect(subject, self.day)?;
            let spans = pasts.of(&pasts.vacancies, entry)?.spans(subject, self.day);
            Some(Remembered { shown: Shown::new(self, building, view, stamps), spans })
        });
        remembered.collect()
    }
}
