//! Licences of open data, by the names in which they are customarily given.

/// A licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Customary short name; the value of the setting.
    pub code: &'static str,
    /// Short name for people, for captions.
    pub short: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Name in the list of DCAT-AP.de, <http://dcat-ap.de/def/licenses>.
    pub uri: &'static str,
    /// Where its text is.
    pub page: &'static str,
}

/// The licences in which German municipalities and land surveys publish.
pub const LICENCES: [Licence; 6] = [
    Licence {
        code: "dl-de/by-2-0",
        short: "dl-de/by-2-0",
        name: "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        uri: "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
        page: "https://www.govdata.de/dl-de/by-2-0",
    },
    Licence {
        code: "dl-de/zero-2-0",
        short: "dl-de/zero-2-0",
        name: "Datenlizenz Deutschland – Zero – Version 2.0",
        uri: "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
        page: "https://www.govdata.de/dl-de/zero-2-0",
    },
    Licence {
        code: "cc-by-4.0",
        short: "CC BY 4.0",
        name: "Creative Commons Namensnennung 4.0 International (CC BY 4.0)",
        uri: "http://dcat-ap.de/def/licenses/cc-by/4.0",
        page: "https://creativecommons.org/licenses/by/4.0/",
    },
    Licence {
        code: "cc-by-sa-4.0",
        short: "CC BY-SA 4.0",
        name: "Creative Commons Namensnennung – Weitergabe unter gleichen Bedingungen 4.0 International (CC BY-SA 4.0)",
        uri: "http://dcat-ap.de/def/licenses/cc-by-sa/4.0",
        page: "https://creativecommons.org/licenses/by-sa/4.0/",
    },
    Licence {
        code: "cc0",
        short: "CC0",
        name: "Creative Commons Zero 1.0 (CC0)",
        uri: "http://dcat-ap.de/def/licenses/cc-zero",
        page: "https://creativecommons.org/publicdomain/zero/1.0/",
    },
    Licence {
        code: "odbl",
        short: "ODbL",
        name: "Open Data Commons Open Database License 1.0 (ODbL)",
        uri: "http://dcat-ap.de/def/licenses/odbl",
        page: "https://opendatacommons.org/licenses/odbl/1-0/",
    },
];

impl Licence {
    /// The licence with this code.
    pub fn find(code: &str) -> Option<&'static Self> {
        LICENCES.iter().find(|licence| licence.code == code)
    }
}
