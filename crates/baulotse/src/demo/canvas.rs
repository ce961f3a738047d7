//! A small canvas: polygons and discs in flat colours with smooth edges, the same pixels on every machine.

use cadastre::picture::Size;

/// Lines that each row of pixels is looked at: edges are smooth to a quarter of a pixel downwards, and exact across.
const LINES: usize = 4;
/// Corners of a disc.
const CORNERS: usize = 48;

/// A colour in sRGB, 0 to 255 each.
pub(super) type Colour = [u8; 3];

/// A picture in the making; coordinates in pixels from the top left corner.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    size: Size,
    pixels: Vec<f32>,
}

impl Canvas {
    /// A canvas with a sky: one colour at the top, another at the bottom.
    pub(super) fn new(size: Size, top: Colour, bottom: Colour) -> Self {
        let rows = (0..size.height).flat_map(|y| {
            let share = y as f32 / size.height as f32;
            let colour = mixed(top, bottom, share).map(f32::from);
            std::iter::repeat_n(colour, size.width as usize).flatten()
        });
        Self { size, pixels: rows.collect() }
    }

    /// Fills a polygon, even-odd, so opaque: 0 to 1.
    pub(super) fn fill(&mut self, corners: &[(f32, f32)], colour: Colour, opacity: f32) {
        let low = corners.iter().map(|corner| corner.1).fold(f32::MAX, f32::min).max(0.0) as usize;
        let high = corners.iter().map(|corner| corner.1).fold(f32::MIN, f32::max).ceil().max(0.0) as usize;
        let mut coverage = vec![0.0_f32; self.size.width as usize];
        for row in low..high.min(self.size.height as usize) {
            coverage.fill(0.0);
            for line in 0..LINES {
                let y = row as f32 + (line as f32 + 0.5) / LINES as f32;
                for span in crossings(corners, y).chunks_exact(2) {
                    cover(&mut coverage, span[0], span[1], 1.0 / LINES as f32);
                }
            }
            self.blend(row, &coverage, colour, opacity);
        }
    }

    fn blend(&mut self, row: usize, coverage: &[f32], colour: Colour, opacity: f32) {
        let width = self.size.width as usize;
        let pixels = self.pixels[row * width * 3..(row + 1) * width * 3].chunks_exact_mut(3);
        for (pixel, covered) in pixels.zip(coverage).filter(|(_, covered)| **covered > 0.0) {
            let share = covered.min(1.0) * opacity;
            for (channel, new) in pixel.iter_mut().zip(colour) {
                *channel += (f32::from(new) - *channel) * share;
            }
        }
    }

    /// Fills a rectangle.
    pub(super) fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Colour) {
        self.fill(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour, 1.0);
    }

    /// Fills a disc, or an ellipse.
    pub(super) fn disc(&mut self, (x, y): (f32, f32), (across, down): (f32, f32), colour: Colour, opacity: f32) {
        let corners: Vec<(f32, f32)> = circle().map(|(cos, sin)| (x + across * cos, y + down * sin)).collect();
        self.fill(&corners, colour, opacity);
    }

    /// Rows from the top, three bytes a pixel.
    pub(super) fn into_pixels(self) -> Vec<u8> {
        self.pixels.into_iter().map(|channel| (channel + 0.5) as u8).collect()
    }
}

/// A colour between two: `share` of the second.
pub(super) fn mixed(a: Colour, b: Colour, share: f32) -> Colour {
    std::array::from_fn(|i| (f32::from(a[i]) + (f32::from(b[i]) - f32::from(a[i])) * share + 0.5) as u8)
}

/// Points of the unit circle. Turned step by step by a quotient of whole numbers (a Pythagorean triple): no function of
/// the platform's maths library, and so the same everywhere.
fn circle() -> impl Iterator<Item = (f32, f32)> {
    // Half of an eighth of a right angle, as near as need be: tan(π / 48).
    let tangent = 0.065_543_465_f32;
    let (cos, sin) = ((1.0 - tangent * tangent) / (1.0 + tangent * tangent), 2.0 * tangent / (1.0 + tangent * tangent));
    std::iter::successors(Some((1.0_f32, 0.0_f32)), move |(x, y)| Some((x * cos - y * sin, x * sin + y * cos)))
        .take(CORNERS)
}

/// Where the edges cross a line, ascending.
fn crossings(corners: &[(f32, f32)], y: f32) -> Vec<f32> {
    let next = corners.iter().cycle().skip(1);
    let mut crossings: Vec<f32> = corners
        .iter()
        .zip(next)
        .filter(|(a, b)| (a.1 <= y) != (b.1 <= y))
        .map(|(a, b)| a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0))
        .collect();
    crossings.sort_by(f32::total_cmp);
    crossings
}

/// Adds what a span covers of each pixel.
fn cover(coverage: &mut [f32], from: f32, to: f32, weight: f32) {
    let (from, to) = (from.max(0.0), to.min(coverage.len() as f32));
    if to <= from {
        return;
    }
    let (first, last) = (from as usize, (to.ceil() as usize).min(coverage.len()));
    for (pixel, covered) in coverage[first..last].iter_mut().zip(first..) {
        let left = from.max(pixel_edge(covered));
        let right = to.min(pixel_edge(covered + 1));
        *pixel += (right - left) * weight;
    }
}

fn pixel_edge(pixel: usize) -> f32 {
    pixel as f32
}

#[cfg(test)]
mod tests {
    use cadastre::picture::Size;

    use super::{Canvas, circle};

    const WHITE: [u8; 3] = [255; 3];
    const BLACK: [u8; 3] = [0; 3];

    fn check(draw: impl FnOnce(&mut Canvas), expected: [u8; 4]) {
        let mut canvas = Canvas::new(Size { width: 4, height: 1 }, BLACK, BLACK);
        draw(&mut canvas);
        let red: Vec<u8> = canvas.into_pixels().chunks_exact(3).map(|pixel| pixel[0]).collect();
        assert_eq!(red, expected);
    }

    #[test]
    fn an_edge_within_a_pixel_covers_a_part_of_it() {
        check(|canvas| canvas.rect(1.0, 0.0, 2.0, 1.0, WHITE), [0, 255, 255, 0]);
        check(|canvas| canvas.rect(0.5, 0.0, 2.0, 1.0, WHITE), [128, 255, 128, 0]);
        check(|canvas| canvas.rect(0.0, 0.5, 4.0, 1.0, WHITE), [128; 4]);
        check(|canvas| canvas.rect(-5.0, -5.0, 100.0, 100.0, WHITE), [255; 4]);
        check(|canvas| canvas.rect(9.0, 0.0, 2.0, 1.0, WHITE), [0; 4]);
        check(|canvas| canvas.fill(&[(0.0, 0.0), (4.0, 0.0), (4.0, 1.0), (0.0, 1.0)], WHITE, 0.5), [128; 4]);
    }

    #[test]
    fn a_circle_closes() {
        let points: Vec<_> = circle().collect();
        assert_eq!(points.len(), 48);
        let (x, y) = points[12];
        assert!(x.abs() < 1e-3 && (y - 1.0).abs() < 1e-3, "{x} {y}");
    }
}
