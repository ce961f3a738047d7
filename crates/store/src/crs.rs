//! The one coordinate reference system of a store, with the text a GeoPackage must carry.

/// Coordinate reference system of a store, set when it is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreCrs {
    /// EPSG code, e.g. 25833 (ETRS89 / UTM zone 33N).
    pub epsg: u32,
    /// Well-known text (WKT 1) of the code, for the GeoPackage's table of reference systems.
    pub wkt: String,
}

impl StoreCrs {
    /// One of the systems this crate knows the text of: 3857, 4258, 4326, 25832, 25833 and 31468.
    pub fn known(epsg: u32) -> Option<Self> {
        let wkt = KNOWN.iter().find(|(code, _)| *code == epsg)?.1;
        Some(Self { epsg, wkt: wkt.to_owned() })
    }

    /// The code as `srs_id` and SRID: EPSG codes fit.
    pub(crate) fn srid(&self) -> i32 {
        i32::try_from(self.epsg).unwrap_or(0)
    }

    /// Name: the first quoted text of the WKT.
    pub(crate) fn name(&self) -> String {
        self.wkt.split('"').nth(1).map_or_else(|| format!("EPSG:{}", self.epsg), str::to_owned)
    }
}

macro_rules! geographic {
    (etrs89) => {
        r#"GEOGCS["ETRS89",DATUM["European_Terrestrial_Reference_System_1989",SPHEROID["GRS 1980",6378137,298.257222101,AUTHORITY["EPSG","7019"]],AUTHORITY["EPSG","6258"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]]"#
    };
    (wgs84) => {
        r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]]"#
    };
    (dhdn) => {
        r#"GEOGCS["DHDN",DATUM["Deutsches_Hauptdreiecksnetz",SPHEROID["Bessel 1841",6377397.155,299.1528128,AUTHORITY["EPSG","7004"]],AUTHORITY["EPSG","6314"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]]"#
    };
}

macro_rules! transverse_mercator {
    ($name:literal, $base:ident, $base_code:literal, $meridian:literal, $scale:literal, $easting:literal, $axes:literal, $code:literal) => {
        concat!(
            r#"PROJCS[""#,
            $name,
            r#"","#,
            geographic!($base),
            r#",AUTHORITY["EPSG",""#,
            $base_code,
            r#""]],"#,
            r#"PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian","#,
            $meridian,
            r#"],PARAMETER["scale_factor","#,
            $scale,
            r#"],PARAMETER["false_easting","#,
            $easting,
            r#"],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],"#,
            $axes,
            r#",AUTHORITY["EPSG",""#,
            $code,
            r#""]]"#
        )
    };
}

/// As `gdalsrsinfo -o wkt1` prints them.
const KNOWN: [(u32, &str); 6] = [
    (
        25832,
        transverse_mercator!(
            "ETRS89 / UTM zone 32N",
            etrs89,
            "4258",
            9,
            0.9996,
            500000,
            r#"AXIS["Easting",EAST],AXIS["Northing",NORTH]"#,
            "25832"
        ),
    ),
    (
        25833,
        transverse_mercator!(
            "ETRS89 / UTM zone 33N",
            etrs89,
            "4258",
            15,
            0.9996,
            500000,
            r#"AXIS["Easting",EAST],AXIS["Northing",NORTH]"#,
            "25833"
        ),
    ),
    (
        31468,
        transverse_mercator!(
            "DHDN / 3-degree Gauss-Kruger zone 4",
            dhdn,
            "4314",
            12,
            1,
            4500000,
            r#"AXIS["Northing",NORTH],AXIS["Easting",EAST]"#,
            "31468"
        ),
    ),
    (4326, concat!(geographic!(wgs84), r#",AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]"#)),
    (4258, concat!(geographic!(etrs89), r#",AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4258"]]"#)),
    (
        3857,
        concat!(
            r#"PROJCS["WGS 84 / Pseudo-Mercator","#,
            geographic!(wgs84),
            r#",AUTHORITY["EPSG","4326"]],PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],"#,
            r#"PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],"#,
            r#"UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],"#,
            r#"EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m "#,
            r#"+nadgrids=@null +wktext +no_defs"],AUTHORITY["EPSG","3857"]]"#
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::StoreCrs;

    fn check(epsg: u32, name: &str) {
        let crs = StoreCrs::known(epsg).unwrap();
        assert_eq!(crs.name(), name);
        assert!(crs.wkt.ends_with(&format!(r#"AUTHORITY["EPSG","{epsg}"]]"#)), "{}", crs.wkt);
        assert_eq!(crs.wkt.matches('[').count(), crs.wkt.matches(']').count(), "brackets of {epsg}");
    }

    #[test]
    fn the_known_systems_have_well_formed_texts() {
        check(25832, "ETRS89 / UTM zone 32N");
        check(25833, "ETRS89 / UTM zone 33N");
        check(31468, "DHDN / 3-degree Gauss-Kruger zone 4");
        check(4326, "WGS 84");
        check(4258, "ETRS89");
        check(3857, "WGS 84 / Pseudo-Mercator");
        assert_eq!(StoreCrs::known(2154), None);
    }
}
