//! What is said of a site: name, price, condition, planning law.

use cadastre::codes::{Condition, Monument, OwnerClass, PlanningLaw, Servicing, SiteType};

use super::{land::Zone, prng::Rng, publications::Case};

pub(super) fn name(site_type: SiteType, zone: Zone, street: Option<&str>, locality: &str, rng: &mut Rng) -> String {
    let choices: &[&str] = match site_type {
        SiteType::InfillGap => &["Baulücke", "Baugrundstück"],
        SiteType::UnderusedPlot => &["Geringfügig bebautes Grundstück", "Großes Gartengrundstück"],
        SiteType::Brownfield => &["Brachfläche", "Abrissfläche"],
        SiteType::CommercialBrownfield => {
            &["Ehemalige Ziegelei", "Ehemalige Stuhlfabrik", "Ehemalige Molkerei", "Ehemaliger Bauhof"]
        }
        SiteType::CommercialBrownfieldPartial => &["Teilgenutzter Gewerbehof", "Teilgenutztes Werksgelände"],
        SiteType::Conversion => &["Ehemalige Bahnfläche", "Ehemalige Ladestraße"],
        SiteType::Ruin => &["Ruine", "Ruinengrundstück"],
        SiteType::NewPlot => &["Bauplatz"],
        SiteType::OuterReserve => &["Entwicklungsfläche am Ortsrand"],
        SiteType::SpecialArea => &["Sondergebiet Freizeit", "Sondergebiet Einzelhandel"],
        SiteType::VacantDwelling => &["Leerstehendes Wohnhaus", "Einfamilienhaus", "Fachwerkhaus"],
        SiteType::VacancyRisk => &["Wohnhaus mit Leerstandsrisiko"],
        SiteType::VacantUnit => &["Leerstehende Wohnung", "Leerstehendes Ladengeschäft"],
        SiteType::FarmsteadVacant => &["Leerstehende Hofstelle", "Dreiseithof", "Vierseithof"],
        SiteType::FarmsteadPartial => &["Hofstelle mit Restnutzung"],
        SiteType::FarmsteadNoSuccessor => &["Hofstelle ohne Nachfolge"],
        SiteType::FarmBuildingVacant => &["Leerstehende Scheune"],
        SiteType::FarmBuildingPartial => &["Scheune mit Restnutzung"],
        SiteType::CommercialVacant => &["Leerstehender Gasthof", "Leerstehendes Geschäftshaus"],
        SiteType::InfrastructureVacant => {
            &["Ehemaliges Gemeindehaus", "Ehemalige Dorfschule", "Ehemaliges Spritzenhaus"]
        }
    };
    let what = rng.pick(choices);
    match street {
        Some(field) if zone == Zone::Outside => format!("Beispiel: {what} „{field}“, {locality}"),
        Some(street) if locality == "Leisnig" => format!("Beispiel: {what} {street}"),
        Some(street) => format!("Beispiel: {what} {street}, {locality}"),
        None => format!("Beispiel: {what} in {locality}"),
    }
}

/// Prices as in rural Saxony: 15 to 60 EUR/m² of building land, houses 15,000 to 180,000 EUR.
pub(super) fn price(site_type: SiteType, zone: Zone, area_m2: f64, condition: Option<Condition>, rng: &mut Rng) -> f64 {
    let to_step = |price: f64, step: f64| (price / step).round() * step;
    let Some(condition) = condition else {
        let per_m2 = match (site_type, zone) {
            (SiteType::NewPlot, _) => rng.range(45.0, 60.0),
            (SiteType::InfillGap, Zone::Town | Zone::OldTown) => rng.range(32.0, 55.0),
            (SiteType::InfillGap, _) => rng.range(18.0, 34.0),
            _ => rng.range(15.0, 22.0),
        };
        return to_step(area_m2 * per_m2, 100.0);
    };
    let share = match condition {
        Condition::Good => rng.range(0.65, 1.0),
        Condition::MinorWorks => rng.range(0.4, 0.75),
        Condition::MajorWorks => rng.range(0.15, 0.4),
        Condition::Dilapidated => rng.range(0.0, 0.12),
    };
    to_step(15_000.0 + 165_000.0 * share, 500.0)
}

pub(super) fn condition(rng: &mut Rng) -> Condition {
    *rng.pick(&[
        Condition::Good,
        Condition::MinorWorks,
        Condition::MinorWorks,
        Condition::MajorWorks,
        Condition::MajorWorks,
        Condition::Dilapidated,
    ])
}

pub(super) fn monument(zone: Zone, rng: &mut Rng) -> Monument {
    match zone {
        Zone::OldTown => {
            *rng.pick(&[Monument::Ensemble, Monument::Ensemble, Monument::Individual, Monument::Surroundings])
        }
        _ => *rng.pick(&[Monument::None, Monument::None, Monument::None, Monument::Individual, Monument::Surroundings]),
    }
}

pub(super) fn planning_law(site_type: SiteType, rng: &mut Rng) -> PlanningLaw {
    use PlanningLaw::{P30_1, P30_2, P30_3, P33, P34, P34_4_1, P34_4_2, P34_4_3, P35, P35_6};
    *rng.pick(match site_type {
        SiteType::NewPlot => &[P30_1, P30_1, P33],
        SiteType::OuterReserve => &[P35, P34_4_3, P34_4_2, P35_6],
        SiteType::CommercialBrownfield | SiteType::CommercialBrownfieldPartial | SiteType::SpecialArea => {
            &[P30_1, P30_2, P34]
        }
        _ => &[P34, P34, P34, P34_4_1, P34_4_3, P30_3],
    })
}

pub(super) fn servicing(site_type: SiteType, rng: &mut Rng) -> Servicing {
    *rng.pick(match site_type {
        SiteType::OuterReserve | SiteType::Conversion => &[Servicing::None, Servicing::Partial],
        SiteType::NewPlot => &[Servicing::Full],
        _ => &[Servicing::Full, Servicing::Full, Servicing::Full, Servicing::Partial, Servicing::Unknown],
    })
}

/// Least and greatest number of dwellings, where people could live.
pub(super) fn dwellings(site_type: SiteType, area_m2: f64, rng: &mut Rng) -> Option<(i64, i64)> {
    let most = match site_type {
        SiteType::FarmBuildingVacant
        | SiteType::FarmBuildingPartial
        | SiteType::SpecialArea
        | SiteType::CommercialBrownfieldPartial => return None,
        SiteType::VacantDwelling | SiteType::VacancyRisk | SiteType::NewPlot => 2,
        SiteType::VacantUnit => 1,
        _ => ((area_m2 / 450.0) as i64).clamp(1, 24),
    };
    Some((((most as f64 * rng.range(0.3, 1.0)) as i64).clamp(1, most), most))
}

pub(super) fn note(case: Case, owner: OwnerClass, rng: &mut Rng) -> Option<String> {
    let choices: &[&str] = match (case, owner) {
        (Case::Internal, _) => {
            &["Beispiel: Hinweis aus der Ortschaft, noch nicht geprüft.", "Beispiel: Vor Ort prüfen."]
        }
        (Case::RegisterNotice | Case::RegisterAnnounced, _) => &["Beispiel: Widerspruchsfrist abwarten."],
        (Case::ConsentRevoked, _) => &["Beispiel: Einwilligung widerrufen, Unterlagen abgelegt."],
        (_, OwnerClass::Community) => &["Beispiel: Erbengemeinschaft, Ansprechperson wird gesucht."],
        _ => &["Beispiel: Zuletzt im Frühjahr besichtigt.", "Beispiel: Zufahrt klären.", "Beispiel: Medien liegen an."],
    };
    rng.chance(0.45).then(|| (*rng.pick(choices)).to_owned())
}
