//! The address of a page as a QR code, in runs of dark modules.

use qrcode::{Color, EcLevel, QrCode};

/// A QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Qr {
    /// Width of the drawing, quiet zone included, in modules.
    pub(crate) width: usize,
    /// Dark modules side by side: column, row and number.
    runs: Vec<(usize, usize, usize)>,
}

/// Empty modules around the code (ISO/IEC 18004: four).
const QUIET: usize = 4;

impl Qr {
    /// Encodes an address; `None` if it is longer than a code can hold.
    pub(crate) fn new(address: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
        let side = code.width();
        let mut runs = Vec::new();
        for (row, modules) in code.to_colors().chunks(side).enumerate() {
            let mut column = 0;
            while column < side {
                let run = modules[column..].iter().take_while(|module| **module == Color::Dark).count();
                if run > 0 {
                    runs.push((column + QUIET, row + QUIET, run));
                }
                column += run.max(1);
            }
        }
        Some(Self { width: side + 2 * QUIET, runs })
    }

    /// Dark modules side by side: column, row and number.
    pub(crate) fn runs(&self) -> &[(usize, usize, usize)] {
        &self.runs
    }

    /// The dark modules as the data of a path in SVG.
    pub(crate) fn path(&self) -> String {
        self.runs.iter().map(|(column, row, run)| format!("M{column} {row}h{run}v1h-{run}z")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Qr;

    #[test]
    fn a_code_has_its_finder_in_the_corner_and_a_quiet_zone() {
        let qr = Qr::new("https://example.org/flaeche/abc").unwrap();
        // Version 3: 29 modules and twice four of quiet zone. The finder is seven dark modules wide.
        assert_eq!(qr.width, 37);
        assert!(qr.path().starts_with("M4 4h7v1h-7z"), "{}", qr.path());
    }

    #[test]
    fn what_no_code_can_hold_has_none() {
        assert_eq!(Qr::new(&"a".repeat(3_000)), None);
    }
}
