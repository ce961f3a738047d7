//! What is nearest to a place.

use cadastre::Viewer;
use geo_types::Coord;

use super::{
    Snapshot,
    area::Area,
    collection::Target,
    context::{Context, Served},
    query::{Asked, Query, QueryError},
    shown::Shown,
    table::{Slot, Table},
};
use crate::geometry::disc::Disc;

/// A record and how far it is.
#[derive(Clone, Debug)]
pub struct Nearby<'s> {
    /// The record.
    pub shown: Shown<'s>,
    /// Metres from the place to its nearest position; 0 if the place lies in it.
    pub distance_m: f64,
}

/// The first circle that is looked into, and how much larger the next ones are.
const FIRST_M: f64 = 100.0;
const GROWTH: f64 = 4.0;
/// Nothing farther is looked for.
const FARTHEST_M: f64 = 1e6;

impl Snapshot {
    /// The matches nearest to a place (CRS84), the nearest first, `query.limit` at most and none farther than
    /// 1,000 km; of equal distances, by id.
    pub fn nearest(
        &self,
        collection: &str,
        query: &Query,
        place: Coord,
        viewer: &Viewer,
    ) -> Result<Vec<Nearby<'_>>, QueryError> {
        let (target, asked) = self.prepare(collection, query, viewer)?;
        match target {
            Target::Parcels => self.nearest_of(&self.tables.parcels, query, asked, place),
            Target::Sites => self.nearest_of(&self.tables.sites, query, asked, place),
            Target::Buildings => self.nearest_of(&self.tables.buildings, query, asked, place),
            Target::Districts => self.nearest_of(&self.tables.districts, query, asked, place),
            Target::Layer(_, Some(features)) => self.nearest_of(features, query, asked, place),
            Target::Layer(_, None) => Ok(Vec::new()),
        }
    }

    fn nearest_of<'s, R: Served>(
        &'s self,
        table: &'s Table<R>,
        query: &Query,
        mut asked: Asked<'s, '_>,
        place: Coord,
    ) -> Result<Vec<Nearby<'s>>, QueryError> {
        let here = Disc::new(place, 0.0);
        let mut metres = FIRST_M;
        loop {
            let circle = Area::Radius { centre: place, metres }.compile(self.crs)?;
            asked.filter.regions.push(circle);
            let mut found: Vec<(f64, Slot)> = Vec::new();
            asked.scan(self, table, query).for_each(|slot, _| {
                let shape = table.entry(slot).shape_crs84();
                found.extend(shape.and_then(|shape| here.distance_m(&shape)).map(|distance| (distance, slot)));
            });
            asked.filter.regions.pop();
            if found.len() < query.limit && metres < FARTHEST_M {
                metres = (metres * GROWTH).min(FARTHEST_M);
                continue;
            }
            let id = |slot: &Slot| table.entry(*slot).row.id();
            found.sort_by(|(a, a_slot), (b, b_slot)| a.total_cmp(b).then_with(|| id(a_slot).cmp(id(b_slot))));
            found.truncate(query.limit);
            let scan = asked.scan(self, table, &Query { limit: 0, ids: Some(Vec::new()), ..Query::default() });
            let mut context = Context::new(self);
            let show = |(distance_m, slot): (f64, Slot)| {
                let (view, stamps) = scan.view(slot, &mut context)?;
                Some(Nearby { shown: Shown::new(self, table.entry(slot), view, stamps), distance_m })
            };
            return Ok(found.into_iter().filter_map(show).collect());
        }
    }
}
