//! What must not be kept any longer is erased: at the start, and each night from then on.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::{app::App, clock, limits};

/// After a failure, such as a database that is out of reach.
const RETRY: Duration = Duration::from_mins(10);

/// Erases enquiries past their last day until it is cancelled. Of several servers any may be the one that does.
pub(crate) async fn run(app: App, cancelled: CancellationToken) {
    loop {
        let wait = match app.store().erase_due_enquiries(clock::today()).await {
            Ok(erased) => {
                if erased > 0 {
                    tracing::info!(erased, "enquiries past their last day were erased");
                }
                clock::until_midnight(jiff::Timestamp::now())
            }
            Err(error) => {
                tracing::warn!(%error, "enquiries past their last day cannot be erased yet");
                RETRY
            }
        };
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Forgets who sent enquiries once that is of no use any more, until it is cancelled.
pub(crate) async fn forget_filings(app: App, cancelled: CancellationToken) {
    let mut every = tokio::time::interval(limits::WINDOW / 10);
    loop {
        tokio::select! {
            () = cancelled.cancelled() => return,
            _ = every.tick() => app.filings().forget(Instant::now()),
        }
    }
}
