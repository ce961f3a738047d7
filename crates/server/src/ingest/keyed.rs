//! Clerks' lists name parcels by Gemarkung and number; the geometry is the parcels'.
//!
//! The file is read once for its references, then the store's parcels once for those that match: what is
//! kept grows with the list, not with the cadastre.

use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
};

use cadastre::{
    Ags, DistrictKey, Kind, ParcelId, Problem, Record, Value,
    parcel_id::{ParcelNumber, ParcelReference},
    raw::RawRow,
    record::Parcel,
};
use formats::Event;
use geo::BooleanOps as _;
use geo_types::{Geometry, MultiPolygon};
use store::{At, Store};

use super::{ImportAs, ImportError, Plan, columns::Columns, open, places::Known};

/// Parcels of the store that a list refers to.
#[derive(Debug, Default)]
pub(super) struct Parcels {
    by_number: HashMap<(DistrictKey, ParcelNumber), Vec<ParcelId>>,
    by_id: HashMap<ParcelId, Parcel>,
}

/// What a row says about its parcels.
#[derive(Debug, PartialEq, Eq)]
struct References(Vec<(Option<String>, ParcelReference)>);

impl Parcels {
    /// Finds the parcels that the plan's files refer to; nothing for files that bring their own geometry.
    pub(super) async fn find(store: &Store, plan: &Plan) -> Result<Self, ImportError> {
        let wanted = wanted_numbers(plan)?;
        let mut parcels = Self::default();
        if wanted.is_empty() {
            return Ok(parcels);
        }
        store
            .scan(&[Kind::Parcel], At::Current, |batch| {
                for versioned in batch {
                    if let Record::Parcel(parcel) = versioned.record {
                        let number = parcel.parcel_id.number();
                        if wanted.contains(&number) {
                            let key = (parcel.parcel_id.district_key(), number);
                            parcels.by_number.entry(key).or_default().push(parcel.parcel_id);
                            parcels.by_id.insert(parcel.parcel_id, parcel);
                        }
                    }
                }
                Ok(())
            })
            .await?;
        Ok(parcels)
    }

    /// Resolves the parcels a row names by `district` and `number`, or by `parcels`; all problems at once.
    pub(super) fn resolve(&self, row: &RawRow, known: &Known, ags: Option<Ags>) -> Result<Vec<&Parcel>, Vec<Problem>> {
        let References(references) = references(row).map_err(|problem| vec![problem])?;
        let mut found = Vec::new();
        let mut problems = Vec::new();
        for (district, reference) in references {
            match self.candidates(district.as_deref(), &reference, known, ags) {
                Ok(parcel) => found.push(parcel),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    fn candidates(
        &self,
        district: Option<&str>,
        reference: &ParcelReference,
        known: &Known,
        ags: Option<Ags>,
    ) -> Result<&Parcel, Problem> {
        let (district, number) = match reference {
            ParcelReference::Id(id) => {
                let missing = || Problem::new("parcels", format!("there is no parcel {id} in the store"));
                return self.by_id.get(id).ok_or_else(missing);
            }
            ParcelReference::Number { district: Some(district), number } => (Some(district.as_str()), number),
            ParcelReference::Number { district: None, number } => (district, number),
        };
        let district =
            district.ok_or_else(|| Problem::new("district", format!("is required to find parcel {number}")))?;
        let key = known.district_key(district, ags).map_err(|reason| Problem::new("district", reason))?;
        let ids = self.by_number.get(&(key, number.clone())).map_or(&[][..], Vec::as_slice);
        match ids {
            [id] => self.by_id.get(id).ok_or_else(|| Problem::new("number", "is not in the store")),
            [] => Err(Problem::new("number", format!("there is no parcel {number} in Gemarkung {district}"))),
            several => {
                let list: Vec<_> = several.iter().map(ParcelId::as_str).collect();
                Err(Problem::new("number", format!("{number} is ambiguous; give the key: {}", list.join(", "))))
            }
        }
    }
}

/// One area of several parcels: neighbours are joined, since a multi-polygon must not share borders.
pub(super) fn union(parcels: &[&Parcel]) -> Option<Geometry> {
    let mut areas = parcels.iter().map(|parcel| MultiPolygon::from(&parcel.geometry));
    let first = areas.next()?;
    let area = areas.fold(first, |joined, area| joined.union(&area));
    Some(match <[_; 1]>::try_from(area.0) {
        Ok([polygon]) => polygon.into(),
        Err(polygons) => MultiPolygon(polygons).into(),
    })
}

/// Numbers that occur in the files, if the plan's target takes its geometry from parcels.
fn wanted_numbers(plan: &Plan) -> Result<HashSet<ParcelNumber>, ImportError> {
    let mut wanted = HashSet::new();
    let (Some(target @ (ImportAs::Sites | ImportAs::Layer)), true) = (plan.import_as, !plan.files.is_empty()) else {
        return Ok(wanted);
    };
    for path in &plan.files {
        let source = open(plan, path)?;
        if source.header().format.is_typed() {
            continue;
        }
        let file = path.display().to_string();
        let columns = Columns::new(plan, &file, source.header(), target)?;
        if !columns.has("number") && !columns.has("parcels") {
            continue;
        }
        let mut take = |event| {
            if let Event::Row { row, .. } = event
                && let Ok(References(references)) = references(&columns.apply(row))
            {
                wanted.extend(references.into_iter().map(|(_, reference)| match reference {
                    ParcelReference::Id(id) => id.number(),
                    ParcelReference::Number { number, .. } => number,
                }));
            }
            ControlFlow::Continue(())
        };
        source.read(&mut take).map_err(|source| ImportError::Format { file, source })?;
    }
    Ok(wanted)
}

/// Parses what a row says about its parcels: keys in `parcels`, or numbers in `number` with one `district`.
fn references(row: &RawRow) -> Result<References, Problem> {
    let district = text(row.field("district"));
    let mut references = Vec::new();
    for field in ["parcels", "number"] {
        let Some(list) = text(row.field(field)) else { continue };
        for part in list.split([',', ';', '+']).map(str::trim).filter(|part| !part.is_empty()) {
            let reference = ParcelReference::parse(part).map_err(|error| Problem::new(field, error.to_string()))?;
            references.push((district.clone(), reference));
        }
    }
    Ok(References(references))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Real(number) if number.fract() == 0.0 => Some(format!("{number:.0}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use cadastre::{Value, raw::RawRow};

    use super::{References, references};

    fn check(fields: &[(&str, Value)], expected: Result<&[&str], &str>) {
        let fields = fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
        let row = RawRow { row: 1, id: None, fields, geometry: None };
        let found = references(&row)
            .map(|References(found)| {
                found.iter().map(|(district, reference)| format!("{district:?} {reference:?}")).collect::<Vec<_>>()
            })
            .map_err(|problem| problem.to_string());
        match (found, expected) {
            (Ok(found), Ok(expected)) => {
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(expected) {
                    assert!(found.contains(expected), "{found} should hold {expected}");
                }
            }
            (found, expected) => assert_eq!(found.map(|_| ()).unwrap_err(), expected.map(|_| ()).unwrap_err()),
        }
    }

    #[test]
    fn a_row_may_name_several_parcels() {
        let leisnig = ("district", Value::text("Leisnig"));
        check(&[leisnig.clone(), ("number", Value::text("123/4, 57"))], Ok(&["Leisnig", "Leisnig"]));
        check(&[leisnig.clone(), ("number", Value::Integer(57))], Ok(&["numerator: 57"]));
        check(&[("parcels", Value::text("142888___001230004__"))], Ok(&["142888___001230004__"]));
        check(
            &[leisnig, ("number", Value::text("Wiese"))],
            Err("number: \"Wiese\" is no parcel number such as 123, 123/4 or 212a"),
        );
        check(&[], Ok(&[]));
    }
}
