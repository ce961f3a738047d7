//! The figures as one table (RFC 4180): a line for each group in each row of each figure, with the day it tells of.

use super::{Figure, Subject};
use crate::pages::{
    answer::{Document, PageResult},
    download::{plain, sheet},
    error_page::ErrorKind,
    list::Scope,
};

/// Writes the table.
pub(super) fn document(subject: &Subject<'_>, figures: &[Figure]) -> PageResult {
    let body = table(subject, figures).map_err(|error| {
        tracing::error!(%error, "a CSV file could not be written");
        ErrorKind::Internal
    })?;
    let of = match subject.scope {
        Scope::One(town) => format!("-{}", town.municipality.ags),
        Scope::All => String::new(),
    };
    let file_name = Some(format!("zahlen{of}.csv"));
    Ok(Document {
        status: axum::http::StatusCode::OK,
        media: "text/csv; charset=utf-8",
        file_name,
        ancestors: None,
        body,
    })
}

fn table(subject: &Subject<'_>, figures: &[Figure]) -> Result<Vec<u8>, ::csv::Error> {
    let mut out = sheet(subject.request.language);
    out.write_record(["figure", "label", "type", "count", "area_m2", "without_area", "day", "buildings"])?;
    let today = subject.snapshot.day();
    for (figure, row) in figures.iter().flat_map(|figure| figure.rows.iter().map(move |row| (figure, row))) {
        let day = row.day.unwrap_or(today).to_string();
        for (group, count) in row.tally.groups() {
            let [number, without, buildings] =
                [count.number, count.without_area, count.buildings].map(|count| count.to_string());
            let area = format!("{:.0}", count.area_m2);
            let first = [figure.id, &plain(&row.label), group.code(), &number, &area];
            out.write_record(first.into_iter().chain([&*without, &*day, &*buildings]))?;
        }
    }
    out.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))
}
