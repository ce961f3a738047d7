//! Records in a box, one after the other, without a page of them: for those who draw.

use cadastre::Viewer;
use geo_types::Rect;

use super::{
    Snapshot,
    area::Region,
    collection::Target,
    context::{Context, Served},
    shown::Shown,
    table::{Slot, Table},
};

impl Snapshot {
    /// Shows every record of a collection that meets a box (CRS84) and that the viewer sees, in the order of the
    /// collection.
    pub(crate) fn for_each_in<'s>(
        &'s self,
        target: Target<'s>,
        bounds: Rect,
        viewer: &Viewer,
        visit: &mut dyn FnMut(Shown<'s>),
    ) {
        match target {
            Target::Parcels => self.walk(&self.tables.parcels, bounds, viewer, visit),
            Target::Sites => self.walk(&self.tables.sites, bounds, viewer, visit),
            Target::Buildings => self.walk(&self.tables.buildings, bounds, viewer, visit),
            Target::Districts => self.walk(&self.tables.districts, bounds, viewer, visit),
            Target::Layer(_, Some(features)) => self.walk(features, bounds, viewer, visit),
            Target::Layer(_, None) => {}
        }
    }

    /// How many records of a collection meet a box (CRS84), whoever sees them.
    pub(crate) fn count_in(&self, target: Target<'_>, bounds: Rect) -> usize {
        match target {
            Target::Parcels => count(&self.tables.parcels, bounds),
            Target::Sites => count(&self.tables.sites, bounds),
            Target::Buildings => count(&self.tables.buildings, bounds),
            Target::Districts => count(&self.tables.districts, bounds),
            Target::Layer(_, Some(features)) => count(features, bounds),
            Target::Layer(_, None) => 0,
        }
    }

    fn walk<'s, R: Served>(
        &'s self,
        table: &'s Table<R>,
        bounds: Rect,
        viewer: &Viewer,
        visit: &mut dyn FnMut(Shown<'s>),
    ) {
        let region = Region::Boxes(vec![bounds]);
        let hits = |(level, of)| {
            let positions = region.search(of).into_iter().flatten();
            positions.map(move |position| Slot { level, position })
        };
        let mut slots: Vec<Slot> = table.levels().iter().enumerate().flat_map(hits).collect();
        if slots.first().map(|slot| slot.level) != slots.last().map(|slot| slot.level) {
            slots.sort_by(|a, b| table.entry(*a).order().cmp(&table.entry(*b).order()));
        }
        let mut context = Context::new(self);
        for slot in slots {
            if let Some(shown) = self.show(table.entry(slot), viewer, &mut context) {
                visit(shown);
            }
        }
    }
}

fn count<R: Served>(table: &Table<R>, bounds: Rect) -> usize {
    let region = Region::Boxes(vec![bounds]);
    table.levels().iter().flat_map(|level| region.search(level)).map(|positions| positions.len()).sum()
}
