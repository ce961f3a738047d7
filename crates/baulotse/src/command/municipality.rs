//! `baulotse municipality`: name, contact, face and links of a municipality. Journaled like any record.

use std::path::Path;

use cadastre::{
    Ags, Edit, Kind, Record, Revision,
    coat_of_arms::CoatOfArms,
    record::Municipality,
    settings::{SettingError, Settings},
};
use store::{At, Author, Store};

use crate::{
    cli::MunicipalityCommand,
    exit::{Exit, Failure},
    open,
};

/// The setting that is a picture.
const COAT_OF_ARMS: &str = "coat_of_arms";

/// Lists, shows or sets.
pub(crate) async fn run(command: MunicipalityCommand) -> Result<Exit, Failure> {
    match command {
        MunicipalityCommand::List(args) => list(&open::open(&args.store).await?).await?,
        MunicipalityCommand::Show { store, ags } => show(&find(&open::open(&store.store).await?, ags).await?.0),
        MunicipalityCommand::Set { store, ags, settings } => {
            set(&open::open(&store.store).await?, ags, settings).await?;
        }
    }
    Ok(Exit::Done)
}

async fn all(store: &Store) -> Result<Vec<(Municipality, Revision)>, Failure> {
    let mut all = Vec::new();
    store
        .scan(&[Kind::Municipality], At::Current, |batch| {
            all.extend(batch.into_iter().filter_map(|versioned| match versioned.record {
                Record::Municipality(municipality) => Some((municipality, versioned.revision)),
                _ => None,
            }));
            Ok(())
        })
        .await?;
    all.sort_by_key(|(municipality, _)| municipality.ags);
    Ok(all)
}

async fn find(store: &Store, ags: Ags) -> Result<(Municipality, Revision), Failure> {
    let found = all(store).await?.into_iter().find(|(municipality, _)| municipality.ags == ags);
    found.ok_or_else(|| Failure::Usage(format!("the store holds no municipality {ags}")))
}

#[expect(clippy::print_stdout, reason = "the answer of the command")]
async fn list(store: &Store) -> Result<(), Failure> {
    for (municipality, _) in all(store).await? {
        println!("{}\t{}", municipality.ags, municipality.name);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of the command")]
fn show(municipality: &Municipality) {
    println!("name={}", municipality.name);
    for key in Settings::keys() {
        if let Some(value) = municipality.settings.get(&key) {
            println!("{key}={}", shown(&key, &value));
        }
    }
}

/// A setting on one line; of a picture what it is.
fn shown(key: &str, value: &str) -> String {
    match CoatOfArms::of_setting(value) {
        Some(arms) if key == COAT_OF_ARMS => format!("({}, {} bytes)", arms.media, arms.bytes.len()),
        _ => value.replace('\n', "\\n"),
    }
}

async fn set(store: &Store, ags: Ags, settings: Vec<(String, String)>) -> Result<(), Failure> {
    let (mut municipality, revision) = find(store, ags).await?;
    let mut keys = Vec::new();
    for (key, value) in settings {
        let value = match value.strip_prefix('@') {
            Some(file) if key == COAT_OF_ARMS => read_picture(Path::new(file))?,
            Some(file) => read(Path::new(file))?,
            None => value,
        };
        if key == "name" {
            municipality.name = name(&value)?;
        } else {
            municipality.settings.set(&key, &value).map_err(|error: SettingError| Failure::Usage(error.to_string()))?;
        }
        keys.push(key);
    }
    let reason = format!("settings of {}: {}", municipality.name, keys.join(", "));
    store.commit(vec![Edit::replace(municipality, revision)], Author::operator(reason)).await?;
    Ok(())
}

fn name(value: &str) -> Result<String, Failure> {
    if value.is_empty() || value.chars().any(char::is_control) || value.chars().count() > 120 {
        return Err(Failure::Usage("name: must be one line of 1 to 120 characters".to_owned()));
    }
    Ok(value.to_owned())
}

fn read_picture(path: &Path) -> Result<String, Failure> {
    let file = std::fs::read(path).map_err(|source| Failure::file(path, source))?;
    Ok(CoatOfArms::to_setting(&file))
}

fn read(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path).map_err(|source| Failure::file(path, source))?;
    // Line ends of other systems; a text editor's last line end says nothing.
    Ok(text.replace("\r\n", "\n").trim_end().to_owned())
}
