//! How many enquiries are taken: of one client, and of all together, within ten minutes.
//!
//! Kept is no address but its hash under a key that is drawn anew at each start, and that for ten minutes.

use std::{
    collections::{VecDeque, hash_map::RandomState},
    hash::BuildHasher as _,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Within this time so many are taken.
pub(crate) const WINDOW: Duration = Duration::from_mins(10);
/// Filings remembered at most where any number is taken; beyond it the oldest are forgotten.
const MOST_REMEMBERED: usize = 10_000;

/// The limit, with what was filed lately.
#[derive(Debug)]
pub(crate) struct Filings {
    /// Of one client; 0: any number.
    per_client: usize,
    /// Of all; 0: any number.
    in_all: usize,
    key: RandomState,
    /// The oldest first.
    lately: Mutex<VecDeque<Filing>>,
}

#[derive(Clone, Copy, Debug)]
struct Filing {
    at: Instant,
    client: Option<u64>,
    sheet: u64,
}

/// Too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// Time until one more is taken.
    pub(crate) wait: Duration,
    /// Whether of all together, as against of this client.
    pub(crate) is_of_all: bool,
}

impl Filings {
    pub(crate) fn new(per_client: u32, in_all: u32) -> Self {
        Self {
            per_client: per_client as usize,
            in_all: in_all as usize,
            key: RandomState::new(),
            lately: Mutex::default(),
        }
    }

    /// Takes note of a sheet that is about to be filed. One that was filed already is not counted again. Without a
    /// client only the limit of all holds.
    pub(crate) fn take(&self, client: Option<IpAddr>, sheet: &str, now: Instant) -> Result<(), TooMany> {
        let (client, sheet) = (client.map(|client| self.key.hash_one(client)), self.key.hash_one(sheet));
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        forget_past(&mut lately, now);
        if lately.iter().any(|filing| filing.sheet == sheet) {
            return Ok(());
        }
        let of_client = |filing: &&Filing| client.is_some() && filing.client == client;
        // The next is taken once the oldest of those that fill the limit is past.
        let full = |limit: usize, count: usize, nth: &mut dyn Iterator<Item = &Filing>| {
            let oldest = (limit > 0 && count >= limit).then(|| nth.nth(count - limit)).flatten()?;
            Some(WINDOW.saturating_sub(now.saturating_duration_since(oldest.at)))
        };
        let count = lately.iter().filter(of_client).count();
        if let Some(wait) = full(self.per_client, count, &mut lately.iter().filter(of_client)) {
            return Err(TooMany { wait, is_of_all: false });
        }
        if let Some(wait) = full(self.in_all, lately.len(), &mut lately.iter()) {
            return Err(TooMany { wait, is_of_all: true });
        }
        if lately.len() >= MOST_REMEMBERED.max(self.in_all) {
            lately.pop_front();
        }
        lately.push_back(Filing { at: now, client, sheet });
        Ok(())
    }

    /// A sheet could not be filed after all.
    pub(crate) fn give_back(&self, sheet: &str) {
        let sheet = self.key.hash_one(sheet);
        self.lately.lock().unwrap_or_else(PoisonError::into_inner).retain(|filing| filing.sheet != sheet);
    }

    /// Forgets what is past; without this it would be kept until the next enquiry.
    pub(crate) fn forget(&self, now: Instant) {
        forget_past(&mut self.lately.lock().unwrap_or_else(PoisonError::into_inner), now);
    }
}

fn forget_past(lately: &mut VecDeque<Filing>, now: Instant) {
    while lately.front().is_some_and(|filing| now.saturating_duration_since(filing.at) >= WINDOW) {
        lately.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::{IpAddr, Ipv4Addr},
        time::{Duration, Instant},
    };

    use super::{Filings, MOST_REMEMBERED, TooMany, WINDOW};

    const ANNA: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    const BERT: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)));

    fn too_many(seconds: u64, is_of_all: bool) -> Result<(), TooMany> {
        Err(TooMany { wait: Duration::from_secs(seconds), is_of_all })
    }

    #[test]
    fn a_client_may_file_so_many_in_ten_minutes_and_others_are_not_held_up() {
        let (filings, start) = (Filings::new(2, 0), Instant::now());
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        assert_eq!(filings.take(ANNA, "1", at(0)), Ok(()));
        assert_eq!(filings.take(ANNA, "2", at(60)), Ok(()));
        assert_eq!(filings.take(ANNA, "3", at(100)), too_many(500, false));
        assert_eq!(filings.take(ANNA, "2", at(100)), Ok(()), "a second click");
        assert_eq!(filings.take(BERT, "4", at(100)), Ok(()));
        // Within any ten minutes never more than two.
        assert_eq!(filings.take(ANNA, "3", at(600)), Ok(()));
        assert_eq!(filings.take(ANNA, "5", at(600)), too_many(60, false));
        filings.give_back("3");
        assert_eq!(filings.take(ANNA, "5", at(600)), Ok(()));
    }

    #[test]
    fn all_together_may_file_so_many() {
        let (filings, start) = (Filings::new(0, 3), Instant::now());
        assert_eq!(filings.take(ANNA, "1", start), Ok(()));
        assert_eq!(filings.take(None, "2", start), Ok(()));
        assert_eq!(filings.take(BERT, "3", start), Ok(()));
        assert_eq!(filings.take(BERT, "4", start), too_many(600, true));
        assert_eq!(filings.take(None, "4", start + WINDOW), Ok(()));
    }

    #[test]
    fn nothing_is_kept_for_longer_than_the_window_and_never_an_address() {
        let (filings, start) = (Filings::new(0, 0), Instant::now());
        for number in 0..=MOST_REMEMBERED {
            assert_eq!(filings.take(ANNA, &number.to_string(), start), Ok(()));
        }
        assert_eq!(filings.lately.lock().unwrap().len(), MOST_REMEMBERED);
        assert!(!format!("{filings:?}").contains("192.0.2.1"), "no address");
        filings.forget(start + WINDOW.saturating_sub(Duration::from_secs(1)));
        assert_eq!(filings.lately.lock().unwrap().len(), MOST_REMEMBERED);
        filings.forget(start + WINDOW);
        assert!(filings.lately.lock().unwrap().is_empty());
    }
}
