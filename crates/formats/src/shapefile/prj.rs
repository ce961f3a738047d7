//! The `.prj` file: a CRS as ESRI writes well-known text, which has names but mostly no codes.

use cadastre::Problem;

use crate::SourceCrs;

/// Names of the systems that German data come in, without signs and in lower case, with their EPSG codes.
const NAMES: [(&str, u32); 27] = [
    ("gcswgs1984", 4326),
    ("gcsetrs1989", 4258),
    ("gcsdeutscheshauptdreiecksnetz", 4314),
    ("wgs1984webmercatorauxiliarysphere", 3857),
    ("etrs1989laea", 3035),
    ("etrs1989utmzonen32", 4647),
    ("etrs1989utmzone31nzen", 5649),
    ("etrs1989utmzone33nzen", 5650),
    ("dhdn3degreegausszone2", 31466),
    ("dhdn3degreegausszone3", 31467),
    ("dhdn3degreegausszone4", 31468),
    ("dhdn3degreegausszone5", 31469),
    ("germanyzone2", 31466),
    ("germanyzone3", 31467),
    ("germanyzone4", 31468),
    ("germanyzone5", 31469),
    ("pulkovo1942adj19833degreegkzone3", 2397),
    ("pulkovo1942adj19833degreegkzone4", 2398),
    ("pulkovo1942adj19833degreegkzone5", 2399),
    ("rd83gkzone4", 3398),
    ("rd83gkzone5", 3399),
    ("dhdn3degreegkzone2en", 5676),
    ("dhdn3degreegkzone3en", 5677),
    ("dhdn3degreegkzone4en", 5678),
    ("dhdn3degreegkzone5en", 5679),
    ("etrs1989lccgermanyen", 5243),
    ("etrs1989lccgermanyne", 4839),
];

/// The system a `.prj` names; if it cannot be told which, a note says so.
pub(super) fn crs(text: &str, notes: &mut Vec<Problem>) -> Option<SourceCrs> {
    let found = authority(text).or_else(|| by_name(text));
    if found.is_none() {
        let name = name(text).unwrap_or("without name");
        let reason =
            format!("the .prj file describes \"{name}\", of which no EPSG code is known here; it must be named");
        notes.push(Problem::new("crs", reason));
    }
    // Shapefiles have the longitude first.
    found.map(|code| if code == 4326 { SourceCrs::Crs84 } else { SourceCrs::Epsg(code) })
}

/// The code at the very end, of the system as a whole: `…,AUTHORITY["EPSG","25833"]]`.
fn authority(text: &str) -> Option<u32> {
    let end = text.trim_end().strip_suffix(']')?.trim_end();
    let (_, last) = end.rsplit_once("AUTHORITY[")?;
    let (authority, code) = last.strip_suffix(']')?.split_once(',')?;
    authority.trim().trim_matches('"').eq_ignore_ascii_case("epsg").then_some(())?;
    code.trim().trim_matches('"').parse().ok()
}

/// The first text in quotes.
fn name(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

fn by_name(text: &str) -> Option<u32> {
    let name = name(text)?;
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == plain) {
        return Some(*code);
    }
    let zone = |prefix: &str| plain.strip_prefix(prefix)?.strip_suffix('n')?.parse::<u32>().ok();
    let etrs = zone("etrs1989utmzone").filter(|zone| (28..=38).contains(zone));
    let wgs = zone("wgs1984utmzone").filter(|zone| (1..=60).contains(zone));
    match (etrs, wgs, false_easting(text)?) {
        (Some(zone), _, 500_000) => Some(25_800 + zone),
        (_, Some(zone), 500_000) => Some(32_600 + zone),
        // The zone in front of the easting, under the name without it.
        (Some(31), _, 31_500_000) => Some(5649),
        (Some(32), _, 32_500_000) => Some(4647),
        (Some(33), _, 33_500_000) => Some(5650),
        _ => None,
    }
}

fn false_easting(text: &str) -> Option<i64> {
    let lower = text.to_lowercase();
    let (_, rest) = lower.split_once("\"false_easting\"")?;
    let number = rest.trim_start_matches([',', ' ']).split(']').next()?;
    number.trim().parse::<f64>().ok().filter(|easting| easting.fract() == 0.0).map(|easting| easting as i64)
}

#[cfg(test)]
mod tests {
    use super::crs;
    use crate::SourceCrs;

    fn check(text: &str, expected: Option<SourceCrs>) {
        let mut notes = Vec::new();
        assert_eq!(crs(text, &mut notes), expected, "{text}");
        assert_eq!(notes.is_empty(), expected.is_some(), "{notes:?}");
    }

    #[test]
    fn a_system_is_known_by_its_code_or_by_its_name() {
        let utm = |name: &str, easting: &str| {
            format!(
                "PROJCS[\"{name}\",GEOGCS[\"GCS_ETRS_1989\",DATUM[\"D_ETRS_1989\"]],PARAMETER[\"False_Easting\",{easting}]]"
            )
        };
        check(&utm("ETRS_1989_UTM_Zone_33N", "500000.0"), Some(SourceCrs::Epsg(25833)));
        check(&utm("ETRS_1989_UTM_Zone_32N", "32500000.0"), Some(SourceCrs::Epsg(4647)));
        check(&utm("ETRS_1989_UTM_Zone_32N", "400000.0"), None);
        check(&utm("WGS_1984_UTM_Zone_32N", "500000"), Some(SourceCrs::Epsg(32632)));
        check(&utm("DHDN_3_Degree_Gauss_Zone_4", "4500000.0"), Some(SourceCrs::Epsg(31468)));
        check("GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\"]]", Some(SourceCrs::Crs84));
        check(
            "PROJCS[\"x\",GEOGCS[\"y\",AUTHORITY[\"EPSG\",\"4258\"]],AUTHORITY[\"EPSG\",\"25832\"]]",
            Some(SourceCrs::Epsg(25832)),
        );
        // The code of the part is not that of the whole.
        check("PROJCS[\"x\",GEOGCS[\"y\",AUTHORITY[\"EPSG\",\"4258\"]]]", None);
        check("PROJCS[\"Mars\"]", None);
        check("", None);
    }
}
