//! From areas to records: municipality, Gemarkungen, Ortsteile, parcels and buildings.

use cadastre::{
    Ags, Day, DistrictKey, ParcelId,
    geometry::{Geometry, Polygon},
    record::{Building, District, Locality, Municipality, Parcel, Settings},
};

use super::{
    DemoError,
    buildings::Raised,
    curve::{Metres, bounds},
    face,
    land::Ground,
    names::PLACES,
    planar::{FaceId, closed},
    prng::Rng,
};

/// Who the demo is about: the municipality and, in the order of [`PLACES`], its Gemarkungen.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) ags: Ags,
    pub(super) districts: Vec<DistrictKey>,
    pub(super) names: Vec<String>,
}

impl Keys {
    /// Reads the table of the Gemarkungen.
    pub(super) fn read(ags: &str, table: &str) -> Result<Self, DemoError> {
        let ags = Ags::parse(ags).map_err(|source| DemoError::Key { source })?;
        let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let (mut districts, mut names) = (Vec::new(), Vec::new());
        for place in PLACES {
            let number = place.number.to_string();
            let row = rows.iter().find(|row| row.get(2) == Some(&number.as_str()));
            let name = row.and_then(|row| row.get(3)).ok_or(DemoError::NoDistrict { number: place.number })?;
            names.push((*name).to_owned());
            districts.push(DistrictKey::parse(&format!("14{number}")).map_err(|source| DemoError::Key { source })?);
        }
        Ok(Self { ags, districts, names })
    }
}

/// The municipality; its settings say that the data are made up.
pub(super) fn municipality(ground: &Ground, keys: &Keys) -> Municipality {
    let all: Vec<FaceId> = (0..ground.map.len()).collect();
    Municipality {
        ags: keys.ags,
        name: keys.names[super::names::TOWN].clone(),
        settings: Settings {
            contact_name: Some("Bauamt (Beispiel)".to_owned()),
            contact_mail: Some("bauamt@leisnig.example.org".to_owned()),
            // Of the numbers kept free for films.
            contact_phone: Some("030 23125 140".to_owned()),
            attribution: Some(
                "Gemeindegrenze: © GeoBasis-DE / BKG 2013 (Daten verändert), dl-de/by-2-0; \
                 Flurstücke, Standorte und Leerstände: erzeugte Beispieldaten"
                    .to_owned(),
            ),
            example_data: true,
            contact_address: Some("Musterplatz 1, 04703 Leisnig".to_owned()),
            contact_hours: Some("Dienstag 9 bis 12 und 13 bis 18 Uhr, Donnerstag 9 bis 12 Uhr (Beispiel)".to_owned()),
            ..face::settings()
        },
        geometry: Some(ground.map.outline(&all)),
    }
}

/// Gemarkungen and, one in each, Ortsteile.
pub(super) fn districts(ground: &Ground, keys: &Keys) -> (Vec<District>, Vec<Locality>) {
    let mut faces: Vec<Vec<FaceId>> = vec![Vec::new(); PLACES.len()];
    (0..ground.map.len()).for_each(|face| faces[ground.map.data(face).district].push(face));
    let of_place = |(index, faces): (usize, Vec<FaceId>)| {
        let (name, geometry) = (keys.names[index].clone(), Some(ground.map.outline(&faces)));
        let locality_id = format!("{}-{}", keys.ags, slug(&name));
        (
            District {
                district_key: keys.districts[index],
                name: name.clone(),
                ags: keys.ags,
                geometry: geometry.clone(),
            },
            Locality { locality_id, name, ags: keys.ags, geometry },
        )
    };
    faces.into_iter().enumerate().map(of_place).unzip()
}

/// The name in lower-case ASCII.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let ascii = lower.chars().map(|c| match c {
        'ä' => "ae".to_owned(),
        'ö' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        'ß' => "ss".to_owned(),
        c if c.is_ascii_alphanumeric() => c.to_string(),
        _ => "-".to_owned(),
    });
    ascii.collect()
}

/// One parcel an area, at the index of the area.
pub(super) fn parcels(ground: &Ground, keys: &Keys) -> Result<Vec<Parcel>, DemoError> {
    let ids = number(ground, keys)?;
    let parcel = |(face, parcel_id): (FaceId, ParcelId)| {
        let land = ground.map.data(face);
        let ring = ground.map.grid_ring(face);
        Parcel {
            parcel_id,
            ags: keys.ags,
            street: land.street.map(|street| ground.streets[street].as_str().into()),
            official_area_m2: Some(official_area(ground.map.area(face), &mut Rng::new("official area", face))),
            land_use: Some(land.cover.land_use().into()),
            source_date: Some(Day::constant(2026, 1, 1)),
            geometry: Polygon::new(closed(&ring), Vec::new()).into(),
        }
    };
    Ok(ids.into_iter().enumerate().map(parcel).collect())
}

/// Official areas stem from older surveys and differ from the geometry: mostly little, at most by 2 %.
fn official_area(geometric_m2: f64, rng: &mut Rng) -> f64 {
    let (side, size) = (rng.range(-1.0, 1.0), rng.unit());
    (geometric_m2 * (1.0 + 0.02 * side * size * size)).round().max(1.0)
}

/// Numbers the parcels of each Gemarkung, neighbours after each other.
///
/// A number stands alone ("57"), or the parcels once split off it share it ("57/1", "57/2", rarely "57a").
fn number(ground: &Ground, keys: &Keys) -> Result<Vec<ParcelId>, DemoError> {
    let mut faces: Vec<FaceId> = (0..ground.map.len()).collect();
    let all: Vec<Metres> = faces.iter().flat_map(|face| ground.map.ring(*face)).collect();
    let (low, high) = bounds(&all);
    let scale = 1023.0 / (high.x - low.x).max(high.y - low.y).max(1.0);
    faces.sort_by_cached_key(|face| {
        let (face_low, face_high) = bounds(&ground.map.ring(*face));
        let middle = ((face_low + face_high) * 0.5 - low) * scale;
        (ground.map.data(*face).district, hilbert(middle.x as u32, middle.y as u32), *face)
    });
    let mut ids: Vec<(FaceId, ParcelId)> = Vec::with_capacity(faces.len());
    for group in faces.chunk_by(|a, b| ground.map.data(*a).district == ground.map.data(*b).district) {
        let district = ground.map.data(group[0]).district;
        let mut rng = Rng::new("number", district);
        let mut rest = group;
        let mut numerator = 1;
        while !rest.is_empty() {
            let count = if rng.chance(0.62) { 1 } else { 2 + rng.index(7) }.min(rest.len());
            let (siblings, after) = rest.split_at(count);
            for (face, denominator) in siblings.iter().zip(denominators(count, &mut rng)) {
                let id = ParcelId::from_parts(keys.districts[district], None, numerator, denominator.as_deref(), None);
                ids.push((*face, id.map_err(|source| DemoError::ParcelId { source })?));
            }
            numerator += if rng.chance(0.1) { 2 } else { 1 };
            rest = after;
        }
    }
    ids.sort_by_key(|(face, _)| *face);
    Ok(ids.into_iter().map(|(_, id)| id).collect())
}

fn denominators(count: usize, rng: &mut Rng) -> Vec<Option<String>> {
    if count == 1 {
        let denominator = if rng.chance(0.03) { Some("a".to_owned()) } else { None };
        return vec![denominator];
    }
    if count <= 4 && rng.chance(0.12) {
        return std::iter::once(None)
            .chain(["a", "b", "c"].map(|letter| Some(letter.to_owned())))
            .take(count)
            .collect();
    }
    // Numbers of parcels that were merged or split again are not given twice.
    let mut last = 0;
    let mut next = || {
        last += if rng.chance(0.2) { 2 } else { 1 };
        Some(last.to_string())
    };
    (0..count).map(|_| next()).collect()
}

/// Place of a cell on the Hilbert curve of order 10, so that neighbours get near numbers.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut place = 0;
    for bit in (0..10).rev() {
        let size = 1 << bit;
        let (right, upper) = (u32::from(x & size > 0), u32::from(y & size > 0));
        place += size * size * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (1023 - x.min(1023), 1023 - y.min(1023));
            }
            (x, y) = (y, x);
        }
    }
    place
}

/// One record a building; the id looks like that of an ALKIS object.
pub(super) fn buildings(ground: &Ground, raised: &[Raised], keys: &Keys) -> Vec<Building> {
    let building = |(index, raised): (usize, &Raised)| Building {
        building_id: building_id(index),
        function: Some(raised.function.to_owned()),
        district_key: Some(keys.districts[ground.map.data(raised.face).district]),
        ags: keys.ags,
        geometry: Geometry::Polygon(Polygon::new(closed(&raised.footprint), Vec::new())),
    };
    raised.iter().enumerate().map(building).collect()
}

/// Id of the building at an index.
pub(super) fn building_id(index: usize) -> String {
    format!("DESNDEMO{index:08}")
}
