//! What was typed, and its way to what was checked.
//!
//! Every reader and the API hand in [`RawRow`]s: named fields and a geometry. The functions here turn
//! one into a record or say everything that is wrong with it.

use std::collections::HashSet;

use crate::{
    Ags, Day, DistrictKey, ParcelId, Problem, SharedText, Value,
    codes::{Basis, CodeList, SiteStatus, SiteType},
    geometry::{Geometry, MultiPolygon},
    record::{Building, Consent, District, Municipality, Parcel, Publication, Settings, Site, Vacancy},
};

/// What a row is meant to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Gemeinde.
    Municipality,
    /// Gemarkung.
    District,
    /// Flurstück.
    Parcel,
    /// Building.
    Building,
    /// Standort.
    Site,
    /// Feature of a layer.
    Feature,
}

/// Named fields and a geometry, as a source has them.
#[derive(Clone, Debug, PartialEq)]
pub struct RawRow {
    /// Position in the source, counted from 1: the feature's or the row's number, header not counted.
    pub row: u64,
    /// Identifier in the source, for messages and as the id of a layer's feature.
    pub id: Option<String>,
    /// Fields in source order. Typed readers (NAS, ALKIS vereinfacht, the API) use property names.
    pub fields: Vec<(Box<str>, Value)>,
    /// Geometry in the CRS the source said, or that of the store once transformed.
    pub geometry: Option<Geometry>,
}

impl RawRow {
    /// The value of a field, null if it is absent.
    pub fn field(&self, name: &str) -> &Value {
        self.fields.iter().find(|(field, _)| &**field == name).map_or(&Value::Null, |(_, value)| value)
    }
}

/// Longest text of a field, in characters.
const MAX_CHARS: usize = 10_000;

/// Reads a row field by field and collects every problem.
pub(crate) struct Check<'a> {
    row: &'a RawRow,
    used: HashSet<&'static str>,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(row: &'a RawRow) -> Self {
        Self { row, used: HashSet::new(), problems: Vec::new() }
    }

    pub(crate) fn refuse(&mut self, field: &str, reason: impl Into<String>) {
        self.problems.push(Problem::new(field, reason));
    }

    fn value(&mut self, field: &'static str) -> &'a Value {
        self.used.insert(field);
        self.row.field(field)
    }

    /// Text of a field; numbers are taken as they are written, since spreadsheets make numbers of keys.
    pub(crate) fn text(&mut self, field: &'static str) -> Option<String> {
        let text = match self.value(field) {
            Value::Null => return None,
            Value::Text(text) => text.trim().to_owned(),
            Value::Integer(n) => n.to_string(),
            Value::Real(x) if x.fract() == 0.0 && x.abs() < 1e15 => format!("{x:.0}"),
            Value::Real(x) => x.to_string(),
            Value::Boolean(b) => b.to_string(),
            Value::Date(day) => day.to_string(),
            Value::Timestamp(at) => at.to_string(),
        };
        if text.contains('\0') {
            self.refuse(field, "must not contain a NUL character");
            return None;
        }
        if text.chars().count() > MAX_CHARS {
            self.refuse(field, format!("must not be longer than {MAX_CHARS} characters"));
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    pub(crate) fn required<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.problems.iter().any(|problem| problem.field == field) {
            self.refuse(field, "is required");
        }
        value
    }

    pub(crate) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(field)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(field, error.to_string());
                None
            }
        }
    }

    fn code<C: CodeList>(&mut self, field: &'static str) -> Option<C> {
        self.parsed(field, |text| {
            C::from_code(text).ok_or_else(|| format!("\"{text}\" is not one of {}", C::codes().join(", ")))
        })
    }

    /// A finite number in the range; German decimal commas are understood in text.
    fn number(&mut self, field: &'static str, range: std::ops::RangeInclusive<f64>) -> Option<f64> {
        let number = match self.value(field) {
            Value::Integer(n) => *n as f64,
            Value::Real(x) => *x,
            _ => self.parsed(field, |text| parse_number(text).ok_or_else(|| format!("\"{text}\" is not a number")))?,
        };
        if range.contains(&number) {
            return Some(number);
        }
        self.refuse(field, format!("must be between {} and {}, got {number}", range.start(), range.end()));
        None
    }

    pub(crate) fn integer(&mut self, field: &'static str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let number = self.number(field, *range.start() as f64..=*range.end() as f64)?;
        if number.fract() != 0.0 {
            self.refuse(field, format!("must be a whole number, got {number}"));
            return None;
        }
        Some(number as i64)
    }

    pub(crate) fn day(&mut self, field: &'static str) -> Option<Day> {
        if let Value::Date(day) = self.value(field) {
            return Some(*day);
        }
        self.parsed(field, |text| parse_day(text).ok_or_else(|| format!("\"{text}\" is not a day such as 2026-03-31")))
    }

    fn list<T, E: std::fmt::Display>(&mut self, field: &'static str, parse: impl Fn(&str) -> Result<T, E>) -> Vec<T> {
        let Some(text) = self.text(field) else { return Vec::new() };
        let mut values = Vec::new();
        for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            match parse(part) {
                Ok(value) => values.push(value),
                Err(error) => self.refuse(field, error.to_string()),
            }
        }
        values
    }

    fn multi_polygon(&mut self) -> Option<MultiPolygon> {
        match &self.row.geometry {
            None => None,
            Some(Geometry::Polygon(polygon)) => Some(MultiPolygon(vec![polygon.clone()])),
            Some(Geometry::MultiPolygon(polygons)) => Some(polygons.clone()),
            Some(other) => {
                self.refuse("geometry", format!("must be an area, got a {}", geometry_name(other)));
                None
            }
        }
    }

    /// Refuses fields that no rule has read: nothing that was typed is dropped in silence.
    pub(crate) fn no_other_fields(&mut self) {
        let unknown: Vec<_> = self.row.fields.iter().filter(|(name, _)| !self.used.contains(&**name)).collect();
        for (name, _) in unknown {
            self.refuse(name, "is not a property of this collection");
        }
    }

    pub(crate) fn finish<T>(self, record: Option<T>) -> Result<T, Vec<Problem>> {
        match record {
            Some(record) if self.problems.is_empty() => Ok(record),
            _ => Err(self.problems),
        }
    }
}

/// Name of the kind of a geometry, for messages.
pub fn geometry_name(geometry: &Geometry) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}

/// A number as people type it: `830`, `830.5`, `830,5`, `1.250,50`.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = if text.contains(',') {
        // With a decimal comma, points can only group thousands.
        let (whole, fraction) = text.split_once(',')?;
        let groups: Vec<&str> = whole.trim_start_matches('-').split('.').collect();
        let grouped = groups.len() == 1 || groups[1..].iter().all(|group| group.len() == 3);
        if fraction.contains([',', '.']) || !grouped {
            return None;
        }
        format!("{}.{fraction}", whole.replace('.', "")).parse().ok()?
    } else {
        text.parse::<f64>().ok()?
    };
    number.is_finite().then_some(number)
}

/// A day as people type it: `2026-03-31`, `31.03.2026`, `31.3.2026`; of a date-time its day.
pub fn parse_day(text: &str) -> Option<Day> {
    let text = text.trim();
    if let Some((day, rest)) = text.split_once('.') {
        let (month, year) = rest.split_once('.')?;
        return Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    }
    let date = text.split_once(['T', ' ']).map_or(text, |(date, _)| date);
    date.parse().ok()
}

/// A municipality from `ags`, `name` and its boundary.
pub fn municipality(row: &RawRow) -> Result<Municipality, Vec<Problem>> {
    let mut check = Check::new(row);
    let ags = check.parsed("ags", Ags::parse);
    let ags = check.required("ags", ags);
    let name = check.text("name");
    let name = check.required("name", name);
    let geometry = check.multi_polygon();
    check.no_other_fields();
    let record = (|| Some(Municipality { ags: ags?, name: name?, settings: Settings::default(), geometry }))();
    check.finish(record)
}

/// A cadastral district from `district_key`, `name`, `ags` and its area.
pub fn district(row: &RawRow) -> Result<District, Vec<Problem>> {
    let mut check = Check::new(row);
    let key = check.parsed("district_key", DistrictKey::parse);
    let key = check.required("district_key", key);
    let name = check.text("name");
    let name = check.required("name", name);
    let ags = check.parsed("ags", Ags::parse);
    let ags = check.required("ags", ags);
    let geometry = check.multi_polygon();
    check.no_other_fields();
    let record = (|| Some(District { district_key: key?, name: name?, ags: ags?, geometry }))();
    check.finish(record)
}

/// A parcel from `parcel_id`, `ags`, `street`, `official_area_m2`, `land_use`, `source_date` and its area.
pub fn parcel(row: &RawRow) -> Result<Parcel, Vec<Problem>> {
    let mut check = Check::new(row);
    let parcel_id = check.parsed("parcel_id", ParcelId::parse);
    let parcel_id = check.required("parcel_id", parcel_id);
    let ags = check.parsed("ags", Ags::parse);
    let ags = check.required("ags", ags);
    let street = check.text("street").map(SharedText::from);
    let official_area_m2 = check.number("official_area_m2", 0.0..=1e10);
    let land_use = check.text("land_use").map(SharedText::from);
    let source_date = check.day("source_date");
    let geometry = check.multi_polygon();
    let geometry = check.required("geometry", geometry);
    check.no_other_fields();
    let record = (|| {
        Some(Parcel {
            parcel_id: parcel_id?,
            ags: ags?,
            street,
            official_area_m2,
            land_use,
            source_date,
            geometry: geometry?.into(),
        })
    })();
    check.finish(record)
}

/// A building from `building_id`, `function`, `district_key`, `ags` and its footprint or place.
pub fn building(row: &RawRow) -> Result<Building, Vec<Problem>> {
    let mut check = Check::new(row);
    let building_id = check.text("building_id");
    let building_id = check.required("building_id", building_id);
    let function = check.text("function");
    let district_key = check.parsed("district_key", DistrictKey::parse);
    let ags = check.parsed("ags", Ags::parse);
    let ags = check.required("ags", ags);
    let geometry = row.geometry.clone();
    let geometry = check.required("geometry", geometry);
    check.no_other_fields();
    let record =
        (|| Some(Building { building_id: building_id?, function, district_key, ags: ags?, geometry: geometry? }))();
    check.finish(record)
}

/// A site; `site_id` is given by the caller where the row has none, since public ids are random.
///
/// Lists (`parcels`, `consent_fields`) are texts separated by commas or semicolons.
pub fn site(row: &RawRow, site_id: String) -> Result<Site, Vec<Problem>> {
    let mut check = Check::new(row);
    let site_id = check.text("site_id").unwrap_or(site_id);
    if site_id.is_empty()
        || site_id.len() > 64
        || !site_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    {
        check.refuse("site_id", "must be 1 to 64 letters, digits, - or _");
    }
    let ags = check.parsed("ags", Ags::parse);
    let ags = check.required("ags", ags);
    let site_type = check.code::<SiteType>("type");
    let site_type = check.required("type", site_type);
    let status = check.code("status").unwrap_or(SiteStatus::Suspected);
    let parcels = check.list("parcels", ParcelId::parse);
    let name = check.text("name");
    let locality = check.text("locality");
    let street = check.text("street");
    let area_m2 = check.number("area_m2", 0.0..=1e10);
    let planning_law = check.code("planning_law");
    let servicing = check.code("servicing");
    let available_from = check.day("available_from");
    let price_eur = check.number("price_eur", 0.0..=1e10);
    let condition = check.code("condition");
    let monument = check.code("monument");
    let dwellings_min = check.integer("dwellings_min", 0..=100_000);
    let dwellings_max = check.integer("dwellings_max", 0..=100_000);
    if let (Some(min), Some(max)) = (dwellings_min, dwellings_max)
        && min > max
    {
        check.refuse("dwellings_max", format!("must not be less than dwellings_min ({min}), got {max}"));
    }
    let contact = check.text("contact");
    let owner_class = check.code("owner_class");
    let note = check.text("note");
    let publication = publication(&mut check);
    if publication.basis == Some(Basis::Register) && site_type.is_some_and(|site_type| !site_type.is_land()) {
        check.refuse(
            "basis",
            "a register under § 200 (3) BauGB holds buildable land only; a building needs an offer or consent",
        );
    }
    let geometry = row.geometry.clone();
    let geometry = check.required("geometry", geometry);
    if matches!(
        geometry,
        Some(
            Geometry::LineString(_)
                | Geometry::MultiLineString(_)
                | Geometry::Line(_)
                | Geometry::GeometryCollection(_)
        )
    ) {
        check.refuse("geometry", "must be an area or a point");
    }
    let mut seen = HashSet::new();
    if let Some(twice) = parcels.iter().find(|parcel| !seen.insert(**parcel)) {
        check.refuse("parcels", format!("names {twice} twice"));
    }
    check.no_other_fields();
    let record = (|| {
        Some(Site {
            site_id,
            ags: ags?,
            name,
            site_type: site_type?,
            status,
            parcels,
            locality,
            street,
            area_m2,
            planning_law,
            servicing,
            available_from,
            price_eur,
            condition,
            monument,
            dwellings_min,
            dwellings_max,
            contact,
            owner_class,
            note,
            publication,
            geometry: geometry?,
        })
    })();
    check.finish(record)
}

/// The vacancy record of a building.
pub fn vacancy(row: &RawRow) -> Result<Vacancy, Vec<Problem>> {
    let mut check = Check::new(row);
    let building_id = check.text("building_id");
    let building_id = check.required("building_id", building_id);
    let ags = check.parsed("ags", Ags::parse);
    let ags = check.required("ags", ags);
    let degree = check.code("vacancy_degree");
    let degree = check.required("vacancy_degree", degree);
    let vacant_since = check.day("vacant_since");
    let condition = check.code("condition");
    let monument = check.code("monument");
    let built_year = check.integer("built_year", 800..=2200);
    let storeys = check.integer("storeys", 0..=200);
    let living_area_m2 = check.number("living_area_m2", 0.0..=1e7);
    let owner_class = check.code("owner_class");
    let note = check.text("note");
    let publication = publication(&mut check);
    if publication.basis == Some(Basis::Register) {
        check.refuse(
            "basis",
            "a vacancy record may be public by offer or consent only; § 200 (3) BauGB does not cover buildings",
        );
    }
    check.no_other_fields();
    let record = (|| {
        Some(Vacancy {
            building_id: building_id?,
            ags: ags?,
            degree: degree?,
            vacant_since,
            condition,
            monument,
            built_year,
            storeys,
            living_area_m2,
            owner_class,
            note,
            publication,
        })
    })();
    check.finish(record)
}

fn publication(check: &mut Check<'_>) -> Publication {
    let given_on = check.day("consent_given_on");
    let text_version = check.text("consent_text_version");
    let revoked_on = check.day("consent_revoked_on");
    let fields = check.list("consent_fields", |field| {
        if crate::property::is_consentable(field) {
            Ok(field.to_owned())
        } else {
            Err(format!("\"{field}\" is no property that a consent can open"))
        }
    });
    let consent = given_on.map(|given_on| Consent {
        given_on,
        text_version: text_version.clone().unwrap_or_default(),
        revoked_on,
        fields,
    });
    if consent.is_some() && text_version.is_none() {
        check.refuse(
            "consent_text_version",
            "is required with consent_given_on: which text was signed must be provable",
        );
    }
    if consent.is_none() && (text_version.is_some() || revoked_on.is_some()) {
        check.refuse("consent_given_on", "is required with the other consent properties");
    }
    if let Some(Consent { given_on, revoked_on: Some(revoked_on), .. }) = &consent
        && revoked_on < given_on
    {
        check.refuse("consent_revoked_on", format!("must not be before consent_given_on ({given_on})"));
    }
    let public_from = check.day("public_from");
    let public_until = check.day("public_until");
    if let (Some(from), Some(until)) = (public_from, public_until)
        && until < from
    {
        check.refuse("public_until", format!("must not be before public_from ({from})"));
    }
    Publication {
        basis: check.code("basis"),
        decision: check.code("publication_decision"),
        announcement_id: check.text("announcement_id"),
        public_from,
        public_until,
        consent,
    }
}

#[cfg(test)]
#[path = "raw_tests.rs"]
mod tests;
