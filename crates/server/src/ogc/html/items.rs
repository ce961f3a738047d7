//! Pages of features.

use askama::Template;
use cadastre::{property::Collection, publication::View};
use spatial::{Shown, Snapshot, snapshot::Schema};

use super::{Figure, FormatLink, Head, around, collection_crumb, collections_crumb, fill, page_href, value};
use crate::{
    links::encode,
    ogc::{
        asked::{Asked, with_query},
        collections::{attribution_of, title_of},
        columns::Column,
        format::Format,
    },
    pages::{format as words, frame::Frame},
};

/// More columns than this make a table that nobody reads; the rest is on the page of the feature.
const TABLE_COLUMNS: usize = 7;

/// Where a page of features stands among all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paging {
    /// All that match.
    pub(crate) matched: u64,
    /// Features before this page; `None` if the page begins at a cursor.
    pub(crate) offset: Option<u64>,
    /// Address of the page before.
    pub(crate) previous: Option<String>,
    /// Address of the page after.
    pub(crate) next: Option<String>,
}

/// A page of features.
#[derive(Debug, Template)]
#[template(path = "ogc/items.html")]
pub(crate) struct ItemsPage {
    frame: Frame,
    head: Head,
    summary: String,
    figure: Option<Figure>,
    columns: Vec<Heading>,
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
}

/// Heading of a column.
#[derive(Debug)]
pub(crate) struct Heading {
    title: String,
    is_number: bool,
}

/// A feature in the table.
#[derive(Debug)]
pub(crate) struct Row {
    id: String,
    href: String,
    cells: Vec<Cell>,
}

/// A value in the table.
#[derive(Debug)]
pub(crate) struct Cell {
    title: String,
    text: Option<String>,
    is_number: bool,
}

impl ItemsPage {
    pub(crate) fn new(
        asked: &Asked,
        snapshot: &Snapshot,
        schema: Schema<'_>,
        columns: &[Column],
        shown: &[Shown<'_>],
        paging: Paging,
    ) -> Self {
        let heading = title_of(schema, asked.language);
        let others = Format::OF_FEATURES.into_iter().filter(|format| *format != Format::Html);
        let formats = others.map(|format| other_format(asked, format)).collect();
        let way = [collections_crumb(asked), collection_crumb(asked, schema)];
        let (mut frame, head) = around(asked, &heading, &heading, Some(&way), formats);
        frame.is_indexed = false;
        frame.credits.extend(attribution_of(snapshot, schema));
        let shapes = shown.iter().filter_map(|one| {
            let id = one.view().id();
            Some((one.shape_crs84()?, label_of(one.view()), Some(item_href(asked, schema, id))))
        });
        let table = table_columns(columns);
        Self {
            figure: Figure::of_shapes(snapshot, shapes, asked.t("ogc.figure.items")),
            summary: summary(asked, shown.len(), &paging),
            columns: table
                .iter()
                .map(|column| Heading { title: column.title.clone(), is_number: value::is_number(column) })
                .collect(),
            rows: shown.iter().map(|one| row(asked, schema, &table, one.view())).collect(),
            previous: paging.previous,
            next: paging.next,
            frame,
            head,
        }
    }
}

/// The first columns, without the id and without keys that a name beside them says in words.
fn table_columns(columns: &[Column]) -> Vec<&Column> {
    let has = |name: &str| columns.iter().any(|column| column.name == name);
    let is_spoken = |column: &Column| match column.name.as_str() {
        "ags" => has("municipality"),
        "district_key" => has("district"),
        _ => false,
    };
    columns.iter().filter(|column| !column.is_id && !is_spoken(column)).take(TABLE_COLUMNS).collect()
}

fn row(asked: &Asked, schema: Schema<'_>, columns: &[&Column], view: &View<'_>) -> Row {
    let cell = |column: &&Column| Cell {
        title: column.title.clone(),
        text: value::in_words(&view.value(&column.name), column, asked.language),
        is_number: value::is_number(column),
    };
    Row {
        id: view.id().to_owned(),
        href: item_href(asked, schema, view.id()),
        cells: columns.iter().map(cell).collect(),
    }
}

fn item_href(asked: &Asked, schema: Schema<'_>, id: &str) -> String {
    page_href(asked, &format!("/ogc/collections/{}/items/{}", encode(schema.id()), encode(id)))
}

/// This very question in another format.
fn other_format(asked: &Asked, format: Format) -> FormatLink {
    let kept = asked.pairs.iter().filter(|(name, _)| name != "f" && name != "lang");
    let pairs: Vec<(&str, &str)> =
        kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(std::iter::once(("f", format.key()))).collect();
    FormatLink { label: format.label().to_owned(), href: with_query(&asked.path, &pairs) }
}

fn summary(asked: &Asked, returned: usize, paging: &Paging) -> String {
    let number = |n: u64| words::number(n as f64, 0, asked.language);
    let all = number(paging.matched);
    match paging.offset {
        _ if paging.matched == 0 => asked.t("ogc.items.none").to_owned(),
        Some(offset) if returned > 0 => {
            let (first, last) = (number(offset + 1), number(offset + returned as u64));
            fill(asked.t("ogc.items.range"), &[("first", &first), ("last", &last), ("all", &all)])
        }
        _ => fill(asked.t("ogc.items.some"), &[("n", &number(returned as u64)), ("all", &all)]),
    }
}

/// What people call a feature: its name or number, else its id.
fn label_of(view: &View<'_>) -> String {
    ["name", "number"]
        .into_iter()
        .find_map(|name| match view.value(name) {
            cadastre::value::ValueRef::Text(text) if !text.trim().is_empty() => Some(text.into_owned()),
            _ => None,
        })
        .unwrap_or_else(|| view.id().to_owned())
}

/// One feature.
#[derive(Debug, Template)]
#[template(path = "ogc/item.html")]
pub(crate) struct ItemPage {
    frame: Frame,
    head: Head,
    id: String,
    figure: Option<Figure>,
    cells: Vec<Cell>,
    page: Option<String>,
}

impl ItemPage {
    pub(crate) fn new(
        asked: &Asked,
        snapshot: &Snapshot,
        schema: Schema<'_>,
        columns: &[Column],
        shown: &Shown<'_>,
    ) -> Self {
        let view = shown.view();
        let label = label_of(view);
        let at = format!("/ogc/collections/{}/items/{}", encode(schema.id()), encode(view.id()));
        let others = Format::OF_FEATURE.into_iter().filter(|format| *format != Format::Html);
        let formats = others.map(|format| FormatLink {
            label: format.label().to_owned(),
            href: with_query(&at, &[("f", format.key())]),
        });
        let items = format!("/ogc/collections/{}/items", encode(schema.id()));
        let way = [collections_crumb(asked), collection_crumb(asked, schema), (asked.t("ogc.items").to_owned(), items)];
        let (mut frame, head) = around(asked, &label, &label, Some(&way), formats.collect());
        frame.is_indexed = false;
        frame.credits.extend(attribution_of(snapshot, schema));
        let shape = shown.shape_crs84().map(|shape| (shape, label, None));
        let cell = |column: &Column| Cell {
            title: column.title.clone(),
            text: value::in_words(&view.value(&column.name), column, asked.language),
            is_number: value::is_number(column),
        };
        Self {
            figure: Figure::of_shapes(snapshot, shape.into_iter(), asked.t("ogc.figure.item")),
            id: view.id().to_owned(),
            cells: columns.iter().map(cell).collect(),
            page: page_of(asked, schema, view.id()),
            frame,
            head,
        }
    }
}

/// The page for people that a record has outside the API.
fn page_of(asked: &Asked, schema: Schema<'_>, id: &str) -> Option<String> {
    let path = match schema {
        Schema::Typed(Collection::Sites) => format!("/flaeche/{}", encode(id)),
        Schema::Typed(Collection::Parcels) => format!("/flurstueck/{}", encode(id)),
        _ => return None,
    };
    let lang = asked.names_language.then_some(("lang", asked.language.tag()));
    Some(with_query(&path, lang.as_slice()))
}
