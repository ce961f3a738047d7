//! Which column of a file becomes which property.
//!
//! `--map` decides; where it is silent, a column named as the property or as its German or English label is
//! taken. What no property takes is named in a note, never dropped in silence.

use std::collections::{HashMap, HashSet};

use cadastre::{
    Problem, Value,
    codes::{self, CodeList},
    property::{Collection, Exposure, Property},
    raw::RawRow,
    texts::{Language, find},
};
use formats::{Header, ReadOptions};

use super::{ImportAs, ImportError, Plan};

/// Fields of `--map` that say where a table's geometry is.
const GEOMETRY_FIELDS: [&str; 3] = ["geometry", "x", "y"];
/// Fields that name parcels as clerks' lists do.
const KEY_FIELDS: [&str; 3] = ["district", "number", "parcels"];
/// What decides about publication: set by planners in the cadastre, never by a list.
const PUBLICATION_FIELDS: [&str; 9] = [
    "basis",
    "publication_decision",
    "announcement_id",
    "public_from",
    "public_until",
    "consent_given_on",
    "consent_text_version",
    "consent_revoked_on",
    "consent_fields",
];
/// Column names that are neither a property nor a label, but usual in clerks' lists.
const USUAL_NAMES: &[(&str, &str)] = &[
    ("gemarkungsname", "district"),
    ("gmk", "district"),
    ("flurstück", "number"),
    ("flurstueck", "number"),
    ("flurstücksnr", "number"),
    ("flurstücksnr.", "number"),
    ("flurstücksnummern", "number"),
    ("flst", "number"),
    ("flst.", "number"),
    ("flst.-nr.", "number"),
    ("flstnr", "number"),
    ("flstkennz", "parcel_id"),
    ("flaeche", "area_m2"),
    ("fläche", "area_m2"),
    ("strasse", "street"),
    ("straße", "street"),
    ("preis", "price_eur"),
    ("bemerkung", "note"),
];

/// Options for opening a table whose geometry columns are mapped.
pub(super) fn geometry_options(plan: &Plan) -> ReadOptions {
    let mapped = |field: &str| plan.map.iter().find(|(name, _)| name == field).map(|(_, column)| column.clone());
    ReadOptions { wkt_column: mapped("geometry"), xy_columns: mapped("x").zip(mapped("y")), ..ReadOptions::default() }
}

/// The mapping of one file.
#[derive(Debug)]
pub(super) struct Columns {
    /// Column → property.
    taken: HashMap<Box<str>, &'static str>,
    /// Property → value where a row has none.
    set: Vec<(&'static str, Value)>,
    /// Columns that nothing takes.
    left: Vec<String>,
}

impl Columns {
    /// Matches the columns of a file with the properties of the target.
    pub(super) fn new(plan: &Plan, file: &str, header: &Header, target: ImportAs) -> Result<Self, ImportError> {
        let fields = fields(target);
        let known = |field: &str| {
            fields
                .iter()
                .copied()
                .find(|name| *name == field)
                .ok_or_else(|| ImportError::FieldUnknown { field: field.to_owned(), known: fields.join(", ") })
        };
        let mut taken: HashMap<Box<str>, &'static str> = HashMap::new();
        for (field, column) in plan.map.iter().filter(|(field, _)| !GEOMETRY_FIELDS.contains(&&**field)) {
            let field = known(field)?;
            if !header.columns.iter().any(|found| found.name == *column) {
                let names: Vec<_> = header.columns.iter().map(|column| column.name.as_str()).collect();
                return Err(ImportError::ColumnMissing {
                    file: file.to_owned(),
                    column: column.clone(),
                    known: names.join(", "),
                });
            }
            taken.insert(column.as_str().into(), field);
        }
        let set = plan
            .set
            .iter()
            .map(|(field, value)| Ok((known(field)?, Value::text(value.as_str()))))
            .collect::<Result<_, ImportError>>()?;
        let mut left = Vec::new();
        // A layer keeps every column; none of them means anything unless the caller says so.
        let open = if target == ImportAs::Layer { &[][..] } else { &header.columns[..] };
        for column in open {
            if taken.contains_key(&*column.name) {
                continue;
            }
            let free = by_name(&column.name, &fields).filter(|field| !taken.values().any(|used| used == field));
            match free {
                Some(field) => drop(taken.insert(column.name.as_str().into(), field)),
                None => left.push(column.name.clone()),
            }
        }
        Ok(Self { taken, set, left })
    }

    /// What to say about columns that nothing takes.
    pub(super) fn notes(&self) -> Vec<Problem> {
        self.left
            .iter()
            .map(|column| Problem::new(column, "this column was not taken; name its property with --map"))
            .collect()
    }

    /// The row with property names. Labels of codes become codes.
    pub(super) fn apply(&self, row: RawRow) -> RawRow {
        let mut fields: Vec<(Box<str>, Value)> = Vec::with_capacity(self.taken.len() + self.set.len());
        for (column, value) in row.fields {
            if let Some(field) = self.taken.get(&column).filter(|_| !value.is_null()) {
                fields.push(((*field).into(), coded(field, value)));
            }
        }
        for (field, value) in &self.set {
            if !fields.iter().any(|(name, _)| **name == **field) {
                fields.push(((*field).into(), coded(field, value.clone())));
            }
        }
        RawRow { fields, ..row }
    }

    /// The column that a property is taken from, for the key fields of a layer.
    pub(super) fn has(&self, field: &str) -> bool {
        self.taken.values().any(|taken| *taken == field)
    }
}

/// Properties that an import may set.
fn fields(target: ImportAs) -> Vec<&'static str> {
    let collection = match target {
        ImportAs::Parcels => Collection::Parcels,
        ImportAs::Sites => Collection::Sites,
        ImportAs::Buildings => Collection::Buildings,
        ImportAs::Districts => Collection::Districts,
        ImportAs::Layer => return KEY_FIELDS.to_vec(),
    };
    // A building's vacancy record is edited, not imported with its footprint; and imports never publish.
    let is_taken = |property: &&Property| {
        !property.derived
            && !PUBLICATION_FIELDS.contains(&property.name)
            && (target != ImportAs::Buildings || property.exposure == Exposure::Base)
    };
    let mut fields: Vec<_> = collection.properties().iter().filter(is_taken).map(|property| property.name).collect();
    if target == ImportAs::Sites {
        fields.extend(KEY_FIELDS.iter().filter(|field| !fields.contains(field)).copied().collect::<Vec<_>>());
    }
    fields
}

fn by_name(column: &str, fields: &[&'static str]) -> Option<&'static str> {
    let name = column.trim().to_lowercase();
    let is_label = |field: &str| {
        [Language::German, Language::English].iter().any(|language| {
            find(&format!("property.{field}"), *language).is_some_and(|label| label.to_lowercase() == name)
        })
    };
    let usual = || USUAL_NAMES.iter().find(|(usual, _)| *usual == name).map(|(_, field)| *field);
    let mut found = fields.iter().copied().find(|field| **field == name);
    found = found.or_else(|| fields.iter().copied().find(|field| is_label(field)));
    found.or_else(|| usual().and_then(|usual| fields.iter().copied().find(|field| *field == usual)))
}

/// The code for a label: clerks write "Baulücke", not `infill_gap`.
fn coded(field: &str, value: Value) -> Value {
    let list = Collection::Sites.property(field).and_then(|property| property.code_list);
    let (Some(list), Value::Text(text)) = (list, &value) else { return value };
    code_of_label(list, text).map_or(value, Value::text)
}

fn code_of_label(list: &str, text: &str) -> Option<&'static str> {
    let all: HashSet<&'static str> = match list {
        "site_type" => codes::SiteType::codes(),
        "site_status" => codes::SiteStatus::codes(),
        "planning_law" => codes::PlanningLaw::codes(),
        "servicing" => codes::Servicing::codes(),
        "condition" => codes::Condition::codes(),
        "monument" => codes::Monument::codes(),
        "basis" => codes::Basis::codes(),
        "decision" => codes::Decision::codes(),
        "owner_class" => codes::OwnerClass::codes(),
        _ => return None,
    }
    .into_iter()
    .collect();
    let text = text.trim().to_lowercase();
    all.into_iter().find(|code| {
        [Language::German, Language::English]
            .iter()
            .any(|language| cadastre::texts::label(list, code, *language).to_lowercase() == text)
    })
}

#[cfg(test)]
mod tests {
    use super::{by_name, code_of_label, fields};
    use crate::ingest::ImportAs;

    fn check(column: &str, target: ImportAs, expected: Option<&str>) {
        assert_eq!(by_name(column, &fields(target)), expected, "{column}");
    }

    #[test]
    fn columns_are_known_by_property_label_and_usual_name() {
        check("price_eur", ImportAs::Sites, Some("price_eur"));
        check("Preis (EUR)", ImportAs::Sites, Some("price_eur"));
        check("Gemarkung", ImportAs::Sites, Some("district"));
        check("Flurstück", ImportAs::Sites, Some("number"));
        check("Flurstückskennzeichen", ImportAs::Parcels, Some("parcel_id"));
        check("Farbe", ImportAs::Sites, None);
        check("condition", ImportAs::Buildings, None);
        check("number", ImportAs::Parcels, None);
    }

    #[test]
    fn labels_become_codes() {
        assert_eq!(code_of_label("site_type", "Baulücke"), Some("infill_gap"));
        assert_eq!(code_of_label("site_type", "infill gap"), Some("infill_gap"));
        assert_eq!(code_of_label("site_type", "Wiese"), None);
    }
}
