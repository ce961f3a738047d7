use std::{ops::ControlFlow, path::Path, time::Instant};
use formats::*;

#[test]
fn scratch() {
    let files = std::env::var("SCRATCH").unwrap();
    for file in files.split(',') {
        let (file, layer) = file.split_once('@').map_or((file, None), |(f, l)| (f, Some(l.to_owned())));
        let t = Instant::now();
        let s = match Source::open(Path::new(file), &ReadOptions { layer, ..Default::default() }) { Ok(s) => s, Err(e) => { println!("{file}: ERROR {e}"); continue } };
        let opened = t.elapsed();
        let h = s.header().clone();
        let (mut n, mut g, mut notes) = (0u64, 0u64, 0u64);
        let mut probs: Vec<String> = vec![];
        let mut first = None;
        let sum = s.read(&mut |e| { match e {
            Event::Row { row, notes: no, .. } => { n += 1; g += u64::from(row.geometry.is_some()); notes += no.len() as u64; if first.is_none() { first = Some(row.fields) } }
            Event::Problem { row, problem, .. } => probs.push(format!("{row}: {problem}")),
            Event::Progress { .. } => {} }
            ControlFlow::Continue(()) });
        println!("{file}: open {opened:?}, all {:?}; rows {n}, geometries {g}, notes {notes}, problems {} {:?}", t.elapsed(), probs.len(), &probs[..probs.len().min(3)]);
        println!("   {:?} {} crs {:?} count {:?} bytes {} geomcols {:?} notes {:?}\n   columns {:?}", h.format, h.name, h.crs, h.feature_count, h.total_bytes, h.geometry_columns, h.notes, h.columns.iter().map(|c| format!("{} {:?}", c.name, c.kind)).collect::<Vec<_>>());
        println!("   first {first:?}\n   {sum:?}");
    }
}
