//! A photograph to upload, as a camera writes it.

use crate::{Answer, Client};

/// A drawn house, 1000 × 700, without EXIF.
const YARD: &[u8] = include_bytes!("../data/yard.jpg");

/// What the camera tells of itself, to be looked for in what is served.
pub const SERIAL: &[u8] = b"SERIAL-4711";

/// What must be said of a picture.
pub const GOOD: &str = "&alt=Ein%20Haus%20im%20Hof&author=Stadt%20Hamburg&licence=cc-by-4.0";

/// A JPEG with EXIF (2.32, § 4.6): orientation 6, turned by a quarter to the right, a place and a serial number.
pub fn photograph() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    // GPSInfo: its directory at 38 says "N".
    exif.extend_from_slice(&[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    exif.extend_from_slice(&[0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(SERIAL);
    let mut bytes = YARD[..2].to_vec();
    bytes.extend_from_slice(&[0xff, 0xe1]);
    bytes.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    bytes.extend_from_slice(&exif);
    bytes.extend_from_slice(&YARD[2..]);
    bytes
}

/// Whether bytes hold others.
pub fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

impl Client {
    /// Adds the photograph to a `site` or a `building`, with what must be said of it and `more` in the query.
    #[track_caller]
    pub fn add_picture(&self, subject: &str, id: &str, more: &str) -> Answer {
        let path = format!("/api/pictures?{subject}={id}{GOOD}{more}");
        self.send_file("POST", &path, &[("Content-Type", "image/jpeg")], &photograph())
    }
}
