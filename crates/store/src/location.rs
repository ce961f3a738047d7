//! Where a store is: the path of a GeoPackage file or the address of a PostGIS database.

use std::{fmt, path::PathBuf, str::FromStr};

use sqlx::postgres::PgConnectOptions;

/// A text that names no store.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// Nothing was given.
    #[error("a store is a path such as town.gpkg or an address such as postgres://user@host/database, got nothing")]
    Empty,
    /// A file with another ending: most likely something to import, not a store.
    #[error("\"{given}\" is no store: a store is a file ending in .gpkg or an address beginning with postgres://")]
    NotAStore {
        /// What was given.
        given: String,
    },
    /// The address of the database cannot be read.
    #[error("the address of the database cannot be read")]
    Address {
        /// Why; never holds the password.
        #[source]
        source: sqlx::Error,
    },
}

/// Where a store is. Displayed without user and password.
#[derive(Clone)]
pub enum Location {
    /// A GeoPackage file.
    GeoPackage(PathBuf),
    /// A PostgreSQL database with PostGIS; it should hold nothing else.
    Postgis(Box<PgConnectOptions>),
}

impl Location {
    /// Parses `path.gpkg` or `postgres://user@host/database` (`postgresql://` too).
    pub fn parse(text: &str) -> Result<Self, LocationError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(LocationError::Empty);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return PgConnectOptions::from_str(text)
                .map(|options| Self::Postgis(Box::new(options)))
                .map_err(|source| LocationError::Address { source });
        }
        let path = PathBuf::from(text);
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gpkg")) {
            return Ok(Self::GeoPackage(path));
        }
        Err(LocationError::NotAStore { given: text.chars().take(200).collect() })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GeoPackage(path) => path.display().fmt(f),
            Self::Postgis(options) => {
                let database = options.get_database().unwrap_or_else(|| options.get_username());
                match options.get_socket() {
                    Some(socket) => write!(f, "postgres://{}/{database}", socket.display()),
                    None => write!(f, "postgres://{}:{}/{database}", options.get_host(), options.get_port()),
                }
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::Location;

    fn check(text: &str, expected: Result<&str, &str>) {
        let found = Location::parse(text).map(|location| location.to_string()).map_err(|error| error.to_string());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
            (found, expected) => assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned)),
        }
    }

    #[test]
    fn files_and_databases_are_told_apart_and_no_password_is_shown() {
        check(" town.gpkg ", Ok("town.gpkg"));
        check("data/Town.GPKG", Ok("data/Town.GPKG"));
        check("postgres://clerk:secret@db.example:5433/town", Ok("postgres://db.example:5433/town"));
        check("postgresql://clerk@db.example/town?sslmode=require", Ok("postgres://db.example:5432/town"));
        check("postgres://clerk:secret@db.example:no-port/town", Err("cannot be read"));
        check("parcels.geojson", Err("\"parcels.geojson\" is no store"));
        check("", Err("got nothing"));
    }
}
