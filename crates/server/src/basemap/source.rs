//! The base maps there are: a list that is built in, or one from a file for other regions.

use std::path::Path;

use geo_types::{Rect, coord};
use serde::Deserialize;

use super::grid::{Tile, touch};

/// basemap.de, `TopPlusOpen`, aerial photos of Saxony. Terms and credit lines are their publishers'.
const BUILT_IN: &str = include_str!("sources.json");

/// A base map.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// The word in addresses and in the cache.
    pub(crate) id: String,
    /// Name on the screen.
    pub(crate) title: Title,
    /// Credit line that its terms ask for; `{year}` is the year of the last access.
    pub(crate) credit: String,
    /// Least zoom.
    pub(crate) min_zoom: u8,
    /// Greatest zoom.
    pub(crate) max_zoom: u8,
    /// West, south, east, north where it has anything, CRS84; everywhere if absent.
    #[serde(default)]
    pub(crate) bbox: Option<[f64; 4]>,
    /// How it is asked.
    pub(crate) service: Service,
}

/// A name in the languages of the screen.
#[derive(Clone, Debug, Deserialize, PartialEq, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Title {
    pub(crate) de: String,
    pub(crate) en: String,
}

/// How a source is asked for a tile.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub(crate) enum Service {
    /// Tiles of the same grid: `{z}`, `{x}` and `{y}` in the address are replaced.
    Tiles {
        /// Address with placeholders.
        url: String,
    },
    /// A WMS 1.3.0 that speaks EPSG:3857.
    Wms {
        /// Address without a query.
        url: String,
        /// Names of layers, separated by commas.
        layers: String,
        /// Media type asked for.
        format: String,
    },
}

/// Why a list of sources cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is no list of sources.
    #[error("is no list of base maps: {0}")]
    Json(#[from] serde_json::Error),
    /// A source makes no sense.
    #[error("base map \"{id}\": {reason}")]
    Source {
        /// Its id.
        id: String,
        /// What is wrong and what is expected.
        reason: &'static str,
    },
}

/// The sources of a file, or those built in.
pub(crate) fn read(file: Option<&Path>) -> Result<Vec<Source>, SourcesError> {
    match file {
        Some(file) => parse(&std::fs::read_to_string(file)?),
        None => parse(BUILT_IN),
    }
}

fn parse(json: &str) -> Result<Vec<Source>, SourcesError> {
    let sources: Vec<Source> = serde_json::from_str(json)?;
    for (index, source) in sources.iter().enumerate() {
        let is_twice = sources[..index].iter().any(|earlier| earlier.id == source.id);
        if let Some(reason) = source.fault().or(is_twice.then_some("the id occurs twice")) {
            return Err(SourcesError::Source { id: source.id.clone(), reason });
        }
    }
    Ok(sources)
}

impl Source {
    fn fault(&self) -> Option<&'static str> {
        let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let url = match &self.service {
            Service::Tiles { url } | Service::Wms { url, .. } => url,
        };
        let is_template = |url: &str| ["{z}", "{x}", "{y}"].iter().all(|part| url.contains(part));
        let faults = [
            (self.id.is_empty() || !self.id.bytes().all(is_word), "the id must consist of a-z, 0-9 and -"),
            (self.min_zoom > self.max_zoom || self.max_zoom > 22, "min_zoom to max_zoom must lie in 0 to 22"),
            (
                !url.starts_with("https://") && !url.starts_with("http://"),
                "the url must begin with https:// or http://",
            ),
            (
                matches!(&self.service, Service::Tiles { url } if !is_template(url)),
                "the url of tiles must hold {z}, {x} and {y}",
            ),
            (
                matches!(&self.service, Service::Wms { url, .. } if url.contains('?')),
                "the url of a wms must hold no query",
            ),
            (self.bbox.is_some_and(|[w, s, e, n]| w >= e || s >= n), "bbox must be west, south, east, north"),
        ];
        faults.into_iter().find_map(|(is_wrong, reason)| is_wrong.then_some(reason))
    }

    /// Whether it has anything in a box, CRS84.
    pub(crate) fn covers(&self, rect: Rect) -> bool {
        self.bbox.is_none_or(|[west, south, east, north]| {
            touch(rect, Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north }))
        })
    }

    /// Whether it may have this tile.
    pub(crate) fn has(&self, tile: Tile) -> bool {
        (self.min_zoom..=self.max_zoom).contains(&tile.z) && self.covers(tile.degrees())
    }

    /// Where to ask for a tile.
    pub(crate) fn address(&self, tile: Tile) -> String {
        match &self.service {
            Service::Tiles { url } => url
                .replace("{z}", &tile.z.to_string())
                .replace("{x}", &tile.x.to_string())
                .replace("{y}", &tile.y.to_string()),
            Service::Wms { url, layers, format } => {
                let bbox = tile.metres().map(|metres| format!("{metres:.4}")).join(",");
                let query = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs([
                        ("SERVICE", "WMS"),
                        ("VERSION", "1.3.0"),
                        ("REQUEST", "GetMap"),
                        ("LAYERS", layers),
                        ("STYLES", ""),
                        ("CRS", "EPSG:3857"),
                        ("BBOX", &bbox),
                        ("WIDTH", "256"),
                        ("HEIGHT", "256"),
                        ("FORMAT", format),
                    ])
                    .finish();
                format!("{url}?{query}")
            }
        }
    }

    /// The credit line in this year.
    pub(crate) fn credit(&self, year: i16) -> String {
        self.credit.replace("{year}", &year.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, parse};
    use crate::basemap::grid::Tile;

    const TILE: Tile = Tile { z: 15, x: 17_560, y: 10_947 };

    #[test]
    fn the_built_in_sources_are_sound_and_give_credit() {
        let sources = parse(BUILT_IN).unwrap();
        assert_eq!(
            sources.iter().map(|source| source.id.as_str()).collect::<Vec<_>>(),
            ["basemap-grau", "basemap-farbe", "topplus", "luftbild-sachsen"]
        );
        for source in &sources {
            assert!(source.has(TILE), "{}", source.id);
            assert!(
                source.credit(2026).contains("BKG (2026)") || source.credit(2026).contains("GeoSN"),
                "{}",
                source.id
            );
            assert!(source.address(TILE).starts_with("https://"), "{}", source.id);
        }
    }

    #[test]
    fn a_tile_is_asked_for_where_it_lies() {
        let sources = parse(BUILT_IN).unwrap();
        let address = |id: &str| sources.iter().find(|source| source.id == id).unwrap().address(TILE);
        assert_eq!(
            address("basemap-grau"),
            "https://sgx.geodatenzentrum.de/wmts_basemapde/tile/1.0.0/de_basemapde_web_raster_grau/default/GLOBAL_WEBMERCATOR/15/10947/17560.png"
        );
        assert!(
            address("luftbild-sachsen").contains(
                "LAYERS=sn_dop_020&STYLES=&CRS=EPSG%3A3857&BBOX=1438239.1242%2C6648186.9721%2C1439462.1167%2C6649409.9646&WIDTH=256"
            ),
            "{}",
            address("luftbild-sachsen")
        );
    }

    #[test]
    fn aerial_photos_of_a_land_end_at_its_border() {
        let sources = parse(BUILT_IN).unwrap();
        let aerial = sources.iter().find(|source| source.id == "luftbild-sachsen").unwrap();
        // Hamburg.
        assert!(!aerial.has(Tile { z: 12, x: 2161, y: 1323 }));
        assert!(!aerial.has(Tile { z: 3, ..TILE }));
    }

    #[test]
    fn a_list_that_makes_no_sense_is_refused_by_name() {
        let list = |id: &str, url: &str, more: &str| {
            format!(
                r#"[{{"id":"{id}","title":{{"de":"a","en":"a"}},"credit":"c","min_zoom":1,"max_zoom":9,"service":{{"kind":"tiles","url":"{url}"}}{more}}}]"#
            )
        };
        let refusal = |json: &str| parse(json).unwrap_err().to_string();
        let url = "https://x.example/{z}/{x}/{y}.png";
        assert!(parse(&list("a", url, "")).is_ok());
        assert_eq!(refusal(&list("A/b", url, "")), "base map \"A/b\": the id must consist of a-z, 0-9 and -");
        assert!(refusal(&list("a", "ftp://x/{z}{x}{y}", "")).ends_with("must begin with https:// or http://"));
        assert!(refusal(&list("a", "https://x/{z}", "")).ends_with("must hold {z}, {x} and {y}"));
        assert!(refusal(&list("a", url, r#","bbox":[2,1,1,2]"#)).ends_with("must be west, south, east, north"));
        assert!(refusal(&list("a", url, r#","colour":1"#)).contains("unknown field `colour`"));
        assert!(refusal("{}").contains("is no list of base maps"));
    }
}
