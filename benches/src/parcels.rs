//! Parcels without end: a town of crooked quadrangles whose corners are shared.
//!
//! In EPSG:25833 from 345 km east, 5,650 km north. Each parcel has six vertices (four corners and a point on
//! its southern and its northern side), each shared with its neighbours, so that there are no gaps.

use cadastre::{
    Ags, Day, DistrictKey, ParcelId, Revision, Versioned,
    geometry::{Coord, LineString, Polygon},
    ids::KeyError,
    parcel_id::ParcelIdError,
    record::{District, Municipality, Parcel, Settings},
};
use spatial::{
    Builder, Crs, CrsError, Snapshot,
    snapshot::{QueryError, SnapshotError},
};

/// EPSG code of the CRS of the data.
pub const EPSG: u32 = 25833;
/// CRS of the data.
pub const STORE_CRS: Crs = Crs::Epsg(EPSG);
/// Side of a parcel in metres, on average.
pub const SIDE_M: f64 = 28.0;
/// South-west corner in EPSG:25833.
pub const ORIGIN: Coord = Coord { x: 345_000.0, y: 5_650_000.0 };
/// Day the snapshots show.
pub const DAY: Day = Day::constant(2026, 3, 1);

/// A district is a block of so many parcels a side.
const BLOCK: u32 = 300;

/// The data could not be made: a mistake in this file.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// A key is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A parcel key is none.
    #[error(transparent)]
    ParcelId(#[from] ParcelIdError),
    /// A coordinate cannot be transformed.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The snapshot cannot be built.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The snapshot cannot be asked.
    #[error(transparent)]
    Query(#[from] QueryError),
}

/// Municipality of every parcel.
pub fn ags() -> Result<Ags, KeyError> {
    Ags::parse("14522310")
}

/// So many parcels a side.
pub fn side(count: u32) -> u32 {
    f64::from(count).sqrt().ceil() as u32
}

/// A snapshot of so many parcels with their districts and municipality, with the texts ready.
pub fn snapshot(count: u32) -> Result<Snapshot, GenerateError> {
    Ok(bare_snapshot(count)?.merged())
}

/// The same as a store is loaded: without texts.
pub fn bare_snapshot(count: u32) -> Result<Snapshot, GenerateError> {
    let mut builder = Builder::new(STORE_CRS, DAY);
    let ags = ags()?;
    let municipality = Municipality { ags, name: "Musterstadt".into(), settings: Settings::default(), geometry: None };
    builder.push(Versioned { revision: Revision(1), record: municipality.into() });
    let blocks = side(count).div_ceil(BLOCK);
    for block in 0..blocks * blocks {
        let district =
            District { district_key: district_key(block)?, name: format!("Gemarkung {block}"), ags, geometry: None };
        builder.push(Versioned { revision: Revision(1), record: district.into() });
    }
    for number in 0..count {
        builder.push(Versioned { revision: Revision(1), record: parcel(number, count, ags)?.into() });
    }
    Ok(builder.build(Revision(1))?)
}

/// The parcel with this number (from 0) of so many.
pub fn parcel(number: u32, count: u32, ags: Ags) -> Result<Parcel, GenerateError> {
    const USES: [&str; 4] = ["Wohnbaufläche", "Landwirtschaft", "Industrie- und Gewerbefläche", "Wald"];
    let side = side(count);
    let (column, row) = (number % side, number / side);
    let district = district_key(row / BLOCK * side.div_ceil(BLOCK) + column / BLOCK)?;
    let in_block = row % BLOCK * BLOCK + column % BLOCK + 1;
    let denominator = in_block.is_multiple_of(3).then(|| (in_block % 50 + 1).to_string());
    let geometry = ring(column, row);
    Ok(Parcel {
        parcel_id: ParcelId::from_parts(district, None, in_block, denominator.as_deref(), None)?,
        ags,
        street: Some(format!("Straße {}", (row / 10) % 400).into()),
        official_area_m2: Some((SIDE_M * SIDE_M + f64::from(noise(number, 3) % 100)).round()),
        land_use: Some(USES[(noise(number, 4) % 4) as usize].into()),
        source_date: Some(Day::constant(2026, 1, 1)),
        geometry: Polygon::new(geometry, vec![]).into(),
    })
}

fn district_key(block: u32) -> Result<DistrictKey, KeyError> {
    DistrictKey::parse(&format!("14{block:04}"))
}

fn ring(column: u32, row: u32) -> LineString {
    // Vertices lie at whole and, along a row, at half steps.
    let (x, y) = (2 * column, row);
    let corners = [(x, y), (x + 1, y), (x + 2, y), (x + 2, y + 1), (x + 1, y + 1), (x, y + 1), (x, y)];
    LineString(corners.map(|(x, y)| vertex(x, y)).to_vec())
}

/// A vertex of the net, up to a fifth of a side off its place.
fn vertex(half_column: u32, row: u32) -> Coord {
    let number = half_column.wrapping_mul(0x9e37_79b9) ^ row;
    let jitter = |salt| (f64::from(noise(number, salt) % 1000) / 1000.0 - 0.5) * 0.4 * SIDE_M;
    let metres = |value: f64| (value * 1000.0).round() / 1000.0;
    Coord {
        x: metres(ORIGIN.x + f64::from(half_column) * SIDE_M / 2.0 + jitter(1) / 2.0),
        y: metres(ORIGIN.y + f64::from(row) * SIDE_M + jitter(2)),
    }
}

/// A number that looks random and always is the same (the finaliser of MurmurHash3).
fn noise(number: u32, salt: u32) -> u32 {
    let mut h = number.wrapping_add(salt.wrapping_mul(0x9e37_79b9));
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use cadastre::{Viewer, geometry::MultiPolygon};
    use spatial::{Area, Query, geometry::check_polygons};

    use super::{ORIGIN, SIDE_M, STORE_CRS, parcel, snapshot};

    #[test]
    fn parcels_are_valid_and_have_six_vertices_and_keys_of_their_own() {
        let ags = super::ags().unwrap();
        let mut keys = HashSet::new();
        for number in (0..400_000).step_by(7) {
            let parcel = parcel(number, 400_000, ags).unwrap();
            let area = MultiPolygon::from(&parcel.geometry);
            assert_eq!(check_polygons(&area.0), []);
            assert_eq!(area.0[0].exterior().0.len(), 7);
            assert!(keys.insert(parcel.parcel_id), "{:?} twice", parcel.parcel_id);
        }
    }

    #[test]
    fn they_fill_the_plane_without_gap() {
        let snapshot = snapshot(900).unwrap();
        for step in 2..20 {
            let at = ORIGIN + geo_types::Coord { x: 1.0, y: 1.0 } * (f64::from(step) * SIDE_M * 1.3);
            let query = Query { within: Some(Area::BboxIn(STORE_CRS, [at.x, at.y, at.x, at.y])), ..Query::default() };
            let page = snapshot.query("parcels", &query, &Viewer::ANONYMOUS).unwrap();
            assert!((1..=3).contains(&page.matched), "{} at {at:?}", page.matched);
        }
    }
}
