//! Counting of listings: by type, by place, by area, by how long they have been vacant. Pure, and of public values only.

use std::collections::BTreeMap;

use cadastre::Day;

use crate::pages::{groups::Group, listing::Listing};

/// Where classes of areas begin, in m²; the first begins at 0, the last has no end.
pub(super) const AREA_CLASSES: [f64; 6] = [300.0, 600.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0];
/// Years of a period.
pub(super) const PERIOD: i16 = 5;
/// What has been vacant since before this year is one class.
pub(super) const FIRST_YEAR: i16 = 1990;

/// A listing as it is counted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Counted {
    /// Group of its type.
    pub(super) group: Group,
    /// Where it lies: its Ortsteil, or its municipality.
    pub(super) place: Option<String>,
    /// Area of its plot in m², where it shows one.
    pub(super) area_m2: Option<f64>,
    /// Since when it has been vacant: of a building, where it shows it.
    pub(super) vacant_since: Option<Day>,
    /// Whether it could show since when.
    pub(super) is_building: bool,
}

impl Counted {
    /// A listing, with what its record shows of its vacancy.
    pub(super) fn new(listing: &Listing, by_municipality: bool, vacant_since: Option<Day>) -> Self {
        let place = if by_municipality { &listing.municipality } else { &listing.locality };
        Self {
            group: listing.group,
            place: place.clone(),
            area_m2: listing.area_m2,
            vacant_since,
            is_building: listing.record == crate::pages::listing::Record::Building,
        }
    }
}

/// What is counted of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Count {
    /// How many.
    pub(super) number: usize,
    /// Sum of the areas that are shown, in m².
    pub(super) area_m2: f64,
    /// How many show no area.
    pub(super) without_area: usize,
    /// How many are buildings.
    pub(super) buildings: usize,
}

impl Count {
    fn joined(self, other: Self) -> Self {
        Self {
            number: self.number + other.number,
            area_m2: self.area_m2 + other.area_m2,
            without_area: self.without_area + other.without_area,
            buildings: self.buildings + other.buildings,
        }
    }
}

/// How many there are of something, by group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    /// In the order of [`Group::ALL`].
    by_group: [Count; Group::ALL.len()],
}

impl Tally {
    fn add(&mut self, one: &Counted) {
        let more = Count {
            number: 1,
            area_m2: one.area_m2.unwrap_or_default(),
            without_area: usize::from(one.area_m2.is_none()),
            buildings: usize::from(one.is_building),
        };
        for (count, _) in self.by_group.iter_mut().zip(Group::ALL).filter(|(_, group)| *group == one.group) {
            *count = count.joined(more);
        }
    }

    /// Both together.
    pub(super) fn joined(mut self, other: &Self) -> Self {
        for (count, more) in self.by_group.iter_mut().zip(other.by_group) {
            *count = count.joined(more);
        }
        self
    }

    /// All groups together.
    pub(super) fn sum(&self) -> Count {
        self.by_group.into_iter().fold(Count::default(), Count::joined)
    }

    /// How many in all.
    pub(super) fn total(&self) -> usize {
        self.sum().number
    }

    /// How many of one group.
    pub(super) fn of_group(&self, group: Group) -> usize {
        self.groups().find(|(found, _)| *found == group).map_or(0, |(_, count)| count.number)
    }

    /// Groups that occur, with what is counted of each.
    pub(super) fn groups(&self) -> impl Iterator<Item = (Group, Count)> + '_ {
        Group::ALL.into_iter().zip(self.by_group).filter(|(_, count)| count.number > 0)
    }

    /// What these are together.
    pub(super) fn of<'a>(all: impl Iterator<Item = &'a Counted>) -> Self {
        let mut tally = Self::default();
        all.for_each(|one| tally.add(one));
        tally
    }
}

/// Groups that occur, in the order they are offered.
pub(super) fn by_group(all: &[Counted]) -> Vec<(Group, Tally)> {
    let of = |group: Group| (group, Tally::of(all.iter().filter(|one| one.group == group)));
    Group::ALL.into_iter().map(of).filter(|(_, tally)| tally.total() > 0).collect()
}

/// Places, the most first, equals by name; `None`, which comes last: those that name no place.
pub(super) fn by_place(all: &[Counted]) -> Vec<(Option<String>, Tally)> {
    let mut places: BTreeMap<Option<&str>, Tally> = BTreeMap::new();
    for one in all {
        places.entry(one.place.as_deref()).or_default().add(one);
    }
    let mut places: Vec<_> = places.into_iter().map(|(name, tally)| (name.map(str::to_owned), tally)).collect();
    places.sort_by_key(|(name, tally)| (name.is_none(), std::cmp::Reverse(tally.total())));
    places
}

/// Every class of areas from the first to the last that occurs, each by its index in [`AREA_CLASSES`] plus one.
pub(super) fn by_area(all: &[Counted]) -> Vec<(usize, Tally)> {
    let class = |area: f64| AREA_CLASSES.iter().filter(|least| area >= **least).count();
    let mut classes: BTreeMap<usize, Tally> = BTreeMap::new();
    for (one, area) in all.iter().filter_map(|one| Some((one, one.area_m2?))) {
        classes.entry(class(area)).or_default().add(one);
    }
    let (Some(first), Some(last)) = (classes.keys().next().copied(), classes.keys().last().copied()) else {
        return Vec::new();
    };
    (first..=last).map(|class| (class, classes.remove(&class).unwrap_or_default())).collect()
}

/// Every period from the first that occurs to that of today, each by its first year; `None`: before [`FIRST_YEAR`].
pub(super) fn by_vacancy(all: &[Counted], today: Day) -> Vec<(Option<i16>, Tally)> {
    let period = |day: Day| {
        let year = day.year();
        (year >= FIRST_YEAR).then(|| year - (year - FIRST_YEAR) % PERIOD)
    };
    let mut periods: BTreeMap<Option<i16>, Tally> = BTreeMap::new();
    for (one, since) in all.iter().filter_map(|one| Some((one, one.vacant_since?))) {
        periods.entry(period(since)).or_default().add(one);
    }
    let Some(first) = periods.keys().next().copied() else { return Vec::new() };
    let last = period(today).max(periods.keys().last().copied().flatten()).unwrap_or(FIRST_YEAR);
    let years = (first.unwrap_or(FIRST_YEAR)..=last).step_by(PERIOD as usize).map(Some);
    let before = first.is_none().then_some(None);
    before.into_iter().chain(years).map(|period| (period, periods.remove(&period).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::{Counted, by_area, by_group, by_place, by_vacancy};
    use crate::pages::groups::Group;

    fn one(group: Group, place: Option<&str>, area_m2: Option<f64>, since: Option<&str>) -> Counted {
        Counted {
            group,
            place: place.map(str::to_owned),
            area_m2,
            vacant_since: since.map(|day| day.parse().unwrap()),
            is_building: since.is_some(),
        }
    }

    fn some() -> Vec<Counted> {
        vec![
            one(Group::Plot, Some("Tragnitz"), Some(299.9), None),
            one(Group::Plot, Some("Leisnig"), Some(300.0), None),
            one(Group::House, Some("Leisnig"), None, Some("2001-05-01")),
            one(Group::House, None, None, Some("1984-01-01")),
            one(Group::House, Some("Altenhof"), Some(2_600.0), Some("2010-01-01")),
        ]
    }

    #[test]
    fn each_is_counted_once_in_its_group_and_with_its_area() {
        let groups: Vec<_> = by_group(&some())
            .into_iter()
            .map(|(group, tally)| (group, tally.total(), tally.sum().without_area))
            .collect();
        assert_eq!(groups, [(Group::Plot, 2, 0), (Group::House, 3, 2)]);
    }

    #[test]
    fn places_are_in_the_order_of_their_numbers_and_the_nameless_last() {
        let places: Vec<_> = by_place(&some()).into_iter().map(|(name, tally)| (name, tally.total())).collect();
        let expected = [(Some("Leisnig"), 2), (Some("Altenhof"), 1), (Some("Tragnitz"), 1), (None, 1)];
        assert_eq!(places, expected.map(|(name, count)| (name.map(str::to_owned), count)));
    }

    #[test]
    fn a_class_begins_with_its_least_area_and_empty_ones_between_are_shown() {
        let classes: Vec<_> = by_area(&some()).into_iter().map(|(class, tally)| (class, tally.total())).collect();
        assert_eq!(classes, [(0, 1), (1, 1), (2, 0), (3, 0), (4, 1)]);
        assert_eq!(by_area(&[]), []);
    }

    fn check_vacancy(since: &[&str], expected: &[(Option<i16>, usize)]) {
        let all: Vec<_> = since.iter().map(|day| one(Group::House, None, None, Some(day))).collect();
        let found: Vec<_> = by_vacancy(&all, "2012-11-30".parse().unwrap())
            .into_iter()
            .map(|(period, tally)| (period, tally.total()))
            .collect();
        assert_eq!(found, expected, "{since:?}");
    }

    #[test]
    fn periods_run_from_the_first_to_today() {
        check_vacancy(&[], &[]);
        check_vacancy(&["2012-01-01"], &[(Some(2010), 1)]);
        check_vacancy(&["2004-12-31", "2000-01-01"], &[(Some(2000), 2), (Some(2005), 0), (Some(2010), 0)]);
        check_vacancy(
            &["1989-12-31", "1990-01-01"],
            &[(None, 1), (Some(1990), 1), (Some(1995), 0), (Some(2000), 0), (Some(2005), 0), (Some(2010), 0)],
        );
    }

    #[test]
    fn both_together_are_the_sum_of_each() {
        let tallies: Vec<_> = by_place(&some()).into_iter().map(|(_, tally)| tally).collect();
        let all = tallies.iter().fold(super::Tally::default(), super::Tally::joined).sum();
        assert_eq!((all.number, all.without_area), (5, 2));
        assert!((all.area_m2 - 3_199.9).abs() < 1e-9);
    }
}
