//! Work that takes CPU: not on the threads that serve connections, and never more of it than can wait.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::Error;

/// So many pieces of work may wait for each one that runs.
const WAITING_PER_CORE: usize = 64;

/// Runs work on threads of its own, as many at once as there are cores; what would wait too long is refused.
#[derive(Clone, Debug)]
pub(crate) struct Heavy {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Heavy {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with_limits(cores, cores * WAITING_PER_CORE)
    }

    fn with_limits(running: usize, waiting: usize) -> Self {
        Self { running: Arc::new(Semaphore::new(running)), waiting: Arc::new(Semaphore::new(running + waiting)) }
    }

    /// Runs it and waits for it; 503 if too much is waiting already. Once begun it runs to its end, and keeps its place
    /// until then, whether or not somebody still waits for the answer.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let busy = Error::Unavailable("the server has too much to do at the moment; please try again");
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else { return Err(busy) };
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(Error::internal)?;
        let work = move || {
            let result = work();
            drop((turn, place));
            result
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::Heavy;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_would_wait_too_long_is_refused_and_nothing_else() {
        let heavy = Heavy::with_limits(1, 1);
        let (release, released) = std::sync::mpsc::channel::<()>();
        let busy = heavy.clone();
        let running = tokio::spawn(async move { busy.run(move || released.recv().is_ok()).await });
        while heavy.running.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let waits = heavy.clone();
        let waiting = tokio::spawn(async move { waits.run(|| 2).await });
        while heavy.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(heavy.run(|| 3).await.unwrap_err().status().as_u16(), 503);
        release.send(()).unwrap();
        assert!(running.await.unwrap().unwrap());
        assert_eq!(waiting.await.unwrap().unwrap(), 2);
        assert_eq!(heavy.run(|| 4).await.unwrap(), 4);
    }
}
