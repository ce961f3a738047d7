//! tmp
use cadastre::{ColumnKind, Kind, Record, Value, codes::LayerVisibility, record::*};
use std::time::Instant;
use store::*;
#[tokio::main]
async fn main() {
    let c = rusqlite::Connection::open("/tmp/store-bench/o.gpkg").unwrap();
    let names = ["src", "pid", "off_area", "use_code", "use_desc", "address", "land_value", "zoning"];
    let mut st = c
        .prepare("select fid, geom, src,pid,off_area,use_code,use_desc,address,land_value,zoning from real_parcels")
        .unwrap();
    let feats: Vec<Record> = st
        .query_map([], |r| {
            let blob: Vec<u8> = r.get(1)?;
            let g = cadastre::wkb::decode_geopackage(&blob).unwrap().1;
            let mut values = vec![];
            for i in 2..10 {
                let v: Option<String> = r.get(i)?;
                values.push(v.map_or(Value::Null, Value::text));
            }
            Ok(Record::from(Feature {
                layer: "real".into(),
                feature_id: r.get::<_, i64>(0)?.to_string().into(),
                values,
                geometry: g,
            }))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let layer = Layer {
        name: "real".into(),
        title: "x".into(),
        visibility: LayerVisibility::Staff,
        attribution: None,
        columns: names.iter().map(|n| Column { name: (*n).into(), kind: ColumnKind::Text }).collect(),
    };
    let parcels: Vec<Record> = feats
        .iter()
        .enumerate()
        .map(|(i, r)| {
            let Record::Feature(f) = r else { panic!() };
            let g = match f.geometry.clone().unwrap() {
                geo_types::Geometry::MultiPolygon(m) => m,
                geo_types::Geometry::Polygon(p) => p.into(),
                _ => panic!(),
            };
            Record::from(Parcel {
                parcel_id: cadastre::ParcelId::from_parts(
                    cadastre::DistrictKey::parse("142888").unwrap(),
                    None,
                    i as u32,
                    None,
                    None,
                )
                .unwrap(),
                ags: cadastre::Ags::parse("14522310").unwrap(),
                street: Some("Hauptstrasse".into()),
                official_area_m2: Some(i as f64),
                land_use: None,
                source_date: None,
                geometry: g,
            })
        })
        .collect();
    for loc in std::env::args().skip(1) {
        let location = Location::parse(&loc).unwrap();
        let store = if Store::exists(&location).await.unwrap() {
            Store::open(&location, OpenOptions::default()).await.unwrap()
        } else {
            Store::create(&location, StoreCrs::known(4326).unwrap()).await.unwrap()
        };
        for round in 0..3 {
            let feats = feats.clone();
            let t = Instant::now();
            let mut import = store.import(ImportMeta::new("x", "y")).await.unwrap();
            import.put(vec![layer.clone().into()]).await.unwrap();
            let mut it = feats.into_iter();
            loop {
                let b: Vec<_> = it.by_ref().take(1000).collect();
                if b.is_empty() {
                    break;
                }
                import.put(b).await.unwrap();
            }
            import.replace(Kind::Feature("real".into()));
            let staged = t.elapsed();
            let out = import.finish(false).await.unwrap();
            println!("{location} layer round {round}: staged {staged:?} total {:?} {:?}", t.elapsed(), out.revision);
        }
        let t = Instant::now();
        let mut import = store.import(ImportMeta::new("x", "y")).await.unwrap();
        for b in parcels.chunks(1000) {
            import.put(b.to_vec()).await.unwrap();
        }
        let staged = t.elapsed();
        import.finish(false).await.unwrap();
        println!("{location} parcels: staged {staged:?} total {:?}", t.elapsed());
        let t = Instant::now();
        let mut n = 0;
        store
            .scan_all(At::Current, |b| {
                n += b.len();
                Ok(())
            })
            .await
            .unwrap();
        println!("scan {n} {:?}", t.elapsed());
        let t = Instant::now();
        for i in 0..50 {
            let Record::Parcel(mut p) = parcels[i].clone() else { panic!() };
            p.official_area_m2 = Some(0.5);
            store.commit(vec![cadastre::Edit::put(p)], Author::operator("x")).await.unwrap();
        }
        println!("50 edits {:?}", t.elapsed());
        let t = Instant::now();
        println!(
            "changes {} {:?}",
            store.changes_since(cadastre::Revision(store.head().await.unwrap().0 - 1)).await.unwrap().applied.len(),
            t.elapsed()
        );
        let t = Instant::now();
        let f = store.check(&|_| vec![]).await.unwrap();
        println!("check {:?} {:?}", t.elapsed(), f.iter().filter(|f| f.is_error()).count());
        let b = std::path::PathBuf::from(format!("/tmp/store-bench/b{}.gpkg", std::process::id()));
        let t = Instant::now();
        store.backup(&b).await.unwrap();
        println!("backup {:?}", t.elapsed());
        let t = Instant::now();
        store.restore(&b).await.unwrap();
        println!("restore {:?}", t.elapsed());
        std::fs::remove_file(&b).unwrap();
        store.close().await;
    }
}
