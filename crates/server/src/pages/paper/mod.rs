//! Documents on paper: tagged PDF that can be read aloud (PDF/UA-1, ISO 14289-1), set from top to bottom.
//!
//! A [`Flow`] lays text and drawings onto as many pages as they need and hands out a [`Leaf`] for each piece of content;
//! the caller puts the leaves into a tree of [`Twig`]s, in the order in which they are read; [`Flow::write`] makes the
//! file. The same input makes the same bytes. Lengths are points (1/72 inch), from the upper left corner of a page.

pub(crate) mod colours;
mod flow;
mod letters;
mod write;

pub(crate) use flow::{Column, Flow, Ink, PAGE_HEIGHT, PAGE_WIDTH, Style};
pub(crate) use letters::{Letters, Weight};
pub(crate) use write::{About, Chapter, Twig, picture, rectangle};

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PaperError {
    /// The typeface in the binary cannot be read.
    #[error("the typeface cannot be read")]
    Letters,
    /// A picture is no JPEG.
    #[error("the picture cannot be read: {0}")]
    Picture(String),
    /// What PDF/UA-1 asks for is not met, or a page holds more than a file can.
    #[error("the document cannot be written: {0}")]
    Written(String),
}
