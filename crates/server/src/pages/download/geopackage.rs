//! A result as a GeoPackage: sites and buildings in one table, in the CRS of the store, with the public properties of
//! both and the legal notice in its description.

use cadastre::{Viewer, property::Collection};
use formats::write::{GeometryKind, TableInfo};
use spatial::{Snapshot, snapshot::Schema};

use super::{Outcome, attachment};
use crate::{
    error::Error,
    links::media,
    ogc::export::{Column, Format, table},
    pages::{answer::PageResult, error_page::ErrorKind},
};

/// Name of the table.
const TABLE: &str = "flaechen";

/// Writes the file.
pub(super) fn document(snapshot: &Snapshot, outcome: &Outcome<'_>) -> PageResult {
    let body = file(snapshot, outcome).map_err(|error| {
        tracing::error!(%error, "a GeoPackage could not be written");
        ErrorKind::Internal
    })?;
    Ok(attachment(outcome, media::GEOPACKAGE, "gpkg", body))
}

fn file(snapshot: &Snapshot, outcome: &Outcome<'_>) -> Result<Vec<u8>, Error> {
    let crs = snapshot.store_crs();
    let description = [outcome.notice().to_owned(), outcome.credits.join(" · "), outcome.page.clone()];
    let info = TableInfo {
        name: TABLE.to_owned(),
        title: outcome.title.clone(),
        description: description.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
        columns: table::write_columns(&columns(outcome)),
        // `site_id` or `building_id`: which of them is filled says what the record is.
        id_is_column: true,
        crs: table::write_crs(crs)?,
        geometry: GeometryKind::Any,
        written_at: table::written_at(snapshot)?,
    };
    let mut body = Vec::new();
    table::write(
        snapshot,
        Format::GeoPackage,
        info,
        crs,
        outcome.entries.iter().map(|(_, shown)| Ok(shown)),
        &mut body,
    )?;
    Ok(body)
}

/// The columns of sites, then those that only buildings have.
fn columns(outcome: &Outcome<'_>) -> Vec<Column> {
    let of = |collection| Column::all(Schema::Typed(collection), &Viewer::ANONYMOUS, outcome.request.language);
    let mut columns = of(Collection::Sites);
    for column in of(Collection::Buildings) {
        if !columns.iter().any(|known| known.name == column.name) {
            columns.push(column);
        }
    }
    columns
}
