//! The rows of a file in the form "ALKIS vereinfacht".

use std::collections::{HashMap, HashSet};

use cadastre::{
    DistrictKey, Problem, Value,
    raw::{RawRow, Target, parse_day},
};

use crate::{
    Format, FormatError,
    gml::{self, ShapeResult},
    input::Input,
    output::{Fields, Halt, Output, add, add_name, add_number},
    source::Rows,
    xml::{Step, Vocabulary, Xml},
};

/// The rows of the file.
#[derive(Debug)]
pub(super) struct AlkisSimpleRows {
    pub(super) input: Input,
}

impl Rows for AlkisSimpleRows {
    fn read(self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt> {
        let mut xml = Xml::open(&self.input, Format::AlkisSimple)?;
        let mut reading = Reading::default();
        loop {
            match xml.step()? {
                Step::Eof => return Ok(()),
                Step::Text | Step::End => {}
                Step::Start => reading.start(&mut xml, output)?,
            }
        }
    }
}

#[derive(Default)]
struct Reading {
    row: u64,
    srs_name: Option<String>,
    municipalities: HashSet<String>,
    districts: HashSet<String>,
}

/// The elements of an object, by name, as texts.
struct Object {
    id: String,
    texts: HashMap<String, String>,
    shape: Option<ShapeResult>,
}

impl Object {
    /// A text; empty if it is absent or "unbesetzt".
    fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", |text| if text == "unbesetzt" { "" } else { text })
    }

    /// The first of these texts that says something.
    fn first_of(&self, names: &[&str]) -> &str {
        names.iter().map(|name| self.text(name)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// AGS; of the twelve digits of a Regionalschlüssel the eight that name the municipality.
    fn ags(&self) -> String {
        let key = self.text("gmdschl");
        match key.len() {
            12 if key.is_ascii() => format!("{}{}", &key[..5], &key[9..]),
            _ => key.to_owned(),
        }
    }

    /// The id without the two letters that some servers append for the kind.
    fn oid(&self) -> &str {
        let id = self.first_of(&["oid", "gebid", "idgeb"]);
        let id = if id.is_empty() { &self.id } else { id };
        if id.starts_with("DE") { id.get(..16).unwrap_or(id) } else { id }
    }
}

impl Reading {
    fn start(&mut self, xml: &mut Xml, output: &mut Output<'_>) -> Result<(), Halt> {
        match (xml.vocabulary(), xml.name()) {
            (Vocabulary::Gml, "Envelope") => self.srs_name = xml.attribute("srsName")?.or(self.srs_name.take()),
            (Vocabulary::AlkisSimple, "Flurstueck") => {
                let object = self.object(xml)?;
                self.parcel(object, output)?;
            }
            (Vocabulary::AlkisSimple, "GebaeudeBauwerk") => {
                let object = self.object(xml)?;
                self.building(object, output)?;
            }
            (Vocabulary::AlkisSimple, name) => {
                output.left_out(name);
                let depth = xml.depth();
                xml.leave(depth)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn object(&self, xml: &mut Xml) -> Result<Object, FormatError> {
        let id = xml.attribute("id")?.or(xml.attribute("fid")?).unwrap_or_default();
        let mut object = Object { id, texts: HashMap::new(), shape: None };
        xml.children(|xml| -> Result<(), FormatError> {
            if xml.vocabulary() == Vocabulary::AlkisSimple {
                let name = xml.name().to_owned();
                if name == "geometrie" {
                    object.shape = Some(gml::read(xml, self.srs_name.as_deref())?);
                } else {
                    let text = xml.text()?;
                    object.texts.insert(name, text);
                }
            }
            Ok(())
        })?;
        Ok(object)
    }

    fn parcel(&mut self, object: Object, output: &mut Output<'_>) -> Result<(), Halt> {
        let ags = object.ags();
        self.municipality(&ags, object.text("gemeinde"), output)?;
        // The key of the parcel begins with that of its district; `gemaschl` lost a zero on some servers.
        let district_key = object.text("flstkennz").get(..6).unwrap_or_default().to_owned();
        self.district(&district_key, object.text("gemarkung"), &ags, output)?;
        let mut fields = Fields::new();
        add(&mut fields, "parcel_id", object.text("flstkennz"));
        add(&mut fields, "ags", &ags);
        add(&mut fields, "street", object.text("lagebeztxt"));
        add_number(&mut fields, "official_area_m2", object.text("flaeche"));
        add(&mut fields, "land_use", object.text("tntxt"));
        let day = object.text("aktualit");
        match parse_day(day) {
            Some(day) => fields.push(("source_date".into(), Value::Date(day))),
            None => add(&mut fields, "source_date", day),
        }
        let id = object.oid().to_owned();
        self.finish(Target::Parcel, id, fields, object.shape, Vec::new(), output)
    }

    fn building(&mut self, object: Object, output: &mut Output<'_>) -> Result<(), Halt> {
        let id = object.oid().to_owned();
        let mut fields = Fields::new();
        add(&mut fields, "building_id", &id);
        add(&mut fields, "function", object.first_of(&["funktion", "gebnutzbez", "gfkzshh"]));
        add(&mut fields, "ags", &object.ags());
        self.finish(Target::Building, id, fields, object.shape, Vec::new(), output)
    }

    fn municipality(&mut self, ags: &str, name: &str, output: &mut Output<'_>) -> Result<(), Halt> {
        if ags.is_empty() || !self.municipalities.insert(ags.to_owned()) {
            return Ok(());
        }
        let mut fields = Fields::new();
        add(&mut fields, "ags", ags);
        let mut notes = Vec::new();
        add_name(&mut fields, name, "Gemeinde", ags, &mut notes);
        self.finish(Target::Municipality, ags.to_owned(), fields, None, notes, output)
    }

    fn district(&mut self, key: &str, name: &str, ags: &str, output: &mut Output<'_>) -> Result<(), Halt> {
        if ags.is_empty() || DistrictKey::parse(key).is_err() || !self.districts.insert(key.to_owned()) {
            return Ok(());
        }
        let mut fields = Fields::new();
        add(&mut fields, "district_key", key);
        let mut notes = Vec::new();
        add_name(&mut fields, name, "Gemarkung", key, &mut notes);
        add(&mut fields, "ags", ags);
        self.finish(Target::District, key.to_owned(), fields, None, notes, output)
    }

    fn finish(
        &mut self,
        target: Target,
        id: String,
        fields: Fields,
        shape: Option<ShapeResult>,
        notes: Vec<Problem>,
        output: &mut Output<'_>,
    ) -> Result<(), Halt> {
        self.row += 1;
        output.object(target, RawRow { row: self.row, id: Some(id), fields, geometry: None }, shape, notes)
    }
}
