//! A packed R-tree over boxes that are already in a good order.
//!
//! Nothing is sorted here: items are packed sixteen to a node in the order given (Hilbert order for
//! records, order along the ring for edges), so an answer is a few *ranges* of that order. Boxes are
//! kept as `f32` relative to an origin, rounded outwards: half the memory and no false negative. A hit
//! is a candidate, except where it is said to lie inside.

use std::ops::Range;

use geo_types::{Coord, Rect};

const FAN_OUT: usize = 16;

/// An outward-rounded box relative to the origin of its tree: min x, min y, -max x, -max y. With the signs turned, each test
/// is one and the same comparison of all four numbers, which a processor does at once.
type Packed = [f32; 4];

const EMPTY: Packed = [f32::INFINITY; 4];

/// How a box lies to what is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Nothing in the box can be a hit.
    Disjoint,
    /// Something in the box may be.
    Overlaps,
    /// What is in the box certainly is a hit if it is all of a piece: the box reaches from one side of what is
    /// searched into it, between two others.
    Crosses,
    /// Everything in the box is.
    Inside,
}

/// The tree. Item `i` is the `i`-th box given.
#[derive(Clone, Debug, Default)]
pub(crate) struct PackedTree {
    origin: Coord,
    /// All levels, the items' boxes first.
    boxes: Vec<Packed>,
    /// Where each level begins, and the end.
    levels: Vec<usize>,
}

impl PackedTree {
    /// Builds the tree in linear time.
    pub(crate) fn new(items: impl IntoIterator<Item = Rect>, origin: Coord) -> Self {
        let mut boxes: Vec<Packed> = items.into_iter().map(|item| outward(&item, origin)).collect();
        let mut levels = vec![0, boxes.len()];
        let mut start = 0;
        while boxes.len() - start > FAN_OUT {
            let end = boxes.len();
            boxes.reserve((end - start).div_ceil(FAN_OUT));
            for first in (start..end).step_by(FAN_OUT) {
                let node = boxes[first..end.min(first + FAN_OUT)].iter().fold(EMPTY, union);
                boxes.push(node);
            }
            start = end;
            levels.push(boxes.len());
        }
        boxes.shrink_to_fit();
        Self { origin, boxes, levels }
    }

    /// Number of items.
    pub(crate) fn len(&self) -> usize {
        self.levels.get(1).copied().unwrap_or_default()
    }

    /// Bytes on the heap.
    pub(crate) fn memory(&self) -> usize {
        self.boxes.capacity() * size_of::<Packed>() + self.levels.capacity() * size_of::<usize>()
    }

    /// Items whose box may intersect the rectangle, as ascending ranges, and how their boxes lie to it.
    pub(crate) fn search(&self, query: &Rect, mut visit: impl FnMut(Range<u32>, Relation)) {
        let (inner, limits) = (inward(query, self.origin), Limits::of(&outward(query, self.origin)));
        let crossed = Crossed::of(&inner);
        let mut relate = |node: &Packed, is_item: bool| {
            if is_within(node, &inner) {
                Relation::Inside
            } else if is_item && crossed.by(node) {
                Relation::Crosses
            } else {
                Relation::Overlaps
            }
        };
        self.walk(&limits, &mut relate, &mut |items, relation| {
            visit(items, relation);
            false
        });
    }

    /// As [`Self::search`], with a finer judgement of boxes that overlap `bounds`, given in the
    /// coordinates of the items.
    pub(crate) fn search_by(
        &self,
        bounds: &Rect,
        mut relate: impl FnMut(&Rect) -> Relation,
        mut visit: impl FnMut(Range<u32>, Relation),
    ) {
        let limits = Limits::of(&outward(bounds, self.origin));
        self.walk(&limits, &mut |node, _| relate(&self.unpack(node)), &mut |items, relation| {
            visit(items, relation);
            false
        });
    }

    /// Whether `is_hit` holds of some item whose box may intersect the rectangle.
    pub(crate) fn any(&self, query: &Rect, mut is_hit: impl FnMut(usize) -> bool) -> bool {
        let limits = Limits::of(&outward(query, self.origin));
        self.walk(&limits, &mut |_, _| Relation::Overlaps, &mut |items, _| {
            items.into_iter().any(|item| is_hit(item as usize))
        })
    }

    /// Depth first, in item order, until `visit` says so; whether it did. `relate` is asked about boxes within the limits, and
    /// told whether they are those of items.
    fn walk(
        &self,
        limits: &Limits,
        relate: &mut impl FnMut(&Packed, bool) -> Relation,
        visit: &mut impl FnMut(Range<u32>, Relation) -> bool,
    ) -> bool {
        let Some(top) = self.levels.len().checked_sub(2) else { return false };
        self.walk_nodes(top, self.levels[top]..self.levels[top + 1], limits, relate, visit)
    }

    /// Sees the nodes below one. As deep as the tree, which has seven levels at most.
    fn walk_nodes(
        &self,
        level: usize,
        nodes: Range<usize>,
        limits: &Limits,
        relate: &mut impl FnMut(&Packed, bool) -> Relation,
        visit: &mut impl FnMut(Range<u32>, Relation) -> bool,
    ) -> bool {
        let boxes = &self.boxes[nodes.clone()];
        // All at once, and then only those that are met: which they are, no processor can guess.
        let met = boxes.iter().enumerate().fold(0u32, |met, (index, node)| met | u32::from(limits.hold(node)) << index);
        for index in ones(met) {
            let position = nodes.start + index - self.levels[level];
            let stop = match relate(&boxes[index], level == 0) {
                Relation::Disjoint => false,
                Relation::Inside => visit(self.items_below(level, position), Relation::Inside),
                relation if level == 0 => visit(self.items_below(0, position), relation),
                Relation::Overlaps | Relation::Crosses => {
                    let first = self.levels[level - 1] + position * FAN_OUT;
                    let end = self.levels[level].min(first + FAN_OUT);
                    self.walk_nodes(level - 1, first..end, limits, relate, visit)
                }
            };
            if stop {
                return true;
            }
        }
        false
    }

    fn items_below(&self, level: usize, position: usize) -> Range<u32> {
        let width = FAN_OUT.pow(level as u32);
        let first = position * width;
        first as u32..self.levels[1].min(first + width) as u32
    }

    /// The box in the coordinates of the items, still rounded outwards.
    fn unpack(&self, [min_x, min_y, max_x, max_y]: &Packed) -> Rect {
        // Adding the origin may round inwards by half a step; this is one at least.
        let below = |number: f64| number - number.abs() * f64::EPSILON;
        let above = |number: f64| number + number.abs() * f64::EPSILON;
        Rect::new(
            (below(f64::from(*min_x) + self.origin.x), below(f64::from(*min_y) + self.origin.y)),
            (above(f64::from(-*max_x) + self.origin.x), above(f64::from(-*max_y) + self.origin.y)),
        )
    }
}

/// What no number of a box that meets another one is greater than.
struct Limits(Packed);

impl Limits {
    fn of([min_x, min_y, max_x, max_y]: &Packed) -> Self {
        Self([-max_x, -max_y, -min_x, -min_y])
    }

    fn hold(&self, node: &Packed) -> bool {
        are_at_most(node, &self.0)
    }
}

/// What is crossed.
struct Crossed {
    inner: Packed,
    /// Two steps less than its limits: boxes are rounded outwards by no more.
    limits: Packed,
}

impl Crossed {
    fn of(inner: &Packed) -> Self {
        Self { inner: *inner, limits: Limits::of(inner).0.map(|limit| limit.next_down().next_down()) }
    }

    /// Whether what fills an outward-rounded box from side to side gets in: between two opposite sides, and
    /// certainly not short of it in the other direction.
    fn by(&self, node: &Packed) -> bool {
        let is_between = |axis: usize| self.inner[axis] <= node[axis] && self.inner[axis + 2] <= node[axis + 2];
        let reaches = |axis: usize| node[axis] <= self.limits[axis] && node[axis + 2] <= self.limits[axis + 2];
        (is_between(0) && reaches(1)) || (is_between(1) && reaches(0))
    }
}

/// Places of the bits that are set, ascending.
fn ones(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(place)
    })
}

fn union(a: Packed, b: &Packed) -> Packed {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].min(b[2]), a[3].min(b[3])]
}

fn is_within(a: &Packed, b: &Packed) -> bool {
    are_at_most(b, a)
}

/// Without a jump between the four.
fn are_at_most(a: &Packed, b: &Packed) -> bool {
    let [first, second, third, fourth] = [a[0] <= b[0], a[1] <= b[1], a[2] <= b[2], a[3] <= b[3]];
    first & second & third & fourth
}

fn outward(rect: &Rect, origin: Coord) -> Packed {
    let (min, max) = (rect.min() - origin, rect.max() - origin);
    [below(min.x), below(min.y), -above(max.x), -above(max.y)]
}

fn inward(rect: &Rect, origin: Coord) -> Packed {
    let (min, max) = (rect.min() - origin, rect.max() - origin);
    [above(min.x), above(min.y), -below(max.x), -below(max.y)]
}

/// An `f32` certainly below, by one more step than rounding asks for.
fn below(x: f64) -> f32 {
    (x as f32).next_down()
}

fn above(x: f64) -> f32 {
    (x as f32).next_up()
}

#[cfg(test)]
mod tests {
    use geo_types::{Coord, Rect};
    use proptest::prelude::*;

    use super::{PackedTree, Relation};

    fn rect() -> impl Strategy<Value = Rect> {
        (-50.0..50.0f64, -50.0..50.0f64, 0.0..8.0f64, 0.0..8.0f64)
            .prop_map(|(x, y, w, h)| Rect::new((x, y), (x + w, y + h)))
    }

    fn overlaps(a: &Rect, b: &Rect) -> bool {
        a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
    }

    fn is_within(a: &Rect, b: &Rect) -> bool {
        b.min().x <= a.min().x && a.max().x <= b.max().x && b.min().y <= a.min().y && a.max().y <= b.max().y
    }

    fn between(min: f64, max: f64, low: f64, high: f64) -> bool {
        low <= min && max <= high
    }

    proptest! {
        #[test]
        fn no_overlapping_box_is_missed_and_inside_is_inside(
            items in proptest::collection::vec(rect(), 0..600),
            query in rect(),
            shift in -1e7..1e7f64,
        ) {
            let shift = Coord { x: shift, y: shift };
            let moved = |rect: &Rect| Rect::new(rect.min() + shift, rect.max() + shift);
            let items: Vec<Rect> = items.iter().map(moved).collect();
            let query = moved(&query);
            let tree = PackedTree::new(items.iter().copied(), shift);
            let mut hits = Vec::new();
            tree.search(&query, |range, relation| hits.extend(range.map(|item| (item as usize, relation))));
            prop_assert!(hits.is_sorted_by(|a, b| a.0 < b.0), "ascending, no item twice");
            for (item, rect) in items.iter().enumerate() {
                let hit = hits.iter().find(|(hit, _)| *hit == item);
                prop_assert!(hit.is_some() || !overlaps(rect, &query), "item {item} missed");
                let relation = hit.map_or(Relation::Disjoint, |(_, relation)| *relation);
                prop_assert!(relation != Relation::Inside || is_within(rect, &query), "{item} is not inside");
                let (x, y) = (between(rect.min().x, rect.max().x, query.min().x, query.max().x),
                    between(rect.min().y, rect.max().y, query.min().y, query.max().y));
                prop_assert!(relation != Relation::Crosses || (overlaps(rect, &query) && (x || y)), "{item} need not cross");
            }
            let mut by_judgement = Vec::new();
            let judge = |node: &Rect| if is_within(node, &query) { Relation::Inside } else { Relation::Overlaps };
            tree.search_by(&query, judge, |range, _| by_judgement.extend(range.map(|item| item as usize)));
            prop_assert_eq!(by_judgement, hits.iter().map(|(item, _)| *item).collect::<Vec<_>>());
            let last = hits.last().map(|(item, _)| *item);
            prop_assert_eq!(tree.any(&query, |item| Some(item) == last), last.is_some());
        }
    }

    #[test]
    fn an_empty_tree_has_no_items() {
        let mut hits = 0;
        let everywhere = Rect::new((-180.0, -90.0), (180.0, 90.0));
        PackedTree::new([], Coord::zero()).search(&everywhere, |_, _| hits += 1);
        PackedTree::default().search(&everywhere, |_, _| hits += 1);
        assert_eq!(hits, 0);
    }
}
