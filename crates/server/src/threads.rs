//! Connections on threads of their own, one a core.
//!
//! A connection stays with the thread that it is given to: no request wakes another thread, as it does where threads take
//! work from each other (docs/performance.md says what that cost). What takes long is done elsewhere ([`crate::heavy`]).

use std::{
    convert::Infallible,
    future::{pending, ready},
    io, net, thread,
    time::Duration,
};

use axum::{
    extract::Request,
    response::Response,
    serve::{IncomingStream, Listener},
};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime,
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;
use tower::{Service, service_fn};

/// Connections that a thread was given and has not taken up yet.
const WAITING: usize = 256;

/// An accepted connection on its way to its thread: of no runtime yet.
type Accepted = (net::TcpStream, net::SocketAddr);

/// The connections that a thread is given.
pub(crate) struct Given {
    connections: mpsc::Receiver<Accepted>,
    address: net::SocketAddr,
}

impl Listener for Given {
    type Io = TcpStream;
    type Addr = net::SocketAddr;

    async fn accept(&mut self) -> (TcpStream, net::SocketAddr) {
        while let Some((connection, peer)) = self.connections.recv().await {
            match TcpStream::from_std(connection) {
                Ok(connection) => return (connection, peer),
                Err(error) => tracing::warn!(%error, "a connection could not be taken up"),
            }
        }
        // No more will come; the server is about to stop.
        pending().await
    }

    fn local_addr(&self) -> io::Result<net::SocketAddr> {
        Ok(self.address)
    }
}

/// Serves until it is cancelled; requests under way are answered first. `services` makes for each thread what makes for
/// each address at the other end of a connection what answers its requests.
pub(crate) async fn serve<S, OfPeer>(
    listener: TcpListener,
    services: impl Fn() -> OfPeer,
    cancelled: CancellationToken,
) -> io::Result<()>
where
    OfPeer: Fn(net::SocketAddr) -> S + Send + 'static,
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let address = listener.local_addr()?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (mut senders, mut threads) = (Vec::with_capacity(cores), Vec::with_capacity(cores));
    for number in 0..cores {
        let (sender, connections) = mpsc::channel(WAITING);
        let given = Given { connections, address };
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (service, cancelled) = (services(), cancelled.clone());
        let work = move || runtime.block_on(serve_given(given, service, cancelled));
        threads.push(thread::Builder::new().name(format!("serve-{number}")).spawn(work)?);
        senders.push(sender);
    }
    tokio::select! {
        () = hand_out(&listener, &senders) => {}
        () = cancelled.cancelled() => {}
    }
    // From now on nobody can connect; threads end, whoever began it.
    drop(listener);
    cancelled.cancel();
    let ended = tokio::task::spawn_blocking(|| threads.into_iter().try_for_each(joined)).await;
    ended.map_err(io::Error::other)?
}

async fn serve_given<S>(
    given: Given,
    service: impl Fn(net::SocketAddr) -> S + Send + 'static,
    cancelled: CancellationToken,
) -> io::Result<()>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let of_stream = move |stream: IncomingStream<'_, Given>| ready(Ok::<_, Infallible>(service(*stream.remote_addr())));
    axum::serve(given, service_fn(of_stream)).with_graceful_shutdown(cancelled.cancelled_owned()).await
}

fn joined(thread: thread::JoinHandle<io::Result<()>>) -> io::Result<()> {
    thread.join().map_err(|_panic| io::Error::other("a thread that serves connections ended badly"))?
}

/// Accepts connections, for one thread after the other.
async fn hand_out(listener: &TcpListener, threads: &[mpsc::Sender<Accepted>]) {
    let mut turn = threads.iter().cycle();
    loop {
        let accepted = match accept(listener).await {
            Ok(accepted) => accepted,
            // The other end has gone already.
            Err(error) if is_of_connection(&error) => continue,
            Err(error) => {
                // Most likely too many open files: it passes as connections are closed.
                tracing::error!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let Some(thread) = turn.next() else { return };
        if thread.send(accepted).await.is_err() {
            return;
        }
    }
}

async fn accept(listener: &TcpListener) -> io::Result<Accepted> {
    let (connection, peer) = listener.accept().await?;
    // Small answers leave at once.
    if let Err(error) = connection.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps Nagle's algorithm");
    }
    Ok((connection.into_std()?, peer))
}

fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use axum::{extract::Request, response::IntoResponse as _};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
    };
    use tokio_util::sync::CancellationToken;

    use tower::service_fn;

    use super::serve;

    async fn ask(connection: &mut TcpStream) -> String {
        connection.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn every_thread_answers_and_the_stop_waits_for_requests_under_way() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
        let go_on = CancellationToken::new();
        let waits = go_on.clone();
        let services = move || {
            let (begun, waits) = (begun.clone(), waits.clone());
            move |peer: std::net::SocketAddr| {
                let (begun, waits) = (begun.clone(), waits.clone());
                service_fn(move |_request: Request| {
                    let (begun, waits) = (begun.clone(), waits.clone());
                    async move {
                        begun.send(()).unwrap();
                        waits.cancelled().await;
                        Ok(peer.to_string().into_response())
                    }
                })
            }
        };
        let cancelled = CancellationToken::new();
        let server = tokio::spawn(serve(listener, services, cancelled.clone()));
        // More than there are threads: each is asked.
        let asked = 2 * std::thread::available_parallelism().unwrap().get();
        let mut requests = Vec::new();
        for _ in 0..asked {
            let mut connection = TcpStream::connect(address).await.unwrap();
            let own = connection.local_addr().unwrap().to_string();
            requests.push((own, tokio::spawn(async move { ask(&mut connection).await })));
            begins.recv().await.unwrap();
        }
        cancelled.cancel();
        go_on.cancel();
        for (own, answer) in requests {
            assert!(answer.await.unwrap().ends_with(&own));
        }
        server.await.unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
