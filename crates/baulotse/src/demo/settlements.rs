//! The town and the villages: how far they reach, and their streets.

use super::{
    curve::{Metres, at, compass, contains, distance, dot, left_of, offset, project, smooth, strip, unit, walk},
    cut::Limits,
    frame::Frame,
    land::{Cover, Ground, StreetId, Zone},
    names::{COMMERCE_STREETS, ESTATE_STREETS, LANES, OLD_STREETS, PLACES, TOWN, TOWN_STREETS, VILLAGE_STREETS},
    planar::FaceId,
    prng::{Noise, Rng},
    roads::{Road, lay_strip},
};

/// The edge of a settlement leaves no scrap smaller than this.
const EDGE: Limits = Limits { area_m2: 350.0, width_m: 7.0, sine: 0.15 };
/// A new street leaves at least a plot on either side.
const STREET: Limits = Limits { area_m2: 60.0, width_m: 2.6, sine: 0.3 };
/// Name, half width and course of a street, in metres from the market.
type Radial = (&'static str, f64, &'static [(f64, f64)]);

/// Radius of the old town within its walls, in metres.
const WALLS_M: f64 = 185.0;

/// Marks out settlements and lays their streets.
pub(super) fn settle(ground: &mut Ground, roads: &[Road]) {
    let town = PLACES[TOWN].centre();
    lay_town_streets(ground, town);
    mark(ground, &blob(town, 830.0, 620.0, at(1.0, -0.15), "town"), Zone::Town);
    mark(ground, &blob(town + at(620.0, -560.0), 240.0, 170.0, at(1.0, -0.6), "estate"), Zone::Estate);
    mark(ground, &blob(town + at(-720.0, 190.0), 300.0, 150.0, at(1.0, -0.1), "works"), Zone::Commerce);
    mark(ground, &blob(town + at(900.0, 60.0), 230.0, 190.0, at(0.6, 1.0), "park"), Zone::Commerce);
    for (index, place) in PLACES.iter().enumerate().filter(|(index, _)| *index != TOWN) {
        let mut rng = Rng::new("village", index);
        let ring = village_edge(roads, place.centre(), place.radius_m, &mut rng);
        mark(ground, &ring, Zone::Village);
        let name: &&str = rng.pick(&VILLAGE_STREETS);
        name_main_street(ground, &ring, name);
    }
    mark_old_town(ground, town);
    lay_block_streets(ground);
}

/// A ring round a place: an ellipse along `direction`, with bays.
fn blob(centre: Metres, long_m: f64, short_m: f64, direction: Metres, label: &str) -> Vec<Metres> {
    let (noise, fine) = (Noise::new(label, 0.9), Noise::new(label, 0.23));
    let (long, short) = (unit(direction), left_of(unit(direction)));
    compass()
        .map(|d| {
            let bay = 1.0 + 0.17 * noise.at(d.x * 2.0, d.y * 2.0) + 0.07 * fine.at(d.x, d.y);
            centre + long * (d.x * long_m * bay) + short * (d.y * short_m * bay)
        })
        .collect()
}

/// Gives a zone to the open land outside other zones within a ring.
fn mark(ground: &mut Ground, ring: &[Metres], zone: Zone) {
    for face in ground.open_near(ring) {
        if ground.map.data(face).zone == Zone::Outside {
            for inside in ground.map.carve(face, ring, EDGE) {
                ground.map.data_mut(inside).zone = zone;
            }
        }
    }
}

/// The edge of a village: it reaches out along its roads and has bays between them.
fn village_edge(roads: &[Road], centre: Metres, radius_m: f64, rng: &mut Rng) -> Vec<Metres> {
    let arms: Vec<(Metres, f64)> =
        road_directions(roads, centre).into_iter().map(|arm| (arm, rng.range(0.25, 1.0))).collect();
    compass()
        .map(|d| {
            let arm = arms.iter().map(|(arm, reach)| reach * sharpen(dot(d, *arm))).fold(0.0, f64::max);
            centre + d * (radius_m * (0.72 + 0.85 * arm + rng.range(-0.05, 0.05)))
        })
        .collect()
}

/// Near one only for vectors that point the same way: the sixth power of their cosine.
fn sharpen(cosine: f64) -> f64 {
    let square = cosine.max(0.0) * cosine;
    square * square * square
}

/// Directions in which roads leave a place.
fn road_directions(roads: &[Road], centre: Metres) -> Vec<Metres> {
    let mut directions = Vec::new();
    for road in roads {
        let (along, away) = project(&road.line, centre);
        if away < 5.0 {
            let ends = [along - 140.0, along + 140.0].map(|along| walk(&road.line, along));
            directions.extend(ends.into_iter().flatten().map(|(point, _)| unit(point - centre)));
        }
    }
    directions
}

/// Within a village, the road has a name of its own.
fn name_main_street(ground: &mut Ground, ring: &[Metres], name: &str) {
    let street = ground.name_street(name);
    for face in 0..ground.map.len() {
        if ground.map.data(face).cover == Cover::Street {
            let points = ground.map.ring(face);
            if points.iter().filter(|point| contains(ring, **point)).count() * 2 > points.len() {
                ground.map.data_mut(face).street = Some(street);
            }
        }
    }
}

/// The radial streets and the two rings of the town; roads to the places are there already.
fn lay_town_streets(ground: &mut Ground, town: Metres) {
    let radials: [Radial; 7] = [
        ("Chemnitzer Straße", 5.0, &[(0.0, 0.0), (-60.0, -250.0), (-170.0, -480.0), (-200.0, -620.0)]),
        ("Burgstraße", 3.2, &[(0.0, 0.0), (50.0, 140.0), (35.0, 300.0), (110.0, 430.0), (120.0, 560.0)]),
        ("Lindenstraße", 4.2, &[(0.0, 0.0), (230.0, -20.0), (480.0, 40.0), (800.0, 10.0)]),
        ("Colditzer Straße", 4.2, &[(0.0, 0.0), (-190.0, -110.0), (-420.0, -180.0), (-700.0, -290.0)]),
        ("Bergstraße", 3.4, &[(160.0, -60.0), (330.0, -260.0), (520.0, -360.0), (800.0, -410.0)]),
        ("Mühlberg", 3.0, &[(-110.0, 120.0), (-240.0, 300.0), (-420.0, 360.0), (-640.0, 420.0)]),
        ("Am Sonnenhang", 3.4, &[(350.0, -290.0), (470.0, -480.0), (640.0, -600.0), (860.0, -640.0)]),
    ];
    for (name, half_width_m, points) in radials {
        let street = ground.name_street(name);
        let line = smooth(&points.iter().map(|(x, y)| town + at(*x, *y)).collect::<Vec<_>>());
        lay_strip(ground, &line, half_width_m, Cover::Street, |_| Some(street));
    }
    for (name, half_width_m, radius_m) in [("Stadtgraben", 3.0, WALLS_M), ("Ringstraße", 3.8, 430.0)] {
        let ring = blob(town, radius_m * 1.15, radius_m * 0.9, at(1.0, 0.25), name);
        let line = smooth(&[&ring[..], &ring[..1]].concat());
        let street = ground.name_street(name);
        lay_ring_street(ground, &line, half_width_m, street);
    }
}

/// Lays a street that runs round; `line` is closed and counter-clockwise.
fn lay_ring_street(ground: &mut Ground, line: &[Metres], half_width_m: f64, street: StreetId) {
    let side = |left_m: f64| {
        let mut ring = offset(line, |_| left_m);
        ring.pop();
        ring
    };
    let (outer, inner) = (side(-half_width_m), side(half_width_m));
    for face in ground.open_near(&outer) {
        for part in ground.map.carve(face, &outer, STREET) {
            let before = ground.map.len();
            let within = ground.map.carve(part, &inner, STREET);
            for between in std::iter::once(part).chain(before..ground.map.len()).filter(|face| !within.contains(face)) {
                // Where the inner side could not be cut, what is left is more than the street.
                if ground.map.ring(between).iter().all(|point| project(line, *point).1 < half_width_m + 1.0) {
                    let land = ground.map.data_mut(between);
                    (land.cover, land.street) = (Cover::Street, Some(street));
                }
            }
        }
    }
}

/// What lies within the walls, and the market.
fn mark_old_town(ground: &mut Ground, town: Metres) {
    for face in 0..ground.map.len() {
        let inside = ground.map.ring(face).iter().all(|point| distance(*point, town) < WALLS_M * 1.35);
        if inside && ground.map.data(face).zone == Zone::Town {
            ground.map.data_mut(face).zone = Zone::OldTown;
        }
    }
    let market = ground.name_street("Markt");
    let square = [(-75.0, -52.0), (-12.0, -66.0), (2.0, 6.0), (-64.0, 16.0)].map(|(x, y)| town + at(x, y));
    for face in ground.carve(&square, EDGE) {
        let land = ground.map.data_mut(face);
        (land.cover, land.street) = (Cover::Square, Some(market));
    }
}

/// Parts large blocks by further streets.
fn lay_block_streets(ground: &mut Ground) {
    let mut names = Names::new();
    let mut blocks: Vec<FaceId> =
        (0..ground.map.len()).filter(|face| ground.map.data(*face).cover == Cover::Open).collect();
    while let Some(face) = blocks.pop() {
        let land = *ground.map.data(face);
        let Some(target_m2) = block_size(land.zone) else { continue };
        let mut rng = Rng::new("block", face);
        let area = ground.map.area(face);
        if area < target_m2 * rng.range(1.2, 1.9) {
            continue;
        }
        let before = ground.map.len();
        if lay_block_street(ground, face, &mut names, &mut rng) {
            blocks.push(face);
            blocks.extend(before..ground.map.len());
            blocks.retain(|face| ground.map.data(*face).cover == Cover::Open);
        }
    }
}

fn block_size(zone: Zone) -> Option<f64> {
    match zone {
        Zone::Outside => None,
        Zone::OldTown => Some(4_500.0),
        Zone::Town => Some(12_500.0),
        Zone::Estate => Some(9_000.0),
        Zone::Commerce => Some(38_000.0),
        Zone::Village => Some(27_000.0),
    }
}

/// Lays one street through a block; `false` if none fits.
fn lay_block_street(ground: &mut Ground, face: FaceId, names: &mut Names, rng: &mut Rng) -> bool {
    let zone = ground.map.data(face).zone;
    let ring = ground.map.ring(face);
    let frame = Frame::of(&ring);
    let sway = if zone == Zone::Estate { 2.0 } else { (frame.width_m * 0.05).min(9.0) };
    for attempt in 0..6 {
        let share = rng.range(0.4, 0.6);
        let slant = rng.range(-0.16, 0.16);
        let bend = [rng.range(-sway, sway), rng.range(-sway, sway)];
        let line = if attempt < 4 { frame.across(share, slant, &bend) } else { frame.lengthwise(share, slant, &bend) };
        let line = smooth(&line);
        if !meets_street(ground, face, &line) {
            continue;
        }
        let half_width_m = match zone {
            Zone::OldTown => rng.range(2.1, 3.0),
            Zone::Commerce => 4.5,
            Zone::Village => rng.range(2.3, 3.0),
            _ => rng.range(3.0, 4.0),
        };
        let inside = ground.map.carve(face, &strip(&line, half_width_m), STREET);
        let street = (!inside.is_empty()).then(|| ground.name_street(names.next(zone)));
        for part in &inside {
            let land = ground.map.data_mut(*part);
            (land.cover, land.street) = (Cover::Street, street);
        }
        if !inside.is_empty() {
            return true;
        }
    }
    false
}

/// Whether a line through a block comes from a street at one end at least.
fn meets_street(ground: &Ground, face: FaceId, line: &[Metres]) -> bool {
    let frontage = ground.frontage(face);
    let crosses = |a: Metres, b: Metres| {
        line.windows(2).any(|pair| {
            let side = |p: Metres, q: Metres, r: Metres| super::curve::cross(q - p, r - p) > 0.0;
            side(a, b, pair[0]) != side(a, b, pair[1]) && side(pair[0], pair[1], a) != side(pair[0], pair[1], b)
        })
    };
    frontage.iter().any(|(a, b, _)| crosses(*a, *b) && dot(*b - *a, *b - *a) > 0.0)
}

/// Names not given yet.
struct Names {
    old: Vec<&'static str>,
    town: Vec<&'static str>,
    estate: Vec<&'static str>,
    commerce: Vec<&'static str>,
    lanes: Vec<&'static str>,
}

impl Names {
    fn new() -> Self {
        let mut rng = Rng::new("street names", 0);
        let mut shuffled = |names: &[&'static str]| {
            let mut names = names.to_vec();
            rng.shuffle(&mut names);
            names
        };
        Self {
            old: shuffled(&OLD_STREETS),
            town: shuffled(&TOWN_STREETS),
            estate: shuffled(&ESTATE_STREETS),
            commerce: shuffled(&COMMERCE_STREETS),
            lanes: shuffled(&LANES),
        }
    }

    /// The next name for a street; a list that is used up begins again.
    fn next(&mut self, zone: Zone) -> &'static str {
        let list = match zone {
            Zone::OldTown => &mut self.old,
            Zone::Estate => &mut self.estate,
            Zone::Commerce => &mut self.commerce,
            Zone::Village => &mut self.lanes,
            Zone::Town | Zone::Outside => &mut self.town,
        };
        list.rotate_left(1);
        list.last().copied().unwrap_or_default()
    }
}
