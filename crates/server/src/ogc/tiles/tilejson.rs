//! TileJSON 3.0.0, as MapLibre, Leaflet plugins and others read it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use spatial::{Snapshot, snapshot::Schema, tile::first_zoom};

use super::{
    WEB_MERCATOR_QUAD,
    tilesets::{Tileset, TilesetLayer, attributes, title},
};

/// Deeper tiles show nothing more: a unit is 4 cm here.
pub(super) const DETAIL_ZOOM: u8 = 18;

pub(super) fn document(snapshot: &Snapshot, tileset: &Tileset<'_>) -> Value {
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": tileset.title,
        "scheme": "xyz",
        "tiles": [format!("{}/tiles/{WEB_MERCATOR_QUAD}/{{z}}/{{y}}/{{x}}", tileset.of)],
        "minzoom": tileset.layers.iter().map(|layer| first_zoom(layer.schema)).min().unwrap_or_default(),
        "maxzoom": DETAIL_ZOOM,
        "vector_layers": tileset.layers.iter().map(vector_layer).collect::<Vec<_>>(),
    });
    if let Some(bounds) = tileset.bounds() {
        document["bounds"] = json!(bounds);
    }
    let lines = attributions(snapshot, tileset);
    if !lines.is_empty() {
        document["attribution"] = lines.into_iter().collect::<Vec<_>>().join("; ").into();
    }
    document
}

fn vector_layer(layer: &TilesetLayer<'_>) -> Value {
    let fields: Map<String, Value> = attributes(layer.schema)
        .map(|name| (name.to_owned(), if name == "count" { "Number" } else { "String" }.into()))
        .collect();
    json!({
        "id": layer.schema.id(),
        "description": title(layer.schema),
        "minzoom": first_zoom(layer.schema),
        "maxzoom": DETAIL_ZOOM,
        "fields": fields,
    })
}

/// Credit lines, each once. They go into pages of others as HTML: plain text only.
fn attributions(snapshot: &Snapshot, tileset: &Tileset<'_>) -> BTreeSet<String> {
    let is_typed = tileset.layers.iter().any(|layer| matches!(layer.schema, Schema::Typed(_)));
    let of_towns = snapshot.municipalities().into_iter().filter(|_| is_typed);
    let of_towns = of_towns.filter_map(|municipality| municipality.settings.attribution.as_deref());
    let of_layers = tileset.layers.iter().filter_map(|layer| match layer.schema {
        Schema::Layer(layer) => layer.attribution.as_deref(),
        Schema::Typed(_) => None,
    });
    of_towns.chain(of_layers).map(plain).collect()
}

fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_credit_line_brings_no_markup() {
        assert_eq!(plain("© GeoSN <b>&"), "© GeoSN &lt;b&gt;&amp;");
    }
}
