//! Through the request path: the built binary on a file of generated parcels, asked from eight connections.
//!
//! Each answer is looked at before: status, number of features, the same bytes in two servers. `cargo bench -p benches
//! --bench http`; `BENCH_PARCELS` says how many parcels (200,000).

use std::{io::Write as _, time::Duration};

use benches::{
    drive::{self, Answer, Endpoint, Load, Request},
    files,
    places::{self, Places},
    server::{self, Server},
};

type Failed = Box<dyn std::error::Error>;

const LOAD: Load = Load { connections: 8, warm_up: Duration::from_millis(500), duration: Duration::from_secs(3) };

/// Something that is asked again and again.
struct Subject {
    name: &'static str,
    lines: String,
    headers: Vec<String>,
    /// How many features each answer has; `None`: it is no page.
    returned: Option<std::ops::Range<u64>>,
}

fn main() -> Result<(), Failed> {
    let count: u32 = std::env::var("BENCH_PARCELS").map_or(Ok(200_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("parcels.fgb");
    files::write_flatgeobuf(count, &data)?;
    let store = folder.path().join("store.gpkg").display().to_string();
    server::run(&["import", &data.display().to_string(), "--as", "parcels", "--store", &store])?;
    // One after the other: two of them would share the processor while one is measured.
    let digests = {
        let first = Server::start(&store)?;
        first.settle();
        let subjects = subjects(&places::generated(count, 200)?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        subjects.iter().map(|one| runtime.block_on(look(one, first.url()))).collect::<Result<Vec<_>, _>>()?
    };
    let server = Server::start(&store)?;
    server.settle();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{count} parcels, {} connections on one thread", LOAD.connections)?;
    if let Some(bytes) = server.resident_bytes() {
        writeln!(out, "memory of the server: {:.0} bytes a parcel", bytes as f64 / f64::from(count))?;
    }
    writeln!(out, "{:<34} {:>9} {:>9} {:>9} {:>9}", "", "answers/s", "p50 µs", "p99 µs", "bytes")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (subject, earlier) in subjects(&places::generated(count, 200)?).iter().zip(digests) {
        let (to, requests, expected) = runtime.block_on(look(subject, server.url()))?;
        let same = expected.iter().zip(&earlier.2).all(|(now, before)| masked(now) == masked(before));
        if !same {
            return Err(format!("{}: two servers on one store answer different bytes", subject.name).into());
        }
        let report = runtime.block_on(drive::load(&to, requests, &expected, LOAD))?;
        writeln!(
            out,
            "{:<34} {:>9.0} {:>9.0} {:>9.0} {:>9.0}",
            subject.name, report.per_second, report.p50_us, report.p99_us, report.bytes
        )?;
    }
    Ok(())
}

/// What must be the same in two servers.
fn masked(answer: &Answer) -> (u16, u64, Option<u64>) {
    (answer.status, answer.digest, answer.returned)
}

fn subjects(places: &Places) -> Vec<Subject> {
    let boxes = |more: &str| lines(&places.boxes, |[w, s, e, n]| items(&format!("bbox={w},{s},{e},{n}{more}")));
    let star = serde_json::json!({
        "collection": "parcels",
        "filter": { "op": "s_intersects", "args": [
            { "property": "geometry" }, { "type": "Polygon", "coordinates": [places.star] }
        ] }
    });
    let page = |name, lines, headers: &[&str], returned| Subject {
        name,
        lines,
        headers: headers.iter().map(|header| (*header).to_owned()).collect(),
        returned,
    };
    vec![
        page("box of about 1,000", boxes("&limit=2000"), &[], Some(850..1200)),
        page("the same, gzip", boxes("&limit=2000"), &["Accept-Encoding: gzip"], Some(850..1200)),
        page("box of about 1,000, first ten", boxes("&limit=10"), &[], Some(10..11)),
        page("box and land use, first ten", boxes("&limit=10&land_use=Wald"), &[], Some(10..11)),
        page("one by id", lines(&places.ids, |id| format!("GET /ogc/collections/parcels/items/{id}")), &[], None),
        page("figures of an area of 500 corners", format!("POST /api/figures {star}"), &[], None),
    ]
}

fn items(query: &str) -> String {
    format!("GET /ogc/collections/parcels/items?{query}")
}

fn lines<T>(of: &[T], line: impl Fn(&T) -> String) -> String {
    of.iter().map(|one| line(one) + "\n").collect()
}

/// Asks everything once and refuses what is not the answer that is meant.
async fn look(subject: &Subject, url: &str) -> Result<(Endpoint, Vec<Request>, Vec<Answer>), Failed> {
    let to = Endpoint::new(url, subject.headers.clone())?;
    let requests = drive::requests(&subject.lines, &to)?;
    let answers = drive::probe(&to, &requests).await?;
    for (request, answer) in requests.iter().zip(&answers) {
        let is_meant = answer.status == 200
            && subject
                .returned
                .as_ref()
                .is_none_or(|range| answer.returned.is_some_and(|count| range.contains(&count)));
        if !is_meant {
            let (line, Answer { status, returned, .. }) = (&request.line, answer);
            return Err(format!("{}: {line} was answered {status} with {returned:?} features", subject.name).into());
        }
    }
    Ok((to, requests, answers))
}
