//! What the pages read from a snapshot, always as the public sees it.

use std::collections::HashSet;

use cadastre::{Ags, ParcelId, Value, Viewer, record::Municipality, texts::Language};
use spatial::{Area, Predicate, Query, Shown, Snapshot};

use super::{params::LonLatBox, site_item::SiteItem, towns::Town};

const PUBLIC: &Viewer = &Viewer::ANONYMOUS;

/// Every public site, of one municipality or of all.
pub(crate) fn public_sites(snapshot: &Snapshot, ags: Option<Ags>, language: Language) -> Vec<SiteItem> {
    let query = Query { filter: of_municipality(ags), limit: usize::MAX, ..Query::default() };
    let Ok(page) = snapshot.query("sites", &query, PUBLIC) else { return Vec::new() };
    page.returned.iter().filter_map(|shown| item(shown, language)).collect()
}

/// Of these sites those that touch the box; the search is exact.
pub(crate) fn in_box(snapshot: &Snapshot, mut sites: Vec<SiteItem>, bbox: Option<LonLatBox>) -> Vec<SiteItem> {
    let Some(bbox) = bbox else { return sites };
    let within = Some(Area::Bbox(bbox.into()));
    let query = Query { within, limit: usize::MAX, ..Query::default() };
    let page = snapshot.query("sites", &query, PUBLIC);
    let ids: HashSet<&str> = page.iter().flat_map(|page| &page.returned).map(|shown| shown.view().id()).collect();
    sites.retain(|site| ids.contains(site.id.as_str()));
    sites
}

/// Public sites that say that they lie on this parcel.
pub(crate) fn sites_on(snapshot: &Snapshot, parcel: ParcelId, language: Language) -> Vec<SiteItem> {
    snapshot.sites_on_parcel(parcel, PUBLIC).iter().filter_map(|shown| item(shown, language)).collect()
}

fn item(shown: &Shown<'_>, language: Language) -> Option<SiteItem> {
    SiteItem::from_view(shown.view(), shown.revision().0, language)
}

/// The municipalities, one or all, with the number of their public sites.
pub(crate) fn towns<'s>(snapshot: &'s Snapshot, ags: Option<Ags>, sites: &[SiteItem]) -> Vec<Town<'s>> {
    let municipalities = match ags {
        Some(ags) => snapshot.municipality(ags).into_iter().collect(),
        None => snapshot.municipalities(),
    };
    let with_count = municipalities.into_iter().map(|municipality| {
        let site_count = sites.iter().filter(|site| site.ags == municipality.ags).count();
        of_record(snapshot, municipality, site_count)
    });
    with_count.collect()
}

/// One municipality, for a page that shows no counts.
pub(crate) fn town(snapshot: &Snapshot, ags: Ags) -> Option<Town<'_>> {
    Some(of_record(snapshot, snapshot.municipality(ags)?, 0))
}

/// Its extent is that of its boundary or, where it has none, of its districts, else of its parcels.
fn of_record<'s>(snapshot: &Snapshot, municipality: &'s Municipality, site_count: usize) -> Town<'s> {
    let ags = municipality.ags;
    let districts = extent_of_all(snapshot, "districts", ags);
    let boundary = snapshot.municipality_bounds(ags).map(LonLatBox::from);
    let extent = boundary.or(districts).or_else(|| extent_of_all(snapshot, "parcels", ags));
    Town { municipality, site_count, extent, has_districts: districts.is_some() }
}

/// Box in CRS84 around what a page is about.
pub(crate) fn extent_of(shown: &Shown<'_>) -> Option<LonLatBox> {
    shown.shape_crs84().and_then(|shape| shape.bounds()).map(Into::into)
}

fn extent_of_all(snapshot: &Snapshot, collection: &str, ags: Ags) -> Option<LonLatBox> {
    let query = Query { filter: of_municipality(Some(ags)), limit: 10_000, ..Query::default() };
    let page = snapshot.query(collection, &query, PUBLIC).ok()?;
    page.returned.iter().filter_map(extent_of).reduce(LonLatBox::joined)
}

fn of_municipality(ags: Option<Ags>) -> Predicate {
    ags.map_or(Predicate::All, |ags| Predicate::Equals { property: "ags".to_owned(), value: Value::text(ags.as_str()) })
}
