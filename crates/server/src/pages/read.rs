//! What the pages read from a snapshot, always as the public sees it.

use std::collections::HashSet;

use cadastre::{
    Ags, ParcelId, Value, Viewer,
    codes::SiteStatus,
    publication::{Span, without},
    record::Municipality,
    texts::Language,
};
use spatial::{Area, Found, Predicate, Query, Shown, Snapshot, snapshot::Remembered};

use super::{
    error_page::ErrorKind,
    groups::Group,
    listing::{Listing, Record, Whereabouts, text_of},
    params::{LonLatBox, Place},
    photos::Photo,
    towns::Town,
};

const PUBLIC: &Viewer = &Viewer::ANONYMOUS;

/// Every public site and every published vacancy, of one municipality or of all.
///
/// A building that stands where a site for such a building is public is that site, and not listed twice.
pub(crate) fn listings(snapshot: &Snapshot, ags: Option<Ags>, place: &Place, language: Language) -> Vec<Listing> {
    let query = Query { filter: of_municipality(ags), limit: usize::MAX, ..Query::default() };
    let Ok(sites) = snapshot.query("sites", &query, PUBLIC) else { return Vec::new() };
    let mut listings: Vec<Listing> =
        sites.returned.iter().filter_map(|shown| site_listing(snapshot, shown, language)).collect();
    let of_buildings: HashSet<&str> =
        listings.iter().filter(|listing| is_of_building(listing)).map(|listing| listing.id.as_str()).collect();
    let taken: Vec<&Shown<'_>> = sites.returned.iter().filter(|site| of_buildings.contains(site.view().id())).collect();
    let vacant = snapshot.vacant_buildings(PUBLIC).into_iter();
    let vacant = vacant.filter(|building| ags.is_none() || building.view().ags() == ags);
    let free = vacant.filter(|building| !taken.iter().any(|site| site.is_on(building)));
    let buildings: Vec<Listing> = free.filter_map(|shown| building_listing(snapshot, &shown, language)).collect();
    drop(of_buildings);
    listings.extend(buildings);
    mark_place(snapshot, &mut listings, place);
    listings
}

/// What is listed, and what was and ended by use, each with the days on which it was on the list. Values are those that
/// are public today or were when it ended; a building is left out on the days on which it was the site that it stands on.
pub(crate) fn remembered(
    snapshot: &Snapshot,
    ags: Option<Ags>,
    place: &Place,
    language: Language,
) -> Vec<(Listing, Vec<Span>)> {
    let of_municipality = |one: &Remembered<'_>| ags.is_none() || one.shown.view().ags() == ags;
    let sites: Vec<_> = snapshot.remembered_sites().into_iter().filter(of_municipality).collect();
    let buildings: Vec<_> = snapshot.remembered_buildings().into_iter().filter(of_municipality).collect();
    let mut known: Vec<(&Shown<'_>, Listing, Vec<Span>)> = Vec::new();
    for one in &sites {
        let Some(mut listing) = site_listing(snapshot, &one.shown, language) else { continue };
        listing.is_available &= !listing.status.is_some_and(SiteStatus::ended_by_use);
        known.push((&one.shown, listing, one.spans.clone()));
    }
    let of_buildings: Vec<(&Shown<'_>, Vec<Span>)> = known
        .iter()
        .filter(|(_, listing, _)| is_of_building(listing))
        .map(|(shown, _, spans)| (*shown, spans.clone()))
        .collect();
    for one in &buildings {
        let Some(listing) = building_listing(snapshot, &one.shown, language) else { continue };
        let sites = of_buildings.iter().filter(|(site, _)| site.is_on(&one.shown));
        let spans = sites.fold(one.spans.clone(), |spans, (_, taken)| without(&spans, taken));
        known.push((&one.shown, listing, spans));
    }
    for area in place.areas() {
        let inside = snapshot.which_within(&area, known.iter().map(|(shown, ..)| *shown));
        for ((_, listing, _), is_inside) in known.iter_mut().zip(inside) {
            listing.is_in_place &= is_inside;
        }
    }
    known.into_iter().map(|(_, listing, spans)| (listing, spans)).collect()
}

fn is_of_building(listing: &Listing) -> bool {
    matches!(listing.group, Group::House | Group::Farm | Group::Commercial)
}

/// Marks which listings lie, at least in part, in each of the areas; the search is exact.
fn mark_place(snapshot: &Snapshot, listings: &mut [Listing], place: &Place) {
    for area in place.areas() {
        for record in [Record::Site, Record::Building] {
            let of_record = |listing: &&Listing| listing.record == record;
            let ids: Vec<String> = listings.iter().filter(of_record).map(|listing| listing.id.clone()).collect();
            let inside = ids_within(snapshot, record.collection(), &area, ids);
            for listing in listings.iter_mut().filter(|listing| listing.record == record) {
                listing.is_in_place &= inside.contains(&listing.id);
            }
        }
    }
}

fn ids_within(snapshot: &Snapshot, collection: &str, area: &Area, ids: Vec<String>) -> HashSet<String> {
    let query = Query { within: Some(area.clone()), ids: Some(ids), limit: usize::MAX, ..Query::default() };
    // An area that the snapshot refuses, such as one that crosses itself, holds nothing.
    let page = snapshot.query(collection, &query, PUBLIC);
    page.iter().flat_map(|page| &page.returned).map(|shown| shown.view().id().to_owned()).collect()
}

/// A site as an entry of the list.
pub(crate) fn site_listing(snapshot: &Snapshot, shown: &Shown<'_>, language: Language) -> Option<Listing> {
    let listing = Listing::of_site(shown.view(), shown.revision().0, snapshot.day(), language)?;
    Some(Listing { photo: first_photo(shown, language), ..listing })
}

/// A building with a published vacancy as an entry of the list.
pub(crate) fn building_listing(snapshot: &Snapshot, shown: &Shown<'_>, language: Language) -> Option<Listing> {
    let ags = shown.view().ags()?;
    let district = text_of(shown.view(), "district_key").and_then(|key| district_name(snapshot, &key));
    let whereabouts = Whereabouts {
        municipality: snapshot.municipality(ags).map(|municipality| municipality.name.as_str()),
        locality: shown
            .label_point()
            .and_then(|point| snapshot.locality_at(ags, point))
            .map(|locality| locality.name.as_str()),
        district: district.as_deref(),
    };
    let listing = Listing::of_building(shown.view(), whereabouts, shown.own_revision().0, language)?;
    Some(Listing { photo: first_photo(shown, language), ..listing })
}

fn first_photo(shown: &Shown<'_>, language: Language) -> Option<Photo> {
    Photo::all(shown, language).into_iter().next()
}

fn district_name(snapshot: &Snapshot, key: &str) -> Option<String> {
    snapshot.item("districts", key, PUBLIC).shown().and_then(|district| text_of(district.view(), "name"))
}

/// A record that is listed under an id, or why it is not shown.
pub(crate) fn shown<'s>(snapshot: &'s Snapshot, record: Record, id: &str) -> Result<Shown<'s>, ErrorKind> {
    match record {
        Record::Site => match snapshot.item("sites", id, PUBLIC) {
            Found::Shown(shown) => Ok(shown),
            Found::Ended => Err(ErrorKind::Gone),
            Found::Unknown => Err(ErrorKind::NotFound),
        },
        Record::Building => vacant_building(snapshot, id).ok_or(ErrorKind::NotFound),
    }
}

/// The same as a listing, with its record.
pub(crate) fn listed<'s>(
    snapshot: &'s Snapshot,
    record: Record,
    id: &str,
    language: Language,
) -> Result<(Shown<'s>, Listing), ErrorKind> {
    let shown = shown(snapshot, record, id)?;
    let listing = match record {
        Record::Site => site_listing(snapshot, &shown, language),
        Record::Building => building_listing(snapshot, &shown, language),
    };
    Ok((shown, listing.ok_or(ErrorKind::NotFound)?))
}

/// The record behind a listing.
pub(crate) fn record<'s>(snapshot: &'s Snapshot, listing: &Listing) -> Option<Shown<'s>> {
    snapshot.item(listing.record.collection(), &listing.id, PUBLIC).shown()
}

/// A building with a published vacancy; one without is, for a page, as unknown as one that is not there.
pub(crate) fn vacant_building<'s>(snapshot: &'s Snapshot, id: &str) -> Option<Shown<'s>> {
    match snapshot.item("buildings", id, PUBLIC) {
        Found::Shown(shown) if shown.view().shows_vacancy() => Some(shown),
        _ => None,
    }
}

/// Public sites that say that they lie on this parcel.
pub(crate) fn sites_on(snapshot: &Snapshot, parcel: ParcelId, language: Language) -> Vec<Listing> {
    let sites = snapshot.sites_on_parcel(parcel, PUBLIC);
    sites.iter().filter_map(|shown| site_listing(snapshot, shown, language)).collect()
}

/// The municipalities, one or all, with the number of their listings.
pub(crate) fn towns<'s>(snapshot: &'s Snapshot, ags: Option<Ags>, listings: &[Listing]) -> Vec<Town<'s>> {
    let municipalities = match ags {
        Some(ags) => snapshot.municipality(ags).into_iter().collect(),
        None => snapshot.municipalities(),
    };
    let with_count = municipalities.into_iter().map(|municipality| {
        let count = listings.iter().filter(|listing| listing.ags == municipality.ags).count();
        of_record(snapshot, municipality, count)
    });
    with_count.collect()
}

/// One municipality, for a page that shows no counts.
pub(crate) fn town(snapshot: &Snapshot, ags: Ags) -> Option<Town<'_>> {
    Some(of_record(snapshot, snapshot.municipality(ags)?, 0))
}

/// Its extent is that of its boundary or, where it has none, of its districts, else of its parcels.
fn of_record<'s>(snapshot: &Snapshot, municipality: &'s Municipality, count: usize) -> Town<'s> {
    let ags = municipality.ags;
    let districts = extent_of_all(snapshot, "districts", ags);
    let boundary = snapshot.municipality_bounds(ags).map(LonLatBox::from);
    let extent = boundary.or(districts).or_else(|| extent_of_all(snapshot, "parcels", ags));
    Town { municipality, count, extent, has_districts: districts.is_some() }
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

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
