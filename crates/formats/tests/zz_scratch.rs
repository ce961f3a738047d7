//! s
use std::{ops::ControlFlow, path::Path, time::Instant};
use formats::*;
#[test]
fn scratch() {
    for file in std::env::var("SCRATCH").unwrap().split(',') {
        for _ in 0..3 {
        let t = Instant::now();
        let s = Source::open(Path::new(file), &ReadOptions::default()).unwrap();
        let opened = t.elapsed();
        let sum = s.read(&mut |_| ControlFlow::Continue(())).unwrap();
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let rss = status.lines().find(|l| l.starts_with("VmHWM")).unwrap().to_owned();
        println!("{file}: open {opened:?}, all {:?} rows {} problems {} {rss}", t.elapsed(), sum.rows, sum.problems);
        }
    }
}
