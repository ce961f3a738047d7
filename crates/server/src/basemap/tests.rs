//! Base maps against a publisher on loopback.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
    routing::get,
};
use geo_types::Rect;

use super::{
    grid::Tile,
    proxy::{BaseMapOptions, BaseMaps, Served},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\npicture";
/// Leisnig.
const TILE: Tile = Tile { z: 15, x: 17_560, y: 10_947 };

fn leisnig() -> [Rect; 1] {
    [Rect::new((12.8, 51.1), (13.0, 51.2))]
}

/// What the publisher was asked, and how it answers.
#[derive(Debug, Default)]
struct Publisher {
    asked: AtomicUsize,
    /// Status of its answers; 0: 200.
    status: AtomicUsize,
    headers: std::sync::Mutex<Vec<HeaderMap>>,
}

async fn answer(
    State(publisher): State<Arc<Publisher>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> axum::response::Response {
    publisher.asked.fetch_add(1, Ordering::SeqCst);
    publisher.headers.lock().unwrap().push(headers);
    tokio::time::sleep(Duration::from_millis(50)).await;
    match publisher.status.load(Ordering::SeqCst) {
        0 if path.ends_with("10947.png") => ([(header::CONTENT_TYPE, "image/png")], PNG).into_response(),
        0 => (StatusCode::OK, "<ServiceExceptionReport/>").into_response(),
        status => StatusCode::from_u16(u16::try_from(status).unwrap()).unwrap().into_response(),
    }
}

struct Bench {
    publisher: Arc<Publisher>,
    maps: Arc<BaseMaps>,
    folder: tempfile::TempDir,
    server: tokio::task::JoinHandle<()>,
}

impl Bench {
    async fn start() -> Self {
        let publisher = Arc::new(Publisher::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/{*path}", get(answer)).with_state(Arc::clone(&publisher));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let folder = tempfile::tempdir().unwrap();
        let sources = folder.path().join("sources.json");
        let list = serde_json::json!([{
            "id": "plan", "title": { "de": "Plan", "en": "Plan" }, "credit": "© {year}", "min_zoom": 10, "max_zoom": 18,
            "service": { "kind": "tiles", "url": format!("http://{address}/{{z}}/{{x}}/{{y}}.png") },
        }]);
        std::fs::write(&sources, list.to_string()).unwrap();
        let options =
            BaseMapOptions { cache: folder.path().join("cache"), most_bytes: 1 << 20, sources: Some(sources) };
        let maps = Arc::new(BaseMaps::new(options, "https://town.example").unwrap());
        Self { publisher, maps, folder, server }
    }

    async fn get(&self, tile: Tile) -> Served {
        self.maps.tile(&leisnig(), "plan", tile).await
    }

    fn asked(&self) -> usize {
        self.publisher.asked.load(Ordering::SeqCst)
    }

    /// Makes everything that is kept a year older.
    fn age(&self) {
        let path = self.folder.path().join("cache/plan/15/17560/10947");
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_hours(24 * 365)).unwrap();
    }
}

fn picture() -> Served {
    Served::Picture(PNG.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_asked_for_once_and_then_comes_from_the_disk() {
    let bench = Bench::start().await;
    // Ten visitors at once.
    let visits = (0..10).map(|_| {
        let maps = Arc::clone(&bench.maps);
        tokio::spawn(async move { maps.tile(&leisnig(), "plan", TILE).await })
    });
    for visit in visits.collect::<Vec<_>>() {
        assert_eq!(visit.await.unwrap(), picture());
    }
    assert_eq!(bench.asked(), 1);
    bench.server.abort();
    assert_eq!(bench.get(TILE).await, picture());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_visitor_reaches_the_publisher() {
    let bench = Bench::start().await;
    bench.get(TILE).await;
    let headers = bench.publisher.headers.lock().unwrap().pop().unwrap();
    let mut names: Vec<_> = headers.keys().map(header::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "host", "user-agent"]);
    assert!(headers[header::USER_AGENT].to_str().unwrap().ends_with("(+https://town.example)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_listed_maps_are_served_and_only_around_the_municipalities() {
    let bench = Bench::start().await;
    assert_eq!(bench.maps.tile(&leisnig(), "other", TILE).await, Served::Unknown);
    // Too far out, too near, elsewhere.
    assert_eq!(bench.get(Tile { z: 9, x: 274, y: 171 }).await, Served::Unknown);
    assert_eq!(bench.get(Tile { z: 19, x: TILE.x * 16, y: TILE.y * 16 }).await, Served::Unknown);
    assert_eq!(bench.get(Tile { x: TILE.x + 500, ..TILE }).await, Served::Unknown);
    assert_eq!(bench.maps.tile(&[], "plan", TILE).await, Served::Unknown);
    assert_eq!(bench.asked(), 0);
    assert_eq!(bench.maps.sources(&leisnig()).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_that_fails_is_left_in_peace_and_an_old_picture_is_better_than_none() {
    let bench = Bench::start().await;
    bench.get(TILE).await;
    bench.age();
    bench.publisher.status.store(500, Ordering::SeqCst);
    assert_eq!(bench.get(TILE).await, Served::Old(PNG.into()));
    assert_eq!(bench.asked(), 2);
    assert_eq!(bench.get(TILE).await, Served::Old(PNG.into()));
    assert_eq!(bench.get(Tile { y: TILE.y + 1, ..TILE }).await, Served::Gone);
    assert_eq!(bench.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_that_is_gone_or_answers_nonsense_gives_no_picture() {
    let bench = Bench::start().await;
    // An error of a WMS comes as XML with status 200.
    assert_eq!(bench.get(Tile { y: TILE.y + 1, ..TILE }).await, Served::Gone);
    let bench = Bench::start().await;
    bench.publisher.status.store(302, Ordering::SeqCst);
    assert_eq!(bench.get(TILE).await, Served::Gone);
    let bench = Bench::start().await;
    bench.server.abort();
    let _ended = bench.server.await;
    let maps = Arc::clone(&bench.maps);
    assert_eq!(maps.tile(&leisnig(), "plan", TILE).await, Served::Gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_nothing_is_remembered_too() {
    let bench = Bench::start().await;
    bench.publisher.status.store(404, Ordering::SeqCst);
    assert_eq!(bench.get(TILE).await, Served::Nothing);
    bench.publisher.status.store(0, Ordering::SeqCst);
    assert_eq!(bench.get(TILE).await, Served::Nothing);
    assert_eq!(bench.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_very_much_has_to_wait() {
    let bench = Bench::start().await;
    bench.publisher.status.store(404, Ordering::SeqCst);
    let mut busy = 0;
    let tiles = (0..12).flat_map(|x| (0..14).map(move |y| Tile { z: 18, x: TILE.x * 8 + x, y: TILE.y * 8 + y }));
    let visits: Vec<_> = tiles
        .map(|tile| {
            let maps = Arc::clone(&bench.maps);
            tokio::spawn(async move { maps.tile(&leisnig(), "plan", tile).await })
        })
        .collect();
    for visit in visits {
        busy += usize::from(visit.await.unwrap() == Served::Busy);
    }
    assert!(busy > 0 && bench.asked() >= 120, "{busy} of 168 were busy, {} asked", bench.asked());
}
