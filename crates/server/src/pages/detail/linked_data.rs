//! A listing for machines that read pages: JSON-LD with the words of schema.org. Public values only.

use cadastre::{codes::Basis, publication::View, value::ValueRef};
use geo_types::Coord;
use serde_json::{Value, json};

use super::Subject;
use crate::pages::{frame::Request, photos::Photo};

/// The `RealEstateListing` of a page. An offer with a price only where the municipality or the owner makes one.
pub(super) fn listing(
    request: &Request,
    subject: &Subject<'_>,
    view: &View<'_>,
    at: Option<Coord>,
    photos: &[Photo],
) -> Value {
    let listing = subject.listing;
    let page = subject.page(request);
    let mut place = json!({
        "@type": "Place",
        "name": listing.title,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": listing.street,
            "addressLocality": listing.municipality,
            "addressCountry": "DE",
        },
    });
    if let Some(at) = at {
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        place["geo"] = json!({ "@type": "GeoCoordinates", "latitude": round(at.y), "longitude": round(at.x) });
    }
    if let Some(area) = listing.area_m2 {
        place["additionalProperty"] = json!([{
            "@type": "PropertyValue", "name": "area", "value": area, "unitCode": "MTK",
        }]);
    }
    let mut document = json!({
        "@context": "https://schema.org",
        "@type": "RealEstateListing",
        "@id": page,
        "url": page,
        "name": listing.title,
        "inLanguage": request.language.tag(),
        "description": subject.description,
        "about": place,
        "publisher": { "@type": "GovernmentOrganization", "name": subject.town.municipality.name },
    });
    if !photos.is_empty() {
        document["image"] = photos.iter().map(|photo| format!("{}{}", request.base_url, photo.large())).collect();
    }
    if let (Some(Basis::Offer), Some(price)) = (listing.basis, listing.price_eur) {
        document["offers"] = json!({ "@type": "Offer", "price": price, "priceCurrency": "EUR" });
        if let ValueRef::Date(from) = view.value("available_from") {
            document["offers"]["availabilityStarts"] = json!(from.to_string());
        }
    }
    without_nulls(document)
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, without_nulls(value)))
            .collect(),
        other => other,
    }
}
