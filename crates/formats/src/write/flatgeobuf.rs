//! FlatGeobuf 3: header, packed Hilbert R-tree, features.
//!
//! Header, tree and features are put together with the crate's generated builders and its index. Its own writer is not
//! used: it gives a feature without geometry the box of the one before, and takes areas in collections apart.
//!
//! Source: <https://flatgeobuf.org> (file layout), `header.fbs`, `feature.fbs`.

use std::io::{BufReader, BufWriter, Read as _, Seek as _, Write};

use ::flatgeobuf::{
    Column, ColumnArgs, ColumnType, Crs, CrsArgs, Feature, FeatureArgs, Geometry as Encoded, GeometryArgs,
    GeometryType, Header, HeaderArgs,
    packed_r_tree::{NodeItem, PackedRTree, calc_extent, hilbert_sort},
};
use cadastre::{
    ColumnKind,
    geometry::{Coord, Geometry, LineString, Polygon},
    value::ValueRef,
};
use flatbuffers::{FlatBufferBuilder, WIPOffset};
use tempfile::SpooledTempFile;

use super::{GeometryKind, Record, TableInfo, TableWriter, WriteColumn, WriteError, names, text_of};

/// `fgb`, version 3, twice, with the patch level that readers disregard.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";
/// Features up to this size stay in memory.
const SPOOL_BYTES: usize = 32 << 20;
const BUFFER_BYTES: usize = 1 << 20;

/// Where a feature lies in the temporary file.
#[derive(Clone, Copy)]
struct Place {
    offset: u64,
    size: u64,
}

/// Writes FlatGeobuf.
pub(super) struct FlatGeobufWriter<W: Write> {
    table: TableInfo,
    id: Option<String>,
    features: BufWriter<SpooledTempFile>,
    places: Vec<Place>,
    /// The box of each feature with its number as offset.
    nodes: Vec<NodeItem>,
    builder: FlatBufferBuilder<'static>,
    out: W,
}

impl<W: Write> FlatGeobufWriter<W> {
    #[expect(clippy::unnecessary_wraps, reason = "as the other writers")]
    pub(super) fn new(table: TableInfo, out: W) -> Result<Self, WriteError> {
        Ok(Self {
            id: names::id(&table),
            table,
            features: BufWriter::with_capacity(BUFFER_BYTES, tempfile::spooled_tempfile(SPOOL_BYTES)),
            places: Vec::new(),
            nodes: Vec::new(),
            builder: FlatBufferBuilder::new(),
            out,
        })
    }

    fn properties(&self, record: &Record<'_>) -> Result<Vec<u8>, WriteError> {
        let mut bytes = Vec::with_capacity(256);
        let mut index = 0_u16;
        if self.id.is_some() {
            put_text(&mut bytes, index, record.view.id()).ok_or_else(|| too_long(record))?;
            index += 1;
        }
        for column in &self.table.columns {
            put(&mut bytes, index, column.kind, &record.value(column)).ok_or_else(|| too_long(record))?;
            index += 1;
        }
        Ok(bytes)
    }

    fn header(&self, extent: &NodeItem) -> Vec<u8> {
        let mut fbb = FlatBufferBuilder::new();
        let crs = &self.table.crs;
        let crs = CrsArgs {
            org: Some(fbb.create_string("EPSG")),
            code: crs.epsg as i32,
            name: Some(fbb.create_string(&crs.name)),
            wkt: Some(fbb.create_string(&crs.wkt)),
            ..CrsArgs::default()
        };
        let crs = Crs::create(&mut fbb, &crs);
        let id = self.id.as_ref().map(|name| column(&mut fbb, name, None, ColumnType::String, false));
        let of_property = |column_: &WriteColumn| {
            column(&mut fbb, &column_.name, Some(&column_.title), column_type(column_.kind), true)
        };
        let columns: Vec<_> = self.table.columns.iter().map(of_property).collect();
        let columns: Vec<_> = id.into_iter().chain(columns).collect();
        let has_extent = extent.min_x <= extent.max_x;
        let header = HeaderArgs {
            name: Some(fbb.create_string(&self.table.name)),
            title: Some(fbb.create_string(&self.table.title)),
            description: Some(fbb.create_string(&self.table.description)),
            envelope: has_extent.then(|| fbb.create_vector(&[extent.min_x, extent.min_y, extent.max_x, extent.max_y])),
            geometry_type: geometry_type(self.table.geometry),
            columns: Some(fbb.create_vector(&columns)),
            features_count: self.places.len() as u64,
            index_node_size: if self.has_index() { PackedRTree::DEFAULT_NODE_SIZE } else { 0 },
            crs: Some(crs),
            ..HeaderArgs::default()
        };
        let header = Header::create(&mut fbb, &header);
        fbb.finish_size_prefixed(header, None);
        fbb.finished_data().to_vec()
    }

    /// An index of boxes only where there are boxes.
    fn has_index(&self) -> bool {
        self.nodes.iter().any(|node| node.min_x <= node.max_x)
    }
}

impl<W: Write> TableWriter for FlatGeobufWriter<W> {
    fn write(&mut self, record: &Record<'_>) -> Result<(), WriteError> {
        let properties = self.properties(record)?;
        let mut node = NodeItem::create(self.places.len() as u64);
        self.builder.reset();
        let states_type = self.table.geometry != GeometryKind::MultiPolygon;
        let geometry = record.geometry.map(|geometry| encode(&mut self.builder, geometry, states_type, &mut node));
        let properties = Some(self.builder.create_vector(&properties));
        let feature =
            Feature::create(&mut self.builder, &FeatureArgs { geometry, properties, ..FeatureArgs::default() });
        self.builder.finish_size_prefixed(feature, None);
        let bytes = self.builder.finished_data();
        let offset = self.places.last().map_or(0, |last| last.offset + last.size);
        self.places.push(Place { offset, size: bytes.len() as u64 });
        self.nodes.push(node);
        Ok(self.features.write_all(bytes)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        let extent = calc_extent(&self.nodes);
        self.out.write_all(&MAGIC)?;
        let header = self.header(&extent);
        self.out.write_all(&header)?;
        if self.has_index() {
            hilbert_sort(&mut self.nodes, &extent);
            let mut offset = 0;
            let placed = self.nodes.iter().map(|node| {
                let mut placed = node.clone();
                placed.offset = offset;
                offset += self.places[node.offset as usize].size;
                placed
            });
            let placed: Vec<_> = placed.collect();
            let tree = PackedRTree::build(&placed, &extent, PackedRTree::DEFAULT_NODE_SIZE);
            let tree = tree.map_err(|error| WriteError::FlatGeobuf(error.to_string()))?;
            tree.stream_write(&mut self.out)?;
        }
        let mut features = self.features.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        features.rewind()?;
        let mut features = BufReader::with_capacity(BUFFER_BYTES, features);
        let mut at = 0_u64;
        let mut bytes = Vec::new();
        for node in &self.nodes {
            let place = self.places[node.offset as usize];
            // Mostly the features are in order already, and the buffer stays good.
            features.seek_relative(place.offset as i64 - at as i64)?;
            bytes.resize(place.size as usize, 0);
            features.read_exact(&mut bytes)?;
            at = place.offset + place.size;
            self.out.write_all(&bytes)?;
        }
        Ok(self.out.flush()?)
    }
}

fn too_long(record: &Record<'_>) -> WriteError {
    WriteError::Record { id: record.view.id().to_owned(), reason: "a text is longer than 4 GiB".to_owned() }
}

fn column<'f>(
    fbb: &mut FlatBufferBuilder<'f>,
    name: &str,
    title: Option<&str>,
    type_: ColumnType,
    nullable: bool,
) -> WIPOffset<Column<'f>> {
    let args = ColumnArgs {
        name: Some(fbb.create_string(name)),
        type_,
        title: title.map(|title| fbb.create_string(title)),
        nullable,
        ..ColumnArgs::default()
    };
    Column::create(fbb, &args)
}

fn column_type(kind: ColumnKind) -> ColumnType {
    match kind {
        ColumnKind::Text => ColumnType::String,
        ColumnKind::Integer => ColumnType::Long,
        ColumnKind::Real => ColumnType::Double,
        ColumnKind::Boolean => ColumnType::Bool,
        ColumnKind::Date | ColumnKind::Timestamp => ColumnType::DateTime,
    }
}

fn geometry_type(kind: GeometryKind) -> GeometryType {
    match kind {
        GeometryKind::MultiPolygon => GeometryType::MultiPolygon,
        GeometryKind::None | GeometryKind::Any => GeometryType::Unknown,
    }
}

/// Adds a property unless it is null. `None` if a text is too long.
fn put(bytes: &mut Vec<u8>, index: u16, kind: ColumnKind, value: &ValueRef<'_>) -> Option<()> {
    let mut fixed = |value: &[u8]| {
        bytes.extend_from_slice(&index.to_le_bytes());
        bytes.extend_from_slice(value);
    };
    match (kind, value) {
        (_, ValueRef::Null) => {}
        (ColumnKind::Integer, ValueRef::Integer(number)) => fixed(&number.to_le_bytes()),
        (ColumnKind::Real, ValueRef::Real(number)) => fixed(&number.to_le_bytes()),
        (ColumnKind::Real, ValueRef::Integer(number)) => fixed(&(*number as f64).to_le_bytes()),
        (ColumnKind::Boolean, ValueRef::Boolean(yes)) => fixed(&[u8::from(*yes)]),
        (_, value) => put_text(bytes, index, &text_of(value).unwrap_or_default())?,
    }
    Some(())
}

fn put_text(bytes: &mut Vec<u8>, index: u16, text: &str) -> Option<()> {
    let len = u32::try_from(text.len()).ok()?;
    bytes.extend_from_slice(&index.to_le_bytes());
    bytes.extend_from_slice(&len.to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
    Some(())
}

/// Encodes a geometry and widens the box of its feature.
fn encode<'f>(
    fbb: &mut FlatBufferBuilder<'f>,
    geometry: &Geometry,
    states_type: bool,
    node: &mut NodeItem,
) -> WIPOffset<Encoded<'f>> {
    let type_of = |type_| if states_type { type_ } else { GeometryType::Unknown };
    match geometry {
        Geometry::Point(point) => simple(fbb, type_of(GeometryType::Point), [[point.0].as_slice()], node),
        Geometry::Line(line) => {
            simple(fbb, type_of(GeometryType::LineString), [[line.start, line.end].as_slice()], node)
        }
        Geometry::LineString(line) => simple(fbb, type_of(GeometryType::LineString), [line.0.as_slice()], node),
        Geometry::MultiPoint(points) => {
            let coords: Vec<Coord> = points.iter().map(|point| point.0).collect();
            simple(fbb, type_of(GeometryType::MultiPoint), [coords.as_slice()], node)
        }
        Geometry::MultiLineString(lines) => {
            simple(fbb, type_of(GeometryType::MultiLineString), lines.iter().map(|line| line.0.as_slice()), node)
        }
        Geometry::Polygon(polygon) => area(fbb, type_of(GeometryType::Polygon), polygon, node),
        Geometry::Rect(rect) => area(fbb, type_of(GeometryType::Polygon), &rect.to_polygon(), node),
        Geometry::Triangle(triangle) => area(fbb, type_of(GeometryType::Polygon), &triangle.to_polygon(), node),
        Geometry::MultiPolygon(polygons) => {
            let part = |polygon| area(fbb, GeometryType::Polygon, polygon, node);
            let parts: Vec<_> = polygons.iter().map(part).collect();
            collection(fbb, type_of(GeometryType::MultiPolygon), &parts)
        }
        Geometry::GeometryCollection(members) => {
            let parts: Vec<_> = members.iter().map(|member| encode(fbb, member, true, node)).collect();
            collection(fbb, type_of(GeometryType::GeometryCollection), &parts)
        }
    }
}

fn area<'f>(
    fbb: &mut FlatBufferBuilder<'f>,
    type_: GeometryType,
    polygon: &Polygon,
    node: &mut NodeItem,
) -> WIPOffset<Encoded<'f>> {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    simple(fbb, type_, rings.map(|ring: &LineString| ring.0.as_slice()), node)
}

/// One array of numbers, cut by another where there is more than one run.
fn simple<'f, 'c>(
    fbb: &mut FlatBufferBuilder<'f>,
    type_: GeometryType,
    runs: impl IntoIterator<Item = &'c [Coord]>,
    node: &mut NodeItem,
) -> WIPOffset<Encoded<'f>> {
    let mut xy = Vec::new();
    let mut ends = Vec::new();
    for run in runs {
        for coord in run {
            xy.extend([coord.x, coord.y]);
            node.expand_xy(coord.x, coord.y);
        }
        ends.push((xy.len() / 2) as u32);
    }
    let ends = (ends.len() > 1).then(|| fbb.create_vector(&ends));
    let xy = Some(fbb.create_vector(&xy));
    Encoded::create(fbb, &GeometryArgs { ends, xy, type_, ..GeometryArgs::default() })
}

fn collection<'f>(
    fbb: &mut FlatBufferBuilder<'f>,
    type_: GeometryType,
    parts: &[WIPOffset<Encoded<'f>>],
) -> WIPOffset<Encoded<'f>> {
    let parts = Some(fbb.create_vector(parts));
    Encoded::create(fbb, &GeometryArgs { type_, parts, ..GeometryArgs::default() })
}
