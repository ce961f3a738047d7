//! Outlines of districts that have no geometry of their own, as those of most official files.
//!
//! They run round the district's parcels and are for maps, where single parcels are too small to be drawn. They are
//! nothing official: no other answer has them.

use std::{collections::BTreeMap, sync::Arc};

use cadastre::{DistrictKey, Viewer};
use geo_types::{MultiPolygon, Polygon, Rect};

use super::{Snapshot, context::Context, shown::Shown};
use crate::geometry::{Shape, dissolve::dissolve, predicate::rects_intersect};

/// What the parcels of a district cover together.
#[derive(Debug)]
pub(crate) struct Outline {
    district: DistrictKey,
    /// Box in CRS84.
    bounds: Rect,
    /// In CRS84.
    area: MultiPolygon,
}

impl Snapshot {
    /// Whether there are districts without a geometry of their own.
    pub(crate) fn has_outlines(&self) -> bool {
        self.tables.districts.has_records_without_shape()
    }

    /// Makes the outlines, if there must be any and they are not there. Takes time in proportion to the parcels; not for
    /// threads that serve connections.
    pub fn make_outlines(&self) {
        self.outlines();
    }

    /// Visits the districts of which only an outline is known, and of those the ones whose box meets a box (CRS84).
    pub(crate) fn for_each_outline<'s>(
        &'s self,
        bounds: Rect,
        viewer: &Viewer,
        mut visit: impl FnMut(Shown<'s>, Shape<'s>),
    ) {
        let mut context = Context::new(self);
        for outline in self.outlines().iter().filter(|outline| rects_intersect(&outline.bounds, &bounds)) {
            let district = self.tables.districts.get(outline.district.as_str());
            if let Some(shown) = district.and_then(|entry| self.show(entry, viewer, &mut context)) {
                visit(shown, Shape::from(&outline.area));
            }
        }
    }

    /// Bytes of the outlines that are there.
    pub(crate) fn memory_of_outlines(&self) -> usize {
        let polygon = |polygon: &Polygon| {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            rings.map(|ring| size_of_val(&ring.0[..])).sum::<usize>() + size_of::<Polygon>()
        };
        let outlines = self.derived.outlines.get().map(|outlines| &outlines[..]).unwrap_or_default();
        outlines.iter().map(|outline| outline.area.iter().map(polygon).sum::<usize>() + size_of::<Outline>()).sum()
    }

    /// By key of the district.
    fn outlines(&self) -> &[Outline] {
        self.derived.outlines.get_or_init(|| if self.has_outlines() { self.dissolved() } else { Arc::default() })
    }

    fn dissolved(&self) -> Arc<[Outline]> {
        let districts = self.tables.districts.entries().filter(|district| district.shape_crs84().is_none());
        let mut parcels: BTreeMap<DistrictKey, Vec<Shape<'_>>> =
            districts.map(|district| (district.row.district_key, Vec::new())).collect();
        let mut context = Context::new(self);
        for parcel in self.tables.parcels.entries() {
            // One outline for all viewers: of the parcels that everybody sees.
            if let Some(of_district) = parcels.get_mut(&parcel.row.parcel_id.district_key())
                && let Some(shown) = self.show(parcel, &Viewer::ANONYMOUS, &mut context)
            {
                of_district.extend(shown.shape_crs84());
            }
        }
        let outline = |(district, parcels): (DistrictKey, Vec<Shape<'_>>)| {
            let area = dissolve(parcels);
            Some(Outline { district, bounds: Shape::from(&area).bounds()?, area })
        };
        parcels.into_iter().filter_map(outline).collect()
    }
}
