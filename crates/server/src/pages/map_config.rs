//! What a page tells its map: a JSON data block, read by `web-map/src/config.ts`.

use cadastre::texts::Language;
use serde::Serialize;

use super::{groups::Group, params::href};

/// Settings of the map of one page.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MapConfig {
    /// Code of the language of its texts.
    pub(crate) language: &'static str,
    /// Extent shown first, CRS84: west, south, east, north.
    pub(crate) bounds: Option<[f64; 4]>,
    /// Whether there are only parcels to be seen: the map then begins as near as they are drawn.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_near_only: bool,
    /// Shows the sites of this municipality only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ags: Option<String>,
    /// Address of what the page lists, as GeoJSON; on other pages, of all there is. The map adds a box to it.
    pub(crate) listings: String,
    /// What the page is about, highlighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) selected: Option<Selected>,
    /// Groups of site types, in the order of the legend.
    pub(crate) groups: Vec<MapGroup>,
    /// Municipalities with public data, shown as labels when far away.
    pub(crate) municipalities: Vec<MapMunicipality>,
    /// Credit lines.
    pub(crate) credits: Vec<String>,
    /// Key and value that links to pages carry, e.g. `lang=en`; empty if none.
    pub(crate) link_query: &'static str,
}

/// The record a page is about.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Selected {
    /// Collection of the API.
    pub(crate) collection: &'static str,
    /// Id in it.
    pub(crate) id: String,
}

/// A group in the legend.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MapGroup {
    /// Code; also the class name that gives it its colour.
    pub(crate) code: &'static str,
    /// Letter.
    pub(crate) letter: &'static str,
    /// Name.
    pub(crate) label: &'static str,
}

/// A municipality as a label on the map.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MapMunicipality {
    /// Key.
    pub(crate) ags: String,
    /// Name.
    pub(crate) name: String,
    /// Number of its sites on this map.
    pub(crate) sites: usize,
    /// Extent in CRS84.
    pub(crate) bounds: [f64; 4],
    /// Its page.
    pub(crate) href: String,
}

impl MapConfig {
    /// A map of everything, with the legend in this language.
    pub(crate) fn new(language: Language, names_language: bool) -> Self {
        let groups = Group::ALL.map(|group| MapGroup {
            code: group.code(),
            letter: group.letter(language),
            label: group.label(language),
        });
        Self {
            language: language.code(),
            bounds: None,
            is_near_only: false,
            ags: None,
            listings: href("/liste.geojson", &[], names_language.then_some(language)),
            selected: None,
            groups: groups.to_vec(),
            municipalities: Vec::new(),
            credits: Vec::new(),
            link_query: match (names_language, language) {
                (false, _) => "",
                (true, Language::German) => "lang=de",
                (true, Language::English) => "lang=en",
                (true, Language::EasyGerman) => "lang=leicht",
            },
        }
    }
}
