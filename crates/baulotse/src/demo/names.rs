//! Places, the river and invented names. Coordinates in EPSG:25833, easting before northing.
//!
//! Numbers and names of the Gemarkungen are real and come with the data; where the places lie is only
//! roughly as it is, and all streets and field names are made up.

use super::curve::{Metres, at};

/// The place that gives a Gemarkung its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Number of the Gemarkung within Saxony.
    pub(super) number: u16,
    easting: f64,
    northing: f64,
    /// South of the river.
    pub(super) south: bool,
    /// Mean radius of the settlement in metres.
    pub(super) radius_m: f64,
}

impl Place {
    pub(super) fn centre(&self) -> Metres {
        at(self.easting, self.northing)
    }

    /// Larger places have larger Gemarkungen: weight of the cell in m².
    pub(super) fn weight(&self) -> f64 {
        (self.radius_m - 190.0) * 1100.0
    }
}

/// Index of the town itself in [`PLACES`].
pub(super) const TOWN: usize = 0;

const fn north(number: u16, easting: f64, northing: f64, radius_m: f64) -> Place {
    Place { number, easting, northing, south: false, radius_m }
}

const fn south(number: u16, easting: f64, northing: f64, radius_m: f64) -> Place {
    Place { south: true, ..north(number, easting, northing, radius_m) }
}

/// The Gemarkungen; the town first.
pub(super) const PLACES: [Place; 41] = [
    south(2888, 354_960.0, 5_669_369.0, 800.0),
    north(2811, 355_880.0, 5_673_980.0, 235.0),
    north(2812, 357_280.0, 5_673_700.0, 170.0),
    north(2813, 355_650.0, 5_672_700.0, 165.0),
    north(2814, 356_450.0, 5_671_830.0, 165.0),
    north(2815, 354_480.0, 5_672_600.0, 160.0),
    north(2816, 357_060.0, 5_672_690.0, 190.0),
    north(2817, 353_150.0, 5_672_850.0, 160.0),
    north(2818, 355_950.0, 5_675_120.0, 225.0),
    north(2819, 354_120.0, 5_674_930.0, 230.0),
    north(2820, 353_420.0, 5_674_050.0, 190.0),
    north(2821, 354_640.0, 5_673_560.0, 160.0),
    south(2889, 353_250.0, 5_668_050.0, 200.0),
    north(2890, 356_050.0, 5_670_620.0, 330.0),
    south(2891, 354_000.0, 5_668_450.0, 210.0),
    north(2892, 359_550.0, 5_670_350.0, 150.0),
    north(2893, 360_420.0, 5_669_850.0, 200.0),
    south(2894, 356_650.0, 5_668_420.0, 180.0),
    north(2895, 357_050.0, 5_670_250.0, 180.0),
    south(2896, 358_050.0, 5_669_150.0, 180.0),
    south(2897, 356_950.0, 5_667_000.0, 215.0),
    north(2898, 354_150.0, 5_670_580.0, 330.0),
    south(2910, 354_350.0, 5_667_680.0, 190.0),
    south(2911, 355_800.0, 5_668_150.0, 190.0),
    north(2928, 357_780.0, 5_675_300.0, 225.0),
    north(2929, 358_180.0, 5_670_480.0, 225.0),
    north(2930, 359_150.0, 5_674_250.0, 200.0),
    north(2931, 358_420.0, 5_672_950.0, 165.0),
    north(2932, 359_200.0, 5_671_620.0, 180.0),
    north(2933, 357_690.0, 5_671_500.0, 175.0),
    south(2949, 351_550.0, 5_668_700.0, 225.0),
    south(2950, 353_650.0, 5_669_500.0, 230.0),
    north(2951, 353_820.0, 5_671_950.0, 165.0),
    north(2952, 355_180.0, 5_671_480.0, 180.0),
    south(2953, 352_600.0, 5_669_000.0, 165.0),
    south(2954, 351_500.0, 5_669_750.0, 165.0),
    north(2955, 351_450.0, 5_671_250.0, 185.0),
    north(2956, 352_200.0, 5_670_850.0, 220.0),
    north(2957, 352_450.0, 5_671_950.0, 165.0),
    north(2958, 353_150.0, 5_671_000.0, 165.0),
    south(2959, 350_550.0, 5_669_150.0, 175.0),
];

/// Places of Gemarkungen joined by a bridge over the river.
pub(super) const BRIDGES: [(u16, u16); 5] = [(2888, 2890), (2888, 2898), (2954, 2955), (2950, 2956), (2896, 2929)];

/// Roads out of the municipality: from a place, towards a point outside, to a neighbouring town.
pub(super) const EXITS: [(u16, f64, f64, &str); 9] = [
    (2819, 353_600.0, 5_675_900.0, "Grimma"),
    (2928, 357_300.0, 5_677_200.0, "Mügeln"),
    (2930, 360_700.0, 5_674_200.0, "Ostrau"),
    (2932, 360_400.0, 5_671_700.0, "Zschaitz"),
    (2893, 362_100.0, 5_669_500.0, "Döbeln"),
    (2897, 356_900.0, 5_665_700.0, "Hartha"),
    (2911, 355_500.0, 5_667_000.0, "Waldheim"),
    (2889, 352_900.0, 5_666_300.0, "Geringswalde"),
    (2959, 349_300.0, 5_668_600.0, "Colditz"),
];

/// Middle of the Freiberger Mulde, downstream; both ends outside the municipality.
pub(super) const RIVER: [(f64, f64); 24] = [
    (361_900.0, 5_669_050.0),
    (361_172.0, 5_669_330.0),
    (360_650.0, 5_669_420.0),
    (360_150.0, 5_669_180.0),
    (359_600.0, 5_669_260.0),
    (359_150.0, 5_669_620.0),
    (358_600.0, 5_669_800.0),
    (358_050.0, 5_669_680.0),
    (357_600.0, 5_669_330.0),
    (357_050.0, 5_669_160.0),
    (356_500.0, 5_669_300.0),
    (356_150.0, 5_669_700.0),
    (355_700.0, 5_670_010.0),
    (355_150.0, 5_670_060.0),
    (354_650.0, 5_669_900.0),
    (354_150.0, 5_669_930.0),
    (353_750.0, 5_670_250.0),
    (353_250.0, 5_670_370.0),
    (352_800.0, 5_670_090.0),
    (352_300.0, 5_669_990.0),
    (351_800.0, 5_670_330.0),
    (351_300.0, 5_670_560.0),
    (350_800.0, 5_670_280.0),
    (349_700.0, 5_670_450.0),
];

/// Brooks with their invented names, each from its spring to the river.
pub(super) const BROOKS: [(&str, &[(f64, f64)]); 7] = [
    (
        "Dorfbach",
        &[
            (356_700.0, 5_676_900.0),
            (356_500.0, 5_675_300.0),
            (356_550.0, 5_673_900.0),
            (355_250.0, 5_672_900.0),
            (354_400.0, 5_671_600.0),
            (354_700.0, 5_670_700.0),
            (354_650.0, 5_669_900.0),
        ],
    ),
    (
        "Schanzenbach",
        &[
            (361_000.0, 5_675_300.0),
            (359_400.0, 5_674_700.0),
            (357_900.0, 5_674_300.0),
            (357_800.0, 5_672_600.0),
            (357_050.0, 5_671_350.0),
            (356_650.0, 5_670_200.0),
            (356_500.0, 5_669_300.0),
        ],
    ),
    (
        "Erlbach",
        &[
            (360_800.0, 5_672_300.0),
            (359_300.0, 5_672_150.0),
            (358_500.0, 5_671_100.0),
            (358_850.0, 5_670_200.0),
            (358_600.0, 5_669_800.0),
        ],
    ),
    (
        "Fischbach",
        &[
            (352_700.0, 5_674_400.0),
            (353_900.0, 5_673_300.0),
            (353_000.0, 5_671_900.0),
            (352_750.0, 5_671_050.0),
            (352_800.0, 5_670_090.0),
        ],
    ),
    (
        "Eulenbach",
        &[
            (353_000.0, 5_666_500.0),
            (353_650.0, 5_667_600.0),
            (353_550.0, 5_668_700.0),
            (352_950.0, 5_669_500.0),
            (352_800.0, 5_670_090.0),
        ],
    ),
    (
        "Steinbach",
        &[
            (357_800.0, 5_665_700.0),
            (357_300.0, 5_667_700.0),
            (356_100.0, 5_668_750.0),
            (356_000.0, 5_669_300.0),
            (356_150.0, 5_669_700.0),
        ],
    ),
    (
        "Mühlbach",
        &[(350_700.0, 5_668_100.0), (351_150.0, 5_669_200.0), (351_000.0, 5_669_900.0), (351_300.0, 5_670_560.0)],
    ),
];

/// Streets of the old town.
pub(super) const OLD_STREETS: [&str; 26] = [
    "Schloßgasse",
    "Burglehn",
    "Kirchplatz",
    "Obermarkt",
    "Baderberg",
    "Johannistal",
    "Töpfergasse",
    "Niederlauben",
    "Kreuzgasse",
    "Mönchsgasse",
    "Rosengasse",
    "Badergasse",
    "Fleischergasse",
    "Schulgasse",
    "Zwingergasse",
    "Pfarrgasse",
    "Mühlsteig",
    "Gerbergasse",
    "Brauhausgasse",
    "Kleine Schloßgasse",
    "Salzgasse",
    "Stadtgraben",
    "Hintere Gasse",
    "Am Oberen Tor",
    "Kapellengasse",
    "Webergasse",
];

/// Streets of the town outside the walls.
pub(super) const TOWN_STREETS: [&str; 40] = [
    "Lindenstraße",
    "Bahnhofstraße",
    "Poststraße",
    "Jahnstraße",
    "Goethestraße",
    "Schillerstraße",
    "Lessingstraße",
    "Gartenstraße",
    "Parkstraße",
    "Ringstraße",
    "Mittelstraße",
    "Querstraße",
    "Bergstraße",
    "Talstraße",
    "Schulstraße",
    "Friedhofsweg",
    "Birkenweg",
    "Ahornweg",
    "Kastanienweg",
    "Eichenweg",
    "Akazienweg",
    "Fliederweg",
    "Rosenweg",
    "Tulpenweg",
    "Amselweg",
    "Finkenweg",
    "Lerchenweg",
    "Meisenweg",
    "Am Stadtpark",
    "Am Wasserturm",
    "Zur Aussicht",
    "Sonnenleite",
    "Kirschallee",
    "Robert-Koch-Straße",
    "August-Bebel-Straße",
    "Heinrich-Heine-Straße",
    "Beethovenstraße",
    "Mozartstraße",
    "Pestalozzistraße",
    "Am Hasenberg",
];

/// Streets of a development area.
pub(super) const ESTATE_STREETS: [&str; 5] = ["Am Sonnenhang", "Apfelweg", "Birnenweg", "Quittenweg", "Holunderweg"];

/// Streets of the industrial area.
pub(super) const COMMERCE_STREETS: [&str; 4] = ["Gewerbering", "Industriestraße", "Werkstraße", "Am Güterbahnhof"];

/// Lanes of a village.
pub(super) const LANES: [&str; 26] = [
    "Am Anger",
    "Kirchweg",
    "Mühlgasse",
    "Schulweg",
    "Zur Linde",
    "Am Dorfteich",
    "Hintergasse",
    "Siedlung",
    "Gartenweg",
    "Wiesenweg",
    "Am Bach",
    "Zum Gut",
    "Schmiedegasse",
    "Am Berg",
    "Viehweg",
    "Feldgasse",
    "Alte Schäferei",
    "Am Rittergut",
    "Winkel",
    "Kirschweg",
    "Obstgasse",
    "Zur Alten Schmiede",
    "Am Spritzenhaus",
    "Querweg",
    "Hofweg",
    "Brunnengasse",
];

/// Main street of a village.
pub(super) const VILLAGE_STREETS: [&str; 8] = [
    "Dorfstraße",
    "Hauptstraße",
    "Am Dorfplatz",
    "Alte Dorfstraße",
    "Lange Straße",
    "Dorfring",
    "Untere Dorfstraße",
    "Obere Dorfstraße",
];

/// Field names: a first and a second part.
pub(super) const FIELD_FIRST: [&str; 24] = [
    "Hof", "Mühl", "Kirch", "Pfarr", "Lehm", "Stein", "Sand", "Galgen", "Wein", "Schaf", "Ochsen", "Gänse", "Kuh",
    "Birken", "Eichen", "Erlen", "Kreuz", "Wolfs", "Fuchs", "Hasen", "Teich", "Kohl", "Ziegel", "Hopfen",
];

/// Second parts of field names for fields, meadows and woods, each with its article.
pub(super) const FIELD_SECOND: [(&str, &str); 8] = [
    ("Die ", "stücke"),
    ("Am ", "berg"),
    ("Das ", "feld"),
    ("An der ", "höhe"),
    ("Im ", "grund"),
    ("Auf der ", "leite"),
    ("Am ", "weg"),
    ("Die ", "äcker"),
];

/// As [`FIELD_SECOND`], for meadows.
pub(super) const MEADOW_SECOND: [(&str, &str); 4] =
    [("Die ", "wiesen"), ("In der ", "aue"), ("Am ", "teich"), ("Die ", "lache")];

/// As [`FIELD_SECOND`], for woods.
pub(super) const WOOD_SECOND: [(&str, &str); 4] =
    [("Das ", "holz"), ("Der ", "busch"), ("Im ", "hain"), ("Am ", "wald")];

/// Name of the road that leads to a place: "Börtewitzer Straße".
pub(super) fn road_to(place: &str) -> String {
    format!("{place}er Straße")
}
