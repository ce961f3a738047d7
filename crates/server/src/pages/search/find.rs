//! Finding by name: municipalities, Ortsteile, districts, streets, parcels by number, and what is listed.

use cadastre::{
    Ags, ParcelId, Value, Viewer,
    parcel_id::{ParcelNumber, ParcelReference},
    texts::folded,
};
use spatial::{Area, Predicate, Query, Shown, Snapshot, snapshot::split_house_number};

use crate::pages::{
    frame::{Request, fill},
    listing::text_of,
    params::{LonLatBox, Place, key},
    read,
    towns::town_path,
};

const PUBLIC: &Viewer = &Viewer::ANONYMOUS;
/// How far around a street one looks for what is listed, in metres.
const AROUND_STREET_M: f64 = 100.0;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A municipality.
    Municipality,
    /// An Ortsteil.
    Locality,
    /// A cadastral district.
    District,
    /// A street, or a field name.
    Street,
    /// Something listed.
    Listing,
    /// A parcel.
    Parcel,
}

impl Kind {
    /// Name in the API.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Municipality => "municipality",
            Self::Locality => "locality",
            Self::District => "district",
            Self::Street => "street",
            Self::Listing => "listing",
            Self::Parcel => "parcel",
        }
    }
}

/// A hit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hit {
    /// What was found.
    pub(crate) kind: Kind,
    /// Its id, where it has one.
    pub(crate) id: Option<String>,
    /// Its name.
    pub(crate) title: String,
    /// Where it is.
    pub(crate) detail: String,
    /// Page that shows it, or what is listed there.
    pub(crate) href: String,
    /// Box around it in CRS84.
    pub(crate) bounds: Option<LonLatBox>,
    rank: Rank,
}

/// How well a name fits: less is better. What lies in the municipality asked from comes first.
type Rank = (bool, u8, usize);

/// What is searched for, and from where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// How it was asked for.
    pub(crate) request: &'a Request,
    /// What was typed.
    pub(crate) words: &'a str,
    /// Municipality whose hits come first.
    pub(crate) ags: Option<Ags>,
    /// Most hits of a kind; one more is found, so that it is known whether there are more.
    pub(crate) limit: usize,
}

/// Hits by kind, each kind in order of fitness; the best kind is for the caller to choose.
pub(crate) fn find(snapshot: &Snapshot, wanted: Wanted<'_>) -> Vec<Hit> {
    let name = folded(wanted.words);
    if name.is_empty() {
        return Vec::new();
    }
    let finder = Finder { snapshot, wanted, name };
    let kinds = [finder.places(), finder.streets(), finder.listings(), finder.parcels()];
    kinds.into_iter().flatten().collect()
}

struct Finder<'s, 'w> {
    snapshot: &'s Snapshot,
    wanted: Wanted<'w>,
    /// What was typed, as names are compared.
    name: String,
}

impl Finder<'_, '_> {
    fn places(&self) -> Vec<Hit> {
        let mut hits = Vec::new();
        for municipality in self.snapshot.municipalities() {
            let ags = municipality.ags;
            let list = |pairs: &[(&'static str, String)]| self.wanted.request.link(&town_path(ags), pairs);
            if let Some(rank) = self.rank(&folded(&municipality.name), ags) {
                let detail = self.wanted.request.text("ui.search.municipality").to_owned();
                let bounds = self.snapshot.municipality_bounds(ags).map(Into::into);
                let (id, title, href) = (Some(ags.to_string()), municipality.name.clone(), list(&[]));
                hits.push(Hit { kind: Kind::Municipality, id, title, detail, href, bounds, rank });
            }
            for locality in self.snapshot.localities(ags) {
                let Some(rank) = self.rank(&folded(&locality.name), ags) else { continue };
                let bounds = self.snapshot.locality_bounds(&locality.locality_id).map(Into::into);
                hits.push(Hit {
                    kind: Kind::Locality,
                    id: Some(locality.locality_id.clone()),
                    title: locality.name.clone(),
                    detail: self.words("ui.search.locality", &municipality.name),
                    href: list(&[(key::LOCALITY, locality.name.clone())]),
                    bounds,
                    rank,
                });
            }
        }
        hits.extend(self.districts());
        self.best(hits)
    }

    fn districts(&self) -> Vec<Hit> {
        let all = Query { limit: usize::MAX, ..Query::default() };
        let Ok(page) = self.snapshot.query("districts", &all, PUBLIC) else { return Vec::new() };
        let hit = |shown: &Shown<'_>| {
            let (ags, title) = (shown.view().ags()?, text_of(shown.view(), "name")?);
            let rank = self.rank(&folded(&title), ags)?;
            let bounds = read::extent_of(shown);
            let municipality = text_of(shown.view(), "municipality").unwrap_or_else(|| ags.to_string());
            Some(Hit {
                kind: Kind::District,
                id: Some(shown.view().id().to_owned()),
                title,
                detail: self.words("ui.search.district", &municipality),
                href: self.list_in(ags, bounds),
                bounds,
                rank,
            })
        };
        page.returned.iter().filter_map(hit).collect()
    }

    fn streets(&self) -> Vec<Hit> {
        let (street, number) = split_house_number(&self.name);
        let streets = self.snapshot.streets();
        let mut fitting: Vec<(Rank, &spatial::snapshot::Street)> =
            streets.iter().filter_map(|found| Some((self.rank_of(&found.folded, street, found.ags)?, found))).collect();
        fitting.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
        fitting.truncate(self.wanted.limit + 1);
        let hits = fitting.into_iter().flat_map(|(rank, found)| {
            let at_number = number.map(|number| self.parcels_at(found, number, rank)).unwrap_or_default();
            if at_number.is_empty() { vec![self.street_hit(found, rank)] } else { at_number }
        });
        hits.take(self.wanted.limit + 1).collect()
    }

    fn street_hit(&self, street: &spatial::snapshot::Street, rank: Rank) -> Hit {
        let bounds = LonLatBox::from(street.bounds);
        Hit {
            kind: Kind::Street,
            id: None,
            title: street.name.to_string(),
            detail: self.place_of(street.district_key.as_str(), street.ags),
            href: self.list_in(street.ags, Some(bounds.widened(AROUND_STREET_M))),
            bounds: Some(bounds),
            rank,
        }
    }

    /// Parcels whose address is this house number of the street.
    fn parcels_at(&self, street: &spatial::snapshot::Street, number: &str, rank: Rank) -> Vec<Hit> {
        let address = Value::text(format!("{} {number}", street.name));
        let query = Query {
            within: Some(Area::Bbox(LonLatBox::from(street.bounds).into())),
            filter: Predicate::Equals { property: "street".to_owned(), value: address },
            limit: self.wanted.limit + 1,
            ..Query::default()
        };
        let Ok(page) = self.snapshot.query("parcels", &query, PUBLIC) else { return Vec::new() };
        page.returned.iter().filter_map(|shown| self.parcel_hit(shown, rank)).collect()
    }

    fn listings(&self) -> Vec<Hit> {
        let all = read::listings(self.snapshot, None, &Place::default(), self.wanted.request.language);
        let hits = all.into_iter().filter_map(|listing| {
            let is_id = listing.id == self.wanted.words.trim();
            let rank = self.rank(&folded(&listing.title), listing.ags);
            let rank = if is_id { (false, 0, 0) } else { rank? };
            let bounds = read::record(self.snapshot, &listing).as_ref().and_then(read::extent_of);
            Some(Hit {
                kind: Kind::Listing,
                id: Some(listing.id.clone()),
                detail: [listing.kind.clone(), listing.place()].join(" · "),
                href: self.wanted.request.link(&listing.path(), &[]),
                title: listing.title,
                bounds,
                rank,
            })
        });
        self.best(hits.collect())
    }

    /// Every parcel that may be meant: a number is unique in its district only.
    fn parcels(&self) -> Vec<Hit> {
        let found = match ParcelReference::parse(self.wanted.words) {
            Ok(ParcelReference::Id(id)) => self.parcel(id),
            Ok(ParcelReference::Number { district, number }) => self.numbered(district.as_deref(), &number),
            Err(_no_number) => Vec::new(),
        };
        let hit = |shown: &Shown<'_>| {
            let elsewhere = self.is_elsewhere(shown.view().ags()?);
            self.parcel_hit(shown, (elsewhere, 0, 0))
        };
        let mut hits: Vec<Hit> = found.iter().filter_map(hit).collect();
        hits.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.id.cmp(&b.id)));
        hits.truncate(self.wanted.limit + 1);
        hits
    }

    fn parcel(&self, id: ParcelId) -> Vec<Shown<'_>> {
        self.snapshot.item("parcels", id.as_str(), PUBLIC).shown().into_iter().collect()
    }

    fn numbered(&self, district: Option<&str>, number: &ParcelNumber) -> Vec<Shown<'_>> {
        self.snapshot.parcels_by_number(district, number, PUBLIC)
    }

    fn parcel_hit(&self, shown: &Shown<'_>, rank: Rank) -> Option<Hit> {
        let (ags, key) = (shown.view().ags()?, text_of(shown.view(), "district_key")?);
        let request = self.wanted.request;
        let number = text_of(shown.view(), "number")?;
        let street = text_of(shown.view(), "street");
        let detail: Vec<String> = std::iter::once(self.place_of(&key, ags)).chain(street).collect();
        Some(Hit {
            kind: Kind::Parcel,
            id: Some(shown.view().id().to_owned()),
            title: fill(request.text("ui.parcel.heading"), &[("number", &number)]),
            detail: detail.join(" · "),
            href: request.link(&format!("/flurstueck/{}", shown.view().id()), &[]),
            bounds: read::extent_of(shown),
            rank,
        })
    }

    /// "Gemarkung Tragnitz, Leisnig".
    fn place_of(&self, district_key: &str, ags: Ags) -> String {
        let district = self.snapshot.item("districts", district_key, PUBLIC).shown();
        let district = district.and_then(|district| text_of(district.view(), "name"));
        let district = district.as_deref().unwrap_or(district_key);
        let municipality = self.snapshot.municipality(ags).map(|municipality| municipality.name.clone());
        let district = fill(self.wanted.request.text("ui.parcel.district"), &[("name", district)]);
        std::iter::once(district).chain(municipality).collect::<Vec<_>>().join(", ")
    }

    fn words(&self, text: &'static str, name: &str) -> String {
        fill(self.wanted.request.text(text), &[("name", name)])
    }

    /// The list of a municipality, limited to a box.
    fn list_in(&self, ags: Ags, bounds: Option<LonLatBox>) -> String {
        let bbox: Vec<_> = bounds.map(|bounds| (key::BBOX, bounds.rounded().to_string())).into_iter().collect();
        self.wanted.request.link(&town_path(ags), &bbox)
    }

    fn is_elsewhere(&self, ags: Ags) -> bool {
        self.wanted.ags.is_some_and(|wanted| wanted != ags)
    }

    fn rank(&self, name: &str, ags: Ags) -> Option<Rank> {
        self.rank_of(name, &self.name, ags)
    }

    /// Both names folded. A name that is, begins with, has words that begin with, or holds what was typed.
    fn rank_of(&self, name: &str, typed: &str, ags: Ags) -> Option<Rank> {
        const LEAST_INSIDE: usize = 3;
        let begins_some_word = |part: &str| name.split(' ').any(|word| word.starts_with(part));
        let fit = if name == typed {
            0
        } else if name.starts_with(typed) {
            1
        } else if typed.split(' ').all(begins_some_word) {
            2
        } else if typed.len() >= LEAST_INSIDE && name.contains(typed) {
            3
        } else {
            return None;
        };
        Some((self.is_elsewhere(ags), fit, name.len()))
    }

    fn best(&self, mut hits: Vec<Hit>) -> Vec<Hit> {
        hits.sort_by(|a, b| (a.kind, a.rank, &a.title).cmp(&(b.kind, b.rank, &b.title)));
        let mut best: Vec<Hit> = Vec::new();
        for of_kind in hits.chunk_by(|a, b| a.kind == b.kind) {
            best.extend(of_kind.iter().take(self.wanted.limit + 1).cloned());
        }
        best
    }
}

/// The hits of all kinds in one order, the best fit first; of equals the larger place.
pub(crate) fn merged(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| {
        let order = |hit: &Hit| (hit.rank.0, hit.rank.1, hit.kind, hit.rank.2);
        order(a).cmp(&order(b)).then_with(|| a.title.cmp(&b.title))
    });
    hits
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
