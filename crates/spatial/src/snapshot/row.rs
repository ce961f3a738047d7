//! What the tables of a snapshot need to know of a record.

use std::{collections::HashSet, fmt};

use cadastre::{
    Ags, DistrictKey, SharedText,
    record::{
        Announcement, Building, District, Feature, Layer, Locality, Municipality, Objection, Parcel, Picture, Site,
        Unit, Vacancy,
    },
};
use geo_types::{MultiPolygon, Polygon};

use super::columns::Cells;
use crate::geometry::Shape;

/// A record as a row of a table.
pub(crate) trait Row: Cells + Clone + fmt::Debug + Send + Sync {
    /// Whether the texts of records are kept: they mostly are the same on every day and for everybody.
    const IS_ENCODED: bool = false;

    /// Id, unique in its table.
    fn id(&self) -> &str;

    /// The same as bytes, where that is cheaper.
    fn id_bytes(&self) -> &[u8] {
        self.id().as_bytes()
    }

    /// Municipality it belongs to; none of the features of layers.
    fn ags(&self) -> Option<Ags>;

    /// District whose name is shown with it.
    fn shown_district(&self) -> Option<DistrictKey> {
        None
    }

    /// Shape in the CRS of the store.
    fn shape(&self) -> Option<Shape<'_>> {
        None
    }

    /// Ids of other records by which this one is looked up.
    fn links(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Lets go of texts that another record has as well.
    fn share(&mut self, _texts: &mut SharedTexts) {}

    /// About how many bytes it has on the heap, without what it shares.
    fn heap(&self) -> usize {
        self.shape().map_or(0, |shape| shape_heap(&shape))
    }
}

/// Texts that many records have: each is kept once.
#[derive(Debug, Default)]
pub(crate) struct SharedTexts(HashSet<SharedText>);

impl SharedTexts {
    fn share(&mut self, text: &mut SharedText) {
        match self.0.get(&**text) {
            Some(known) => *text = known.clone(),
            None => {
                self.0.insert(text.clone());
            }
        }
    }
}

/// What an allocation costs beyond its bytes.
const ALLOCATION: usize = 8;

fn shape_heap(shape: &Shape<'_>) -> usize {
    let mut bytes = ALLOCATION;
    shape.for_each_run(|run| bytes += std::mem::size_of_val(run) + ALLOCATION + size_of::<Polygon>());
    bytes
}

fn text_heap(text: Option<&str>) -> usize {
    text.map_or(0, |text| text.len() + ALLOCATION)
}

fn area(geometry: Option<&MultiPolygon>) -> Option<Shape<'_>> {
    geometry.map(Shape::from)
}

impl Row for Municipality {
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        self.ags.as_str()
    }
    fn shape(&self) -> Option<Shape<'_>> {
        area(self.geometry.as_ref())
    }
}

impl Row for District {
    const IS_ENCODED: bool = true;
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        self.district_key.as_str()
    }
    fn shape(&self) -> Option<Shape<'_>> {
        area(self.geometry.as_ref())
    }
}

impl Row for Locality {
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        &self.locality_id
    }
    fn shape(&self) -> Option<Shape<'_>> {
        area(self.geometry.as_ref())
    }
}

impl Row for Parcel {
    const IS_ENCODED: bool = true;
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        self.parcel_id.as_str()
    }
    fn id_bytes(&self) -> &[u8] {
        self.parcel_id.as_bytes()
    }
    fn shown_district(&self) -> Option<DistrictKey> {
        Some(self.parcel_id.district_key())
    }
    fn shape(&self) -> Option<Shape<'_>> {
        Some(Shape::from(&self.geometry))
    }
    fn heap(&self) -> usize {
        let (bytes, allocations) = self.geometry.heap();
        bytes + allocations * ALLOCATION
    }
    fn share(&mut self, texts: &mut SharedTexts) {
        [&mut self.street, &mut self.land_use].into_iter().flatten().for_each(|text| texts.share(text));
    }
}

impl Row for Building {
    const IS_ENCODED: bool = true;
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        &self.building_id
    }
    fn shape(&self) -> Option<Shape<'_>> {
        Some(Shape::from(&self.geometry))
    }
    fn heap(&self) -> usize {
        shape_heap(&Shape::from(&self.geometry))
            + text_heap(Some(&self.building_id))
            + text_heap(self.function.as_deref())
    }
}

impl Row for Site {
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        &self.site_id
    }
    fn shape(&self) -> Option<Shape<'_>> {
        Some(Shape::from(&self.geometry))
    }
    fn links(&self) -> Vec<&str> {
        self.parcels.iter().map(cadastre::ParcelId::as_str).collect()
    }
}

impl Row for Vacancy {
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        &self.building_id
    }
}

impl Row for Unit {
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        &self.unit_id
    }
    fn links(&self) -> Vec<&str> {
        vec![&self.building_id]
    }
}

impl Row for Picture {
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        &self.picture_id
    }
    fn links(&self) -> Vec<&str> {
        vec![&self.subject_id]
    }
    fn heap(&self) -> usize {
        let texts = [Some(self.alt.as_str()), self.alt_en.as_deref(), self.author.as_deref(), Some(&self.sha256)];
        texts.into_iter().map(text_heap).sum::<usize>()
            + text_heap(Some(&self.picture_id))
            + text_heap(Some(&self.subject_id))
    }
}

impl Row for Announcement {
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        &self.announcement_id
    }
}

impl Row for Objection {
    fn ags(&self) -> Option<Ags> {
        Some(self.ags)
    }
    fn id(&self) -> &str {
        &self.objection_id
    }
    fn links(&self) -> Vec<&str> {
        vec![self.parcel_id.as_str()]
    }
}

impl Row for Layer {
    fn ags(&self) -> Option<Ags> {
        None
    }
    fn id(&self) -> &str {
        &self.name
    }
}

impl Row for Feature {
    const IS_ENCODED: bool = true;
    fn ags(&self) -> Option<Ags> {
        None
    }
    fn id(&self) -> &str {
        &self.feature_id
    }
    fn shape(&self) -> Option<Shape<'_>> {
        self.geometry.as_ref().map(Shape::from)
    }
    fn heap(&self) -> usize {
        let texts = self.values.iter().map(|value| match value {
            cadastre::Value::Text(text) => text.len() + ALLOCATION,
            _ => 0,
        });
        let values = texts.sum::<usize>() + self.values.capacity() * size_of::<cadastre::Value>() + ALLOCATION;
        let names = text_heap(Some(&self.layer)) + text_heap(Some(&self.feature_id));
        self.shape().map_or(0, |shape| shape_heap(&shape)) + values + names
    }
}
