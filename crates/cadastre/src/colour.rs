//! Colours of a screen, and whether they can be read on each other (WCAG 2.2, 1.4.3).

use std::fmt;

/// Contrast that text needs on its ground (WCAG 2.2, 1.4.3).
pub const LEAST_CONTRAST: f64 = 4.5;

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// White.
    pub const WHITE: Self = Self([255, 255, 255]);
    /// Black.
    pub const BLACK: Self = Self([0, 0, 0]);

    /// A colour of its red, green and blue.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let channel = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// Its red, green and blue.
    pub const fn channels(self) -> [u8; 3] {
        self.0
    }

    /// Contrast with another colour, from 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    /// This colour with a share, from 0 to 1, of another.
    #[must_use]
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |at: usize| {
            let (own, other) = (f64::from(self.0[at]), f64::from(other.0[at]));
            (own + (other - own) * share.clamp(0.0, 1.0)).round() as u8
        };
        Self([mix(0), mix(1), mix(2)])
    }

    /// This colour, as much darker or lighter as it must be to be read on every one of these grounds, which are all
    /// light or all dark.
    #[must_use]
    pub fn readable_on(self, grounds: &[Self]) -> Self {
        const STEPS: u32 = 40;
        let is_read = |colour: Self| grounds.iter().all(|ground| colour.contrast(*ground) >= LEAST_CONTRAST);
        let is_light = |ground: &Self| ground.contrast(Self::BLACK) > ground.contrast(Self::WHITE);
        let end = if grounds.iter().all(is_light) { Self::BLACK } else { Self::WHITE };
        let steps = (0..=STEPS).map(|step| self.mixed(end, f64::from(step) / f64::from(STEPS)));
        steps.into_iter().find(|colour| is_read(*colour)).unwrap_or(end)
    }

    /// Relative luminance, from 0 to 1 (WCAG 2.2, "relative luminance").
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Colour, LEAST_CONTRAST};

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(Colour::parse(text).map(|colour| colour.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_colour_is_six_hexadecimal_digits() {
        check("#0D4a4f", Some("#0d4a4f"));
        check("0d4a4f", None);
        check("#0d4a4", None);
        check("#0d4a4fé", None);
        check("#+d4a4f", None);
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let contrast = Colour::BLACK.contrast(Colour::WHITE);
        assert!((contrast - 21.0).abs() < 1e-9, "{contrast}");
        // The grey that is known to be just enough on white.
        let grey = Colour::new(0x76, 0x76, 0x76);
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_colour_can_be_made_readable_on_light_and_on_dark_grounds() {
        let light = [Colour::WHITE, Colour::new(0xf6, 0xf2, 0xe9)];
        let dark = [Colour::new(0x11, 0x19, 0x1b), Colour::new(0x20, 0x2c, 0x2f)];
        let levels = [0, 51, 102, 153, 204, 255];
        for (red, green, blue) in
            levels.iter().flat_map(|r| levels.iter().flat_map(move |g| levels.map(|b| (*r, *g, b))))
        {
            for grounds in [light, dark] {
                let colour = Colour::new(red, green, blue).readable_on(&grounds);
                assert!(
                    grounds.iter().all(|ground| colour.contrast(*ground) >= LEAST_CONTRAST),
                    "{red} {green} {blue}"
                );
            }
        }
        // What can be read already stays as it is.
        let wine = Colour::new(0x6d, 0x24, 0x40);
        assert_eq!(wine.readable_on(&light), wine);
    }
}
