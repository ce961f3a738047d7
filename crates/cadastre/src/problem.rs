//! What is wrong with a piece of input: data, not an error.

use serde::Serialize;

/// One reason why a record cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Name of the property, as in the API; `geometry` for the geometry.
    pub field: String,
    /// What is wrong with it and what is expected, in English, without the final stop.
    pub reason: String,
}

impl Problem {
    /// A problem of one field.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}
