//! Pictures of the demo: drawings, as there are no photographs of what was made up. Every one says that it is one.

use std::collections::HashMap;

use cadastre::{
    Ags, Picture, Record,
    codes::{Basis, Decision, PictureSubject, SiteType},
    licence::Licence,
    property::shows_pictures,
    record::Publication,
};
use formats::picture::{Forms, of_pixels};
use store::PictureFile;

use super::{
    prng::Rng,
    scenes::{SIZE, Scene, VARIANTS, draw},
};

/// Every so manieth subject that could have pictures has none, as it will be in life.
const WITHOUT: usize = 4;

/// What a picture is of.
struct Subject<'a> {
    ags: Ags,
    kind: PictureSubject,
    id: &'a str,
    /// What to draw; the first comes first.
    scenes: &'static [Scene],
}

/// Pictures of sites and vacant buildings that may show some, with what is kept of them: the same each time.
pub(crate) fn pictures(records: &[Record]) -> Vec<(Picture, Vec<PictureFile>)> {
    let functions: HashMap<&str, &str> = records
        .iter()
        .filter_map(|record| match record {
            Record::Building(building) => Some((building.building_id.as_str(), building.function.as_deref()?)),
            _ => None,
        })
        .collect();
    let subjects = records.iter().filter_map(|record| subject(record, &functions));
    let mut drawn: HashMap<(Scene, usize), Forms> = HashMap::new();
    let mut pictures = Vec::new();
    for (index, subject) in subjects.enumerate().filter(|(index, _)| index % WITHOUT != WITHOUT - 1) {
        let variant = Rng::new("picture", index).index(VARIANTS);
        for (place, scene) in subject.scenes.iter().enumerate() {
            let key = (*scene, (variant + place) % VARIANTS);
            if !drawn.contains_key(&key)
                && let Some(forms) = of_pixels(SIZE, draw(key.0, key.1))
            {
                drawn.insert(key, forms);
            }
            pictures.extend(drawn.get(&key).and_then(|forms| picture(&subject, place, *scene, forms)));
        }
    }
    pictures
}

fn subject<'a>(record: &'a Record, functions: &HashMap<&str, &str>) -> Option<Subject<'a>> {
    match record {
        Record::Site(site) if may_show(&site.publication) => {
            let scenes = of_site(site.site_type);
            Some(Subject { ags: site.ags, kind: PictureSubject::Site, id: &site.site_id, scenes })
        }
        Record::Vacancy(vacancy) if may_show(&vacancy.publication) => {
            let scenes = of_building(functions.get(vacancy.building_id.as_str()).copied().unwrap_or_default());
            Some(Subject { ags: vacancy.ags, kind: PictureSubject::Building, id: &vacancy.building_id, scenes })
        }
        _ => None,
    }
}

fn may_show(publication: &Publication) -> bool {
    let consented = publication.consent.as_ref().map_or(&[][..], |consent| &consent.fields);
    publication.decision == Some(Decision::Publish)
        && publication.basis.is_some_and(|basis: Basis| shows_pictures(basis, consented))
}

fn of_site(site_type: SiteType) -> &'static [Scene] {
    use SiteType::{
        CommercialBrownfield, CommercialBrownfieldPartial, CommercialVacant, Conversion, FarmBuildingPartial,
        FarmBuildingVacant, FarmsteadNoSuccessor, FarmsteadPartial, FarmsteadVacant, Ruin, VacancyRisk, VacantDwelling,
        VacantUnit,
    };
    match site_type {
        VacantDwelling | VacancyRisk | Ruin | VacantUnit => &[Scene::House, Scene::Gap],
        FarmsteadVacant | FarmsteadPartial | FarmsteadNoSuccessor | FarmBuildingVacant | FarmBuildingPartial => {
            &[Scene::Farm, Scene::House, Scene::Gap]
        }
        CommercialVacant => &[Scene::Shop],
        CommercialBrownfield | CommercialBrownfieldPartial | Conversion => &[Scene::Hall, Scene::Gap],
        _ => &[Scene::Gap],
    }
}

fn of_building(function: &str) -> &'static [Scene] {
    match function {
        "Bauernhaus" => &[Scene::Farm, Scene::House],
        "Scheune" => &[Scene::Farm],
        "Produktionsgebäude" => &[Scene::Hall],
        "Wohn- und Geschäftsgebäude" => &[Scene::Shop, Scene::House],
        _ => &[Scene::House],
    }
}

fn picture(subject: &Subject<'_>, place: usize, scene: Scene, forms: &Forms) -> Option<(Picture, Vec<PictureFile>)> {
    let (alt, alt_en) = words(scene);
    let picture = Picture {
        picture_id: format!("bild-{}-{}", subject.id.to_lowercase(), place + 1),
        ags: subject.ags,
        subject: subject.kind,
        subject_id: subject.id.to_owned(),
        position: place as i64 + 1,
        alt: format!("Zeichnung, kein Foto: {alt}"),
        alt_en: Some(format!("Drawing, no photograph: {alt_en}")),
        author: Some("baulotse, Zeichnung für die Demo".to_owned()),
        licence: Licence::find("cc0")?,
        taken_on: None,
        is_released: true,
        size: forms.size,
        sha256: forms.sha256.clone(),
    };
    let files = forms.forms.iter().map(|form| PictureFile {
        picture_id: picture.picture_id.clone(),
        size: form.size,
        bytes: form.bytes.clone(),
    });
    let files = files.collect();
    Some((picture, files))
}

fn words(scene: Scene) -> (&'static str, &'static str) {
    match scene {
        Scene::Gap => (
            "eine Wiese mit Bäumen und Lattenzaun zwischen zwei Wohnhäusern",
            "a meadow with trees and a slat fence between two houses",
        ),
        Scene::House => (
            "ein Wohnhaus mit Satteldach und Fensterläden in einem Garten",
            "a house with a gabled roof and shutters in a garden",
        ),
        Scene::Farm => (
            "ein Bauernhof mit Wohnhaus aus Fachwerk, Scheune und Hof",
            "a farm with a timbered house, a barn and a yard",
        ),
        Scene::Hall => (
            "eine Werkhalle aus Backstein mit Sägezahndach und Schornstein",
            "a brick workshop with a saw-tooth roof and a chimney",
        ),
        Scene::Shop => (
            "ein Haus in einer Häuserzeile mit Laden und gestreifter Markise",
            "a house in a row with a shop and a striped awning",
        ),
    }
}
