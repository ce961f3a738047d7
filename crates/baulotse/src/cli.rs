//! The command line: what was typed. Every option can also be given as `BAULOTSE_…` in the environment.

mod enquiries;
mod municipality;
mod picture;

use std::{net::SocketAddr, path::PathBuf};

use cadastre::{Day, codes::CodeList, role::Role};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use enquiries::EnquiriesCommand;
pub(crate) use municipality::MunicipalityCommand;
pub(crate) use picture::{AddArgs, PictureCommand};

/// Vacancy and building-land cadastre for municipalities.
#[derive(Debug, Parser)]
#[command(name = "baulotse", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a demonstration cadastre: Leisnig with example data and the real parcels of Hamburg-Neuwerk.
    Demo(DemoArgs),
    /// Serve a store: map, list, OGC API.
    Serve(ServeArgs),
    /// Read files into a store. Imports never publish.
    Import(ImportArgs),
    /// Write a collection into a file, as the public or staff see it.
    Export(ExportArgs),
    /// Bring a store to the schema of this version.
    Migrate(StoreArgs),
    /// Keep accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// Name, contact, face and links of a municipality.
    #[command(subcommand)]
    Municipality(MunicipalityCommand),
    /// What the public asked the municipalities: read, close, erase.
    #[command(subcommand)]
    Enquiries(EnquiriesCommand),
    /// Pictures of sites and vacant buildings: add, list, remove.
    #[command(subcommand)]
    Picture(PictureCommand),
    /// Issue a token by which a program signs in; it is printed once and cannot be shown again.
    Token(TokenArgs),
    /// Verify a store: counts, geometry, journal and history.
    Check(StoreArgs),
    /// Copy a store into a GeoPackage file; a server may run.
    Backup(BackupArgs),
    /// Replace a store's content by that of a backup, or make the store from it; a server may run.
    Restore(RestoreArgs),
}

/// Which store.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// Store: the path of a GeoPackage file, or postgres://user@host/database.
    #[arg(long, env = "BAULOTSE_STORE", value_name = "PATH|URL")]
    pub(crate) store: String,
}

/// `baulotse demo`
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Address to listen on; port 0 takes any free one.
    #[arg(long, env = "BAULOTSE_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Keep the demo's store here; without it, it lives in a temporary file that ends with the server.
    #[arg(long, env = "BAULOTSE_STORE", value_name = "PATH|URL")]
    pub(crate) store: Option<String>,
    #[command(flatten)]
    pub(crate) base_maps: BaseMapArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// Base maps from elsewhere: basemap.de, TopPlusOpen, aerial photos of Saxony.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "the names are those of the options")]
pub(crate) struct BaseMapArgs {
    /// Offer base maps from elsewhere and keep their pictures in this folder; visitors' browsers ask only this server.
    #[arg(long, env = "BAULOTSE_BASE_MAPS", value_name = "FOLDER")]
    pub(crate) base_maps: Option<PathBuf>,
    /// About how much that folder holds at most, in MiB.
    #[arg(long, env = "BAULOTSE_BASE_MAPS_MEBIBYTES", value_name = "MIB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) base_maps_mebibytes: u64,
    /// A list of base maps in JSON instead of the one built in.
    #[arg(long, env = "BAULOTSE_BASE_MAPS_SOURCES", value_name = "FILE", requires = "base_maps")]
    pub(crate) base_maps_sources: Option<PathBuf>,
}

/// `baulotse serve`
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Address to listen on; port 0 takes any free one.
    #[arg(long, env = "BAULOTSE_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Address under which visitors reach the server, for links; the listening address if absent.
    #[arg(long, env = "BAULOTSE_BASE_URL")]
    pub(crate) base_url: Option<String>,
    /// Migrate the store first, if it needs it.
    #[arg(long, env = "BAULOTSE_MIGRATE")]
    pub(crate) migrate: bool,
    /// Form of the log lines on stderr.
    #[arg(long, env = "BAULOTSE_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
    /// Seconds without the journal after which what could have been withdrawn is no longer served.
    #[arg(long, env = "BAULOTSE_JOURNAL_GRACE_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) journal_grace_seconds: u64,
    #[command(flatten)]
    pub(crate) base_maps: BaseMapArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) mail: MailArgs,
}

/// Mail to the offices that an enquiry has come in; there is none without a mail server.
#[derive(Debug, Args)]
pub(crate) struct MailArgs {
    /// Mail server: smtps://user:password@host, or smtp://user:password@host?tls=required. Best in the environment, as
    /// others may see the command line.
    #[arg(long, env = "BAULOTSE_SMTP", value_name = "URL", hide_env_values = true, requires = "mail_from")]
    pub(crate) smtp: Option<String>,
    /// Sender of the mails, e.g. "Baulotse <noreply@example.org>".
    #[arg(long, env = "BAULOTSE_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
    /// Seconds until a mail that could not be sent is tried again; the wait doubles each time, up to an hour.
    #[arg(long, env = "BAULOTSE_MAIL_RETRY_SECONDS", value_name = "N", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) mail_retry_seconds: u64,
}

/// How much a client may ask; plain reading is not counted.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct LimitArgs {
    /// Proxies in front of the server: so many addresses at the end of X-Forwarded-For are believed.
    #[arg(long, env = "BAULOTSE_TRUSTED_PROXIES", value_name = "N", default_value_t = 0)]
    pub(crate) trusted_proxies: usize,
    /// Changes that a client may send a minute; 0: any number.
    #[arg(long, env = "BAULOTSE_WRITES_PER_MINUTE", value_name = "N", default_value_t = 600)]
    pub(crate) writes_per_minute: u32,
    /// Costly questions that a client may ask a minute (whole collections, figures, filters); 0: any number.
    #[arg(long, env = "BAULOTSE_COSTLY_PER_MINUTE", value_name = "N", default_value_t = 600)]
    pub(crate) costly_per_minute: u32,
    /// Enquiries that a client may send in ten minutes; 0: any number.
    #[arg(long, env = "BAULOTSE_ENQUIRIES_PER_CLIENT", value_name = "N", default_value_t = 5)]
    pub(crate) enquiries_per_client: u32,
    /// Enquiries that are taken of all clients together in ten minutes; 0: any number.
    #[arg(long, env = "BAULOTSE_ENQUIRIES_IN_ALL", value_name = "N", default_value_t = 100)]
    pub(crate) enquiries_in_all: u32,
}

impl From<LimitArgs> for server::LimitOptions {
    fn from(args: LimitArgs) -> Self {
        Self {
            trusted_proxies: args.trusted_proxies,
            writes_per_minute: args.writes_per_minute,
            costly_per_minute: args.costly_per_minute,
            enquiries_per_client: args.enquiries_per_client,
            enquiries_in_all: args.enquiries_in_all,
        }
    }
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// One readable line an event.
    Text,
    /// One JSON object an event.
    Json,
}

/// What the rows of a file become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportAs {
    /// Flurstücke.
    Parcels,
    /// Standorte.
    Sites,
    /// Buildings.
    Buildings,
    /// Gemarkungen.
    Districts,
    /// A layer with whatever columns the file has.
    Layer,
}

/// `baulotse import`
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files: NAS, ALKIS vereinfacht, GeoJSON, GeoPackage, FlatGeobuf, Shapefile (.shp or .zip), CSV, XLSX;
    /// text formats also gzipped.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// What the rows become. NAS and ALKIS files say it themselves.
    #[arg(long = "as", env = "BAULOTSE_AS", value_enum)]
    pub(crate) import_as: Option<ImportAs>,
    /// Name of the layer; the file's name if absent.
    #[arg(long, env = "BAULOTSE_NAME")]
    pub(crate) name: Option<String>,
    /// Who may see the layer.
    #[arg(long, env = "BAULOTSE_VISIBILITY", value_parser = parse_code::<cadastre::codes::LayerVisibility>, default_value = "staff")]
    pub(crate) visibility: cadastre::codes::LayerVisibility,
    /// Take a property from a column of another name; may be repeated.
    #[arg(long, env = "BAULOTSE_MAP", value_name = "FIELD=COLUMN", value_parser = parse_mapping, value_delimiter = ';')]
    pub(crate) map: Vec<(String, String)>,
    /// Give a property this value in every row that has none; may be repeated.
    #[arg(long, env = "BAULOTSE_SET", value_name = "FIELD=VALUE", value_parser = parse_mapping, value_delimiter = ';')]
    pub(crate) set: Vec<(String, String)>,
    /// CRS of a file that does not say it, e.g. EPSG:25833.
    #[arg(long, env = "BAULOTSE_CRS", value_name = "EPSG:n", value_parser = parse_crs)]
    pub(crate) crs: Option<spatial::crs::Crs>,
    /// CRS of a store that the import creates.
    #[arg(long, env = "BAULOTSE_STORE_CRS", value_name = "EPSG:n", value_parser = parse_crs, default_value = "EPSG:25833")]
    pub(crate) store_crs: spatial::crs::Crs,
    /// Municipality of rows that do not name one.
    #[arg(long, env = "BAULOTSE_MUNICIPALITY", value_name = "AGS", value_parser = parse_ags)]
    pub(crate) municipality: Option<cadastre::Ags>,
    /// Table or sheet of a file that has several.
    #[arg(long, env = "BAULOTSE_TABLE")]
    pub(crate) table: Option<String>,
    /// Say what would change and change nothing.
    #[arg(long, env = "BAULOTSE_DRY_RUN")]
    pub(crate) dry_run: bool,
    /// Take the rows that are valid; without it one bad row stops the import.
    #[arg(long, env = "BAULOTSE_ACCEPT_VALID")]
    pub(crate) accept_valid: bool,
    /// Write the problems as JSON lines to this file as well.
    #[arg(long, env = "BAULOTSE_PROBLEMS", value_name = "FILE")]
    pub(crate) problems: Option<PathBuf>,
}

/// A format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// GeoJSON.
    Geojson,
    /// CSV with well-known text.
    Csv,
    /// FlatGeobuf.
    #[value(alias = "flatgeobuf")]
    Fgb,
    /// GeoPackage.
    #[value(alias = "geopackage")]
    Gpkg,
}

/// Who sees an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportViewer {
    /// Everybody: what is published.
    Public,
    /// Staff of every municipality: the internal register, too.
    Staff,
}

/// `baulotse export`
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Collection: parcels, sites, buildings, districts or the name of a layer.
    #[arg(long, env = "BAULOTSE_COLLECTION", value_name = "C")]
    pub(crate) collection: String,
    /// Format.
    #[arg(long, env = "BAULOTSE_FORMAT", value_enum)]
    pub(crate) format: ExportFormat,
    /// Only what intersects this box: west, south, east, north in degrees.
    #[arg(long, env = "BAULOTSE_BBOX", value_name = "W,S,E,N", value_parser = parse_bbox, allow_hyphen_values = true)]
    pub(crate) bbox: Option<[f64; 4]>,
    /// Only what this condition takes, in CQL2-Text; its geometries are in longitude and latitude.
    #[arg(long, env = "BAULOTSE_FILTER", value_name = "CQL2", value_parser = parse_filter)]
    pub(crate) filter: Option<spatial::Predicate>,
    /// CRS of the coordinates; if absent WGS 84 for GeoJSON and CSV, the store's for FlatGeobuf and GeoPackage.
    #[arg(long, env = "BAULOTSE_CRS", value_name = "EPSG:n", value_parser = parse_crs)]
    pub(crate) crs: Option<spatial::crs::Crs>,
    /// The state at the end of this day, as it was seen then.
    #[arg(long, env = "BAULOTSE_AS_OF", value_name = "DAY", value_parser = parse_day)]
    pub(crate) as_of: Option<Day>,
    /// As whom.
    #[arg(long, env = "BAULOTSE_VIEWER", value_enum, default_value_t = ExportViewer::Public)]
    pub(crate) viewer: ExportViewer,
    /// File to write; standard output if absent.
    #[arg(long, env = "BAULOTSE_OUTPUT", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// `baulotse user`
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add an account and print a first token for it.
    Add {
        #[command(flatten)]
        store: StoreArgs,
        /// Login name.
        login: String,
        /// What the account may do.
        #[arg(long, env = "BAULOTSE_ROLE", value_parser = parse_code::<Role>)]
        role: Role,
        /// Municipality the role is bound to; may be repeated.
        #[arg(long, env = "BAULOTSE_MUNICIPALITY", value_name = "AGS", value_parser = parse_ags, value_delimiter = ',')]
        municipality: Vec<cadastre::Ags>,
        /// County the role `county` is bound to: the first five digits of the keys of its municipalities.
        #[arg(long, env = "BAULOTSE_COUNTY", value_name = "KREIS", value_parser = parse_county)]
        county: Option<String>,
    },
    /// List the accounts.
    List(StoreArgs),
    /// Disable an account; its tokens no longer work.
    Disable {
        #[command(flatten)]
        store: StoreArgs,
        /// Login name.
        login: String,
    },
}

/// `baulotse token`
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Login name.
    pub(crate) login: String,
    /// Last day on which the token works.
    #[arg(long, env = "BAULOTSE_EXPIRES", value_name = "DAY", value_parser = parse_day, conflicts_with = "revoke")]
    pub(crate) expires: Option<Day>,
    /// Revoke all tokens of the account instead.
    #[arg(long, env = "BAULOTSE_REVOKE")]
    pub(crate) revoke: bool,
}

/// `baulotse backup`
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// The GeoPackage file to write; must not exist.
    pub(crate) to: PathBuf,
}

/// `baulotse restore`
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// The backup.
    pub(crate) from: PathBuf,
}

fn parse_code<C: CodeList>(text: &str) -> Result<C, String> {
    C::from_code(text).ok_or_else(|| format!("must be one of {}", C::codes().join(", ")))
}

fn parse_ags(text: &str) -> Result<cadastre::Ags, String> {
    cadastre::Ags::parse(text).map_err(|error| error.to_string())
}

fn parse_crs(text: &str) -> Result<spatial::crs::Crs, String> {
    spatial::crs::Crs::parse(text).map_err(|error| error.to_string())
}

fn parse_day(text: &str) -> Result<Day, String> {
    cadastre::raw::parse_day(text).ok_or_else(|| "must be a day such as 2026-12-31".to_owned())
}

fn parse_filter(text: &str) -> Result<spatial::Predicate, String> {
    spatial::cql2::from_text(text).map(spatial::Predicate::cql2).map_err(|error| error.to_string())
}

fn parse_bbox(text: &str) -> Result<[f64; 4], String> {
    let numbers: Option<Vec<f64>> =
        text.split(',').map(|part| part.trim().parse().ok().filter(|number: &f64| number.is_finite())).collect();
    let corners = numbers.and_then(|numbers| <[f64; 4]>::try_from(numbers).ok());
    let corners = corners.filter(|[_, south, _, north]| south <= north);
    corners.ok_or_else(|| "must be west, south, east, north in degrees, e.g. 12.8,51.1,13.0,51.2".to_owned())
}

fn parse_county(text: &str) -> Result<String, String> {
    let is_key = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit());
    is_key.then(|| text.to_owned()).ok_or_else(|| "must have five digits, e.g. 14522".to_owned())
}

fn parse_mapping(text: &str) -> Result<(String, String), String> {
    let (field, column) = text.split_once('=').ok_or("must be FIELD=NAME, e.g. official_area_m2=Flaeche")?;
    match (field.trim(), column.trim()) {
        ("", _) | (_, "") => Err("one side of the = is empty; must be FIELD=NAME".to_owned()),
        (field, column) => Ok((field.to_owned(), column.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Cli, parse_bbox, parse_mapping};

    #[test]
    fn the_command_line_hangs_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_can_be_given_in_the_environment() {
        let mut checked = 0;
        let mut commands: Vec<clap::Command> = Cli::command().get_subcommands().cloned().collect();
        while let Some(command) = commands.pop() {
            for option in command.get_opts().filter(|option| !matches!(option.get_id().as_str(), "help" | "version")) {
                let name = option.get_env().map(|name| name.to_string_lossy().into_owned());
                assert!(
                    name.is_some_and(|name| name.starts_with("BAULOTSE_")),
                    "{} {}",
                    command.get_name(),
                    option.get_id()
                );
                checked += 1;
            }
            commands.extend(command.get_subcommands().cloned());
        }
        assert!(checked > 20);
    }

    #[test]
    fn a_box_has_four_numbers_from_south_to_north() {
        assert_eq!(parse_bbox("12.8, 51.1,13,51.2"), Ok([12.8, 51.1, 13.0, 51.2]));
        for wrong in ["", "1,2,3", "1,2,3,4,5", "1,5,2,4", "1,2,3,NaN", "a,b,c,d"] {
            assert!(parse_bbox(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_mapping_names_field_and_column() {
        assert_eq!(parse_mapping("number = Flst"), Ok(("number".into(), "Flst".into())));
        assert!(parse_mapping("number").is_err());
        assert!(parse_mapping("=Flst").is_err());
    }
}
