//! What is asked of every route, and what each caller is answered.

use serde_json::json;
use tests::{
    Answer, Client,
    client::{SITES, site},
    sample::{ERFURT_AGS, HAMBURG_AGS},
};

use super::{ENQUIRY, TILE, World, internal, public};

type Ask = fn(&World, &Client) -> Answer;

/// What is asked, how, and the status for each of [`CALLERS`]; one number: the same for all.
pub(super) fn table() -> Vec<(&'static str, Ask, Vec<u16>)> {
    let staff_at_home = |yes: u16, no: u16| vec![no, no, yes, yes, yes, yes, no, no, no, no];
    // Editors, then who must sign in, then who may not.
    let editors = |yes: u16, elsewhere: u16| vec![401, 403, 403, yes, yes, yes, 403, elsewhere, elsewhere, elsewhere];
    let publishers = vec![401, 403, 403, 403, 201, 201, 403, 403, 403, 403];
    vec![
        ("start page", |_, c| c.get("/"), vec![200]),
        ("page of a town", |_, c| c.get("/gemeinde/02000000"), vec![200]),
        ("page of no town", |_, c| c.get("/gemeinde/99999999"), vec![404]),
        ("list as a table", |_, c| c.get("/liste.csv"), vec![200]),
        ("list of a town as a collection", |_, c| c.get("/gemeinde/02000000/liste.geojson"), vec![200]),
        ("feed of a town", |_, c| c.get("/gemeinde/02000000/feed.atom"), vec![200]),
        ("feed of no town", |_, c| c.get("/gemeinde/99999999/feed.atom"), vec![404]),
        ("list as a GeoPackage", |_, c| c.get("/gemeinde/02000000/liste.gpkg"), vec![200]),
        ("start page of a town", |_, c| c.get("/gemeinde/02000000/start"), vec![200]),
        ("start page of no town", |_, c| c.get("/gemeinde/99999999/start"), vec![404]),
        ("figures", |_, c| c.get("/zahlen"), vec![200]),
        ("figures of a town as a table", |_, c| c.get("/gemeinde/02000000/zahlen.csv"), vec![200]),
        ("figures with a filter that makes no sense", |_, c| c.get("/zahlen?typ=schloss"), vec![400]),
        ("legal notice", |_, c| c.get("/impressum"), vec![200]),
        ("privacy page of a town", |_, c| c.get("/gemeinde/02000000/datenschutz"), vec![200]),
        ("accessibility page of no town", |_, c| c.get("/gemeinde/99999999/barrierefreiheit"), vec![404]),
        ("colour of a town that has none", |_, c| c.get("/gemeinde/02000000/farben.css"), vec![404]),
        ("coat of arms of a town that has none", |_, c| c.get("/gemeinde/02000000/wappen"), vec![404]),
        ("table with a filter that makes no sense", |_, c| c.get("/liste.csv?typ=schloss"), vec![400]),
        ("list for a frame", |_, c| c.get("/embed"), vec![200]),
        ("list of a town for a frame", |_, c| c.get("/embed/02000000?ui=liste&theme=hell"), vec![200]),
        ("list of no town for a frame", |_, c| c.get("/embed/99999999"), vec![404]),
        ("script for frames", |_, c| c.get("/embed.js"), vec![200]),
        ("code for frames", |_, c| c.get("/einbetten"), vec![200]),
        ("code for a frame of a town", |_, c| c.get("/gemeinde/02000000/einbetten?groesse=klein"), vec![200]),
        ("code for a frame of no town", |_, c| c.get("/gemeinde/99999999/einbetten"), vec![404]),
        ("search", |_, c| c.get("/suche?suche=neuwerk"), vec![200]),
        ("nothing to compare", |_, c| c.get("/vergleich"), vec![200]),
        ("search for programs", |_, c| c.get("/api/search?q=neuwerk"), vec![200]),
        ("page of a parcel", |_, c| c.get("/flurstueck/020125___00128______"), vec![200]),
        ("page of a building without a published vacancy", |_, c| c.get("/gebaeude/DEHHALKA10000001"), vec![404]),
        ("form to a town", |_, c| c.get(ENQUIRY), vec![200]),
        ("form to no town", |_, c| c.get("/anfrage/gemeinde/99999999"), vec![404]),
        ("form about a public site", |w, c| c.get(&format!("/anfrage/flaeche/{}", w.new_site(&public()).0)), vec![200]),
        (
            "form about an internal site",
            |w, c| c.get(&format!("/anfrage/flaeche/{}", w.new_site(&internal()).0)),
            vec![404],
        ),
        (
            "form about a building without a published vacancy",
            |_, c| c.get("/anfrage/gebaeude/DEHHALKA10000001"),
            vec![404],
        ),
        ("form filled in", |_, c| c.ask(ENQUIRY, &[("nachricht", "Hallo"), ("mail", "a@b.example")]), vec![303]),
        ("form with nothing in it", |_, c| c.ask(ENQUIRY, &[]), vec![422]),
        ("receipt", |w, c| c.get(&format!("/anfrage/eingang/{}", w.new_enquiry())), vec![200]),
        ("receipt of nothing", |_, c| c.get("/anfrage/eingang/AAAA-AAAA-AAAA"), vec![404]),
        ("inbox", |_, c| c.get("/api/enquiries"), vec![401, 403, 403, 200, 200, 200, 403, 200, 200, 200]),
        (
            "inbox of Hamburg",
            |_, c| c.get("/api/enquiries?ags=02000000"),
            vec![401, 403, 403, 200, 200, 200, 403, 403, 403, 403],
        ),
        (
            "enquiry",
            |w, c| c.get(&format!("/api/enquiries/{}", w.new_enquiry())),
            vec![401, 403, 403, 200, 200, 200, 403, 404, 404, 404],
        ),
        (
            "change an enquiry",
            |w, c| c.send("PATCH", &format!("/api/enquiries/{}", w.new_enquiry()), &[], r#"{"state":"read"}"#),
            vec![401, 403, 403, 200, 200, 200, 403, 404, 404, 404],
        ),
        (
            "erase an enquiry",
            |w, c| c.send("DELETE", &format!("/api/enquiries/{}", w.new_enquiry()), &[], ""),
            vec![401, 403, 403, 204, 204, 204, 403, 404, 404, 404],
        ),
        (
            "pictures of a public site",
            |w, c| c.get(&format!("/api/pictures?site={}", w.new_site(&public()).0)),
            vec![200],
        ),
        (
            "pictures of an internal site",
            |w, c| c.get(&format!("/api/pictures?site={}", w.new_site(&internal()).0)),
            staff_at_home(200, 404),
        ),
        ("released picture of a public site", |w, c| c.get(&w.new_picture(true).path()), vec![200]),
        ("picture that is not released", |w, c| c.get(&w.new_picture(false).path()), staff_at_home(200, 404)),
        ("file of a picture that is not released", |w, c| c.get(&w.new_picture(false).file()), staff_at_home(200, 404)),
        ("released picture as a page shows it", |w, c| c.get(&w.new_picture(true).public_file()), vec![200]),
        ("picture that is not released, the same way", |w, c| c.get(&w.new_picture(false).public_file()), vec![404]),
        (
            "add a picture to a public site",
            |w, c| c.add_picture("site", &w.new_site(&public()).0, ""),
            editors(201, 403),
        ),
        (
            "add a picture to an internal site",
            |w, c| c.add_picture("site", &w.new_site(&internal()).0, ""),
            vec![401, 403, 403, 201, 201, 201, 403, 404, 404, 404],
        ),
        (
            "release a picture",
            |w, c| {
                let picture = w.new_picture(false);
                c.send("PATCH", &picture.path(), &[("If-Match", &picture.etag)], r#"{"released":true}"#)
            },
            vec![401, 403, 403, 200, 200, 200, 403, 404, 404, 404],
        ),
        (
            "remove a picture",
            |w, c| {
                let picture = w.new_picture(true);
                c.send("DELETE", &picture.path(), &[("If-Match", &picture.etag)], "")
            },
            vec![401, 403, 403, 204, 204, 204, 403, 403, 403, 403],
        ),
        ("live", |_, c| c.get("/health/live"), vec![204]),
        ("ready", |_, c| c.get("/health/ready"), vec![200]),
        ("no such page", |_, c| c.get("/nowhere"), vec![404]),
        ("landing page", |_, c| c.get("/ogc/"), vec![200]),
        ("landing page without a slash", |_, c| c.get("/ogc"), vec![200]),
        ("conformance", |_, c| c.get("/ogc/conformance"), vec![200]),
        ("OpenAPI", |_, c| c.get("/ogc/api"), vec![200]),
        ("collections", |_, c| c.get("/ogc/collections"), vec![200]),
        ("collection", |_, c| c.get("/ogc/collections/parcels"), vec![200]),
        ("no such collection", |_, c| c.get("/ogc/collections/owners"), vec![404]),
        ("parcels", |_, c| c.get("/ogc/collections/parcels/items"), vec![200]),
        ("sites", |_, c| c.get("/ogc/collections/sites/items"), vec![200]),
        ("buildings", |_, c| c.get("/ogc/collections/buildings/items"), vec![200]),
        ("districts", |_, c| c.get("/ogc/collections/districts/items"), vec![200]),
        ("parcel", |_, c| c.get("/ogc/collections/parcels/items/020125___00128______"), vec![200]),
        ("no such parcel", |_, c| c.get("/ogc/collections/parcels/items/020125___99999______"), vec![404]),
        ("public layer", |_, c| c.get("/ogc/collections/trees/items"), vec![200]),
        ("feature of a public layer", |_, c| c.get("/ogc/collections/trees/items/1"), vec![200]),
        (
            "staff layer",
            |_, c| c.get("/ogc/collections/plans/items"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "description of a staff layer",
            |_, c| c.get("/ogc/collections/plans"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "feature of a staff layer",
            |_, c| c.get("/ogc/collections/plans/items/1"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        ("tile matrix sets", |_, c| c.get("/ogc/tileMatrixSets"), vec![200]),
        ("tile matrix set", |_, c| c.get("/ogc/tileMatrixSets/WebMercatorQuad"), vec![200]),
        ("no such tile matrix set", |_, c| c.get("/ogc/tileMatrixSets/WorldCRS84Quad"), vec![404]),
        ("tilesets", |_, c| c.get("/ogc/tiles"), vec![200]),
        ("tileset", |_, c| c.get("/ogc/tiles/WebMercatorQuad"), vec![200]),
        ("tile", |_, c| c.get(&format!("/ogc/tiles/{TILE}")), vec![200]),
        ("tilesets of parcels", |_, c| c.get("/ogc/collections/parcels/tiles"), vec![200]),
        ("tileset of parcels", |_, c| c.get("/ogc/collections/parcels/tiles/WebMercatorQuad"), vec![200]),
        ("tile of parcels", |_, c| c.get(&format!("/ogc/collections/parcels/tiles/{TILE}")), vec![200]),
        ("tile where nothing lies", |_, c| c.get("/ogc/collections/parcels/tiles/WebMercatorQuad/16/0/0"), vec![204]),
        ("tile of no matrix", |_, c| c.get("/ogc/collections/parcels/tiles/WebMercatorQuad/25/0/0"), vec![404]),
        ("tile of no set", |_, c| c.get("/ogc/collections/parcels/tiles/WorldCRS84Quad/1/0/0"), vec![404]),
        ("tile of no collection", |_, c| c.get(&format!("/ogc/collections/owners/tiles/{TILE}")), vec![404]),
        ("tile of a public layer", |_, c| c.get(&format!("/ogc/collections/trees/tiles/{TILE}")), vec![200]),
        (
            "tile of a staff layer",
            |_, c| c.get(&format!("/ogc/collections/plans/tiles/{TILE}")),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "tilesets of a staff layer",
            |_, c| c.get("/ogc/collections/plans/tiles"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "tileset of a staff layer",
            |_, c| c.get("/ogc/collections/plans/tiles/WebMercatorQuad"),
            vec![404, 404, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        (
            "staff layer in a tile of the data set",
            |_, c| c.get(&format!("/ogc/tiles/{TILE}?collections=plans")),
            vec![400, 400, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        ("styles", |_, c| c.get("/ogc/styles"), vec![200]),
        ("style", |_, c| c.get("/ogc/styles/karte"), vec![200]),
        ("no such style", |_, c| c.get("/ogc/styles/nonsense"), vec![404]),
        ("page of a public site", |w, c| c.get(&format!("/flaeche/{}", w.new_site(&public()).0)), vec![200]),
        ("exposé of a public site", |w, c| c.get(&format!("/flaeche/{}/expose", w.new_site(&public()).0)), vec![200]),
        ("exposé as a document", |w, c| c.get(&format!("/flaeche/{}/expose.pdf", w.new_site(&public()).0)), vec![200]),
        ("page of an internal site", |w, c| c.get(&format!("/flaeche/{}", w.new_site(&internal()).0)), vec![404]),
        ("public site", |w, c| c.get_site(&w.new_site(&public()).0), vec![200]),
        ("internal site", |w, c| c.get_site(&w.new_site(&internal()).0), staff_at_home(200, 404)),
        ("create a site", |_, c| c.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &internal())), editors(201, 403)),
        ("create a published site", |_, c| c.post_site(&site(HAMBURG_AGS, [8.49, 53.92], &public())), publishers),
        (
            "change an internal site",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                c.put_site(&id, &etag, &site(HAMBURG_AGS, [8.49, 53.92], &json!({ "name": "Bestätigt" })))
            },
            vec![401, 404, 403, 204, 204, 204, 404, 404, 404, 404],
        ),
        (
            "update an internal site",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                let headers = [("Content-Type", "application/merge-patch+json"), ("If-Match", &*etag)];
                c.send("PATCH", &format!("{SITES}/{id}"), &headers, r#"{"properties":{"note":"Ortstermin"}}"#)
            },
            vec![401, 404, 403, 204, 204, 204, 404, 404, 404, 404],
        ),
        (
            "publish an internal site",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                c.put_site(&id, &etag, &site(HAMBURG_AGS, [8.49, 53.92], &public()))
            },
            vec![401, 404, 403, 403, 204, 204, 404, 404, 404, 404],
        ),
        (
            "move a site to another municipality",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                c.put_site(&id, &etag, &site(ERFURT_AGS, [8.49, 53.92], &internal()))
            },
            vec![401, 404, 403, 403, 403, 403, 404, 404, 404, 404],
        ),
        (
            "end an internal site",
            |w, c| {
                let (id, etag) = w.new_site(&internal());
                c.delete_site(&id, &etag)
            },
            vec![401, 404, 403, 204, 204, 204, 404, 404, 404, 404],
        ),
        (
            "end a public site",
            |w, c| {
                let (id, etag) = w.new_site(&public());
                c.delete_site(&id, &etag)
            },
            vec![401, 403, 403, 204, 204, 204, 403, 403, 403, 403],
        ),
        (
            "create a parcel",
            |_, c| c.send("POST", "/ogc/collections/parcels/items", &[("Content-Type", "application/geo+json")], "{}"),
            vec![405],
        ),
        (
            "end a parcel",
            |_, c| {
                c.send("DELETE", "/ogc/collections/parcels/items/020125___00128______", &[("If-Match", "\"1\"")], "")
            },
            vec![405],
        ),
    ]
}
