//! The picture of an exposé as a document: the first that the public sees, above the plan.

use cadastre::picture::Size;
use krilla::{
    geom::Rect,
    image::Image,
    tagging::{BBox, Tag},
};
use spatial::Shown;

use super::pdf::{BETWEEN_FACTS, GAP, MARGIN, Sheet, WHOLE};
use crate::pages::paper::{Column, Ink, Style, Twig, colours::LINK};

/// Greatest height: with it, name, picture and plan are one page.
const HEIGHT: f32 = 190.0;
/// Width that text needs to stand beside the picture, not below.
const BESIDE: f32 = 120.0;
/// Pixels an inch that look sharp in print.
const PRINTED: f32 = 150.0;

/// Id of the picture that a document of a record shows, and how wide the file of it should be; `None` if it has none
/// that the public sees.
pub(crate) fn for_paper(shown: &Shown<'_>) -> Option<(String, u32)> {
    let pictures = shown.pictures();
    let picture = pictures.first()?.view.record();
    let pixels = width_of(picture.size) / 72.0 * PRINTED;
    let sharp = picture.size.kept().into_iter().find(|size| size.width as f32 >= pixels);
    Some((picture.picture_id.clone(), sharp.unwrap_or_else(|| picture.size.largest()).width))
}

/// Width on paper: as wide as there is room for, and no higher than it may be.
fn width_of(size: Size) -> f32 {
    let proportion = size.width as f32 / size.height.max(1) as f32;
    WHOLE.width.min(HEIGHT * proportion)
}

impl Sheet<'_> {
    /// The picture, and whom to credit for it. Where there is room that stands beside it, at its foot, below the first
    /// facts: then the first page says what it is about.
    pub(super) fn photo(&mut self, image: Image) {
        let Some(photo) = self.page.photos.first() else { return };
        let (width, height) = image.size();
        let size = Size { width, height };
        let width = width_of(size);
        let height = width * size.height as f32 / size.width as f32;
        let style = self.look.small;
        let credit = photo.credit("");
        let text = format!("{} {}", self.t("ui.photos.credit"), credit.text);
        let beside = Column { x: MARGIN + width + GAP, width: WHOLE.width - width - GAP };
        let is_beside = beside.width >= BESIDE;
        let column = if is_beside { beside } else { WHOLE };
        let caption = self.flow.height(style, column, &text) + self.flow.height(style, column, credit.licence.short);
        self.flow.need(if is_beside { height } else { height + 5.0 + caption });
        let Some(place) = Rect::from_xywh(MARGIN, self.flow.y(), width, height) else { return };
        let picture = self.flow.leaf();
        self.flow.draw(Some(picture), vec![Ink::Picture(image, place)]);
        let figure = Tag::Figure(Some(photo.alt.clone())).with_bbox(Some(BBox::new(self.flow.pages() - 1, place)));
        let top = if is_beside { (place.bottom() - caption).max(place.top()) } else { place.bottom() + 5.0 };
        self.flow.move_to(top);
        let text = self.flow.text(style, column, &text);
        let licence =
            self.flow.link(Style { colour: LINK, ..style }, column, credit.licence.short, credit.licence.page);
        let caption = Twig::Branch(Tag::Caption.into(), vec![Twig::Leaf(text), Twig::of(Tag::Link, licence)]);
        self.tree.push(Twig::Branch(figure.into(), vec![Twig::Leaf(picture), caption]));
        let below = self.flow.y().max(place.bottom());
        if is_beside {
            self.flow.move_to(place.top());
            self.facts_beside(beside, top);
        }
        self.flow.move_to(below);
        self.flow.space(12.0);
    }

    /// The first facts, as many as there is room for above `bottom`.
    fn facts_beside(&mut self, column: Column, bottom: f32) {
        let facts = &self.page.facts;
        let mut rows = Vec::new();
        for fact in facts {
            let next = self.flow.y() + self.fact_height(fact, column) + BETWEEN_FACTS;
            if next > bottom {
                break;
            }
            rows.push(self.fact(fact, column));
            self.flow.move_to(next);
        }
        self.facts_beside = rows.len();
        self.table(rows);
    }
}

#[cfg(test)]
mod tests {
    use cadastre::picture::Size;

    use super::width_of;

    #[test]
    fn a_picture_keeps_its_proportions_within_the_paper() {
        let check = |width, height, expected: f32| {
            let found = width_of(Size { width, height });
            assert!((found - expected).abs() < 0.01, "{width} × {height}: {found}");
        };
        check(1600, 1200, 253.33);
        check(700, 1000, 133.0);
        check(3000, 1000, 499.28);
    }
}
