//! Keeping a store: migrate, check, backup, restore.

use std::path::Path;

use cadastre::{Problem, geometry::Geometry};
use store::{Location, OpenOptions, Severity, Store};

use crate::{
    cli::{BackupArgs, RestoreArgs, StoreArgs},
    exit::{Exit, Failure},
    open,
};

/// Brings a store to the schema of this version.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
pub(crate) async fn migrate(args: &StoreArgs) -> Result<Exit, Failure> {
    let store =
        Store::open(&Location::parse(&args.store)?, OpenOptions { migrate: true, ..OpenOptions::default() }).await?;
    println!("the store has the schema of this version (revision {})", store.head().await?);
    Ok(Exit::Done)
}

/// Verifies a store; what is found goes to stderr, one a line. Warnings alone are no problem of the data.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
pub(crate) async fn check(args: &StoreArgs) -> Result<Exit, Failure> {
    let store = open::open(&args.store).await?;
    let valid = |geometry: &Geometry| -> Vec<Problem> { spatial::geometry::check(geometry) };
    let findings = store.check(&valid).await?;
    for finding in &findings {
        if finding.severity == Severity::Info {
            println!("{finding}");
        } else {
            eprintln!("{finding}");
        }
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let errors = count(Severity::Error);
    println!("revision {}: {errors} errors, {} warnings", store.head().await?, count(Severity::Warning));
    Ok(if errors == 0 { Exit::Done } else { Exit::DataProblems })
}

/// Copies a store into a GeoPackage file.
pub(crate) async fn backup(args: &BackupArgs) -> Result<Exit, Failure> {
    refuse_existing(&args.to)?;
    open::open(&args.store.store).await?.backup(&args.to).await?;
    Ok(Exit::Done)
}

/// Replaces a store's content by that of a backup, or makes the store from it.
pub(crate) async fn restore(args: &RestoreArgs) -> Result<Exit, Failure> {
    let location = Location::parse(&args.store.store)?;
    match open::find(&location).await? {
        Some(store) => store.restore(&args.from).await?,
        None => drop(Store::create_from(&location, &args.from).await?),
    }
    Ok(Exit::Done)
}

fn refuse_existing(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Err(Failure::Usage(format!("{} exists already; a backup does not overwrite", path.display())));
    }
    Ok(())
}
