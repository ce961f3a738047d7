//! How often the publishers of base maps are asked: a bucket that fills with time.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// Lets through so many a second on average, and a number at once after a pause.
#[derive(Debug)]
pub(crate) struct Limit {
    a_second: f64,
    at_once: f64,
    left: Mutex<(f64, Instant)>,
}

impl Limit {
    pub(crate) fn new(a_second: f64, at_once: f64, now: Instant) -> Self {
        Self { a_second, at_once, left: Mutex::new((at_once, now)) }
    }

    /// Whether one more is let through.
    pub(crate) fn take(&self, now: Instant) -> bool {
        let mut guard = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, since) = *guard;
        let filled = (left + now.saturating_duration_since(since).as_secs_f64() * self.a_second).min(self.at_once);
        let is_allowed = filled >= 1.0;
        *guard = (if is_allowed { filled - 1.0 } else { filled }, now);
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Limit;

    #[test]
    fn what_was_saved_up_is_let_through_at_once_and_then_so_many_a_second() {
        let begin = Instant::now();
        let limit = Limit::new(10.0, 5.0, begin);
        let passed = |milliseconds: u64, tries: usize| {
            (0..tries).filter(|_| limit.take(begin + Duration::from_millis(milliseconds))).count()
        };
        assert_eq!(passed(0, 20), 5);
        assert_eq!(passed(100, 20), 1);
        assert_eq!(passed(150, 20), 0);
        assert_eq!(passed(1_150, 20), 5);
    }
}
