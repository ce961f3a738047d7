//! Where to look: a box, a drawn area, or a circle, as the address of a page says it. All in CRS84.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use spatial::{Area, Crs};

/// A box in CRS84, degrees. West may be greater than east: the box then crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LonLatBox {
    /// Least longitude.
    pub(crate) west: f64,
    /// Least latitude.
    pub(crate) south: f64,
    /// Greatest longitude.
    pub(crate) east: f64,
    /// Greatest latitude.
    pub(crate) north: f64,
}

impl LonLatBox {
    /// Reads `west,south,east,north`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let [west, south, east, north] = numbers(text)?.try_into().ok()?;
        let is_box = is_position(west, south) && is_position(east, north) && south <= north;
        is_box.then_some(Self { west, south, east, north })
    }

    /// The smallest box around both; neither crosses the antimeridian.
    pub(crate) fn joined(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// The box with about so many metres more on each side; it stays on the globe.
    pub(crate) fn widened(self, metres: f64) -> Self {
        let north_south = metres / METRES_A_DEGREE;
        let east_west = north_south / (f64::midpoint(self.south, self.north)).to_radians().cos().max(0.01);
        Self {
            west: (self.west - east_west).max(-180.0),
            south: (self.south - north_south).max(-90.0),
            east: (self.east + east_west).min(180.0),
            north: (self.north + north_south).min(90.0),
        }
    }

    /// With so few decimals that an address stays short: five are about a metre.
    pub(crate) fn rounded(self) -> Self {
        let round = |degrees: f64| (degrees * 1e5).round() / 1e5;
        Self { west: round(self.west), south: round(self.south), east: round(self.east), north: round(self.north) }
    }
}

const METRES_A_DEGREE: f64 = 111_320.0;

impl From<geo_types::Rect> for LonLatBox {
    fn from(rect: geo_types::Rect) -> Self {
        Self { west: rect.min().x, south: rect.min().y, east: rect.max().x, north: rect.max().y }
    }
}

impl From<LonLatBox> for [f64; 4] {
    fn from(bbox: LonLatBox) -> Self {
        [bbox.west, bbox.south, bbox.east, bbox.north]
    }
}

impl std::fmt::Display for LonLatBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{},{},{}", self.west, self.south, self.east, self.north)
    }
}

/// An area that a visitor drew: three to [`Drawn::MOST_CORNERS`] corners, its last side closed by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawn(Vec<Coord>);

impl Drawn {
    /// More corners make an address that servers refuse.
    const MOST_CORNERS: usize = 400;

    /// Reads `lon,lat,lon,lat,…`; a last corner that repeats the first is dropped.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let numbers = numbers(text)?;
        let (pairs, rest) = numbers.as_chunks::<2>();
        let mut corners: Vec<Coord> = pairs.iter().map(|[x, y]| Coord { x: *x, y: *y }).collect();
        if corners.len() > 1 && corners.first() == corners.last() {
            corners.pop();
        }
        let is_area = rest.is_empty()
            && (3..=Self::MOST_CORNERS).contains(&corners.len())
            && corners.iter().all(|corner| is_position(corner.x, corner.y));
        is_area.then_some(Self(corners))
    }

    /// The smallest box around it.
    pub(crate) fn bounds(&self) -> LonLatBox {
        let around = |corner: &Coord| LonLatBox { west: corner.x, south: corner.y, east: corner.x, north: corner.y };
        let empty = LonLatBox { west: 180.0, south: 90.0, east: -180.0, north: -90.0 };
        self.0.iter().map(around).fold(empty, LonLatBox::joined)
    }
}

impl std::fmt::Display for Drawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, corner) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{},{}", corner.x, corner.y)?;
        }
        Ok(())
    }
}

/// Everything that comes as near to a point as so many metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Circle {
    centre: Coord,
    metres: f64,
}

impl Circle {
    const MOST_METRES: f64 = 100_000.0;

    /// Reads `lon,lat,metres`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let [x, y, metres] = numbers(text)?.try_into().ok()?;
        let is_circle = is_position(x, y) && metres > 0.0 && metres <= Self::MOST_METRES;
        is_circle.then_some(Self { centre: Coord { x, y }, metres })
    }

    /// The smallest box around it, about.
    pub(crate) fn bounds(&self) -> LonLatBox {
        let Coord { x, y } = self.centre;
        LonLatBox { west: x, south: y, east: x, north: y }.widened(self.metres)
    }
}

impl std::fmt::Display for Circle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{},{}", self.centre.x, self.centre.y, self.metres)
    }
}

/// Where a listing must lie, at least in part: in all of these that are given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Place {
    /// A box: what the map shows.
    pub(crate) bbox: Option<LonLatBox>,
    /// An area that was drawn.
    pub(crate) drawn: Option<Drawn>,
    /// A circle.
    pub(crate) circle: Option<Circle>,
}

impl Place {
    /// The areas to search.
    pub(crate) fn areas(&self) -> Vec<Area> {
        let bbox = self.bbox.map(|bbox| Area::Bbox(bbox.into()));
        let drawn = self.drawn.as_ref().map(|drawn| {
            let ring = LineString(drawn.0.clone());
            Area::Polygon(Crs::CRS84, MultiPolygon(vec![Polygon::new(ring, Vec::new())]))
        });
        let circle = self.circle.map(|circle| Area::Radius { centre: circle.centre, metres: circle.metres });
        bbox.into_iter().chain(drawn).chain(circle).collect()
    }

    /// What a map of it shows first.
    pub(crate) fn bounds(&self) -> Option<LonLatBox> {
        let drawn = self.drawn.as_ref().map(Drawn::bounds);
        drawn.or_else(|| self.circle.as_ref().map(Circle::bounds)).or(self.bbox)
    }
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(|part| part.trim().parse().ok().filter(|number: &f64| number.is_finite())).collect()
}

fn is_position(lon: f64, lat: f64) -> bool {
    (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)
}

#[cfg(test)]
mod tests {
    use super::{Circle, Drawn, LonLatBox};

    fn check(read: Option<impl ToString>, expected: Option<&str>) {
        assert_eq!(read.map(|place| place.to_string()).as_deref(), expected);
    }

    #[test]
    fn a_box_may_cross_the_antimeridian_but_not_stand_on_its_head() {
        check(LonLatBox::parse("179,-1,-179,1"), Some("179,-1,-179,1"));
        check(LonLatBox::parse("12,52,13,51"), None);
        check(LonLatBox::parse("1,2,3"), None);
        check(LonLatBox::parse("inf,51,13,52"), None);
    }

    #[test]
    fn a_drawn_area_has_three_corners_or_more() {
        check(Drawn::parse("12,51,13,51,13,52"), Some("12,51,13,51,13,52"));
        check(Drawn::parse("12,51,13,51,13,52,12,51"), Some("12,51,13,51,13,52"));
        check(Drawn::parse("12,51,13,51"), None);
        check(Drawn::parse("12,51,13,51,13"), None);
        check(Drawn::parse("12,51,13,51,13,91"), None);
        check(Drawn::parse("12,51,NaN,51,13,52"), None);
        check(Drawn::parse(&"12,51,13,51,13,52,".repeat(200)), None);
        assert_eq!(Drawn::parse("12,51,13,51,13,52").map(|drawn| drawn.bounds()), LonLatBox::parse("12,51,13,52"));
    }

    #[test]
    fn a_circle_has_a_radius() {
        check(Circle::parse("12.9,51.1,500"), Some("12.9,51.1,500"));
        check(Circle::parse("12.9,51.1,0"), None);
        check(Circle::parse("12.9,51.1,-5"), None);
        check(Circle::parse("12.9,51.1,1000000"), None);
        check(Circle::parse("12.9,51.1"), None);
    }

    #[test]
    fn a_wider_box_is_wider_by_as_much_on_each_side() {
        let bbox = LonLatBox::parse("12.9,51.1,12.9,51.1").unwrap().widened(1113.2);
        assert!((bbox.north - 51.11).abs() < 1e-9 && (bbox.east - 12.9 - 0.015_92).abs() < 1e-4, "{bbox}");
    }
}
