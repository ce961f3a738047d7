//! One tile of a base map: from the disk, else from its publisher, each asked for once at a time.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use cadastre::Revision;
use geo_types::Rect;
use spatial::Snapshot;
use tokio::sync::Semaphore;

use super::{
    cache::{Cache, Kept},
    client::{Answer, Client},
    grid::{Tile, touch, with_surroundings},
    limit::Limit,
    source::{Source, SourcesError, read},
};

/// Pictures asked for at the same time.
const AT_A_TIME: usize = 6;
/// On average so many a second, and so many at once: about three views of a map.
const A_SECOND: f64 = 10.0;
const AT_ONCE: f64 = 120.0;
/// A publisher that failed is left in peace for so long.
const PAUSE: Duration = Duration::from_secs(15);
/// The folder is looked through after so many new pictures.
const BETWEEN_SHRINKS: usize = 2000;

/// Where base maps are kept, and which there are.
#[derive(Clone, Debug)]
pub struct BaseMapOptions {
    /// Folder for pictures.
    pub cache: PathBuf,
    /// Bytes that it holds about at most.
    pub most_bytes: u64,
    /// A list of base maps in JSON instead of the one built in.
    pub sources: Option<PathBuf>,
}

/// Why there can be no base maps.
#[derive(Debug, thiserror::Error)]
pub enum BaseMapError {
    /// The folder cannot be used.
    #[error("the folder for base maps {folder} cannot be used: {source}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The list of sources cannot be used.
    #[error("the list of base maps {file} {source}")]
    Sources {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: SourcesError,
    },
}

/// A tile of a base map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Served {
    /// A picture.
    Picture(Bytes),
    /// A picture that should have been asked for again, which failed.
    Old(Bytes),
    /// There is no picture of this place.
    Nothing,
    /// There is no such base map, or not here.
    Unknown,
    /// So much was asked for that this one is not.
    Busy,
    /// The publisher does not answer.
    Gone,
}

/// The base maps of this server.
#[derive(Debug)]
pub(crate) struct BaseMaps {
    sources: Vec<Source>,
    cache: Cache,
    most_bytes: u64,
    client: Client,
    limit: Limit,
    slots: Semaphore,
    /// Publishers that failed, by id, and until when they are left in peace.
    paused: Mutex<HashMap<String, Instant>>,
    /// Tiles that are being asked for.
    running: Mutex<HashMap<(String, Tile), Arc<tokio::sync::Mutex<()>>>>,
    /// Boxes of the municipalities, with the revision they are of.
    places: Mutex<Option<(Revision, Arc<[Rect]>)>>,
    written: AtomicUsize,
}

impl BaseMaps {
    /// `contact` is an address under which the operator of this server is found.
    pub(crate) fn new(options: BaseMapOptions, contact: &str) -> Result<Self, BaseMapError> {
        let file = options.sources.clone().unwrap_or_default();
        let sources = read(options.sources.as_deref()).map_err(|source| BaseMapError::Sources { file, source })?;
        let folder = options.cache.clone();
        let cache = Cache::new(options.cache).map_err(|source| BaseMapError::Folder { folder, source })?;
        Ok(Self {
            sources,
            cache,
            most_bytes: options.most_bytes,
            client: Client::new(contact),
            limit: Limit::new(A_SECOND, AT_ONCE, Instant::now()),
            slots: Semaphore::new(AT_A_TIME),
            paused: Mutex::default(),
            running: Mutex::default(),
            places: Mutex::default(),
            written: AtomicUsize::new(0),
        })
    }

    /// The base maps that show something of these places.
    pub(crate) fn sources(&self, places: &[Rect]) -> Vec<&Source> {
        self.sources.iter().filter(|source| places.iter().any(|place| source.covers(*place))).collect()
    }

    /// A tile, from wherever it is; none but where these places lie.
    pub(crate) async fn tile(self: &Arc<Self>, places: &[Rect], id: &str, tile: Tile) -> Served {
        let there = tile.degrees();
        let source = self.sources.iter().find(|source| source.id == id && source.has(tile));
        let Some(source) = source.filter(|_| places.iter().any(|place| touch(*place, there))) else {
            return Served::Unknown;
        };
        if let Some(Kept { bytes, is_fresh: true }) = self.kept(id, tile).await {
            return picture(bytes);
        }
        let turn = self.turn(id, tile);
        let served = {
            let _one_at_a_time = turn.lock().await;
            // Somebody else may have asked meanwhile.
            match self.kept(id, tile).await {
                Some(Kept { bytes, is_fresh: true }) => picture(bytes),
                old => self.fetch(source, tile).await.or_old(old),
            }
        };
        drop(turn);
        self.forget_turns();
        served
    }

    async fn kept(&self, id: &str, tile: Tile) -> Option<Kept> {
        let (cache, id) = (self.cache.clone(), id.to_owned());
        tokio::task::spawn_blocking(move || cache.get(&id, tile, SystemTime::now())).await.ok().flatten()
    }

    async fn fetch(self: &Arc<Self>, source: &Source, tile: Tile) -> Served {
        if self.is_paused(&source.id) {
            return Served::Gone;
        }
        if !self.limit.take(Instant::now()) {
            return Served::Busy;
        }
        let Ok(_slot) = self.slots.acquire().await else { return Served::Busy };
        let (maps, id, address) = (Arc::clone(self), source.id.clone(), source.address(tile));
        let asked = tokio::task::spawn_blocking(move || maps.ask(&id, tile, &address)).await;
        asked.unwrap_or_else(|error| {
            tracing::error!(%error, "a base map could not be asked for");
            Served::Gone
        })
    }

    /// Asks a publisher and keeps the answer; blocks the thread.
    fn ask(&self, id: &str, tile: Tile, address: &str) -> Served {
        let (bytes, holds) = match self.client.get(address) {
            Ok(Answer::Picture(bytes, holds)) => (bytes, holds),
            Ok(Answer::Nothing) => (Bytes::new(), None),
            Err(error) => {
                tracing::warn!(id, %error, "a base map does not answer");
                self.paused
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(id.to_owned(), Instant::now() + PAUSE);
                return Served::Gone;
            }
        };
        if let Err(error) = self.cache.put(id, tile, &bytes, holds, SystemTime::now()) {
            tracing::warn!(%error, "a base map cannot be kept");
        }
        if self.written.fetch_add(1, Ordering::Relaxed) % BETWEEN_SHRINKS == BETWEEN_SHRINKS - 1
            && let Err(error) = self.cache.shrink(self.most_bytes)
        {
            tracing::warn!(%error, "the folder of base maps cannot be looked through");
        }
        picture(bytes)
    }

    fn is_paused(&self, id: &str) -> bool {
        let paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.get(id).is_some_and(|until| Instant::now() < *until)
    }

    fn turn(&self, id: &str, tile: Tile) -> Arc<tokio::sync::Mutex<()>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(running.entry((id.to_owned(), tile)).or_default())
    }

    /// Drops the turns that nobody waits for.
    fn forget_turns(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|_, turn| Arc::strong_count(turn) > 1);
    }

    /// Boxes of the municipalities with their surroundings, if they have been looked up in this revision.
    pub(crate) fn known_places(&self, snapshot: &Snapshot) -> Option<Arc<[Rect]>> {
        let known = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let (revision, places) = known.as_ref()?;
        (*revision == snapshot.revision()).then(|| Arc::clone(places))
    }

    /// Looks them up, which takes CPU.
    pub(crate) fn places(&self, snapshot: &Snapshot) -> Arc<[Rect]> {
        let bounds = snapshot.municipalities().into_iter().filter_map(|town| extent(snapshot, town.ags));
        let places: Arc<[Rect]> = bounds.map(with_surroundings).collect();
        let mut known = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((snapshot.revision(), Arc::clone(&places)));
        places
    }
}

/// The box around a municipality, as its pages have it.
fn extent(snapshot: &Snapshot, ags: cadastre::Ags) -> Option<Rect> {
    let extent = crate::pages::read::town(snapshot, ags)?.extent?;
    let [west, south, east, north] = <[f64; 4]>::from(extent);
    Some(Rect::new((west, south), (east, north)))
}

fn picture(bytes: Bytes) -> Served {
    if bytes.is_empty() { Served::Nothing } else { Served::Picture(bytes) }
}

impl Served {
    /// An old picture is better than none.
    fn or_old(self, old: Option<Kept>) -> Self {
        match (self, old) {
            (Self::Busy | Self::Gone, Some(old)) if !old.bytes.is_empty() => Self::Old(old.bytes),
            (served, _) => served,
        }
    }
}
