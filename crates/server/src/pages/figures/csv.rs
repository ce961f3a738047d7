//! The figures as one table (RFC 4180): a line for each group in each row of each figure.

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
    out.write_record(["figure", "label", "type", "count", "area_m2", "without_area", "day"])?;
    let day = subject.snapshot.day().to_string();
    for (figure, row) in figures.iter().flat_map(|figure| figure.rows.iter().map(move |row| (figure, row))) {
        for (group, count) in row.tally.groups() {
            let numbers = [count.number.to_string(), format!("{:.0}", count.area_m2), count.without_area.to_string()];
            let [number, area, without] = &numbers;
            out.write_record([figure.id, &plain(&row.label), group.code(), number, area, without, &day])?;
        }
    }
    out.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))
}
