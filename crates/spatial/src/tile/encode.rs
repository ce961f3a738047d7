//! Mapbox Vector Tile 2.1 of a layer, and what is left out of one that would be too large.

use std::collections::HashSet;

use fast_mvt::{MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtResult, MvtValueRef};

use super::{
    cut::{Arena, Role},
    layer::{Kind, TileFeature, TileLayer},
    look::{ATTRIBUTES, Attributes},
    units::Vertex,
};

/// A layer as part of a tile: tiles are concatenated layers. Empty if it has no feature.
pub(super) fn encode(layer: &TileLayer<'_>) -> MvtResult<Vec<u8>> {
    if layer.features.is_empty() {
        return Ok(Vec::new());
    }
    let mut builder = MvtLayerBuilder::new(layer.name)?;
    for feature in &layer.features {
        builder = encode_feature(builder, feature, &layer.arena)?;
    }
    Ok(builder.encode())
}

fn encode_feature(builder: MvtLayerBuilder, feature: &TileFeature<'_>, arena: &Arena) -> MvtResult<MvtLayerBuilder> {
    let runs = feature.runs.clone().map(|run| arena.run(run));
    let mut encoded = builder.feature_of(match feature.kind {
        Kind::Points => MvtGeomType::Point,
        Kind::Lines => MvtGeomType::LineString,
        Kind::Areas => MvtGeomType::Polygon,
    });
    if feature.kind == Kind::Points {
        encoded.points(runs.flat_map(|(_, vertices)| vertices.iter().copied()))?;
    } else {
        for (role, vertices) in runs {
            let vertices = vertices.iter().copied();
            match role {
                // Rings are wound as their role demands by the encoder.
                Role::Exterior | Role::Interior => encoded.ring(vertices, role == Role::Exterior)?,
                Role::Point | Role::Line => encoded.line(vertices)?,
            };
        }
    }
    write_attributes(&mut encoded, &feature.attributes)?;
    Ok(encoded.end())
}

fn write_attributes(feature: &mut MvtFeatureBuilder, attributes: &Attributes<'_>) -> MvtResult<()> {
    let [id, kind, status, area_class, count] = ATTRIBUTES;
    for (name, text) in [
        (id, attributes.id),
        (kind, attributes.kind.as_deref()),
        (status, attributes.status.as_deref()),
        (area_class, attributes.area_class),
    ] {
        if let Some(text) = text {
            feature.tag_ref(name, MvtValueRef::String(text))?;
        }
    }
    if let Some(number) = attributes.count {
        feature.tag_ref(count, MvtValueRef::UInt(number))?;
    }
    Ok(())
}

/// Leaves out the smallest features until the layer takes no more than so many bytes. None is cut.
pub(super) fn reduce(layer: &mut TileLayer<'_>, max_bytes: usize) {
    let mut order: Vec<usize> = (0..layer.features.len()).collect();
    // Features are in the order of the collection: equal sizes keep it.
    order.sort_by(|a, b| layer.features[*b].size.total_cmp(&layer.features[*a].size));
    let mut bytes = layer_cost(layer.name);
    let mut values: HashSet<&str> = HashSet::new();
    let mut keep = vec![false; layer.features.len()];
    for number in order {
        let feature = &layer.features[number];
        let cost = feature_cost(feature, &layer.arena) + new_values_cost(&feature.attributes, &values);
        // What never fits would keep everything smaller out.
        if cost + layer_cost(layer.name) > max_bytes {
            continue;
        }
        if bytes + cost > max_bytes {
            break;
        }
        bytes += cost;
        keep[number] = true;
        values.extend(texts(&feature.attributes));
    }
    let mut keep = keep.into_iter();
    layer.features.retain(|_| keep.next().unwrap_or(false));
}

/// Bytes of a layer without features, at most: its header, name, keys, extent and version.
fn layer_cost(name: &str) -> usize {
    const FRAME: usize = 6 + 4 + 3 + 2;
    let keys: usize = ATTRIBUTES.iter().map(|key| 2 + key.len()).sum();
    FRAME + name.len() + keys
}

/// Bytes of a feature without the texts of its values, at most.
fn feature_cost(feature: &TileFeature<'_>, arena: &Arena) -> usize {
    // Headers of the feature and its geometry with up to four bytes of length, the type; tags of two numbers.
    const FRAME: usize = 5 + 5 + 2;
    let tags = 2 + ATTRIBUTES.len() * 4;
    let geometry: usize = feature.runs.clone().map(|run| run_cost(arena.run(run).1)).sum();
    // A count is a value of its own.
    let count = if feature.attributes.count.is_some() { 2 + 1 + 10 } else { 0 };
    FRAME + tags + geometry + count
}

/// Bytes of the commands of a run: the first vertex may lie anywhere in the tile seen from the last one.
fn run_cost(vertices: &[Vertex]) -> usize {
    const COMMANDS: usize = 1 + 4 + 1;
    const MOVE: usize = 6;
    let delta = |a: i32, b: i32| varint_len(2 * u64::from(a.abs_diff(b)));
    // A ring may be turned round, and then begins with its last vertex.
    let steps: usize = vertices.windows(2).map(|edge| delta(edge[0].x, edge[1].x) + delta(edge[0].y, edge[1].y)).sum();
    COMMANDS + MOVE + steps
}

fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

fn texts<'a>(attributes: &'a Attributes<'_>) -> impl Iterator<Item = &'a str> {
    [attributes.id, attributes.kind.as_deref(), attributes.status.as_deref(), attributes.area_class]
        .into_iter()
        .flatten()
}

/// Bytes of the texts that the layer has not yet.
fn new_values_cost(attributes: &Attributes<'_>, known: &HashSet<&str>) -> usize {
    const FRAME: usize = 2 * (1 + 4);
    texts(attributes).filter(|text| !known.contains(text)).map(|text| FRAME + text.len()).sum()
}
