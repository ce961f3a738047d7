//! A decoder of Mapbox Vector Tile 2.1 that takes nothing the specification does not allow.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

/// A layer, read.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) name: String,
    pub(super) features: Vec<Feature>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Points(Vec<Coord<i32>>),
    Lines(Vec<Vec<Coord<i32>>>),
    /// Polygons of rings without their closing vertex, the exterior first.
    Polygons(Vec<Vec<Vec<Coord<i32>>>>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Feature {
    pub(super) shape: Shape,
    pub(super) attributes: Vec<(String, String)>,
}

impl Feature {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn id(&self) -> &str {
        self.attribute("id").expect("an id")
    }

    pub(super) fn points(&self) -> &[Coord<i32>] {
        if let Shape::Points(points) = &self.shape { points } else { &[] }
    }

    /// The polygons, as `geo` has them.
    pub(super) fn areas(&self) -> MultiPolygon {
        let Shape::Polygons(polygons) = &self.shape else { return MultiPolygon(vec![]) };
        let line =
            |ring: &Vec<Coord<i32>>| ring.iter().map(|v| (f64::from(v.x), f64::from(v.y))).collect::<LineString>();
        let polygon =
            |rings: &Vec<Vec<Coord<i32>>>| Polygon::new(line(&rings[0]), rings[1..].iter().map(line).collect());
        MultiPolygon(polygons.iter().map(polygon).collect())
    }
}

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("a varint that ends");
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return value;
        }
    }
    panic!("a varint of more than ten bytes");
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let field = match key & 7 {
            0 => Field::Number(varint(&mut bytes)),
            2 => {
                let len = varint(&mut bytes) as usize;
                let (content, rest) = bytes.split_at(len);
                bytes = rest;
                Field::Bytes(content)
            }
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, field));
    }
    fields
}

fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).expect("UTF-8").to_owned()
}

fn packed(mut bytes: &[u8]) -> Vec<u32> {
    let mut numbers = Vec::new();
    while !bytes.is_empty() {
        numbers.push(u32::try_from(varint(&mut bytes)).expect("32 bits"));
    }
    numbers
}

/// Reads a tile and holds it against the specification.
pub(super) fn decode(tile: &[u8]) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for (number, field) in fields(tile) {
        let (3, Field::Bytes(bytes)) = (number, field) else { panic!("a tile holds layers only") };
        let layer = layer(bytes);
        assert!(layers.iter().all(|earlier| earlier.name != layer.name), "layer {} twice", layer.name);
        layers.push(layer);
    }
    layers
}

fn layer(bytes: &[u8]) -> Layer {
    let (mut name, mut version, mut extent) = (None, None, None);
    let (mut keys, mut values, mut features) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields(bytes) {
        match field {
            (1, Field::Bytes(bytes)) => name = Some(text(bytes)),
            (2, Field::Bytes(bytes)) => features.push(bytes),
            (3, Field::Bytes(bytes)) => keys.push(text(bytes)),
            (4, Field::Bytes(bytes)) => values.push(value(bytes)),
            (5, Field::Number(number)) => extent = Some(number),
            (15, Field::Number(number)) => version = Some(number),
            (number, _) => panic!("field {number} of a layer"),
        }
    }
    assert_eq!((version, extent), (Some(2), Some(4096)));
    assert!(!features.is_empty(), "a layer without features");
    let features = features.into_iter().map(|bytes| feature(bytes, &keys, &values)).collect();
    Layer { name: name.expect("a name"), features }
}

fn value(bytes: &[u8]) -> String {
    match &fields(bytes)[..] {
        [(1, Field::Bytes(bytes))] => text(bytes),
        [(5, Field::Number(number))] => number.to_string(),
        _ => panic!("a value of another kind"),
    }
}

fn feature(bytes: &[u8], keys: &[String], values: &[String]) -> Feature {
    let (mut tags, mut kind, mut geometry) = (Vec::new(), 0, Vec::new());
    for field in fields(bytes) {
        match field {
            (2, Field::Bytes(bytes)) => tags = packed(bytes),
            (3, Field::Number(number)) => kind = number,
            (4, Field::Bytes(bytes)) => geometry = packed(bytes),
            (number, _) => panic!("field {number} of a feature"),
        }
    }
    assert!(tags.len().is_multiple_of(2));
    let attributes: Vec<(String, String)> =
        tags.chunks(2).map(|tag| (keys[tag[0] as usize].clone(), values[tag[1] as usize].clone())).collect();
    let shape = match kind {
        1 => Shape::Points(points(&geometry)),
        2 => Shape::Lines(runs(&geometry, false)),
        3 => Shape::Polygons(polygons(runs(&geometry, true))),
        other => panic!("geometry type {other}"),
    };
    Feature { shape, attributes }
}

/// The commands of a geometry, with the cursor moved along.
struct Commands<'a> {
    numbers: std::slice::Iter<'a, u32>,
    cursor: Coord<i32>,
}

impl Commands<'_> {
    fn next(&mut self) -> Option<(u32, u32)> {
        self.numbers.next().map(|number| (number & 7, number >> 3))
    }

    fn vertex(&mut self) -> Coord<i32> {
        let mut parameter = || {
            let number = *self.numbers.next().expect("a parameter");
            (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
        };
        let delta = Coord { x: parameter(), y: parameter() };
        self.cursor = self.cursor + delta;
        self.cursor
    }
}

fn commands(geometry: &[u32]) -> Commands<'_> {
    Commands { numbers: geometry.iter(), cursor: Coord { x: 0, y: 0 } }
}

fn points(geometry: &[u32]) -> Vec<Coord<i32>> {
    let mut commands = commands(geometry);
    let (command, count) = commands.next().expect("a command");
    assert!(command == 1 && count > 0, "points are one MoveTo");
    let points = (0..count).map(|_| commands.vertex()).collect();
    assert_eq!(commands.next(), None);
    points
}

/// Lines, or rings that are closed.
fn runs(geometry: &[u32], closed: bool) -> Vec<Vec<Coord<i32>>> {
    let mut commands = commands(geometry);
    let mut runs = Vec::new();
    while let Some(command) = commands.next() {
        assert_eq!(command, (1, 1), "a run begins with MoveTo");
        let mut run = vec![commands.vertex()];
        let (command, count) = commands.next().expect("LineTo");
        assert!(command == 2 && count >= if closed { 2 } else { 1 }, "LineTo {count}");
        for _ in 0..count {
            let vertex = commands.vertex();
            assert_ne!(run.last(), Some(&vertex), "a step of no length");
            run.push(vertex);
        }
        if closed {
            assert_eq!(commands.next(), Some((7, 1)), "ClosePath");
        }
        runs.push(run);
    }
    assert!(!runs.is_empty());
    runs
}

/// Twice the area by the surveyor's formula: positive of exterior rings.
fn doubled_area(ring: &[Coord<i32>]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)).sum()
}

fn polygons(rings: Vec<Vec<Coord<i32>>>) -> Vec<Vec<Vec<Coord<i32>>>> {
    let mut polygons: Vec<Vec<Vec<Coord<i32>>>> = Vec::new();
    for ring in rings {
        match doubled_area(&ring) {
            0 => panic!("a ring without area"),
            1.. => polygons.push(vec![ring]),
            _ => polygons.last_mut().expect("an exterior ring first").push(ring),
        }
    }
    polygons
}
