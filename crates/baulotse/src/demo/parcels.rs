//! Blocks parted into plots, open land into fields, meadows and woods.

use super::{
    curve::{Metres, distance},
    cut::Limits,
    frame::Frame,
    land::{Cover, Ground, Zone},
    names::PLACES,
    planar::{FaceId, Node, to_metres},
    prng::{Noise, Rng},
};

/// How the plots of a zone are cut.
struct Pattern {
    /// Usual size of a plot.
    plot_m2: f64,
    /// Usual depth from the street; blocks twice as deep are parted lengthwise.
    depth_m: f64,
    /// Least length along a street.
    front_m: f64,
    /// How far cuts may lean, as a tangent.
    slant: f64,
    limits: Limits,
}

fn pattern(zone: Zone) -> Option<Pattern> {
    let limits = |area_m2, width_m| Limits { area_m2, width_m, sine: 0.35 };
    Some(match zone {
        Zone::Outside => return None,
        Zone::OldTown => {
            Pattern { plot_m2: 235.0, depth_m: 22.0, front_m: 5.5, slant: 0.14, limits: limits(70.0, 3.4) }
        }
        Zone::Town => Pattern { plot_m2: 700.0, depth_m: 34.0, front_m: 9.0, slant: 0.06, limits: limits(170.0, 5.5) },
        Zone::Estate => {
            Pattern { plot_m2: 640.0, depth_m: 29.0, front_m: 13.0, slant: 0.02, limits: limits(350.0, 8.0) }
        }
        Zone::Commerce => {
            Pattern { plot_m2: 6_500.0, depth_m: 85.0, front_m: 25.0, slant: 0.05, limits: limits(900.0, 12.0) }
        }
        Zone::Village => {
            Pattern { plot_m2: 1_150.0, depth_m: 48.0, front_m: 11.0, slant: 0.12, limits: limits(220.0, 6.0) }
        }
    })
}

/// Parts everything that is still open into parcels.
pub(super) fn parcel_out(ground: &mut Ground) {
    part_settlements(ground);
    lay_tracks(ground);
    part_fields(ground);
}

fn open_faces(ground: &Ground, settled: bool) -> Vec<FaceId> {
    let open = |face: &FaceId| {
        let land = ground.map.data(*face);
        land.cover == Cover::Open && (land.zone != Zone::Outside) == settled
    };
    (0..ground.map.len()).filter(open).collect()
}

fn part_settlements(ground: &mut Ground) {
    let mut open = open_faces(ground, true);
    while let Some(face) = open.pop() {
        let mut rng = Rng::new("plot", face);
        let before = ground.map.len();
        if part_plot(ground, face, &mut rng) {
            open.push(face);
            open.extend(before..ground.map.len());
        }
    }
}

/// Parts a plot once; `false` if it is small enough or no cut fits.
fn part_plot(ground: &mut Ground, face: FaceId, rng: &mut Rng) -> bool {
    let Some(pattern) = pattern(ground.map.data(face).zone) else { return false };
    let area = ground.map.area(face);
    if area < pattern.plot_m2 * rng.range(0.85, 2.3) {
        return false;
    }
    let frame = Frame::of(&ground.map.ring(face));
    let fronts: Vec<(Metres, Metres)> = ground.frontage(face).into_iter().map(|(a, b, _)| (a, b)).collect();
    let has_front = |ring: &[Node]| front_length(ring, &fronts) >= pattern.front_m;
    let anything = |_: &[Node]| true;
    let deep = frame.width_m > 1.75 * pattern.depth_m;
    let lengthwise = |rng: &mut Rng| {
        let sway = frame.width_m * 0.03;
        frame.lengthwise(rng.range(0.45, 0.55), rng.range(-0.03, 0.03), &[rng.range(-sway, sway)])
    };
    let across = |rng: &mut Rng| {
        let count = (area / pattern.plot_m2 / if deep { 2.0 } else { 1.0 }).round().max(2.0);
        let share = ((count / 2.0).floor() / count + rng.range(-0.09, 0.09)).clamp(0.3, 0.7);
        let kink = frame.width_m * 0.02;
        let bend = if rng.chance(0.35) { vec![rng.range(-kink, kink)] } else { Vec::new() };
        frame.across(share, rng.range(-pattern.slant, pattern.slant), &bend)
    };
    for attempt in 0..7 {
        let line = if deep && matches!(attempt, 0 | 1 | 5) { lengthwise(rng) } else { across(rng) };
        let accept: &dyn Fn(&[Node]) -> bool = if attempt < 5 { &has_front } else { &anything };
        // Without a front on both sides, only what is far too large is parted: back land, gardens.
        if attempt >= 5 && area < 2.8 * pattern.plot_m2 {
            return false;
        }
        if !ground.map.cut_where(face, &line, pattern.limits, accept).is_uncut() {
            return true;
        }
    }
    false
}

/// Metres of a ring that run along streets.
fn front_length(ring: &[Node], fronts: &[(Metres, Metres)]) -> f64 {
    let edges = (0..ring.len()).map(|index| (to_metres(ring[index]), to_metres(ring[(index + 1) % ring.len()])));
    let on_front = |(a, b): &(Metres, Metres)| {
        let middle = (*a + *b) * 0.5;
        fronts.iter().any(|(p, q)| super::curve::project(&[*p, *q], middle).1 < 0.01)
    };
    edges.filter(on_front).map(|(a, b)| distance(a, b)).sum()
}

/// Field tracks through large stretches of open land.
fn lay_tracks(ground: &mut Ground) {
    let track = ground.name_street("Feldweg");
    let mut open = open_faces(ground, false);
    while let Some(face) = open.pop() {
        let mut rng = Rng::new("track", face);
        if ground.map.area(face) < rng.range(300_000.0, 520_000.0) {
            continue;
        }
        let frame = Frame::of(&ground.map.ring(face));
        let sway = frame.width_m * 0.06;
        let bend = [0; 3].map(|_| rng.range(-sway, sway));
        let line = super::curve::smooth(&frame.across(rng.range(0.4, 0.6), rng.range(-0.2, 0.2), &bend));
        let before = ground.map.len();
        lay_strip_in(ground, face, &line, track);
        if ground.map.len() > before {
            open.extend(
                (before..ground.map.len()).chain([face]).filter(|face| ground.map.data(*face).cover == Cover::Open),
            );
        }
    }
}

fn lay_strip_in(ground: &mut Ground, face: FaceId, line: &[Metres], track: usize) {
    let limits = Limits { area_m2: 40.0, width_m: 1.0, sine: 0.3 };
    for inside in ground.map.carve(face, &super::curve::strip(line, 2.2), limits) {
        let land = ground.map.data_mut(inside);
        (land.cover, land.street) = (Cover::Track, Some(track));
    }
}

/// What grows where, and in how large pieces.
struct Growth {
    wood: Noise,
    strips: Noise,
    size: Noise,
}

fn part_fields(ground: &mut Ground) {
    let growth = Growth {
        wood: Noise::new("wood", 800.0),
        strips: Noise::new("strips", 700.0),
        size: Noise::new("field size", 600.0),
    };
    let mut open = open_faces(ground, false);
    while let Some(face) = open.pop() {
        let mut rng = Rng::new("field", face);
        let before = ground.map.len();
        if part_field(ground, face, &growth, &mut rng) {
            open.push(face);
            open.extend(before..ground.map.len());
        }
    }
}

impl Growth {
    fn cover(&self, p: Metres) -> Cover {
        let slope = super::names::RIVER
            .windows(2)
            .map(|pair| {
                let [a, b] = [pair[0], pair[1]].map(|(x, y)| super::curve::at(x, y));
                super::curve::project(&[a, b], p).1
            })
            .fold(f64::INFINITY, f64::min);
        let wood = self.wood.at(p.x, p.y);
        if slope < 170.0 {
            Cover::Meadow
        } else if wood > 0.4 || (slope < 480.0 && wood > 0.0) {
            Cover::Forest
        } else if wood < -0.45 {
            Cover::Meadow
        } else {
            Cover::Field
        }
    }

    /// Usual size of a piece of land in m².
    fn size_m2(&self, p: Metres, cover: Cover) -> f64 {
        let home =
            PLACES.iter().map(|place| distance(place.centre(), p) - place.radius_m).fold(f64::INFINITY, f64::min);
        let far = (home / 500.0).clamp(0.25, 1.3);
        let base = match cover {
            Cover::Forest => 30_000.0,
            Cover::Meadow => 12_000.0,
            _ => 20_000.0,
        };
        base * far * (1.0 + 0.5 * self.size.at(p.x, p.y))
    }
}

fn part_field(ground: &mut Ground, face: FaceId, growth: &Growth, rng: &mut Rng) -> bool {
    let ring = ground.map.ring(face);
    let (centre, area) = (centre(&ring), ground.map.area(face));
    let mut cover = ground.map.data(face).cover;
    if cover == Cover::Open && area < rng.range(60_000.0, 160_000.0) {
        cover = growth.cover(centre);
        ground.map.data_mut(face).cover = cover;
    }
    if cover != Cover::Open && area < growth.size_m2(centre, cover) * rng.range(0.8, 2.6) {
        return false;
    }
    let frame = Frame::of(&ring);
    let limits = Limits { area_m2: 400.0, width_m: 7.0, sine: 0.3 };
    // Old strip fields: long and narrow, side by side.
    let strips = cover == Cover::Field
        && growth.strips.at(centre.x, centre.y) > 0.0
        && frame.width_m > 75.0
        && frame.length_m < 650.0;
    for attempt in 0..5 {
        let sway = (frame.width_m * 0.03).min(8.0);
        let bend = [rng.range(-sway, sway), rng.range(-sway, sway)];
        let (share, slant) = (rng.range(0.36, 0.64), rng.range(-0.1, 0.1));
        let line = if strips && attempt < 3 {
            frame.lengthwise(share, slant * 0.3, &bend)
        } else {
            frame.across(share, slant, &bend)
        };
        if !ground.map.cut(face, &line, limits).is_uncut() {
            return true;
        }
    }
    false
}

/// Mean of the vertices.
fn centre(ring: &[Metres]) -> Metres {
    ring.iter().copied().reduce(|a, b| a + b).map_or_else(Metres::default, |sum| sum / ring.len() as f64)
}
