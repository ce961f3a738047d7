//! The municipality parted into its Gemarkungen, along the river and between the places.

use super::{
    curve::{Metres, at, cross, distance, dot, offset, smooth},
    cut::Limits,
    land::{Cover, Ground},
    names::{PLACES, RIVER},
    planar::FaceId,
    prng::Noise,
};

/// Borders may leave no scrap smaller than this.
const LIMITS: Limits = Limits { area_m2: 2000.0, width_m: 12.0, sine: 0.05 };
const BANK_LIMITS: Limits = Limits { area_m2: 100.0, width_m: 3.0, sine: 0.05 };

/// Parts the municipality along the Mulde, each side into Gemarkungen, and lays the river bed.
pub(super) fn lay_out(ground: &mut Ground) {
    let river = smooth(&RIVER.map(|(x, y)| at(x, y)));
    let (mut south, mut north) = (Vec::new(), Vec::new());
    for face in 0..ground.map.len() {
        let sides = ground.map.cut(face, &river, LIMITS);
        if sides.is_uncut() {
            // A part that the river does not reach lies to one side as a whole.
            let side = if is_left_of(&river, ground.map.ring(face)[0]) { &mut south } else { &mut north };
            side.push(face);
        }
        south.extend(sides.left);
        north.extend(sides.right);
    }
    for (faces, is_south) in [(south, true), (north, false)] {
        let places = (0..PLACES.len()).filter(|index| PLACES[*index].south == is_south).collect();
        divide(ground, faces, places);
    }
    lay_river(ground, &river);
}

/// Gives faces to places, halving both until each face has one place.
fn divide(ground: &mut Ground, faces: Vec<FaceId>, mut places: Vec<usize>) {
    if let [place] = places[..] {
        for face in faces {
            ground.map.data_mut(face).district = place;
        }
        return;
    }
    let extent = |axis: fn(Metres) -> f64| {
        let values = || places.iter().map(|place| axis(PLACES[*place].centre()));
        values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
    };
    let axis: fn(Metres) -> f64 = if extent(|p| p.x) > extent(|p| p.y) { |p| p.x } else { |p| p.y };
    places.sort_by(|a, b| axis(PLACES[*a].centre()).total_cmp(&axis(PLACES[*b].centre())));
    let second = places.split_off(places.len() / 2);
    let line = border(&places, &second);
    let (mut of_first, mut of_second) = (Vec::new(), Vec::new());
    for face in faces {
        let sides = ground.map.cut(face, &line, LIMITS);
        if sides.is_uncut() {
            let ring = ground.map.ring(face);
            let nearer = is_left_of(&line, ring[ring.len() / 2]);
            if nearer { of_first.push(face) } else { of_second.push(face) }
        }
        of_first.extend(sides.left);
        of_second.extend(sides.right);
    }
    divide(ground, of_first, places);
    divide(ground, of_second, second);
}

/// The border between two groups of places, `first` to its left: the edges between their cells in the
/// weighted Voronoi diagram, bent as old borders are.
fn border(first: &[usize], second: &[usize]) -> Vec<Metres> {
    let mut edges: Vec<(Metres, Metres)> = Vec::new();
    for place in first {
        let others = first.iter().chain(second).copied().filter(|other| other != place);
        let cell = cell(*place, others);
        for (index, (start, other)) in cell.iter().enumerate() {
            if other.is_some_and(|other| second.contains(&other)) {
                edges.push((*start, cell[(index + 1) % cell.len()].0));
            }
        }
    }
    let line = chain(edges);
    let noise = [Noise::new("border east", 480.0), Noise::new("border north", 480.0)];
    let fine = [Noise::new("fine border east", 95.0), Noise::new("fine border north", 95.0)];
    let bent = line.windows(2).flat_map(|pair| {
        let steps = (distance(pair[0], pair[1]) / 28.0).ceil().max(1.0) as usize;
        (0..steps).map(move |step| pair[0] + (pair[1] - pair[0]) * (step as f64 / steps as f64))
    });
    let bent: Vec<Metres> = bent
        .map(|p| {
            let moved = |axis: usize| 150.0 * noise[axis].at(p.x, p.y) + 22.0 * fine[axis].at(p.x, p.y);
            p + at(moved(0), moved(1))
        })
        .collect();
    super::curve::thin(&bent, 2.0)
}

/// The cell of a place among others, as vertices with the place beyond the edge that begins there.
fn cell(place: usize, others: impl Iterator<Item = usize>) -> Vec<(Metres, Option<usize>)> {
    let centre = PLACES[place].centre();
    let far = 30_000.0;
    let mut cell: Vec<(Metres, Option<usize>)> =
        [(-far, -far), (far, -far), (far, far), (-far, far)].map(|(x, y)| (centre + at(x, y), None)).to_vec();
    for other in others {
        let away = PLACES[other].centre() - centre;
        let share = 0.5 + (PLACES[place].weight() - PLACES[other].weight()) / (2.0 * dot(away, away));
        let middle = centre + away * share;
        let beyond = |p: Metres| dot(p - middle, away);
        let mut clipped = Vec::new();
        for (index, &(a, label)) in cell.iter().enumerate() {
            let (b, _) = cell[(index + 1) % cell.len()];
            let (at_a, at_b) = (beyond(a), beyond(b));
            if at_a <= 0.0 {
                clipped.push((a, label));
            }
            if (at_a <= 0.0) != (at_b <= 0.0) {
                let meeting = a + (b - a) * (at_a / (at_a - at_b));
                clipped.push((meeting, if at_a <= 0.0 { Some(other) } else { label }));
            }
        }
        cell = clipped;
    }
    cell
}

/// Joins edges, each beginning where another ends, to one line.
fn chain(mut edges: Vec<(Metres, Metres)>) -> Vec<Metres> {
    let first = edges.iter().position(|(start, _)| edges.iter().all(|(_, end)| distance(*start, *end) > 0.01));
    let Some(first) = first else { return Vec::new() };
    let (start, mut end) = edges.swap_remove(first);
    let mut line = vec![start, end];
    while let Some(next) = edges.iter().position(|(start, _)| distance(*start, end) <= 0.01) {
        end = edges.swap_remove(next).1;
        line.push(end);
    }
    line
}

/// Whether a point lies to the left of a line, by the nearest segment.
fn is_left_of(line: &[Metres], point: Metres) -> bool {
    let nearest = line.windows(2).min_by(|a, b| {
        let away = |pair: &[Metres]| super::curve::project(pair, point).1;
        away(a).total_cmp(&away(b))
    });
    nearest.is_some_and(|pair| cross(pair[1] - pair[0], point - pair[0]) > 0.0)
}

/// Cuts the bed of the river off the land on both banks; its middle is the border of the Gemarkungen.
fn lay_river(ground: &mut Ground, river: &[Metres]) {
    let width = Noise::new("river", 260.0);
    let half = |along: f64| 15.0 + 4.5 * width.at(along, 0.0);
    let banks = [offset(river, half), offset(river, |along| -half(along + 900.0))];
    let name = ground.name_street("Freiberger Mulde");
    for face in 0..ground.map.len() {
        let [south, north] = &banks;
        let beds = [ground.map.cut(face, south, BANK_LIMITS).right, ground.map.cut(face, north, BANK_LIMITS).left];
        for bed in beds.into_iter().flatten() {
            let land = ground.map.data_mut(bed);
            (land.cover, land.street) = (Cover::River, Some(name));
        }
    }
}
