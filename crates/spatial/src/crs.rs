//! Coordinate reference systems as values: how they are named, and what PROJ's database says of them.
//!
//! Everywhere in baulotse coordinates are in *GIS order*: longitude before latitude, easting before
//! northing, whatever the authority's own axis order is. [`Description::axis_order`] tells the edges
//! (GML, OGC API) which order to speak.

use std::{cell::RefCell, collections::HashMap, fmt, rc::Rc, str::FromStr};

use proj::Proj;

/// A coordinate reference system: CRS84, or one by its EPSG code.
///
/// EPSG:4326 and CRS84 differ by axis order only, which is a matter of the edges; they remain two
/// values, so that an answer can name the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Crs {
    /// WGS 84, longitude before latitude, degrees (`OGC:CRS84`).
    Crs84,
    /// A code of the EPSG data set.
    Epsg(u32),
}

/// What went wrong with a CRS or a coordinate in one.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CrsError {
    /// The text names no CRS.
    #[error("\"{given}\" names no coordinate reference system; expected e.g. EPSG:25833 or an OGC URI of one")]
    Unparsable {
        /// The text, shortened.
        given: String,
    },
    /// PROJ's database has no such CRS.
    #[error("{crs} is not in the EPSG database")]
    Unknown {
        /// The CRS.
        crs: Crs,
    },
    /// The CRS is not one for maps: vertical, geocentric or local.
    #[error("{crs} ({name}) has no two horizontal axes")]
    NotHorizontal {
        /// The CRS.
        crs: Crs,
        /// Its name.
        name: String,
    },
    /// No transformation is known whose accuracy is known.
    #[error("no transformation of known accuracy leads from {from} to {to}")]
    NoTransformation {
        /// Source.
        from: Crs,
        /// Target.
        to: Crs,
    },
    /// The best transformation needs a datum grid that is not installed.
    #[error(
        "{from} to {to} needs the datum grid of \"{operation}\", which is not installed; \
         put the grid (.gsb) into the folder that PROJ_DATA names"
    )]
    MissingGrid {
        /// Source.
        from: Crs,
        /// Target.
        to: Crs,
        /// Name of the operation in the EPSG data set.
        operation: String,
    },
    /// A coordinate lies far outside the area in which the CRS is used.
    #[error("the position {x} {y} is far outside the area of use of {crs} ({area})")]
    OutsideArea {
        /// The CRS.
        crs: Crs,
        /// Easting or longitude.
        x: f64,
        /// Northing or latitude.
        y: f64,
        /// Name of the area.
        area: String,
    },
    /// A coordinate is not a finite number.
    #[error("the position {x} {y} is not finite")]
    NotFinite {
        /// Easting or longitude.
        x: f64,
        /// Northing or latitude.
        y: f64,
    },
    /// PROJ refused a position for another reason.
    #[error("the position {x} {y} cannot be transformed from {from} to {to}: {reason}")]
    Untransformable {
        /// Source.
        from: Crs,
        /// Target.
        to: Crs,
        /// Easting or longitude.
        x: f64,
        /// Northing or latitude.
        y: f64,
        /// What PROJ says.
        reason: String,
    },
}

/// Order in which the authority defines the axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisOrder {
    /// Longitude or easting first.
    EastNorth,
    /// Latitude or northing first.
    NorthEast,
}

/// What PROJ's database says of a CRS.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Name, e.g. "ETRS89 / UTM zone 33N".
    pub name: String,
    /// Order of the axes in the authority's definition.
    pub axis_order: AxisOrder,
    /// Length of one unit of the axes in metres; `None`: degrees.
    pub metres_per_unit: Option<f64>,
    /// Area of use in degrees: west, south, east, north; west > east across the antimeridian.
    pub area_of_use: Option<[f64; 4]>,
    /// Name of that area.
    pub area_name: String,
}

impl Crs {
    /// The CRS that longitude and latitude on the web are in.
    pub const CRS84: Self = Self::Crs84;

    /// Parses every usual way to name a CRS: `EPSG:25833`, `OGC:CRS84`, `CRS84`, the OGC URIs and
    /// URNs, safe CURIEs in brackets, GML 2's `…/epsg.xml#25833`, and a bare code.
    ///
    /// That the code exists is for [`Crs::describe`] to say.
    pub fn parse(text: &str) -> Result<Self, CrsError> {
        let refuse = || CrsError::Unparsable { given: text.trim().chars().take(80).collect() };
        let name = text.trim().trim_start_matches('[').trim_end_matches(']');
        let code = name.rsplit(['/', ':', '#']).next().unwrap_or_default();
        let prefix = name[..name.len() - code.len()].to_ascii_lowercase();
        if code.eq_ignore_ascii_case("CRS84") {
            return CRS84_PREFIXES.contains(&prefix.as_str()).then_some(Self::Crs84).ok_or_else(refuse);
        }
        let is_epsg = EPSG_PREFIXES.contains(&prefix.as_str()) || is_versioned_epsg(&prefix);
        let digits = !code.is_empty() && code.len() <= 7 && code.bytes().all(|b| b.is_ascii_digit());
        if !is_epsg || !digits {
            return Err(refuse());
        }
        code.parse().ok().map(Self::Epsg).ok_or_else(refuse)
    }

    /// The OGC URI.
    pub fn uri(self) -> String {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84".to_owned(),
            Self::Epsg(code) => format!("http://www.opengis.net/def/crs/EPSG/0/{code}"),
        }
    }

    /// The EPSG code; of CRS84 that of its twin 4326.
    pub fn epsg_code(self) -> u32 {
        match self {
            Self::Crs84 => 4326,
            Self::Epsg(code) => code,
        }
    }

    /// Whether coordinates in GIS order are WGS 84 longitude and latitude.
    pub fn is_wgs84_degrees(self) -> bool {
        self.epsg_code() == 4326
    }

    /// Looks the CRS up in PROJ's database. The first time in a thread this takes milliseconds.
    pub fn describe(self) -> Result<Rc<Description>, CrsError> {
        thread_local! {
            static CACHE: RefCell<HashMap<Crs, Rc<Description>>> = RefCell::default();
        }
        if let Some(found) = CACHE.with_borrow(|cache| cache.get(&self).cloned()) {
            return Ok(found);
        }
        let description = Rc::new(describe(self, &self.proj()?)?);
        CACHE.with_borrow_mut(|cache| cache.insert(self, Rc::clone(&description)));
        Ok(description)
    }

    /// The definition as WKT 2 (ISO 19162:2019), for files that carry one.
    pub fn wkt(self) -> Result<String, CrsError> {
        self.proj()?.as_wkt(None, None).ok().ok_or(CrsError::Unknown { crs: self })
    }

    /// The definition as PROJJSON.
    pub fn projjson(self) -> Result<String, CrsError> {
        self.proj()?.to_projjson(Some(false), None, None).ok().ok_or(CrsError::Unknown { crs: self })
    }

    /// The CRS as PROJ knows it.
    pub(crate) fn proj(self) -> Result<Proj, CrsError> {
        // PROJ says no more than that it does not know it.
        Proj::new(&self.to_string()).ok().ok_or(CrsError::Unknown { crs: self })
    }
}

const CRS84_PREFIXES: [&str; 6] = [
    "",
    "ogc:",
    "http://www.opengis.net/def/crs/ogc/1.3/",
    "https://www.opengis.net/def/crs/ogc/1.3/",
    "urn:ogc:def:crs:ogc:1.3:",
    "urn:ogc:def:crs:ogc::",
];
const EPSG_PREFIXES: [&str; 8] = [
    "",
    "epsg:",
    "epsg::",
    "http://www.opengis.net/def/crs/epsg/0/",
    "https://www.opengis.net/def/crs/epsg/0/",
    "urn:ogc:def:crs:epsg::",
    "urn:x-ogc:def:crs:epsg:",
    "http://www.opengis.net/gml/srs/epsg.xml#",
];

/// URNs and URIs that name a version of the EPSG data set: codes do not change their meaning.
fn is_versioned_epsg(prefix: &str) -> bool {
    let version = ["urn:ogc:def:crs:epsg:", "urn:x-ogc:def:crs:epsg:", "http://www.opengis.net/def/crs/epsg/"]
        .iter()
        .find_map(|start| prefix.strip_prefix(start))
        .and_then(|rest| rest.strip_suffix([':', '/']));
    version.is_some_and(|version| version.len() <= 12 && version.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

fn describe(crs: Crs, proj: &Proj) -> Result<Description, CrsError> {
    let unknown = || CrsError::Unknown { crs };
    let json = proj.to_projjson(Some(false), None, None).ok().ok_or_else(unknown)?;
    let json: serde_json::Value = serde_json::from_str(&json).ok().ok_or_else(unknown)?;
    let name = json["name"].as_str().unwrap_or_default().to_owned();
    // Of a compound CRS the first component is the horizontal one; of a bound one the source.
    let horizontal = [&json["components"][0], &json["source_crs"], &json]
        .into_iter()
        .find(|part| matches!(part["type"].as_str(), Some("GeographicCRS" | "ProjectedCRS")));
    let not_horizontal = || CrsError::NotHorizontal { crs, name: name.clone() };
    let axes = &horizontal.ok_or_else(not_horizontal)?["coordinate_system"]["axis"];
    let direction = |axis: usize| axes[axis]["direction"].as_str().unwrap_or_default();
    let axis_order = match (direction(0), direction(1)) {
        ("north", "east") => AxisOrder::NorthEast,
        ("", _) | (_, "") => return Err(not_horizontal()),
        _ => AxisOrder::EastNorth,
    };
    let unit = &axes[0]["unit"];
    let metres_per_unit = match unit.as_str() {
        Some("metre") => Some(1.0),
        None if unit["type"] == "LinearUnit" => unit["conversion_factor"].as_f64(),
        _ => None,
    };
    let (area, area_name) = proj.area_of_use().unwrap_or_default();
    Ok(Description {
        axis_order,
        metres_per_unit,
        area_of_use: area.map(|area| [area.west, area.south, area.east, area.north]),
        area_name: area_name.map_or_else(|| "unknown".to_owned(), |name| shorten(&name)),
        name,
    })
}

/// EPSG lists every country of an area; the part before the list says enough in a message.
fn shorten(area: &str) -> String {
    area.split(':').next().unwrap_or_default().trim_end_matches('.').to_owned()
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crs84 => f.write_str("OGC:CRS84"),
            Self::Epsg(code) => write!(f, "EPSG:{code}"),
        }
    }
}

impl FromStr for Crs {
    type Err = CrsError;
    fn from_str(text: &str) -> Result<Self, CrsError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{AxisOrder, Crs, CrsError};

    fn check(text: &str, expected: Option<Crs>) {
        assert_eq!(Crs::parse(text).ok(), expected, "{text}");
    }

    #[test]
    fn a_crs_is_understood_in_every_way_it_is_written() {
        let utm = Some(Crs::Epsg(25833));
        check("EPSG:25833", utm);
        check(" epsg:25833 ", utm);
        check("25833", utm);
        check("[EPSG:25833]", utm);
        check("http://www.opengis.net/def/crs/EPSG/0/25833", utm);
        check("http://www.opengis.net/def/crs/EPSG/9.9.1/25833", utm);
        check("urn:ogc:def:crs:EPSG::25833", utm);
        check("urn:ogc:def:crs:EPSG:6.9:25833", utm);
        check("http://www.opengis.net/gml/srs/epsg.xml#25833", utm);
        check("http://www.opengis.net/def/crs/OGC/1.3/CRS84", Some(Crs::CRS84));
        check("urn:ogc:def:crs:OGC:1.3:CRS84", Some(Crs::CRS84));
        check("OGC:CRS84", Some(Crs::CRS84));
    }

    #[test]
    fn what_names_no_crs_is_refused() {
        for text in ["", "EPSG:", "EPSG:25833x", "EPSG:99999999", "http://example.org/25833", "ESRI:102100", "EPSG:-1"]
        {
            check(text, None);
        }
        check("http://www.opengis.net/def/crs/OGC/1.3/CRS85", None);
        check("\u{e4}\u{f6}:CRS84", None);
    }

    #[test]
    fn the_uri_is_read_back() {
        for crs in [Crs::CRS84, Crs::Epsg(25833)] {
            assert_eq!(Crs::parse(&crs.uri()), Ok(crs));
            assert_eq!(crs.to_string().parse(), Ok(crs));
        }
    }

    fn check_description(crs: u32, name: &str, order: AxisOrder, metres_per_unit: Option<f64>) {
        let description = Crs::Epsg(crs).describe().unwrap();
        assert_eq!((description.name.as_str(), description.axis_order), (name, order));
        assert_eq!(description.metres_per_unit, metres_per_unit);
    }

    #[test]
    fn the_database_tells_axes_and_units() {
        check_description(25833, "ETRS89 / UTM zone 33N", AxisOrder::EastNorth, Some(1.0));
        check_description(4326, "WGS 84", AxisOrder::NorthEast, None);
        check_description(31468, "DHDN / 3-degree Gauss-Kruger zone 4", AxisOrder::NorthEast, Some(1.0));
        let foot = Some(0.304_800_609_601_219);
        check_description(2249, "NAD83 / Massachusetts Mainland (ftUS)", AxisOrder::EastNorth, foot);
        check_description(5555, "ETRS89 / UTM zone 32N + DHHN92 height", AxisOrder::EastNorth, Some(1.0));
        assert_eq!(Crs::CRS84.describe().unwrap().axis_order, AxisOrder::EastNorth);
    }

    #[test]
    fn an_unknown_or_vertical_crs_is_an_error() {
        assert_eq!(Crs::Epsg(99_999).describe().unwrap_err(), CrsError::Unknown { crs: Crs::Epsg(99_999) });
        assert!(matches!(Crs::Epsg(5783).describe(), Err(CrsError::NotHorizontal { .. })));
    }

    #[test]
    fn the_definition_can_be_written_into_files() {
        assert!(Crs::Epsg(25833).wkt().unwrap().starts_with("PROJCRS[\"ETRS89 / UTM zone 33N\""));
        assert!(Crs::CRS84.projjson().unwrap().contains("CRS84"));
    }
}
