//! Mail to the municipalities: that an enquiry has come in. Off unless the operator names a mail server.
//!
//! The outbox is in the store ([`Store::take_notice`](store::Store::take_notice)): what could not be sent is sent later,
//! by this process or another, also after a restart.

mod message;

use std::{
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use cadastre::{Ags, settings::EnquiryMail};
use jiff::{SignedDuration, Timestamp};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor, message::Mailbox};
use spatial::Snapshot;
use store::{DueNotice, StoreError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Longest wait before another attempt.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// Longest time that sending may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longest time between two looks into the outbox: another process may have failed to send something.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How mail is sent.
#[derive(Clone, Debug)]
pub struct MailOptions {
    /// `smtps://user:password@host`, `smtp://user:password@host?tls=required`, or `smtp://127.0.0.1`.
    pub smtp: String,
    /// Sender, e.g. `Baulotse <noreply@leisnig.example>`.
    pub from: String,
    /// Wait before the second attempt; it doubles with each, up to an hour.
    pub retry: Duration,
}

/// Why mail cannot be sent as configured.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// The address of the server is none.
    #[error("--smtp is no address of a mail server such as smtps://user:password@host")]
    Url(#[source] lettre::transport::smtp::Error),
    /// Mail would go unencrypted over the network.
    #[error(
        "--smtp must begin with smtps:// or end with ?tls=required; without TLS only a server on this machine is used"
    )]
    NoTls,
    /// The sender is none.
    #[error("--mail-from is no mail address such as \"Baulotse <noreply@example.org>\"")]
    From(#[source] lettre::address::AddressError),
}

/// The way to the mail server, and what has been sent.
pub(crate) struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    retry: Duration,
    wake: Notify,
    counts: Counts,
}

/// What `/metrics` tells, since the start of the process; what waits is that of the store.
#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    failed: AtomicU64,
    waiting: AtomicU64,
}

impl std::fmt::Debug for Mail {
    /// The address of the server holds a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("from", &self.from).field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl Mail {
    pub(crate) fn new(options: &MailOptions) -> Result<Self, MailConfigError> {
        let url: Option<(&str, &str)> = options.smtp.split_once("://");
        let is_encrypted = url.is_some_and(|(scheme, rest)| {
            scheme == "smtps" || rest.split_once('?').is_some_and(|(_, query)| query == "tls=required")
        });
        if !is_encrypted && !url.is_some_and(|(_, rest)| is_local(rest)) {
            return Err(MailConfigError::NoTls);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&options.smtp).map_err(MailConfigError::Url)?;
        Ok(Self {
            transport: builder.timeout(Some(PATIENCE.min(options.retry))).build(),
            from: options.from.parse().map_err(MailConfigError::From)?,
            retry: options.retry,
            wake: Notify::new(),
            counts: Counts::default(),
        })
    }

    /// Something was put into the outbox.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// How many mails were sent, how many attempts failed, and how many wait.
    pub(crate) fn counts(&self) -> [u64; 3] {
        let Counts { sent, failed, waiting } = &self.counts;
        [sent, failed, waiting].map(|count| count.load(Ordering::Relaxed))
    }

    /// Wait after an attempt that was the next after so many. The first is longer than an attempt may take, so that
    /// nobody else takes the notice meanwhile.
    fn wait(&self, attempts: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempts.min(16));
        self.retry.saturating_mul(factor).min(LONGEST_WAIT.max(self.retry))
    }
}

/// Whether the part of an address behind the scheme leads to this machine, by its number or its name.
fn is_local(rest: &str) -> bool {
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether the office of a municipality is told of enquiries by mail.
pub(crate) fn is_told(app: &App, ags: Ags) -> bool {
    app.mail().is_some() && wants_mail(&app.snapshot(), ags)
}

fn wants_mail(snapshot: &Snapshot, ags: Ags) -> bool {
    snapshot.municipality(ags).is_some_and(|town| {
        town.settings.contact_mail.is_some() && town.settings.mail_of_enquiries() != EnquiryMail::Nothing
    })
}

/// Empties the outbox until it is cancelled.
pub(crate) async fn run(app: App, cancelled: CancellationToken) {
    let Some(mail) = app.mail() else { return };
    loop {
        let pause = match empty(&app, mail, &cancelled).await {
            Ok(()) => LONGEST_PAUSE.min(mail.retry),
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                LONGEST_PAUSE
            }
        };
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = mail.wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn empty(app: &App, mail: &Mail, cancelled: &CancellationToken) -> Result<(), StoreError> {
    loop {
        let now = Timestamp::now();
        let (waiting, is_due) = app.store().waiting_notices(now).await?;
        mail.counts.waiting.store(waiting, Ordering::Relaxed);
        if !is_due || cancelled.is_cancelled() {
            return Ok(());
        }
        let wait = |attempts| SignedDuration::try_from(mail.wait(attempts)).unwrap_or(SignedDuration::MAX);
        if let Some(notice) = app.store().take_notice(now, wait).await? {
            send(app, mail, &notice).await?;
        }
    }
}

/// Sends one notice, or says why not; then it is due again later.
async fn send(app: &App, mail: &Mail, DueNotice { filed, attempts }: &DueNotice) -> Result<(), StoreError> {
    let number = filed.number;
    let snapshot = app.snapshot();
    let town = snapshot.municipality(filed.enquiry.topic.ags);
    let written = town.map(|town| message::about(filed, town, &mail.from, app.base_url()));
    let failed = |error: &dyn std::fmt::Display| {
        mail.counts.failed.fetch_add(1, Ordering::Relaxed);
        let wait_s = mail.wait(*attempts).as_secs();
        tracing::warn!(%number, attempt = attempts + 1, wait_s, %error, "the office could not be told of an enquiry");
    };
    match written {
        // Nobody is there to be told any more, or wants to be.
        None | Some(Ok(None)) => return app.store().settle_notice(number).await,
        Some(Err(error)) => failed(&error),
        Some(Ok(Some(message))) => {
            let patience = PATIENCE.min(mail.retry);
            match tokio::time::timeout(patience, mail.transport.send(message)).await {
                Ok(Ok(_accepted)) => {
                    app.store().settle_notice(number).await?;
                    mail.counts.sent.fetch_add(1, Ordering::Relaxed);
                }
                Ok(Err(error)) => failed(&error),
                Err(_elapsed) => failed(&"the mail server takes too long"),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Mail, MailOptions};

    fn mail(smtp: &str, from: &str) -> Result<Mail, String> {
        let options = MailOptions { smtp: smtp.to_owned(), from: from.to_owned(), retry: Duration::from_secs(120) };
        Mail::new(&options).map_err(|error| error.to_string())
    }

    fn check(smtp: &str, from: &str, refused: Option<&str>) {
        let error = mail(smtp, from).err();
        match (&error, refused) {
            (Some(error), Some(part)) => assert!(error.contains(part), "{smtp}: {error}"),
            _ => assert_eq!(error.as_deref(), refused, "{smtp}"),
        }
    }

    const FROM: &str = "Baulotse <noreply@leisnig.example>";

    #[tokio::test]
    async fn mail_goes_encrypted_or_stays_on_the_machine() {
        check("smtps://user:secret@mail.example", FROM, None);
        check("smtp://user:secret@mail.example:587?tls=required", FROM, None);
        check("smtp://127.0.0.1:2525", FROM, None);
        check("smtp://localhost", FROM, None);
        check("smtp://[::1]:25", FROM, None);
        check("smtp://mail.example", FROM, Some("?tls=required"));
        check("smtp://mail.example?tls=opportunistic", FROM, Some("?tls=required"));
        check("smtp://127.0.0.1@mail.example", FROM, Some("?tls=required"));
        check("smtp://127.0.0.1.mail.example", FROM, Some("?tls=required"));
        check("mail.example", FROM, Some("?tls=required"));
        check("http://localhost", FROM, Some("no address of a mail server"));
        check("smtps://mail.example", "nobody", Some("no mail address"));
    }

    #[tokio::test]
    async fn each_attempt_waits_twice_as_long_up_to_an_hour() {
        let mail = mail("smtp://localhost", FROM).unwrap();
        let waits: Vec<u64> = (0..7).map(|attempts| mail.wait(attempts).as_secs()).collect();
        assert_eq!(waits, [120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(mail.wait(u32::MAX).as_secs(), 3600);
        assert!(!format!("{mail:?}").contains("smtp"));
    }
}
