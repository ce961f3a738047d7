//! Answers in memory, without a network: how they grow with what they are taken from.

use std::time::Instant;

use cadastre::Viewer;
use serde::Serialize;
use spatial::{Area, Query};

use crate::{
    parcels::{self, GenerateError},
    places,
};

/// How long answers took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answers {
    /// Parcels in the snapshot.
    pub parcels: u32,
    /// Answers measured.
    pub answers: usize,
    /// Features of an answer, on average.
    pub returned: f64,
    /// Until it can be sent, as the texts that it is made of.
    pub ready: Latency,
    /// Until its last byte was read and written elsewhere, as a network does.
    pub read: Latency,
}

/// How long something took, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Half took no longer.
    pub p50_us: f64,
    /// 99 of 100 took no longer.
    pub p99_us: f64,
}

/// Longer answers are cut, which these are not.
const MAX_BYTES: usize = 16 << 20;

/// Finds about 1,000 of so many parcels at each of the places, puts their GeoJSON together and reads it to its end, twice:
/// what is counted is the second time, as a server that has been running for a while would answer.
pub fn answers(count: u32, places: usize) -> Result<Answers, GenerateError> {
    let snapshot = parcels::snapshot(count)?;
    let boxes = places::generated(count, places)?.boxes;
    let (mut ready_us, mut read_us) = (Vec::with_capacity(boxes.len()), Vec::with_capacity(boxes.len()));
    let (mut returned, mut body) = (0, Vec::new());
    for round in 0..2 {
        for bounds in &boxes {
            let begun = Instant::now();
            let query = Query { within: Some(Area::Bbox(*bounds)), limit: 2000, ..Query::default() };
            let page = snapshot.parts("parcels", &query, &Viewer::ANONYMOUS, MAX_BYTES)?;
            let parts = page.plain();
            let ready = begun.elapsed();
            body.clear();
            for part in &parts {
                body.extend_from_slice(part);
            }
            std::hint::black_box(&body);
            if round == 1 {
                ready_us.push(ready.as_secs_f64() * 1e6);
                read_us.push(begun.elapsed().as_secs_f64() * 1e6);
                returned += page.returned;
            }
        }
    }
    Ok(Answers {
        parcels: count,
        answers: read_us.len(),
        returned: returned as f64 / read_us.len().max(1) as f64,
        ready: Latency::of(ready_us),
        read: Latency::of(read_us),
    })
}

impl Latency {
    fn of(mut latencies_us: Vec<f64>) -> Self {
        latencies_us.sort_by(f64::total_cmp);
        let at = |part: f64| latencies_us.get((latencies_us.len() as f64 * part) as usize).copied().unwrap_or(f64::NAN);
        Self { p50_us: at(0.5), p99_us: at(0.99) }
    }
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn answers_of_a_thousand_are_what_is_measured() {
        let found = answers(10_000, 20).unwrap();
        assert_eq!((found.parcels, found.answers), (10_000, 20));
        assert!((850.0..1200.0).contains(&found.returned), "{found:?}");
        assert!(found.ready.p50_us > 0.0 && found.ready.p50_us <= found.read.p50_us, "{found:?}");
    }
}
