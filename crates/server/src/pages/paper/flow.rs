//! Text and drawings on pages, from top to bottom.

use cadastre::colour::Colour;
use krilla::{
    geom::{Path, Rect},
    image::Image,
};

use super::letters::{Letters, Run, Weight};

/// Width of A4.
pub(crate) const PAGE_WIDTH: f32 = 595.28;
/// Height of A4.
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
/// Paper that stays empty above and below what flows; the foot of the page stands in the lower one.
const TOP: f32 = 44.0;
const BOTTOM: f32 = 62.0;

/// A piece of content, as the tree of tags names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf(pub(super) usize);

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size: f32,
    /// From one line to the next.
    pub(crate) leading: f32,
    pub(crate) colour: Colour,
}

/// Where text runs from left to right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) x: f32,
    pub(crate) width: f32,
}

/// What is drawn.
pub(crate) enum Ink {
    /// One line of text, from the left end of its baseline.
    Text {
        run: Run,
        style: Style,
        x: f32,
        y: f32,
        /// Degrees clockwise around its left end.
        angle: f32,
        /// Colour and width of an edge around the letters.
        halo: Option<(Colour, f32)>,
    },
    /// An area or a line: colour and opacity of the inside, colour and width of the line.
    Shape { path: Path, fill: Option<(Colour, f32)>, line: Option<(Colour, f32)> },
    /// A picture that fills a rectangle of its proportions.
    Picture(Image, Rect),
    /// Only what lies within this rectangle.
    Within(Rect, Vec<Ink>),
}

/// A link from a place on a page.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) leaf: Leaf,
    pub(super) place: Rect,
    pub(super) to: String,
    /// Where it leads, in words.
    pub(super) says: String,
}

/// What one page holds.
#[derive(Default)]
pub(super) struct Content {
    /// What is drawn, in order; without a leaf it is decoration.
    pub(super) marks: Vec<(Option<Leaf>, Vec<Ink>)>,
    pub(super) links: Vec<Link>,
}

/// Pages in the making, and how far down the last one is filled.
pub(crate) struct Flow {
    pub(super) letters: &'static Letters,
    pub(super) pages: Vec<Content>,
    pub(super) leaves: usize,
    y: f32,
}

impl Flow {
    /// One empty page.
    pub(crate) fn new(letters: &'static Letters) -> Self {
        Self { letters, pages: vec![Content::default()], leaves: 0, y: TOP }
    }

    /// How far down the last page is filled.
    pub(crate) fn y(&self) -> f32 {
        self.y
    }

    /// Goes to another height of the last page, for what stands side by side.
    pub(crate) fn move_to(&mut self, y: f32) {
        self.y = y;
    }

    /// Number of pages so far.
    pub(crate) fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Leaves some paper empty; nothing at the top of a page.
    pub(crate) fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Begins a new page unless the last one has so much room.
    pub(crate) fn need(&mut self, height: f32) {
        if self.y > TOP && self.y + height > PAGE_HEIGHT - BOTTOM {
            self.turn();
        }
    }

    /// Begins a new page.
    pub(crate) fn turn(&mut self) {
        self.pages.push(Content::default());
        self.y = TOP;
    }

    /// A leaf for content to come.
    pub(crate) fn leaf(&mut self) -> Leaf {
        self.leaves += 1;
        Leaf(self.leaves - 1)
    }

    /// Draws on the last page: content of a leaf, or decoration.
    pub(crate) fn draw(&mut self, leaf: Option<Leaf>, inks: Vec<Ink>) {
        self.draw_on(self.pages.len() - 1, leaf, inks);
    }

    /// Draws on a page, counted from 0.
    pub(crate) fn draw_on(&mut self, page: usize, leaf: Option<Leaf>, inks: Vec<Ink>) {
        if let Some(content) = self.pages.get_mut(page) {
            content.marks.push((leaf, inks));
        }
    }

    /// Height of text in a column.
    pub(crate) fn height(&self, style: Style, column: Column, text: &str) -> f32 {
        self.lines(style, column, text).len() as f32 * style.leading
    }

    /// Sets text and goes below it.
    pub(crate) fn text(&mut self, style: Style, column: Column, text: &str) -> Leaf {
        let leaf = self.leaf();
        for run in self.lines(style, column, text) {
            self.need(style.leading);
            let ink = line(run, style, column.x, self.baseline(style));
            self.draw(Some(leaf), vec![ink]);
            self.y += style.leading;
        }
        leaf
    }

    /// Sets text that leads somewhere, all of it on one page: the text and the link.
    pub(crate) fn link(&mut self, style: Style, column: Column, text: &str, to: &str) -> [Leaf; 2] {
        let lines = self.lines(style, column, text);
        self.need(lines.len() as f32 * style.leading);
        let width = lines.iter().map(|run| run.width(style.size)).fold(0.0, f32::max);
        let top = self.y;
        let leaf = self.text(style, column, text);
        let link = self.leaf();
        let place = Rect::from_ltrb(column.x, top, column.x + width, self.y);
        if let (Some(place), Some(content)) = (place, self.pages.last_mut()) {
            content.links.push(Link { leaf: link, place, to: to.to_owned(), says: text.to_owned() });
        }
        [leaf, link]
    }

    /// One line that ends at the right side of a column, at the height where the flow is.
    pub(crate) fn right(&self, style: Style, column: Column, text: &str) -> Ink {
        let run = self.letters.shape(style.weight, text);
        let x = column.x + column.width - run.width(style.size);
        line(run, style, x, self.baseline(style))
    }

    /// One line from a place.
    pub(crate) fn at(&self, style: Style, x: f32, y: f32, text: &str) -> Ink {
        line(self.letters.shape(style.weight, text), style, x, y)
    }

    /// Width of one line.
    pub(crate) fn width(&self, style: Style, text: &str) -> f32 {
        self.letters.shape(style.weight, text).width(style.size)
    }

    fn lines(&self, style: Style, column: Column, text: &str) -> Vec<Run> {
        self.letters.lines(style.weight, style.size, text, column.width)
    }

    fn baseline(&self, style: Style) -> f32 {
        // The letters reach about three quarters of their size above the baseline and a quarter below.
        self.y + f32::midpoint(style.leading, style.size) - style.size * 0.25
    }
}

fn line(run: Run, style: Style, x: f32, y: f32) -> Ink {
    Ink::Text { run, style, x, y, angle: 0.0, halo: None }
}
