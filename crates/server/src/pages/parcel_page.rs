//! The page of one parcel: base data of the official cadastre, and the public sites on it.

use askama::Template;
use spatial::{Shown, Snapshot};

use super::{
    facts::{self, Fact},
    frame::{Frame, Request, fill},
    list::{Card, card},
    listing::{Listing, text_of},
    map_config::{MapConfig, Selected},
    plan::{self, Plan},
    read,
    towns::{Town, credits, crumbs, example_names, map_towns, only_face},
};

/// The page of one parcel.
#[derive(Debug, Template)]
#[template(path = "parcel.html")]
pub(crate) struct ParcelPage {
    /// Frame.
    pub(crate) frame: Frame,
    /// "Flurstück 123/4".
    pub(crate) heading: String,
    /// "Gemarkung Leisnig".
    pub(crate) district: Option<String>,
    /// Whether its data are made up.
    pub(crate) is_example: bool,
    /// Facts in words.
    pub(crate) facts: Vec<Fact>,
    /// Public sites on it; `None`: it cannot be said at the moment.
    pub(crate) cards: Option<Vec<Card>>,
    /// Plan.
    pub(crate) plan: Option<Plan>,
    /// Where the plan is from.
    pub(crate) plan_note: Option<String>,
    /// Settings of the map.
    pub(crate) map: MapConfig,
}

impl ParcelPage {
    /// Puts a parcel into words.
    ///
    /// `sites` are the public sites on it that name it: a site whose parcel numbers are not public
    /// must not be found through its parcel. `None`: the journal is out of reach, so any may be withdrawn.
    pub(crate) fn new(
        request: Request,
        snapshot: &Snapshot,
        town: Option<&Town<'_>>,
        shown: &Shown<'_>,
        sites: Option<Vec<Listing>>,
    ) -> Self {
        let view = shown.view();
        let number = text_of(view, "number").unwrap_or_else(|| view.id().to_owned());
        let heading = fill(request.text("ui.parcel.heading"), &[("number", &number)]);
        let district =
            text_of(view, "district").map(|name| fill(request.text("ui.parcel.district"), &[("name", &name)]));
        let title = [Some(heading.clone()), district.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let facts = facts::of_parcel(view, request.language);
        let plan = Plan::new(&request, snapshot, plan::Subject { shown, title: &title, group: None });
        let plan_note = plan.as_ref().and_then(|plan| plan.source_note(&request));
        let mut map = MapConfig::new(request.language, request.names_language);
        map.bounds = read::extent_of(shown).map(Into::into);
        map.selected = Some(Selected { collection: "parcels", id: view.id().to_owned() });
        let towns = town.map(std::slice::from_ref).unwrap_or_default();
        map.municipalities = map_towns(&request, towns);
        map.credits = credits(towns);
        let mut frame = Frame::new(request, title.clone(), title);
        // Thousands of parcels are of no use in a search engine.
        frame.is_indexed = false;
        frame.crumbs = crumbs(&frame.request, town.map(|town| town.municipality));
        frame.credits = credits(towns);
        frame.examples = example_names(towns);
        frame.face = only_face(towns);
        let cards = sites.map(|sites| sites.into_iter().map(|site| card(&frame.request, site)).collect());
        Self { heading, district, is_example: view.is_example(), facts, cards, plan, plan_note, map, frame }
    }
}
