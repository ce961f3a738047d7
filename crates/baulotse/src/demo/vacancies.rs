//! Vacancy records of buildings, and the units of some.

use cadastre::{
    Day,
    codes::{SiteType, UnitUse, VacancyDegree},
    record::{Unit, Vacancy},
};

use super::{
    attributes,
    buildings::Raised,
    planar::twice_area,
    prng::Rng,
    publications::{Case, shift},
    records::building_id,
    sites::{Made, Material},
};

/// How many buildings have a vacancy record.
pub(super) const COUNT: usize = 120;

/// Vacancy records of buildings that are no site; after these, internal ones.
const CASES: [(Case, usize); 6] = [
    (Case::ConsentPublic, 14),
    (Case::OfferMunicipal, 7),
    (Case::OfferOwner, 4),
    (Case::ConsentRevoked, 3),
    (Case::OfferFuture, 2),
    (Case::ConsentPublishable, 2),
];

/// Functions of buildings whose vacancy is recorded.
const FUNCTIONS: [&str; 6] =
    ["Wohnhaus", "Bauernhaus", "Mehrfamilienhaus", "Wohn- und Geschäftsgebäude", "Scheune", "Produktionsgebäude"];

/// The records: those of the sites that are buildings, then others up to [`COUNT`].
pub(super) fn make(material: &Material<'_>, made: &[Made]) -> Vec<(usize, Vacancy)> {
    let mut vacancies: Vec<(usize, Vacancy)> = Vec::new();
    for made in made {
        if let Some(building) = made.building {
            let mut vacancy = vacancy(material, building, degree(made.site.site_type), made.case);
            (vacancy.condition, vacancy.monument, vacancy.owner_class) =
                (made.site.condition, made.site.monument, made.site.owner_class);
            vacancies.push((building, vacancy));
        }
    }
    vacancies.truncate(COUNT);
    let on_sites: Vec<usize> = vacancies.iter().map(|(building, _)| material.raised[*building].face).collect();
    let fits = |index: &usize| {
        let raised = &material.raised[*index];
        FUNCTIONS.contains(&raised.function) && !on_sites.contains(&raised.face)
    };
    let mut others: Vec<usize> = (0..material.raised.len()).filter(fits).collect();
    Rng::new("vacancies", 0).shuffle(&mut others);
    let cases = CASES
        .into_iter()
        .flat_map(|(case, count)| std::iter::repeat_n(case, count))
        .chain(std::iter::repeat(Case::Internal));
    for (building, case) in others.into_iter().zip(cases).take(COUNT - vacancies.len()) {
        let degree = *Rng::new("degree", building).pick(&[
            VacancyDegree::Whole,
            VacancyDegree::Whole,
            VacancyDegree::Partial,
            VacancyDegree::AtRisk,
        ]);
        vacancies.push((building, vacancy(material, building, degree, case)));
    }
    vacancies
}

fn degree(site_type: SiteType) -> VacancyDegree {
    match site_type {
        SiteType::VacantUnit | SiteType::FarmsteadPartial | SiteType::FarmBuildingPartial => VacancyDegree::Partial,
        SiteType::VacancyRisk | SiteType::FarmsteadNoSuccessor => VacancyDegree::AtRisk,
        _ => VacancyDegree::Whole,
    }
}

fn vacancy(material: &Material<'_>, building: usize, degree: VacancyDegree, case: Case) -> Vacancy {
    let mut rng = Rng::new("vacancy", building);
    let raised = &material.raised[building];
    let storeys = storeys(raised, &mut rng);
    let is_dwelling = !matches!(raised.function, "Scheune" | "Produktionsgebäude");
    Vacancy {
        building_id: building_id(building),
        ags: material.keys.ags,
        degree,
        vacant_since: (degree != VacancyDegree::AtRisk).then(|| since(material.today, &mut rng)),
        condition: Some(attributes::condition(&mut rng)),
        monument: Some(attributes::monument(material.ground.map.data(raised.face).zone, &mut rng)),
        built_year: Some(1_780 + rng.index(215) as i64),
        storeys: Some(storeys),
        living_area_m2: is_dwelling.then(|| (footprint_m2(raised) * storeys as f64 * rng.range(0.62, 0.78)).round()),
        owner_class: Some(case.owner(&mut rng)),
        note: rng.chance(0.3).then(|| "Beispiel: Bei der Ortsbegehung aufgenommen.".to_owned()),
        publication: case.vacancy_publication(material.today, &mut rng),
    }
}

/// One to fourteen years ago.
fn since(today: Day, rng: &mut Rng) -> Day {
    shift(today, -(365 + rng.index(4_700) as i64))
}

fn storeys(raised: &Raised, rng: &mut Rng) -> i64 {
    match raised.function {
        "Mehrfamilienhaus" => 3 + rng.index(2) as i64,
        "Wohn- und Geschäftsgebäude" => 2 + rng.index(2) as i64,
        "Scheune" | "Produktionsgebäude" => 1,
        _ => 1 + rng.index(2) as i64,
    }
}

fn footprint_m2(raised: &Raised) -> f64 {
    twice_area(&raised.footprint) as f64 / 2e6
}

/// The units of vacant houses with several.
pub(super) fn units(material: &Material<'_>, vacancies: &[(usize, Vacancy)]) -> Vec<Unit> {
    let mut units = Vec::new();
    for (building, vacancy) in vacancies {
        let mut rng = Rng::new("units", *building);
        let function = material.raised[*building].function;
        let count = match function {
            "Mehrfamilienhaus" => 4 + rng.index(5),
            "Wohn- und Geschäftsgebäude" => 2 + rng.index(4),
            "Wohnhaus" | "Bauernhaus" if rng.chance(0.3) => 2,
            _ => continue,
        };
        for index in 0..count {
            let is_shop = index == 0 && function == "Wohn- und Geschäftsgebäude";
            let is_vacant = match vacancy.degree {
                VacancyDegree::Whole => true,
                VacancyDegree::Partial => index == 0 || rng.chance(0.3),
                VacancyDegree::AtRisk => false,
            };
            units.push(Unit {
                unit_id: format!("{}-{}", vacancy.building_id, index + 1),
                building_id: vacancy.building_id.clone(),
                ags: vacancy.ags,
                unit_use: if is_shop {
                    *rng.pick(&[UnitUse::Shop, UnitUse::Catering, UnitUse::Office])
                } else {
                    UnitUse::Dwelling
                },
                area_m2: vacancy.living_area_m2.map(|area| (area / count as f64).round()),
                vacant_since: vacancy.vacant_since.filter(|_| is_vacant),
            });
        }
    }
    units
}
