//! What of a collection a map shows at which zoom level, and what it is told of a feature.

use std::borrow::Cow;

use cadastre::{property::Collection, publication::View, value::ValueRef};

use crate::snapshot::Schema;

/// From here on parcels, buildings and the areas of sites are drawn one by one.
///
/// Below, a view of a town would be megabytes of parcels too small to be seen.
pub const SINGLE_FROM: u8 = 15;
/// Up to here sites are gathered into clusters.
pub const CLUSTERS_TO: u8 = 12;

/// How a collection is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Nothing,
    /// Points with the number of records they stand for.
    Clusters,
    /// A point each.
    Labels,
    /// Their geometry.
    Shapes,
    /// Their geometry, and for what is no point a point on it.
    ShapesAndLabels,
}

impl Look {
    pub(super) fn of(schema: Schema<'_>, zoom: u8) -> Self {
        match schema {
            Schema::Typed(Collection::Parcels | Collection::Buildings) if zoom < SINGLE_FROM => Self::Nothing,
            Schema::Typed(Collection::Sites) if zoom <= CLUSTERS_TO => Self::Clusters,
            Schema::Typed(Collection::Sites) if zoom < SINGLE_FROM => Self::Labels,
            Schema::Typed(Collection::Sites) => Self::ShapesAndLabels,
            Schema::Typed(_) | Schema::Layer(_) => Self::Shapes,
        }
    }
}

/// First zoom level at which a collection has anything to show.
pub fn first_zoom(schema: Schema<'_>) -> u8 {
    (0..SINGLE_FROM).find(|zoom| Look::of(schema, *zoom) != Look::Nothing).unwrap_or(SINGLE_FROM)
}

/// What a feature carries. A property that its basis does not show is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Attributes<'s> {
    pub(super) id: Option<&'s str>,
    pub(super) kind: Option<Cow<'s, str>>,
    pub(super) status: Option<Cow<'s, str>>,
    pub(super) area_class: Option<&'static str>,
    pub(super) count: Option<u64>,
}

/// Names of the attributes, in the order in which they are written.
pub const ATTRIBUTES: [&str; 5] = ["id", "type", "status", "area_class", "count"];

impl<'s> Attributes<'s> {
    pub(super) fn of(view: &View<'s>) -> Self {
        let text = |name: &str| match view.value(name) {
            ValueRef::Text(text) => Some(text),
            _ => None,
        };
        let area = |name: &str| match view.value(name) {
            ValueRef::Real(area_m2) => Some(area_class(area_m2)),
            _ => None,
        };
        let id = Some(view.id());
        match view.collection() {
            Some(Collection::Parcels) => Self { id, area_class: area("official_area_m2"), ..Self::default() },
            Some(Collection::Sites) | None => {
                let area_class = view.collection().and_then(|_| area("area_m2"));
                Self { id, kind: text("type"), status: text("status"), area_class, count: None }
            }
            // A building has no status but that it stands empty, where that is published.
            Some(Collection::Buildings) => Self { id, status: text("vacancy_degree"), ..Self::default() },
            Some(Collection::Districts) => Self { id, ..Self::default() },
        }
    }
}

/// Class of a public area in square metres.
fn area_class(area_m2: f64) -> &'static str {
    const CLASSES: [(f64, &str); 5] =
        [(250.0, "to_250"), (500.0, "to_500"), (1000.0, "to_1000"), (2500.0, "to_2500"), (10_000.0, "to_10000")];
    CLASSES.into_iter().find(|(to, _)| area_m2 <= *to).map_or("over_10000", |(_, class)| class)
}

#[cfg(test)]
mod tests {
    use cadastre::property::Collection;

    use super::{Look, area_class, first_zoom};
    use crate::snapshot::Schema;

    #[test]
    fn an_area_belongs_to_the_first_class_it_fits_into() {
        let check = |area_m2, expected: &str| assert_eq!(area_class(area_m2), expected);
        check(0.0, "to_250");
        check(250.0, "to_250");
        check(250.1, "to_500");
        check(1000.0, "to_1000");
        check(2499.9, "to_2500");
        check(10_000.0, "to_10000");
        check(10_000.5, "over_10000");
    }

    #[test]
    fn what_is_shown_depends_on_the_zoom_level() {
        let check = |collection, zoom, expected| assert_eq!(Look::of(Schema::Typed(collection), zoom), expected);
        check(Collection::Parcels, 14, Look::Nothing);
        check(Collection::Parcels, 15, Look::Shapes);
        check(Collection::Buildings, 14, Look::Nothing);
        check(Collection::Districts, 0, Look::Shapes);
        check(Collection::Sites, 12, Look::Clusters);
        check(Collection::Sites, 13, Look::Labels);
        check(Collection::Sites, 14, Look::Labels);
        check(Collection::Sites, 15, Look::ShapesAndLabels);
        assert_eq!(first_zoom(Schema::Typed(Collection::Parcels)), 15);
        assert_eq!(first_zoom(Schema::Typed(Collection::Sites)), 0);
    }
}
