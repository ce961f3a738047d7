//! `baulotse serve`: a store on the network.

use std::time::Duration;

use server::{BaseMapOptions, MailOptions, ServeOptions, serve};
use store::{Location, OpenOptions, Store};
use tracing_subscriber::{EnvFilter, prelude::*};

use crate::{
    cli::{BaseMapArgs, LogFormat, MailArgs, ServeArgs},
    exit::{Exit, Failure},
};

/// Serves until it is told to stop.
pub(crate) async fn run(args: ServeArgs) -> Result<Exit, Failure> {
    log_to_stderr(args.log_format);
    let store = Store::open(
        &Location::parse(&args.store.store)?,
        OpenOptions { migrate: args.migrate, ..OpenOptions::default() },
    )
    .await?;
    let options = ServeOptions {
        listen: args.listen,
        base_url: args.base_url,
        grace: Duration::from_secs(args.journal_grace_seconds),
        base_maps: args.base_maps.into_options(),
        limits: args.limits.into(),
        mail: args.mail.into_options(),
    };
    serve(store, options, announce).await?;
    Ok(Exit::Done)
}

impl MailArgs {
    /// Without a mail server there is no mail.
    pub(crate) fn into_options(self) -> Option<MailOptions> {
        let retry = Duration::from_secs(self.mail_retry_seconds);
        self.smtp.zip(self.mail_from).map(|(smtp, from)| MailOptions { smtp, from, retry })
    }
}

impl BaseMapArgs {
    /// Without a folder there are no base maps.
    pub(crate) fn into_options(self) -> Option<BaseMapOptions> {
        const MEBIBYTE: u64 = 1024 * 1024;
        let most_bytes = self.base_maps_mebibytes.saturating_mul(MEBIBYTE);
        self.base_maps.map(|cache| BaseMapOptions { cache, most_bytes, sources: self.base_maps_sources })
    }
}

/// Scripts wait for this line.
#[expect(clippy::print_stdout, reason = "the contract of the command")]
pub(crate) fn announce(address: std::net::SocketAddr) {
    println!("listening on http://{address}");
}

/// Log lines on stderr; what is logged is set by `BAULOTSE_LOG` as in `info,server=debug`.
pub(crate) fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_env("BAULOTSE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    // A second subscriber can only be set by a mistake of this program; the first one then stays.
    let _ = match format {
        LogFormat::Text => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json()).try_init(),
    };
}
