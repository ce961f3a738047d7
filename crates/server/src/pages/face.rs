//! A municipality's face on its pages: name, coat of arms and colour.

use cadastre::{Ags, coat_of_arms::CoatOfArms, colour::Colour, record::Municipality};
use spatial::Snapshot;

use super::towns::town_path;

/// The face of a page that is about one municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Face {
    /// Key of the municipality.
    pub(crate) ags: Ags,
    /// Its name.
    pub(crate) name: String,
    /// Its colour, if it has set one.
    pub(crate) colour: Option<Colour>,
    /// Address of its coat of arms, if it has one; another picture has another address.
    pub(crate) arms: Option<String>,
}

impl Face {
    /// The face in the settings of a municipality.
    pub(crate) fn of(municipality: &Municipality) -> Self {
        let settings = &municipality.settings;
        let path = town_path(municipality.ags);
        let arms = |picture: &String| format!("{path}/wappen?v={:08x}", crc32fast::hash(picture.as_bytes()));
        Self {
            ags: municipality.ags,
            name: municipality.name.clone(),
            colour: settings.colour.as_deref().and_then(Colour::parse),
            arms: settings.coat_of_arms.as_ref().map(arms),
        }
    }

    /// The face of a server that is there for one municipality only.
    pub(crate) fn of_server(snapshot: &Snapshot) -> Option<Self> {
        match snapshot.municipalities()[..] {
            [one] => Some(Self::of(one)),
            _ => None,
        }
    }

    /// Path below which its own pages lie.
    pub(crate) fn path(&self) -> String {
        town_path(self.ags)
    }

    /// Path of its start page.
    pub(crate) fn home_path(&self) -> String {
        format!("{}/start", self.path())
    }

    /// Address of its style sheet, if it has a colour; another colour has another address.
    pub(crate) fn style(&self) -> Option<String> {
        let colour = self.colour?.to_string();
        Some(format!("{}/farben.css?v={}", self.path(), colour.trim_start_matches('#')))
    }
}

/// Grounds of the pages, as `web-map/src/styles/tokens.css` has them.
struct Grounds {
    paper: Colour,
    surface: Colour,
    raised: Colour,
}

const LIGHT: Grounds = Grounds {
    paper: Colour::new(0xf6, 0xf2, 0xe9),
    surface: Colour::new(0xff, 0xfd, 0xf8),
    raised: Colour::new(0xff, 0xff, 0xff),
};

const DARK: Grounds = Grounds {
    paper: Colour::new(0x11, 0x19, 0x1b),
    surface: Colour::new(0x19, 0x23, 0x26),
    raised: Colour::new(0x20, 0x2c, 0x2f),
};

/// Letters on the accent where the page is dark.
const DARK_INK: Colour = Colour::new(0x0b, 0x12, 0x14);

/// The style sheet of a municipality's colour: it sets colours of `tokens.css`, each readable where it is used.
pub(crate) fn style_sheet(colour: Colour) -> String {
    let scheme = |grounds: &Grounds, share: f64, accent_ink: Colour| {
        let soft = grounds.surface.mixed(colour, share);
        let accent = colour.readable_on(&[grounds.paper, grounds.surface, grounds.raised, soft]);
        format!("--accent:{accent};--link:{accent};--accent-ink:{accent_ink};--accent-soft:{soft}")
    };
    let light = scheme(&LIGHT, 0.12, Colour::WHITE);
    let dark = scheme(&DARK, 0.3, DARK_INK);
    format!(
        // In the dark where tokens.css is, for the same reasons: asked for, or preferred and not asked for otherwise.
        ":root{{--masthead-ground:{colour};--masthead-ink:{};{light}}}\n\
         @media (prefers-color-scheme:dark){{:root:where(:not([data-theme=hell])){{{dark}}}}}\n\
         @media (forced-colors:none){{:root:where([data-theme=dunkel]){{{dark}}}}}\n",
        Colour::WHITE
    )
}

/// The coat of arms of a municipality as a file.
pub(crate) fn coat_of_arms(municipality: &Municipality) -> Option<CoatOfArms> {
    municipality.settings.coat_of_arms.as_deref().and_then(CoatOfArms::of_setting)
}

#[cfg(test)]
mod tests {
    use cadastre::colour::{Colour, LEAST_CONTRAST};

    use super::{DARK, DARK_INK, Grounds, LIGHT, style_sheet};

    const TOKENS: &str = include_str!("../../../../web-map/src/styles/tokens.css");

    /// Value of a custom property in a piece of a style sheet.
    fn property(sheet: &str, name: &str) -> Colour {
        let value = sheet.split_once(&format!("{name}:")).map(|(_, rest)| rest.trim_start()).unwrap();
        Colour::parse(&value[..7]).unwrap()
    }

    #[test]
    fn the_grounds_are_those_of_the_pages() {
        let (light, dark) = TOKENS.split_once("prefers-color-scheme: dark").unwrap();
        for (sheet, grounds) in [(light, LIGHT), (dark, DARK)] {
            let found = ["--paper", "--surface", "--surface-raised"].map(|name| property(sheet, name));
            assert_eq!(found, [grounds.paper, grounds.surface, grounds.raised]);
        }
    }

    fn check_scheme(sheet: &str, grounds: &Grounds, colour: Colour) {
        let of = |name: &str| property(sheet, name);
        let accent = of("--accent");
        assert_eq!(of("--link"), accent);
        for ground in [grounds.paper, grounds.surface, grounds.raised, of("--accent-soft")] {
            assert!(accent.contrast(ground) >= LEAST_CONTRAST, "{colour}: {accent} on {ground}");
        }
        assert!(of("--accent-ink").contrast(accent) >= LEAST_CONTRAST, "{colour}: letters on {accent}");
        // The text of the page stays readable on the soft accent.
        let ink =
            if sheet.contains("masthead") { Colour::new(0x16, 0x25, 0x2a) } else { Colour::new(0xed, 0xef, 0xe9) };
        assert!(ink.contrast(of("--accent-soft")) >= LEAST_CONTRAST, "{colour}");
    }

    #[test]
    fn every_colour_a_municipality_can_set_is_readable_in_light_and_dark() {
        let levels: Vec<u8> = (0..=255).step_by(17).collect();
        let mut checked = 0;
        for (red, green, blue) in
            levels.iter().flat_map(|r| levels.iter().flat_map(|g| levels.iter().map(|b| (*r, *g, *b))))
        {
            let colour = Colour::new(red, green, blue);
            if colour.contrast(Colour::WHITE) < LEAST_CONTRAST {
                continue;
            }
            let sheet = style_sheet(colour);
            let (light, dark) = sheet.split_once("@media").unwrap();
            let (preferred, asked_for) = dark.split_once("@media").unwrap();
            check_scheme(light, &LIGHT, colour);
            check_scheme(preferred, &DARK, colour);
            check_scheme(asked_for, &DARK, colour);
            assert!(property(light, "--masthead-ink").contrast(property(light, "--masthead-ground")) >= LEAST_CONTRAST);
            checked += 1;
        }
        assert!(checked > 1000, "only {checked} colours");
        let sheet = style_sheet(Colour::BLACK);
        assert_eq!(property(sheet.split_once("@media").unwrap().1, "--accent-ink"), DARK_INK);
    }
}
