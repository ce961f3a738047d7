//! The first reading of a NAS file: keys and names that rows elsewhere in the file refer to.

use std::collections::{BTreeMap, HashMap};

use cadastre::{DistrictKey, Problem, geometry::Geometry};

use super::object::{self, Found, Leaves, Oid};
use crate::{
    Format, FormatError, SourceCrs,
    gml::{self, ShapeResult},
    input::Input,
    xml::Xml,
};

/// What a NAS file says beside its parcels and buildings.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) crs: Option<SourceCrs>,
    /// Municipalities that parcels lie in or whose area is in the file, by AGS.
    pub(super) municipalities: BTreeMap<String, Municipality>,
    /// Districts of the parcels, by key.
    pub(super) districts: BTreeMap<String, District>,
    parcels: u64,
    buildings: u64,
    addresses: HashMap<Oid, Address>,
    /// Names of catalogues, by key: `AX_Gemeinde`, `AX_Gemarkung`, streets.
    municipality_names: HashMap<String, String>,
    district_names: HashMap<String, String>,
    street_names: HashMap<String, String>,
}

/// A municipality.
#[derive(Debug, Default)]
pub(super) struct Municipality {
    pub(super) name: Option<String>,
    /// Its area, or why it could not be taken.
    pub(super) area: Option<ShapeResult>,
}

/// A district.
#[derive(Debug)]
pub(super) struct District {
    pub(super) name: Option<String>,
    /// Municipality of its first parcel.
    pub(super) ags: String,
    /// Whether parcels of it lie in other municipalities too.
    pub(super) shared: bool,
}

/// Where a parcel lies, in words.
#[derive(Debug)]
struct Address {
    place: Place,
    number: Box<str>,
}

#[derive(Debug)]
enum Place {
    Name(Box<str>),
    Key(Box<str>),
}

/// Reads the whole file once.
pub(super) fn survey(input: &Input) -> Result<Survey, FormatError> {
    let mut xml = Xml::open(input, Format::Nas)?;
    let mut survey = Survey::default();
    let mut srs_name = None;
    loop {
        let depth = match object::next(&mut xml)? {
            Found::End => break,
            Found::Deletion { .. } => continue,
            Found::Srs(name) => {
                survey.crs = survey.crs.or_else(|| SourceCrs::parse(&name));
                srs_name = Some(name);
                continue;
            }
            Found::Object { id } => {
                let depth = xml.depth();
                survey.object(&mut xml, id, srs_name.as_deref())?;
                depth
            }
        };
        xml.leave(depth)?;
    }
    survey.join();
    Ok(survey)
}

impl Survey {
    fn object(&mut self, xml: &mut Xml, id: Oid, srs_name: Option<&str>) -> Result<(), FormatError> {
        match xml.name() {
            "AX_Flurstueck" => self.parcel(xml),
            "AX_Gebaeude" => {
                self.buildings += 1;
                Ok(())
            }
            "AX_LagebezeichnungMitHausnummer" | "AX_LagebezeichnungOhneHausnummer" => self.address(xml, id),
            "AX_LagebezeichnungKatalogeintrag" => entry(xml, &mut self.street_names, Leaves::street_key),
            "AX_Gemarkung" => entry(xml, &mut self.district_names, Leaves::district_key),
            "AX_Gemeinde" => entry(xml, &mut self.municipality_names, Leaves::ags),
            "AX_KommunalesGebiet" => self.municipality(xml, srs_name),
            _ => Ok(()),
        }
    }

    fn parcel(&mut self, xml: &mut Xml) -> Result<(), FormatError> {
        self.parcels += 1;
        let (mut ags, mut district_key) = (String::new(), String::new());
        xml.children(|xml| -> Result<(), FormatError> {
            match xml.name() {
                "gemeindezugehoerigkeit" => ags = Leaves::read(xml)?.ags(),
                // The key of the parcel begins with that of its district.
                "flurstueckskennzeichen" => {
                    xml.text()?.get(..6).unwrap_or_default().clone_into(&mut district_key);
                }
                _ => {}
            }
            Ok(())
        })?;
        if ags.is_empty() {
            return Ok(());
        }
        self.municipalities.entry(ags.clone()).or_default();
        if DistrictKey::parse(&district_key).is_ok() {
            let district = self.districts.entry(district_key);
            let district = district.or_insert_with(|| District { name: None, ags: ags.clone(), shared: false });
            district.shared |= district.ags != ags;
        }
        Ok(())
    }

    fn address(&mut self, xml: &mut Xml, id: Oid) -> Result<(), FormatError> {
        let (mut name, mut key, mut number) = (String::new(), String::new(), String::new());
        xml.children(|xml| -> Result<(), FormatError> {
            match xml.name() {
                "lagebezeichnung" => {
                    let leaves = Leaves::read(xml)?;
                    leaves.get("unverschluesselt").clone_into(&mut name);
                    key = leaves.street_key();
                }
                "hausnummer" => number = xml.text()?,
                _ => {}
            }
            Ok(())
        })?;
        let place = match (name.is_empty(), key.is_empty()) {
            (false, _) => Place::Name(name.into()),
            (true, false) => Place::Key(key.into()),
            (true, true) => return Ok(()),
        };
        self.addresses.insert(id, Address { place, number: number.into() });
        Ok(())
    }

    fn municipality(&mut self, xml: &mut Xml, srs_name: Option<&str>) -> Result<(), FormatError> {
        let (mut ags, mut area, mut ended) = (String::new(), None, false);
        xml.children(|xml| -> Result<(), FormatError> {
            match xml.name() {
                "gemeindekennzeichen" | "kennzeichen" => ags = Leaves::read(xml)?.ags(),
                "lebenszeitintervall" => ended = Leaves::read(xml)?.has_ended(),
                "position" => area = Some(gml::read(xml, srs_name)?),
                _ => {}
            }
            Ok(())
        })?;
        if !ags.is_empty() && !ended {
            let municipality = self.municipalities.entry(ags).or_default();
            municipality.area = match (municipality.area.take(), area) {
                // A municipality of several parts is several objects.
                (Some(Ok(one)), Some(Ok(other))) => Some(Ok(joined(one, other))),
                (before, area) => before.or(area),
            };
        }
        Ok(())
    }

    /// Gives the municipalities and districts of the file the names its catalogues have.
    fn join(&mut self) {
        for (ags, municipality) in &mut self.municipalities {
            municipality.name = self.municipality_names.remove(ags);
        }
        for (key, district) in &mut self.districts {
            district.name = self.district_names.remove(key);
        }
        // The catalogues may list a whole Land; what no parcel names is not needed any more.
        self.municipality_names = HashMap::new();
        self.district_names = HashMap::new();
    }

    pub(super) fn row_count(&self) -> u64 {
        self.parcels + self.buildings + (self.municipalities.len() + self.districts.len()) as u64
    }

    /// The words of an address: street or field name, with the house number if there is one.
    pub(super) fn words(&self, id: &Oid) -> Option<String> {
        let address = self.addresses.get(id)?;
        let name: &str = match &address.place {
            Place::Name(name) => name,
            Place::Key(key) => self.street_names.get(&**key)?,
        };
        Some(if address.number.is_empty() { name.to_owned() } else { format!("{name} {}", address.number) })
    }

    pub(super) fn notes(&self) -> Vec<Problem> {
        let nameless = self.addresses.values().filter(|address| match &address.place {
            Place::Name(_) => false,
            Place::Key(key) => !self.street_names.contains_key(&**key),
        });
        let (nameless, all) = (nameless.count(), self.addresses.len());
        if nameless == 0 {
            return Vec::new();
        }
        let reason = format!(
            "{nameless} of {all} addresses are given by a key that the file has no name for (AX_LagebezeichnungKatalogeintrag); they stay empty"
        );
        vec![Problem::new("street", reason)]
    }
}

/// Takes the name of a catalogue entry.
fn entry(xml: &mut Xml, names: &mut HashMap<String, String>, key: fn(&Leaves) -> String) -> Result<(), FormatError> {
    let (mut entry_key, mut name) = (String::new(), String::new());
    xml.children(|xml| -> Result<(), FormatError> {
        match xml.name() {
            "schluessel" | "gemeindekennzeichen" => entry_key = key(&Leaves::read(xml)?),
            "bezeichnung" => name = xml.text()?,
            _ => {}
        }
        Ok(())
    })?;
    if !entry_key.is_empty() && !name.is_empty() {
        names.insert(entry_key, name);
    }
    Ok(())
}

fn joined(mut one: gml::Shape, other: gml::Shape) -> gml::Shape {
    let mut polygons = Vec::new();
    for geometry in [one.geometry, other.geometry].into_iter().flatten() {
        match geometry {
            Geometry::Polygon(polygon) => polygons.push(polygon),
            Geometry::MultiPolygon(more) => polygons.extend(more),
            _ => {}
        }
    }
    one.geometry = Some(crate::shape::area(polygons));
    one.notes.extend(other.notes);
    one
}
