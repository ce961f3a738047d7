//! The rows of a GeoJSON file.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use cadastre::{Problem, Value, raw::RawRow};

use super::{
    document::{self, Document, ItemResult, Mode},
    feature::Item,
};
use crate::{
    Format, FormatError, Header, Place, SourceCrs,
    columns::{Guess, Learned},
    input::Input,
    output::{Halt, Output},
    source::Rows,
    table::MAX_COLUMNS,
};

/// The rows of a file.
#[derive(Debug)]
pub(super) struct GeoJsonRows {
    input: Input,
    mode: Mode,
    columns: Columns,
    crs: Option<SourceCrs>,
}

/// Columns by name, in the order in which they were first seen.
#[derive(Clone, Debug, Default)]
struct Columns {
    places: HashMap<Arc<str>, usize>,
    names: Vec<Arc<str>>,
    learned: Vec<Learned>,
}

/// What the first reading finds out.
#[derive(Default)]
struct Learning {
    columns: Columns,
    guesses: Vec<Guess>,
    foreign: BTreeSet<String>,
    count: u64,
    failed_first: Option<Problem>,
}

impl Learning {
    fn take(&mut self, item: ItemResult) -> Result<(), Halt> {
        self.count += 1;
        match item {
            Ok(item) => self.learn(&item).map_err(Halt::Failed),
            Err(problem) => {
                if self.count == 1 {
                    self.failed_first = Some(problem);
                }
                Ok(())
            }
        }
    }

    fn learn(&mut self, item: &Item) -> Result<(), FormatError> {
        for (name, value) in item.properties() {
            let place = match self.columns.places.get(name.as_str()) {
                Some(place) => *place,
                None => self.add(name)?,
            };
            self.guesses[place].value(value);
        }
        if self.foreign.len() < 20 {
            self.foreign.extend(item.foreign.iter().map(|name| name.chars().take(40).collect()));
        }
        Ok(())
    }

    fn add(&mut self, name: &str) -> Result<usize, FormatError> {
        let place = self.guesses.len();
        if place == MAX_COLUMNS {
            let reason = format!("the features have more than {MAX_COLUMNS} different properties");
            return Err(FormatError::malformed(Format::GeoJson, Place::Row(self.count), reason));
        }
        let name: Arc<str> = name.into();
        self.columns.names.push(Arc::clone(&name));
        self.columns.places.insert(name, place);
        self.guesses.push(Guess::default());
        Ok(place)
    }
}

/// Reads the file once and describes it.
pub(super) fn learn(input: &Input) -> Result<(Header, GeoJsonRows), FormatError> {
    let mut mode = document::first_mode(input)?;
    let (mut learning, mut document) = learn_as(input, mode)?;
    if document.followed {
        mode = Mode::Lines;
        (learning, document) = learn_as(input, mode)?;
    }
    if let Some(problem) = learning.failed_first {
        return Err(FormatError::malformed(Format::GeoJson, Place::Row(1), problem.reason));
    }
    let mut header = Header::new(Format::GeoJson, input);
    header.feature_count = Some(learning.count);
    header.crs = crs(document.crs.as_ref(), &mut header.notes);
    let mut columns = learning.columns;
    columns.learned = learning.guesses.iter().map(Guess::learned).collect();
    header.columns =
        columns.names.iter().zip(&columns.learned).map(|(name, learned)| learned.column(name.to_string())).collect();
    if !learning.foreign.is_empty() {
        let names = learning.foreign.into_iter().collect::<Vec<_>>().join(", ");
        header.notes.push(Problem::new("feature", format!("members beside \"properties\" are not read: {names}")));
    }
    let crs = header.crs;
    Ok((header, GeoJsonRows { input: input.clone(), mode, columns, crs }))
}

fn learn_as(input: &Input, mode: Mode) -> Result<(Learning, Document), FormatError> {
    let mut learning = Learning::default();
    match document::read(input, mode, &mut |item| learning.take(item)) {
        Ok(document) => Ok((learning, document)),
        Err(Halt::Failed(error)) => Err(error),
        // Learning never stops by itself.
        Err(Halt::Stopped) => Ok((learning, Document::default())),
    }
}

/// The CRS of the member `crs` (GeoJSON 2008); CRS84 without one.
fn crs(member: Option<&serde_json::Value>, notes: &mut Vec<Problem>) -> Option<SourceCrs> {
    let Some(member) = member else { return Some(SourceCrs::Crs84) };
    let name = member.pointer("/properties/name").and_then(serde_json::Value::as_str);
    let crs = name.and_then(SourceCrs::parse);
    if crs.is_none() {
        let given = name.map_or_else(|| member.to_string(), str::to_owned);
        let given: String = given.chars().take(100).collect();
        notes.push(Problem::new("crs", format!("{given} is not known; the coordinate reference system must be named")));
    }
    crs
}

impl Rows for GeoJsonRows {
    fn read(self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt> {
        let mut row = 0;
        let mut on_item = |item: ItemResult| {
            row += 1;
            match item {
                Ok(item) => self.feature(item, row, output),
                Err(problem) => output.problem(row, None, problem),
            }
        };
        document::read(&self.input, self.mode, &mut on_item).map(drop)
    }
}

impl GeoJsonRows {
    fn feature(&self, item: Item, row: u64, output: &mut Output<'_>) -> Result<(), Halt> {
        let id = item.id();
        let mut notes = Vec::new();
        let feature = match item.decode(&mut notes) {
            Ok(feature) => feature,
            Err(problem) => return output.problem(row, id, problem),
        };
        let mut fields: Vec<(Box<str>, Value)> =
            self.columns.names.iter().map(|name| ((&**name).into(), Value::Null)).collect();
        for (name, value) in feature.properties {
            let Some(place) = self.columns.places.get(name.as_str()) else {
                return Err(FormatError::Changed { path: self.input.path.clone() }.into());
            };
            fields[*place].1 = self.columns.learned[*place].convert(value);
        }
        let crs = self.crs.filter(|_| feature.geometry.is_some());
        output.row(None, RawRow { row, id, fields, geometry: feature.geometry }, crs, notes)
    }
}
