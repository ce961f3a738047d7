//! Under which licence a collection may be used: as set for its municipalities, else as its credit lines name it.

use cadastre::{
    licence::{LICENCES, Licence},
    record::Municipality,
};
use spatial::{Snapshot, snapshot::Schema};

/// Customary names beside the codes, in lower case.
const OTHER_NAMES: [(&str, &str); 9] = [
    ("dl-de/by/2-0", "dl-de/by-2-0"),
    ("dl-de-by-2.0", "dl-de/by-2-0"),
    ("dl-de/zero/2-0", "dl-de/zero-2-0"),
    ("dl-de-zero-2.0", "dl-de/zero-2-0"),
    ("cc by 4.0", "cc-by-4.0"),
    ("cc-by 4.0", "cc-by-4.0"),
    ("cc by-sa 4.0", "cc-by-sa-4.0"),
    ("cc-by-sa 4.0", "cc-by-sa-4.0"),
    ("cc zero", "cc0"),
];

/// The one licence of a collection; `None` if there is none, or several: it is then not for a program to choose.
pub(crate) fn of(snapshot: &Snapshot, schema: Schema<'_>) -> Option<&'static Licence> {
    match schema {
        Schema::Typed(_) => agreed(snapshot.municipalities().into_iter().map(of_municipality)),
        Schema::Layer(layer) => named_in(layer.attribution.as_deref().unwrap_or_default()),
    }
}

fn of_municipality(municipality: &Municipality) -> Option<&'static Licence> {
    let settings = &municipality.settings;
    match &settings.licence {
        Some(code) => Licence::find(code),
        None => named_in(settings.attribution.as_deref().unwrap_or_default()),
    }
}

fn agreed(mut licences: impl Iterator<Item = Option<&'static Licence>>) -> Option<&'static Licence> {
    let first = licences.next()??;
    licences.all(|other| other == Some(first)).then_some(first)
}

/// The licence that a credit line names, if it is one.
fn named_in(credit: &str) -> Option<&'static Licence> {
    let credit = credit.to_lowercase();
    let names = |licence: &&Licence| {
        let others = OTHER_NAMES.iter().filter(|(_, code)| *code == licence.code).map(|(name, _)| *name);
        std::iter::once(licence.code).chain(others).any(|name| credit.contains(name))
    };
    let mut found = LICENCES.iter().filter(names);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use cadastre::{
        Ags,
        licence::Licence,
        record::{Municipality, Settings},
    };

    use super::{agreed, of_municipality};

    /// Each municipality by its setting and its credit line.
    fn check(municipalities: &[(Option<&str>, &str)], expected: Option<&str>) {
        let municipality = |(licence, credit): &(Option<&str>, &str)| Municipality {
            ags: Ags::parse("14522310").unwrap(),
            name: "Leisnig".to_owned(),
            geometry: None,
            settings: Settings {
                licence: licence.map(str::to_owned),
                attribution: Some((*credit).to_owned()),
                ..Settings::default()
            },
        };
        let municipalities: Vec<Municipality> = municipalities.iter().map(municipality).collect();
        let found = agreed(municipalities.iter().map(of_municipality));
        assert_eq!(found, expected.map(|code| Licence::find(code).unwrap()), "{municipalities:?}");
    }

    #[test]
    fn a_licence_is_what_every_municipality_says() {
        let by = Some("dl-de/by-2-0");
        check(&[(None, "© GeoBasis-DE / BKG 2013, dl-de/by-2-0")], by);
        check(&[(None, "Neuwerk: LGV, dl-de/by-2-0"), (None, "BKG, DL-DE/BY-2-0")], by);
        check(&[(None, "© OpenStreetMap contributors, ODbL")], Some("odbl"));
        check(&[(None, "LGV, dl-de/by-2-0"), (None, "OSM, ODbL")], None);
        check(&[(None, "LGV, dl-de/by-2-0; Namen: CC0")], None);
        check(&[(None, "LGV, dl-de/by-2-0"), (None, "made here")], None);
        check(&[(None, "© Stadt Leisnig")], None);
        check(&[], None);
    }

    #[test]
    fn what_is_set_goes_before_what_the_credit_line_names() {
        check(&[(Some("cc0"), "LGV, dl-de/by-2-0; Namen: ODbL")], Some("cc0"));
        check(&[(Some("cc0"), ""), (None, "CC BY 4.0")], None);
        check(&[(Some("cc-by-4.0"), ""), (None, "CC BY 4.0")], Some("cc-by-4.0"));
    }
}
