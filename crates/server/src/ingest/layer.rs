//! Names of imported layers.

use cadastre::{
    property::Collection,
    record::{Column, Layer},
};
use formats::Header;

use super::Plan;

/// A name that a layer cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayerNameError {
    /// Not of the form that addresses and tables take.
    #[error(
        "\"{0}\" cannot be the name of a layer: it must begin with a letter and hold at most 50 of a–z, 0–9 and _; give another with --name"
    )]
    Form(String),
    /// A typed collection has it.
    #[error("\"{0}\" is a collection of its own and cannot be the name of a layer; give another with --name")]
    Taken(String),
}

/// The layer that a file becomes.
pub(super) fn describe(plan: &Plan, header: &Header) -> Result<Layer, LayerNameError> {
    let title = plan.name.clone().unwrap_or_else(|| header.name.clone());
    // A name given by the caller is taken as it is or refused; one from a file is made fit.
    let name = if plan.name.is_some() { title.clone() } else { slug(&title) };
    let columns = header.columns.iter().map(|column| Column { name: column.name.clone(), kind: column.kind }).collect();
    check(&name)?;
    Ok(Layer { name, title, visibility: plan.visibility, columns, attribution: None })
}

fn check(name: &str) -> Result<(), LayerNameError> {
    const MAX_LENGTH: usize = 50;
    let is_fit = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= MAX_LENGTH
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !is_fit {
        return Err(LayerNameError::Form(name.to_owned()));
    }
    if Collection::from_name(name).is_some() || name == "layers" {
        return Err(LayerNameError::Taken(name.to_owned()));
    }
    Ok(())
}

/// `Überschwemmungsgebiete HQ100` becomes `ueberschwemmungsgebiete_hq100`.
fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in title.to_lowercase().chars() {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            c if c.is_ascii_alphanumeric() => out.push(c),
            _ if out.ends_with('_') || out.is_empty() => {}
            _ => out.push('_'),
        }
    }
    out.truncate(50);
    out.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{check, slug};

    fn check_slug(title: &str, expected: &str) {
        assert_eq!(slug(title), expected);
    }

    #[test]
    fn a_file_name_becomes_a_layer_name() {
        check_slug("real_parcels", "real_parcels");
        check_slug("Überschwemmungsgebiete HQ100", "ueberschwemmungsgebiete_hq100");
        check_slug("  Straßen – Zustand (2026)", "strassen_zustand_2026");
        check_slug("日本", "");
    }

    #[test]
    fn unfit_names_are_refused() {
        assert!(check("flood_zones").is_ok());
        assert!(check("").is_err());
        assert!(check("2026").is_err());
        assert!(check("Flood").is_err());
        assert!(check("parcels").is_err());
        assert!(check(&"a".repeat(51)).is_err());
    }
}
