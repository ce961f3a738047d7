//! What `make compare` is made of: data, places, a look at answers, load. Answers go to stdout as JSON.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use benches::{
    drive::{self, Endpoint, Load},
    files, memory, places, served,
};
use clap::{Args, Parser, Subcommand};

/// As the server has it: what is measured in memory depends on it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Data and load for benchmarks.
#[derive(Debug, Parser)]
#[command(name = "benches", about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write generated parcels, in the format of the file's extension (fgb in EPSG:25833, geojson in CRS84).
    Generate {
        /// How many.
        #[arg(long)]
        count: u32,
        /// File to write.
        file: PathBuf,
    },
    /// Print places among so many generated parcels.
    Places {
        /// How many parcels.
        #[arg(long)]
        count: u32,
        /// How many places.
        #[arg(long, default_value_t = 500)]
        places: usize,
    },
    /// Write copies of real parcels, shifted, as FlatGeobuf; print places among them.
    Copies {
        /// File of real parcels, in degrees.
        #[arg(long)]
        from: PathBuf,
        /// How often.
        #[arg(long, default_value_t = 1)]
        copies: u32,
        /// How many places.
        #[arg(long, default_value_t = 500)]
        places: usize,
        /// File to write.
        file: PathBuf,
    },
    /// Send every request once; print what each was answered.
    Probe {
        #[command(flatten)]
        target: Target,
        /// Keep each decoded body as NUMBER.json in this folder, and compressed ones also as they came.
        #[arg(long)]
        save: Option<PathBuf>,
    },
    /// Send the requests in turn from several connections on one thread; print the rate.
    Load {
        #[command(flatten)]
        target: Target,
        /// Requests under way at any time.
        #[arg(long, default_value_t = 8)]
        connections: usize,
        /// Seconds that are not counted.
        #[arg(long, default_value_t = 1.0)]
        warm_up: f64,
        /// Seconds that are counted.
        #[arg(long, default_value_t = 3.0)]
        seconds: f64,
        /// Send each request once instead, without looking at the answers before.
        #[arg(long, conflicts_with_all = ["warm_up", "seconds"])]
        once: bool,
    },
    /// Print how long answers of 1,000 of so many parcels take to be found and read in memory.
    Memory {
        /// How many parcels.
        #[arg(long)]
        count: u32,
        /// How many places.
        #[arg(long, default_value_t = 500)]
        places: usize,
    },
    /// Serve so many generated parcels, made in memory, on a free port until SIGTERM; print the address.
    Serve {
        /// How many parcels.
        #[arg(long)]
        count: u32,
    },
}

#[derive(Debug, Args)]
struct Target {
    /// Server, http://host:port.
    #[arg(long)]
    url: String,
    /// File of requests, one a line: "GET /path" or "POST /path {json}".
    #[arg(long)]
    requests: PathBuf,
    /// Header line to be sent along, "Name: value".
    #[arg(long = "header")]
    headers: Vec<String>,
}

impl Target {
    fn open(&self) -> Result<(Endpoint, Vec<drive::Request>), Box<dyn std::error::Error>> {
        let to = Endpoint::new(&self.url, self.headers.clone())?;
        let requests = drive::requests(&fs::read_to_string(&self.requests)?, &to)?;
        if requests.is_empty() {
            return Err(format!("{} holds no request", self.requests.display()).into());
        }
        Ok((to, requests))
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Box<dyn std::error::Error>> {
    match command {
        Command::Generate { count, file } => generate(count, &file),
        Command::Places { count, places } => print(&places::generated(count, places)?),
        Command::Copies { from, copies, places, file } => {
            let middles = files::write_copies(&from, copies, &file)?;
            print(&places::among(middles, places)?)
        }
        Command::Probe { target, save } => probe(&target, save.as_deref()),
        Command::Memory { count, places } => print(&memory::answers(count, places)?),
        Command::Serve { count } => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            Ok(runtime.block_on(served::serve(count, ([127, 0, 0, 1], 0).into(), |address| {
                // Who started it waits for this line.
                let _ = writeln!(io::stdout(), "listening on http://{address}");
            }))?)
        }
        Command::Load { target, connections, once: true, .. } => {
            let (to, requests) = target.open()?;
            print(&runtime()?.block_on(drive::once(&to, requests, connections))?)
        }
        Command::Load { target, connections, warm_up, seconds, .. } => {
            let load = Load {
                connections,
                warm_up: Duration::try_from_secs_f64(warm_up)?,
                duration: Duration::try_from_secs_f64(seconds)?,
            };
            put_under_load(&target, load)
        }
    }
}

fn print(answer: &impl serde::Serialize) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, answer)?;
    Ok(writeln!(out)?)
}

fn generate(count: u32, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("fgb") => Ok(files::write_flatgeobuf(count, file)?),
        Some("geojson") => Ok(files::write_geojson(count, file)?),
        _ => Err("the file must end in .fgb or .geojson".into()),
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn probe(target: &Target, save: Option<&Path>) -> Result<(), Box<dyn std::error::Error>> {
    let (to, requests) = target.open()?;
    let answers = runtime()?.block_on(drive::probe(&to, &requests))?;
    if let Some(folder) = save {
        fs::create_dir_all(folder)?;
        for (number, answer) in answers.iter().enumerate() {
            fs::write(folder.join(format!("{number}.json")), answer.plain()?)?;
            if answer.encoding == "gzip" {
                fs::write(folder.join(format!("{number}.json.gz")), &answer.body)?;
            }
        }
    }
    print(&answers)
}

fn put_under_load(target: &Target, load: Load) -> Result<(), Box<dyn std::error::Error>> {
    let (to, requests) = target.open()?;
    let report = runtime()?.block_on(async {
        let expected = drive::probe(&to, &requests).await?;
        let refused = expected.iter().zip(&requests).find(|(answer, _)| !matches!(answer.status, 200 | 204));
        if let Some((answer, request)) = refused {
            let expected = "200 or 204".to_owned();
            return Err(drive::DriveError::answer(&request.line, answer.status.to_string(), expected));
        }
        drive::load(&to, requests, &expected, load).await
    })?;
    print(&report)
}
