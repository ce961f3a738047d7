//! How far it is to what one needs every week: from an imported public layer named `services` with the columns
//! `kind` and `name`.

use cadastre::{Ags, Viewer, texts::folded};
use geo_types::Coord;
use spatial::{Query, Shown, Snapshot};

use crate::pages::{
    format,
    frame::{Request, fill},
    listing::text_of,
};

const LAYER: &str = "services";
/// Further away is not near.
const MOST_M: f64 = 25_000.0;
/// Steps of a person who walks, in metres a minute, and how much longer a path is than the straight line.
const WALKED_M_A_MINUTE: f64 = 75.0;
const DETOUR: f64 = 1.3;
/// Beyond this many minutes nobody walks.
const MOST_MINUTES: f64 = 45.0;

/// What one needs, with the words by which a layer may call it.
const SERVICES: [(&str, &[&str]); 6] = [
    ("station", &["station", "bahnhof", "haltepunkt", "stop", "haltestelle"]),
    ("shop", &["shop", "supermarkt", "laden", "lebensmittel", "einkaufen"]),
    ("kita", &["kita", "kindergarten", "kindertagesstaette", "childcare"]),
    ("school", &["school", "schule", "grundschule", "oberschule", "gymnasium"]),
    ("doctor", &["doctor", "arzt", "hausarzt", "praxis"]),
    ("pharmacy", &["pharmacy", "apotheke"]),
];

/// The nearest of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nearby {
    /// "Bahnhof".
    pub(crate) kind: &'static str,
    /// Its name, where it has one.
    pub(crate) name: Option<String>,
    /// "1,2 km, etwa 20 Minuten zu Fuß".
    pub(crate) distance: String,
}

/// The nearest of each kind, in the order of [`SERVICES`]; nothing where no such layer is public.
pub(super) fn nearby(request: &Request, snapshot: &Snapshot, from: Coord) -> Vec<Nearby> {
    let query = Query { limit: usize::MAX, ..Query::default() };
    let Ok(page) = snapshot.query(LAYER, &query, &Viewer::ANONYMOUS) else { return Vec::new() };
    let found: Vec<(String, f64, &Shown<'_>)> = page
        .returned
        .iter()
        .filter_map(|shown| {
            let kind = folded(&text_of(shown.view(), "kind")?);
            let metres = metres(from, shown.label_point()?);
            (metres <= MOST_M).then_some((kind, metres, shown))
        })
        .collect();
    let nearest = |(code, words): (&'static str, &[&str])| {
        let of_kind = found.iter().filter(|(kind, ..)| words.contains(&kind.as_str()));
        let (_, metres, shown) = of_kind.min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Nearby {
            kind: cadastre::texts::find(&format!("ui.service.{code}"), request.language)?,
            name: text_of(shown.view(), "name"),
            distance: in_words(request, *metres),
        })
    };
    SERVICES.into_iter().filter_map(nearest).collect()
}

/// What there is of a kind in a municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Provided {
    /// "Kita".
    pub(crate) kind: &'static str,
    /// Their names, or how many there are where they are many or have none.
    pub(crate) names: String,
}

/// What a municipality has of each kind, in the order of [`SERVICES`]; nothing where no such layer is public.
pub(crate) fn provided(request: &Request, snapshot: &Snapshot, ags: Ags) -> Vec<Provided> {
    const MOST_NAMES: usize = 3;
    let query = Query { limit: usize::MAX, ..Query::default() };
    let Ok(page) = snapshot.query(LAYER, &query, &Viewer::ANONYMOUS) else { return Vec::new() };
    let is_here = |shown: &&Shown<'_>| shown.label_point().is_some_and(|at| snapshot.locality_at(ags, at).is_some());
    let here: Vec<(String, Option<String>)> = page
        .returned
        .iter()
        .filter(is_here)
        .filter_map(|shown| Some((folded(&text_of(shown.view(), "kind")?), text_of(shown.view(), "name"))))
        .collect();
    let of_kind = |(code, words): (&'static str, &[&str])| {
        let found: Vec<_> = here.iter().filter(|(kind, _)| words.contains(&kind.as_str())).collect();
        let mut names: Vec<&str> = found.iter().filter_map(|(_, name)| name.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        let are_named = found.len() <= MOST_NAMES && !names.is_empty();
        Some(Provided {
            kind: cadastre::texts::find(&format!("ui.service.{code}"), request.language)?,
            names: if are_named { names.join(", ") } else { found.len().to_string() },
        })
        .filter(|_| !found.is_empty())
    };
    SERVICES.into_iter().filter_map(of_kind).collect()
}

fn in_words(request: &Request, metres: f64) -> String {
    let language = request.language;
    let distance = if metres < 1_000.0 {
        format!("{}\u{a0}m", format::number((metres / 10.0).round() * 10.0, 0, language))
    } else {
        format!("{}\u{a0}km", format::number(metres / 1_000.0, 1, language))
    };
    let minutes = metres * DETOUR / WALKED_M_A_MINUTE;
    if minutes > MOST_MINUTES {
        return distance;
    }
    let minutes = format::number(minutes.max(1.0).round(), 0, language);
    fill(request.text("ui.nearby.walk"), &[("distance", &distance), ("minutes", &minutes)])
}

/// Distance of two places in CRS84 in metres, on a sphere: half a per cent off at most.
fn metres(a: Coord, b: Coord) -> f64 {
    const RADIUS_M: f64 = 6_371_008.8;
    let (lat_a, lat_b) = (a.y.to_radians(), b.y.to_radians());
    let (d_lat, d_lon) = ((lat_b - lat_a) / 2.0, (b.x - a.x).to_radians() / 2.0);
    let haversine = d_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * d_lon.sin().powi(2);
    2.0 * RADIUS_M * haversine.sqrt().min(1.0).asin()
}

#[cfg(test)]
#[path = "nearby_tests.rs"]
mod tests;
