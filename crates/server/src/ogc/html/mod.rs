//! Pages of the OGC resources: the same content as the JSON, for people.
//!
//! They need no script: maps are drawn by the server.

mod figure;
mod items;
mod problem;
mod value;

use askama::Template;
use cadastre::{Viewer, texts::Language};
use serde_json::Value;
use spatial::{Crs, Snapshot, snapshot::Schema};

pub(crate) use figure::Figure;
pub(crate) use items::{ItemPage, ItemsPage, Paging};
pub(crate) use problem::{AskedFor, as_page};

pub(crate) use crate::pages::frame::fill;

use super::{
    asked::{Asked, with_query},
    collections::{CollectionResponse, CollectionsResponse, title_of},
    columns::Column,
    schemas::Kind,
};
use crate::{
    links::Link,
    pages::{
        format,
        frame::{Crumb, Frame},
    },
};

/// What stands above the content of a page.
#[derive(Debug)]
pub(crate) struct Head {
    /// Heading.
    pub(crate) heading: String,
    /// The same in other formats.
    pub(crate) formats: Vec<FormatLink>,
}

/// A link to another format.
#[derive(Debug)]
pub(crate) struct FormatLink {
    /// Name of the format.
    pub(crate) label: String,
    /// Address.
    pub(crate) href: String,
}

/// Frame and head of a page. `way` leads from the landing page: names and addresses; the landing page itself has none.
fn around(
    asked: &Asked,
    heading: &str,
    description: &str,
    way: Option<&[(String, String)]>,
    formats: Vec<FormatLink>,
) -> (Frame, Head) {
    let mut frame = Frame::new(asked.page_request(), format!("{heading} – OGC API"), description.to_owned());
    // The API for programs is not put into Leichte Sprache.
    frame.languages = &[Language::German, Language::English];
    let start = (asked.t("ogc.landing.short").to_owned(), "/ogc/".to_owned());
    let steps = way.into_iter().flat_map(|way| std::iter::once(&start).chain(way));
    frame.crumbs = steps.map(|(name, path)| Crumb { name: name.clone(), href: page_href(asked, path) }).collect();
    (frame, Head { heading: heading.to_owned(), formats })
}

/// A link within the pages: as HTML, in the language that was asked for.
pub(crate) fn page_href(asked: &Asked, path: &str) -> String {
    let lang = asked.names_language.then_some(("lang", asked.language.tag()));
    let pairs: Vec<_> = std::iter::once(("f", "html")).chain(lang).collect();
    with_query(path, &pairs)
}

/// The formats a document links to beside the page itself.
fn alternates(links: &[Link]) -> Vec<FormatLink> {
    use crate::links::media;
    let label = |link: &Link| match link.r#type {
        media::JSON => "JSON",
        media::SCHEMA => "JSON Schema",
        media::OPENAPI => "OpenAPI 3.0",
        other => other,
    };
    let alternates = links.iter().filter(|link| link.rel == "alternate");
    alternates.map(|link| FormatLink { label: label(link).to_owned(), href: link.href.clone() }).collect()
}

/// A link of a list on a page.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Name.
    pub(crate) name: String,
    /// Address.
    pub(crate) href: String,
    /// What one finds there.
    pub(crate) help: String,
}

/// The landing page.
#[derive(Debug, Template)]
#[template(path = "ogc/landing.html")]
pub(crate) struct LandingPage {
    frame: Frame,
    head: Head,
    lead: String,
    entries: Vec<Entry>,
    collections: Vec<CollectionCard>,
    address: String,
}

impl LandingPage {
    pub(crate) fn new(
        asked: &Asked,
        title: &str,
        lead: &str,
        links: &[Link],
        collections: Vec<CollectionCard>,
    ) -> Self {
        let entry = |path: &str, key: &str| Entry {
            name: asked.find(&format!("ogc.{key}")).to_owned(),
            href: page_href(asked, &format!("/ogc{path}")),
            help: asked.find(&format!("ogc.{key}.help")).to_owned(),
        };
        let (frame, head) = around(asked, title, lead, None, alternates(links));
        Self {
            frame,
            head,
            lead: lead.to_owned(),
            entries: vec![
                entry("/collections", "collections"),
                entry("/api", "api"),
                entry("/conformance", "conformance"),
            ],
            collections,
            address: asked.at("/"),
        }
    }
}

/// A collection in a list.
#[derive(Debug)]
pub(crate) struct CollectionCard {
    title: String,
    description: String,
    href: String,
    count: Option<String>,
}

impl CollectionCard {
    pub(crate) fn new(asked: &Asked, collection: &CollectionResponse) -> Self {
        Self {
            title: collection.title.clone(),
            description: collection.description.clone(),
            href: page_href(asked, &format!("/ogc/collections/{}", crate::links::encode(&collection.id))),
            count: count_in_words(asked, collection.count),
        }
    }
}

fn count_in_words(asked: &Asked, count: Option<u64>) -> Option<String> {
    let count = count?;
    let text = if count == 1 { "ogc.count.one" } else { "ogc.count.other" };
    Some(fill(asked.t(text), &[("n", &format::number(count as f64, 0, asked.language))]))
}

/// The list of collections.
#[derive(Debug, Template)]
#[template(path = "ogc/collections.html")]
pub(crate) struct CollectionsPage {
    frame: Frame,
    head: Head,
    figure: Option<Figure>,
    collections: Vec<CollectionCard>,
}

impl CollectionsPage {
    pub(crate) fn new(asked: &Asked, snapshot: &Snapshot, response: &CollectionsResponse) -> Self {
        let heading = asked.t("ogc.collections");
        let boxes = response.collections.iter().filter_map(|collection| collection.extent.as_ref());
        let extents: Vec<[f64; 4]> = boxes.map(|extent| extent.spatial.bbox[0]).collect();
        let help = asked.t("ogc.collections.help");
        let (frame, head) = around(asked, heading, help, Some(&[]), alternates(&response.links));
        Self {
            frame,
            head,
            figure: Figure::of_extents(snapshot, &extents, asked.t("ogc.figure.extents")),
            collections: response.collections.iter().map(|one| CollectionCard::new(asked, one)).collect(),
        }
    }
}

/// One collection.
#[derive(Debug, Template)]
#[template(path = "ogc/collection.html")]
pub(crate) struct CollectionPage {
    frame: Frame,
    head: Head,
    description: String,
    count: Option<String>,
    figure: Option<Figure>,
    extent: Option<String>,
    licence: Option<FormatLink>,
    items: String,
    downloads: Vec<FormatLink>,
    files: Vec<FormatLink>,
    schemas: Vec<Entry>,
    systems: Vec<(String, String)>,
}

impl CollectionPage {
    pub(crate) fn new(asked: &Asked, snapshot: &Snapshot, response: &CollectionResponse) -> Self {
        let at = format!("/ogc/collections/{}", crate::links::encode(&response.id));
        let bbox = response.extent.as_ref().map(|extent| extent.spatial.bbox[0]);
        let of_rel = |rel: &str| {
            let links =
                response.links.iter().filter(|link| link.rel == rel && link.r#type != crate::links::media::HTML);
            links.map(|link| FormatLink { label: link.title.clone(), href: link.href.clone() }).collect()
        };
        let schema = |kind: Kind| Entry {
            name: asked.t(kind.text_key()).to_owned(),
            href: page_href(asked, &format!("{at}/{}", kind.segment())),
            help: asked.find(&format!("{}.help", kind.text_key())).to_owned(),
        };
        let way = [collections_crumb(asked)];
        let formats = alternates(&response.links);
        let (mut frame, head) = around(asked, &response.title, &response.description, Some(&way), formats);
        frame.credits.extend(response.attribution.clone());
        Self {
            frame,
            head,
            description: response.description.clone(),
            count: count_in_words(asked, response.count),
            figure: Figure::of_extents(snapshot, bbox.as_slice(), asked.t("ogc.figure.extent")),
            extent: bbox.map(|bbox| bbox.map(|x| format!("{x}")).join(", ")),
            licence: response
                .links
                .iter()
                .find(|link| link.rel == "license")
                .map(|link| FormatLink { label: link.title.clone(), href: link.href.clone() }),
            items: page_href(asked, &format!("{at}/items")),
            downloads: of_rel("items"),
            files: of_rel("enclosure"),
            schemas: [Kind::Returnables, Kind::Queryables, Kind::Sortables].map(schema).into(),
            systems: response.crs.iter().filter_map(|uri| system(asked, uri, *uri == response.storage_crs)).collect(),
        }
    }
}

/// Code and name of a CRS; the one that the data are stored in says so.
fn system(asked: &Asked, uri: &str, is_storage: bool) -> Option<(String, String)> {
    let crs = Crs::parse(uri).ok()?;
    let name = crs.describe().ok()?.name.clone();
    let stored = if is_storage { format!(" ({})", asked.t("ogc.storage_crs")) } else { String::new() };
    Some((crs.to_string(), format!("{name}{stored}")))
}

/// The step to the list of collections.
fn collections_crumb(asked: &Asked) -> (String, String) {
    (asked.t("ogc.collections").to_owned(), "/ogc/collections".to_owned())
}

/// The step to a collection.
fn collection_crumb(asked: &Asked, schema: Schema<'_>) -> (String, String) {
    let path = format!("/ogc/collections/{}", crate::links::encode(schema.id()));
    (title_of(schema, asked.language), path)
}

/// Schema, queryables or sortables of a collection.
#[derive(Debug, Template)]
#[template(path = "ogc/schema.html")]
pub(crate) struct SchemaPage {
    frame: Frame,
    head: Head,
    help: &'static str,
    rows: Vec<SchemaRow>,
}

/// A property in the table of a schema.
#[derive(Debug)]
pub(crate) struct SchemaRow {
    name: String,
    title: String,
    kind: &'static str,
    unit: Option<&'static str>,
    codes: Vec<(&'static str, &'static str)>,
}

impl SchemaPage {
    pub(crate) fn new(asked: &Asked, schema: Schema<'_>, columns: &[Column], kind: Kind) -> Self {
        let heading = format!("{} – {}", title_of(schema, asked.language), asked.t(kind.text_key()));
        let help = asked.find(&format!("{}.help", kind.text_key()));
        let json = with_query(&format!("{}/{}", asked.collection(schema.id()), kind.segment()), &[("f", "json")]);
        let json = FormatLink { label: "JSON Schema".to_owned(), href: json };
        let way = [collections_crumb(asked), collection_crumb(asked, schema)];
        let row = |column: &Column| SchemaRow {
            name: column.name.clone(),
            title: column.title.clone(),
            kind: asked.find(&format!("ogc.kind.{}", kind_code(column))),
            unit: column.unit().map(|_| "m²"),
            codes: column.codes(asked.language),
        };
        let (frame, head) = around(asked, &heading, help, Some(&way), vec![json]);
        Self { frame, head, help, rows: columns.iter().map(row).collect() }
    }
}

fn kind_code(column: &Column) -> &'static str {
    use cadastre::ColumnKind;
    match column.kind {
        _ if column.is_list => "list",
        ColumnKind::Text => "text",
        ColumnKind::Integer => "integer",
        ColumnKind::Real => "real",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Date => "date",
        ColumnKind::Timestamp => "timestamp",
    }
}

/// The conformance classes.
#[derive(Debug, Template)]
#[template(path = "ogc/conformance.html")]
pub(crate) struct ConformancePage {
    frame: Frame,
    head: Head,
    classes: Vec<&'static str>,
}

impl ConformancePage {
    pub(crate) fn new(asked: &Asked, classes: &[&'static str], links: &[Link]) -> Self {
        let help = asked.t("ogc.conformance.help");
        let (frame, head) = around(asked, asked.t("ogc.conformance"), help, Some(&[]), alternates(links));
        Self { frame, head, classes: classes.to_vec() }
    }
}

/// The operations of the API.
#[derive(Debug, Template)]
#[template(path = "ogc/api.html")]
pub(crate) struct ApiPage {
    frame: Frame,
    head: Head,
    operations: Vec<Operation>,
}

/// A method of an address.
#[derive(Debug)]
pub(crate) struct Operation {
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Parameter>,
}

/// A parameter of an operation.
#[derive(Debug)]
pub(crate) struct Parameter {
    name: String,
    description: String,
}

impl ApiPage {
    /// Puts an OpenAPI document into a readable list.
    pub(crate) fn new(asked: &Asked, document: &Value) -> Self {
        let json =
            FormatLink { label: "OpenAPI 3.0".to_owned(), href: with_query(&asked.at("/api"), &[("f", "json")]) };
        let (frame, head) = around(asked, asked.t("ogc.api"), asked.t("ogc.api.help"), Some(&[]), vec![json]);
        Self { frame, head, operations: operations(document) }
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let shared = item["parameters"].as_array().into_iter().flatten();
            let own = operation["parameters"].as_array().into_iter().flatten();
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                summary: operation["summary"].as_str().unwrap_or_default().to_owned(),
                parameters: shared.chain(own).map(|parameter| parameter_of(document, parameter)).collect(),
            });
        }
    }
    operations
}

fn parameter_of(document: &Value, parameter: &Value) -> Parameter {
    let referred = parameter["$ref"].as_str().and_then(|at| document.pointer(at.trim_start_matches('#')));
    let parameter = referred.unwrap_or(parameter);
    let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
    Parameter { name: text("name"), description: text("description") }
}

/// Everybody, for the base data that a map is drawn on.
const PUBLIC: &Viewer = &Viewer::ANONYMOUS;
