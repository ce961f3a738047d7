//! Which parcels and buildings can be a site of which type.

use std::collections::BTreeMap;

use cadastre::codes::{CodeList, SiteType};

use super::{
    buildings::Raised,
    land::{Cover, Ground, Zone},
    planar::FaceId,
    prng::Rng,
    uses::main_front,
};

/// Where a site lies.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// Its parcels, by their areas.
    pub(super) faces: Vec<FaceId>,
    /// Index of its building, for the types that are buildings.
    pub(super) building: Option<usize>,
}

/// Parcels not used for a site yet.
#[derive(Debug)]
pub(super) struct Candidates<'a> {
    ground: &'a Ground,
    raised: &'a [Raised],
    /// Indices of the buildings on each area.
    on_face: Vec<Vec<usize>>,
    taken: Vec<bool>,
    pools: BTreeMap<SiteType, Vec<FaceId>>,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(ground: &'a Ground, raised: &'a [Raised]) -> Self {
        let mut on_face = vec![Vec::new(); ground.map.len()];
        raised.iter().enumerate().for_each(|(index, raised)| on_face[raised.face].push(index));
        let taken = vec![false; ground.map.len()];
        let mut candidates = Self { ground, raised, on_face, taken, pools: BTreeMap::new() };
        for (index, site_type) in SiteType::ALL.iter().enumerate() {
            let mut pool: Vec<FaceId> =
                (0..ground.map.len()).filter(|face| candidates.suits(*face, *site_type)).collect();
            Rng::new("candidates", index).shuffle(&mut pool);
            candidates.pools.insert(*site_type, pool);
        }
        candidates
    }

    /// Takes the next spot for a site of this type; with neighbouring parcels if it lies on several.
    pub(super) fn take(&mut self, site_type: SiteType, is_several: bool) -> Option<Spot> {
        let pool = self.pools.get_mut(&site_type)?;
        while let Some(face) = pool.pop() {
            if self.taken[face] {
                continue;
            }
            let mut faces = vec![face];
            if is_several {
                faces.extend(neighbours(self.ground, &self.taken, &self.on_face, face).into_iter().take(2));
                if faces.len() < 2 {
                    continue;
                }
            }
            for face in &faces {
                self.taken[*face] = true;
            }
            let building = self.building(face, site_type);
            return Some(Spot { faces, building });
        }
        None
    }

    fn suits(&self, face: FaceId, site_type: SiteType) -> bool {
        let land = self.ground.map.data(face);
        let area = self.ground.map.area(face);
        let is_built = !self.on_face[face].is_empty();
        let dwells = matches!(land.cover, Cover::Housing | Cover::Mixed);
        let in_place = matches!(land.zone, Zone::OldTown | Zone::Town | Zone::Village);
        let is_open = matches!(land.cover, Cover::Field | Cover::Meadow);
        match site_type {
            SiteType::InfillGap => {
                dwells
                    && in_place
                    && !is_built
                    && (180.0..2_600.0).contains(&area)
                    && main_front(self.ground, face).is_some()
            }
            SiteType::UnderusedPlot => dwells && in_place && is_built && area > 1_400.0,
            SiteType::Brownfield => (dwells || land.cover == Cover::Garden) && in_place && !is_built && area > 800.0,
            SiteType::CommercialBrownfield => land.cover == Cover::Commerce,
            SiteType::CommercialBrownfieldPartial => land.cover == Cover::Commerce && is_built,
            SiteType::Conversion => {
                is_open
                    && land.zone == Zone::Outside
                    && (1_500.0..25_000.0).contains(&area)
                    && self.touches(face, |land| land.cover == Cover::Railway)
            }
            SiteType::Ruin => land.cover == Cover::Mixed && land.zone == Zone::Village && is_built,
            SiteType::NewPlot => land.cover == Cover::Housing && land.zone == Zone::Estate && !is_built,
            SiteType::OuterReserve => {
                is_open
                    && land.zone == Zone::Outside
                    && (2_500.0..45_000.0).contains(&area)
                    && self.touches(face, |land| {
                        matches!(land.zone, Zone::Town | Zone::Village) && land.cover != Cover::Street
                    })
            }
            SiteType::SpecialArea => match land.cover {
                Cover::Garden => land.zone == Zone::Town && area > 900.0,
                Cover::Commerce => area > 4_000.0,
                _ => false,
            },
            _ => self.building(face, site_type).is_some(),
        }
    }

    /// The building that makes an area a site of this type.
    fn building(&self, face: FaceId, site_type: SiteType) -> Option<usize> {
        let functions: &[&str] = match site_type {
            SiteType::VacantDwelling | SiteType::VacancyRisk => &["Wohnhaus", "Bauernhaus"],
            SiteType::VacantUnit => &["Mehrfamilienhaus", "Wohn- und Geschäftsgebäude"],
            SiteType::FarmsteadVacant | SiteType::FarmsteadPartial | SiteType::FarmsteadNoSuccessor => &["Bauernhaus"],
            SiteType::FarmBuildingVacant | SiteType::FarmBuildingPartial => &["Scheune"],
            SiteType::CommercialVacant => &["Wohn- und Geschäftsgebäude", "Produktionsgebäude"],
            SiteType::InfrastructureVacant => {
                &["Kirche", "Feuerwehr", "Dorfgemeinschaftshaus", "Allgemeinbildende Schule"]
            }
            _ => return None,
        };
        self.on_face[face].iter().copied().find(|index| functions.contains(&self.raised[*index].function))
    }

    fn touches(&self, face: FaceId, wanted: impl Fn(&super::land::Land) -> bool) -> bool {
        self.ground.map.edges(face).any(|(_, _, other)| other.is_some_and(|other| wanted(self.ground.map.data(other))))
    }
}

/// Free plots beside an area, of the same Gemarkung.
fn neighbours(ground: &Ground, taken: &[bool], on_face: &[Vec<usize>], face: FaceId) -> Vec<FaceId> {
    let land = ground.map.data(face);
    let mut found: Vec<FaceId> = ground.map.edges(face).filter_map(|(_, _, other)| other).collect();
    found.sort_unstable();
    found.dedup();
    found.retain(|other| {
        let beside = ground.map.data(*other);
        let is_plot = matches!(beside.cover, Cover::Housing | Cover::Mixed | Cover::Garden | Cover::Meadow);
        is_plot
            && beside.district == land.district
            && beside.zone == land.zone
            && !taken[*other]
            && on_face[*other].is_empty()
    });
    found
}
