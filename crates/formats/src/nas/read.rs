//! The second reading of a NAS file: its rows.

use cadastre::{
    Problem, Value,
    raw::{RawRow, Target},
};

use super::{
    object::{self, Found, Leaves, Oid},
    survey::Survey,
};
use crate::{
    Format, FormatError,
    gml::{self, ShapeResult},
    input::Input,
    output::{Fields, Halt, Output, add, add_name, add_number},
    source::Rows,
    xml::Xml,
};

/// The rows of a NAS file.
#[derive(Debug)]
pub(super) struct NasRows {
    pub(super) input: Input,
    pub(super) survey: Survey,
}

impl Rows for NasRows {
    fn read(self: Box<Self>, output: &mut Output<'_>) -> Result<(), Halt> {
        let mut reading = Reading { survey: &self.survey, row: 0 };
        reading.municipalities(output)?;
        reading.districts(output)?;
        let mut xml = Xml::open(&self.input, Format::Nas)?;
        let mut srs_name = None;
        loop {
            match object::next(&mut xml)? {
                Found::End => return Ok(()),
                Found::Srs(name) => srs_name = Some(name),
                Found::Deletion { id } => reading.deletion(id, output)?,
                Found::Object { id } => {
                    let depth = xml.depth();
                    reading.object(&mut xml, &id, srs_name.as_deref(), output)?;
                    xml.leave(depth)?;
                }
            }
        }
    }
}

struct Reading<'s> {
    survey: &'s Survey,
    row: u64,
}

/// One object while it is read.
#[derive(Default)]
struct Object {
    fields: Fields,
    addresses: Vec<String>,
    shape: Option<ShapeResult>,
    ended: bool,
}

impl Reading<'_> {
    fn municipalities(&mut self, output: &mut Output<'_>) -> Result<(), Halt> {
        for (ags, municipality) in &self.survey.municipalities {
            let mut object = Object::default();
            let mut notes = Vec::new();
            add(&mut object.fields, "ags", ags);
            let name = municipality.name.as_deref().unwrap_or_default();
            add_name(&mut object.fields, name, "Gemeinde", ags, &mut notes);
            object.shape.clone_from(&municipality.area);
            self.finish(Target::Municipality, ags, object, notes, output)?;
        }
        Ok(())
    }

    fn districts(&mut self, output: &mut Output<'_>) -> Result<(), Halt> {
        for (key, district) in &self.survey.districts {
            let mut object = Object::default();
            let mut notes = Vec::new();
            add(&mut object.fields, "district_key", key);
            let name = district.name.as_deref().unwrap_or_default();
            add_name(&mut object.fields, name, "Gemarkung", key, &mut notes);
            add(&mut object.fields, "ags", &district.ags);
            if district.shared {
                let reason =
                    format!("parcels of {key} lie in several municipalities; it is given to that of the first parcel");
                notes.push(Problem::new("ags", reason));
            }
            self.finish(Target::District, key, object, notes, output)?;
        }
        Ok(())
    }

    fn deletion(&mut self, id: String, output: &mut Output<'_>) -> Result<(), Halt> {
        self.row += 1;
        let reason =
            "the file orders this object to be deleted; changes (NBA) are not applied, import the present state";
        output.problem(self.row, Some(id), Problem::new("wfs:Delete", reason))
    }

    fn object(&mut self, xml: &mut Xml, id: &Oid, srs_name: Option<&str>, output: &mut Output<'_>) -> Result<(), Halt> {
        let target = match xml.name() {
            "AX_Flurstueck" => Target::Parcel,
            "AX_Gebaeude" => Target::Building,
            // Read by the survey.
            "AX_Gemarkung"
            | "AX_Gemeinde"
            | "AX_KommunalesGebiet"
            | "AX_LagebezeichnungKatalogeintrag"
            | "AX_LagebezeichnungMitHausnummer"
            | "AX_LagebezeichnungOhneHausnummer" => return Ok(()),
            other => {
                output.left_out(other);
                return Ok(());
            }
        };
        let mut object = self.properties(xml, target, srs_name)?;
        if object.ended {
            output.left_out(if target == Target::Parcel { "AX_Flurstueck (ended)" } else { "AX_Gebaeude (ended)" });
            return Ok(());
        }
        match target {
            Target::Parcel => add(&mut object.fields, "street", &object.addresses.join("; ")),
            _ => add(&mut object.fields, "building_id", id.as_str()),
        }
        self.finish(target, id.as_str(), object, Vec::new(), output)
    }

    fn properties(&self, xml: &mut Xml, target: Target, srs_name: Option<&str>) -> Result<Object, FormatError> {
        let parcel = target == Target::Parcel;
        let mut object = Object::default();
        xml.children(|xml| -> Result<(), FormatError> {
            let fields = &mut object.fields;
            match xml.name() {
                "flurstueckskennzeichen" if parcel => add(fields, "parcel_id", &xml.text()?),
                "amtlicheFlaeche" if parcel => add_number(fields, "official_area_m2", &xml.text()?),
                "gemeindezugehoerigkeit" if parcel => add(fields, "ags", &Leaves::read(xml)?.ags()),
                "gebaeudefunktion" if !parcel => add(fields, "function", &xml.text()?),
                "lebenszeitintervall" => {
                    let life = Leaves::read(xml)?;
                    object.ended = life.has_ended();
                    if let Some(day) = life.begins().filter(|_| parcel) {
                        fields.push(("source_date".into(), Value::Date(day)));
                    }
                }
                "zeigtAuf" | "weistAuf" if parcel => {
                    let target = xml.attribute("href")?.map(|href| Oid::new(&href));
                    if let Some(words) =
                        target.and_then(|id| self.survey.words(&id)).filter(|words| !object.addresses.contains(words))
                    {
                        object.addresses.push(words);
                    }
                }
                // The area; `objektkoordinaten` beside it is only a point in it.
                "position" => object.shape = Some(gml::read(xml, srs_name)?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(object)
    }

    /// Hands an object out as a row, or its geometry's problem.
    fn finish(
        &mut self,
        target: Target,
        id: &str,
        object: Object,
        notes: Vec<Problem>,
        output: &mut Output<'_>,
    ) -> Result<(), Halt> {
        self.row += 1;
        let row = RawRow { row: self.row, id: Some(id.to_owned()), fields: object.fields, geometry: None };
        output.object(target, row, object.shape, notes)
    }
}
