//! From pages to a file: PDF 1.7 that meets PDF/UA-1 as far as a program can tell, or an error.

use std::num::NonZeroU16;

use cadastre::{Day, colour::Colour};
use krilla::{
    Document, SerializeSettings,
    action::LinkAction,
    annotation::{Annotation, LinkAnnotation, Target},
    color::rgb,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{Path, PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule, LineJoin, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagKind, TagTree},
};

use super::{
    PaperError,
    flow::{Flow, Ink, Leaf, PAGE_HEIGHT, PAGE_WIDTH},
    letters::{Letters, Run},
};

/// A part of the tree of tags, in the order in which it is read.
#[derive(Clone, Debug)]
pub(crate) enum Twig {
    /// A piece of content.
    Leaf(Leaf),
    /// Parts with what they are together.
    Branch(TagKind, Vec<Twig>),
}

impl Twig {
    /// Content under one tag.
    pub(crate) fn of(tag: impl Into<TagKind>, leaves: impl IntoIterator<Item = Leaf>) -> Self {
        Self::Branch(tag.into(), leaves.into_iter().map(Self::Leaf).collect())
    }

    /// A heading, the highest of level 1, with its text for those who look for headings.
    pub(crate) fn heading(level: u16, text: &str, leaf: Leaf) -> Self {
        Self::of(Tag::Hn(NonZeroU16::MIN.saturating_add(level.saturating_sub(1)), Some(text.to_owned())), [leaf])
    }
}

/// An entry of the table of contents that a reader shows beside the pages.
#[derive(Clone, Debug)]
pub(crate) struct Chapter {
    pub(crate) title: String,
    /// Page, counted from 0.
    pub(crate) page: usize,
    /// How far down.
    pub(crate) y: f32,
}

/// What a document says of itself.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) title: String,
    /// In a sentence.
    pub(crate) description: String,
    /// BCP 47.
    pub(crate) language: &'static str,
    /// Who is responsible for it.
    pub(crate) author: String,
    /// Day of what it shows.
    pub(crate) day: Day,
}

impl Flow {
    /// Makes the file.
    pub(crate) fn write(self, about: About, chapters: Vec<Chapter>, tree: Vec<Twig>) -> Result<Vec<u8>, PaperError> {
        let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
        let configuration = configuration.map_err(|error| PaperError::Written(format!("{error:?}")))?;
        let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
        let mut parts: Vec<Vec<Identifier>> = vec![Vec::new(); self.leaves];
        for content in &self.pages {
            let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
            let mut page = document.start_page_with(settings.unwrap_or_default());
            let mut surface = page.surface();
            for (leaf, inks) in &content.marks {
                let tag = match leaf {
                    Some(_) => ContentTag::Span(SpanTag::empty()),
                    None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                };
                let part = surface.start_tagged(tag);
                for ink in inks {
                    draw(&mut surface, self.letters, ink);
                }
                surface.end_tagged();
                if let Some(leaf) = leaf {
                    parts[leaf.0].push(part);
                }
            }
            surface.finish();
            for link in &content.links {
                let target = Target::Action(LinkAction::new(link.to.clone()).into());
                let annotation = LinkAnnotation::new(link.place, target);
                let annotation = Annotation::new_link(annotation, Some(link.says.clone()));
                parts[link.leaf.0].push(page.add_tagged_annotation(annotation));
            }
            page.finish();
        }
        let mut tags = TagTree::new().with_lang(Some(about.language.to_owned()));
        tree.into_iter().flat_map(|twig| grown(twig, &parts)).for_each(|node| tags.push(node));
        document.set_tag_tree(tags);
        let mut outline = Outline::new();
        for chapter in chapters {
            let place = XyzDestination::new(chapter.page, Point::from_xy(0.0, chapter.y));
            outline.push_child(OutlineNode::new(chapter.title, place));
        }
        document.set_outline(outline);
        document.set_metadata(metadata(about));
        document.finish().map_err(|error| PaperError::Written(format!("{error:?}")))
    }
}

fn metadata(about: About) -> Metadata {
    let day = about.day;
    // No clock but the day: the same content makes the same file.
    let day = DateTime::new(day.year().unsigned_abs()).month(day.month().unsigned_abs()).day(day.day().unsigned_abs());
    Metadata::new()
        .title(about.title)
        .description(about.description)
        .language(about.language.to_owned())
        .authors(vec![about.author])
        .creator("baulotse".to_owned())
        .creation_date(day)
}

fn grown(twig: Twig, parts: &[Vec<Identifier>]) -> Vec<Node> {
    match twig {
        Twig::Leaf(leaf) => parts[leaf.0].iter().copied().map(Node::from).collect(),
        Twig::Branch(tag, twigs) => {
            let children = twigs.into_iter().flat_map(|twig| grown(twig, parts)).collect();
            vec![TagGroup::with_children(tag, children).into()]
        }
    }
}

fn draw(surface: &mut Surface<'_>, letters: &Letters, ink: &Ink) {
    match ink {
        Ink::Text { run, style, x, y, angle, halo } => {
            surface.push_transform(&Transform::from_translate(*x, *y));
            surface.push_transform(&Transform::from_rotate(*angle));
            if let Some((colour, width)) = halo {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(*colour, *width)));
                // As outlines: the same text twice would be read twice.
                glyphs(surface, letters, run, *style, true);
            }
            surface.set_stroke(None);
            surface.set_fill(Some(fill(style.colour, 1.0)));
            glyphs(surface, letters, run, *style, false);
            surface.pop();
            surface.pop();
        }
        Ink::Shape { path, fill: inside, line } => {
            surface.set_fill(inside.map(|(colour, opacity)| fill(colour, opacity)));
            surface.set_stroke(line.map(|(colour, width)| stroke(colour, width)));
            if inside.is_some() || line.is_some() {
                surface.draw_path(path);
            }
        }
        Ink::Picture(image, place) => {
            let Some(size) = Size::from_wh(place.width(), place.height()) else { return };
            surface.push_transform(&Transform::from_translate(place.left(), place.top()));
            surface.draw_image(image.clone(), size);
            surface.pop();
        }
        Ink::Within(place, inks) => {
            let Some(clip) = rectangle(*place) else { return };
            surface.push_clip_path(&clip, &FillRule::NonZero);
            for ink in inks {
                draw(surface, letters, ink);
            }
            surface.pop();
        }
    }
}

fn glyphs(surface: &mut Surface<'_>, letters: &Letters, run: &Run, style: super::Style, is_outlined: bool) {
    let font = letters.font(style.weight).clone();
    surface.draw_glyphs(Point::from_xy(0.0, 0.0), &run.glyphs, font, &run.text, style.size, is_outlined);
}

fn rgb(colour: Colour) -> rgb::Color {
    let [red, green, blue] = colour.channels();
    rgb::Color::new(red, green, blue)
}

fn fill(colour: Colour, opacity: f32) -> Fill {
    Fill {
        paint: rgb(colour).into(),
        opacity: NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE),
        rule: FillRule::NonZero,
    }
}

fn stroke(colour: Colour, width: f32) -> Stroke {
    Stroke { paint: rgb(colour).into(), width, line_join: LineJoin::Round, ..Stroke::default() }
}

/// A JPEG as it is put on paper: the file as it is, neither decoded nor encoded anew.
pub(crate) fn picture(jpeg: Vec<u8>) -> Result<Image, PaperError> {
    Image::from_jpeg(jpeg.into(), false).map_err(PaperError::Picture)
}

/// A rectangle as a path.
pub(crate) fn rectangle(place: Rect) -> Option<Path> {
    let mut builder = PathBuilder::new();
    builder.push_rect(place);
    builder.finish()
}
