//! Work that takes CPU: not on the threads that serve connections, and never more of it than can wait.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use crate::error::Error;

/// So many pieces of work may wait for each one that runs.
const WAITING_PER_CORE: usize = 64;

type Work = Box<dyn FnOnce() + Send>;

/// Runs work on threads of its own, as many as there are cores; what would wait too long is refused.
///
/// A thread that is done takes what waits next by itself: were it told to by whoever waits, the core would stand still
/// until that one has woken up.
#[derive(Clone, Debug)]
pub(crate) struct Heavy {
    queue: Sender<Work>,
}

impl Heavy {
    /// Starts the threads; they end with the last clone of this.
    pub(crate) fn new() -> io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::with_limits(cores, cores * WAITING_PER_CORE)
    }

    fn with_limits(running: usize, waiting: usize) -> io::Result<Self> {
        let (queue, work) = bounded(waiting);
        for number in 0..running {
            let work: Receiver<Work> = work.clone();
            // A panic is one request's, not the thread's; what was left half done is not looked at again.
            let run = move || {
                for work in work {
                    let _panic = catch_unwind(AssertUnwindSafe(work));
                }
            };
            thread::Builder::new().name(format!("heavy-{number}")).spawn(run)?;
        }
        Ok(Self { queue })
    }

    /// Runs it and waits for it; 503 if too much is waiting already. What nobody waits for any more is not begun; once
    /// begun it runs to its end.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let (done, result) = oneshot::channel();
        let work = Box::new(move || {
            if !done.is_closed() {
                let _nobody_waits = done.send(work());
            }
        });
        if let Err(TrySendError::Full(_)) = self.queue.try_send(work) {
            return Err(Error::Unavailable("the server has too much to do at the moment; please try again"));
        }
        result
            .await
            .map_err(|_dropped| Error::internal(io::Error::other("the work for an answer ended without a result")))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::Heavy;

    /// Work that has begun, and goes on once it is told to.
    fn held(heavy: &Heavy) -> (tokio::task::JoinHandle<bool>, mpsc::Sender<()>, tokio::sync::oneshot::Receiver<()>) {
        let (release, released) = mpsc::channel();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let heavy = heavy.clone();
        let work = move || begun.send(()).is_ok() && released.recv().is_ok();
        (tokio::spawn(async move { heavy.run(work).await.unwrap() }), release, begins)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_would_wait_too_long_is_refused_and_nothing_else() {
        let heavy = Heavy::with_limits(1, 1).unwrap();
        let (running, release, begins) = held(&heavy);
        begins.await.unwrap();
        let waits = heavy.clone();
        let waiting = tokio::spawn(async move { waits.run(|| 2).await });
        while !heavy.queue.is_full() {
            tokio::task::yield_now().await;
        }
        assert_eq!(heavy.run(|| 3).await.unwrap_err().status().as_u16(), 503);
        release.send(()).unwrap();
        assert!(running.await.unwrap());
        assert_eq!(waiting.await.unwrap().unwrap(), 2);
        assert_eq!(heavy.run(|| 4).await.unwrap(), 4);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_is_an_error_of_one_and_not_the_end_of_the_thread() {
        let heavy = Heavy::with_limits(1, 1).unwrap();
        let error = heavy.run(|| assert!(std::hint::black_box(false))).await.unwrap_err();
        assert_eq!(error.status().as_u16(), 500);
        assert_eq!(heavy.run(|| 1).await.unwrap(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_waits_for_is_not_begun() {
        let heavy = Heavy::with_limits(1, 2).unwrap();
        let (running, release, begins) = held(&heavy);
        begins.await.unwrap();
        let (begun, begins) = mpsc::channel();
        let gone = heavy.clone();
        let gone = tokio::spawn(async move { gone.run(move || begun.send(())).await });
        while heavy.queue.is_empty() {
            tokio::task::yield_now().await;
        }
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        release.send(()).unwrap();
        assert!(running.await.unwrap());
        assert_eq!(heavy.run(|| 1).await.unwrap(), 1);
        assert!(begins.recv().is_err());
    }
}
