//! The features of one collection in one tile.

use std::ops::Range;

use cadastre::Viewer;
use geo_types::Rect;

use super::{
    cluster::Clusters,
    cut::{Arena, BUFFER, Cutter, Role},
    look::{Attributes, Look, SINGLE_FROM},
    matrix::TileAddress,
    units::Vertex,
};
use crate::{
    Shown, Snapshot,
    geometry::{Piece, Shape},
    snapshot::{Schema, Target},
};

/// How finely a layer is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    Fine,
    /// Of a tile that would be too large: on a coarser grid, the points of layers as clusters.
    Coarse,
}

impl Detail {
    /// The grid on which vertices fall, in units; a pixel of a screen is 8 to 16 units wide.
    ///
    /// This is all the simplification there is, and the same for every ring that has the vertex: between neighbours
    /// no gap opens. It must divide [`BUFFER`] and a tile.
    fn step(self, zoom: u8) -> i32 {
        match (self, zoom < SINGLE_FROM) {
            (Self::Fine, false) => 1,
            (Self::Fine, true) | (Self::Coarse, false) => 4,
            (Self::Coarse, true) => 16,
        }
    }
}

/// MVT knows one kind of geometry a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Points,
    Lines,
    Areas,
}

#[derive(Debug)]
pub(super) struct TileFeature<'s> {
    pub(super) kind: Kind,
    /// Its runs in the arena.
    pub(super) runs: Range<usize>,
    pub(super) attributes: Attributes<'s>,
    /// Area in squared units or length in units of the whole shape: what is small is left out first.
    pub(super) size: f64,
}

#[derive(Debug)]
pub(super) struct TileLayer<'s> {
    pub(super) name: &'s str,
    pub(super) features: Vec<TileFeature<'s>>,
    pub(super) arena: Arena,
}

/// Where the records that a tile shows of a collection lie.
fn search_box(address: TileAddress, look: Look) -> Rect {
    // Points belong to one tile: a unit more, only for what the degrees have lost by rounding.
    let margin = if matches!(look, Look::Clusters | Look::Labels) { 1 } else { BUFFER };
    address.bounds_crs84(margin)
}

/// Visits every record that a tile is made of.
fn for_each_record<'s>(
    snapshot: &'s Snapshot,
    target: Target<'s>,
    address: TileAddress,
    viewer: &Viewer,
    mut visit: impl FnMut(Shown<'s>),
) {
    let look = Look::of(target.schema(), address.zoom());
    if look != Look::Nothing {
        snapshot.for_each_in(target, search_box(address, look), viewer, &mut visit);
    }
}

/// Whether districts that have no geometry are drawn round their parcels: where these are not drawn themselves.
pub(super) fn has_outlines(target: Target<'_>, address: TileAddress) -> bool {
    matches!(target, Target::Districts) && address.zoom() < SINGLE_FROM
}

impl<'s> TileLayer<'s> {
    pub(super) fn cut(
        snapshot: &'s Snapshot,
        target: Target<'s>,
        address: TileAddress,
        viewer: &Viewer,
        detail: Detail,
    ) -> Self {
        let schema = target.schema();
        let look = Look::of(schema, address.zoom());
        let step = detail.step(address.zoom());
        let mut pen = Pen {
            layer: Self { name: schema.id(), features: Vec::new(), arena: Arena::default() },
            cutter: Cutter::new(address.projection(), step),
            skips_small: step > 1,
            clusters: Clusters::new(),
            gathers_points: detail == Detail::Coarse && matches!(schema, Schema::Layer(_)),
        };
        for_each_record(snapshot, target, address, viewer, |shown| pen.draw(&shown, look));
        if has_outlines(target, address) {
            snapshot.for_each_outline(search_box(address, look), viewer, |shown, shape| {
                pen.draw_shape(&shown, &shape);
            });
        }
        pen.finish()
    }
}

/// Draws record after record.
struct Pen<'s> {
    layer: TileLayer<'s>,
    cutter: Cutter,
    skips_small: bool,
    clusters: Clusters<Attributes<'s>>,
    gathers_points: bool,
}

impl<'s> Pen<'s> {
    fn draw(&mut self, shown: &Shown<'s>, look: Look) {
        let Some(shape) = shown.shape_crs84() else { return };
        match look {
            Look::Nothing => {}
            Look::Clusters => {
                if let Some(point) = shape.bounds().and_then(|bounds| self.cutter.point(bounds.center())) {
                    self.clusters.add(point, || Attributes::of(shown.view()));
                }
            }
            Look::Labels => self.draw_label(shown, 0.0),
            Look::Shapes => drop(self.draw_shape(shown, &shape)),
            Look::ShapesAndLabels => {
                if let Some(size) = self.draw_shape(shown, &shape) {
                    self.draw_label(shown, size);
                }
            }
        }
    }

    /// A point on the shape, if that lies in this tile.
    fn draw_label(&mut self, shown: &Shown<'s>, size: f64) {
        if let Some(point) = shown.label_point().and_then(|position| self.cutter.point(position)) {
            self.push_points(&[point], Attributes::of(shown.view()), size);
        }
    }

    /// Draws what lies in the tile; the size of what is no point.
    fn draw_shape(&mut self, shown: &Shown<'s>, shape: &Shape<'s>) -> Option<f64> {
        let dimensions = Dimensions::of(shape);
        if dimensions.points {
            self.draw_points(shown, shape);
        }
        let is_seen = !self.skips_small || shape.bounds().is_some_and(|bounds| !self.cutter.vanishes(&bounds));
        let mut size = None;
        if dimensions.lines && is_seen {
            let first = self.layer.arena.len();
            let length = self.cutter.lines(shape, &mut self.layer.arena);
            self.push(Kind::Lines, first, || Attributes::of(shown.view()), length);
            size = Some(length);
        }
        if dimensions.areas && is_seen {
            let first = self.layer.arena.len();
            let area = self.cutter.areas(shape, &mut self.layer.arena);
            self.push(Kind::Areas, first, || Attributes::of(shown.view()), area);
            size = Some(area);
        }
        // What is too small to be drawn still has its label.
        size.or((dimensions.lines || dimensions.areas).then_some(0.0))
    }

    fn draw_points(&mut self, shown: &Shown<'s>, shape: &Shape<'s>) {
        let mut points: Vec<Vertex> = Vec::new();
        self.cutter.points(shape, |point| points.push(point));
        if self.gathers_points {
            for point in points {
                self.clusters.add(point, || Attributes::of(shown.view()));
            }
        } else if !points.is_empty() {
            self.push_points(&points, Attributes::of(shown.view()), 0.0);
        }
    }

    fn push_points(&mut self, points: &[Vertex], attributes: Attributes<'s>, size: f64) {
        let first = self.layer.arena.len();
        for point in points {
            self.layer.arena.push(Role::Point, &[*point]);
        }
        self.push(Kind::Points, first, || attributes, size);
    }

    /// A feature of the runs from `first` on, if there are any.
    fn push(&mut self, kind: Kind, first: usize, attributes: impl FnOnce() -> Attributes<'s>, size: f64) {
        let runs = first..self.layer.arena.len();
        if !runs.is_empty() {
            self.layer.features.push(TileFeature { kind, runs, attributes: attributes(), size });
        }
    }

    fn finish(mut self) -> TileLayer<'s> {
        for cluster in std::mem::replace(&mut self.clusters, Clusters::new()).into_clusters() {
            let middle = cluster.middle();
            // One alone is still itself.
            let single = if cluster.count == 1 { cluster.first } else { Attributes::default() };
            self.push_points(&[middle], Attributes { count: Some(cluster.count), ..single }, cluster.count as f64);
        }
        self.layer
    }
}

/// Which kinds of pieces a shape has.
#[derive(Clone, Copy, Default)]
struct Dimensions {
    points: bool,
    lines: bool,
    areas: bool,
}

impl Dimensions {
    fn of(shape: &Shape<'_>) -> Self {
        let mut found = Self::default();
        shape.for_each_piece(|piece| match piece {
            Piece::Point(_) => found.points = true,
            Piece::Line(_) => found.lines = true,
            Piece::Polygon(_) => found.areas = true,
        });
        found
    }
}
