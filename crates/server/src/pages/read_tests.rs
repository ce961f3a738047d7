use cadastre::texts::Language;

use super::listings;
use crate::pages::{
    fixtures::{Town, snapshot},
    groups::Group,
    listing::Record,
    params::{Place, parse},
};

fn ids(query: &str) -> Vec<String> {
    let raw: Vec<_> =
        query.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect();
    let (query, problems) = parse(&raw);
    assert!(problems.is_empty(), "{problems:?}");
    let listings = listings(&snapshot(&Town::new()), None, &query.filter.place, Language::German);
    let mut ids: Vec<String> =
        listings.into_iter().filter(|listing| query.filter.passes(listing)).map(|listing| listing.id).collect();
    ids.sort();
    ids
}

#[test]
fn a_published_vacancy_is_listed_beside_the_sites_but_no_house_twice() {
    // Of the building on the site "haus-1" the site speaks; of the other two nothing is published.
    assert_eq!(ids(""), ["angebot-1", "b-scheune", "haus-1", "register-1"]);
}

#[test]
fn a_building_shows_what_its_consent_names_and_where_it_stands() {
    let listings = listings(&snapshot(&Town::new()), None, &Place::default(), Language::German);
    let barn = listings.iter().find(|listing| listing.record == Record::Building).unwrap();
    assert_eq!((barn.title.as_str(), barn.path().as_str()), ("Scheune, Leisnig", "/gebaeude/b-scheune"));
    assert_eq!((barn.group, barn.living_area_m2, barn.area_m2), (Group::Farm, Some(140.0), None));
    assert!(barn.condition.is_some() && barn.monument.is_none());
}

#[test]
fn a_place_is_searched_exactly() {
    // The sites lie at 13.1406 to 13.1410 degrees east, the barn 100 m further.
    assert_eq!(ids("bbox=13.14,51.16,13.1412,51.17"), ["angebot-1", "haus-1", "register-1"]);
    assert_eq!(ids("bbox=13.1418,51.16,13.15,51.17"), ["b-scheune"]);
    assert_eq!(ids("gebiet=13.1418,51.16,13.15,51.16,13.15,51.17,13.1418,51.17"), ["b-scheune"]);
    assert_eq!(ids("umkreis=13.1408,51.16678,20"), ["angebot-1", "haus-1", "register-1"]);
    assert_eq!(ids("umkreis=13.1408,51.16678,200").len(), 4);
    assert_eq!(ids("bbox=1,1,2,2"), Vec::<String>::new());
}
