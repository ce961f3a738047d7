//! `baulotse municipality`: what was typed.

use clap::Subcommand;

use super::{StoreArgs, parse_ags};

/// `baulotse municipality`
#[derive(Debug, Subcommand)]
pub(crate) enum MunicipalityCommand {
    /// List the municipalities of the store.
    List(StoreArgs),
    /// Print the settings of a municipality, one a line.
    Show {
        #[command(flatten)]
        store: StoreArgs,
        /// Key of the municipality.
        #[arg(value_parser = parse_ags)]
        ags: cadastre::Ags,
    },
    /// Set settings; all or none.
    Set {
        #[command(flatten)]
        store: StoreArgs,
        /// Key of the municipality.
        #[arg(value_parser = parse_ags)]
        ags: cadastre::Ags,
        /// A setting and its value; `key=` takes it away, `key=@file` reads the value from a file. `name` is the
        /// municipality's own name.
        #[arg(required = true, value_name = "KEY=VALUE", value_parser = parse_setting)]
        settings: Vec<(String, String)>,
    },
}

fn parse_setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must be KEY=VALUE, e.g. contact_mail=bauamt@example.org")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}
