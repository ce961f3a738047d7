//! One pass over the listings: what passes, and what each choice and each relaxation would give.

use std::collections::BTreeMap;

use crate::pages::{
    listing::Listing,
    params::{Clause, Facet, Filter, Verdict},
};

/// Counts of what the visitor may see, and of nothing else.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// How many pass.
    pub(super) matched: usize,
    /// By facet and code: how many there are if the other conditions stay as they are.
    choices: BTreeMap<(Facet, String), usize>,
    /// By facet and code: how many there are in all.
    all: BTreeMap<(Facet, String), usize>,
    /// How many more would pass without one clause.
    without: Vec<(Clause, usize)>,
}

impl Tally {
    /// Counts.
    pub(super) fn new(filter: &Filter, listings: &[Listing]) -> Self {
        let mut tally = Self { without: Clause::all().map(|clause| (clause, 0)).collect(), ..Self::default() };
        for listing in listings {
            let verdict = filter.verdict(listing);
            tally.matched += usize::from(verdict == Verdict::Passes);
            if let Verdict::FailsOnly(failed) = verdict {
                tally.without.iter_mut().filter(|(clause, _)| *clause == failed).for_each(|(_, count)| *count += 1);
            }
            for facet in Facet::ALL {
                let Some(code) = listing.code_in(facet) else { continue };
                let key = (facet, code.to_owned());
                let counts = verdict == Verdict::Passes || verdict == Verdict::FailsOnly(Clause::Facet(facet));
                *tally.choices.entry(key.clone()).or_default() += usize::from(counts);
                *tally.all.entry(key).or_default() += 1;
            }
        }
        tally
    }

    /// How many listings a choice stands for, the other conditions being as they are.
    pub(super) fn of(&self, facet: Facet, code: &str) -> usize {
        self.choices.get(&(facet, code.to_owned())).copied().unwrap_or_default()
    }

    /// Codes of a facet that occur at all, by code.
    pub(super) fn codes(&self, facet: Facet) -> Vec<&str> {
        self.all.keys().filter(|(found, _)| *found == facet).map(|(_, code)| code.as_str()).collect()
    }

    /// How many there would be without a clause.
    pub(super) fn without(&self, clause: Clause) -> usize {
        let more = self.without.iter().find(|(found, _)| *found == clause).map_or(0, |(_, count)| *count);
        self.matched + more
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Tally;
    use crate::pages::{
        fixtures::listings,
        params::{Clause, Facet, ListQuery, parse},
    };

    /// A few conditions, drawn so that they often meet.
    fn query() -> impl Strategy<Value = ListQuery> {
        let pair = prop_oneof![
            Just(("typ", "grundstueck")),
            Just(("typ", "wohnhaus")),
            Just(("typ", "kataster")),
            Just(("ortsteil", "Leisnig")),
            Just(("ortsteil", "Tragnitz")),
            Just(("recht", "innenbereich")),
            Just(("erschliessung", "full")),
            Just(("zustand", "major_works")),
            Just(("grundlage", "offer")),
            Just(("frei", "jetzt")),
            Just(("flaeche_min", "500")),
            Just(("preis_max", "50000")),
        ];
        prop::collection::vec(pair, 0..5).prop_map(|pairs| {
            parse(&pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect::<Vec<_>>()).0
        })
    }

    proptest! {
        /// Every number beside a choice is what one finds when one makes the choice alone in its facet.
        #[test]
        fn counts_are_what_the_choice_then_gives(query in query()) {
            let listings = listings();
            let tally = Tally::new(&query.filter, &listings);
            let found = |filter: &crate::pages::params::Filter| listings.iter().filter(|one| filter.passes(one)).count();
            prop_assert_eq!(tally.matched, found(&query.filter));
            for facet in Facet::ALL {
                for code in tally.codes(facet) {
                    let mut chosen = query.filter.without(Clause::Facet(facet));
                    chosen.choose(facet, code);
                    prop_assert_eq!(tally.of(facet, code), found(&chosen), "{:?} {}", facet, code);
                }
            }
            for clause in Clause::all() {
                prop_assert_eq!(tally.without(clause), found(&query.filter.without(clause)), "{:?}", clause);
            }
        }
    }
}
