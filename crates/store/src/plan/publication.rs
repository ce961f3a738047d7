//! The publication of a site or a vacancy record: the same columns in both tables.

use cadastre::{
    Value,
    record::{Consent, Publication},
};

use super::{
    Column, Fields, Holds, RowError,
    fields::{code, day, json, text},
};

/// The columns of a table with those of the publication after them.
pub(super) fn with_publication(own: Vec<Column>) -> Vec<Column> {
    let publication = [
        Column::new("basis", Holds::Text),
        Column::new("decision", Holds::Text),
        Column::new("announcement_id", Holds::Text),
        Column::new("public_from", Holds::Date),
        Column::new("public_until", Holds::Date),
        Column::new("consent_given_on", Holds::Date),
        Column::new("consent_text_version", Holds::Text),
        Column::new("consent_revoked_on", Holds::Date),
        Column::new("consent_fields", Holds::Json),
    ];
    own.into_iter().chain(publication).collect()
}

pub(super) fn values(publication: Publication) -> [Value; 9] {
    let consent = publication.consent;
    [
        code(publication.basis),
        code(publication.decision),
        text(publication.announcement_id),
        day(publication.public_from),
        day(publication.public_until),
        day(consent.as_ref().map(|consent| consent.given_on)),
        text(consent.as_ref().map(|consent| consent.text_version.as_str())),
        day(consent.as_ref().and_then(|consent| consent.revoked_on)),
        consent.as_ref().map_or(Value::Null, |consent| json(&consent.fields)),
    ]
}

pub(super) fn publication(fields: &mut Fields<'_>) -> Result<Publication, RowError> {
    Ok(Publication {
        basis: fields.code()?,
        decision: fields.code()?,
        announcement_id: fields.string()?,
        public_from: fields.day()?,
        public_until: fields.day()?,
        consent: consent(fields)?,
    })
}

fn consent(fields: &mut Fields<'_>) -> Result<Option<Consent>, RowError> {
    let given_on = fields.day()?;
    let text_version = fields.string()?;
    let revoked_on = fields.day()?;
    let covered: Option<Vec<String>> = fields.json()?;
    match (given_on, text_version, covered) {
        (None, None, None) if revoked_on.is_none() => Ok(None),
        (Some(given_on), Some(text_version), Some(fields)) => {
            Ok(Some(Consent { given_on, text_version, revoked_on, fields }))
        }
        _ => Err(RowError::new("consent_given_on", "and the other columns of the consent are filled in part only")),
    }
}
