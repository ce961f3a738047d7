//! ALKIS vereinfacht: both versions, both versions of GML, both axis orders.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use cadastre::{Value, geometry::Geometry, raw::Target};
use common::{Content, read};
use formats::{FormatError, SourceCrs};

fn answer(version: &str, gml: &str, objects: &str) -> String {
    format!(
        "<wfs:FeatureCollection xmlns:wfs='http://www.opengis.net/wfs/2.0' xmlns:gml='{gml}'
        xmlns:ave='http://repository.gdi-de.org/schemas/adv/produkt/alkis-vereinfacht/{version}' numberReturned='1'>
        <wfs:member>{objects}</wfs:member></wfs:FeatureCollection>"
    )
}

fn geometry(srs_name: &str, positions: &str) -> String {
    format!(
        "<ave:geometrie><gml:MultiSurface srsName='{srs_name}'><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing>
        <gml:posList>{positions}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></ave:geometrie>"
    )
}

const UTM: &str = "350000 5670000 350010 5670000 350010 5670010 350000 5670000";

fn parcel(geometry: &str) -> String {
    format!(
        "<ave:Flurstueck gml:id='Flurstueck_DESNALK0000000A1FL'><ave:oid>DESNALK0000000A1FL</ave:oid><ave:aktualit>2024-06-01</ave:aktualit>{geometry}
        <ave:flaeche>50.5</ave:flaeche><ave:flstkennz>142888___001230004__</ave:flstkennz><ave:land>Sachsen</ave:land><ave:landschl>14</ave:landschl>
        <ave:gemarkung>Leisnig</ave:gemarkung><ave:gemaschl>2888</ave:gemaschl><ave:gemeinde>Leisnig</ave:gemeinde><ave:gmdschl>14522310</ave:gmdschl>
        <ave:lagebeztxt>unbesetzt</ave:lagebeztxt><ave:tntxt>Wohnbaufläche;50</ave:tntxt></ave:Flurstueck>"
    )
}

const GML_32: &str = "http://www.opengis.net/gml/3.2";

fn read_answer(objects: &str) -> Content {
    read("answer.gml", answer("2.0", GML_32, objects).as_bytes()).unwrap()
}

#[test]
fn a_parcel_brings_its_municipality_and_district_once() {
    let parcel = parcel(&geometry("urn:ogc:def:crs:EPSG::25833", UTM));
    let content = read_answer(&(parcel.clone() + "</wfs:member><wfs:member>" + &parcel));
    let targets: Vec<_> = content.rows.iter().map(|row| row.target.unwrap()).collect();
    assert_eq!(targets, [Target::Municipality, Target::District, Target::Parcel, Target::Parcel]);
    cadastre::raw::municipality(&content.rows[0].raw).unwrap();
    let district = cadastre::raw::district(&content.rows[1].raw).unwrap();
    assert_eq!((district.district_key.as_str(), district.name.as_str()), ("142888", "Leisnig"));
    let parcel = cadastre::raw::parcel(&content.rows[2].raw).unwrap();
    assert_eq!((parcel.official_area_m2, parcel.land_use.as_deref()), (Some(50.5), Some("Wohnbaufläche;50")));
    assert_eq!((parcel.street.as_deref(), parcel.source_date.unwrap().to_string().as_str()), (None, "2024-06-01"));
    assert_eq!(content.rows[2].raw.id.as_deref(), Some("DESNALK0000000A1"));
}

#[test]
fn a_building_has_its_function_in_words() {
    let building = format!(
        "<ave:GebaeudeBauwerk gml:id='x'><ave:oid>DESNALK0000000B1GB</ave:oid>{}<ave:gebnutzbez>Wohngebäude</ave:gebnutzbez>
        <ave:funktion>Wohnhaus</ave:funktion></ave:GebaeudeBauwerk>",
        geometry("urn:ogc:def:crs:EPSG::25833", UTM)
    );
    let content = read_answer(&(building + "<ave:Nutzung gml:id='n'><ave:oid>N</ave:oid></ave:Nutzung>"));
    let building = content.of(Target::Building)[0];
    assert_eq!((building.text("building_id"), building.text("function")), ("DESNALK0000000B1", "Wohnhaus"));
    assert_eq!(building.raw.field("ags"), &Value::Null);
    assert_eq!(content.summary.left_out["Nutzung"], 1);
}

fn check_axes(srs_name: &str, positions: &str, crs: u32, first: (f64, f64), noted: bool) {
    for (version, gml) in [("1.0", "http://www.opengis.net/gml"), ("2.0", GML_32)] {
        let content = read("a.gml", answer(version, gml, &parcel(&geometry(srs_name, positions))).as_bytes()).unwrap();
        let row = content.of(Target::Parcel)[0];
        let Some(Geometry::Polygon(polygon)) = &row.raw.geometry else { panic!("{row:?}") };
        assert_eq!((row.crs, polygon.exterior().0[0].x_y()), (Some(SourceCrs::Epsg(crs)), first), "{srs_name}");
        assert_eq!(!row.notes.is_empty(), noted, "{:?}", row.notes);
    }
}

#[test]
fn coordinates_come_out_with_longitude_or_easting_first() {
    let lat_lon = "51.1 12.9 51.1 12.91 51.2 12.91 51.1 12.9";
    let lon_lat = "12.9 51.1 12.91 51.1 12.91 51.2 12.9 51.1";
    check_axes("urn:ogc:def:crs:EPSG::4326", lat_lon, 4326, (12.9, 51.1), false);
    check_axes("http://www.opengis.net/def/crs/EPSG/0/4258", lat_lon, 4258, (12.9, 51.1), false);
    check_axes("EPSG:4326", lon_lat, 4326, (12.9, 51.1), false);
    check_axes("http://www.opengis.net/gml/srs/epsg.xml#4326", lon_lat, 4326, (12.9, 51.1), false);
    check_axes("urn:ogc:def:crs:EPSG::25833", UTM, 25833, (350_000., 5_670_000.), false);
    // What the name says is impossible in Germany, so the coordinates are believed, and it is noted.
    check_axes("urn:ogc:def:crs:EPSG::4326", lon_lat, 4326, (12.9, 51.1), true);
    check_axes("EPSG:4326", lat_lon, 4326, (12.9, 51.1), true);
}

#[test]
fn a_long_key_gives_the_eight_digits_of_the_municipality() {
    let content = read_answer(&parcel(&geometry("EPSG:25833", UTM)).replace("14522310", "145220000310"));
    assert_eq!(content.of(Target::Parcel)[0].text("ags"), "14522310");
}

#[test]
fn missing_names_are_replaced_by_keys_and_noted() {
    let nameless = parcel(&geometry("EPSG:25833", UTM))
        .replace("<ave:gemeinde>Leisnig</ave:gemeinde>", "")
        .replace(">Leisnig<", ">unbesetzt<");
    let content = read_answer(&nameless);
    assert_eq!((content.rows[0].text("name"), content.rows[1].text("name")), ("Gemeinde 14522310", "Gemarkung 142888"));
    assert_eq!((content.rows[0].notes.len(), content.rows[1].notes.len()), (1, 1));
}

#[test]
fn a_parcel_without_geometry_is_left_to_the_domain() {
    let content = read_answer(&parcel(""));
    let problems = cadastre::raw::parcel(&content.of(Target::Parcel)[0].raw).unwrap_err();
    assert_eq!(problems[0].to_string(), "geometry: is required");
}

#[test]
fn a_truncated_answer_is_an_error() {
    let text = answer("2.0", GML_32, &parcel(&geometry("EPSG:25833", UTM)));
    for cut in [20, 200, 900] {
        let error = read("cut.gml", &text.as_bytes()[..text.len() - cut]).unwrap_err();
        assert!(matches!(error, FormatError::Truncated { .. }), "{error}");
    }
}
