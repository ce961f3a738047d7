//! From rows to records: mapping, CRS, repair, rules.

use cadastre::{
    Kind, Problem, Record, Value,
    raw::{self, RawRow, Target},
    record::{Feature, Layer, Parcel},
};
use formats::{Format, Header, SourceCrs};
use sha2::{Digest as _, Sha256};
use spatial::{Crs, CrsError, Transformer, geometry};

use super::{
    ImportAs, ImportError, Message, Outbox, Plan, RowProblem,
    columns::Columns,
    keyed,
    keyed::Parcels,
    layer,
    met::{self, Meeting},
    places::Known,
};

/// Which time the file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Everything but buildings whose municipality the source does not name.
    First,
    /// Only those, now that the parcels are known.
    Homeless,
}

/// Makes records of one file's rows.
pub(super) struct Mapper<'a> {
    plan: &'a Plan,
    file: &'a str,
    /// Place of the file among those of the import.
    file_number: usize,
    columns: Option<Columns>,
    layer: Option<Layer>,
    store_crs: Crs,
    header_crs: Option<Crs>,
    /// CRS of the caller that stands in for a GeoJSON file's default.
    forced_crs: Option<Crs>,
    known: &'a mut Known,
    keyed: &'a Parcels,
    pass: Pass,
    /// What ended the file early.
    error: Option<ImportError>,
}

impl<'a> Mapper<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        file: &'a str,
        header: &Header,
        store_crs: Crs,
        known: &'a mut Known,
        keyed: &'a Parcels,
        pass: Pass,
    ) -> Result<Self, ImportError> {
        let (is_typed, owned) = (header.format.is_typed(), || file.to_owned());
        let target = match (is_typed, plan.import_as) {
            (true, None) => None,
            (true, Some(_)) => return Err(ImportError::TargetGiven { file: owned(), format: header.format }),
            (false, None) => return Err(ImportError::TargetMissing { file: owned(), format: header.format }),
            (false, Some(target)) => Some(target),
        };
        let header_crs = header.crs.map(to_crs);
        // GeoJSON without a word on its CRS means CRS84 (RFC 7946 § 4), but not every writer knows it.
        let is_default = header.format == Format::GeoJson && header_crs == Some(Crs::CRS84);
        let forced_crs = plan.crs.filter(|given| is_default && Some(*given) != header_crs);
        if let (Some(stated), Some(given), None) = (header_crs, plan.crs, forced_crs)
            && stated != given
        {
            return Err(ImportError::CrsConflict { file: owned(), stated, given });
        }
        let columns = target.map(|target| Columns::new(plan, file, header, target)).transpose()?;
        let layer = matches!(target, Some(ImportAs::Layer)).then(|| layer::describe(plan, header)).transpose()?;
        let file_number = plan.files.iter().position(|path| path.display().to_string() == file).unwrap_or_default();
        Ok(Self {
            plan,
            file,
            file_number,
            columns,
            layer,
            store_crs,
            header_crs,
            forced_crs,
            known,
            keyed,
            pass,
            error: None,
        })
    }

    /// The layer the file becomes.
    pub(super) fn layer(&self) -> Option<Layer> {
        self.layer.clone()
    }

    /// What to say about the file as a whole.
    pub(super) fn notes(&self) -> Vec<Problem> {
        let mut notes = self.columns.as_ref().map(Columns::notes).unwrap_or_default();
        notes.extend(self.forced_crs.map(|crs| {
            Problem::new("crs", format!("GeoJSON means WGS 84; the coordinates are taken as {crs}, as --crs says"))
        }));
        notes
    }

    /// What ended the file early.
    pub(super) fn into_error(self) -> Option<ImportError> {
        self.error
    }

    /// Takes a row: a record or its problems go out.
    pub(super) fn take(
        &mut self,
        target: Option<Target>,
        mut row: RawRow,
        crs: Option<SourceCrs>,
        mut notes: Vec<Problem>,
        outbox: &mut Outbox<'_>,
    ) {
        if self.pass == Pass::Homeless && !is_homeless(target, self.plan, &row) {
            return;
        }
        let (number, id) = (row.row, row.id.clone());
        let tell = |problem| RowProblem { file: self.file.to_owned(), row: number, id: id.clone(), problem };
        let content = met::content(&row, crs.map(to_crs).or(self.header_crs));
        let made = self.place(&mut row, crs, &mut notes).and_then(|()| self.record(target, row, &mut notes));
        let made = made.and_then(|record| self.once(record, content, &mut notes));
        match made {
            Ok(record) => {
                for note in notes {
                    outbox.send(Message::Note(tell(note)));
                }
                if let Some(record) = record {
                    outbox.record(record);
                }
            }
            Err(problems) => {
                for problem in problems {
                    outbox.send(Message::Problem(tell(problem)));
                }
            }
        }
        // The whole file shares the error: reading on would name it for every row.
        outbox.is_closed |= self.error.is_some();
    }

    /// Takes a record once: a delivery in several files has what lies on their seams in each of them. If two rows
    /// say different things under one key, or one file says a key twice, nobody knows which of them holds.
    fn once(
        &mut self,
        record: Option<Record>,
        content: u64,
        notes: &mut Vec<Problem>,
    ) -> Result<Option<Record>, Vec<Problem>> {
        let Some(record) = record else { return Ok(None) };
        let key = record.key();
        let told = |reason| Problem::new(id_field(&key.kind), reason);
        match self.known.met.meet(&key, content, self.file_number) {
            Meeting::First => Ok(Some(record)),
            Meeting::Same => {
                *notes =
                    vec![told(format!("is in several files with the same content, and was taken once: {}", key.id))];
                Ok(None)
            }
            Meeting::Other => Err(vec![told(format!("{} occurs twice in this import", key.id))]),
        }
    }

    /// Brings the geometry into the store's CRS, repairs what is certain and checks it.
    fn place(
        &mut self,
        row: &mut RawRow,
        crs: Option<SourceCrs>,
        notes: &mut Vec<Problem>,
    ) -> Result<(), Vec<Problem>> {
        let Some(mut geometry) = row.geometry.take() else { return Ok(()) };
        let stated = || crs.map(to_crs).or(self.header_crs).or(self.plan.crs);
        let Some(from) = self.forced_crs.or_else(stated) else {
            self.error = Some(ImportError::CrsMissing { file: self.file.to_owned() });
            return Err(Vec::new());
        };
        let transformer = match Transformer::new(from, self.store_crs) {
            Ok(transformer) => transformer,
            Err(source) => {
                self.error = Some(ImportError::Crs { file: self.file.to_owned(), source });
                return Err(Vec::new());
            }
        };
        let (repaired, repairs) = geometry::repair(geometry);
        geometry = repaired;
        let problems = geometry::check(&geometry);
        if !problems.is_empty() {
            return Err(problems);
        }
        transformer.transform_geometry(&mut geometry).map_err(|error| vec![outside(&error)])?;
        notes.extend(repairs);
        row.geometry = Some(geometry);
        Ok(())
    }

    /// Makes the record. `None`: kept for later, or already known.
    fn record(
        &mut self,
        target: Option<Target>,
        row: RawRow,
        notes: &mut Vec<Problem>,
    ) -> Result<Option<Record>, Vec<Problem>> {
        let Some(target) = target else {
            return self.table_record(row).map(Some);
        };
        match target {
            Target::Municipality => {
                self.known.municipality(raw::municipality(&row)?);
                Ok(None)
            }
            Target::District => {
                self.known.district(raw::district(&row)?);
                Ok(None)
            }
            Target::Parcel => self.parcel(row).map(Some),
            Target::Building => self.building(row, notes),
            Target::Site | Target::Feature => Err(vec![Problem::new("type", "is not taken from this format")]),
        }
    }

    fn table_record(&mut self, row: RawRow) -> Result<Record, Vec<Problem>> {
        let Some(columns) = &self.columns else { return Err(Vec::new()) };
        if let Some(layer) = &self.layer {
            return feature(layer, columns, self.keyed, self.known, row).map(Record::from);
        }
        let row = columns.apply(row);
        match self.plan.import_as {
            Some(ImportAs::Parcels) => self.parcel(row),
            Some(ImportAs::Sites) => self.site(row),
            Some(ImportAs::Districts) => {
                let district = raw::district(&self.at_home(row))?;
                self.known.ensure_municipality(district.ags);
                Ok(district.into())
            }
            Some(ImportAs::Buildings) => {
                let building = raw::building(&self.at_home(row))?;
                self.known.ensure_municipality(building.ags);
                Ok(building.into())
            }
            Some(ImportAs::Layer) | None => Err(Vec::new()),
        }
    }

    /// Gives a row the municipality of the command line if it names none.
    fn at_home(&self, mut row: RawRow) -> RawRow {
        if let Some(ags) = self.plan.municipality.filter(|_| row.field("ags").is_null()) {
            row.fields.push(("ags".into(), Value::text(ags.as_str())));
        }
        row
    }

    fn parcel(&mut self, row: RawRow) -> Result<Record, Vec<Problem>> {
        let parcel = raw::parcel(&self.at_home(row))?;
        self.known.parcel(&parcel);
        Ok(parcel.into())
    }

    fn building(&mut self, row: RawRow, notes: &mut Vec<Problem>) -> Result<Option<Record>, Vec<Problem>> {
        let mut row = self.at_home(row);
        if row.field("ags").is_null() {
            if self.pass == Pass::First {
                self.known.homeless_building();
                notes.clear();
                return Ok(None);
            }
            let ags = row.geometry.as_ref().and_then(|geometry| self.known.municipality_at(geometry));
            let reason = "the building lies on no parcel of the file; say its municipality with --municipality";
            let ags = ags.ok_or_else(|| vec![Problem::new("ags", reason)])?;
            row.fields.push(("ags".into(), Value::text(ags.as_str())));
        }
        let building = raw::building(&row)?;
        self.known.ensure_municipality(building.ags);
        Ok(Some(building.into()))
    }

    fn site(&mut self, row: RawRow) -> Result<Record, Vec<Problem>> {
        let mut row = self.at_home(row);
        let ags = row.field("ags").clone();
        let ags = if let Value::Text(text) = &ags { cadastre::Ags::parse(text).ok() } else { None };
        let parcels = self.keyed.resolve(&row, self.known, ags)?;
        row.fields.retain(|(name, _)| !matches!(&**name, "district" | "number" | "parcels"));
        complete_site(&mut row, &parcels);
        let id = site_id(&row, &parcels);
        let mut site = raw::site(&row, id)?;
        site.publication = self.known.publication_of(&site.site_id);
        self.known.ensure_municipality(site.ags);
        Ok(site.into())
    }
}

/// Fills what a list leaves to its parcels: keys, municipality, official area, street, geometry.
fn complete_site(row: &mut RawRow, parcels: &[&Parcel]) {
    let Some(first) = parcels.first() else { return };
    let mut complete = |name: &str, value: Option<Value>| {
        if let (true, Some(value)) = (row.field(name).is_null(), value) {
            row.fields.push((name.into(), value));
        }
    };
    let keys: Vec<_> = parcels.iter().map(|parcel| parcel.parcel_id.as_str()).collect();
    complete("parcels", Some(Value::text(keys.join(","))));
    complete("ags", Some(Value::text(first.ags.as_str())));
    complete("street", first.street.as_deref().map(Value::text));
    let area: Option<f64> = parcels.iter().map(|parcel| parcel.official_area_m2).sum();
    complete("area_m2", area.map(Value::Real));
    if row.geometry.is_none() {
        row.geometry = keyed::union(parcels);
    }
}

/// Public id of a site whose list gives none: looks random, and is the same for the same row of the same list, so
/// that an import done twice changes nothing.
fn site_id(row: &RawRow, parcels: &[&Parcel]) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new();
    if parcels.is_empty() {
        let fields = row.fields.iter().map(|(name, value)| format!("{name}={value:?};"));
        hash.update(fields.collect::<String>());
        hash.update(format!("{:?}", row.geometry));
    }
    for parcel in parcels {
        hash.update(parcel.parcel_id.as_str());
    }
    hash.finalize()[..8].iter().fold(String::new(), |mut id, byte| {
        // Writing to a String cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}

fn feature(
    layer: &Layer,
    columns: &Columns,
    keyed: &Parcels,
    known: &Known,
    mut row: RawRow,
) -> Result<Feature, Vec<Problem>> {
    if row.geometry.is_none() && (columns.has("number") || columns.has("parcels")) {
        let key = columns.apply(RawRow { geometry: None, id: None, ..row.clone() });
        let ags = None;
        row.geometry = keyed::union(&keyed.resolve(&key, known, ags)?);
    }
    let mut fields: std::collections::HashMap<Box<str>, Value> = row.fields.into_iter().collect();
    let values =
        layer.columns.iter().map(|column| fields.remove(column.name.as_str()).unwrap_or(Value::Null)).collect();
    let feature_id = row.id.unwrap_or_else(|| row.row.to_string());
    Ok(Feature { layer: layer.name.as_str().into(), feature_id: feature_id.into(), values, geometry: row.geometry })
}

/// Name of the property that identifies a record of the kind.
fn id_field(kind: &Kind) -> &'static str {
    match kind {
        Kind::Parcel => "parcel_id",
        Kind::Building => "building_id",
        Kind::Site => "site_id",
        Kind::District => "district_key",
        _ => "id",
    }
}

/// Whether a building row waits for the second reading.
fn is_homeless(target: Option<Target>, plan: &Plan, row: &RawRow) -> bool {
    target == Some(Target::Building) && plan.municipality.is_none() && row.field("ags").is_null()
}

fn to_crs(source: SourceCrs) -> Crs {
    match source {
        SourceCrs::Epsg(code) => Crs::Epsg(code),
        SourceCrs::Crs84 => Crs::CRS84,
    }
}

fn outside(error: &CrsError) -> Problem {
    Problem::new("geometry", error.to_string())
}
