//! `kill -9` during an import leaves the store as it was before.

use std::{
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use tests::{TestStore, binary, both_stores, sample};

both_stores!(an_import_killed_at_any_moment_leaves_the_store_as_before);

/// Moments at which the import is killed, in percent of the time it takes undisturbed.
const MOMENTS: [u32; 9] = [10, 25, 40, 55, 65, 75, 85, 92, 97];

fn an_import_killed_at_any_moment_leaves_the_store_as_before(store: &TestStore) {
    let other = if store.is_file() { TestStore::geopackage() } else { TestStore::postgis() };
    other.import_sample(sample::ERFURT);
    let begun = Instant::now();
    other.import_sample(sample::NEUWERK);
    let undisturbed = begun.elapsed();

    store.import_sample(sample::ERFURT);
    let state = || {
        let tables = ["parcel", "building", "municipality", "district", "parcel_history", "journal"];
        tables.map(|table| store.count(table))
    };
    let before = state();
    let mut killed = 0;
    for percent in MOMENTS {
        let was_running = import_killed_after(store, undisturbed * percent / 100);
        store.expect_sound();
        if !was_running || state() != before {
            // It was faster than this moment, if only by its commit: what it did must be whole, and the next has
            // nothing to do.
            assert_eq!((store.count("parcel"), store.count("building")), (147, 57), "finished before {percent} %");
            break;
        }
        killed += 1;
    }
    assert!(killed >= 1, "no import was killed on its way");
    store.import_sample(sample::NEUWERK);
    assert_eq!((store.count("parcel"), store.count("building")), (147, 57));
    store.expect_sound();
}

/// Starts the import of Neuwerk and kills it; whether it was still on its way.
fn import_killed_after(store: &TestStore, delay: Duration) -> bool {
    let mut import = binary::command()
        .args(["import", &sample::path(sample::NEUWERK), "--store", store.location()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(delay);
    import.kill().unwrap();
    import.wait().unwrap().code().is_none()
}

#[test]
fn an_import_killed_while_it_makes_the_store_can_be_repeated() {
    let undisturbed = {
        let store = TestStore::geopackage();
        let begun = Instant::now();
        store.import_sample(sample::NEUWERK);
        begun.elapsed()
    };
    let mut killed = 0;
    for percent in MOMENTS {
        let store = TestStore::geopackage();
        killed += u32::from(import_killed_after(&store, undisturbed * percent / 100));
        store.import(&sample::path(sample::NEUWERK), &[]).expect_done();
        assert_eq!(store.count("parcel"), 137, "killed at {percent} %");
        store.expect_sound();
    }
    assert!(killed >= 1, "no import was killed on its way");
}
