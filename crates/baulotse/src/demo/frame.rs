//! The narrowest upright frame round an area: its long and its short direction.

use super::curve::{Metres, at, distance, dot, left_of, unit};

/// A rectangle in any direction round an area.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    middle: Metres,
    /// Direction of the longer side.
    pub(super) long: Metres,
    /// Metres along the longer side.
    pub(super) length_m: f64,
    /// Metres along the shorter side.
    pub(super) width_m: f64,
}

impl Frame {
    /// The frame of least area with a side along one of the longer edges of the ring.
    pub(super) fn of(ring: &[Metres]) -> Self {
        let edges = (0..ring.len()).map(|index| (ring[index], ring[(index + 1) % ring.len()]));
        let mut directions: Vec<(f64, Metres)> = edges.map(|(a, b)| (distance(a, b), unit(b - a))).collect();
        directions.sort_by(|a, b| b.0.total_cmp(&a.0));
        let frames = directions.iter().take(12).map(|(_, direction)| Self::along(ring, *direction));
        frames
            .min_by(|a, b| (a.length_m * a.width_m).total_cmp(&(b.length_m * b.width_m)))
            .unwrap_or_else(|| Self::along(ring, at(1.0, 0.0)))
    }

    fn along(ring: &[Metres], direction: Metres) -> Self {
        let extent = |axis: Metres| {
            ring.iter()
                .map(|point| dot(*point - ring[0], axis))
                .fold((0.0f64, 0.0f64), |(low, high), value| (low.min(value), high.max(value)))
        };
        let (side, origin) = (left_of(direction), ring.first().copied().unwrap_or_default());
        let ((low, high), (near, far)) = (extent(direction), extent(side));
        let middle = origin + direction * f64::midpoint(low, high) + side * f64::midpoint(near, far);
        if high - low >= far - near {
            Self { middle, long: direction, length_m: high - low, width_m: far - near }
        } else {
            Self { middle, long: side, length_m: far - near, width_m: high - low }
        }
    }

    /// A line across the longer side at `share` of it, turned by `slant` (the tangent of the angle) and bent by
    /// the sagittas `bend` in metres; its ends lie outside.
    pub(super) fn across(&self, share: f64, slant: f64, bend: &[f64]) -> Vec<Metres> {
        let start = self.middle + self.long * ((share - 0.5) * self.length_m);
        bent(start, unit(left_of(self.long) + self.long * slant), self.width_m * 0.5 * (1.0 + slant.abs()) + 12.0, bend)
    }

    /// As [`Frame::across`], along the longer side at `share` of the shorter.
    pub(super) fn lengthwise(&self, share: f64, slant: f64, bend: &[f64]) -> Vec<Metres> {
        let start = self.middle + left_of(self.long) * ((share - 0.5) * self.width_m);
        let reach = self.length_m * 0.5 * (1.0 + slant.abs()) + 12.0;
        bent(start, unit(self.long + left_of(self.long) * slant), reach, bend)
    }
}

/// A line through `middle` with `bend` metres to the left at evenly spaced points between its ends.
fn bent(middle: Metres, direction: Metres, reach_m: f64, bend: &[f64]) -> Vec<Metres> {
    let mut line = vec![middle - direction * reach_m];
    for (index, left_m) in bend.iter().enumerate() {
        let along = (index + 1) as f64 / (bend.len() + 1) as f64 * 2.0 - 1.0;
        line.push(middle + direction * (along * reach_m) + left_of(direction) * *left_m);
    }
    line.push(middle + direction * reach_m);
    line
}

#[cfg(test)]
mod tests {
    use super::Frame;
    use crate::demo::curve::{at, distance};

    #[test]
    fn a_frame_lies_along_a_turned_rectangle() {
        let ring = [at(0.0, 0.0), at(40.0, 30.0), at(34.0, 38.0), at(-6.0, 8.0)];
        let frame = Frame::of(&ring);
        assert!((frame.length_m - 50.0).abs() < 1e-9 && (frame.width_m - 10.0).abs() < 1e-9);
        let across = frame.across(0.5, 0.0, &[]);
        assert!(distance((across[0] + across[1]) * 0.5, at(17.0, 19.0)) < 1e-9);
        assert!(distance(across[0], across[1]) > 10.0);
    }
}
