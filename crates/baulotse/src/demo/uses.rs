//! What each parcel is used for and how it is called.

use std::collections::BTreeMap;

use super::{
    curve::{Metres, at, bounds, distance},
    land::{Cover, Ground, StreetId, Zone},
    names::{FIELD_FIRST, FIELD_SECOND, MEADOW_SECOND, PLACES, TOWN, WOOD_SECOND},
    planar::FaceId,
    prng::Rng,
};

/// A plot with a building that everybody knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Landmark {
    pub(super) face: FaceId,
    /// What the building is.
    pub(super) function: &'static str,
}

/// Width of the raster whose jittered points field names belong to, in metres.
const FIELD_NAME_M: f64 = 430.0;

/// Decides uses and names of everything that is still open. Returns the landmarks.
pub(super) fn decide(ground: &mut Ground) -> Vec<Landmark> {
    for face in 0..ground.map.len() {
        if ground.map.data(face).cover == Cover::Open {
            let cover = settled_cover(ground, face, &mut Rng::new("use", face));
            ground.map.data_mut(face).cover = cover;
        }
    }
    let landmarks = landmarks(ground);
    let mut field_names = BTreeMap::new();
    for face in 0..ground.map.len() {
        let land = *ground.map.data(face);
        if land.street.is_none() {
            let street = if land.zone == Zone::Outside {
                Some(field_name(ground, face, &mut field_names))
            } else {
                main_front(ground, face).map(|(_, _, street)| street)
            };
            ground.map.data_mut(face).street = street;
        }
    }
    landmarks
}

/// The longest edge of a plot along a street.
pub(super) fn main_front(ground: &Ground, face: FaceId) -> Option<(Metres, Metres, StreetId)> {
    let mut by_street: BTreeMap<StreetId, f64> = BTreeMap::new();
    let fronts = ground.frontage(face);
    for (a, b, street) in &fronts {
        *by_street.entry(*street).or_default() += distance(*a, *b);
    }
    let (street, _) = by_street.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let of_street = fronts.into_iter().filter(|(_, _, other)| *other == street);
    of_street.max_by(|a, b| distance(a.0, a.1).total_cmp(&distance(b.0, b.1)))
}

/// The use of a plot in a settlement.
fn settled_cover(ground: &Ground, face: FaceId, rng: &mut Rng) -> Cover {
    let area = ground.map.area(face);
    let has_front = ground.frontage(face).iter().map(|(a, b, _)| distance(*a, *b)).sum::<f64>() > 3.0;
    match ground.map.data(face).zone {
        Zone::Outside => Cover::Field,
        Zone::Commerce => Cover::Commerce,
        Zone::Village if !has_front && area > 1_600.0 => Cover::Meadow,
        _ if !has_front => Cover::Garden,
        Zone::OldTown if rng.chance(0.55) => Cover::Mixed,
        Zone::Village if area > 1_650.0 && rng.chance(0.8) => Cover::Mixed,
        Zone::Town if rng.chance(0.05) => Cover::Mixed,
        Zone::Town if area > 1_200.0 && rng.chance(0.15) => Cover::Commerce,
        Zone::OldTown | Zone::Village | Zone::Town | Zone::Estate => Cover::Housing,
    }
}

/// Chooses the plots of town hall, churches, schools and the like, and gives them their use.
fn landmarks(ground: &mut Ground) -> Vec<Landmark> {
    let town = PLACES[TOWN].centre();
    let mut wanted = vec![
        (town + at(-60.0, 40.0), 350.0, Cover::Public, "Rathaus"),
        (town + at(90.0, 60.0), 420.0, Cover::Public, "Kirche"),
        (town + at(110.0, 480.0), 1_500.0, Cover::Public, "Burg"),
        (town + at(-300.0, -330.0), 1_800.0, Cover::Public, "Allgemeinbildende Schule"),
        (town + at(300.0, -150.0), 1_200.0, Cover::Public, "Kindertagesstätte"),
        (town + at(-420.0, 300.0), 900.0, Cover::Public, "Feuerwehr"),
        (town + at(350.0, 330.0), 1_300.0, Cover::Public, "Krankenhaus"),
        (town + at(-150.0, -520.0), 1_700.0, Cover::Cemetery, "Friedhofskapelle"),
        (town + at(550.0, 150.0), 1_500.0, Cover::Sport, "Sporthalle"),
    ];
    for (index, place) in PLACES.iter().enumerate().filter(|(index, _)| *index != TOWN) {
        let kind = [("Kirche", 0.0), ("Feuerwehr", 60.0), ("Dorfgemeinschaftshaus", 30.0)][index % 3];
        wanted.push((place.centre() + at(kind.1, 20.0), 600.0, Cover::Public, kind.0));
    }
    let mut landmarks: Vec<Landmark> = Vec::new();
    for (place, least_m2, cover, function) in wanted {
        let free = |face: &FaceId| {
            let land = ground.map.data(*face);
            matches!(land.cover, Cover::Housing | Cover::Mixed) && landmarks.iter().all(|other| other.face != *face)
        };
        let fitting = (0..ground.map.len()).filter(free).filter(|face| ground.map.area(*face) >= least_m2);
        let away = |face: &FaceId| distance(centre(&ground.map.ring(*face)), place);
        if let Some(face) = fitting.min_by(|a, b| away(a).total_cmp(&away(b))) {
            ground.map.data_mut(face).cover = cover;
            landmarks.push(Landmark { face, function });
        }
    }
    landmarks
}

/// The field name of a parcel in open land: that of the nearest jittered point of a raster.
fn field_name(ground: &mut Ground, face: FaceId, names: &mut BTreeMap<(i64, i64, &'static str), StreetId>) -> StreetId {
    let land = *ground.map.data(face);
    let (kind, seconds): (_, &[(&str, &str)]) = match land.cover {
        Cover::Meadow => ("meadow", &MEADOW_SECOND),
        Cover::Forest => ("wood", &WOOD_SECOND),
        _ => ("field", &FIELD_SECOND),
    };
    let p = centre(&ground.map.ring(face));
    let (column, row) = ((p.x / FIELD_NAME_M).floor() as i64, (p.y / FIELD_NAME_M).floor() as i64);
    let point = |cell: (i64, i64)| {
        let mut rng = Rng::new("field name at", (cell.0 * 100_003 + cell.1) as usize);
        at((cell.0 as f64 + rng.unit()) * FIELD_NAME_M, (cell.1 as f64 + rng.unit()) * FIELD_NAME_M)
    };
    let cells = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (column + dx, row + dy)));
    let nearest =
        cells.min_by(|a, b| distance(point(*a), p).total_cmp(&distance(point(*b), p))).unwrap_or((column, row));
    if let Some(street) = names.get(&(nearest.0, nearest.1, kind)) {
        return *street;
    }
    let mut rng = Rng::new(kind, (nearest.0 * 100_003 + nearest.1) as usize);
    let (article, second) = *rng.pick(seconds);
    let street = ground.name_street(format!("{article}{}{second}", rng.pick(&FIELD_FIRST)));
    names.insert((nearest.0, nearest.1, kind), street);
    street
}

/// Middle of the bounding box.
fn centre(ring: &[Metres]) -> Metres {
    let (low, high) = bounds(ring);
    (low + high) * 0.5
}
