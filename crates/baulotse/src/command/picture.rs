//! `baulotse picture`: pictures of sites and vacant buildings. Journaled like any record; the files are not.

use cadastre::{
    Ags, Edit, Key, Kind, Picture, Problem, Record, Revision, Value,
    codes::{CodeList as _, PictureSubject},
    raw::RawRow,
};
use server::{PictureOf, new_picture, random_id};
use store::{At, Author, CommitError, Store};

use crate::{
    cli::{AddArgs, PictureCommand},
    exit::{Exit, Failure},
    open,
};

/// Adds, lists or removes.
pub(crate) async fn run(command: PictureCommand) -> Result<Exit, Failure> {
    match command {
        PictureCommand::Add(args) => add(*args).await,
        PictureCommand::List { store } => list(&open::open(&store.store).await?).await,
        PictureCommand::Remove { store, id } => remove(&open::open(&store.store).await?, id).await,
    }
}

#[expect(clippy::print_stdout, reason = "the answer of the command")]
async fn add(args: AddArgs) -> Result<Exit, Failure> {
    let file = std::fs::read(&args.file).map_err(|source| Failure::file(&args.file, source))?;
    let store = open::open(&args.store.store).await?;
    let (subject, id) =
        args.subject.named().ok_or_else(|| Failure::Usage("--site or --building is needed".to_owned()))?;
    let ags = municipality_of(&store, subject, id).await?;
    let others = pictures(&store).await?;
    let last = others.iter().map(|(picture, _)| picture).filter(|picture| is_of(picture, subject, id));
    let of = PictureOf {
        picture_id: random_id().map_err(|error| Failure::Usage(error.to_string()))?,
        ags,
        subject,
        subject_id: id.to_owned(),
        position: last.map(|picture| picture.position).max().unwrap_or_default() + 1,
    };
    let made = tokio::task::block_in_place(|| new_picture(&file, &row(&args), of));
    let (picture, files) = match made {
        Ok(made) => made,
        Err(problems) => return Ok(refused(&problems)),
    };
    let id = picture.picture_id.clone();
    match store.commit_with(vec![Edit::create(picture)], files, Author::operator("picture added")).await {
        Ok(_) => println!("{id}"),
        Err(CommitError::Unstorable { records }) => {
            let problems: Vec<Problem> = records.into_iter().flat_map(|record| record.problems).collect();
            return Ok(refused(&problems));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Exit::Done)
}

fn refused(problems: &[Problem]) -> Exit {
    for problem in problems {
        eprintln!("{problem}");
    }
    Exit::DataProblems
}

fn row(args: &AddArgs) -> RawRow {
    let text = |text: &str| Value::text(text);
    let optional = |text: Option<&String>| text.map_or(Value::Null, |text| Value::text(text.as_str()));
    let fields = [
        ("alt", text(&args.alt)),
        ("alt_en", optional(args.alt_en.as_ref())),
        ("author", text(&args.author)),
        ("licence", text(&args.licence)),
        ("taken_on", optional(args.taken_on.as_ref())),
        ("position", optional(args.position.as_ref())),
        ("released", Value::Boolean(args.released)),
    ];
    RawRow { row: 1, id: None, fields: fields.map(|(name, value)| (name.into(), value)).into(), geometry: None }
}

fn is_of(picture: &Picture, subject: PictureSubject, id: &str) -> bool {
    picture.subject == subject && picture.subject_id == id
}

/// The municipality of a site, or of a building's vacancy record.
async fn municipality_of(store: &Store, subject: PictureSubject, id: &str) -> Result<Ags, Failure> {
    let kind = match subject {
        PictureSubject::Site => Kind::Site,
        PictureSubject::Building => Kind::Vacancy,
    };
    let mut found = None;
    store
        .scan(std::slice::from_ref(&kind), At::Current, |batch| {
            let here = batch.into_iter().map(|versioned| versioned.record).find(|record| record.key().id == id);
            found = found.take().or(here.and_then(|record| record.ags()));
            Ok(())
        })
        .await?;
    found.ok_or_else(|| Failure::Usage(format!("the store holds no {kind} {id}")))
}

async fn pictures(store: &Store) -> Result<Vec<(Picture, Revision)>, Failure> {
    let mut all = Vec::new();
    store
        .scan(&[Kind::Picture], At::Current, |batch| {
            all.extend(batch.into_iter().filter_map(|versioned| match versioned.record {
                Record::Picture(picture) => Some((picture, versioned.revision)),
                _ => None,
            }));
            Ok(())
        })
        .await?;
    all.sort_by(|(a, _), (b, _)| {
        let order = |picture: &Picture| (picture.subject, picture.subject_id.clone(), picture.position);
        order(a).cmp(&order(b)).then_with(|| a.picture_id.cmp(&b.picture_id))
    });
    Ok(all)
}

#[expect(clippy::print_stdout, reason = "the answer of the command")]
async fn list(store: &Store) -> Result<Exit, Failure> {
    for (picture, _) in pictures(store).await? {
        let state = if picture.is_released { "released" } else { "not released" };
        let subject = picture.subject.code();
        println!(
            "{}\t{subject}\t{}\t{}\t{state}\t{}\t{}",
            picture.picture_id, picture.subject_id, picture.position, picture.licence.code, picture.alt
        );
    }
    Ok(Exit::Done)
}

async fn remove(store: &Store, id: String) -> Result<Exit, Failure> {
    let all = pictures(store).await?;
    let found = all.into_iter().find(|(picture, _)| picture.picture_id == id);
    let (_, revision) = found.ok_or_else(|| Failure::Usage(format!("the store holds no picture {id}")))?;
    let edit = Edit::end(Key::new(Kind::Picture, id), revision);
    store.commit(vec![edit], Author::operator("picture removed")).await?;
    Ok(Exit::Done)
}
