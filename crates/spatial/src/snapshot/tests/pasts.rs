//! What is remembered, against what was seen at the end of each day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cadastre::{Day, Key, Kind, Record, Revision, Viewer, edit::Superseded};
use jiff::ToSpan as _;
use proptest::prelude::*;

use super::{
    fixture::{Spec, day, end, layers, record, spec},
    oracle::Model,
    units::{build, building, offer, put, vacancy},
};
use crate::{
    Found, Snapshot,
    snapshot::{Days, PastBuilder},
};

const FIRST: Day = Day::constant(2026, 3, 1);

/// Ids of what the public sees, a letter for the kind before each.
type Sight = BTreeSet<String>;

fn sight(snapshot: &Snapshot) -> Sight {
    let sites = snapshot.query("sites", &crate::Query::default(), &Viewer::ANONYMOUS).unwrap().returned;
    let sites = sites.iter().map(|shown| format!("s{}", shown.view().id()));
    let vacant = snapshot.vacant_buildings(&Viewer::ANONYMOUS);
    sites.chain(vacant.iter().map(|shown| format!("b{}", shown.view().id()))).collect()
}

/// Spans by id, as text.
fn remembered(snapshot: &Snapshot) -> BTreeMap<String, Vec<cadastre::publication::Span>> {
    let sites = snapshot.remembered_sites().into_iter().map(|one| (format!("s{}", one.shown.view().id()), one.spans));
    let buildings = snapshot.remembered_buildings().into_iter();
    sites.chain(buildings.map(|one| (format!("b{}", one.shown.view().id()), one.spans))).collect()
}

/// A store that grows day by day, with its history.
struct World {
    model: Model,
    revision: u64,
    today: Day,
    starts: Vec<(Revision, Day)>,
    history: Vec<Superseded>,
    /// Since when a record has been there without a break.
    there_since: HashMap<Key, Day>,
    seen: BTreeMap<Day, Sight>,
}

impl World {
    fn new(buildings: Vec<Record>) -> Self {
        let mut model = Model::default();
        let records = layers().into_iter().chain(buildings);
        let revision = (1..).zip(records).map(|(revision, record)| (model.put(record, revision), revision).1).last();
        let starts = vec![(Revision(1), FIRST)];
        Self {
            model,
            revision: revision.unwrap(),
            today: FIRST,
            starts,
            history: Vec::new(),
            there_since: HashMap::new(),
            seen: BTreeMap::new(),
        }
    }

    fn snapshot(&self) -> Snapshot {
        self.model.build(self.revision, self.today)
    }

    /// Days pass; what is seen at the end of each is noted.
    fn wait(&mut self, days: u8) {
        for _ in 0..days {
            self.seen.insert(self.today, sight(&self.snapshot()));
            self.today += 1.day();
        }
    }

    /// Commits what is about publications, each record once; returns what was applied.
    fn commit(&mut self, edits: &[(Spec, bool)]) -> Vec<cadastre::edit::Applied> {
        self.revision += 1;
        let (revision, mut touched, mut applied) = (self.revision, BTreeSet::new(), Vec::new());
        for (spec, ends) in edits {
            let record = record(spec);
            let key = record.key();
            let is_ours = matches!(key.kind, Kind::Site | Kind::Vacancy | Kind::Announcement | Kind::Objection);
            let before = self.model.records.get(&key).cloned();
            let ends = *ends && end(spec).is_some();
            if !is_ours || !touched.insert(key.clone()) || (ends && before.is_none()) {
                continue;
            }
            match &before {
                Some(before) => self.history.push(Superseded {
                    from: before.revision,
                    until: Revision(revision),
                    record: before.record.clone(),
                }),
                None => drop(self.there_since.insert(key.clone(), self.today)),
            }
            applied.push(if ends { self.model.end(key, revision) } else { self.model.put(record, revision) });
        }
        if self.starts.last().is_some_and(|(_, day)| *day < self.today) {
            self.starts.push((Revision(revision), self.today));
        }
        applied
    }

    /// The snapshot of today with what its history says.
    fn rebuilt(&self) -> Snapshot {
        let rank = |kind: &Kind| u8::from(!matches!(kind, Kind::Announcement | Kind::Objection));
        let mut history = self.history.clone();
        history.sort_by_key(|one| (rank(&one.record.kind()), one.record.key(), one.from));
        let snapshot = self.snapshot();
        let mut builder = PastBuilder::new(&snapshot, Days::from_starts(self.starts.clone()));
        for superseded in history {
            builder.push(superseded);
        }
        builder.finish()
    }
}

#[test]
fn the_memory_of_what_is_remembered_is_counted_with_the_records_it_is_of() {
    let past = |snapshot: &Snapshot| ["sites", "vacancies"].map(|table| snapshot.memory()[table].past);
    let records = vec![offer("s", vec![]).into(), building("b").into(), vacancy("b", None).into()];
    let plain = build(records);
    assert_eq!(past(&plain), [0, 0]);
    let begun = PastBuilder::new(&plain, Days::from_starts(vec![(Revision(1), day(0))])).finish();
    assert_eq!(past(&begun)[1], 0, "what has had one state only takes nothing");
    let edits = [put(offer("s", vec![]), 101), put(vacancy("b", None), 101)];
    let edited = begun.with_day(day(2)).apply(Revision(101), &edits).unwrap();
    let (before, after) = (past(&begun), past(&edited));
    assert!(before.iter().zip(after).all(|(before, after)| *before < after), "{before:?} {after:?}");
    assert_eq!(past(&edited.with_day(day(3)).merged()), after);
}

fn buildings() -> impl Strategy<Value = Vec<Record>> {
    proptest::collection::vec(spec(), 30..60).prop_map(|specs| {
        let all = specs.iter().map(record).filter(|record| record.kind() == Kind::Building);
        all.map(|record| (record.key(), record)).collect::<BTreeMap<_, _>>().into_values().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_remembered_is_what_was_seen_at_the_end_of_each_day(
        buildings in buildings(),
        commits in proptest::collection::vec((0..4u8, proptest::collection::vec((spec(), any::<bool>()), 1..8)), 1..24),
        later in 1..30u8,
    ) {
        let mut world = World::new(buildings);
        let mut followed = world.rebuilt();
        for (days, edits) in &commits {
            world.wait(*days);
            let applied = world.commit(edits);
            followed = followed.with_day(world.today).apply(Revision(world.revision), &applied).unwrap();
        }
        world.wait(later);
        world.wait(1);
        let last = world.seen.keys().last().copied().unwrap();
        followed = followed.with_day(last);
        let rebuilt = world.rebuilt().with_day(last);
        prop_assert_eq!(remembered(&followed), remembered(&rebuilt));
        prop_assert_eq!(followed.recorded_since(), Some(FIRST));

        let mut expected = world.seen[&last].clone();
        let sites = world.model.records.keys().filter(|key| key.kind == Kind::Site).map(|key| key.id.as_str());
        let ended = sites.filter(|id| matches!(followed.item("sites", id, &Viewer::ANONYMOUS), Found::Ended));
        expected.extend(ended.map(|id| format!("s{id}")));
        let remembered = remembered(&followed);
        prop_assert_eq!(remembered.keys().cloned().collect::<Sight>(), expected);
        for (id, spans) in remembered {
            let kind = if id.starts_with('s') { Kind::Site } else { Kind::Vacancy };
            let there_since = world.there_since[&Key::new(kind, &id[1..])];
            for (day, seen) in &world.seen {
                let counts = spans.iter().any(|span| span.contains(*day));
                prop_assert_eq!(counts, *day >= there_since && seen.contains(&id), "{} on {}: {:?}", id, day, spans);
            }
        }
    }
}
