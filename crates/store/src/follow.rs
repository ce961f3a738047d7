//! Following a store: when it may have changed, and when it is gone.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

use crate::{Store, backend::Backend, geopackage, postgis, session::DatabaseError};

/// How often a file is looked at.
const FILE_POLL: Duration = Duration::from_millis(200);
/// How often a database is asked although it has told nothing.
const DATABASE_POLL: Duration = Duration::from_secs(5);
/// How long it may take to answer.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(5);
/// Wait before the next attempt to reach a lost database: first and longest.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// What a follower is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The head may have moved: read [`Store::changes_since`]. Several moves may be told as one.
    Moved,
    /// The store cannot be reached any more.
    Lost {
        /// When it was last seen.
        since: Instant,
    },
    /// It is there again. [`Event::Moved`] follows.
    Recovered,
}

/// Tells when a store may have changed. Begins with [`Event::Moved`], so that nothing is missed in between.
#[derive(Debug)]
pub struct Watcher {
    events: mpsc::Receiver<Event>,
    task: JoinHandle<()>,
}

impl Watcher {
    /// Waits for the next event; `None` once the store was closed.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Store {
    /// Begins to follow the store: its journal in PostGIS by `LISTEN`, with polling as the safety net; of a
    /// file the counter of changes.
    pub fn watch(&self) -> Watcher {
        let (sender, events) = mpsc::channel(16);
        let teller = Teller { sender, last_seen: Instant::now(), is_lost: false };
        let task = match self.backend() {
            Backend::GeoPackage(pool) => tokio::spawn(follow_file(Arc::clone(pool), teller)),
            Backend::Postgis(pool) => tokio::spawn(follow_database(pool.clone(), teller)),
        };
        Watcher { events, task }
    }
}

/// Nobody listens any more.
struct Unheard;

/// Tells events, each loss and recovery once.
struct Teller {
    sender: mpsc::Sender<Event>,
    last_seen: Instant,
    is_lost: bool,
}

impl Teller {
    async fn tell(&self, event: Event) -> Result<(), Unheard> {
        self.sender.send(event).await.map_err(|_closed| Unheard)
    }

    async fn seen(&mut self) -> Result<(), Unheard> {
        self.last_seen = Instant::now();
        if std::mem::take(&mut self.is_lost) {
            self.tell(Event::Recovered).await?;
        }
        Ok(())
    }

    async fn lost(&mut self) -> Result<(), Unheard> {
        if std::mem::replace(&mut self.is_lost, true) {
            return Ok(());
        }
        self.tell(Event::Lost { since: self.last_seen }).await
    }

    async fn moved(&mut self) -> Result<(), Unheard> {
        self.seen().await?;
        self.tell(Event::Moved).await
    }
}

async fn follow_file(pool: Arc<geopackage::Pool>, mut teller: Teller) {
    let mut last = None;
    loop {
        let found = geopackage::data_version(&pool, last.take()).await;
        let told = match found {
            Ok((watched, true)) => {
                last = Some(watched);
                teller.moved().await
            }
            Ok((watched, false)) => {
                last = Some(watched);
                teller.seen().await
            }
            Err(_gone) => teller.lost().await,
        };
        if told.is_err() {
            return;
        }
        tokio::time::sleep(FILE_POLL).await;
    }
}

async fn follow_database(pool: PgPool, mut teller: Teller) {
    let mut back_off = BACK_OFF.0;
    loop {
        match listen(&pool, &mut teller, &mut back_off).await {
            Err(Stop::Unheard) => return,
            Err(Stop::Lost(error)) => {
                tracing::warn!(%error, "the database does not answer");
                if teller.lost().await.is_err() || pool.is_closed() {
                    return;
                }
            }
            Ok(()) => {}
        }
        tokio::time::sleep(back_off).await;
        back_off = (back_off * 2).min(BACK_OFF.1);
    }
}

enum Stop {
    Unheard,
    Lost(DatabaseError),
}

impl From<Unheard> for Stop {
    fn from(_: Unheard) -> Self {
        Self::Unheard
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Lost(error.into())
    }
}

/// Listens on a connection of its own until that is lost.
async fn listen(pool: &PgPool, teller: &mut Teller, back_off: &mut Duration) -> Result<(), Stop> {
    let mut listener =
        timeout(DATABASE_TIMEOUT, PgListener::connect_with(pool)).await.map_err(|_slow| too_slow())??;
    // A lost connection is answered with `None` at once; connecting again is this function's caller's business.
    listener.eager_reconnect(false);
    listener.listen(postgis::CHANNEL).await?;
    *back_off = BACK_OFF.0;
    teller.moved().await?;
    let mut head = timeout(DATABASE_TIMEOUT, postgis::head(pool)).await.map_err(|_slow| too_slow())??;
    loop {
        match timeout(DATABASE_POLL, listener.try_recv()).await {
            Ok(received) => {
                if received?.is_none() {
                    // What was told meanwhile is lost, perhaps with the database.
                    return Ok(());
                }
                teller.moved().await?;
            }
            Err(_silence) => {
                let found = timeout(DATABASE_TIMEOUT, postgis::head(pool)).await.map_err(|_slow| too_slow())??;
                if found == head {
                    teller.seen().await?;
                } else {
                    teller.moved().await?;
                }
                head = found;
            }
        }
    }
}

fn too_slow() -> Stop {
    Stop::Lost(sqlx::Error::PoolTimedOut.into())
}
