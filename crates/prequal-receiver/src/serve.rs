//! Listening, and stopping without cutting anybody off.

use crate::{App, Config, Error, router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// Longest that a client may take to send the head of a request, or stay idle between two.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// Longest that a stopping receiver waits for requests under way.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// Most connections at once; more of them wait to be accepted.
const CONNECTIONS: usize = 1024;

/// A running receiver. Dropping it leaves it running; [`Receiver::stop`] ends it.
pub struct Receiver {
    address: SocketAddr,
    app: App,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// Opens the database and starts to answer on `listener`.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn start(listener: TcpListener, config: Config) -> Result<Self, Error> {
        let address = listener.local_addr().map_err(|cause| Error::listen("the given socket", cause))?;
        let app = App::open(config, address).await?;
        let stop = watch::Sender::new(false);
        let task = tokio::spawn(accept(listener, app.clone(), stop.subscribe()));
        Ok(Self { address, app, stop, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is asked to end (SIGINT or SIGTERM), then stops.
    pub async fn stop_when_asked(self) {
        asked_to_end().await;
        tracing::info!("stopping");
        self.stop().await;
    }

    /// Takes no more connections, finishes the requests under way and closes the database.
    pub async fn stop(self) {
        // Open inboxes would keep their connections for ever.
        self.app.stopping.send_replace(true);
        self.stop.send_replace(true);
        if let Err(cause) = self.task.await {
            tracing::error!(%cause, "the server ended badly");
        }
        self.app.store.close().await;
    }
}

/// Serves until the process is asked to end (SIGINT or SIGTERM), then stops gracefully.
///
/// # Errors
/// As [`App::open`].
pub async fn serve(listener: TcpListener, config: Config) -> Result<(), Error> {
    Receiver::start(listener, config).await?.stop_when_asked().await;
    Ok(())
}

async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // No signal can be heard: go on for as long as the process lives.
        std::future::pending::<()>().await;
    }
}

/// Ends when the flag is raised, or nobody can raise it any more.
pub(crate) async fn told(flag: &mut watch::Receiver<bool>) {
    let _raised = flag.wait_for(|raised| *raised).await.is_ok();
}

async fn accept(listener: TcpListener, app: App, mut stop: watch::Receiver<bool>) {
    let service = TowerToHyperService::new(router(app));
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT);
    loop {
        let next = async {
            let place = room.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            (place, accepted) = next => match accepted {
                Ok((stream, _)) => (place, stream),
                Err(cause) => {
                    // Usually out of file descriptors: let some close.
                    tracing::warn!(%cause, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = told(&mut stop) => break,
        };
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service.clone()));
        tokio::spawn(async move {
            if let Err(cause) = connection.await {
                tracing::debug!(%cause, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_LIMIT, open.shutdown()).await.is_err() {
        tracing::warn!("some requests were still under way and were cut off");
    }
}
