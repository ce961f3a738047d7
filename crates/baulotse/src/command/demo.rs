//! `baulotse demo`: Leisnig with example data and the real parcels of Hamburg-Neuwerk.

use std::{io::Write as _, time::Duration};

use cadastre::{
    Edit, Kind, Record, Versioned,
    codes::LayerVisibility,
    geometry::{Geometry, MultiPolygon},
    record::{District, Municipality, Settings},
};
use server::{
    ServeOptions,
    ingest::{self, Listener, Plan, RowProblem},
    serve,
};
use spatial::{Crs, Transformer};
use store::{At, Author, Location, Store};

use crate::{
    cli::{DemoArgs, LogFormat},
    command::serve::{announce, log_to_stderr},
    demo,
    exit::{Exit, Failure},
    open,
};

/// Real parcels, imported by the ordinary importer (© Freie und Hansestadt Hamburg, dl-de/by-2-0).
const NEUWERK: &[u8] = include_bytes!("../../../../data/samples/neuwerk_nas.xml.gz");
const NEUWERK_AGS: &str = "02000000";
const NEUWERK_CREDIT: &str =
    "Neuwerk: © Freie und Hansestadt Hamburg, Landesbetrieb Geoinformation und Vermessung, dl-de/by-2-0";
const STORE_CRS: u32 = 25833;

/// Builds the demo's store if it is not there, and serves it.
pub(crate) async fn run(args: DemoArgs) -> Result<Exit, Failure> {
    log_to_stderr(LogFormat::Text);
    let folder = tempfile::tempdir().map_err(|source| Failure::file(&std::env::temp_dir(), source))?;
    let location = match &args.store {
        Some(text) => Location::parse(text)?,
        None => Location::GeoPackage(folder.path().join("demo.gpkg")),
    };
    let store = if let Some(store) = open::find(&location).await? {
        store
    } else {
        tracing::info!("building the demo's store");
        let store = open::create(&location, Crs::Epsg(STORE_CRS)).await?;
        fill_leisnig(&store).await?;
        import_neuwerk(&store, folder.path()).await?;
        store
    };
    let options = ServeOptions {
        listen: args.listen,
        base_url: None,
        grace: Duration::from_secs(60),
        base_maps: args.base_maps.into_options(),
        limits: args.limits.into(),
        mail: None,
    };
    serve(store, options, announce).await?;
    Ok(Exit::Done)
}

async fn fill_leisnig(store: &Store) -> Result<(), Failure> {
    let boundary = boundary_25833()?;
    let today = server::today();
    let records = demo::leisnig(&boundary, today)?;
    let pictures = demo::pictures(&records);
    let author = || Author::operator("demo data for Leisnig");
    for (day, records) in demo::tell(records, today) {
        let edits = records.into_iter().map(Edit::put).collect();
        if day < today {
            store.commit_dated(edits, author(), server::noon_of(day)).await?;
        } else {
            store.commit(edits, author()).await?;
        }
    }
    let (mut edits, mut files) = (Vec::new(), Vec::new());
    for (picture, kept) in pictures {
        edits.push(Edit::put(picture));
        files.extend(kept);
    }
    store.commit_with(edits, files, author()).await?;
    Ok(())
}

fn named(versioned: Versioned) -> Option<Edit> {
    let record = match versioned.record {
        Record::Municipality(municipality) if municipality.ags.as_str() == NEUWERK_AGS => Record::from(Municipality {
            name: "Hamburg-Neuwerk".to_owned(),
            settings: Settings { attribution: Some(NEUWERK_CREDIT.to_owned()), ..municipality.settings },
            ..municipality
        }),
        Record::District(district) if district.ags.as_str() == NEUWERK_AGS => {
            Record::from(District { name: "Neuwerk".to_owned(), ..district })
        }
        _ => return None,
    };
    Some(Edit::replace(record, versioned.revision))
}

/// The real boundary of Leisnig in the CRS of the demo's store.
fn boundary_25833() -> Result<MultiPolygon, Failure> {
    let mut geometry = Geometry::MultiPolygon(demo::boundary_wgs84()?);
    Transformer::new(Crs::CRS84, Crs::Epsg(STORE_CRS))?.transform_geometry(&mut geometry)?;
    match geometry {
        Geometry::MultiPolygon(boundary) => Ok(boundary),
        other => Err(Failure::Usage(format!("the boundary became a {}", cadastre::raw::geometry_name(&other)))),
    }
}

async fn import_neuwerk(store: &Store, folder: &std::path::Path) -> Result<(), Failure> {
    let path = folder.join("neuwerk_nas.xml.gz");
    let write = |path: &std::path::Path| std::fs::File::create(path)?.write_all(NEUWERK);
    write(&path).map_err(|source| Failure::file(&path, source))?;
    let plan = Plan {
        files: vec![path],
        import_as: None,
        name: None,
        visibility: LayerVisibility::Staff,
        map: Vec::new(),
        set: Vec::new(),
        crs: None,
        municipality: None,
        table: None,
        dry_run: false,
        accept_valid: false,
    };
    let report = Box::pin(ingest::run(store, plan, &mut Logged)).await?;
    tracing::info!(rows = report.rows, problems = report.problems, "imported Hamburg-Neuwerk");
    name_neuwerk(store).await
}

/// Gives the imported municipality and district the names that the extract lacks, and the credit its licence asks for.
async fn name_neuwerk(store: &Store) -> Result<(), Failure> {
    let mut edits = Vec::new();
    store
        .scan(&[Kind::Municipality, Kind::District], At::Current, |batch| {
            edits.extend(batch.into_iter().filter_map(named));
            Ok(())
        })
        .await?;
    store.commit(edits, Author::operator("names and credit of Hamburg-Neuwerk")).await?;
    Ok(())
}

/// Tells the log.
struct Logged;

impl Listener for Logged {
    fn file(&mut self, _: &formats::Header) {}

    fn progress(&mut self, _: u64) {}

    fn problem(&mut self, problem: &RowProblem) {
        tracing::warn!(row = problem.row, problem = %problem.problem, "a row of the demo's data was not taken");
    }

    fn note(&mut self, note: &RowProblem) {
        tracing::debug!(row = note.row, note = %note.problem, "a row of the demo's data was repaired");
    }
}
