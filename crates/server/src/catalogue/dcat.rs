//! DCAT-AP.de of the collections, as JSON-LD and as RDF/XML: the same graph, twice.
//!
//! Source: DCAT-AP.de 2.0 (<https://www.dcat-ap.de/def/dcatde/2.0/spec/>), its conventions for harvesting included.

use askama::Template;
use axum::{
    extract::{RawQuery as QueryString, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Map, Value, json};

use super::{
    DOCUMENTS,
    dataset::{Catalogue, Contact, Dataset, Distribution, Localised},
};
use crate::{
    app::App,
    error::Error,
    params::RawQuery,
    validated::{Terms, answer},
};

const THEME: &str = "http://publications.europa.eu/resource/authority/data-theme/REGI";
const FILE_TYPES: &str = "http://publications.europa.eu/resource/authority/file-type/";
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";
const GEOCODING: &str = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/";
const LEVEL: &str = "http://dcat-ap.de/def/politicalGeocoding/Level/municipality";

/// `GET /dcat.jsonld`.
pub(crate) async fn get_json_ld(
    State(app): State<App>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    Ok(answer(&headers, Terms::for_all(DOCUMENTS[0].1), json_ld(&Catalogue::new(&app)).to_string()))
}

/// `GET /dcat.rdf`.
pub(crate) async fn get_rdf_xml(
    State(app): State<App>,
    QueryString(query): QueryString,
    headers: HeaderMap,
) -> Result<Response, Error> {
    RawQuery::parse(query.as_deref())?.finish()?;
    let document = RdfXml { catalogue: Catalogue::new(&app) }.render().map_err(Error::internal)?;
    Ok(answer(&headers, Terms::for_all(DOCUMENTS[1].1), document))
}

#[derive(Debug, Template)]
#[template(path = "catalogue/dcat.xml")]
struct RdfXml {
    catalogue: Catalogue,
}

fn json_ld(catalogue: &Catalogue) -> Value {
    let mut graph = vec![json!({
        "@id": catalogue.uri,
        "@type": "dcat:Catalog",
        "dct:title": localised(&catalogue.title),
        "dct:description": localised(&catalogue.description),
        "dct:publisher": id(&catalogue.publisher.uri),
        "foaf:homepage": id(&catalogue.home),
        "dcat:dataset": catalogue.datasets.iter().map(|dataset| id(&dataset.uri)).collect::<Vec<_>>(),
    })];
    graph.push(json!({
        "@id": catalogue.publisher.uri, "@type": "foaf:Organization", "foaf:name": catalogue.publisher.name,
    }));
    for dataset in &catalogue.datasets {
        graph.push(dataset_node(catalogue, dataset));
        graph.extend(dataset.distributions.iter().map(|one| distribution_node(dataset, one)));
    }
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "dcatde": "http://dcat-ap.de/def/dcatde/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "locn": "http://www.w3.org/ns/locn#",
            "gsp": "http://www.opengis.net/ont/geosparql#",
        },
        "@graph": graph,
    })
}

fn id(uri: &str) -> Value {
    json!({ "@id": uri })
}

fn localised(text: &Localised) -> Value {
    json!([{ "@value": text.de, "@language": "de" }, { "@value": text.en, "@language": "en" }])
}

fn dataset_node(catalogue: &Catalogue, dataset: &Dataset) -> Value {
    let mut node = json!({
        "@id": dataset.uri,
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.uri,
        "dct:title": localised(&dataset.title),
        "dct:description": localised(&dataset.description),
        "dct:publisher": id(&catalogue.publisher.uri),
        "dcat:theme": id(THEME),
        "dcat:contactPoint": dataset.contacts.iter().map(contact_node).collect::<Vec<_>>(),
        "dcat:distribution": dataset.distributions.iter().map(|one| id(&one.uri)).collect::<Vec<_>>(),
    });
    if !dataset.municipalities.is_empty() {
        node["dcatde:politicalGeocodingLevelURI"] = id(LEVEL);
        node["dcatde:politicalGeocodingURI"] =
            dataset.municipalities.iter().map(|key| id(&format!("{GEOCODING}{key}"))).collect();
    }
    if let Some(extent) = &dataset.extent {
        node["dct:spatial"] = json!({
            "@type": "dct:Location",
            "dcat:bbox": { "@value": extent, "@type": "gsp:wktLiteral" },
        });
    }
    node
}

fn contact_node(contact: &Contact) -> Value {
    let mut node = Map::new();
    node.insert("@type".to_owned(), json!("vcard:Organization"));
    node.insert("vcard:fn".to_owned(), json!(contact.name));
    if let Some(mail) = &contact.mail {
        node.insert("vcard:hasEmail".to_owned(), id(&format!("mailto:{mail}")));
    }
    if let Some(phone) = &contact.phone {
        node.insert("vcard:hasTelephone".to_owned(), json!({ "vcard:hasValue": phone }));
    }
    Value::Object(node)
}

fn distribution_node(dataset: &Dataset, distribution: &Distribution) -> Value {
    let mut node = json!({
        "@id": distribution.uri,
        "@type": "dcat:Distribution",
        "dct:title": distribution.title,
        "dcat:accessURL": id(&distribution.access),
        "dcat:mediaType": id(&format!("{MEDIA_TYPES}{}", distribution.media)),
    });
    if let Some(download) = &distribution.download {
        node["dcat:downloadURL"] = id(download);
    }
    if let Some(file_type) = distribution.file_type {
        node["dct:format"] = id(&format!("{FILE_TYPES}{file_type}"));
    }
    if let Some(licence) = dataset.licence {
        node["dct:license"] = id(licence);
    }
    if let Some(attribution) = &dataset.attribution {
        node["dcatde:licenseAttributionByText"] = json!({ "@value": attribution, "@language": "de" });
    }
    node
}
