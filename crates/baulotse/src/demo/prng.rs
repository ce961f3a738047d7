//! A small seeded generator: the same numbers on every machine and in every release.
//!
//! splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). No function
//! of the platform's maths library is used anywhere in the demo: only `+ - * /` and `sqrt`, which IEEE 754
//! rounds the same way everywhere.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A stream of pseudo-random numbers.
#[derive(Clone, Debug)]
pub(super) struct Rng(u64);

impl Rng {
    /// The stream of a purpose (`label`) and an index: streams do not disturb each other, so that more
    /// numbers drawn for one thing leave all others as they were.
    pub(super) fn new(label: &str, index: usize) -> Self {
        let seed = label.bytes().fold(GOLDEN, |state, byte| mix(state ^ u64::from(byte)));
        Self(mix(seed ^ mix(index as u64)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number in `[0, 1)`.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number in `[low, high)`.
    pub(super) fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// An index in `0..len`; 0 for an empty range.
    pub(super) fn index(&mut self, len: usize) -> usize {
        ((self.unit() * len as f64) as usize).min(len.saturating_sub(1))
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of the choices, which must not be empty.
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }

    /// Puts the items in a random order (Fisher–Yates).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.index(last + 1));
        }
    }
}

/// Smooth noise over the plane: values at the corners of a lattice, blended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    seed: u64,
    /// Width of a lattice cell in metres.
    cell_m: f64,
}

impl Noise {
    pub(super) fn new(label: &str, cell_m: f64) -> Self {
        Self { seed: Rng::new(label, 0).next(), cell_m }
    }

    /// A value in `[-1, 1]`, continuous in x and y (EPSG:25833, metres).
    pub(super) fn at(self, x: f64, y: f64) -> f64 {
        let (column, row) = ((x / self.cell_m).floor(), (y / self.cell_m).floor());
        let fade = |t: f64| t * t * (3.0 - 2.0 * t);
        let (u, v) = (fade(x / self.cell_m - column), fade(y / self.cell_m - row));
        let corner = |dx: f64, dy: f64| {
            let key = mix((column + dx).to_bits() ^ mix((row + dy).to_bits() ^ self.seed));
            (key >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        };
        let low = corner(0.0, 0.0) * (1.0 - u) + corner(1.0, 0.0) * u;
        let high = corner(0.0, 1.0) * (1.0 - u) + corner(1.0, 1.0) * u;
        low * (1.0 - v) + high * v
    }
}

#[cfg(test)]
mod tests {
    use super::{Noise, Rng};

    #[test]
    fn the_stream_never_changes() {
        let mut rng = Rng::new("test", 1);
        let drawn: Vec<usize> = (0..8).map(|_| rng.index(1000)).collect();
        let mut again = Rng::new("test", 1);
        assert_eq!(drawn, (0..8).map(|_| again.index(1000)).collect::<Vec<_>>());
        assert_eq!(drawn, [966, 648, 418, 877, 470, 399, 209, 443]);
        assert_ne!(drawn, (0..8).map(|_| Rng::new("test", 2).index(1000)).collect::<Vec<_>>());
    }

    #[test]
    fn noise_is_bounded_and_has_no_steps() {
        let noise = Noise::new("test", 100.0);
        for step in 0..2000 {
            let x = f64::from(step) * 0.5;
            assert!(noise.at(x, 37.0).abs() <= 1.0);
            assert!((noise.at(x, 37.0) - noise.at(x + 0.5, 37.0)).abs() < 0.02);
        }
    }
}
