//! Layers: real tables with the layer's own columns, whatever they are called.

use cadastre::{ColumnKind, Edit, Key, Kind, Record, Revision, Value, Versioned};
use store::{At, CommitError};

use crate::{
    edits::{by, put, state},
    place::{Place, on_both_stores},
    records::{feature, layer},
};

fn texts(count: usize) -> Vec<Value> {
    (0..count).map(|i| Value::text(format!("value {i}"))).collect()
}

on_both_stores! {
    async fn columns_of_any_name_are_kept(place: Place) {
        let store = place.create().await;
        let long = "ß".repeat(60);
        let names = [
            "fid", "FID", "geom", "revision", "from_revision", "feature_id", "xmin", "oid", "rowid", "id", "ID", "Größe in m²",
            "a\"b", "a'b", "a;b", "$1", "select", "", " ", "x\ny", &long,
        ];
        let columns: Vec<(&str, ColumnKind)> = names.into_iter().map(|name| (name, ColumnKind::Text)).collect();
        let records: Vec<Record> =
            vec![layer("odd", &columns).into(), feature("odd", 1, texts(columns.len())).into()];
        put(&store, records.clone()).await;
        for record in &records {
            assert_eq!(&state(&store, At::Current).await[&record.key()].record, record);
        }
        store.commit(vec![Edit::put(feature("odd", 1, vec![Value::Null; columns.len()]))], by()).await.unwrap();
        assert_eq!(state(&store, At::Revision(Revision(1))).await[&records[1].key()].record, records[1]);
    }

    async fn many_columns_are_kept_and_too_many_refused(place: Place) {
        let store = place.create().await;
        let names: Vec<String> = (0..501).map(|i| format!("column {i}")).collect();
        let columns: Vec<(&str, ColumnKind)> = names.iter().map(|name| (name.as_str(), ColumnKind::Text)).collect();
        let wide = feature("wide", 1, texts(500));
        put(&store, vec![layer("wide", &columns[..500]).into(), wide.clone().into()]).await;
        assert_eq!(put(&store, vec![wide.into()]).await, None);
        let error = store.commit(vec![Edit::put(layer("wider", &columns))], by()).await.unwrap_err();
        assert!(error.to_string().contains("columns: must be at most 500, there are 501"), "{error}");
        let twice = layer("twice", &[("a", ColumnKind::Text), ("a", ColumnKind::Real)]);
        let error = store.commit(vec![Edit::put(twice)], by()).await.unwrap_err();
        assert!(error.to_string().contains("must not have the name \"a\" twice"), "{error}");
    }

    async fn layers_of_confusing_names_stay_apart(place: Place) {
        let store = place.create().await;
        let long = ["l".repeat(63), "l".repeat(62) + "2"];
        let names = ["history", "a", "a_history", "a_revision_idx", "table", &long[0], &long[1]];
        let mut records: Vec<Record> = Vec::new();
        for name in names {
            records.push(layer(name, &[("n", ColumnKind::Text)]).into());
            records.push(feature(name, 1, vec![Value::text(name)]).into());
        }
        put(&store, records.clone()).await;
        let state = state(&store, At::Current).await;
        assert_eq!(state.len(), records.len());
        for record in records {
            assert_eq!(state[&record.key()].record, record);
        }
    }

    async fn other_columns_leave_past_states_as_they_were(place: Place) {
        let store = place.create().await;
        let first = layer("zones", &[("name", ColumnKind::Text), ("depth", ColumnKind::Text)]);
        let then = feature("zones", 1, vec![Value::text("a"), Value::text("2 m")]);
        put(&store, vec![first.into(), then.clone().into()]).await;
        // The kind of one column changes, one is new.
        let second = layer("zones", &[("name", ColumnKind::Text), ("depth", ColumnKind::Real), ("x", ColumnKind::Date)]);
        put(&store, vec![second.into()]).await;
        let key = Key::new(Kind::Feature("zones".into()), "1");
        let now = feature("zones", 1, vec![Value::text("a"), Value::Null, Value::Null]);
        assert_eq!(state(&store, At::Current).await[&key], Versioned { revision: Revision(2), record: now.into() });
        let past = state(&store, At::Revision(Revision(1))).await;
        assert_eq!(past[&key], Versioned { revision: Revision(1), record: then.into() });
    }

    async fn the_features_of_a_layer_end_with_it(place: Place) {
        let store = place.create().await;
        put(&store, vec![layer("zones", &[]).into(), feature("zones", 1, Vec::new()).into()]).await;
        let end = || Edit::end(Key::new(Kind::Layer, "zones"), Revision(1));
        let both = vec![end(), Edit::put(feature("zones", 2, Vec::new()))];
        let error = store.commit(both, by()).await.unwrap_err();
        assert!(matches!(error, CommitError::UnknownLayer { .. }), "{error}");
        store.commit(vec![end()], by()).await.unwrap();
        assert_eq!(state(&store, At::Current).await.len(), 0);
        assert_eq!(state(&store, At::Revision(Revision(1))).await.len(), 2);
        assert_eq!(store.changes_since(Revision(1)).await.unwrap().applied.len(), 2);
        put(&store, vec![layer("zones", &[]).into()]).await;
        assert_eq!(store.count(&Kind::Feature("zones".into())).await.unwrap(), 0);
    }
}
