//! Sorted answers against a stable sort of the unsorted ones.

use std::cmp::Ordering;

use cadastre::{Revision, Viewer, value::ValueRef};
use proptest::prelude::*;

use super::{
    COLLECTIONS, commit,
    filters::names,
    fixture::{day, spec, viewers},
    paged, texts, world,
};
use crate::{
    Query, Shown, Snapshot,
    snapshot::{QueryError, SortKey},
};

fn compare(a: &ValueRef<'_>, b: &ValueRef<'_>, is_descending: bool) -> Ordering {
    let order = match (a, b) {
        (ValueRef::Null, ValueRef::Null) => return Ordering::Equal,
        (ValueRef::Null, _) => return Ordering::Greater,
        (_, ValueRef::Null) => return Ordering::Less,
        (ValueRef::Text(a), ValueRef::Text(b)) => a.cmp(b),
        (ValueRef::Integer(a), ValueRef::Integer(b)) => a.cmp(b),
        (ValueRef::Real(a), ValueRef::Real(b)) => a.partial_cmp(b).unwrap(),
        (ValueRef::Boolean(a), ValueRef::Boolean(b)) => a.cmp(b),
        (ValueRef::Date(a), ValueRef::Date(b)) => a.cmp(b),
        (ValueRef::Timestamp(a), ValueRef::Timestamp(b)) => a.cmp(b),
        (a, b) => panic!("a column of {a:?} and {b:?}"),
    };
    if is_descending { order.reverse() } else { order }
}

fn by_keys(a: &Shown<'_>, b: &Shown<'_>, sort: &[SortKey]) -> Ordering {
    let by_key =
        |key: &SortKey| compare(&a.view().value(&key.property), &b.view().value(&key.property), key.is_descending);
    sort.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn check(snapshot: &Snapshot, collection: &str, sort: &[SortKey], viewer: &Viewer) {
    let all = Query { limit: usize::MAX, ..Query::default() };
    let Ok(page) = snapshot.query(collection, &all, viewer) else { return };
    let mut expected = page.returned;
    expected.sort_by(|a, b| by_keys(a, b, sort));
    let expected: Vec<_> = expected.iter().map(|shown| shown.view().id()).collect();
    let sorted = Query { sort: sort.to_vec(), ..Query::default() };
    assert_eq!(paged(snapshot, collection, &sorted, viewer), expected, "{collection} {sort:?}");
    texts::check(snapshot, collection, &sorted, viewer);
    let skipped = snapshot.query(collection, &Query { offset: 2, limit: 3, ..sorted }, viewer).unwrap();
    assert_eq!(skipped.matched as usize, expected.len());
    assert!(skipped.returned.iter().map(|shown| shown.view().id()).eq(expected.iter().skip(2).take(3).copied()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn sorted_answers_are_what_a_stable_sort_makes_of_unsorted_ones(
        specs in proptest::collection::vec(spec(), 0..100),
        edits in proptest::collection::vec((spec(), any::<bool>()), 0..12),
        picks in proptest::collection::vec((any::<usize>(), any::<bool>()), 1..4),
        offset in any::<u8>(),
    ) {
        let mut model = world(&specs);
        let snapshot = model.build(1000, day(offset));
        let applied = commit(&mut model, &edits, 1001);
        // Several levels, whose codes are not those of the base.
        let snapshot = snapshot.apply(Revision(1001), &applied).unwrap();
        for collection in COLLECTIONS {
            let all = names(collection).scalars();
            let key = |(pick, is_descending): &(usize, bool)| SortKey {
                property: all[pick % all.len()].to_owned(),
                is_descending: *is_descending,
            };
            let sort: Vec<_> = picks.iter().map(key).collect();
            for viewer in viewers() {
                check(&snapshot, collection, &sort, &viewer);
            }
        }
    }
}

#[test]
fn what_cannot_be_sorted_by_is_refused() {
    let snapshot = world(&[]).build(1, day(0));
    let ask = |property: &str, after: Option<&str>| {
        let sort = vec![SortKey { property: property.to_owned(), is_descending: false }];
        let after = after.map(|cursor| cursor.parse().unwrap());
        snapshot.query("sites", &Query { sort, after, ..Query::default() }, &Viewer::ANONYMOUS).map(|page| page.matched)
    };
    for property in ["colour", "note", "numbers", "geometry"] {
        assert_eq!(ask(property, None), Err(QueryError::NotSortable { property: property.to_owned() }));
    }
    assert_eq!(ask("area_m2", None), Ok(0));
    assert_eq!(ask("area_m2", Some("r5")), Ok(0));
    assert_eq!(ask("area_m2", Some("0000000000000000x")), Err(QueryError::OtherOrder));
    let unsorted = Query { after: Some("r5".parse().unwrap()), ..Query::default() };
    assert_eq!(
        snapshot.query("sites", &unsorted, &Viewer::ANONYMOUS).map(|page| page.matched),
        Err(QueryError::OtherOrder)
    );
}
