//! FlatGeobuf: every kind of column and geometry, and damaged sizes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use cadastre::{Value, geometry::Geometry};
use common::{Content, area, read};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType, geozero};
use formats::{Format, FormatError, SourceCrs};
use geozero::{ColumnValue, GeomProcessor, GeozeroGeometry, PropertyProcessor as _};

/// A square with its lower left corner at (x, x), with a hole or with its ring left open.
#[derive(Clone, Copy)]
struct Square {
    x: f64,
    hole: bool,
    open: bool,
}

impl Square {
    fn at(x: f64) -> Self {
        Self { x, hole: false, open: false }
    }
}

impl GeozeroGeometry for Square {
    fn process_geom<P: GeomProcessor>(&self, processor: &mut P) -> geozero::error::Result<()> {
        let ring = |processor: &mut P, low: f64, high: f64, idx: usize| {
            let corners = [(low, low), (high, low), (high, high), (low, high), (low, low)];
            let corners = if self.open { &corners[..4] } else { &corners[..] };
            processor.linestring_begin(false, corners.len(), idx)?;
            for (idx, (x, y)) in corners.iter().enumerate() {
                processor.xy(*x, *y, idx)?;
            }
            processor.linestring_end(false, idx)
        };
        processor.polygon_begin(true, if self.hole { 2 } else { 1 }, 0)?;
        ring(processor, self.x, self.x + 10.0, 0)?;
        if self.hole {
            ring(processor, self.x + 2.0, self.x + 4.0, 1)?;
        }
        processor.polygon_end(true, 0)
    }
}

fn write(columns: &[(&str, ColumnType)], features: &[(Square, Vec<ColumnValue<'_>>)], index: bool) -> Vec<u8> {
    let options = FgbWriterOptions {
        write_index: index,
        promote_to_multi: false,
        crs: FgbCrs { code: 25833, ..FgbCrs::default() },
        ..FgbWriterOptions::default()
    };
    let mut writer = FgbWriter::create_with_options("plots", GeometryType::Polygon, options).unwrap();
    for (name, kind) in columns {
        writer.add_column(name, *kind, |_, _| {});
    }
    for (square, values) in features {
        writer
            .add_feature_geom(*square, |feature| {
                for (index, value) in values.iter().enumerate() {
                    feature.property(index, columns[index].0, value).unwrap();
                }
            })
            .unwrap();
    }
    let mut bytes = Vec::new();
    writer.write(&mut bytes).unwrap();
    bytes
}

fn read_bytes(bytes: &[u8]) -> Content {
    read("plots.fgb", bytes).unwrap()
}

#[test]
fn every_kind_of_column_is_read() {
    use ColumnType as T;
    use ColumnValue as V;
    let columns = [
        ("bool", T::Bool),
        ("byte", T::Byte),
        ("ubyte", T::UByte),
        ("short", T::Short),
        ("ushort", T::UShort),
        ("int", T::Int),
        ("uint", T::UInt),
        ("long", T::Long),
        ("ulong", T::ULong),
        ("float", T::Float),
        ("double", T::Double),
        ("string", T::String),
        ("json", T::Json),
        ("day", T::DateTime),
        ("instant", T::DateTime),
        ("local", T::DateTime),
        ("binary", T::Binary),
    ];
    let values = vec![
        V::Bool(true),
        V::Byte(-1),
        V::UByte(255),
        V::Short(-2),
        V::UShort(65535),
        V::Int(-3),
        V::UInt(u32::MAX),
        V::Long(-4),
        V::ULong(u64::MAX),
        V::Float(0.5),
        V::Double(f64::NAN),
        V::String("Börtewitz"),
        V::Json("{\"a\":1}"),
        V::DateTime("2026-03-31"),
        V::DateTime("2026-03-31T10:00:00Z"),
        V::DateTime("2026-03-31T10:00:00"),
        V::Binary(&[0, 255]),
    ];
    let content = read_bytes(&write(&columns, &[(Square::at(0.0), values), (Square::at(20.0), Vec::new())], true));
    assert_eq!(
        (content.header.format, content.header.name.as_str(), content.header.feature_count),
        (Format::FlatGeobuf, "plots", Some(2))
    );
    assert_eq!(
        content.columns(),
        [
            "bool Boolean",
            "byte Integer",
            "ubyte Integer",
            "short Integer",
            "ushort Integer",
            "int Integer",
            "uint Integer",
            "long Integer",
            "ulong Text",
            "float Real",
            "double Real",
            "string Text",
            "json Text",
            "day Date",
            "instant Timestamp",
            "local Text",
            "binary Text",
        ]
    );
    let filled = content.values().into_iter().find(|row| !row[0].is_null()).unwrap();
    assert_eq!(
        filled,
        [
            Value::Boolean(true),
            Value::Integer(-1),
            Value::Integer(255),
            Value::Integer(-2),
            Value::Integer(65535),
            Value::Integer(-3),
            Value::Integer(u32::MAX.into()),
            Value::Integer(-4),
            Value::text("18446744073709551615"),
            Value::Real(0.5),
            Value::Null,
            Value::text("Börtewitz"),
            Value::text("{\"a\":1}"),
            Value::Date("2026-03-31".parse().unwrap()),
            Value::Timestamp("2026-03-31T10:00:00Z".parse().unwrap()),
            Value::text("2026-03-31T10:00:00"),
            Value::text("00ff"),
        ]
    );
    assert_eq!(content.notes(), ["binary: binary values are handed out as hexadecimal text"]);
}

#[test]
fn areas_are_read_with_and_without_an_index() {
    let features: Vec<_> =
        (0..50).map(|i| (Square { hole: i % 2 == 1, ..Square::at(f64::from(i) * 20.0) }, Vec::new())).collect();
    for index in [true, false] {
        let content = read_bytes(&write(&[], &features, index));
        assert_eq!((content.rows.len(), content.problems.len()), (50, 0));
        assert!(content.rows.iter().all(|row| row.crs == Some(SourceCrs::Epsg(25833))));
        let total: f64 = content.rows.iter().map(|row| area(row.raw.geometry.as_ref().unwrap())).sum();
        assert!((total - (50.0 * 100.0 - 25.0 * 4.0)).abs() < 1e-6, "{total}");
    }
}

#[test]
fn an_open_ring_is_closed_and_noted() {
    let content = read_bytes(&write(&[], &[(Square { open: true, ..Square::at(0.0) }, Vec::new())], true));
    assert_eq!(content.notes(), ["geometry: ring closed"]);
    let Some(Geometry::Polygon(polygon)) = &content.rows[0].raw.geometry else { panic!("{:?}", content.rows) };
    assert_eq!(polygon.exterior().0.len(), 5);
}

#[test]
fn no_features_are_no_rows() {
    let content = read_bytes(&write(&[("a", ColumnType::Int)], &[], true));
    assert_eq!((content.rows.len(), content.columns()), (0, vec!["a Integer".to_owned()]));
}

fn sample() -> Vec<u8> {
    let features: Vec<_> = (0..20).map(|i| (Square::at(f64::from(i) * 20.0), vec![ColumnValue::String("x")])).collect();
    write(&[("a", ColumnType::String)], &features, true)
}

#[test]
fn a_file_that_ends_early_is_truncated_and_not_only_shorter() {
    let whole = sample();
    // Wherever it is cut: in the header, the index, a feature, or between two features.
    for end in (12..whole.len()).step_by(7).chain([whole.len() - 1]) {
        let error = read("cut.fgb", &whole[..end]).unwrap_err();
        assert!(matches!(error, FormatError::Truncated { .. } | FormatError::Malformed { .. }), "{end}: {error}");
    }
    let malformed = (12..whole.len())
        .step_by(7)
        .filter(|end| matches!(read("cut.fgb", &whole[..*end]), Err(FormatError::Malformed { .. })));
    // Only where the file is too short for its index.
    assert!(malformed.count() < whole.len() / 7);
}

fn check_damaged(damage: impl Fn(&mut Vec<u8>), reason: &str) {
    let mut bytes = sample();
    damage(&mut bytes);
    let error = read("damaged.fgb", &bytes).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
}

#[test]
fn absurd_sizes_are_refused_before_memory_is_taken() {
    check_damaged(|bytes| bytes[8..12].copy_from_slice(&u32::MAX.to_le_bytes()), "the header is larger than the limit");
    check_damaged(|bytes| bytes[8..12].copy_from_slice(&0u32.to_le_bytes()), "malformed FlatGeobuf");
    check_damaged(|bytes| bytes[3] = 2, "FlatGeobuf version 2");
    check_damaged(|bytes| bytes.extend_from_slice(&[0, 0, 0, 0x70, 1, 2]), "one feature is larger than the limit");
    check_damaged(
        |bytes| bytes.extend_from_slice(&[4, 0, 0, 0, 9, 9, 9, 9]),
        "there are more features than the header says",
    );
}

/// GDAL has no other way to write a day here.
#[test]
fn a_column_of_first_moments_of_days_is_one_of_days() {
    let read = |moments: &[&str]| {
        let features: Vec<_> =
            moments.iter().map(|moment| (Square::at(0.0), vec![ColumnValue::DateTime(moment)])).collect();
        read_bytes(&write(&[("built", ColumnType::DateTime)], &features, false))
    };
    let days = read(&["1902-05-01T00:00:00", "2026-03-31"]);
    assert_eq!(days.columns(), ["built Date"]);
    assert_eq!(days.values()[0], [Value::Date("1902-05-01".parse().unwrap())]);
    let mixed = read(&["1902-05-01T00:00:00", "2026-03-31T10:00:00"]);
    assert_eq!(mixed.columns(), ["built Text"]);
    assert_eq!(mixed.values()[0], [Value::text("1902-05-01T00:00:00")]);
}
