//! Many checks in one run: all failures are told, and how many checks there were.

use std::collections::BTreeMap;

/// A record of checks, by the abstract test they belong to.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// Checks that held, by test.
    held: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Checks {
    /// Notes whether something holds.
    pub(super) fn check(&mut self, test: &str, holds: bool, what: impl FnOnce() -> String) {
        if holds {
            *self.held.entry(test.to_owned()).or_default() += 1;
        } else {
            self.failures.push(format!("{test}: {}", what()));
        }
    }

    /// Notes whether two things are the same.
    pub(super) fn same<T: PartialEq + std::fmt::Debug>(&mut self, test: &str, found: T, expected: T, what: &str) {
        let holds = found == expected;
        self.check(test, holds, || format!("{what}: {found:?} instead of {expected:?}"));
    }

    /// Checks that have held so far.
    pub(super) fn count(&self) -> usize {
        self.held.values().sum()
    }

    /// Expects no failure, these tests and none else, and so many checks in all: skipped is not passed.
    #[track_caller]
    pub(super) fn finish(self, tests: &[&str], checks: usize) {
        assert!(self.failures.is_empty(), "{} failures:\n{}", self.failures.len(), self.failures.join("\n"));
        let mut expected: Vec<&str> = tests.to_vec();
        expected.sort_unstable();
        assert_eq!(self.held.keys().map(String::as_str).collect::<Vec<_>>(), expected);
        assert_eq!(self.held.values().sum::<usize>(), checks, "{:#?}", self.held);
    }
}
