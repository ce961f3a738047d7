//! Tile matrix sets (OGC 17-083r4): WebMercatorQuad, the one that every map on the web knows.

use axum::{
    Json,
    extract::{Path, RawQuery as QueryString, State},
};
use serde_json::{Value, json};
use spatial::tile::{MAX_ZOOM, tiles_a_side};

use super::{WEB_MERCATOR_QUAD, known_set, link, only_json};
use crate::{app::App, error::Error, links::media};

pub(super) const TITLE: &str = "Google Maps Compatible for the World";
pub(super) const URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
pub(super) const CRS: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";

/// Half a side of the square of web mercator, in metres: π times the semi-major axis of WGS 84.
const HALF_M: f64 = 20_037_508.342_789_244;
/// Pixels a side of a tile, by the definition of the set.
const PIXELS: u32 = 256;
/// Size of a pixel on the screen that scales are reckoned with, in metres (OGC 17-083r4 § 6.1.1).
const PIXEL_M: f64 = 0.000_28;

/// `GET …/tileMatrixSets`.
pub(crate) async fn list_matrix_sets(
    State(app): State<App>,
    QueryString(query): QueryString,
) -> Result<Json<Value>, Error> {
    only_json(query.as_deref())?;
    let at = format!("{}/ogc/tileMatrixSets", app.base_url());
    let of_set = format!("{at}/{WEB_MERCATOR_QUAD}");
    Ok(Json(json!({
        "tileMatrixSets": [{
            "id": WEB_MERCATOR_QUAD,
            "title": TITLE,
            "uri": URI,
            "crs": CRS,
            // "self" is what the standard shows; the CITE suite looks for "item".
            "links": [
                link(of_set.clone(), "self", media::JSON, TITLE),
                link(of_set, "item", media::JSON, TITLE),
            ],
        }],
        "links": [link(at, "self", media::JSON, "This document")],
    })))
}

/// `GET …/tileMatrixSets/{set}`.
pub(crate) async fn get_matrix_set(
    Path(set): Path<String>,
    QueryString(query): QueryString,
) -> Result<Json<Value>, Error> {
    only_json(query.as_deref())?;
    known_set(&set)?;
    Ok(Json(definition()))
}

fn definition() -> Value {
    json!({
        "id": WEB_MERCATOR_QUAD,
        "title": TITLE,
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": (0..=MAX_ZOOM).map(matrix).collect::<Vec<_>>(),
    })
}

fn matrix(zoom: u8) -> Value {
    let side = tiles_a_side(zoom);
    let cell_m = 2.0 * HALF_M / f64::from(PIXELS) / f64::from(side);
    json!({
        "id": zoom.to_string(),
        "scaleDenominator": cell_m / PIXEL_M,
        "cellSize": cell_m,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_M, HALF_M],
        "matrixWidth": side,
        "matrixHeight": side,
        "tileWidth": PIXELS,
        "tileHeight": PIXELS,
    })
}

#[cfg(test)]
mod tests {
    use super::definition;

    /// The numbers of OGC 17-083r4, annex D.1.
    #[test]
    fn the_matrices_are_those_of_the_standard() {
        let definition = definition();
        let matrices = definition["tileMatrices"].as_array().unwrap();
        assert_eq!(matrices.len(), 25);
        for (zoom, scale, cell_m, side) in [
            (0, 559_082_264.028_717_8, 156_543.033_928_041, 1),
            (15, 17_061.836_671_407_13, 4.777_314_267_948_5, 32_768),
            (24, 33.323_899_748_842_05, 0.009_330_691_929_588, 16_777_216),
        ] {
            let matrix = &matrices[zoom];
            let is_near = |name: &str, expected: f64| (matrix[name].as_f64().unwrap() / expected - 1.0).abs() < 1e-9;
            assert!(is_near("scaleDenominator", scale) && is_near("cellSize", cell_m), "{matrix}");
            assert_eq!(matrix["matrixWidth"], side);
            assert_eq!(matrix["id"], zoom.to_string());
        }
    }
}
