//! Letters on paper: two weights of one typeface, shaped, measured and broken into lines.
//!
//! Lengths are points, 1/72 of an inch; widths of shaped text are in units of its size.

use std::sync::LazyLock;

use harfrust::{Direction, FontRef, ShapeOptions, ShapePlan, ShaperData, UnicodeBuffer, script};
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::PaperError;

const REGULAR: &[u8] = include_bytes!("../../../../../data/fonts/source-sans-3/SourceSans3-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../../../../../data/fonts/source-sans-3/SourceSans3-SemiBold.ttf");

/// Stands for what the typeface has no letter for.
const UNKNOWN: char = '?';

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Shaped text of one line.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// Width at size 1.
    width: f32,
}

impl Run {
    /// Width at a size.
    pub(crate) fn width(&self, size: f32) -> f32 {
        self.width * size
    }
}

struct Typeface {
    font: Font,
    data: FontRef<'static>,
    shaping: ShaperData,
    plan: ShapePlan,
}

impl Typeface {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let data = FontRef::new(bytes).ok()?;
        let shaping = ShaperData::new(&data);
        let plan =
            ShapePlan::new(&shaping.shaper(&data).build(), Direction::LeftToRight, Some(script::LATIN), None, &[]);
        Some(Self { font: Font::new(bytes.into(), 0)?, data, shaping, plan })
    }

    /// Glyphs of one line, from left to right.
    fn shape(&self, text: &str) -> Vec<KrillaGlyph> {
        let shaper = self.shaping.shaper(&self.data).build();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let glyphs = shaper.shape(buffer, ShapeOptions::new().plan(Some(&self.plan)));
        let em = shaper.units_per_em() as f32;
        let infos = glyphs.glyph_infos();
        // A cluster ends where the next one begins; several glyphs may be of one.
        let end = |at: usize| {
            let later = infos[at..].iter().find(|info| info.cluster > infos[at].cluster);
            later.map_or(text.len(), |info| info.cluster as usize)
        };
        let glyph = |(at, position): (usize, &harfrust::GlyphPosition)| {
            let range = infos[at].cluster as usize..end(at);
            let [advance, x, y] =
                [position.x_advance, position.x_offset, position.y_offset].map(|units| units as f32 / em);
            KrillaGlyph::new(GlyphId::new(infos[at].glyph_id), advance, x, y, 0.0, range, None)
        };
        glyphs.glyph_positions().iter().enumerate().map(glyph).collect()
    }
}

/// Both weights.
pub(crate) struct Letters {
    regular: Typeface,
    bold: Typeface,
}

static LETTERS: LazyLock<Option<Letters>> =
    LazyLock::new(|| Some(Letters { regular: Typeface::read(REGULAR)?, bold: Typeface::read(SEMI_BOLD)? }));

impl std::fmt::Debug for Letters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letters").finish_non_exhaustive()
    }
}

impl Letters {
    /// The letters in the binary, read once.
    pub(crate) fn get() -> Result<&'static Self, PaperError> {
        LETTERS.as_ref().ok_or(PaperError::Letters)
    }

    pub(super) fn font(&self, weight: Weight) -> &Font {
        &self.typeface(weight).font
    }

    fn typeface(&self, weight: Weight) -> &Typeface {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Shapes text for one line. What there is no letter for becomes a question mark: a document that has to be read
    /// aloud may hold none that cannot be (PDF/UA-1, 7.21.8).
    pub(crate) fn shape(&self, weight: Weight, text: &str) -> Run {
        let typeface = self.typeface(weight);
        let text: String = text.chars().filter_map(readable).collect();
        let glyphs = typeface.shape(&text);
        let missing: Vec<usize> =
            glyphs.iter().filter(|glyph| glyph.glyph_id.to_u32() == 0).map(|glyph| glyph.text_range.start).collect();
        let (text, glyphs) = if missing.is_empty() {
            (text, glyphs)
        } else {
            let known = |(at, c): (usize, char)| if missing.contains(&at) { UNKNOWN } else { c };
            let text: String = text.char_indices().map(known).collect();
            let glyphs = typeface.shape(&text);
            (text, glyphs)
        };
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Run { text, glyphs, width }
    }

    /// Breaks text into lines that are no wider than `width` at this size: after blanks, hyphens and slashes, and
    /// within a word only where the word alone is wider.
    pub(crate) fn lines(&self, weight: Weight, size: f32, text: &str, width: f32) -> Vec<Run> {
        let measure = |text: &str| self.shape(weight, text).width(size);
        let mut lines: Vec<String> = Vec::new();
        for paragraph in text.lines().map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            let (mut line, mut taken) = (String::new(), 0.0);
            for piece in pieces(paragraph) {
                if !line.is_empty() && taken + measure(piece.trim_end()) > width {
                    lines.push(std::mem::take(&mut line));
                    taken = 0.0;
                }
                line.push_str(piece);
                taken += measure(piece);
                // Only the first piece of a line can be wider than the line.
                while taken > width && measure(line.trim_end()) > width && line.chars().count() > 1 {
                    let rest = line.split_off(self.widest(weight, size, &line, width));
                    lines.push(std::mem::replace(&mut line, rest));
                    taken = measure(&line);
                }
            }
            lines.push(line);
        }
        // A line keeps the blank that it ends with: read one after the other, words must not grow together.
        lines.iter().map(|line| self.shape(weight, line)).collect()
    }

    /// Bytes of as many of the first letters as fit, at least one.
    fn widest(&self, weight: Weight, size: f32, line: &str, width: f32) -> usize {
        let ends: Vec<usize> = line.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        let fitting = ends.partition_point(|end| self.shape(weight, &line[..*end]).width(size) <= width);
        ends[fitting.max(1) - 1]
    }
}

/// A control character is a blank, and what marks the order of bytes is nothing.
fn readable(c: char) -> Option<char> {
    match c {
        '\u{feff}' | '\u{fffe}' | '\u{ad}' | '\u{200b}'..='\u{200f}' => None,
        c if c.is_control() => Some(' '),
        c => Some(c),
    }
}

/// Pieces between which a line may end: a word with its blank, the parts of a word with hyphens or slashes.
fn pieces(paragraph: &str) -> impl Iterator<Item = &str> {
    let mut rest = paragraph;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let ends = rest.char_indices().find(|(at, c)| {
            let next = rest[at + c.len_utf8()..].chars().next();
            let is_inside = *at > 0 && next.is_some_and(char::is_alphabetic);
            *c == ' ' || (matches!(c, '-' | '/' | '–') && is_inside)
        });
        let (piece, after) = rest.split_at(ends.map_or(rest.len(), |(at, c)| at + c.len_utf8()));
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::{Letters, Weight};

    fn check(text: &str, width: f32, expected: &[&str]) {
        let letters = Letters::get().unwrap();
        let lines = letters.lines(Weight::Regular, 10.0, text, width);
        let found: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(found, expected, "{text} in {width}");
        let widest = |line: &super::Run| letters.shape(Weight::Regular, line.text.trim_end()).width(10.0);
        assert!(lines.iter().all(|line| widest(line) <= width || line.text.chars().count() == 1));
    }

    #[test]
    fn lines_end_between_words_and_where_a_word_has_a_hyphen() {
        check("", 100.0, &[]);
        check("Baulücke an der Straße", 1_000.0, &["Baulücke an der Straße"]);
        check("Baulücke an der Straße", 60.0, &["Baulücke an ", "der Straße"]);
        check("Das Grund-Stück", 50.0, &["Das Grund-", "Stück"]);
        check("erste\n\nzweite", 1_000.0, &["erste", "zweite"]);
        check("12\u{a0}m² 3–5", 24.0, &["12\u{a0}m² ", "3–5"]);
    }

    #[test]
    fn a_word_that_is_wider_than_the_paper_is_broken_anyway() {
        check("Straßenbahn", 24.0, &["Straß", "enba", "hn"]);
        check("WW", 1.0, &["W", "W"]);
    }

    #[test]
    fn what_there_is_no_letter_for_is_a_question_mark_and_nothing_is_unreadable() {
        let text = |text: &str| Letters::get().unwrap().shape(Weight::Bold, text).text;
        assert_eq!(text("Größe: 12 m² – „Öl“ § 34 · €"), "Größe: 12 m² – „Öl“ § 34 · €");
        assert_eq!(text("a\u{1f3e1}b\tc\u{feff}\u{ad}"), "a?b c");
        let is_known = |c: char| Letters::get().unwrap().shape(Weight::Regular, &c.to_string()).text == c.to_string();
        assert!(is_known('ß') && is_known('ş') && is_known('ł') && !is_known('漢'));
    }
}
