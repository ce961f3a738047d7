//! `baulotse picture`: what was typed.

use std::path::PathBuf;

use cadastre::codes::PictureSubject;
use clap::{Args, Subcommand};

use super::StoreArgs;

/// `baulotse picture`
#[derive(Debug, Subcommand)]
pub(crate) enum PictureCommand {
    /// Add a JPEG, PNG or WebP file. What the camera wrote beside the picture is not kept. Prints the picture's id.
    Add(Box<AddArgs>),
    /// List them, one a line, by what they show.
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Remove one. Its files are erased.
    Remove {
        #[command(flatten)]
        store: StoreArgs,
        /// Id of the picture.
        id: String,
    },
}

/// `baulotse picture add`
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// The file.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) subject: SubjectArgs,
    /// What can be seen, for those who do not see it; German.
    #[arg(long, env = "BAULOTSE_ALT", value_name = "TEXT")]
    pub(crate) alt: String,
    /// The same in English.
    #[arg(long, env = "BAULOTSE_ALT_EN", value_name = "TEXT")]
    pub(crate) alt_en: Option<String>,
    /// Whom to name as its author.
    #[arg(long, env = "BAULOTSE_AUTHOR", value_name = "NAME")]
    pub(crate) author: String,
    /// Licence, such as cc-by-4.0 or dl-de/by-2-0.
    #[arg(long, env = "BAULOTSE_LICENCE", value_name = "CODE")]
    pub(crate) licence: String,
    /// Day it was taken.
    #[arg(long, env = "BAULOTSE_TAKEN_ON", value_name = "DAY")]
    pub(crate) taken_on: Option<String>,
    /// Place among the others; behind them if absent.
    #[arg(long, env = "BAULOTSE_POSITION", value_name = "NUMBER")]
    pub(crate) position: Option<String>,
    /// Somebody has looked: it shows no person, no number plate and no inside of a home. Without this only staff see it.
    #[arg(long, env = "BAULOTSE_RELEASED")]
    pub(crate) released: bool,
}

/// What a picture shows: one of the two.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct SubjectArgs {
    /// Id of the site that it shows.
    #[arg(long, env = "BAULOTSE_SITE", value_name = "ID")]
    site: Option<String>,
    /// Id of the building that it shows; it must have a vacancy record.
    #[arg(long, env = "BAULOTSE_BUILDING", value_name = "ID")]
    building: Option<String>,
}

impl SubjectArgs {
    /// Kind and id; the command line takes exactly one of them.
    pub(crate) fn named(&self) -> Option<(PictureSubject, &str)> {
        let site = self.site.as_deref().map(|id| (PictureSubject::Site, id));
        site.or_else(|| self.building.as_deref().map(|id| (PictureSubject::Building, id)))
    }
}
