//! Colours on paper: the light ones of `web-map/src/styles/tokens.css`, on white.

use cadastre::colour::Colour;

pub(crate) const INK: Colour = Colour::new(0x16, 0x25, 0x2a);
pub(crate) const INK_SOFT: Colour = Colour::new(0x4a, 0x58, 0x5c);
pub(crate) const LINE: Colour = Colour::new(0xdd, 0xd5, 0xc5);
pub(crate) const GROUND: Colour = Colour::new(0xf6, 0xf2, 0xe9);
pub(crate) const ACCENT: Colour = Colour::new(0x0d, 0x4a, 0x4f);
pub(crate) const LINK: Colour = Colour::new(0x0a, 0x55, 0x5b);
pub(crate) const LAND: Colour = Colour::new(0xfb, 0xf8, 0xf1);
pub(crate) const ROAD: Colour = Colour::new(0xea, 0xdf, 0xc9);
pub(crate) const WATER: Colour = Colour::new(0xcf, 0xe3, 0xee);
pub(crate) const WOOD: Colour = Colour::new(0xdb, 0xe8, 0xd3);
pub(crate) const PARCEL: Colour = Colour::new(0xb3, 0xa8, 0x8f);
pub(crate) const BUILDING: Colour = Colour::new(0xd8, 0xcd, 0xb8);
pub(crate) const BUILDING_EDGE: Colour = Colour::new(0xa8, 0x9a, 0x7f);
pub(crate) const LABEL: Colour = Colour::new(0x6b, 0x63, 0x50);

#[cfg(test)]
mod tests {
    #[test]
    fn the_colours_are_those_of_the_screen() {
        let tokens = include_str!("../../../../../web-map/src/styles/tokens.css");
        for (name, colour) in [
            ("ink", super::INK),
            ("ink-soft", super::INK_SOFT),
            ("line", super::LINE),
            ("paper", super::GROUND),
            ("accent", super::ACCENT),
            ("link", super::LINK),
            ("map-land", super::LAND),
            ("plan-road", super::ROAD),
            ("plan-water", super::WATER),
            ("plan-wood", super::WOOD),
            ("map-parcel", super::PARCEL),
            ("map-building", super::BUILDING),
            ("map-building-edge", super::BUILDING_EDGE),
            ("map-label", super::LABEL),
        ] {
            let token = format!("--{name}: {colour};");
            assert!(tokens.contains(&token), "{token} is not in tokens.css");
        }
    }
}
