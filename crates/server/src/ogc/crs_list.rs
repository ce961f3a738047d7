//! Which CRSs may be asked for (OGC 18-058r1 § 6.2): CRS84, the store's, and usual ones of Germany and the web.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use geo_types::Coord;
use spatial::{Crs, CrsError, Snapshot, Transformer};

/// CRSs that are answered besides the store's own.
const LISTED: [u32; 6] = [4326, 25832, 25833, 3857, 31468, 4258];

/// Every CRS that may be asked for, CRS84 first. One whose datum grid is not installed is not listed: it could not be
/// answered.
pub(crate) fn crs_list(snapshot: &Snapshot) -> Vec<Crs> {
    let store = snapshot.store_crs();
    let mut list = vec![Crs::CRS84, store];
    list.extend(LISTED.map(Crs::Epsg).into_iter().filter(|crs| *crs != store && is_reachable(store, *crs)));
    list
}

/// Parses the name of a CRS that may be asked for.
pub(crate) fn listed_crs(text: &str, snapshot: &Snapshot) -> Result<Crs, String> {
    let list = crs_list(snapshot);
    Crs::parse(text).ok().filter(|crs| list.contains(crs)).ok_or_else(|| {
        let uris: Vec<_> = list.iter().map(|crs| crs.uri()).collect();
        format!("must be one of {}", uris.join(", "))
    })
}

/// Whether coordinates can be brought from one CRS into another; asked of PROJ once.
fn is_reachable(from: Crs, to: Crs) -> bool {
    static KNOWN: LazyLock<Mutex<HashMap<(Crs, Crs), bool>>> = LazyLock::new(Mutex::default);
    let lock = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(&(from, to)) {
        return *known;
    }
    // Only a position tells whether a grid is there.
    let reachable = !matches!(
        try_position(from, to),
        Err(CrsError::MissingGrid { .. } | CrsError::NoTransformation { .. } | CrsError::Unknown { .. })
    );
    lock().insert((from, to), reachable);
    reachable
}

fn try_position(from: Crs, to: Crs) -> Result<(), CrsError> {
    let mut coords = [middle(from, to)?];
    Transformer::new(Crs::CRS84, from)?.transform(&mut coords)?;
    Transformer::new(from, to)?.transform(&mut coords)
}

/// The middle of where both are used, in longitude and latitude; of the target where they have nothing in common.
fn middle(from: Crs, to: Crs) -> Result<Coord, CrsError> {
    const WORLD: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];
    let area = |crs: Crs| Ok::<_, CrsError>(crs.describe()?.area_of_use.unwrap_or(WORLD));
    let (a, b) = (area(from)?, area(to)?);
    let common = [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])];
    let [west, south, east, north] = if common[0] <= common[2] && common[1] <= common[3] { common } else { b };
    Ok(Coord { x: f64::midpoint(west, east), y: f64::midpoint(south, north) })
}

#[cfg(test)]
mod tests {
    use spatial::{Crs, Snapshot};

    use super::{crs_list, is_reachable, listed_crs};

    #[test]
    fn a_crs_is_listed_where_it_can_be_answered() {
        for store in [25832, 25833] {
            let snapshot = Snapshot::empty(Crs::Epsg(store), jiff::civil::Date::constant(2026, 1, 1));
            let list = crs_list(&snapshot);
            assert_eq!(list[..2], [Crs::CRS84, Crs::Epsg(store)]);
            for code in [4326, 3857, 4258, 25832, 25833] {
                assert_eq!(listed_crs(&Crs::Epsg(code).uri(), &snapshot), Ok(Crs::Epsg(code)));
            }
            assert!(listed_crs("http://www.opengis.net/def/crs/EPSG/0/2154", &snapshot).is_err());
            assert!(listed_crs("nonsense", &snapshot).is_err());
            // Its grid may be installed or not; the list says which.
            let gauss_kruger = Crs::Epsg(31468);
            assert_eq!(list.contains(&gauss_kruger), is_reachable(Crs::Epsg(store), gauss_kruger));
        }
        assert!(!is_reachable(Crs::Epsg(25833), Crs::Epsg(99_999)));
    }
}
