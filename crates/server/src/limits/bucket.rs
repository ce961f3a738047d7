//! Token buckets: a client may do a minute's worth at once, and then as fast as the bucket fills.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Clients remembered at most; when there are more, those whose bucket is full again are forgotten, then all.
const MAX_CLIENTS: usize = 100_000;

/// A bucket for each client.
#[derive(Debug)]
pub(super) struct Buckets {
    capacity: f64,
    /// Tokens a second.
    rate: f64,
    clients: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Buckets {
    pub(super) fn new(per_minute: u32) -> Self {
        let per_minute = f64::from(per_minute);
        Self { capacity: per_minute, rate: per_minute / 60.0, clients: Mutex::default() }
    }

    /// Takes a token, or says in how many seconds there will be one.
    pub(super) fn take(&self, client: IpAddr, now: Instant) -> Result<(), u64> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MAX_CLIENTS && !clients.contains_key(&client) {
            clients.retain(|_, bucket| self.tokens(bucket, now) < self.capacity);
            if clients.len() >= MAX_CLIENTS {
                clients.clear();
            }
        }
        let bucket = clients.entry(client).or_insert(Bucket { tokens: self.capacity, at: now });
        let tokens = self.tokens(bucket, now);
        if tokens < 1.0 {
            *bucket = Bucket { tokens, at: now };
            return Err(((1.0 - tokens) / self.rate).ceil() as u64);
        }
        *bucket = Bucket { tokens: tokens - 1.0, at: now };
        Ok(())
    }

    fn tokens(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed: Duration = now.saturating_duration_since(bucket.at);
        (bucket.tokens + passed.as_secs_f64() * self.rate).min(self.capacity)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::{IpAddr, Ipv4Addr},
        time::{Duration, Instant},
    };

    use super::{Buckets, MAX_CLIENTS};

    fn address(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(number).into()
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_one_by_one() {
        let buckets = Buckets::new(30);
        let start = Instant::now();
        for _ in 0..30 {
            assert_eq!(buckets.take(address(1), start), Ok(()));
        }
        assert_eq!(buckets.take(address(1), start), Err(2));
        assert_eq!(buckets.take(address(2), start), Ok(()));
        let later = start + Duration::from_secs(2);
        assert_eq!(buckets.take(address(1), later), Ok(()));
        assert_eq!(buckets.take(address(1), later), Err(2));
        // Never more than a minute's worth is saved up.
        let much_later = start + Duration::from_hours(1);
        assert_eq!((0..40).filter(|_| buckets.take(address(1), much_later).is_ok()).count(), 30);
    }

    #[test]
    fn many_clients_do_not_fill_the_memory() {
        let buckets = Buckets::new(60);
        let start = Instant::now();
        for number in 0..(MAX_CLIENTS as u32 + 10) {
            assert_eq!(buckets.take(address(number), start), Ok(()));
        }
        assert!(buckets.clients.lock().unwrap().len() <= MAX_CLIENTS);
    }
}
