//! The plan on paper: the same drawing as on the page, in ink of a document.

use cadastre::colour::Colour;
use krilla::geom::{Path, PathBuilder, Rect};

use super::{
    Plan,
    draw::{End, Lines},
    frame::{HEIGHT, WIDTH},
};
use crate::pages::paper::{
    Flow, Ink, Style, Weight,
    colours::{ACCENT, BUILDING, BUILDING_EDGE, INK, LABEL, LAND, LINE, PARCEL, ROAD, WATER, WOOD},
    rectangle,
};

/// From units of the drawing to a place on paper.
#[derive(Clone, Copy, Debug)]
struct Scale {
    left: f32,
    top: f32,
    points_a_unit: f32,
}

impl Scale {
    fn x(self, units: f64) -> f32 {
        self.left + units as f32 * self.points_a_unit
    }

    fn y(self, units: f64) -> f32 {
        self.top + units as f32 * self.points_a_unit
    }

    fn length(self, units: f64) -> f32 {
        units as f32 * self.points_a_unit
    }

    fn path(self, lines: &Lines) -> Option<Path> {
        let mut builder = PathBuilder::new();
        for (points, end) in lines.iter() {
            for (index, at) in points.iter().enumerate() {
                let (x, y) = (self.x(at.x), self.y(at.y));
                if index == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
            }
            if end == End::Closed {
                builder.close();
            }
        }
        builder.finish()
    }

    fn polygon(self, corners: &[(f64, f64)]) -> Option<Path> {
        let mut builder = PathBuilder::new();
        for (index, (x, y)) in corners.iter().enumerate() {
            let (x, y) = (self.x(*x), self.y(*y));
            if index == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
        }
        builder.close();
        builder.finish()
    }

    fn circle(self, x: f64, y: f64, radius: f64) -> Option<Path> {
        circle(self.x(x), self.y(y), self.length(radius))
    }
}

/// A circle as four curves, true to a thousandth of its radius.
pub(crate) fn circle(x: f32, y: f32, radius: f32) -> Option<Path> {
    let bend = radius * 0.552_285;
    let mut builder = PathBuilder::new();
    builder.move_to(x + radius, y);
    builder.cubic_to(x + radius, y + bend, x + bend, y + radius, x, y + radius);
    builder.cubic_to(x - bend, y + radius, x - radius, y + bend, x - radius, y);
    builder.cubic_to(x - radius, y - bend, x - bend, y - radius, x, y - radius);
    builder.cubic_to(x + bend, y - radius, x + radius, y - bend, x + radius, y);
    builder.close();
    builder.finish()
}

impl Plan {
    /// Height of the drawing at a width.
    pub(crate) fn height_at(width: f32) -> f32 {
        width * (HEIGHT / WIDTH) as f32
    }

    /// The drawing, within a place of its proportions.
    pub(crate) fn inks(&self, flow: &Flow, place: Rect) -> Vec<Ink> {
        let scale = Scale { left: place.left(), top: place.top(), points_a_unit: place.width() / WIDTH as f32 };
        let colour = self.group.map_or(INK, super::Group::colour);
        let area = |lines: &Lines, fill: Colour| shape(scale.path(lines), Some((fill, 1.0)), None);
        let edge =
            |lines: &Lines, line: Colour, width: f64| shape(scale.path(lines), None, Some((line, scale.length(width))));
        let drawn = [
            shape(rectangle(place), Some((LAND, 1.0)), None),
            area(&self.woods, WOOD),
            area(&self.water, WATER),
            area(&self.roads, ROAD),
            edge(&self.parcels, PARCEL, 1.0),
            shape(scale.path(&self.subject), Some((colour, 0.22)), None),
            shape(scale.path(&self.buildings), Some((BUILDING, 1.0)), Some((BUILDING_EDGE, scale.length(1.0)))),
            edge(&self.subject, Colour::WHITE, 7.0),
            edge(&self.subject, colour, 3.5),
        ];
        let mut inks: Vec<Ink> = drawn.into_iter().flatten().collect();
        inks.extend(self.labels.iter().map(|label| {
            let ground = if label.class == "plan-street" { ROAD } else { LAND };
            let style = Style { weight: Weight::Regular, size: scale.length(12.5), leading: 0.0, colour: LABEL };
            centred(flow, style, scale, (label.x, label.y), label.angle, &label.text, Some(ground))
        }));
        inks.extend(self.marker_inks(flow, scale, colour));
        inks.extend(self.bar_inks(flow, scale));
        inks.extend(self.north_inks(flow, scale));
        let frame = shape(rectangle(place), None, Some((LINE, 0.75)));
        std::iter::once(Ink::Within(place, inks)).chain(frame).collect()
    }

    fn marker_inks(&self, flow: &Flow, scale: Scale, colour: Colour) -> Vec<Ink> {
        let Some(at) = self.marker else { return Vec::new() };
        let style = Style { weight: Weight::Bold, size: scale.length(15.0), leading: 0.0, colour: Colour::WHITE };
        let line = Some((Colour::WHITE, scale.length(3.0)));
        let disc = shape(scale.circle(at.x, at.y, 15.0), Some((colour, 1.0)), line);
        disc.into_iter().chain([centred(flow, style, scale, (at.x, at.y), 0.0, self.letter, None)]).collect()
    }

    fn bar_inks(&self, flow: &Flow, scale: Scale) -> Vec<Ink> {
        let (left, base, length) = (16.0, HEIGHT - 18.0, self.bar_units);
        let (from, to) = ((left - 6.0, base - 22.0), (left + length + 6.0, base + 10.0));
        let plate = scale.polygon(&[from, (to.0, from.1), to, (from.0, to.1)]);
        let mut builder = PathBuilder::new();
        builder.move_to(scale.x(left), scale.y(base - 4.0));
        builder.line_to(scale.x(left), scale.y(base + 2.0));
        builder.line_to(scale.x(left + length), scale.y(base + 2.0));
        builder.line_to(scale.x(left + length), scale.y(base - 4.0));
        let bar = shape(builder.finish(), None, Some((INK, scale.length(2.0))));
        let label = centred(flow, small(scale), scale, (left + length / 2.0, base - 11.0), 0.0, &self.bar_label, None);
        shape(plate, Some((Colour::WHITE, 0.86)), None).into_iter().chain(bar).chain([label]).collect()
    }

    fn north_inks(&self, flow: &Flow, scale: Scale) -> Vec<Ink> {
        let (x, y) = (WIDTH - 26.0, 34.0);
        let plate = shape(scale.circle(x, y, 22.0), Some((Colour::WHITE, 0.86)), None);
        let arrow = scale.polygon(&[(x, y - 16.0), (x + 6.0, y + 2.0), (x, y - 2.0), (x - 6.0, y + 2.0)]);
        let arrow = shape(arrow, Some((ACCENT, 1.0)), None);
        let label = centred(flow, small(scale), scale, (x, y + 11.0), 0.0, self.north, None);
        plate.into_iter().chain(arrow).chain([label]).collect()
    }
}

fn small(scale: Scale) -> Style {
    Style { weight: Weight::Bold, size: scale.length(13.0), leading: 0.0, colour: INK }
}

fn shape(path: Option<Path>, fill: Option<(Colour, f32)>, line: Option<(Colour, f32)>) -> Option<Ink> {
    Some(Ink::Shape { path: path?, fill, line })
}

/// Text whose middle is at a place, turned around it; with the colour of what lies below, it has an edge of that.
fn centred(
    flow: &Flow,
    style: Style,
    scale: Scale,
    (x, y): (f64, f64),
    degrees: f64,
    text: &str,
    ground: Option<Colour>,
) -> Ink {
    let (sin, cos) = (degrees as f32).to_radians().sin_cos();
    // Half of a capital letter lies above the middle.
    let (along, below) = (-flow.width(style, text) / 2.0, style.size * 0.33);
    let at = (scale.x(x) + along * cos - below * sin, scale.y(y) + along * sin + below * cos);
    let halo = ground.map(|colour| (colour, scale.length(3.0)));
    match flow.at(style, at.0, at.1, text) {
        Ink::Text { run, style, x, y, .. } => Ink::Text { run, style, x, y, angle: degrees as f32, halo },
        other => other,
    }
}
