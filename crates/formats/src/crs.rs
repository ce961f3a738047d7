//! Names of coordinate reference systems in files, and the axis order they imply.
//!
//! Sources: GeoInfoDok (`urn:adv:crs:…`), OGC 07-092r3 (`urn:ogc:def:crs:…`), EPSG registry for axes.

use std::fmt;

/// CRS a file states. Coordinates are handed out in GIS order whatever its axes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceCrs {
    /// A code of the EPSG registry.
    Epsg(u32),
    /// WGS 84, longitude before latitude (OGC:CRS84).
    Crs84,
}

impl fmt::Display for SourceCrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epsg(code) => write!(f, "EPSG:{code}"),
            Self::Crs84 => f.write_str("OGC:CRS84"),
        }
    }
}

impl SourceCrs {
    /// Parses `EPSG:25833`, `OGC:CRS84`, the URN and URL forms of OGC, and `urn:adv:crs:…`.
    pub fn parse(name: &str) -> Option<Self> {
        AxisNamed::parse(name).map(|named| named.crs)
    }
}

/// Order of the two coordinates in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AxisOrder {
    /// Easting or longitude first: GIS order.
    EastNorth,
    /// Northing or latitude first.
    NorthEast,
}

/// A CRS with the order in which a name of its form lists the coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AxisNamed {
    pub(crate) crs: SourceCrs,
    pub(crate) order: AxisOrder,
}

impl AxisNamed {
    /// Parses a `srsName`. URNs and `http://www.opengis.net/def/…` mean the axes of the registry; the
    /// older `EPSG:n` and `…/epsg.xml#n` mean easting or longitude first.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        if let Some(adv) = name.strip_prefix("urn:adv:crs:") {
            return adv_crs(adv).map(Self::gis_order);
        }
        if ["OGC:CRS84", "CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84"].contains(&name)
            || name.ends_with("://www.opengis.net/def/crs/OGC/1.3/CRS84")
        {
            return Some(Self::gis_order(SourceCrs::Crs84));
        }
        let lower = name.to_ascii_lowercase();
        let legacy = ["epsg:", "http://www.opengis.net/gml/srs/epsg.xml#"];
        if let Some(code) = legacy.iter().find_map(|prefix| lower.strip_prefix(prefix)) {
            return Some(Self::gis_order(SourceCrs::Epsg(code.parse().ok()?)));
        }
        let registry = [
            "urn:ogc:def:crs:epsg:",
            "urn:x-ogc:def:crs:epsg:",
            "http://www.opengis.net/def/crs/epsg/",
            "https://www.opengis.net/def/crs/epsg/",
        ];
        let rest = registry.iter().find_map(|prefix| lower.strip_prefix(prefix))?;
        // Between authority and code stands a version, mostly empty or 0.
        let code = rest.rsplit([':', '/']).next()?.parse().ok()?;
        let order = if lists_north_first(code) { AxisOrder::NorthEast } else { AxisOrder::EastNorth };
        Some(Self { crs: SourceCrs::Epsg(code), order })
    }

    fn gis_order(crs: SourceCrs) -> Self {
        Self { crs, order: AxisOrder::EastNorth }
    }

    /// Corrects what the first coordinate pair (in file order) shows to be otherwise than named:
    /// eastings that begin with their zone, and swapped axes. Says whether the axes were swapped.
    pub(crate) fn corrected(self, first: [f64; 2]) -> (Self, bool) {
        let [x, y] = self.to_gis(first);
        if let Some(crs) = zone_prefixed(self.crs, x) {
            return (Self { crs, ..self }, false);
        }
        if plausible(self.crs, x, y) != Some(false) || plausible(self.crs, y, x) != Some(true) {
            return (self, false);
        }
        let order = match self.order {
            AxisOrder::EastNorth => AxisOrder::NorthEast,
            AxisOrder::NorthEast => AxisOrder::EastNorth,
        };
        (Self { order, ..self }, true)
    }

    /// Easting or longitude first.
    pub(crate) fn to_gis(self, [first, second]: [f64; 2]) -> [f64; 2] {
        match self.order {
            AxisOrder::EastNorth => [first, second],
            AxisOrder::NorthEast => [second, first],
        }
    }

    /// Whether coordinates are degrees.
    pub(crate) fn is_geographic(self) -> bool {
        match self.crs {
            SourceCrs::Crs84 => true,
            SourceCrs::Epsg(code) => is_geographic(code),
        }
    }
}

/// CRSs of the AdV. Heights (`*DE_DHHN92_NH`) and regional variants of DHDN (`_HE100`) are left aside.
fn adv_crs(name: &str) -> Option<SourceCrs> {
    let name = name.split('*').next().unwrap_or(name);
    let code = match name {
        "ETRS89_UTM31" => 25831,
        "ETRS89_UTM32" => 25832,
        "ETRS89_UTM33" => 25833,
        "ETRS89_Lat-Lon" | "ETRS89_Lat-Lon-h" => 4258,
        "WGS84_Lat-Lon" | "WGS84_Lat-Lon-h" => 4326,
        "DE_42-83_3GK3" => 2397,
        "DE_42-83_3GK4" => 2398,
        "DE_42-83_3GK5" => 2399,
        "DE_PD-83_3GK3" => 3396,
        "DE_PD-83_3GK4" => 3397,
        "DE_RD-83_3GK4" => 3398,
        "DE_RD-83_3GK5" => 3399,
        _ => match name.strip_prefix("DE_DHDN_3GK")?.split('_').next()? {
            "2" => 31466,
            "3" => 31467,
            "4" => 31468,
            "5" => 31469,
            _ => return None,
        },
    };
    Some(SourceCrs::Epsg(code))
}

/// Geographic CRSs that occur in German and neighbouring cadastral data.
fn is_geographic(code: u32) -> bool {
    matches!(code, 4326 | 4258 | 4979 | 4937 | 4314 | 4745 | 4746 | 4178 | 4171 | 4230 | 4269)
}

/// Whether the registry lists northing or latitude first.
fn lists_north_first(code: u32) -> bool {
    is_geographic(code) || matches!(code, 3034 | 3035 | 3043..=3045 | 2397..=2399 | 3396..=3399 | 31466..=31469 | 3068)
}

/// UTM with the zone in front of the easting (`32 466 947`) has codes of its own.
fn zone_prefixed(crs: SourceCrs, easting: f64) -> Option<SourceCrs> {
    let (zone, code) = match crs {
        SourceCrs::Epsg(25831) => (31, 5649),
        SourceCrs::Epsg(25832) => (32, 4647),
        SourceCrs::Epsg(25833) => (33, 5650),
        _ => return None,
    };
    (millions(easting) == zone).then_some(SourceCrs::Epsg(code))
}

/// The figures in front of the last six, where Gauß-Krüger and some UTM eastings have their zone.
fn millions(easting: f64) -> i64 {
    (easting / 1e6).floor() as i64
}

/// Whether a place lies where German cadastral data in this CRS can lie; `None` if that is not known.
fn plausible(crs: SourceCrs, x: f64, y: f64) -> Option<bool> {
    let north = (5.1e6..6.3e6).contains(&y);
    let zone = |zone: i64| north && millions(x) == zone;
    Some(match crs {
        SourceCrs::Crs84 | SourceCrs::Epsg(4326 | 4258) => (5.0..16.0).contains(&x) && (46.0..56.0).contains(&y),
        SourceCrs::Epsg(25831..=25833 | 3043..=3045) => north && (0.0..1e6).contains(&x),
        SourceCrs::Epsg(5649) => zone(31),
        SourceCrs::Epsg(4647) => zone(32),
        SourceCrs::Epsg(5650) => zone(33),
        SourceCrs::Epsg(31466) => zone(2),
        SourceCrs::Epsg(2397 | 3396 | 31467) => zone(3),
        SourceCrs::Epsg(2398 | 3397 | 3398 | 31468) => zone(4),
        SourceCrs::Epsg(2399 | 3399 | 31469) => zone(5),
        SourceCrs::Epsg(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{AxisNamed, AxisOrder, SourceCrs};

    fn check(name: &str, expected: Option<(u32, AxisOrder)>) {
        let parsed = AxisNamed::parse(name);
        assert_eq!(
            parsed.map(|named| (named.crs, named.order)),
            expected.map(|(code, order)| (SourceCrs::Epsg(code), order)),
            "{name}"
        );
    }

    #[test]
    fn every_form_of_a_name_is_understood_with_its_axes() {
        use AxisOrder::{EastNorth, NorthEast};
        check("urn:adv:crs:ETRS89_UTM32", Some((25832, EastNorth)));
        check("urn:adv:crs:ETRS89_UTM33*DE_DHHN92_NH", Some((25833, EastNorth)));
        check("urn:adv:crs:DE_DHDN_3GK4", Some((31468, EastNorth)));
        check("urn:adv:crs:DE_DHDN_3GK3_HE100", Some((31467, EastNorth)));
        check("urn:adv:crs:DE_RD-83_3GK5", Some((3399, EastNorth)));
        check("urn:ogc:def:crs:EPSG::25833", Some((25833, EastNorth)));
        check("urn:ogc:def:crs:EPSG:6.9:4326", Some((4326, NorthEast)));
        check("http://www.opengis.net/def/crs/EPSG/0/4258", Some((4258, NorthEast)));
        check("http://www.opengis.net/gml/srs/epsg.xml#4326", Some((4326, EastNorth)));
        check("EPSG:4326", Some((4326, EastNorth)));
        check("epsg:31468", Some((31468, EastNorth)));
        check("urn:ogc:def:crs:EPSG::31468", Some((31468, NorthEast)));
        check("urn:adv:crs:DE_DHDN_3GK9", None);
        check("urn:adv:crs:Mars", None);
        check("EPSG:x", None);
        check("", None);
        assert_eq!(SourceCrs::parse("urn:ogc:def:crs:OGC:1.3:CRS84"), Some(SourceCrs::Crs84));
        assert_eq!(SourceCrs::parse("http://www.opengis.net/def/crs/OGC/1.3/CRS84"), Some(SourceCrs::Crs84));
    }

    fn check_corrected(name: &str, first: [f64; 2], code: u32, gis: [f64; 2], swapped: bool) {
        let (corrected, was_swapped) = AxisNamed::parse(name).unwrap().corrected(first);
        assert_eq!((corrected.crs, corrected.to_gis(first), was_swapped), (SourceCrs::Epsg(code), gis, swapped));
    }

    #[test]
    fn coordinates_correct_what_the_name_gets_wrong() {
        check_corrected("urn:adv:crs:ETRS89_UTM32", [466_947.0, 5_974_914.0], 25832, [466_947.0, 5_974_914.0], false);
        check_corrected(
            "urn:adv:crs:ETRS89_UTM32",
            [32_466_947.0, 5_974_914.0],
            4647,
            [32_466_947.0, 5_974_914.0],
            false,
        );
        check_corrected(
            "urn:adv:crs:ETRS89_UTM33",
            [33_316_000.0, 5_670_000.0],
            5650,
            [33_316_000.0, 5_670_000.0],
            false,
        );
        check_corrected("urn:ogc:def:crs:EPSG::4326", [50.9, 11.0], 4326, [11.0, 50.9], false);
        check_corrected("urn:ogc:def:crs:EPSG::4326", [11.0, 50.9], 4326, [11.0, 50.9], true);
        check_corrected("EPSG:4326", [50.9, 11.0], 4326, [11.0, 50.9], true);
        check_corrected("EPSG:25833", [5_670_000.0, 316_000.0], 25833, [316_000.0, 5_670_000.0], true);
        check_corrected(
            "urn:ogc:def:crs:EPSG::31468",
            [4_560_000.0, 5_670_000.0],
            31468,
            [4_560_000.0, 5_670_000.0],
            true,
        );
        // Zone 5: eastings and northings look alike, so the name is believed.
        check_corrected(
            "urn:ogc:def:crs:EPSG::31469",
            [5_670_000.0, 5_390_000.0],
            31469,
            [5_390_000.0, 5_670_000.0],
            false,
        );
        // Elsewhere on earth nothing is known, so nothing is corrected.
        check_corrected("urn:ogc:def:crs:EPSG::4326", [-33.0, 151.0], 4326, [151.0, -33.0], false);
    }
}
