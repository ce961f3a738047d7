//! What the ground of the demo is made of, before it becomes records.

use super::{
    curve::{Metres, bounds},
    cut::Limits,
    planar::{FaceId, Planar},
};

/// Index into [`Ground::streets`].
pub(super) type StreetId = usize;

/// What an area is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// Not decided yet: to be divided.
    Open,
    River,
    Brook,
    Railway,
    Street,
    /// Field track or footpath.
    Track,
    Square,
    Housing,
    /// Shops below, dwellings above; farmsteads.
    Mixed,
    Commerce,
    Garden,
    /// School, church, castle, town hall.
    Public,
    Sport,
    Cemetery,
    Field,
    Meadow,
    Forest,
}

impl Cover {
    /// Name of the actual use (tatsächliche Nutzung) as ALKIS writes it.
    pub(super) fn land_use(self) -> &'static str {
        match self {
            Self::River | Self::Brook => "Fließgewässer",
            Self::Railway => "Bahnverkehr",
            Self::Street => "Straßenverkehr",
            Self::Track => "Weg",
            Self::Square => "Platz",
            Self::Housing => "Wohnbaufläche",
            Self::Mixed => "Fläche gemischter Nutzung",
            Self::Commerce => "Industrie- und Gewerbefläche",
            Self::Public => "Fläche besonderer funktionaler Prägung",
            Self::Garden | Self::Sport => "Sport-, Freizeit- und Erholungsfläche",
            Self::Cemetery => "Friedhof",
            Self::Open | Self::Field | Self::Meadow => "Landwirtschaft",
            Self::Forest => "Wald",
        }
    }

    /// Whether plots along it have access from it.
    pub(super) fn gives_access(self) -> bool {
        matches!(self, Self::Street | Self::Square)
    }
}

/// What kind of settlement an area belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    Outside,
    OldTown,
    Town,
    /// Plots of a new development area, not built upon yet for the most part.
    Estate,
    Commerce,
    Village,
}

/// What is known of an area.
#[derive(Clone, Copy, Debug)]
pub(super) struct Land {
    /// Index into [`super::names::PLACES`].
    pub(super) district: usize,
    pub(super) cover: Cover,
    pub(super) zone: Zone,
    /// Of a street its name, of a plot the name of the street it lies on.
    pub(super) street: Option<StreetId>,
}

impl Land {
    pub(super) const OPEN: Self = Self { district: 0, cover: Cover::Open, zone: Zone::Outside, street: None };
}

/// The ground: areas and the names of streets.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) map: Planar<Land>,
    pub(super) streets: Vec<String>,
}

impl Ground {
    pub(super) fn name_street(&mut self, name: impl Into<String>) -> StreetId {
        self.streets.push(name.into());
        self.streets.len() - 1
    }

    /// Open areas whose bounding box meets that of a ring.
    pub(super) fn open_near(&self, ring: &[Metres]) -> Vec<FaceId> {
        let (low, high) = bounds(ring);
        (0..self.map.len())
            .filter(|face| self.map.data(*face).cover == Cover::Open)
            .filter(|face| {
                let (face_low, face_high) = bounds(&self.map.ring(*face));
                face_low.x <= high.x && face_high.x >= low.x && face_low.y <= high.y && face_high.y >= low.y
            })
            .collect()
    }

    /// Cuts a ring out of all open areas. Returns the areas inside it.
    pub(super) fn carve(&mut self, ring: &[Metres], limits: Limits) -> Vec<FaceId> {
        let near = self.open_near(ring);
        near.into_iter().flat_map(|face| self.map.carve(face, ring, limits)).collect()
    }

    /// The edges of an area along streets, each with its street.
    pub(super) fn frontage(&self, face: FaceId) -> Vec<(Metres, Metres, StreetId)> {
        let edges = self.map.edges(face).filter_map(|(a, b, other)| {
            let other = self.map.data(other?);
            other.cover.gives_access().then_some((a, b, other.street?))
        });
        edges.collect()
    }
}
