//! Random sequences of edits against a model that keeps every state whole.

use std::collections::BTreeMap;

use cadastre::{
    ColumnKind, Edit, Key, Kind, Record, Revision, Value, Versioned,
    edit::{Applied, Change, Expected},
    record::{Feature, Layer},
};
use proptest::{prelude::*, test_runner::TestRunner};
use store::{At, Store};

use crate::{
    edits::{by, state},
    place::Place,
    records::{feature, full, layer, parcel, sparse},
};

type State = BTreeMap<Key, Versioned>;

/// One random edit, before it is known what is there.
#[derive(Clone, Debug)]
enum Step {
    Parcel { number: u32, state: u32 },
    Typed { index: usize, is_full: bool },
    Layer { which: usize, shape: usize },
    Feature { which: usize, id: u32, state: i64 },
    End { index: usize },
}

const LAYERS: [&str; 2] = ["zones", "zones_history"];

fn shape(which: usize, shape: usize) -> Layer {
    let columns: &[(&str, ColumnKind)] = match shape {
        0 => &[("name", ColumnKind::Text), ("height", ColumnKind::Integer)],
        1 => &[("height", ColumnKind::Integer), ("Name", ColumnKind::Text), ("name", ColumnKind::Text)],
        _ => &[("height", ColumnKind::Text)],
    };
    layer(LAYERS[which], columns)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0u32..5, 0u32..3).prop_map(|(number, state)| Step::Parcel { number, state }),
        2 => (0usize..12, any::<bool>()).prop_map(|(index, is_full)| Step::Typed { index, is_full }),
        1 => (0usize..2, 0usize..3).prop_map(|(which, shape)| Step::Layer { which, shape }),
        4 => (0usize..2, 0u32..4, 0i64..3).prop_map(|(which, id, state)| Step::Feature { which, id, state }),
        3 => any::<prop::sample::Index>().prop_map(|index| Step::End { index: index.index(1000) }),
    ]
}

/// What the store should be after each revision.
struct Model {
    states: Vec<State>,
}

impl Model {
    fn head(&self) -> &State {
        self.states.last().unwrap()
    }

    /// Turns steps into edits that make sense now, one a record, and applies them.
    fn apply(&mut self, steps: &[Step]) -> (Vec<Edit>, bool) {
        let before = self.head().clone();
        let revision = Revision(self.states.len() as u64);
        let mut now = before.clone();
        let mut edits: BTreeMap<Key, Edit> = BTreeMap::new();
        for step in steps {
            let Some(edit) = edit(step, &before, &now) else { continue };
            if edits.contains_key(&edit.key()) || contradicts(&edit, &edits) {
                continue;
            }
            match &edit.change {
                Change::Put(record) => put(&mut now, record, revision),
                Change::End(key) => end(&mut now, key),
            }
            edits.insert(edit.key(), edit);
        }
        let is_change = now != before;
        if is_change {
            self.states.push(now);
        }
        // A layer comes before its features.
        let mut edits: Vec<Edit> = edits.into_values().collect();
        edits.sort_by_key(|edit| edit.key().kind);
        (edits, is_change)
    }

    fn changes_since(&self, since: Revision) -> Vec<Applied> {
        let then = &self.states[since.0 as usize];
        let written = self.head().values().filter(|versioned| versioned.revision > since);
        let mut applied: Vec<Applied> = written.map(|versioned| Applied::Put(Box::new(versioned.clone()))).collect();
        for key in then.keys().filter(|key| !self.head().contains_key(key)) {
            let last = self.states.iter().rposition(|state| state.contains_key(key)).unwrap();
            applied.push(Applied::Ended { key: key.clone(), revision: Revision(last as u64 + 1) });
        }
        applied
    }
}

/// A layer and its features do not change in one edit but by a step that says so.
fn contradicts(edit: &Edit, edits: &BTreeMap<Key, Edit>) -> bool {
    match edit.key().kind {
        Kind::Feature(layer) => edits.contains_key(&Key::new(Kind::Layer, &*layer)),
        Kind::Layer => edits.keys().any(|key| key.kind == Kind::Feature(edit.key().id.as_str().into())),
        _ => false,
    }
}

fn edit(step: &Step, before: &State, now: &State) -> Option<Edit> {
    let record: Record = match *step {
        Step::Parcel { number, state } => parcel(number, state).into(),
        Step::Typed { index, is_full } => (if is_full { full() } else { sparse() }).swap_remove(index),
        Step::Layer { which, shape: number } => shape(which, number).into(),
        Step::Feature { which, id, state } => {
            let Record::Layer(layer) = &now.get(&Key::new(Kind::Layer, LAYERS[which]))?.record else { return None };
            feature(LAYERS[which], id, layer.columns.iter().map(|column| value(column.kind, state)).collect()).into()
        }
        Step::End { index } => {
            let (key, found) = before.iter().nth(index % before.len().max(1))?;
            return now.get(key).is_some_and(|now| now == found).then(|| Edit::end(key.clone(), found.revision));
        }
    };
    let expected = match before.get(&record.key()) {
        None => Expected::Absent,
        Some(found) if found.revision.0 % 2 == 0 => Expected::At(found.revision),
        Some(_) => Expected::Any,
    };
    Some(Edit { expected, change: Change::Put(Box::new(record)) })
}

fn value(kind: ColumnKind, state: i64) -> Value {
    match (kind, state) {
        (_, 0) => Value::Null,
        (ColumnKind::Integer, n) => Value::Integer(n),
        (_, n) => Value::text(n.to_string()),
    }
}

fn put(state: &mut State, record: &Record, revision: Revision) {
    let key = record.key();
    let found = state.get(&key).map(|found| found.record.clone());
    if found.as_ref() == Some(record) {
        return;
    }
    if let (Record::Layer(new), Some(Record::Layer(old))) = (record, &found)
        && new.columns != old.columns
    {
        reshape(state, old, new, revision);
    }
    state.insert(key, Versioned { revision, record: record.clone() });
}

/// Features keep what they hold in columns of the same name and kind.
fn reshape(state: &mut State, old: &Layer, new: &Layer, revision: Revision) {
    for versioned in state.values_mut() {
        let Record::Feature(feature) = &mut versioned.record else { continue };
        if *feature.layer != *new.name {
            continue;
        }
        let values = new.columns.iter().map(|column| {
            let at = old.columns.iter().position(|known| known == column);
            at.map_or(Value::Null, |at| feature.values[at].clone())
        });
        *feature = Feature { values: values.collect(), ..feature.clone() };
        versioned.revision = revision;
    }
}

fn end(state: &mut State, key: &Key) {
    state.remove(key);
    if key.kind == Kind::Layer {
        state.retain(|other, _| other.kind != Kind::Feature(key.id.as_str().into()));
    }
}

fn sorted(mut applied: Vec<Applied>) -> Vec<Applied> {
    applied.sort_by_key(|applied| match applied {
        Applied::Put(versioned) => (versioned.record.key(), versioned.revision),
        Applied::Ended { key, revision } => (key.clone(), *revision),
    });
    applied
}

async fn check_history(store: &Store, commits: &[Vec<Step>]) {
    let mut model = Model { states: vec![State::new()] };
    for steps in commits {
        let (edits, is_change) = model.apply(steps);
        let expected = is_change.then(|| Revision(model.states.len() as u64 - 1));
        let outcome = store.commit(edits.clone(), by()).await.unwrap_or_else(|error| panic!("{error}: {edits:#?}"));
        assert_eq!(outcome.revision, expected, "{edits:#?}");
    }
    for (revision, expected) in model.states.iter().enumerate() {
        let revision = Revision(revision as u64);
        assert_eq!(&state(store, At::Revision(revision)).await, expected, "state at {revision}");
        let changes = store.changes_since(revision).await.unwrap();
        assert_eq!(sorted(changes.applied), sorted(model.changes_since(revision)), "changes since {revision}");
    }
    assert_eq!(&state(store, At::Current).await, model.head());
    let findings = store.check(&|_| Vec::new()).await.unwrap();
    assert_eq!(findings.into_iter().filter(store::Finding::is_error).collect::<Vec<_>>(), []);
}

fn check_random_histories(cases: u32, place: impl AsyncFn() -> Place) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let commits = prop::collection::vec(prop::collection::vec(step(), 1..8), 1..10);
    let config =
        ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() };
    let result = TestRunner::new(config).run(&commits, |commits| {
        runtime.block_on(async {
            let place = place().await;
            let store = place.create().await;
            check_history(&store, &commits).await;
            store.close().await;
        });
        Ok(())
    });
    result.unwrap();
}

#[test]
fn every_state_of_a_geopackage_is_that_of_the_model() {
    check_random_histories(48, async || Place::geopackage());
}

#[test]
fn every_state_of_a_database_is_that_of_the_model() {
    check_random_histories(24, Place::postgis);
}
