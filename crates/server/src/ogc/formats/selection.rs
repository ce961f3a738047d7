//! Which part of each feature is wanted: `properties` and `skipGeometry`.

use cadastre::{Viewer, texts::Language};
use spatial::snapshot::Schema;

use crate::{error::Error, ogc::columns::Column, params::RawQuery};

/// The part of each feature that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Names of the properties, in the order of the collection; `None`: all.
    properties: Option<Vec<String>>,
    skip_geometry: bool,
}

impl Selection {
    /// Takes `properties` (names separated by commas) and `skipGeometry`. A property that the caller may not know of
    /// is refused as one that does not exist.
    pub(crate) fn take(raw: &mut RawQuery, schema: Schema<'_>, viewer: &Viewer) -> Result<Self, Error> {
        let known: Vec<&str> = schema.columns(viewer).map(|(name, _)| name).collect();
        let properties = raw.take_parsed("properties", |text| {
            let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
            match names.iter().find(|name| !known.contains(*name)) {
                Some(unknown) => Err(format!("\"{unknown}\" is not a property of this collection")),
                None => Ok(known.iter().filter(|name| names.contains(*name)).map(|name| (*name).to_owned()).collect()),
            }
        })?;
        let skip_geometry = raw.take_parsed("skipGeometry", |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(format!("must be true or false, got \"{other}\"")),
        })?;
        Ok(Self { properties, skip_geometry: skip_geometry.unwrap_or_default() })
    }

    /// Whether whole features are wanted.
    pub(crate) fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the geometry is left out.
    pub(crate) fn skips_geometry(&self) -> bool {
        self.skip_geometry
    }

    /// The wanted columns of a collection.
    pub(crate) fn columns(&self, schema: Schema<'_>, viewer: &Viewer, language: Language) -> Vec<Column> {
        let mut columns = Column::all(schema, viewer, language);
        if let Some(names) = &self.properties {
            columns.retain(|column| names.contains(&column.name));
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use cadastre::{Viewer, property::Collection, texts::Language};
    use spatial::snapshot::Schema;

    use super::Selection;
    use crate::params::RawQuery;

    fn check(query: &str, expected: Result<(&[&str], bool), &str>) {
        let schema = Schema::Typed(Collection::Districts);
        let mut raw = RawQuery::parse(Some(query)).unwrap();
        let found = Selection::take(&mut raw, schema, &Viewer::ANONYMOUS).map(|selection| {
            let columns = selection.columns(schema, &Viewer::ANONYMOUS, Language::German);
            (columns.into_iter().map(|column| column.name).collect::<Vec<_>>(), selection.skips_geometry())
        });
        let expected = expected
            .map(|(names, skip)| (names.iter().map(|name| (*name).to_owned()).collect(), skip))
            .map_err(str::to_owned);
        assert_eq!(found.map_err(|error| error.to_string()), expected, "{query}");
    }

    #[test]
    fn properties_are_chosen_by_name_and_stay_in_their_order() {
        check("properties=name,district_key", Ok((&["district_key", "name"], false)));
        check("properties=", Ok((&[], false)));
        check("properties=name&skipGeometry=true", Ok((&["name"], true)));
        check("skipGeometry=false", Ok((&["district_key", "name", "ags", "municipality", "example_data"], false)));
        check("properties=owner", Err("properties: \"owner\" is not a property of this collection"));
        check("skipGeometry=1", Err("skipGeometry: must be true or false, got \"1\""));
    }
}
