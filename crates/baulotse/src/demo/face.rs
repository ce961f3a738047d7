//! The face of the demo's municipality: colour, an invented coat of arms, and texts that say that they are examples.

use cadastre::record::Settings;

/// A tower between two ears of grain, a star above it. It is nobody's.
const COAT_OF_ARMS: &str = include_str!("arms.svg");

const IMPRINT: &str = "\
Beispieltext: Diese Seiten zeigen ein erfundenes Baulandkataster. Sie sind kein Angebot der Stadt Leisnig.

Stadtverwaltung (Beispiel)
Musterplatz 1
04703 Leisnig

Vertreten durch: Bürgermeisterin Erika Muster (Beispiel)

Telefon: 030 23125 140
E-Mail: bauamt@leisnig.example.org

Verantwortlich für den Inhalt (§ 18 Abs. 2 MStV): Leitung des Bauamts (Beispiel), Anschrift wie oben";

const PRIVACY: &str = "\
Beispieltext: Hier steht, was die Gemeinde über ihren Umgang mit Daten sagt.

Verantwortlich ist die Stadtverwaltung (Beispiel), Musterplatz 1, 04703 Leisnig. Die behördliche \
Datenschutzbeauftragte erreichen Sie unter datenschutz@leisnig.example.org.

Wenn Sie uns wegen einer Fläche schreiben, verwenden wir Ihre Angaben nur, um zu antworten (Art. 6 Abs. 1 \
Buchstabe e DSGVO), und löschen sie, sobald die Sache erledigt ist.

Sie können Auskunft, Berichtigung und Löschung verlangen und sich bei der Sächsischen Datenschutz- und \
Transparenzbeauftragten beschweren.";

const ACCESSIBILITY: &str = "\
Beispieltext: Diese Erklärung gilt für die Seiten des Baulandkatasters. Sie wurde am 1. November 2026 erstellt und \
beruht auf einer Selbstbewertung.

Die Seiten sind mit der Barrierefreie-Informationstechnik-Verordnung weitgehend vereinbar. Nicht barrierefrei sind \
ältere Bebauungspläne, auf die wir verweisen: Sie liegen nur als Bild vor. Auf Anfrage erläutern wir sie Ihnen.

Durchsetzungsstelle in Sachsen: beim Beauftragten der Staatsregierung für die Belange von Menschen mit Behinderungen.";

/// The part of the settings that is the municipality's face.
pub(super) fn settings() -> Settings {
    Settings {
        website: Some("https://www.leisnig.example.org/".to_owned()),
        imprint: Some(IMPRINT.to_owned()),
        privacy: Some(PRIVACY.to_owned()),
        accessibility: Some(ACCESSIBILITY.to_owned()),
        colour: Some("#6d2440".to_owned()),
        coat_of_arms: Some(COAT_OF_ARMS.trim().to_owned()),
        ..Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use cadastre::record::Settings;

    use super::settings;

    #[test]
    fn the_example_is_what_an_operator_could_set() {
        let (example, mut set) = (settings(), Settings::default());
        for key in Settings::keys() {
            if let Some(value) = example.get(&key) {
                set.set(&key, &value).unwrap();
            }
        }
        assert_eq!(set, example);
        for text in [&example.imprint, &example.privacy, &example.accessibility] {
            assert!(text.as_deref().is_some_and(|text| text.starts_with("Beispieltext")));
        }
    }
}
