//! The order in which a collection lies: along a Hilbert curve over the world.
//!
//! Near in order is near on the map, so that an answer is a few runs of memory. The curve spans the whole
//! world and not the data at hand: a position keeps its place whatever is added or removed, and a cursor
//! stays good. 32 bits an axis part positions a centimetre from each other.

use geo_types::Rect;

/// Place on the curve of what has no geometry: after all that has.
pub(crate) const NOWHERE: u64 = u64::MAX;

/// Place of a box's centre on the curve, in CRS84.
pub(crate) fn key(bounds: &Rect) -> u64 {
    let centre = bounds.center();
    let scale = |value: f64, size: f64| ((value / size + 0.5) * 4_294_967_296.0) as u32;
    // The last place is kept for what has none.
    index(scale(centre.x, 360.0), scale(centre.y, 180.0)).min(NOWHERE - 1)
}

/// Distance along the curve of order 32; after Hilbert (1891), quadrant by quadrant.
fn index(mut x: u32, mut y: u32) -> u64 {
    let mut index = 0;
    for bit in (0..u32::BITS).rev() {
        let (right, upper) = ((x >> bit) & 1, (y >> bit) & 1);
        index = (index << 2) | u64::from((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::index;

    /// Places of a curve of the same order, for the cells of a small square at the origin.
    fn cells(size: u32) -> Vec<(u64, (u32, u32))> {
        let mut cells: Vec<_> =
            (0..size * size).map(|i| (i % size, i / size)).map(|(x, y)| (index(x, y), (x, y))).collect();
        cells.sort_unstable();
        cells
    }

    #[test]
    fn the_curve_goes_from_neighbour_to_neighbour() {
        let cells = cells(64);
        for pair in cells.windows(2) {
            let ((index, cell), (next_index, next_cell)) = (pair[0], pair[1]);
            assert_eq!(next_index - index, 1, "no gap in a square whose side is a power of two");
            assert_eq!(cell.0.abs_diff(next_cell.0) + cell.1.abs_diff(next_cell.1), 1);
        }
    }

    proptest! {
        #[test]
        fn different_positions_have_different_places(a in any::<(u32, u32)>(), b in any::<(u32, u32)>()) {
            prop_assert_eq!(index(a.0, a.1) == index(b.0, b.1), a == b);
        }
    }
}
