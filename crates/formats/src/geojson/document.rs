//! A GeoJSON text as a stream of features.

use std::io::{BufRead, BufReader, Read};

use cadastre::Problem;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::{feature::Item, json::Scalar};
use crate::{
    Format, FormatError, Place,
    input::{Budget, Input, Metered, RECORD_LIMIT, byte_order_mark},
    output::Halt,
};

/// How the features follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// One JSON text: a collection, a feature or a geometry.
    Whole,
    /// One feature a line.
    Lines,
    /// Features after record separators (RFC 8142).
    Records,
}

const RECORD_SEPARATOR: u8 = 0x1e;

/// What a feature is read as: itself, or the problem of a record that is no JSON.
pub(super) type ItemResult = Result<Item, Problem>;

/// Receiver of features.
pub(super) type OnItem<'a> = &'a mut dyn FnMut(ItemResult) -> Result<(), Halt>;

/// What a text says beside its features.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) crs: Option<serde_json::Value>,
    /// The text itself, where it is no collection.
    pub(super) single: bool,
    /// Whether there is more behind the first JSON text, as in sequences.
    pub(super) followed: bool,
}

/// How a file begins to be read.
pub(super) fn first_mode(input: &Input) -> Result<Mode, FormatError> {
    let head = input.head()?;
    let mark = byte_order_mark(&head).map_or(0, |(_, mark)| mark);
    let start = head[mark..].trim_ascii_start().first();
    Ok(if start == Some(&RECORD_SEPARATOR) { Mode::Records } else { Mode::Whole })
}

/// Reads all features of a file.
pub(super) fn read(input: &Input, mode: Mode, on_item: OnItem<'_>) -> Result<Document, Halt> {
    let text = input.unmarked_text(&input.head()?)?;
    let (text, budget) = Metered::new(text, "one feature", RECORD_LIMIT);
    match mode {
        Mode::Whole => whole(text, &budget, on_item),
        Mode::Lines => records(text, &budget, b'\n', on_item),
        Mode::Records => records(text, &budget, RECORD_SEPARATOR, on_item),
    }
}

fn whole(text: impl BufRead, budget: &Budget, on_item: OnItem<'_>) -> Result<Document, Halt> {
    // The parser takes single bytes, which this buffer hands out fastest.
    let mut parser = serde_json::Deserializer::from_reader(BufReader::with_capacity(64 * 1024, text));
    let mut walk = Walk { budget, on_item, halt: None, document: Document::default() };
    let walked = (&mut walk).deserialize(&mut parser);
    let Walk { halt, mut document, .. } = walk;
    if let Some(halt) = halt {
        return Err(halt);
    }
    walked.map_err(|error| failed(&error))?;
    if let Err(error) = parser.end() {
        if !document.single || error.classify() != Category::Syntax {
            return Err(failed(&error).into());
        }
        document.followed = true;
    }
    Ok(document)
}

fn records(mut text: impl BufRead, budget: &Budget, separator: u8, on_item: OnItem<'_>) -> Result<Document, Halt> {
    let mut record = Vec::new();
    let mut number = 0;
    loop {
        budget.renew();
        record.clear();
        let place = Place::Row(number);
        let mut limited = text.by_ref().take(RECORD_LIMIT);
        limited
            .read_until(separator, &mut record)
            .map_err(|error| FormatError::from_io(Format::GeoJson, place, &error))?;
        if record.is_empty() {
            return Ok(Document::default());
        }
        let complete = record.last() == Some(&separator);
        if complete {
            record.pop();
        }
        if record.trim_ascii().is_empty() {
            continue;
        }
        number += 1;
        let item = serde_json::from_slice::<Item>(&record);
        if let Err(error) = &item
            && error.is_eof()
            && !complete
        {
            return Err(FormatError::Truncated { format: Format::GeoJson, place }.into());
        }
        on_item(item.map_err(|error| Problem::new("record", error.to_string())))?;
    }
}

/// What an error of the parser means.
pub(super) fn failed(error: &serde_json::Error) -> FormatError {
    let place = Place::Line { line: error.line() as u64, column: error.column() as u64 };
    let text = error.to_string();
    // The parser ends its messages with the place.
    let reason = text.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        Category::Eof => FormatError::Truncated { format: Format::GeoJson, place },
        Category::Io => {
            // Limits are the only errors of the stream that carry a text of their own.
            if reason.contains("larger than the limit") {
                return FormatError::TooLarge { what: "one feature", limit: RECORD_LIMIT };
            }
            match error.io_error_kind() {
                Some(kind) => FormatError::from_io(Format::GeoJson, place, &kind.into()),
                None => FormatError::malformed(Format::GeoJson, place, reason),
            }
        }
        _ if reason.starts_with("invalid unicode") => {
            FormatError::Encoding { place, reason: "expected UTF-8, as JSON demands".to_owned() }
        }
        _ => FormatError::malformed(Format::GeoJson, place, reason),
    }
}

/// Walks over the outermost object.
struct Walk<'a> {
    budget: &'a Budget,
    on_item: OnItem<'a>,
    /// Why the receiver wants no more; the parser then ends with some error.
    halt: Option<Halt>,
    document: Document,
}

impl Walk<'_> {
    fn item<E: serde::de::Error>(&mut self, item: Item) -> Result<(), E> {
        self.budget.renew();
        (self.on_item)(Ok(item)).map_err(|halt| {
            self.halt = Some(halt);
            E::custom("stopped")
        })
    }

    /// What the outermost object is, once it has been read.
    fn finish<E: serde::de::Error>(&mut self, item: Item, features_seen: bool) -> Result<(), E> {
        match &item.members.kind {
            None => Err(E::custom("the member \"type\" is missing")),
            Some(Scalar::Text(kind)) if kind == "FeatureCollection" && features_seen => Ok(()),
            Some(Scalar::Text(kind)) if kind == "FeatureCollection" => {
                Err(E::custom("a FeatureCollection must have the member \"features\""))
            }
            Some(Scalar::Text(kind)) if kind == "Topology" => {
                Err(E::custom("TopoJSON is not supported; convert it to GeoJSON"))
            }
            Some(Scalar::Text(kind)) if kind == "Feature" || item.is_bare_geometry() => {
                if features_seen {
                    return Err(E::custom(format!("a {kind} must not have the member \"features\"")));
                }
                self.document.single = true;
                self.item(item)
            }
            Some(other) => Err(E::custom(format!(
                "the type must be FeatureCollection, Feature or that of a geometry (capitals count), got {other}"
            ))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut item = Item::default();
        let mut features_seen = false;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "features" if features_seen => return Err(A::Error::duplicate_field("features")),
                "features" => {
                    features_seen = true;
                    map.next_value_seed(Features(self))?;
                }
                "crs" => self.document.crs = Some(map.next_value()?),
                _ => item.read(name, &mut map)?,
            }
        }
        self.finish(item, features_seen)
    }
}

/// Walks over the array of features.
struct Features<'w, 'a>(&'w mut Walk<'a>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array of features in \"features\"")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element::<Item>()? {
            self.0.item(item)?;
        }
        Ok(())
    }
}
