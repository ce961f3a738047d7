//! The schema of a store, its version, and the way from an older one.

use std::path::{Path, PathBuf};

use crate::{
    crs::StoreCrs,
    error::StoreError,
    geopackage,
    plan::{self, Holds},
    random,
    session::{DatabaseError, Session, instant, integer, text},
    sql::Dialect,
};

/// One step from a schema version to the next, for both stores.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// SQL for the GeoPackage.
    pub geopackage: &'static str,
    /// SQL for PostGIS; `{srid}` stands for the SRID of the store.
    pub postgis: &'static str,
}

/// Every step, in order: the first makes the schema version 1.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        geopackage: include_str!("../../../migrations/geopackage/0001_create.sql"),
        postgis: include_str!("../../../migrations/postgis/0001_create.sql"),
    },
    Migration {
        geopackage: include_str!("../../../migrations/geopackage/0002_enquiry.sql"),
        postgis: include_str!("../../../migrations/postgis/0002_enquiry.sql"),
    },
    Migration {
        geopackage: include_str!("../../../migrations/geopackage/0003_picture.sql"),
        postgis: include_str!("../../../migrations/postgis/0003_picture.sql"),
    },
    Migration {
        geopackage: include_str!("../../../migrations/geopackage/0004_enquiry_notice.sql"),
        postgis: include_str!("../../../migrations/postgis/0004_enquiry_notice.sql"),
    },
];

/// What a store says of itself.
#[derive(Clone, Debug)]
pub(crate) struct Meta {
    pub(crate) version: u32,
    pub(crate) crs: StoreCrs,
    pub(crate) epoch: String,
}

const META: [Holds; 4] = [Holds::Integer, Holds::Integer, Holds::Text, Holds::Text];

/// Reads what the store says of itself; an error if there is no such table.
pub(crate) async fn meta(session: &mut Session) -> Result<Option<Meta>, DatabaseError> {
    let sql = "SELECT schema_version, crs_epsg, crs_wkt, epoch FROM meta";
    let Some(mut row) = session.query_one(sql, Vec::new(), &META).await? else { return Ok(None) };
    let version = u32::try_from(row.integer()?).unwrap_or(0);
    let epsg = u32::try_from(row.integer()?).unwrap_or(0);
    Ok(Some(Meta { version, crs: StoreCrs { epsg, wkt: row.text()? }, epoch: row.text()? }))
}

/// Creates the schema in an empty database.
pub(crate) async fn create(session: &mut Session, crs: &StoreCrs, migrations: &[Migration]) -> Result<(), StoreError> {
    apply(session, crs, migrations, 0).await?;
    let params = vec![
        integer(migrations.len() as i64),
        integer(crs.epsg.into()),
        text(crs.wkt.as_str()),
        text(random::id()?),
        instant(Some(crate::journal::now())),
    ];
    let sql = "INSERT INTO meta (schema_version, crs_epsg, crs_wkt, epoch, created) VALUES ($1, $2, $3, $4, $5)";
    session.execute(sql, params).await?;
    Ok(())
}

/// Brings the schema from the version of the store to the newest.
pub(crate) async fn migrate(session: &mut Session, meta: &Meta, migrations: &[Migration]) -> Result<(), StoreError> {
    apply(session, &meta.crs, migrations, meta.version).await?;
    session.execute("UPDATE meta SET schema_version = $1", vec![integer(migrations.len() as i64)]).await?;
    Ok(())
}

async fn apply(session: &mut Session, crs: &StoreCrs, migrations: &[Migration], from: u32) -> Result<(), StoreError> {
    for migration in migrations.iter().skip(from as usize) {
        match session.dialect() {
            Dialect::GeoPackage => session.script(migration.geopackage).await?,
            Dialect::Postgis => session.script(&migration.postgis.replace("{srid}", &crs.srid().to_string())).await?,
        }
    }
    if session.dialect() == Dialect::GeoPackage {
        reference_system(session, crs).await?;
        register(session, crs).await?;
    }
    Ok(())
}

async fn reference_system(session: &mut Session, crs: &StoreCrs) -> Result<(), DatabaseError> {
    let code = || integer(crs.epsg.into());
    let sql = "INSERT OR IGNORE INTO gpkg_spatial_ref_sys \
               (srs_name, srs_id, organization, organization_coordsys_id, definition) VALUES ($1, $2, 'EPSG', $3, $4)";
    session.execute(sql, vec![text(crs.name()), code(), code(), text(crs.wkt.as_str())]).await?;
    Ok(())
}

/// Registers the tables of the plan that the GeoPackage does not list yet.
async fn register(session: &mut Session, crs: &StoreCrs) -> Result<(), DatabaseError> {
    for table in plan::tables() {
        let sql = "SELECT count(*) FROM gpkg_contents WHERE table_name = $1";
        let listed = session.query_one(sql, vec![text(table.name.as_str())], &[Holds::Integer]).await?;
        if listed.map(|mut row| row.integer()).transpose()? == Some(0) {
            geopackage::register(session, table, crs).await?;
        }
    }
    Ok(())
}

/// Whether the schema may be used, must be migrated, or is too new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    Fits,
    Older,
}

/// Compares the version of a store with the newest known.
pub(crate) fn age(found: u32, migrations: &[Migration], location: &str) -> Result<Age, StoreError> {
    let known = migrations.len() as u32;
    match found.cmp(&known) {
        std::cmp::Ordering::Equal => Ok(Age::Fits),
        std::cmp::Ordering::Less => Ok(Age::Older),
        std::cmp::Ordering::Greater => Err(StoreError::Newer { location: location.to_owned(), found, known }),
    }
}

/// Where a GeoPackage is copied before it is migrated: `<file>.v<version>-<time>.bak`.
pub(crate) fn copy_path(path: &Path, version: u32, now: jiff::Timestamp) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".v{version}-{}.bak", now.strftime("%Y%m%dT%H%M%S%3fZ")));
    path.with_file_name(name)
}
