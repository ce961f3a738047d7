//! Buildings on the plots: rows in the old town, houses along streets, farmsteads round a yard, halls.

use super::{
    curve::{Metres, at, contains, distance, dot, left_of, unit},
    land::{Cover, Ground, Zone},
    planar::{FaceId, Node},
    prng::Rng,
    uses::{Landmark, main_front},
};

/// Least distance of a building from the border of its plot, in metres.
const MARGIN_M: f64 = 0.12;

/// A building and the plot it stands on.
#[derive(Clone, Debug)]
pub(super) struct Raised {
    pub(super) face: FaceId,
    pub(super) function: &'static str,
    /// Footprint, counter-clockwise, not closed, in mm but rounded to cm.
    pub(super) footprint: Vec<Node>,
}

/// A rectangle along the street: metres along it from the corner of the plot, and away from it.
#[derive(Clone, Copy, Debug)]
struct Block {
    along: f64,
    away: f64,
    width: f64,
    depth: f64,
}

/// A plot seen from its street.
struct Yard {
    face: FaceId,
    origin: Metres,
    direction: Metres,
    front_m: f64,
    /// The border in metres along and away from the street.
    border: Vec<Metres>,
    taken: Vec<Block>,
    raised: Vec<Raised>,
}

/// Raises the buildings of all plots.
pub(super) fn raise(ground: &Ground, landmarks: &[Landmark]) -> Vec<Raised> {
    let mut raised = Vec::new();
    for face in 0..ground.map.len() {
        let Some(mut yard) = Yard::of(ground, face) else { continue };
        let mut rng = Rng::new("house", face);
        match landmarks.iter().find(|landmark| landmark.face == face) {
            Some(landmark) => yard.raise_landmark(landmark.function, &mut rng),
            None => yard.raise_usual(
                ground.map.data(face).cover,
                ground.map.data(face).zone,
                ground.map.area(face),
                &mut rng,
            ),
        }
        raised.append(&mut yard.raised);
    }
    raised
}

impl Yard {
    fn of(ground: &Ground, face: FaceId) -> Option<Self> {
        let built = [
            Cover::Housing,
            Cover::Mixed,
            Cover::Commerce,
            Cover::Public,
            Cover::Garden,
            Cover::Sport,
            Cover::Cemetery,
        ];
        if !built.contains(&ground.map.data(face).cover) {
            return None;
        }
        let ring = ground.map.ring(face);
        // Without a street, along the longest edge.
        let (a, b) = main_front(ground, face).map(|(a, b, _)| (a, b)).or_else(|| {
            let edges = ground.map.edges(face).map(|(a, b, _)| (a, b));
            edges.max_by(|p, q| distance(p.0, p.1).total_cmp(&distance(q.0, q.1)))
        })?;
        let direction = unit(b - a);
        let border = ring.iter().map(|p| at(dot(*p - a, direction), dot(*p - a, left_of(direction)))).collect();
        Some(Self {
            face,
            origin: a,
            direction,
            front_m: distance(a, b),
            border,
            taken: Vec::new(),
            raised: Vec::new(),
        })
    }

    fn raise_usual(&mut self, cover: Cover, zone: Zone, area_m2: f64, rng: &mut Rng) {
        match (cover, zone) {
            (Cover::Mixed | Cover::Housing, Zone::OldTown) if rng.chance(0.97) => self.raise_row_house(cover, rng),
            (Cover::Mixed, Zone::Village) if rng.chance(0.95) => self.raise_farmstead(rng),
            (Cover::Housing | Cover::Mixed, Zone::Village) if rng.chance(0.88) => self.raise_house(2.0, 6.0, rng),
            (Cover::Housing, Zone::Estate) if rng.chance(0.36) => self.raise_house(4.5, 5.5, rng),
            (Cover::Housing, Zone::Town) if area_m2 > 1_500.0 && rng.chance(0.7) => self.raise_flats(rng),
            (Cover::Housing | Cover::Mixed, Zone::Town) if rng.chance(0.93) => self.raise_house(2.5, 7.0, rng),
            (Cover::Commerce, _) if rng.chance(0.88) => self.raise_halls(rng),
            (Cover::Garden, _) if rng.chance(0.3) => {
                let size = (rng.range(3.5, 6.0), rng.range(3.0, 4.5));
                self.put_somewhere("Gartenhaus", size, (2.0, 20.0), rng);
            }
            _ => {}
        }
    }

    /// A house that fills its front.
    fn raise_row_house(&mut self, cover: Cover, rng: &mut Rng) {
        let function = if cover == Cover::Mixed { "Wohn- und Geschäftsgebäude" } else { "Wohnhaus" };
        let depth = rng.range(9.0, 13.0);
        let shares = [1.0, 0.94, 0.87, 0.8, 0.7, 0.6];
        let tries = shares.iter().flat_map(|width| [1.0, 0.8, 0.65].map(|share| (width, share)));
        for (width, share) in tries {
            let width = (self.front_m - 2.0 * MARGIN_M - 0.02).min(16.0) * width;
            for slack in [0.0, 0.5, 1.0] {
                let along = MARGIN_M + 0.01 + slack * (self.front_m - width - 2.0 * MARGIN_M - 0.02);
                if width > 3.5 && self.put(function, Block { along, away: 0.15, width, depth: depth * share }, rng) {
                    if rng.chance(0.7) {
                        self.put_somewhere(
                            "Nebengebäude",
                            (rng.range(4.5, 9.0), rng.range(4.0, 8.0)),
                            (depth + 1.5, depth + 12.0),
                            rng,
                        );
                    }
                    return;
                }
            }
        }
    }

    fn raise_house(&mut self, nearest_m: f64, farthest_m: f64, rng: &mut Rng) {
        let size = (rng.range(9.0, 13.5), rng.range(8.0, 10.5));
        if !self.put_somewhere("Wohnhaus", size, (nearest_m, farthest_m), rng) {
            self.put_somewhere("Wohnhaus", (8.0, 7.5), (0.8, 14.0), rng);
        }
        if rng.chance(0.5) {
            self.put_somewhere("Garage", (rng.range(3.0, 6.2), 6.1), (1.0, 16.0), rng);
        }
        if rng.chance(0.55) {
            self.put_somewhere("Schuppen", (rng.range(3.5, 8.0), rng.range(3.0, 5.5)), (14.0, 34.0), rng);
        }
    }

    /// Three or four wings round a yard (Dreiseithof, Vierseithof), as far as they fit.
    fn raise_farmstead(&mut self, rng: &mut Rng) {
        let setback = rng.range(1.5, 5.0);
        let house = (rng.range(14.0, 20.0), rng.range(8.5, 10.5));
        if !self.put_somewhere("Bauernhaus", house, (setback, setback + 5.0), rng)
            && !self.put_somewhere("Wohnhaus", (11.0, 9.0), (1.0, 12.0), rng)
        {
            return;
        }
        self.put_somewhere("Scheune", (rng.range(18.0, 27.0), rng.range(9.5, 12.0)), (24.0, 42.0), rng);
        self.put_somewhere("Stall", (rng.range(7.5, 9.5), rng.range(15.0, 22.0)), (4.0, 18.0), rng);
        if rng.chance(0.5) {
            self.put_somewhere("Schuppen", (rng.range(6.0, 9.0), rng.range(9.0, 14.0)), (6.0, 26.0), rng);
        }
    }

    fn raise_flats(&mut self, rng: &mut Rng) {
        let size = (rng.range(26.0, 44.0), rng.range(10.5, 12.5));
        if !self.put_somewhere("Mehrfamilienhaus", size, (4.0, 12.0), rng) {
            self.raise_house(2.5, 7.0, rng);
        }
    }

    fn raise_halls(&mut self, rng: &mut Rng) {
        self.put_somewhere("Produktionsgebäude", (rng.range(32.0, 62.0), rng.range(20.0, 36.0)), (10.0, 26.0), rng);
        self.put_somewhere("Bürogebäude", (rng.range(12.0, 22.0), rng.range(9.0, 12.0)), (4.0, 10.0), rng);
        if rng.chance(0.6) {
            self.put_somewhere("Lagerhalle", (rng.range(16.0, 34.0), rng.range(12.0, 20.0)), (30.0, 70.0), rng);
        }
    }

    fn raise_landmark(&mut self, function: &'static str, rng: &mut Rng) {
        let (size, setback) = match function {
            "Kirche" => ((11.0, 24.0), (3.0, 10.0)),
            "Burg" => ((38.0, 14.0), (8.0, 20.0)),
            "Allgemeinbildende Schule" | "Krankenhaus" => ((46.0, 14.0), (6.0, 14.0)),
            "Sporthalle" => ((28.0, 16.0), (4.0, 12.0)),
            "Rathaus" => ((18.0, 13.0), (0.5, 3.0)),
            "Friedhofskapelle" => ((8.0, 11.0), (8.0, 20.0)),
            _ => ((17.0, 10.0), (2.0, 8.0)),
        };
        self.put_somewhere(function, size, setback, rng);
        if function == "Burg" {
            self.put_somewhere("Bergfried", (9.0, 9.0), (24.0, 40.0), rng);
        }
    }

    /// Looks for a place in the plot, getting smaller from try to try.
    fn put_somewhere(&mut self, function: &'static str, size: (f64, f64), away: (f64, f64), rng: &mut Rng) -> bool {
        (0..14).any(|attempt| {
            let shrink = 1.0 - 0.035 * f64::from(attempt);
            let (width, depth) = (size.0 * shrink, size.1 * shrink);
            let along = rng.range(0.6, (self.front_m - width - 0.6).max(0.7));
            let reach = away.1 + f64::from(attempt) * 0.8;
            self.put(function, Block { along, away: rng.range(away.0, reach), width, depth }, rng)
        })
    }

    /// Puts a building in a place if it is free.
    fn put(&mut self, function: &'static str, block: Block, rng: &mut Rng) -> bool {
        if !self.is_free(block) {
            return false;
        }
        self.taken.push(block);
        let Block { along, away, width, depth } = block;
        let corner = |x: f64, y: f64| (along + x * width, away + y * depth);
        let mut points = vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)];
        // Some have a wing: the rectangle less a corner at the back.
        if width > 9.0 && depth > 7.0 && rng.chance(0.32) {
            let (x, y) = (rng.range(0.4, 0.62), rng.range(0.55, 0.72));
            points = vec![
                corner(0.0, 0.0),
                corner(1.0, 0.0),
                corner(1.0, y),
                corner(x, y),
                corner(x, 1.0),
                corner(0.0, 1.0),
            ];
        }
        let to_cm = |p: Metres| Node { x: (p.x * 100.0).round() as i64 * 10, y: (p.y * 100.0).round() as i64 * 10 };
        let footprint =
            points.into_iter().map(|(x, y)| to_cm(self.origin + self.direction * x + left_of(self.direction) * y));
        let footprint = footprint.collect();
        self.raised.push(Raised { face: self.face, function, footprint });
        true
    }

    /// Whether a place lies within the plot and apart from what stands there.
    fn is_free(&self, block: Block) -> bool {
        let (low, high) = (
            at(block.along - MARGIN_M, block.away - MARGIN_M),
            at(block.along + block.width + MARGIN_M, block.away + block.depth + MARGIN_M),
        );
        let corners = [low, at(high.x, low.y), high, at(low.x, high.y)];
        let edges =
            || (0..self.border.len()).map(|index| (self.border[index], self.border[(index + 1) % self.border.len()]));
        corners.iter().all(|corner| contains(&self.border, *corner))
            && edges().all(|(a, b)| !passes(a, b, low, high))
            && self.taken.iter().all(|other| {
                let gap = 0.8;
                block.along > other.along + other.width + gap
                    || other.along > block.along + block.width + gap
                    || block.away > other.away + other.depth + gap
                    || other.away > block.away + block.depth + gap
            })
    }
}

/// Whether a segment passes through an upright rectangle.
fn passes(a: Metres, b: Metres, low: Metres, high: Metres) -> bool {
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (start, step, low, high) in [(a.x, b.x - a.x, low.x, high.x), (a.y, b.y - a.y, low.y, high.y)] {
        if step == 0.0 {
            if start < low || start > high {
                return false;
            }
            continue;
        }
        let (near, far) = ((low - start) / step, (high - start) / step);
        enter = enter.max(near.min(far));
        leave = leave.min(near.max(far));
    }
    enter <= leave
}
