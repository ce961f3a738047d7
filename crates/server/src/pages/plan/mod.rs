//! A plan of a place, drawn by the server: the subject, its neighbours, scale and north. It needs no script and
//! prints well.

mod draw;
mod frame;
mod paper;

use askama::Template;
use cadastre::{Day, Viewer, value::ValueRef};
use spatial::{Area, Query, Shown, Snapshot};

use super::{
    format,
    frame::{Request, fill, in_words},
    groups::Group,
    listing::text_of,
    params::LonLatBox,
};
pub(crate) use paper::circle;

use draw::{Label, Lines, Mark, Pen};
use frame::{HEIGHT, WIDTH, Window};

const PUBLIC: &Viewer = &Viewer::ANONYMOUS;
/// Of more than so many parcels or buildings a plan of this size shows nothing but ink.
const MOST_NEIGHBOURS: usize = 1_500;

/// What is drawn, in paths and labels of one SVG document.
#[derive(Clone, Debug, Template)]
#[template(path = "plan.svg")]
pub(crate) struct Plan {
    title: String,
    width: f64,
    height: f64,
    /// Group whose colour and letter the subject has; none for a parcel.
    group: Option<Group>,
    letter: &'static str,
    roads: Lines,
    water: Lines,
    woods: Lines,
    parcels: Lines,
    buildings: Lines,
    subject: Lines,
    /// Where the subject is known as a point only.
    marker: Option<Mark>,
    labels: Vec<Label>,
    bar_units: f64,
    bar_label: String,
    north: &'static str,
    /// Day of the youngest parcel shown.
    source_date: Option<Day>,
}

/// What a plan is of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a, 's> {
    /// The record.
    pub(crate) shown: &'a Shown<'s>,
    /// What it is called.
    pub(crate) title: &'a str,
    /// Its group; none for a parcel.
    pub(crate) group: Option<Group>,
}

impl Plan {
    /// Draws the plan; `None` of what has no place.
    pub(crate) fn new(request: &Request, snapshot: &Snapshot, subject: Subject<'_, '_>) -> Option<Self> {
        let shape = subject.shown.shape_crs84()?;
        let window = Window::around(LonLatBox::from(shape.bounds()?));
        let parcels = within(snapshot, "parcels", window);
        let mut pen = Pen::new(window);
        let mut plan = Self::blank(request, subject, window);
        for parcel in &parcels {
            let Some(shape) = parcel.shape_crs84() else { continue };
            let path = pen.path(&shape);
            match Ground::of(parcel) {
                Ground::Road => plan.roads.extend(path.clone()),
                Ground::Water => plan.water.extend(path.clone()),
                Ground::Wood => plan.woods.extend(path.clone()),
                Ground::Other => {}
            }
            plan.parcels.extend(path);
            plan.source_date = plan.source_date.max(date_of(parcel));
        }
        for building in within(snapshot, "buildings", window) {
            if let Some(shape) = building.shape_crs84() {
                plan.buildings.extend(pen.path(&shape));
            }
        }
        plan.subject = pen.path(&shape);
        plan.marker = pen.marker(&shape);
        pen.name_streets(&parcels);
        pen.number(&parcels, subject.shown);
        plan.labels = pen.into_labels();
        Some(plan)
    }

    fn blank(request: &Request, subject: Subject<'_, '_>, window: Window) -> Self {
        let bar_m = window.scale_bar_m();
        let bar_label = if bar_m < 1000.0 {
            format!("{}\u{a0}m", format::number(bar_m, 0, request.language))
        } else {
            format!("{}\u{a0}km", format::number(bar_m / 1000.0, 1, request.language))
        };
        Self {
            title: fill(request.text("ui.plan.title"), &[("title", subject.title)]),
            width: WIDTH,
            height: HEIGHT,
            group: subject.group,
            letter: subject.group.map_or("", |group| group.letter(request.language)),
            roads: Lines::default(),
            water: Lines::default(),
            woods: Lines::default(),
            parcels: Lines::default(),
            buildings: Lines::default(),
            subject: Lines::default(),
            marker: None,
            labels: Vec::new(),
            bar_units: (bar_m * window.units_a_metre * 10.0).round() / 10.0,
            bar_label,
            north: request.text("ui.plan.north"),
            source_date: None,
        }
    }

    /// Day of the cadastre that is shown, in words.
    pub(crate) fn source_note(&self, request: &Request) -> Option<String> {
        let day = format::day(self.source_date?, request.language);
        Some(fill(request.text("ui.plan.source_date"), &[("day", &day)]))
    }

    /// What it shows, for who cannot see it.
    pub(crate) fn in_words(&self, request: &Request) -> String {
        let things: Vec<String> = self.grounds().iter().map(|(text, _)| request.text(text).to_owned()).collect();
        let things = in_words(&things, request.text("ui.and"));
        fill(request.text("ui.plan.alt"), &[("title", &self.title), ("things", &things), ("bar", &self.bar_label)])
    }

    /// What the legend need explain: text key of each kind of ground that is there, and its class.
    pub(crate) fn grounds(&self) -> Vec<(&'static str, &'static str)> {
        let grounds = [
            (&self.parcels, "ui.plan.parcel", "key-parcel"),
            (&self.buildings, "ui.plan.building", "key-building"),
            (&self.roads, "ui.plan.road", "key-road"),
            (&self.water, "ui.plan.water", "key-water"),
            (&self.woods, "ui.plan.wood", "key-wood"),
        ];
        grounds.into_iter().filter(|(path, ..)| !path.is_empty()).map(|(_, text, class)| (text, class)).collect()
    }
}

/// What the ground is used for, as far as a plan tells it apart.
enum Ground {
    Road,
    Water,
    Wood,
    Other,
}

impl Ground {
    /// By the actual use as the official cadastre names it (ALKIS, tatsächliche Nutzung).
    fn of(parcel: &Shown<'_>) -> Self {
        let use_of = text_of(parcel.view(), "land_use").unwrap_or_default().to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| use_of.contains(word));
        if has(&["straßenverkehr", "strassenverkehr", "weg", "platz", "bahnverkehr"]) && !has(&["sport", "lager"]) {
            Self::Road
        } else if has(&["gewässer", "hafen"]) {
            Self::Water
        } else if has(&["wald", "gehölz"]) {
            Self::Wood
        } else {
            Self::Other
        }
    }
}

fn date_of(parcel: &Shown<'_>) -> Option<Day> {
    match parcel.view().value("source_date") {
        ValueRef::Date(day) => Some(day),
        _ => None,
    }
}

/// What lies in the window; nothing where it is too much to be seen.
fn within<'s>(snapshot: &'s Snapshot, collection: &str, window: Window) -> Vec<Shown<'s>> {
    let within = Some(Area::Bbox(window.ground().into()));
    let query = Query { within, limit: MOST_NEIGHBOURS + 1, ..Query::default() };
    let Ok(page) = snapshot.query(collection, &query, PUBLIC) else { return Vec::new() };
    if page.returned.len() > MOST_NEIGHBOURS { Vec::new() } else { page.returned }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
