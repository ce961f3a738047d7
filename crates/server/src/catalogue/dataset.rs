//! What the catalogue says of each collection, gathered from a snapshot as the public sees it.

use cadastre::{
    Viewer,
    record::Municipality,
    texts::{Language, text},
};
use spatial::{
    Snapshot,
    snapshot::{CollectionInfo, Schema},
};

use crate::{
    app::App,
    licence,
    links::encode,
    ogc::{
        catalogue::{attribution_of, could_be_withdrawn, description_of, download_path, title_of},
        export::Format,
    },
    pages::frame::in_words,
};

/// The catalogue of a server.
#[derive(Debug)]
pub(super) struct Catalogue {
    pub(super) uri: String,
    pub(super) home: String,
    pub(super) title: Localised,
    pub(super) description: Localised,
    pub(super) publisher: Publisher,
    pub(super) datasets: Vec<Dataset>,
}

/// A text in both languages.
#[derive(Debug)]
pub(super) struct Localised {
    pub(super) de: String,
    pub(super) en: String,
}

/// Who publishes.
#[derive(Debug)]
pub(super) struct Publisher {
    pub(super) uri: String,
    pub(super) name: String,
}

/// An office that answers.
#[derive(Debug)]
pub(super) struct Contact {
    pub(super) name: String,
    pub(super) mail: Option<String>,
    pub(super) phone: Option<String>,
}

/// A collection.
#[derive(Debug)]
pub(super) struct Dataset {
    pub(super) uri: String,
    pub(super) title: Localised,
    pub(super) description: Localised,
    /// Keys of the municipalities it covers.
    pub(super) municipalities: Vec<String>,
    /// Well-known text of its extent in CRS84.
    pub(super) extent: Option<String>,
    pub(super) contacts: Vec<Contact>,
    pub(super) licence: Option<&'static str>,
    pub(super) attribution: Option<String>,
    pub(super) distributions: Vec<Distribution>,
}

/// A way to get a collection.
#[derive(Debug)]
pub(super) struct Distribution {
    pub(super) uri: String,
    pub(super) title: String,
    pub(super) access: String,
    pub(super) download: Option<String>,
    /// IANA media type.
    pub(super) media: &'static str,
    /// Name in the EU's list of file types, where it has one.
    pub(super) file_type: Option<&'static str>,
}

impl Catalogue {
    pub(super) fn new(app: &App) -> Self {
        let snapshot = app.snapshot();
        let base = app.base_url();
        let municipalities = snapshot.municipalities();
        let collections = snapshot.collections(&Viewer::ANONYMOUS);
        let localised =
            |key| Localised { de: text(key, Language::German).to_owned(), en: text(key, Language::English).to_owned() };
        Self {
            uri: format!("{base}/#catalogue"),
            home: format!("{base}/"),
            title: localised("ogc.landing.title"),
            description: localised("ogc.landing.lead"),
            publisher: publisher(base, &municipalities),
            datasets: collections.iter().map(|info| dataset(app, &snapshot, &municipalities, info)).collect(),
        }
    }
}

fn publisher(base: &str, municipalities: &[&Municipality]) -> Publisher {
    let names: Vec<String> = municipalities.iter().map(|one| one.name.clone()).collect();
    let name = match names.len() {
        0 => base.trim_start_matches("https://").trim_start_matches("http://").to_owned(),
        _ => in_words(&names, text("ui.and", Language::German)),
    };
    Publisher { uri: format!("{base}/#publisher"), name }
}

fn dataset(app: &App, snapshot: &Snapshot, municipalities: &[&Municipality], info: &CollectionInfo<'_>) -> Dataset {
    let base = app.base_url();
    let at = format!("{base}/ogc/collections/{}", encode(info.id));
    // What could have been withdrawn is not told while the journal is out of reach, not even where it lies.
    let is_shown = !could_be_withdrawn(info.schema, &Viewer::ANONYMOUS) || app.require_fresh().is_ok();
    let of_municipalities = matches!(info.schema, Schema::Typed(_));
    let localised = |of: fn(Schema<'_>, Language) -> String| Localised {
        de: of(info.schema, Language::German),
        en: of(info.schema, Language::English),
    };
    Dataset {
        uri: format!("{at}#dataset"),
        title: localised(title_of),
        description: localised(description_of),
        municipalities: municipalities.iter().filter(|_| of_municipalities).map(|one| one.ags.to_string()).collect(),
        extent: info.extent.filter(|_| is_shown).map(|bounds| polygon(&bounds)),
        contacts: municipalities.iter().filter_map(|one| contact(one)).collect(),
        licence: licence::of(snapshot, info.schema).map(|licence| licence.uri),
        attribution: attribution_of(snapshot, info.schema),
        distributions: distributions(&at, info.schema),
    }
}

fn contact(municipality: &Municipality) -> Option<Contact> {
    let settings = &municipality.settings;
    let has_way = settings.contact_mail.is_some() || settings.contact_phone.is_some();
    has_way.then(|| Contact {
        name: [settings.contact_name.as_deref(), Some(municipality.name.as_str())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        mail: settings.contact_mail.clone(),
        phone: settings.contact_phone.clone(),
    })
}

fn polygon(bounds: &geo_types::Rect) -> String {
    let (min, max) = (bounds.min(), bounds.max());
    let corner = |x: f64, y: f64| format!("{x:.5} {y:.5}");
    let ring = [(min.x, min.y), (max.x, min.y), (max.x, max.y), (min.x, max.y), (min.x, min.y)];
    format!("POLYGON (({}))", ring.map(|(x, y)| corner(x, y)).join(", "))
}

fn distributions(at: &str, schema: Schema<'_>) -> Vec<Distribution> {
    let api = Distribution {
        uri: format!("{at}#api"),
        title: "OGC API – Features".to_owned(),
        access: at.to_owned(),
        download: None,
        media: "application/geo+json",
        file_type: Some("GEOJSON"),
    };
    let files = Format::OF_DOWNLOADS.map(|format| {
        let address = format!("{at}/{}", download_path(schema.id(), format));
        Distribution {
            uri: format!("{at}#{}", format.extension()),
            title: format.label().to_owned(),
            access: at.to_owned(),
            download: Some(address),
            media: format.media(),
            file_type: match format {
                Format::GeoJson => Some("GEOJSON"),
                Format::Csv => Some("CSV"),
                Format::GeoPackage => Some("GPKG"),
                _ => None,
            },
        }
    });
    std::iter::once(api).chain(files).collect()
}
