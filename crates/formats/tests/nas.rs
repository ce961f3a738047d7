//! NAS: what the one real extract does not show.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod common;

use cadastre::{Value, raw::Target};
use common::{Content, hostile, read, read_path};
use formats::{FormatError, ReadOptions, SourceCrs};

/// A delivery of GeoInfoDok 7.1 with other prefixes and wrappers than the extract of Neuwerk.
fn delivery(objects: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>
<n:AX_Bestandsdatenauszug xmlns:n='http://www.adv-online.de/namespaces/adv/gid/7.1' xmlns:g='http://www.opengis.net/gml/3.2'
  xmlns:w='http://www.opengis.net/wfs/2.0' xmlns:x='http://www.w3.org/1999/xlink' xmlns:fes='http://www.opengis.net/fes/2.0'>
  <n:enthaelt><w:FeatureCollection>{objects}</w:FeatureCollection></n:enthaelt>
</n:AX_Bestandsdatenauszug>"
    )
}

fn member(object: &str) -> String {
    format!("<w:member>{object}</w:member>")
}

fn square(srs_name: &str, x: u32, y: u32) -> String {
    let (x2, y2) = (x + 10, y + 10);
    format!(
        "<n:position><g:Polygon srsName='{srs_name}'><g:exterior><g:LinearRing>
        <g:posList>{x} {y} {x2} {y} {x2} {y2} {x} {y2} {x} {y}</g:posList></g:LinearRing></g:exterior></g:Polygon></n:position>"
    )
}

fn parcel(id: &str, position: &str, more: &str) -> String {
    member(&format!(
        "<n:AX_Flurstueck g:id='{id}'>
        <n:lebenszeitintervall><n:AA_Lebenszeitintervall><n:beginnt>2020-05-31T22:30:00Z</n:beginnt></n:AA_Lebenszeitintervall></n:lebenszeitintervall>
        {position}
        <n:objektkoordinaten><g:Point><g:pos>1 2</g:pos></g:Point></n:objektkoordinaten>
        <n:flurstueckskennzeichen>142888___001230004__</n:flurstueckskennzeichen>
        <n:amtlicheFlaeche uom='urn:adv:uom:m2'>100.50</n:amtlicheFlaeche>
        <n:gemeindezugehoerigkeit><n:AX_Gemeindekennzeichen><n:land>14</n:land><n:regierungsbezirk>5</n:regierungsbezirk>
        <n:kreis>22</n:kreis><n:gemeinde>310</n:gemeinde></n:AX_Gemeindekennzeichen></n:gemeindezugehoerigkeit>
        {more}</n:AX_Flurstueck>"
    ))
}

const UTM33: &str = "urn:adv:crs:ETRS89_UTM33";
const ID: &str = "DESNALK0000000A1";

fn utm_square() -> String {
    square(UTM33, 350_000, 5_670_000)
}

fn read_delivery(objects: &str) -> Content {
    read("delivery.xml", delivery(objects).as_bytes()).unwrap()
}

#[test]
fn a_parcel_has_the_fields_of_the_domain() {
    let content = read_delivery(&parcel(ID, &utm_square(), ""));
    assert_eq!(content.problems, [""; 0]);
    let parcel = cadastre::raw::parcel(&content.of(Target::Parcel)[0].raw).unwrap();
    assert_eq!((parcel.parcel_id.as_str(), parcel.ags.as_str()), ("142888___001230004__", "14522310"));
    assert_eq!(parcel.official_area_m2, Some(100.5));
    assert_eq!(parcel.source_date.unwrap().to_string(), "2020-06-01");
    assert_eq!(parcel.street, None);
    assert!((content.of(Target::Parcel)[0].area() - 100.0).abs() < 1e-6);
}

const CATALOGUE: &str = "
<w:member><n:AX_Gemarkung g:id='DESNALK00000C001'><n:schluessel><n:AX_Gemarkung_Schluessel><n:land>14</n:land>
  <n:gemarkungsnummer>2888</n:gemarkungsnummer></n:AX_Gemarkung_Schluessel></n:schluessel><n:bezeichnung>Leisnig</n:bezeichnung></n:AX_Gemarkung></w:member>
<w:member><n:AX_Gemarkung g:id='DESNALK00000C002'><n:schluessel><n:AX_Gemarkung_Schluessel><n:land>14</n:land>
  <n:gemarkungsnummer>9999</n:gemarkungsnummer></n:AX_Gemarkung_Schluessel></n:schluessel><n:bezeichnung>Anderswo</n:bezeichnung></n:AX_Gemarkung></w:member>
<w:member><n:AX_Gemeinde g:id='DESNALK00000C003'><n:schluessel><n:AX_Gemeindekennzeichen><n:land>14</n:land><n:regierungsbezirk>5</n:regierungsbezirk>
  <n:kreis>22</n:kreis><n:gemeinde>310</n:gemeinde></n:AX_Gemeindekennzeichen></n:schluessel><n:bezeichnung>Leisnig, Stadt</n:bezeichnung></n:AX_Gemeinde></w:member>
<w:member><n:AX_LagebezeichnungKatalogeintrag g:id='DESNALK00000C004'><n:schluessel><n:AX_VerschluesselteLagebezeichnung><n:land>14</n:land>
  <n:regierungsbezirk>5</n:regierungsbezirk><n:kreis>22</n:kreis><n:gemeinde>310</n:gemeinde><n:lage>00042</n:lage></n:AX_VerschluesselteLagebezeichnung></n:schluessel>
  <n:bezeichnung>Colditzer Straße</n:bezeichnung></n:AX_LagebezeichnungKatalogeintrag></w:member>";

fn address(id: &str, key: &str, number: &str) -> String {
    member(&format!(
        "<n:AX_LagebezeichnungMitHausnummer g:id='{id}'><n:lagebezeichnung><n:AX_Lagebezeichnung><n:verschluesselt>
        <n:AX_VerschluesselteLagebezeichnung><n:land>14</n:land><n:regierungsbezirk>5</n:regierungsbezirk><n:kreis>22</n:kreis>
        <n:gemeinde>310</n:gemeinde><n:lage>{key}</n:lage></n:AX_VerschluesselteLagebezeichnung></n:verschluesselt></n:AX_Lagebezeichnung></n:lagebezeichnung>
        <n:hausnummer>{number}</n:hausnummer></n:AX_LagebezeichnungMitHausnummer>"
    ))
}

#[test]
fn names_come_from_the_catalogues_of_the_file() {
    let content = read_delivery(&(parcel(ID, &utm_square(), "") + CATALOGUE));
    let municipality = content.of(Target::Municipality);
    let districts = content.of(Target::District);
    assert_eq!(
        (municipality.len(), municipality[0].text("ags"), municipality[0].text("name")),
        (1, "14522310", "Leisnig, Stadt")
    );
    // Entries of the catalogue that no parcel names are not taken.
    assert_eq!(
        (districts.len(), districts[0].text("district_key"), districts[0].text("name")),
        (1, "142888", "Leisnig")
    );
    assert_eq!(content.notes(), [""; 0]);
}

#[test]
fn addresses_are_found_wherever_they_stand() {
    let reference = "<n:weistAuf x:href='urn:adv:oid:DESNALK00000L001'/><n:zeigtAuf x:href='urn:adv:oid:DESNALK00000L002'/>\
                     <n:weistAuf x:href='urn:adv:oid:DESNALK00000L003'/>";
    let field = member(
        "<n:AX_LagebezeichnungOhneHausnummer g:id='DESNALK00000L002'><n:lagebezeichnung><n:AX_Lagebezeichnung>
         <n:unverschluesselt>An der Mulde</n:unverschluesselt></n:AX_Lagebezeichnung></n:lagebezeichnung></n:AX_LagebezeichnungOhneHausnummer>",
    );
    let objects = address("DESNALK00000L001", "00042", "7a")
        + &parcel(ID, &utm_square(), reference)
        + &field
        + &address("DESNALK00000L003", "00043", "1")
        + CATALOGUE;
    let content = read_delivery(&objects);
    assert_eq!(content.of(Target::Parcel)[0].text("street"), "Colditzer Straße 7a; An der Mulde");
    assert!(content.notes()[0].starts_with("street: 1 of 3 addresses"), "{:?}", content.notes());
}

#[test]
fn a_building_has_its_id_without_version_and_no_municipality() {
    let building = member(&format!(
        "<n:AX_Gebaeude g:id='DESNALK0000000B120200531T223000Z'>{}<n:gebaeudefunktion>1010</n:gebaeudefunktion></n:AX_Gebaeude>",
        utm_square()
    ));
    let content = read_delivery(&building);
    let building = content.of(Target::Building)[0];
    assert_eq!((building.text("building_id"), building.text("function")), ("DESNALK0000000B1", "1010"));
    assert_eq!(building.raw.field("ags"), &Value::Null);
    assert_eq!(content.rows.len(), 1);
}

fn check_crs(srs_name: &str, x: u32, y: u32, expected: Option<u32>) {
    let content = read_delivery(&parcel(ID, &square(srs_name, x, y), ""));
    let crs: Vec<_> = content.of(Target::Parcel).iter().map(|row| row.crs).collect();
    assert_eq!(
        crs,
        expected.map(|code| Some(SourceCrs::Epsg(code))).into_iter().collect::<Vec<_>>(),
        "{srs_name} {:?}",
        content.problems
    );
}

#[test]
fn every_crs_of_the_adv_is_known() {
    check_crs("urn:adv:crs:ETRS89_UTM33", 350_000, 5_670_000, Some(25833));
    check_crs("urn:adv:crs:ETRS89_UTM33", 33_350_000, 5_670_000, Some(5650));
    check_crs("urn:adv:crs:ETRS89_UTM32", 32_350_000, 5_670_000, Some(4647));
    check_crs("urn:adv:crs:DE_DHDN_3GK4", 4_560_000, 5_670_000, Some(31468));
    check_crs("urn:ogc:def:crs:EPSG::25833", 350_000, 5_670_000, Some(25833));
    check_crs("urn:adv:crs:Utopia", 350_000, 5_670_000, None);
}

#[test]
fn the_crs_of_the_envelope_holds_for_geometries_without_one() {
    let position = utm_square().replace(&format!(" srsName='{UTM33}'"), "");
    let envelope = "<g:boundedBy><g:Envelope srsName='urn:adv:crs:ETRS89_UTM33'><g:lowerCorner>0 0</g:lowerCorner></g:Envelope></g:boundedBy>";
    let content = read_delivery(&(envelope.to_owned() + &parcel(ID, &position, "")));
    assert_eq!(content.of(Target::Parcel)[0].crs, Some(SourceCrs::Epsg(25833)));
    let content = read_delivery(&parcel(ID, &position, ""));
    assert_eq!((content.of(Target::Parcel)[0].crs, content.header.crs), (None, None));
}

#[test]
fn a_bad_geometry_is_a_problem_and_the_rest_is_read() {
    let bad = utm_square().replace("350010 5670000 350010 5670010", "350010");
    let content = read_delivery(&(parcel("DESNALK000000BAD", &bad, "") + &parcel(ID, &utm_square(), "")));
    assert_eq!(content.problems.len(), 1);
    assert!(content.problems[0].contains("geometry: "), "{:?}", content.problems);
    assert_eq!(content.of(Target::Parcel).len(), 1);
}

#[test]
fn a_number_that_is_none_is_left_to_the_domain() {
    let objects = parcel(ID, &utm_square(), "").replace("100.50", "viel");
    let content = read_delivery(&objects);
    let problems = cadastre::raw::parcel(&content.of(Target::Parcel)[0].raw).unwrap_err();
    assert_eq!(problems[0].to_string(), "official_area_m2: \"viel\" is not a number");
}

#[test]
fn ended_versions_are_left_out_and_counted() {
    let ended =
        parcel(ID, &utm_square(), "").replace("</n:beginnt>", "</n:beginnt><n:endet>2021-01-01T00:00:00Z</n:endet>");
    let content = read_delivery(&(ended + &parcel(ID, &utm_square(), "")));
    assert_eq!(content.of(Target::Parcel).len(), 1);
    assert_eq!(content.summary.left_out["AX_Flurstueck (ended)"], 1);
}

#[test]
fn changes_are_read_as_far_as_they_insert() {
    let objects = format!(
        "<w:Transaction><w:Insert>{}</w:Insert><w:Delete typeName='AX_Flurstueck'><fes:Filter><fes:ResourceId rid='DESNALK00000DEL120200531T223000Z'/></fes:Filter></w:Delete></w:Transaction>",
        parcel(ID, &utm_square(), "").replace("<w:member>", "").replace("</w:member>", "")
    );
    let content = read_delivery(&objects);
    assert_eq!(content.of(Target::Parcel).len(), 1);
    assert!(
        content.problems[0].contains("wfs:Delete: the file orders this object to be deleted"),
        "{:?}",
        content.problems
    );
}

#[test]
fn a_municipality_of_two_parts_is_one() {
    let part = |id: &str, x: u32| {
        member(&format!(
            "<n:AX_KommunalesGebiet g:id='{id}'>{}<n:kennzeichen><n:AX_Gemeindekennzeichen><n:land>14</n:land><n:regierungsbezirk>5</n:regierungsbezirk>
            <n:kreis>22</n:kreis><n:gemeinde>310</n:gemeinde></n:AX_Gemeindekennzeichen></n:kennzeichen></n:AX_KommunalesGebiet>",
            square(UTM33, x, 5_670_000)
        ))
    };
    let content = read_delivery(&(part("DESNALK00000M001", 350_000) + &part("DESNALK00000M002", 360_000)));
    assert_eq!(content.rows.len(), 1);
    let municipality = cadastre::raw::municipality(&content.rows[0].raw).unwrap();
    assert_eq!(municipality.geometry.unwrap().0.len(), 2);
}

#[test]
fn other_encodings_are_read_as_stated() {
    let text =
        delivery(&(parcel(ID, &utm_square(), "") + CATALOGUE)).replace("encoding='UTF-8'", "encoding='ISO-8859-1'");
    let reference = "<n:weistAuf x:href='urn:adv:oid:DESNALK00000L001'/></n:AX_Flurstueck>";
    let text = text
        .replace("</n:AX_Flurstueck>", reference)
        .replace("</w:FeatureCollection>", &(address("DESNALK00000L001", "00042", "1") + "</w:FeatureCollection>"));
    let latin1: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let content = read("latin1.xml", &latin1).unwrap();
    assert_eq!(content.of(Target::Parcel)[0].text("street"), "Colditzer Straße 1");
}

#[test]
fn an_entity_bomb_is_refused_at_once() {
    let error = read_path(&hostile("billionlaugh_nas_head.xml"), &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, FormatError::Forbidden { .. }), "{error}");
    assert!(error.to_string().contains("a document type declaration"), "{error}");
}

#[test]
fn a_truncated_file_is_an_error_compressed_or_not() {
    use std::io::Write as _;
    let text = delivery(&parcel(ID, &utm_square(), ""));
    let error = read("cut.xml", &text.as_bytes()[..text.len() - 60]).unwrap_err();
    assert!(matches!(error, FormatError::Truncated { .. }), "{error}");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    let gzip = encoder.finish().unwrap();
    assert_eq!(read("whole.xml.gz", &gzip).unwrap().of(Target::Parcel).len(), 1);
    let error = read("cut.xml.gz", &gzip[..gzip.len() / 2]).unwrap_err();
    assert!(matches!(error, FormatError::Truncated { .. }), "{error}");
}

#[test]
fn the_receiver_can_stop_the_reading() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.xml");
    std::fs::write(&path, delivery(&parcel(ID, &utm_square(), "").repeat(5))).unwrap();
    let mut rows = 0;
    let source = formats::Source::open(&path, &ReadOptions::default()).unwrap();
    let summary = source
        .read(&mut |_| {
            rows += 1;
            if rows == 3 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
        })
        .unwrap();
    assert!(summary.stopped);
    assert_eq!(rows, 3);
}
