//! Pictures of sites and of vacant buildings: what is recorded of one beside its bytes.
//!
//! Whether the public sees one is decided by [`crate::publication::View::picture`].

use crate::{
    Ags, Day, Problem, Value,
    codes::{CodeList as _, PictureSubject},
    licence::{LICENCES, Licence},
    property::Collection,
    raw::{Check, RawRow},
    texts::Language,
};

/// Most pictures of one site or building.
pub const MOST: u64 = 12;
/// Largest file that is taken, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Most pixels of a file that is taken: what it takes to decode it follows from these, not from its bytes.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Least width and height, in pixels.
pub const MIN_SIDE: u32 = 200;
/// A picture is at most so many times as wide as high, or as high as wide.
pub const MAX_RATIO: u32 = 3;
/// Widths in which a picture is kept, in pixels; a smaller one is kept in its own width, too.
pub const WIDTHS: [u32; 3] = [400, 800, 1600];
/// Longest alternative text, in characters: longer ones belong into the text of the page (WCAG 2.2, H37).
pub const LONGEST_ALT: usize = 300;
/// Longest name of an author, in characters.
pub const LONGEST_AUTHOR: usize = 120;
/// Greatest position.
const LAST_POSITION: i64 = 999;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Size {
    /// The sizes in which a picture of this size is kept, the smallest first; it is never made larger.
    ///
    /// The last of them is kept in the same sizes: what a record says follows from its largest form alone.
    pub fn kept(self) -> Vec<Self> {
        let last = self.width.min(WIDTHS[WIDTHS.len() - 1]);
        let widths = WIDTHS.into_iter().filter(|width| *width < last).chain([last]);
        widths.map(|width| self.at_width(width)).collect()
    }

    /// The largest of them.
    #[must_use]
    pub fn largest(self) -> Self {
        self.at_width(self.width.min(WIDTHS[WIDTHS.len() - 1]))
    }

    fn at_width(self, width: u32) -> Self {
        let (own, height) = (u64::from(self.width.max(1)), u64::from(self.height));
        Self { width, height: ((height * u64::from(width) + own / 2) / own).max(1) as u32 }
    }

    /// Why a file of this size is not taken.
    pub fn check(self) -> Result<(), String> {
        let Self { width, height } = self;
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(format!("must not have more than {MAX_PIXELS} pixels, got {width} × {height}"));
        }
        if width.min(height) < MIN_SIDE {
            return Err(format!("must be at least {MIN_SIDE} pixels wide and high, got {width} × {height}"));
        }
        if width.max(height) > MAX_RATIO * width.min(height) {
            return Err(format!("must not be more than {MAX_RATIO} times as wide as high, or as high as wide"));
        }
        Ok(())
    }
}

/// Picture of a site or of a building with a vacancy record. Its bytes are kept apart and erased when it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Random public id.
    pub picture_id: String,
    /// Municipality.
    pub ags: Ags,
    /// What it shows.
    pub subject: PictureSubject,
    /// Id of the site or building.
    pub subject_id: String,
    /// Place among the pictures of the same subject; equals are in the order of their ids.
    pub position: i64,
    /// German alternative text.
    pub alt: String,
    /// English alternative text.
    pub alt_en: Option<String>,
    /// Whom to name as its author. Personal data: states of the past have none.
    pub author: Option<String>,
    /// Licence.
    pub licence: &'static Licence,
    /// Day it was taken.
    pub taken_on: Option<Day>,
    /// Whether somebody has looked that it shows no person, no number plate and no inside of a home.
    pub is_released: bool,
    /// Size of the largest kept form.
    pub size: Size,
    /// SHA-256 of the largest kept form, hexadecimal.
    pub sha256: String,
}

impl Picture {
    /// The alternative text in a language; English falls back to German, which is always there.
    pub fn alt(&self, language: Language) -> &str {
        match (language, &self.alt_en) {
            (Language::English, Some(english)) => english,
            _ => &self.alt,
        }
    }
}

impl PictureSubject {
    /// The collection that the subject belongs to.
    pub fn collection(self) -> Collection {
        match self {
            Self::Site => Collection::Sites,
            Self::Building => Collection::Buildings,
        }
    }
}

/// What is known of a picture without asking: where it belongs, and what its file turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Random public id.
    pub picture_id: String,
    /// Municipality.
    pub ags: Ags,
    /// What it shows.
    pub subject: PictureSubject,
    /// Id of the site or building.
    pub subject_id: String,
    /// Size of the largest kept form.
    pub size: Size,
    /// SHA-256 of the largest kept form, hexadecimal.
    pub sha256: String,
}

impl Picture {
    /// From `alt`, `alt_en`, `author`, `licence`, `taken_on`, `released` and `position`; every problem is named.
    ///
    /// `position` is where it goes if the row does not say.
    pub fn new(row: &RawRow, origin: Origin, position: i64) -> Result<Self, Vec<Problem>> {
        let mut check = Check::new(row);
        let alt = line(&mut check, "alt", LONGEST_ALT);
        let alt = check.required("alt", alt);
        let alt_en = line(&mut check, "alt_en", LONGEST_ALT);
        let author = line(&mut check, "author", LONGEST_AUTHOR);
        let author = check.required("author", author);
        let codes = || LICENCES.iter().map(|licence| licence.code).collect::<Vec<_>>().join(", ");
        let licence = check.parsed("licence", |code| {
            Licence::find(code).ok_or_else(|| format!("\"{code}\" is not one of {}", codes()))
        });
        let licence = check.required("licence", licence);
        let taken_on = check.day("taken_on");
        let is_released = check.parsed("released", |text| {
            text.parse::<bool>().map_err(|_neither| format!("must be true or false, got \"{text}\""))
        });
        let position = check.integer("position", 0..=LAST_POSITION).unwrap_or(position.min(LAST_POSITION));
        check.no_other_fields();
        let Origin { picture_id, ags, subject, subject_id, size, sha256 } = origin;
        let record = (|| {
            Some(Self {
                picture_id,
                ags,
                subject,
                subject_id,
                position,
                alt: alt?,
                alt_en,
                author,
                licence: licence?,
                taken_on,
                is_released: is_released.unwrap_or(false),
                size,
                sha256,
            })
        })();
        check.finish(record)
    }

    /// Where it belongs and what it is, which no change touches.
    pub fn origin(&self) -> Origin {
        Origin {
            picture_id: self.picture_id.clone(),
            ags: self.ags,
            subject: self.subject,
            subject_id: self.subject_id.clone(),
            size: self.size,
            sha256: self.sha256.clone(),
        }
    }

    /// What can be changed of it, as a row that [`Picture::new`] makes the same picture of.
    pub fn fields(&self) -> Vec<(Box<str>, Value)> {
        let text = |text: Option<&str>| text.map_or(Value::Null, Value::text);
        [
            ("alt", text(Some(&self.alt))),
            ("alt_en", text(self.alt_en.as_deref())),
            ("author", text(self.author.as_deref())),
            ("licence", text(Some(self.licence.code))),
            ("taken_on", self.taken_on.map_or(Value::Null, Value::Date)),
            ("released", Value::Boolean(self.is_released)),
            ("position", Value::Integer(self.position)),
        ]
        .map(|(name, value)| (name.into(), value))
        .into()
    }
}

/// One line of text.
fn line(check: &mut Check<'_>, field: &'static str, longest: usize) -> Option<String> {
    let text = check.text(field)?;
    if text.chars().any(char::is_control) {
        check.refuse(field, "must be one line of text");
        return None;
    }
    if text.chars().count() > longest {
        check.refuse(field, format!("must not be longer than {longest} characters"));
        return None;
    }
    Some(text)
}

/// Which picture a row of a table or an answer belongs to: `site` or `building`.
pub fn subject(code: &str) -> Result<PictureSubject, String> {
    PictureSubject::from_code(code)
        .ok_or_else(|| format!("\"{code}\" is not one of {}", PictureSubject::codes().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{Origin, Picture, Size};
    use crate::{Ags, Value, codes::PictureSubject, raw::RawRow, texts::Language};

    fn sizes(width: u32, height: u32) -> Vec<(u32, u32)> {
        Size { width, height }.kept().into_iter().map(|size| (size.width, size.height)).collect()
    }

    #[test]
    fn a_picture_is_kept_in_a_few_widths_and_never_made_larger() {
        assert_eq!(sizes(4000, 3000), [(400, 300), (800, 600), (1600, 1200)]);
        assert_eq!(sizes(3000, 4000), [(400, 533), (800, 1067), (1600, 2133)]);
        assert_eq!(sizes(1600, 900), [(400, 225), (800, 450), (1600, 900)]);
        assert_eq!(sizes(1000, 500), [(400, 200), (800, 400), (1000, 500)]);
        assert_eq!(sizes(400, 300), [(400, 300)]);
        assert_eq!(sizes(300, 200), [(300, 200)]);
    }

    #[test]
    fn the_largest_form_is_its_own_largest_form() {
        for (width, height) in [(4001, 3007), (3001, 4007), (1601, 901), (999, 701), (401, 399)] {
            let largest = Size { width, height }.largest();
            assert_eq!(largest.largest(), largest);
        }
    }

    fn check_size(width: u32, height: u32, expected: Option<&str>) {
        let refused = Size { width, height }.check().err();
        assert_eq!(refused.is_some(), expected.is_some(), "{width} × {height}: {refused:?}");
        assert!(refused.unwrap_or_default().contains(expected.unwrap_or_default()));
    }

    #[test]
    fn what_is_too_large_too_small_or_a_strip_is_refused() {
        check_size(8000, 6000, None);
        check_size(200, 200, None);
        check_size(600, 200, None);
        check_size(10_000, 10_000, Some("pixels"));
        check_size(u32::MAX, u32::MAX, Some("pixels"));
        check_size(199, 400, Some("at least"));
        check_size(601, 200, Some("times"));
        check_size(0, 0, Some("at least"));
    }

    fn origin() -> Origin {
        Origin {
            picture_id: "p1".into(),
            ags: Ags::parse("14522310").unwrap(),
            subject: PictureSubject::Site,
            subject_id: "s1".into(),
            size: Size { width: 1600, height: 1200 },
            sha256: "00".into(),
        }
    }

    fn row(fields: &[(&str, &str)]) -> RawRow {
        let fields = fields.iter().map(|(name, value)| ((*name).into(), Value::text(*value))).collect();
        RawRow { row: 1, id: None, fields, geometry: None }
    }

    const GOOD: [(&str, &str); 3] = [("alt", "Ein Haus"), ("author", "Stadt Leisnig"), ("licence", "cc-by-4.0")];

    fn check(changed: (&str, &str), refused: Option<&str>) {
        let mut fields: Vec<_> = GOOD.into_iter().filter(|(name, _)| *name != changed.0).collect();
        fields.push(changed);
        let problems = Picture::new(&row(&fields), origin(), 7).err().unwrap_or_default();
        let named: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(named, refused.into_iter().collect::<Vec<_>>(), "{changed:?}: {problems:?}");
    }

    #[test]
    fn every_field_is_held_against_its_rule() {
        check(("alt", "  Ein Haus mit roter Tür "), None);
        check(("alt", ""), Some("alt"));
        check(("alt", "zwei\nZeilen"), Some("alt"));
        check(("alt", &"x".repeat(301)), Some("alt"));
        check(("alt_en", "A house"), None);
        check(("alt_en", &"x".repeat(301)), Some("alt_en"));
        check(("author", " "), Some("author"));
        check(("author", &"x".repeat(121)), Some("author"));
        check(("licence", "all rights reserved"), Some("licence"));
        check(("licence", "cc0"), None);
        check(("taken_on", "31.3.2026"), None);
        check(("taken_on", "gestern"), Some("taken_on"));
        check(("released", "true"), None);
        check(("released", "ja"), Some("released"));
        check(("position", "0"), None);
        check(("position", "1000"), Some("position"));
        check(("position", "-1"), Some("position"));
        check(("gps", "51.1"), Some("gps"));
    }

    #[test]
    fn a_picture_is_not_released_unless_somebody_says_so_and_goes_where_there_is_room() {
        let picture = Picture::new(&row(&GOOD), origin(), 7).unwrap();
        assert_eq!((picture.is_released, picture.position), (false, 7));
        assert_eq!(picture.alt(Language::English), "Ein Haus");
        let english = Picture { alt_en: Some("A house".into()), ..picture };
        assert_eq!(english.alt(Language::English), "A house");
        assert_eq!(english.alt(Language::EasyGerman), "Ein Haus");
    }

    #[test]
    fn a_picture_is_made_of_its_own_fields_again() {
        let typed = [("released", "true"), ("taken_on", "2026-03-31"), ("position", "3"), ("alt_en", "A house")];
        let picture = Picture::new(&row(&[&GOOD[..], &typed].concat()), origin(), 7).unwrap();
        let fields = RawRow { row: 1, id: None, fields: picture.fields(), geometry: None };
        assert_eq!(Picture::new(&fields, picture.origin(), 0).unwrap(), picture);
    }
}
