//! Random numbers of the operating system.

use std::fmt::Write as _;

use crate::error::StoreError;

/// Random bytes.
pub(crate) fn bytes<const BYTES: usize>() -> Result<[u8; BYTES], StoreError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Random { reason: error.to_string() })?;
    Ok(bytes)
}

/// Random bytes as hexadecimal digits.
pub(crate) fn hex<const BYTES: usize>() -> Result<String, StoreError> {
    Ok(digits(&bytes::<BYTES>()?))
}

/// An id that nobody can guess: 128 bits.
pub(crate) fn id() -> Result<String, StoreError> {
    hex::<16>()
}

/// Bytes as hexadecimal digits.
pub(crate) fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
