//! Paths and labels of a plan.

use std::{collections::HashSet, fmt};

use geo_types::Coord;
use spatial::{
    Shown,
    geometry::{Piece, Shape},
};

use super::{
    Ground,
    frame::{HEIGHT, WIDTH, Window, clipped},
};
use crate::pages::listing::text_of;

/// Rings and lines in units of the drawing, to a tenth of one; written, the data of a path in SVG.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lines(Vec<(Vec<Coord>, End)>);

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Open,
    /// Where it began.
    Closed,
}

impl Lines {
    /// Whether there is nothing to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each line with its end.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[Coord], End)> {
        self.0.iter().map(|(points, end)| (points.as_slice(), *end))
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    fn push(&mut self, points: &[Coord], end: End) {
        self.0.push((points.iter().map(|at| Coord { x: tenth(at.x), y: tenth(at.y) }).collect(), end));
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (points, end) in &self.0 {
            for (index, at) in points.iter().enumerate() {
                write!(f, "{}{} {}", if index == 0 { 'M' } else { 'L' }, at.x, at.y)?;
            }
            if *end == End::Closed {
                f.write_str("z")?;
            }
        }
        Ok(())
    }
}

/// A label on the plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) x: f64,
    pub(super) y: f64,
    /// Degrees clockwise.
    pub(super) angle: f64,
    pub(super) class: &'static str,
}

/// A marker of what is known as a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Draws on one window, and keeps labels apart.
pub(super) struct Pen {
    window: Window,
    labels: Vec<Label>,
    taken: Vec<[f64; 4]>,
}

/// Height of a letter of a label, about.
const LETTER: f64 = 12.0;

impl Pen {
    pub(super) fn new(window: Window) -> Self {
        // The scale bar and the arrow stand in the lower corners.
        let taken = vec![[0.0, HEIGHT - 46.0, WIDTH * 0.42, HEIGHT], [WIDTH - 52.0, 0.0, WIDTH, 66.0]];
        Self { window, labels: Vec::new(), taken }
    }

    /// Areas and lines; a point has none.
    pub(super) fn path(&self, shape: &Shape<'_>) -> Lines {
        let mut lines = Lines::default();
        shape.for_each_piece(|piece| match piece {
            Piece::Point(_) => {}
            Piece::Line(line) => lines.push(&self.placed(line), End::Open),
            Piece::Polygon(rings) => {
                let rings = rings.iter().map(|ring| clipped(&self.placed(ring)));
                rings.filter(|ring| ring.len() >= 3).for_each(|ring| lines.push(&ring, End::Closed));
            }
        });
        lines
    }

    fn placed(&self, coords: &[Coord]) -> Vec<Coord> {
        coords.iter().map(|at| self.window.place(*at)).collect()
    }

    /// A marker, where the shape is a point.
    pub(super) fn marker(&self, shape: &Shape<'_>) -> Option<Mark> {
        let mut marker = None;
        shape.for_each_piece(|piece| {
            if let Piece::Point(at) = piece {
                let at = self.window.place(at);
                marker.get_or_insert(Mark { x: tenth(at.x), y: tenth(at.y) });
            }
        });
        marker
    }

    /// Writes each street's name once, along the longest side of its parcel.
    pub(super) fn name_streets(&mut self, parcels: &[Shown<'_>]) {
        let mut named: HashSet<String> = HashSet::new();
        for parcel in parcels.iter().filter(|parcel| matches!(Ground::of(parcel), Ground::Road)) {
            let Some(name) = text_of(parcel.view(), "street").filter(|name| !named.contains(name)) else { continue };
            let Some(side) = parcel.shape_crs84().and_then(|shape| self.longest_side(&shape)) else { continue };
            let (from, to) = side;
            let width = name.chars().count() as f64 * LETTER * 0.55;
            if distance(from, to) < width * 0.9 {
                continue;
            }
            let half = self.half_width(parcel, from, to);
            let at = (from + to) * 0.5 + half;
            let mut angle = (to.y - from.y).atan2(to.x - from.x).to_degrees();
            if angle > 90.0 {
                angle -= 180.0;
            } else if angle <= -90.0 {
                angle += 180.0;
            }
            if self.write(&name, at, angle, "plan-street") {
                named.insert(name);
            }
        }
    }

    /// The longest visible side of a parcel.
    fn longest_side(&self, shape: &Shape<'_>) -> Option<(Coord, Coord)> {
        let mut longest: Option<(Coord, Coord)> = None;
        shape.for_each_piece(|piece| {
            let Piece::Polygon(rings) = piece else { return };
            let ring = clipped(&self.placed(rings.exterior()));
            for (index, to) in ring.iter().enumerate() {
                let from = ring[(index + ring.len() - 1) % ring.len()];
                let is_inside = is_on_paper((from + *to) * 0.5, 14.0);
                if is_inside && longest.is_none_or(|(a, b)| distance(a, b) < distance(from, *to)) {
                    longest = Some((from, *to));
                }
            }
        });
        longest
    }

    /// From a side to the middle of the street: towards its inner side, by half its usual width.
    fn half_width(&self, parcel: &Shown<'_>, from: Coord, to: Coord) -> Coord {
        const HALF_M: f64 = 3.0;
        let Some(inner) = parcel.label_point().map(|at| self.window.place(at)) else { return Coord::zero() };
        let length = distance(from, to).max(1e-6);
        let normal = Coord { x: -(to.y - from.y) / length, y: (to.x - from.x) / length };
        let towards = (inner - from).x * normal.x + (inner - from).y * normal.y;
        normal * (HALF_M * self.window.units_a_metre).min(towards.abs()) * towards.signum()
    }

    /// Writes the numbers of parcels that are large enough. Where a site does not say on which parcels it lies,
    /// the plan does not either.
    pub(super) fn number(&mut self, parcels: &[Shown<'_>], subject: &Shown<'_>) {
        const LEAST_SIDE: f64 = 34.0;
        let is_open = subject.view().collection() != Some(cadastre::property::Collection::Sites)
            || !subject.view().value("numbers").is_null();
        for parcel in parcels.iter().filter(|parcel| matches!(Ground::of(parcel), Ground::Other | Ground::Wood)) {
            let (Some(shape), Some(number)) = (parcel.shape_crs84(), text_of(parcel.view(), "number")) else {
                continue;
            };
            let Some(bounds) = shape.bounds() else { continue };
            let (a, b) = (self.window.place(bounds.min()), self.window.place(bounds.max()));
            let is_large = (b.x - a.x).abs() >= LEAST_SIDE && (a.y - b.y).abs() >= LEAST_SIDE / 2.0;
            if !is_large || (!is_open && parcel.is_on(subject)) {
                continue;
            }
            if let Some(at) = parcel.label_point().map(|at| self.window.place(at)) {
                self.write(&number, at, 0.0, "plan-number");
            }
        }
    }

    /// Writes a label where there is room for it.
    fn write(&mut self, text: &str, at: Coord, angle: f64, class: &'static str) -> bool {
        let (width, height) = (text.chars().count() as f64 * LETTER * 0.55, LETTER);
        let (sin, cos) = angle.to_radians().sin_cos();
        let half = Coord {
            x: f64::midpoint(width * cos.abs(), height * sin.abs()),
            y: f64::midpoint(width * sin.abs(), height * cos.abs()),
        };
        let around = [at.x - half.x, at.y - half.y, at.x + half.x, at.y + half.y];
        let overlaps = |other: &[f64; 4]| {
            around[0] < other[2] && other[0] < around[2] && around[1] < other[3] && other[1] < around[3]
        };
        let fits = around[0] > 2.0 && around[1] > 2.0 && around[2] < WIDTH - 2.0 && around[3] < HEIGHT - 2.0;
        if !fits || self.taken.iter().any(overlaps) {
            return false;
        }
        self.taken.push(around);
        let label = Label { text: text.to_owned(), x: tenth(at.x), y: tenth(at.y), angle: angle.round(), class };
        self.labels.push(label);
        true
    }

    pub(super) fn into_labels(self) -> Vec<Label> {
        self.labels
    }
}

fn is_on_paper(at: Coord, margin: f64) -> bool {
    (margin..=WIDTH - margin).contains(&at.x) && (margin..=HEIGHT - margin).contains(&at.y)
}

fn distance(a: Coord, b: Coord) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn tenth(units: f64) -> f64 {
    (units * 10.0).round() / 10.0
}
