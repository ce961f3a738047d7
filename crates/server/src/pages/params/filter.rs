//! Conditions on listings, and what each of them keeps out.

use super::{Facet, Place, key};
use crate::pages::listing::Listing;

/// Least or greatest numbers a visitor can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Least area of the plot in m².
    AreaMin,
    /// Greatest area of the plot in m².
    AreaMax,
    /// Least living area in m².
    LivingAreaMin,
    /// Greatest price in EUR.
    PriceMax,
}

impl Bound {
    /// Every bound, in the order the form shows them.
    pub(crate) const ALL: [Self; 4] = [Self::AreaMin, Self::AreaMax, Self::LivingAreaMin, Self::PriceMax];

    /// Its key in the address.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::AreaMin => key::AREA_MIN,
            Self::AreaMax => key::AREA_MAX,
            Self::LivingAreaMin => key::LIVING_AREA_MIN,
            Self::PriceMax => key::PRICE_MAX,
        }
    }

    /// The bound with this key.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bound| bound.key() == key)
    }

    /// Whether a listing keeps it; one that does not show the number does not.
    fn is_kept(self, bound: f64, listing: &Listing) -> bool {
        match self {
            Self::AreaMin => listing.area_m2.is_some_and(|area| area >= bound),
            Self::AreaMax => listing.area_m2.is_some_and(|area| area <= bound),
            Self::LivingAreaMin => listing.living_area_m2.is_some_and(|area| area >= bound),
            Self::PriceMax => listing.price_eur.is_some_and(|price| price <= bound),
        }
    }
}

/// One thing that a filter can ask, and that can be taken out of it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clause {
    /// Any of the chosen codes of a facet.
    Facet(Facet),
    /// A bound.
    Bound(Bound),
    /// A place.
    Place,
}

impl Clause {
    /// Every clause.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let facets = Facet::ALL.into_iter().map(Self::Facet);
        facets.chain(Bound::ALL.into_iter().map(Self::Bound)).chain([Self::Place])
    }
}

/// Conditions on listings. An empty filter lets everything pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    chosen: [Vec<String>; Facet::ALL.len()],
    bounds: [Option<f64>; Bound::ALL.len()],
    /// Where it must lie.
    pub(crate) place: Place,
}

/// What keeps a listing out of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing: it passes.
    Passes,
    /// One clause only: without it the listing would pass.
    FailsOnly(Clause),
    /// Several clauses.
    Fails,
}

impl Filter {
    /// The chosen codes of a facet; none: all will do.
    pub(crate) fn chosen(&self, facet: Facet) -> &[String] {
        &self.chosen[facet as usize]
    }

    /// Adds a code to a facet, once.
    pub(crate) fn choose(&mut self, facet: Facet, code: &str) {
        let chosen = &mut self.chosen[facet as usize];
        if !chosen.iter().any(|other| other == code) {
            chosen.push(code.to_owned());
        }
    }

    /// Takes a code out of a facet.
    pub(crate) fn drop(&mut self, facet: Facet, code: &str) {
        self.chosen[facet as usize].retain(|other| other != code);
    }

    /// A bound, if it is set.
    pub(crate) fn bound(&self, bound: Bound) -> Option<f64> {
        self.bounds[bound as usize]
    }

    /// Sets a bound or takes it away.
    pub(crate) fn set_bound(&mut self, bound: Bound, value: Option<f64>) {
        self.bounds[bound as usize] = value;
    }

    /// Whether any condition is set.
    pub(crate) fn is_set(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a clause asks anything.
    pub(crate) fn asks(&self, clause: Clause) -> bool {
        match clause {
            Clause::Facet(facet) => !self.chosen(facet).is_empty(),
            Clause::Bound(bound) => self.bound(bound).is_some(),
            Clause::Place => self.place != Place::default(),
        }
    }

    /// The same filter without one clause.
    #[must_use]
    pub(crate) fn without(&self, clause: Clause) -> Self {
        let mut filter = self.clone();
        match clause {
            Clause::Facet(facet) => filter.chosen[facet as usize].clear(),
            Clause::Bound(bound) => filter.set_bound(bound, None),
            Clause::Place => filter.place = Place::default(),
        }
        filter
    }

    /// Whether a listing passes. A property that it does not show meets no condition.
    pub(crate) fn passes(&self, listing: &Listing) -> bool {
        self.verdict(listing) == Verdict::Passes
    }

    /// What keeps a listing out, if anything.
    pub(crate) fn verdict(&self, listing: &Listing) -> Verdict {
        let mut broken = Clause::all().filter(|clause| !self.is_met(*clause, listing));
        match (broken.next(), broken.next()) {
            (None, _) => Verdict::Passes,
            (Some(clause), None) => Verdict::FailsOnly(clause),
            (Some(_), Some(_)) => Verdict::Fails,
        }
    }

    fn is_met(&self, clause: Clause, listing: &Listing) -> bool {
        match clause {
            Clause::Facet(facet) => {
                let chosen = self.chosen(facet);
                chosen.is_empty() || chosen.iter().any(|code| listing.has(facet, code))
            }
            Clause::Bound(bound) => self.bound(bound).is_none_or(|value| bound.is_kept(value, listing)),
            // Which listings lie there was searched before, exactly.
            Clause::Place => !self.asks(clause) || listing.is_in_place,
        }
    }
}
