//! Brooks, the railway and the roads between the places.

use super::{
    curve::{Metres, at, contains, distance, dot, left_of, line_length, offset, project, smooth, strip, unit},
    cut::Limits,
    land::{Cover, Ground, StreetId},
    names::{BRIDGES, BROOKS, EXITS, PLACES, Place, RIVER, TOWN, road_to},
    prng::Noise,
};

/// A strip may be narrow, what it leaves beside it not.
const LIMITS: Limits = Limits { area_m2: 25.0, width_m: 1.2, sine: 0.12 };

/// A road through several places, and what it is called along the way.
#[derive(Debug)]
pub(super) struct Road {
    /// Middle of the road.
    pub(super) line: Vec<Metres>,
    /// Width from the middle to either side.
    half_width_m: f64,
    /// Name of each section and the metre at which it ends.
    sections: Vec<(f64, StreetId)>,
}

/// Where a road goes: a place, or the way out towards a town outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Place(usize),
    Exit(usize),
}

impl Stop {
    fn point(self) -> Metres {
        match self {
            Self::Place(place) => PLACES[place].centre(),
            Self::Exit(exit) => at(EXITS[exit].1, EXITS[exit].2),
        }
    }
}

/// Lays brooks and the railway.
pub(super) fn lay_brooks_and_railway(ground: &mut Ground) {
    let wind = [Noise::new("brook east", 140.0), Noise::new("brook north", 140.0)];
    for (brook, course) in BROOKS {
        let name = ground.name_street(brook);
        let points: Vec<Metres> = course.iter().map(|(x, y)| at(*x, *y)).collect();
        let fine: Vec<Metres> = smooth(&points)
            .windows(2)
            .flat_map(|pair| {
                let steps = (distance(pair[0], pair[1]) / 30.0).ceil() as usize;
                (0..steps).map(move |step| pair[0] + (pair[1] - pair[0]) * (step as f64 / steps as f64))
            })
            .collect();
        let winding: Vec<Metres> =
            fine.iter().map(|p| *p + at(wind[0].at(p.x, p.y), wind[1].at(p.x, p.y)) * 32.0).collect();
        lay_strip(ground, &smooth(&winding), 2.0, Cover::Brook, |_| Some(name));
    }
    let river: Vec<Metres> = RIVER.iter().map(|(x, y)| at(*x, *y)).collect();
    let away = Noise::new("railway", 1900.0);
    let beside = smooth(&offset(&smooth(&river), |along| 100.0 + 25.0 * away.at(along, 0.0)));
    // The railway follows the valley in wide bends.
    let points: Vec<Metres> = (0..)
        .map_while(|step| {
            let along = f64::from(step) * 420.0;
            (along < line_length(&beside)).then(|| super::curve::walk(&beside, along).map(|(point, _)| point))?
        })
        .collect();
    let name = ground.name_street("Muldentalbahn");
    lay_strip(ground, &smooth(&points), 8.0, Cover::Railway, |_| Some(name));
}

/// Lays the roads between the places and out of the municipality. `names` holds the names of [`PLACES`].
pub(super) fn lay_roads(ground: &mut Ground, names: &[String]) -> Vec<Road> {
    let boundary = ground.map.outline(&(0..ground.map.len()).collect::<Vec<_>>());
    let shells: Vec<Vec<Metres>> = boundary.0.iter().map(|polygon| polygon.exterior().0.clone()).collect();
    let mut routes = join(links(&shells));
    routes.sort_by(|a, b| route_length(b).total_cmp(&route_length(a)));
    let mut roads = Vec::new();
    for route in routes {
        let road = plan(ground, &route, names);
        let sections = road.sections.clone();
        lay_strip(ground, &road.line, road.half_width_m, Cover::Street, |along| {
            sections.iter().find(|(end, _)| along <= *end).or(sections.last()).map(|(_, street)| *street)
        });
        roads.push(road);
    }
    roads
}

/// Cuts a strip of land along a line; `name` says what it is called at a metre of the line.
pub(super) fn lay_strip(
    ground: &mut Ground,
    line: &[Metres],
    half_width_m: f64,
    cover: Cover,
    name: impl Fn(f64) -> Option<StreetId>,
) {
    for face in ground.carve(&strip(line, half_width_m), LIMITS) {
        let ring = ground.map.ring(face);
        let middle = ring.iter().map(|point| project(line, *point).0).sum::<f64>() / ring.len() as f64;
        let land = ground.map.data_mut(face);
        (land.cover, land.street) = (cover, name(middle));
    }
}

/// Which places are joined: on each bank the relative neighbourhood graph, in which no third place lies
/// nearer to both ends; the bridges; the ways out.
fn links(shells: &[Vec<Metres>]) -> Vec<(Stop, Stop)> {
    let way = |a: &Place, b: &Place| distance(a.centre(), b.centre());
    let mut links = Vec::new();
    for (first, a) in PLACES.iter().enumerate() {
        for (second, b) in PLACES.iter().enumerate().skip(first + 1).filter(|(_, b)| b.south == a.south) {
            // A place is nearer to itself and as far from the other end, so neither end is a third place.
            let between = |c: &Place| c.south == a.south && way(a, c).max(way(b, c)) < way(a, b);
            let inside = (1..10).all(|tenth| {
                let point = a.centre() + (b.centre() - a.centre()) * (f64::from(tenth) / 10.0);
                shells.iter().any(|shell| contains(shell, point))
            });
            if inside && !PLACES.iter().any(between) {
                links.push((Stop::Place(first), Stop::Place(second)));
            }
        }
    }
    let index = |number: u16| PLACES.iter().position(|place| place.number == number);
    links.extend(BRIDGES.iter().filter_map(|(a, b)| Some((Stop::Place(index(*a)?), Stop::Place(index(*b)?)))));
    links.extend((0..EXITS.len()).filter_map(|exit| Some((Stop::Place(index(EXITS[exit].0)?), Stop::Exit(exit)))));
    links
}

/// Joins links that go straight on at a place to routes.
fn join(links: Vec<(Stop, Stop)>) -> Vec<Vec<Stop>> {
    let mut routes: Vec<Vec<Stop>> = links.into_iter().map(|(a, b)| vec![a, b]).collect();
    while let Some([(head, turn_head), (tail, turn_tail)]) = straightest(&routes) {
        // `tail` comes after `head` in the list.
        let mut second = routes.swap_remove(tail);
        let first = &mut routes[head];
        if turn_head {
            first.reverse();
        }
        if turn_tail {
            second.reverse();
        }
        first.extend_from_slice(&second[1..]);
    }
    routes
}

/// The two routes that best go on in each other: index and whether it must be turned round, so that the
/// first ends where the second begins.
fn straightest(routes: &[Vec<Stop>]) -> Option<[(usize, bool); 2]> {
    let end = |route: &[Stop], turn: bool| {
        if turn { (route[0], route[1]) } else { (route[route.len() - 1], route[route.len() - 2]) }
    };
    let mut best: Option<(f64, [(usize, bool); 2])> = None;
    for (head, route) in routes.iter().enumerate() {
        for (tail, other) in routes.iter().enumerate().skip(head + 1) {
            for (turn_head, turn_tail) in [(false, false), (false, true), (true, false), (true, true)] {
                let ((joint, before), (start, after)) = (end(route, turn_head), end(other, !turn_tail));
                let bend = dot(unit(before.point() - joint.point()), unit(after.point() - joint.point()));
                let passed = routes.iter().any(|route| route[1..route.len() - 1].contains(&joint));
                let limit = if passed { -0.5 } else { 0.1 };
                if joint == start && bend < limit && best.is_none_or(|(least, _)| bend < least) {
                    best = Some((bend, [(head, turn_head), (tail, turn_tail)]));
                }
            }
        }
    }
    best.map(|(_, pair)| pair)
}

fn route_length(route: &[Stop]) -> f64 {
    route.windows(2).map(|pair| distance(pair[0].point(), pair[1].point())).sum()
}

/// The course of a route: through its places, with a bend between them.
fn plan(ground: &mut Ground, route: &[Stop], names: &[String]) -> Road {
    let bend = Noise::new("road", 330.0);
    let mut points = vec![route[0].point()];
    for pair in route.windows(2) {
        let (a, b) = (pair[0].point(), pair[1].point());
        for (share, sway) in [(0.3, 0.11), (0.5, 0.14), (0.7, 0.11)] {
            let point = a + (b - a) * share;
            points.push(point + left_of(b - a) * (sway * bend.at(point.x, point.y)));
        }
        points.push(b);
    }
    let line = smooth(&points);
    let through_town = route.contains(&Stop::Place(TOWN)) || route.iter().any(|stop| matches!(stop, Stop::Exit(_)));
    let mut sections = Vec::new();
    for pair in route.windows(2) {
        let (from, to) = (project(&line, pair[0].point()).0, project(&line, pair[1].point()).0);
        // Up to the middle a road is called after where it leads, seen from either end.
        sections.push((f64::midpoint(from, to), name_towards(ground, pair[1], names)));
        sections.push((to, name_towards(ground, pair[0], names)));
    }
    Road { line, half_width_m: if through_town { 5.0 } else { 3.8 }, sections }
}

fn name_towards(ground: &mut Ground, stop: Stop, names: &[String]) -> StreetId {
    match stop {
        Stop::Place(place) => ground.name_street(road_to(&names[place])),
        Stop::Exit(exit) => ground.name_street(road_to(EXITS[exit].3)),
    }
}
