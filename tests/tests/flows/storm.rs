//! A storm of edits with the server killed in the middle: nothing acknowledged is lost, nothing is half done.

use std::{
    collections::BTreeMap,
    sync::{
        RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tests::{
    Answer, Client, TestStore, both_stores,
    client::{SITES, site},
    sample::{self, HAMBURG_AGS},
    server::eventually,
};

both_stores!(no_acknowledged_edit_is_lost_and_none_is_half_applied);

const EDITS: usize = 1_000;
const WRITERS: usize = 4;
/// The server is killed each time so many edits have been acknowledged.
const KILLS_AT: [usize; 2] = [300, 650];

/// What a writer knows of one of its sites: its id once acknowledged, and the states it may be in.
/// A state is the number it carries in every field; `None`: ended, or never made.
#[derive(Debug)]
struct Known {
    id: Option<String>,
    etag: String,
    may_be: Vec<Option<u64>>,
}

impl Known {
    /// Whether it is known to be there, in a known state.
    fn is_there(&self) -> bool {
        self.id.is_some() && matches!(self.may_be[..], [Some(_)])
    }
}

struct Storm {
    url: RwLock<String>,
    acknowledged: AtomicUsize,
}

impl Storm {
    /// Sends until the server answers; `None` if the connection was lost on the way, so that nobody knows.
    fn send(&self, client: &Client, method: &str, path: &str, etag: &str, body: &str) -> Option<Answer> {
        let url = self.url.read().unwrap().clone();
        let mut headers = vec![("Content-Type", "application/geo+json")];
        if !etag.is_empty() {
            headers.push(("If-Match", etag));
        }
        if let Ok(answer) = client.at(&url).try_send(method, path, &headers, body) {
            return Some(answer);
        }
        eventually("the server is back", Duration::from_mins(1), || (*self.url.read().unwrap() != url).then_some(()));
        None
    }

    fn acknowledge(&self) {
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
}

/// A site that carries a number in several fields, so that half an edit would show.
fn numbered(name: &str, number: u64) -> Value {
    let properties = json!({
        "name": name, "note": format!("note {number}"), "area_m2": number, "price_eur": number * 10,
        "dwellings_min": number, "dwellings_max": number,
    });
    site(HAMBURG_AGS, [8.49 + number as f64 * 1e-6, 53.92], &properties)
}

/// The number a site carries, the same in every field.
fn number_of(feature: &Value) -> u64 {
    let properties = &feature["properties"];
    let number = properties["area_m2"].as_f64().unwrap() as u64;
    assert_eq!(properties["note"], format!("note {number}"), "{feature}");
    assert_eq!(properties["price_eur"].as_f64(), Some(number as f64 * 10.0), "{feature}");
    assert_eq!(properties["dwellings_min"], number, "{feature}");
    assert_eq!(properties["dwellings_max"], number, "{feature}");
    let lon = feature["geometry"]["coordinates"][0].as_f64().unwrap();
    assert!((lon - 8.49 - number as f64 * 1e-6).abs() < 1e-7, "{feature}");
    number
}

/// Two of five turns make a site, two change the newest, one ends the oldest.
fn write(storm: &Storm, client: &Client, writer: usize) -> BTreeMap<String, Known> {
    let mut sites: BTreeMap<String, Known> = BTreeMap::new();
    for turn in 0..EDITS / WRITERS {
        let number = turn as u64 + 1;
        match turn % 5 {
            2 | 3 if let Some((name, known)) = sites.iter_mut().rev().find(|(_, known)| known.is_there()) => {
                change(storm, client, name, known, number);
            }
            4 if let Some(known) = sites.values_mut().find(|known| known.is_there()) => end(storm, client, known),
            _ => {
                let name = format!("storm {writer} {turn:04}");
                let known = create(storm, client, &name, number);
                sites.insert(name, known);
            }
        }
    }
    sites
}

fn create(storm: &Storm, client: &Client, name: &str, number: u64) -> Known {
    match storm.send(client, "POST", SITES, "", &numbered(name, number).to_string()) {
        Some(answer) => {
            let answer = answer.expect(201);
            storm.acknowledge();
            Known { id: Some(answer.created_id()), etag: answer.etag(), may_be: vec![Some(number)] }
        }
        None => Known { id: None, etag: String::new(), may_be: vec![None, Some(number)] },
    }
}

fn change(storm: &Storm, client: &Client, name: &str, known: &mut Known, number: u64) {
    let path = format!("{SITES}/{}", known.id.as_ref().unwrap());
    match storm.send(client, "PUT", &path, &known.etag, &numbered(name, number).to_string()) {
        Some(answer) => {
            known.etag = answer.expect(204).etag();
            known.may_be = vec![Some(number)];
            storm.acknowledge();
        }
        None => known.may_be.push(Some(number)),
    }
}

fn end(storm: &Storm, client: &Client, known: &mut Known) {
    let path = format!("{SITES}/{}", known.id.as_ref().unwrap());
    match storm.send(client, "DELETE", &path, &known.etag, "") {
        Some(answer) => {
            answer.expect(204);
            known.may_be = vec![None];
            storm.acknowledge();
        }
        None => known.may_be.push(None),
    }
}

fn no_acknowledged_edit_is_lost_and_none_is_half_applied(store: &TestStore) {
    store.import_sample(sample::NEUWERK);
    let mut server = store.serve();
    let client = store.client(&server, "planner", "planner", HAMBURG_AGS);
    let storm = Storm { url: RwLock::new(server.url().to_owned()), acknowledged: AtomicUsize::new(0) };

    let sites: BTreeMap<String, Known> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (storm, client) = (&storm, client.clone());
                scope.spawn(move || write(storm, &client, writer))
            })
            .collect();
        for kill_at in KILLS_AT {
            while storm.acknowledged.load(Ordering::Relaxed) < kill_at
                && !writers.iter().all(thread::ScopedJoinHandle::is_finished)
            {
                thread::sleep(Duration::from_millis(1));
            }
            server.kill();
            server = store.serve();
            server.url().clone_into(&mut storm.url.write().unwrap());
        }
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });

    let acknowledged = storm.acknowledged.load(Ordering::Relaxed);
    let unknown = EDITS - acknowledged;
    assert!(unknown <= WRITERS * KILLS_AT.len(), "{unknown} edits got no answer");

    let found: BTreeMap<String, u64> =
        client.at(server.url()).json("/ogc/collections/sites/items?limit=10000")["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|feature| (feature["properties"]["name"].as_str().unwrap().to_owned(), number_of(feature)))
            .collect();
    for (name, known) in &sites {
        let found = found.get(name).copied();
        assert!(known.may_be.contains(&found), "{name} should be one of {:?}, is {found:?}", known.may_be);
    }
    assert!(found.keys().all(|name| sites.contains_key(name)), "a site that nobody made");

    // One revision each, none skipped: the import's, then one for every edit that went through.
    let edits = store.revision() as usize - 1;
    assert!((acknowledged..=EDITS).contains(&edits), "{edits} journal entries for {acknowledged} acknowledged edits");
    assert_eq!(store.count("journal"), store.revision());
    server.stop();
    store.expect_sound();
}
