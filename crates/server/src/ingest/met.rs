//! Which records an import has met: sixteen bytes each, whatever they hold.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use cadastre::{Key, Value, raw::RawRow};
use spatial::Crs;

/// Hashes of keys, each with 48 bits of the content under it and 16 of the number of its file.
#[derive(Debug, Default)]
pub(super) struct Met(HashMap<u64, u64>);

const FILE_BITS: u64 = 0xffff;

/// How a row relates to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// The key is new.
    First,
    /// A row of another file said the same under this key.
    Same,
    /// A row under this key said something else, or stands in the same file.
    Other,
}

impl Met {
    /// Meets a row of this content under a key; `file` is the number of the file it stands in.
    pub(super) fn meet(&mut self, key: &Key, content: u64, file: usize) -> Meeting {
        // Files 65,536 apart count as one: refused at worst.
        let said = (content & !FILE_BITS) | (file as u64 & FILE_BITS);
        let mut hasher = DefaultHasher::new();
        key.kind.name().hash(&mut hasher);
        key.id.hash(&mut hasher);
        match self.0.entry(hasher.finish()) {
            Entry::Vacant(entry) => {
                entry.insert(said);
                Meeting::First
            }
            Entry::Occupied(entry) => {
                let difference = *entry.get() ^ said;
                let is_same = difference & !FILE_BITS == 0 && difference & FILE_BITS != 0;
                if is_same { Meeting::Same } else { Meeting::Other }
            }
        }
    }
}

/// Hash of what a row says: its fields and its geometry in its CRS; not where it stands in which file.
pub(super) fn content(row: &RawRow, crs: Option<Crs>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (name, value) in &row.fields {
        name.hash(&mut hasher);
        hash_value(value, &mut hasher);
    }
    if let Some(geometry) = &row.geometry {
        crs.hash(&mut hasher);
        cadastre::wkb::encode(geometry).hash(&mut hasher);
    }
    hasher.finish()
}

fn hash_value(value: &Value, hasher: &mut DefaultHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Null => {}
        Value::Text(text) => text.hash(hasher),
        Value::Integer(number) => number.hash(hasher),
        Value::Real(number) => number.to_bits().hash(hasher),
        Value::Boolean(yes) => yes.hash(hasher),
        Value::Date(day) => day.hash(hasher),
        Value::Timestamp(at) => at.hash(hasher),
    }
}

#[cfg(test)]
mod tests {
    use cadastre::{Key, Kind, Value, raw::RawRow};
    use geo_types::{Geometry, point};
    use spatial::Crs;

    use super::{Meeting, Met, content};

    fn row(number: u64, street: &str, x: f64) -> RawRow {
        let geometry: Geometry = point!(x: x, y: 5.0).into();
        RawRow { row: number, id: None, fields: vec![("street".into(), Value::text(street))], geometry: Some(geometry) }
    }

    fn check(first: (&RawRow, u32), second: (&RawRow, u32), expected: Meeting) {
        let key = Key::new(Kind::Parcel, "142888___00001______");
        let mut met = Met::default();
        let second_content = content(second.0, Some(Crs::Epsg(second.1)));
        assert_eq!(met.meet(&key, content(first.0, Some(Crs::Epsg(first.1))), 0), Meeting::First);
        assert_eq!(met.meet(&key, second_content, 1), expected, "{second:?}");
        assert_eq!(met.meet(&key, second_content, 0), Meeting::Other, "{second:?} in the same file");
        let other = Key::new(Kind::Building, "142888___00001______");
        assert_eq!(met.meet(&other, second_content, 0), Meeting::First);
    }

    #[test]
    fn a_row_is_the_same_if_it_says_the_same_wherever_it_stands() {
        let row_1 = row(1, "Am Markt", 350_000.0);
        check((&row_1, 25833), (&row(9, "Am Markt", 350_000.0), 25833), Meeting::Same);
        check((&row_1, 25833), (&row(1, "Am Markt", 350_000.001), 25833), Meeting::Other);
        check((&row_1, 25833), (&row(1, "Am Markt 1", 350_000.0), 25833), Meeting::Other);
        check((&row_1, 25833), (&row_1, 25832), Meeting::Other);
        check((&row_1, 25833), (&RawRow { geometry: None, ..row_1.clone() }, 25833), Meeting::Other);
    }
}
