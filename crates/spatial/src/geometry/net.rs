//! A net of cells over an area: which edges come near a place, and on which side the cells without edges lie.
//!
//! A coordinate belongs to the cell that one monotone function gives, so a run of coordinates lies in the cells between
//! those of its extremes, exactly. An edge is noted in every cell that it meets, row by row, the rows and what it meets of
//! them being grown by far more than arithmetic rounds; what has no edge lies on one side as a whole.

use std::ops::RangeInclusive;

use geo_types::{Coord, Rect};

use super::predicate::segment_bounds;

/// The net.
#[derive(Clone, Debug)]
pub(crate) struct Net {
    bounds: Rect,
    columns: usize,
    rows: usize,
    /// Cells a unit.
    scale: Coord,
    /// Row by row.
    sides: Vec<Side>,
    /// Where the edges of each cell begin, and the end.
    starts: Vec<u32>,
    edges: Vec<u32>,
}

/// Square root of the number of cells an edge.
const PER_EDGE: f64 = 5.0;

/// Where a cell lies to the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Outside,
    Inside,
    /// An edge comes near.
    Both,
}

/// Cells, column by column of a row, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    columns: RangeInclusive<usize>,
    rows: RangeInclusive<usize>,
}

impl Net {
    /// Cells in proportion to the edges, some an edge; `contains` says of the middles of some cells whether they lie in the area.
    pub(crate) fn new(edges: &[[Coord; 2]], bounds: Rect, contains: impl Fn(Coord) -> bool) -> Self {
        let side = ((edges.len() as f64).sqrt() * PER_EDGE).clamp(4.0, 160.0) as usize;
        let cells = |length: f64| if length > 0.0 { side } else { 1 };
        let (columns, rows) = (cells(bounds.width()), cells(bounds.height()));
        let scale = |cells: usize, length: f64| if length > 0.0 { cells as f64 / length } else { 0.0 };
        let mut net = Self {
            bounds,
            columns,
            rows,
            scale: Coord { x: scale(columns, bounds.width()), y: scale(rows, bounds.height()) },
            sides: Vec::with_capacity(columns * rows),
            starts: Vec::new(),
            edges: Vec::new(),
        };
        net.note(edges);
        net.tell_sides(contains);
        net
    }

    fn note(&mut self, edges: &[[Coord; 2]]) {
        let mut noted: Vec<(u32, u32)> = Vec::with_capacity(edges.len() * 3);
        for (edge, [a, b]) in (0..).zip(edges) {
            let near = self.cells(&segment_bounds(*a, *b));
            let is_flat = near.rows.start() == near.rows.end();
            for row in near.rows.clone() {
                let columns = if is_flat { near.columns.clone() } else { self.columns_met(*a, *b, row, &near.columns) };
                noted.extend(columns.map(|column| ((row * self.columns + column) as u32, edge)));
            }
        }
        // Not asked for as zeros, which an allocator may fetch from the kernel, page by page, each time.
        self.starts.resize(self.columns * self.rows + 1, 0);
        for (cell, _) in &noted {
            self.starts[*cell as usize + 1] += 1;
        }
        for cell in 0..self.columns * self.rows {
            self.starts[cell + 1] += self.starts[cell];
        }
        let mut next = self.starts.clone();
        self.edges.resize(noted.len(), 0);
        for (cell, edge) in noted {
            let place = &mut next[cell as usize];
            self.edges[*place as usize] = edge;
            *place += 1;
        }
    }

    /// Those of some columns in which an edge that is not level may meet the cells of a row.
    fn columns_met(&self, a: Coord, b: Coord, row: usize, columns: &RangeInclusive<usize>) -> RangeInclusive<usize> {
        let margin = self.margin();
        let (low, high) = (self.y(row as f64) - margin.y, self.y(row as f64 + 1.0) + margin.y);
        let x = |y: f64| a.x + (b.x - a.x) * ((y - a.y) / (b.y - a.y));
        let (first, second) = (x(low.max(a.y.min(b.y))), x(high.min(a.y.max(b.y))));
        let (west, east) = (first.min(second) - margin.x, first.max(second) + margin.x);
        self.column(west).max(*columns.start())..=self.column(east).min(*columns.end())
    }

    /// A million times what the arithmetic of [`Self::column`] and [`Self::place`] rounds, a millionth of a cell.
    fn margin(&self) -> Coord {
        let (min, max) = (self.bounds.min(), self.bounds.max());
        let size = |low: f64, high: f64| low.abs().max(high.abs()) * 1e-12 + (high - low) * 1e-9;
        Coord { x: size(min.x, max.x), y: size(min.y, max.y) }
    }

    fn tell_sides(&mut self, contains: impl Fn(Coord) -> bool) {
        for cell in 0..self.columns * self.rows {
            let neighbour = |distance: usize| {
                let known = cell.checked_sub(distance).map(|neighbour| self.sides[neighbour]);
                known.filter(|side| *side != Side::Both)
            };
            let left = if cell.is_multiple_of(self.columns) { None } else { neighbour(1) };
            let side = if self.starts[cell] < self.starts[cell + 1] {
                Side::Both
            } else if let Some(same) = left.or_else(|| neighbour(self.columns)) {
                same
            } else if contains(self.place(cell, 0.5)) {
                Side::Inside
            } else {
                Side::Outside
            };
            self.sides.push(side);
        }
    }

    /// The cells that a box meets, as far as it lies in the bounds.
    pub(crate) fn cells(&self, rect: &Rect) -> Cells {
        Cells {
            columns: self.column(rect.min().x)..=self.column(rect.max().x),
            rows: self.row(rect.min().y)..=self.row(rect.max().y),
        }
    }

    /// Side of the cell of a coordinate in the bounds.
    pub(crate) fn side_at(&self, p: Coord) -> Side {
        self.sides[self.row(p.y) * self.columns + self.column(p.x)]
    }

    /// On which sides the cells lie: on one, if no edge comes near.
    pub(crate) fn side(&self, cells: &Cells) -> Side {
        let columns = cells.columns.clone();
        if columns.start() == columns.end() && cells.rows.start() == cells.rows.end() {
            return self.sides[cells.rows.start() * self.columns + columns.start()];
        }
        let is_free = cells.rows.clone().all(|row| {
            let row = &self.sides[row * self.columns..][columns.clone()];
            row.iter().all(|side| *side != Side::Both)
        });
        if is_free { self.sides[cells.rows.start() * self.columns + columns.start()] } else { Side::Both }
    }

    /// Whether the test holds of some edge near the cells; an edge near several may be asked about again.
    pub(crate) fn any_edge(&self, cells: &Cells, mut is_hit: impl FnMut(usize) -> bool) -> bool {
        self.each(cells).any(|cell| {
            let edges = &self.edges[self.starts[cell] as usize..self.starts[cell + 1] as usize];
            edges.iter().any(|edge| is_hit(*edge as usize))
        })
    }

    /// Side of some cell without edges.
    pub(crate) fn some_side(&self, cells: &Cells) -> Option<Side> {
        self.each(cells).map(|cell| self.sides[cell]).find(|side| *side != Side::Both)
    }

    /// A place in the nearest cell without edges beside a coordinate in the bounds, at the same height, the cells between
    /// both, and its side; `None` if there is no such cell.
    pub(crate) fn beside(&self, p: Coord) -> Option<(Coord, Cells, Side)> {
        let (column, row) = (self.column(p.x), self.row(p.y));
        let sides = &self.sides[row * self.columns..][..self.columns];
        let is_free = |column: &usize| sides[*column] != Side::Both;
        let (left, right) = ((0..column).rev().find(is_free), (column..self.columns).find(is_free));
        let free = match (left, right) {
            (Some(left), Some(right)) if column - left < right - column => left,
            (left, right) => right.or(left)?,
        };
        let place = Coord { x: self.place(free, 0.5).x, y: p.y };
        let cells = Cells { columns: free.min(column)..=free.max(column), rows: row..=row };
        Some((place, cells, sides[free]))
    }

    fn each(&self, cells: &Cells) -> impl Iterator<Item = usize> + use<> {
        let (columns, width) = (cells.columns.clone(), self.columns);
        cells.rows.clone().flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }

    fn column(&self, x: f64) -> usize {
        // Saturates at either end.
        (((x - self.bounds.min().x) * self.scale.x) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.bounds.min().y) * self.scale.y) as usize).min(self.rows - 1)
    }

    /// A place in a cell; 0: its first corner, 1: its last.
    fn place(&self, cell: usize, part: f64) -> Coord {
        let (column, row) = ((cell % self.columns) as f64 + part, (cell / self.columns) as f64 + part);
        Coord { x: self.bounds.min().x + column * self.bounds.width() / self.columns as f64, y: self.y(row) }
    }

    /// Where a row begins.
    fn y(&self, row: f64) -> f64 {
        self.bounds.min().y + row * self.bounds.height() / self.rows as f64
    }
}
