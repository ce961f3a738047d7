//! The schema is what its readers are told: plain names, the history beside the rows.

use sqlx::{Connection as _, PgConnection};
use store::Location;

use crate::place::{Place, on_both_stores};

/// Columns of a table, in their order.
pub(crate) async fn columns(place: &Place, table: &str) -> Vec<String> {
    match &place.location {
        Location::GeoPackage(path) => {
            let connection = rusqlite::Connection::open(path).unwrap();
            let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
            statement.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        }
        Location::Postgis(options) => {
            let mut connection = PgConnection::connect_with(options).await.unwrap();
            let sql = "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 \
                       AND table_schema = 'public' ORDER BY ordinal_position";
            sqlx::query_scalar(sql).bind(table).fetch_all(&mut connection).await.unwrap()
        }
    }
}

on_both_stores! {
    async fn tables_have_plain_columns_and_their_histories_the_same(place: Place) {
        place.create().await.close().await;
        let own = ["parcel_id", "ags", "street", "official_area_m2", "land_use", "source_date", "geom"];
        let current = [&["fid"], &own[..], &["revision"]].concat();
        assert_eq!(columns(&place, "parcel").await, current);
        let past = [&["fid"], &own[..], &["from_revision", "to_revision"]].concat();
        assert_eq!(columns(&place, "parcel_history").await, past);
        assert_eq!(columns(&place, "site_parcel").await, ["site_id", "parcel_id"]);
        assert_eq!(columns(&place, "meta").await, ["schema_version", "crs_epsg", "crs_wkt", "epoch", "created"]);
    }

    async fn journal_and_history_have_no_column_for_a_person(place: Place) {
        place.create().await.close().await;
        let expected = [
            "revision", "at", "account_id", "reason", "source_name", "source_sha256", "source_rows", "counts", "touched",
        ];
        assert_eq!(columns(&place, "journal").await, expected);
    }
}
