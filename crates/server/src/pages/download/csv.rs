//! A result as CSV (RFC 4180), as the spreadsheets of the language take it: German ones want semicolons and a comma
//! in numbers. Names of the columns and codes are those of the API.

use ::csv::{Writer, WriterBuilder};
use cadastre::{texts::Language, value::ValueRef};

use super::{Outcome, attachment};
use crate::pages::{answer::PageResult, error_page::ErrorKind, listing::Listing};

/// Public properties of sites and buildings, in the order of the columns.
const PROPERTIES: [&str; 21] = [
    "type",
    "vacancy_degree",
    "status",
    "basis",
    "street",
    "numbers",
    "area_m2",
    "living_area_m2",
    "price_eur",
    "available_from",
    "planning_law",
    "servicing",
    "condition",
    "monument",
    "built_year",
    "storeys",
    "vacant_since",
    "dwellings_min",
    "dwellings_max",
    "contact",
    "example_data",
];

/// A byte order mark: without it spreadsheets take UTF-8 for something else.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Writes the table; the legal notice and the credit stand in every row, so that they go where the row goes.
pub(super) fn document(outcome: &Outcome<'_>) -> PageResult {
    let body = table(outcome).map_err(|error| {
        tracing::error!(%error, "a CSV file could not be written");
        ErrorKind::Internal
    })?;
    Ok(attachment(outcome, "text/csv; charset=utf-8", "csv", body))
}

fn table(outcome: &Outcome<'_>) -> Result<Vec<u8>, ::csv::Error> {
    let language = outcome.request.language;
    let mut out = sheet(language);
    let first = ["collection", "id", "title", "municipality", "ags", "locality", "district"];
    let last = ["lon", "lat", "page", "credit", "notice"];
    out.write_record(first.into_iter().chain(PROPERTIES).chain(last))?;
    let credit = outcome.credits.join(" · ");
    for (listing, shown) in &outcome.entries {
        let mut row = head(listing);
        row.extend(PROPERTIES.iter().map(|name| cell(&shown.view().value(name), language)));
        let position = shown.label_point();
        let degrees = |degrees: f64| decimal(&format!("{degrees:.6}"), language);
        row.push(position.map(|at| degrees(at.x)).unwrap_or_default());
        row.push(position.map(|at| degrees(at.y)).unwrap_or_default());
        row.extend([outcome.url(listing), plain(&credit), outcome.notice().to_owned()]);
        out.write_record(&row)?;
    }
    out.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))
}

/// An empty sheet, as the spreadsheets of a language take it.
pub(crate) fn sheet(language: Language) -> Writer<Vec<u8>> {
    let delimiter = if language == Language::English { b',' } else { b';' };
    WriterBuilder::new().delimiter(delimiter).from_writer(BOM.to_vec())
}

fn head(listing: &Listing) -> Vec<String> {
    let text = |text: &Option<String>| text.as_deref().map(plain).unwrap_or_default();
    vec![
        listing.record.collection().to_owned(),
        plain(&listing.id),
        plain(&listing.title),
        text(&listing.municipality),
        listing.ags.to_string(),
        text(&listing.locality),
        text(&listing.district),
    ]
}

fn cell(value: &ValueRef<'_>, language: Language) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Text(text) => plain(text),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => decimal(&number.to_string(), language),
        ValueRef::Boolean(yes) => yes.to_string(),
        ValueRef::Date(day) => day.to_string(),
        ValueRef::Timestamp(at) => at.to_string(),
        ValueRef::List(items) => plain(&items.join(" ")),
    }
}

fn decimal(number: &str, language: Language) -> String {
    if language == Language::English { number.to_owned() } else { number.replace('.', ",") }
}

/// A text that no spreadsheet takes for a formula (OWASP, CSV injection).
pub(crate) fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_name_is_a_formula() {
        assert_eq!(plain("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(plain("Baulücke"), "Baulücke");
    }
}
