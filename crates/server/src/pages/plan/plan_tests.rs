use cadastre::{Viewer, texts::Language};

use super::{Plan, Subject};
use crate::pages::{
    fixtures::{Town, snapshot},
    frame::Request,
    groups::Group,
};

fn draw(collection: &str, id: &str) -> String {
    let request =
        Request { path: "/".to_owned(), language: Language::German, names_language: false, base_url: String::new() };
    let snapshot = snapshot(&Town::new());
    let shown = snapshot.item(collection, id, &Viewer::ANONYMOUS).shown().unwrap();
    let subject = Subject { shown: &shown, title: "Baulücke & <Co>", group: Some(Group::Plot) };
    Plan::new(&request, &snapshot, subject).unwrap().to_string()
}

fn count(plan: &str, part: &str) -> usize {
    plan.matches(part).count()
}

#[test]
fn a_plan_shows_subject_neighbours_scale_and_north() {
    let plan = draw("sites", "angebot-1");
    for part in ["plan-subject group-grundstueck", "plan-parcel", "plan-building", "plan-bar", "plan-north"] {
        assert_eq!(count(&plan, part), 1, "{part} in {plan}");
    }
    assert!(plan.contains("aria-label=\"Lageplan: Baulücke &#38; &#60;Co&#62;\""));
    // The side of 30 m runs from 224.2, 340.8 to 420.8, 335.8: 196.7 units, so 20 m are 131.1.
    assert!(plan.contains("M224.2 340.8L420.8 335.8"), "{plan}");
    assert!(plan.contains("20\u{a0}m") && plan.contains("h131.1"), "{plan}");
    assert!(!plan.contains(" style="));
}

#[test]
fn the_number_of_a_parcel_stands_on_it_unless_the_site_does_not_tell_where_it_lies() {
    assert!(draw("sites", "angebot-1").contains(">123/4</text>"));
    assert!(draw("parcels", "142888___001230004__").contains(">123/4</text>"));
    // The consent of the house on the same spot does not cover its parcel.
    assert!(!draw("sites", "haus-1").contains("123/4"));
}
