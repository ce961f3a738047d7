//! The sites of the demo and the objections against some of them.

use cadastre::{
    Day, ParcelId,
    codes::{Basis, ObjectionForm, SiteStatus, SiteType},
    geometry::{Geometry, MultiPolygon, Point},
    record::{Objection, Parcel, Site},
};

use super::{
    attributes,
    buildings::Raised,
    candidates::{Candidates, Spot},
    land::Ground,
    planar::to_metres,
    prng::Rng,
    publications::{Case, SITE_CASES, shift},
    records::Keys,
};

/// Types of the sites of each basis, in turns: what is frequent stands here more than once.
const REGISTER_TYPES: [SiteType; 15] = [
    SiteType::InfillGap,
    SiteType::UnderusedPlot,
    SiteType::NewPlot,
    SiteType::InfillGap,
    SiteType::Brownfield,
    SiteType::CommercialBrownfield,
    SiteType::InfillGap,
    SiteType::OuterReserve,
    SiteType::InfillGap,
    SiteType::UnderusedPlot,
    SiteType::Ruin,
    SiteType::Conversion,
    SiteType::InfillGap,
    SiteType::CommercialBrownfieldPartial,
    SiteType::SpecialArea,
];
const OFFER_TYPES: [SiteType; 10] = [
    SiteType::NewPlot,
    SiteType::VacantDwelling,
    SiteType::NewPlot,
    SiteType::InfillGap,
    SiteType::FarmsteadVacant,
    SiteType::CommercialVacant,
    SiteType::VacantDwelling,
    SiteType::Brownfield,
    SiteType::InfrastructureVacant,
    SiteType::CommercialBrownfield,
];
const CONSENT_TYPES: [SiteType; 12] = [
    SiteType::VacantDwelling,
    SiteType::VacantUnit,
    SiteType::FarmsteadVacant,
    SiteType::VacantDwelling,
    SiteType::FarmBuildingVacant,
    SiteType::CommercialVacant,
    SiteType::VacancyRisk,
    SiteType::FarmsteadPartial,
    SiteType::VacantDwelling,
    SiteType::FarmBuildingPartial,
    SiteType::FarmsteadNoSuccessor,
    SiteType::InfrastructureVacant,
];
const INTERNAL_TYPES: [SiteType; 5] = [
    SiteType::VacancyRisk,
    SiteType::InfillGap,
    SiteType::FarmsteadNoSuccessor,
    SiteType::Ruin,
    SiteType::VacantDwelling,
];

/// A site with its case and, if it is a building, which.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) site: Site,
    pub(super) case: Case,
    pub(super) building: Option<usize>,
}

/// What sites are made from.
pub(super) struct Material<'a> {
    pub(super) ground: &'a Ground,
    pub(super) raised: &'a [Raised],
    pub(super) parcels: &'a [Parcel],
    pub(super) keys: &'a Keys,
    pub(super) today: Day,
}

/// Makes the sites of every case.
pub(super) fn make(material: &Material<'_>) -> Vec<Made> {
    let mut candidates = Candidates::new(material.ground, material.raised);
    let mut ids = Rng::new("site id", 0);
    let mut turns = [0; 4];
    let mut made = Vec::new();
    for (case, count) in SITE_CASES {
        let (types, turn): (&[SiteType], _) = match case.basis() {
            Some(Basis::Register) => (&REGISTER_TYPES, &mut turns[0]),
            Some(Basis::Offer) => (&OFFER_TYPES, &mut turns[1]),
            Some(Basis::Consent) => (&CONSENT_TYPES, &mut turns[2]),
            None => (&INTERNAL_TYPES, &mut turns[3]),
        };
        for index in 0..count {
            let wanted = if case.is_several() { SiteType::InfillGap } else { types[*turn % types.len()] };
            *turn += 1;
            // Where a type is used up, the next one takes its turn.
            let others = types.iter().cycle().skip(*turn).take(types.len()).copied();
            let found = std::iter::once(wanted)
                .chain(others)
                .find_map(|site_type| Some((site_type, candidates.take(site_type, case.is_several())?)));
            if let Some((site_type, spot)) = found {
                let status = case.status(index);
                let site = site(material, (case, status), site_type, &spot, random_id(&mut ids));
                made.push(Made { site, case, building: spot.building });
            }
        }
    }
    made
}

/// An id as the server draws them: 12 characters of a to z and 0 to 9.
fn random_id(rng: &mut Rng) -> String {
    (0..12).map(|_| char::from(*rng.pick(b"abcdefghijklmnopqrstuvwxyz0123456789"))).collect()
}

fn site(
    material: &Material<'_>,
    (case, status): (Case, SiteStatus),
    site_type: SiteType,
    spot: &Spot,
    site_id: String,
) -> Site {
    let first = spot.faces[0];
    let mut rng = Rng::new("site", first);
    let land = material.ground.map.data(first);
    let parcels: Vec<&Parcel> = spot.faces.iter().map(|face| &material.parcels[*face]).collect();
    let area_m2: f64 = parcels.iter().filter_map(|parcel| parcel.official_area_m2).sum();
    let street = parcels[0].street.as_deref().map(str::to_owned);
    let locality = &material.keys.names[land.district];
    let owner = case.owner(&mut rng);
    let condition = (!site_type.is_land()).then(|| attributes::condition(&mut rng));
    let is_offer = case.basis() == Some(Basis::Offer);
    let is_priced = is_offer || (case.basis() == Some(Basis::Consent) && rng.chance(0.6));
    let price_eur = is_priced.then(|| attributes::price(site_type, land.zone, area_m2, condition, &mut rng));
    let dwellings = attributes::dwellings(site_type, area_m2, &mut rng);
    Site {
        site_id,
        ags: material.keys.ags,
        name: Some(attributes::name(site_type, land.zone, street.as_deref(), locality, &mut rng)),
        site_type,
        status,
        parcels: parcels.iter().map(|parcel| parcel.parcel_id).collect(),
        locality: Some(locality.clone()),
        street,
        area_m2: Some(area_m2),
        planning_law: Some(attributes::planning_law(site_type, &mut rng)),
        servicing: Some(attributes::servicing(site_type, &mut rng)),
        available_from: rng.chance(0.4).then(|| shift(material.today, rng.index(300) as i64 - 60)),
        price_eur,
        condition,
        monument: (!site_type.is_land()).then(|| attributes::monument(land.zone, &mut rng)),
        dwellings_min: dwellings.map(|(min, _)| min),
        dwellings_max: dwellings.map(|(_, max)| max),
        contact: is_offer.then(|| "Bauamt Leisnig (Beispiel), bauamt@leisnig.example.org".to_owned()),
        owner_class: Some(owner),
        note: attributes::note(case, owner, &mut rng),
        publication: case.site_publication(material.today, parcels[0].parcel_id.district_key(), &mut rng),
        geometry: geometry(material, spot, &mut rng),
    }
}

/// The area of the parcels; some buildings are only known as a point.
fn geometry(material: &Material<'_>, spot: &Spot, rng: &mut Rng) -> Geometry {
    if let Some(building) = spot.building.filter(|_| rng.chance(0.35)) {
        let footprint = &material.raised[building].footprint;
        // Between two corners at the street, drawn in by a third of the way to the next.
        let [a, b, c] = [0, 1, 2].map(|corner| to_metres(footprint[corner]));
        return Point((a + b) * 0.5 + (c - b) * 0.3).into();
    }
    let MultiPolygon(mut polygons) = material.ground.map.outline(&spot.faces);
    match (polygons.pop(), polygons.is_empty()) {
        (Some(polygon), true) => polygon.into(),
        (last, _) => {
            polygons.extend(last);
            MultiPolygon(polygons).into()
        }
    }
}

/// The objections that the cases tell of, and two against parcels on which no site is recorded.
pub(super) fn objections(material: &Material<'_>, made: &[Made]) -> Vec<Objection> {
    let forms = [ObjectionForm::Letter, ObjectionForm::Mail, ObjectionForm::Oral, ObjectionForm::Online];
    let of_sites = made.iter().filter_map(|made| Some((*made.site.parcels.last()?, made.case.objection_lifted()?)));
    let on_sites: Vec<_> = made.iter().flat_map(|made| &made.site.parcels).collect();
    let free = material.parcels.iter().map(|parcel| parcel.parcel_id).filter(|id| !on_sites.contains(&id));
    let all = of_sites.chain(free.step_by(4_000).take(2).map(|id| (id, false)));
    let objection = |(index, (parcel_id, is_lifted)): (usize, (ParcelId, bool))| {
        let mut rng = Rng::new("objection", index);
        let received_on = shift(material.today, -(20 + rng.index(200) as i64));
        Objection {
            objection_id: format!("beispiel-{}", index + 1),
            parcel_id,
            ags: material.keys.ags,
            received_on,
            form: forms[index % forms.len()],
            lifted_on: is_lifted.then(|| shift(received_on, 15)),
        }
    };
    all.enumerate().map(objection).collect()
}
