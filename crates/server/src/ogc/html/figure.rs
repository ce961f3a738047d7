//! A small map as SVG: shapes in front, the outlines of the cadastral districts behind them.
//!
//! Presentation is left to classes, as the content security policy allows no style in the document.

use std::fmt::Write as _;

use geo_types::{Coord, Rect};
use spatial::{
    Area, Query, Snapshot,
    geometry::{Piece, Shape},
};

use super::PUBLIC;

/// Width of the drawing in its own units; about a pixel on a wide screen.
const WIDTH: f64 = 720.0;
const LEAST_HEIGHT: f64 = 260.0;
const GREATEST_HEIGHT: f64 = 460.0;
/// Vertices nearer than this to the last one are left out.
const STEP: f64 = 0.7;
/// A map shows at least so many degrees of latitude: a point alone has no extent.
const LEAST_SPAN: f64 = 0.004;
/// More outlines than this would be a grey patch.
const MAX_OUTLINES: usize = 1500;

/// A drawing.
#[derive(Debug)]
pub(crate) struct Figure {
    /// What it shows, for those who do not see it.
    pub(crate) label: String,
    /// Height in units; the width is always the same.
    pub(crate) height: f64,
    /// Outlines behind.
    pub(crate) outlines: Vec<String>,
    /// Boxes in front: x, y, width, height.
    pub(crate) boxes: Vec<[String; 4]>,
    /// Shapes in front.
    pub(crate) shapes: Vec<Drawn>,
}

/// A shape in front.
#[derive(Debug)]
pub(crate) struct Drawn {
    /// Path of lines and areas; empty if it has none.
    pub(crate) path: String,
    /// Whether the path encloses areas.
    pub(crate) is_area: bool,
    /// Centres of its points.
    pub(crate) points: Vec<[String; 2]>,
    /// Name, shown on hovering.
    pub(crate) title: String,
    /// Where it leads.
    pub(crate) href: Option<String>,
}

impl Figure {
    /// Draws boxes in CRS84: west, south, east, north. `None` without any.
    pub(crate) fn of_extents(snapshot: &Snapshot, extents: &[[f64; 4]], label: &str) -> Option<Self> {
        let rects = extents.iter().map(|[west, south, east, north]| Rect::new((*west, *south), (*east, *north)));
        let rects: Vec<Rect> = rects.collect();
        let plane = Plane::around(rects.iter().copied())?;
        let boxes = rects.iter().map(|rect| plane.corners(rect)).collect();
        Some(Self { boxes, ..Self::empty(snapshot, &plane, label) })
    }

    /// Draws shapes in CRS84 with their titles and links. `None` without any.
    pub(crate) fn of_shapes<'s>(
        snapshot: &Snapshot,
        shapes: impl Iterator<Item = (Shape<'s>, String, Option<String>)>,
        label: &str,
    ) -> Option<Self> {
        let shapes: Vec<_> = shapes.collect();
        let plane = Plane::around(shapes.iter().filter_map(|(shape, ..)| shape.bounds()))?;
        let shapes = shapes.into_iter().map(|(shape, title, href)| plane.draw(&shape, title, href)).collect();
        Some(Self { shapes, ..Self::empty(snapshot, &plane, label) })
    }

    fn empty(snapshot: &Snapshot, plane: &Plane, label: &str) -> Self {
        Self {
            label: label.to_owned(),
            height: plane.height.round(),
            outlines: plane.outlines(snapshot),
            boxes: Vec::new(),
            shapes: Vec::new(),
        }
    }
}

/// Degrees to units: longitude shortened by the cosine of the middle latitude, which is true enough for a town.
struct Plane {
    west: f64,
    north: f64,
    /// Units a degree of longitude and of latitude.
    scale: (f64, f64),
    height: f64,
}

impl Plane {
    fn around(bounds: impl Iterator<Item = Rect>) -> Option<Self> {
        let bounds = bounds.reduce(|a, b| {
            Rect::new(
                (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
                (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
            )
        })?;
        let centre = bounds.center();
        let shrink = centre.y.to_radians().cos().max(0.05);
        let span = (bounds.width() * shrink, bounds.height());
        // Room around, and at least a neighbourhood.
        let (width, height) = ((span.0 * 1.12).max(LEAST_SPAN), (span.1 * 1.12).max(LEAST_SPAN));
        let drawn_height = (WIDTH * height / width).clamp(LEAST_HEIGHT, GREATEST_HEIGHT);
        let units = (WIDTH / width).min(drawn_height / height);
        let scale = (units * shrink, units);
        Some(Self {
            west: centre.x - WIDTH / 2.0 / scale.0,
            north: centre.y + drawn_height / 2.0 / scale.1,
            scale,
            height: drawn_height,
        })
    }

    fn place(&self, coord: Coord) -> (f64, f64) {
        ((coord.x - self.west) * self.scale.0, (self.north - coord.y) * self.scale.1)
    }

    fn corners(&self, rect: &Rect) -> [String; 4] {
        let (left, bottom) = self.place(rect.min());
        let (right, top) = self.place(rect.max());
        [left, top, right - left, bottom - top].map(short)
    }

    fn view(&self) -> [f64; 4] {
        let east = (self.west + WIDTH / self.scale.0).min(180.0);
        let south = (self.north - self.height / self.scale.1).max(-90.0);
        [self.west.max(-180.0), south, east, self.north.min(90.0)]
    }

    /// The cadastral districts in view: base data, open to all.
    fn outlines(&self, snapshot: &Snapshot) -> Vec<String> {
        let query = Query { within: Some(Area::Bbox(self.view())), limit: MAX_OUTLINES, ..Query::default() };
        let Ok(page) = snapshot.query("districts", &query, PUBLIC) else { return Vec::new() };
        let shapes = page.returned.iter().filter_map(spatial::Shown::shape_crs84);
        shapes.map(|shape| self.draw(&shape, String::new(), None).path).filter(|path| !path.is_empty()).collect()
    }

    fn draw(&self, shape: &Shape<'_>, title: String, href: Option<String>) -> Drawn {
        let mut drawn = Drawn { path: String::new(), is_area: false, points: Vec::new(), title, href };
        shape.for_each_piece(|piece| match piece {
            Piece::Point(coord) => {
                let (x, y) = self.place(coord);
                drawn.points.push([short(x), short(y)]);
            }
            Piece::Line(line) => self.append(&mut drawn.path, line, false),
            Piece::Polygon(rings) => {
                drawn.is_area = true;
                rings.iter().for_each(|ring| self.append(&mut drawn.path, ring, true));
            }
        });
        drawn
    }

    fn append(&self, path: &mut String, coords: &[Coord], closes: bool) {
        let mut last = None;
        for coord in coords {
            let (x, y) = self.place(*coord);
            let is_near = last.is_some_and(|(lx, ly): (f64, f64)| (lx - x).abs().max((ly - y).abs()) < STEP);
            if is_near {
                continue;
            }
            // Writing to a String cannot fail.
            let _ = write!(path, "{}{} {}", if last.is_none() { 'M' } else { 'L' }, short(x), short(y));
            last = Some((x, y));
        }
        if closes {
            path.push('Z');
        }
    }
}

/// One decimal is finer than a screen.
fn short(x: f64) -> String {
    let rounded = (x * 10.0).round() / 10.0;
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

#[cfg(test)]
mod tests {
    use geo_types::{Geometry, Rect, line_string, point, polygon};
    use spatial::geometry::Shape;

    use super::{GREATEST_HEIGHT, LEAST_HEIGHT, Plane, WIDTH};

    fn plane() -> Plane {
        Plane::around([Rect::new((12.0, 51.0), (12.2, 51.1))].into_iter()).unwrap()
    }

    fn check(geometry: Geometry, path_begins: &str, points: usize, is_area: bool) {
        let drawn = plane().draw(&Shape::from(&geometry), String::new(), None);
        assert!(drawn.path.starts_with(path_begins), "{}", drawn.path);
        assert_eq!((drawn.points.len(), drawn.is_area), (points, is_area));
    }

    #[test]
    fn points_lines_and_areas_are_drawn_as_such() {
        check(point!(x: 12.1, y: 51.05).into(), "", 1, false);
        check(line_string![(x: 12.0, y: 51.0), (x: 12.2, y: 51.1)].into(), "M", 0, false);
        check(polygon![(x: 12.0, y: 51.0), (x: 12.2, y: 51.0), (x: 12.2, y: 51.1)].into(), "M", 0, true);
    }

    #[test]
    fn everything_lies_inside_the_drawing_and_north_is_up() {
        let plane = plane();
        let (left, bottom) = plane.place((12.0, 51.0).into());
        let (right, top) = plane.place((12.2, 51.1).into());
        assert!(0.0 < left && left < right && right < WIDTH);
        assert!(0.0 < top && top < bottom && bottom < plane.height);
    }

    #[test]
    fn a_point_and_a_thin_strip_have_a_map_of_a_bearable_shape() {
        for bounds in [Rect::new((12.0, 51.0), (12.0, 51.0)), Rect::new((12.0, 51.0), (15.0, 51.001))] {
            let plane = Plane::around([bounds].into_iter()).unwrap();
            assert!((LEAST_HEIGHT..=GREATEST_HEIGHT).contains(&plane.height));
            assert!(plane.scale.0.is_finite() && plane.scale.1.is_finite());
        }
        assert!(Plane::around(std::iter::empty()).is_none());
    }
}
