//! Starting and stopping.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use spatial::Snapshot;
use store::Store;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    api,
    app::{App, Parts, State},
    basemap::{self, BaseMapError, BaseMapOptions, BaseMaps},
    catalogue, clock, health,
    heavy::Heavy,
    layers::{self, Routes},
    limits::{Filings, LimitOptions, Limits},
    mail::{self, Mail, MailConfigError, MailOptions},
    ogc::{self, AskedFor},
    pages, retention, sync, threads,
};

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Address to listen on; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Address under which visitors reach the server; the listening address if absent.
    pub base_url: Option<String>,
    /// Time without the journal after which what could have been withdrawn is no longer served.
    pub grace: Duration,
    /// Base maps from elsewhere, through this server; none if absent.
    pub base_maps: Option<BaseMapOptions>,
    /// How much a client may ask.
    pub limits: LimitOptions,
    /// Mail to the municipalities; none if absent.
    pub mail: Option<MailOptions>,
}

/// Why the server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store cannot be locked: it is served already.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The store cannot be loaded.
    #[error(transparent)]
    Load(#[from] sync::SyncError),
    /// The address is taken or not allowed.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The base URL is none.
    #[error("--base-url must begin with http:// or https:// and hold no query, got \"{0}\"")]
    BaseUrl(String),
    /// There can be no base maps.
    #[error(transparent)]
    BaseMaps(#[from] BaseMapError),
    /// There can be no mail.
    #[error(transparent)]
    Mail(#[from] MailConfigError),
    /// The connection loop ended.
    #[error("the server stopped: {0}")]
    Io(#[from] std::io::Error),
}

/// Serves until SIGTERM or SIGINT; requests under way are answered first. `ready` is told the address once
/// every request can be answered.
pub async fn serve(store: Store, options: ServeOptions, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    run(store, None, options, ready).await
}

/// As [`serve`], but what is served is not loaded: it was made elsewhere, in the CRS of an empty store. For measurements.
pub async fn serve_snapshot(
    store: Store,
    snapshot: Snapshot,
    options: ServeOptions,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    run(store, Some(snapshot), options, ready).await
}

async fn run(
    store: Store,
    made: Option<Snapshot>,
    options: ServeOptions,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let _lock = store.serve_lock()?;
    let listener = listen(options.listen).await?;
    let address = listener.local_addr()?;
    let base_url = base_url(options.base_url, address)?;
    let maps = options.base_maps.map(|maps| BaseMaps::new(maps, &base_url)).transpose()?.map(Arc::new);
    let mail = options.mail.as_ref().map(Mail::new).transpose()?;
    let state = match made {
        Some(snapshot) => State { epoch: store.epoch().await?.into(), snapshot: Arc::new(snapshot) },
        None => sync::load(&store, clock::today()).await?,
    };
    let filings = Filings::new(options.limits.enquiries_per_client, options.limits.enquiries_in_all);
    let heavy = Heavy::new()?;
    let app = App::new(Parts { store, base_url, state, grace: options.grace, filings, mail, heavy });
    let cancelled = CancellationToken::new();
    let follower = tokio::spawn(sync::follow(app.clone(), cancelled.clone()));
    tokio::spawn(retention::run(app.clone(), cancelled.clone()));
    tokio::spawn(mail::run(app.clone(), cancelled.clone()));
    tokio::spawn(retention::forget_filings(app.clone(), cancelled.clone()));
    // Before anybody knows the server: who starts it may stop it the next moment.
    let stop = stop_signals();
    ready(address);
    tracing::info!(%address, "serving");
    let stopped = cancelled.clone();
    tokio::spawn(async move {
        stop.await;
        tracing::info!("stopping");
        stopped.cancel();
    });
    let limits = Limits::new(options.limits);
    let services = move || {
        // Of each thread its own: who counts references to one thing from several threads makes them wait for each other.
        let front = Arc::new(Front::new(app.clone(), limits.clone(), maps.clone()));
        move |peer| {
            let front = Arc::clone(&front);
            layers::around(move |request| Arc::clone(&front).answer(peer, request))
        }
    };
    threads::serve(listener, services, cancelled).await?;
    if let Err(error) = follower.await {
        tracing::error!(%error, "the follower of the journal ended badly");
    }
    Ok(())
}

/// Where requests come in.
struct Front {
    app: App,
    limits: Limits,
    routes: Routes,
}

impl Front {
    fn new(app: App, limits: Limits, maps: Option<Arc<BaseMaps>>) -> Self {
        let router = Router::new()
            .merge(health::routes())
            .merge(ogc::routes())
            .merge(api::routes())
            .merge(basemap::routes(maps))
            .merge(pages::routes())
            .merge(catalogue::routes());
        Self { routes: Routes::new(router.with_state(app.clone())), app, limits }
    }

    /// Answers what a client may ask; to people, problems are told as pages.
    async fn answer(self: Arc<Self>, peer: SocketAddr, mut request: Request) -> Response {
        let asked = AskedFor::of(&request);
        let response = match self.limits.admit(peer.ip(), &mut request) {
            Ok(()) => self.routes.answer(request).await,
            Err(error) => error.into_response(),
        };
        match asked {
            Some(asked) => ogc::problem_as_page(&self.app, asked, response),
            None => response,
        }
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

fn base_url(given: Option<String>, address: SocketAddr) -> Result<String, ServeError> {
    let Some(url) = given else { return Ok(format!("http://{address}")) };
    let is_fit =
        (url.starts_with("http://") || url.starts_with("https://")) && !url.contains(['?', '#', ' ', '"', '<']);
    if is_fit { Ok(url.trim_end_matches('/').to_owned()) } else { Err(ServeError::BaseUrl(url)) }
}

/// Listens for SIGTERM and SIGINT from now on; what is returned waits for the first of them.
fn stop_signals() -> impl Future<Output = ()> {
    let [terminate, interrupt] = [SignalKind::terminate(), SignalKind::interrupt()].map(|kind| signal(kind).ok());
    let wait = |stream: Option<Signal>| async move {
        match stream {
            Some(mut stream) => drop(stream.recv().await),
            // Without a handler the signal ends the process at once, which is a stop, too.
            None => std::future::pending().await,
        }
    };
    async move {
        tokio::select! {
            () = wait(terminate) => {}
            () = wait(interrupt) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::base_url;

    fn check(given: Option<&str>, expected: Option<&str>) {
        let address = "127.0.0.1:8080".parse().unwrap();
        assert_eq!(base_url(given.map(str::to_owned), address).ok().as_deref(), expected);
    }

    #[test]
    fn links_begin_with_the_base_url() {
        check(None, Some("http://127.0.0.1:8080"));
        check(Some("https://leerstand.example/"), Some("https://leerstand.example"));
        check(Some("leerstand.example"), None);
        check(Some("https://x.example/?a"), None);
    }
}
