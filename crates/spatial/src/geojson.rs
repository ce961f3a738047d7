//! GeoJSON (RFC 7946) straight into bytes. Accepts only what passed the gate: a [`View`].

use std::io::Write as _;

use cadastre::publication::View;
use geo_types::{Coord, Geometry};

use crate::{
    Shown,
    geometry::{Piece, Rings, Shape},
};

/// Decimals of coordinates: about a centimetre in degrees, a millimetre in metres.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Seven decimals.
    Degrees,
    /// Three decimals.
    Metres,
}

impl Precision {
    fn decimals(self) -> usize {
        match self {
            Self::Degrees => 7,
            Self::Metres => 3,
        }
    }
}

/// Axis order of the coordinates in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axes {
    /// Easting or longitude first.
    XY,
    /// Northing or latitude first, as e.g. EPSG:4326 defines it.
    YX,
}

/// How coordinates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoordinateStyle {
    /// Decimals.
    pub precision: Precision,
    /// Order.
    pub axes: Axes,
}

impl CoordinateStyle {
    /// That of CRS84: degrees, longitude first.
    pub const CRS84: Self = Self { precision: Precision::Degrees, axes: Axes::XY };
}

/// Appends a comma and a whole feature with its coordinates in CRS84.
pub(crate) fn push_feature(out: &mut Vec<u8>, shown: &Shown<'_>) {
    out.push(b',');
    open_feature(out, shown.view(), shown.shape_crs84(), CoordinateStyle::CRS84);
    out.push(b'}');
}

/// Writes a feature without its closing brace, so that the caller may add links.
pub fn open_feature(out: &mut Vec<u8>, view: &View<'_>, shape: Option<Shape<'_>>, style: CoordinateStyle) {
    out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
    write_json(out, view.id());
    out.extend_from_slice(b",\"geometry\":");
    match shape {
        Some(shape) => write_shape(out, &shape, style),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"properties\":{");
    for (index, (name, value)) in view.properties().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_json(out, name);
        out.push(b':');
        write_json(out, &value);
    }
    out.push(b'}');
}

/// Appends a value as JSON.
pub fn write_json<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Strings, numbers and lists of them always serialise, and a Vec takes every byte.
    let _ = serde_json::to_writer(out, value);
}

/// Writes a geometry object.
pub fn write_shape(out: &mut Vec<u8>, shape: &Shape<'_>, style: CoordinateStyle) {
    let name = shape.type_name();
    // A Vec takes every byte.
    let _ = write!(out, "{{\"type\":\"{name}\",");
    let collection = (name == "GeometryCollection").then(|| shape.to_geometry());
    if let Some(Geometry::GeometryCollection(parts)) = collection {
        out.extend_from_slice(b"\"geometries\":");
        write_array(out, &parts.0, |out, part| write_shape(out, &Shape::from(part), style));
    } else {
        out.extend_from_slice(b"\"coordinates\":");
        write_pieces(out, shape, name.starts_with("Multi"), style);
    }
    out.push(b'}');
}

fn write_pieces(out: &mut Vec<u8>, shape: &Shape<'_>, is_multi: bool, style: CoordinateStyle) {
    let mut separator = None;
    if is_multi {
        out.push(b'[');
    }
    shape.for_each_piece(|piece| {
        out.extend(separator.replace(b','));
        match piece {
            Piece::Point(coord) => write_position(out, coord, style),
            Piece::Line(line) => write_positions(out, line, style),
            Piece::Polygon(rings) => write_rings(out, rings, style),
        }
    });
    if is_multi {
        out.push(b']');
    }
}

fn write_array<T>(out: &mut Vec<u8>, items: &[T], mut write: impl FnMut(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

fn write_rings(out: &mut Vec<u8>, rings: Rings<'_>, style: CoordinateStyle) {
    let mut separator = None;
    out.push(b'[');
    for ring in rings.iter() {
        out.extend(separator.replace(b','));
        write_positions(out, ring, style);
    }
    out.push(b']');
}

fn write_positions(out: &mut Vec<u8>, coords: &[Coord], style: CoordinateStyle) {
    write_array(out, coords, |out, coord| write_position(out, *coord, style));
}

fn write_position(out: &mut Vec<u8>, coord: Coord, style: CoordinateStyle) {
    let (first, second) = match style.axes {
        Axes::XY => (coord.x, coord.y),
        Axes::YX => (coord.y, coord.x),
    };
    out.push(b'[');
    write_fixed(out, first, style.precision.decimals());
    out.push(b',');
    write_fixed(out, second, style.precision.decimals());
    out.push(b']');
}

/// Writes a number rounded to `decimals` without trailing zeros: several times faster than the
/// shortest form of a float, and shorter.
fn write_fixed(out: &mut Vec<u8>, number: f64, decimals: usize) {
    const LARGEST_EXACT: f64 = 9e15;
    let scaled = (number * 10f64.powi(decimals as i32)).round();
    if !scaled.is_finite() || scaled.abs() > LARGEST_EXACT {
        // No coordinate on Earth; written as it is so that nothing is falsified.
        return write_json(out, &number);
    }
    let mut digits = [b'0'; 24];
    let mut rest = scaled.abs() as u64;
    let mut at = digits.len();
    while rest > 0 || digits.len() - at <= decimals {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if scaled < 0.0 {
        out.push(b'-');
    }
    let (whole, fraction) = digits[at..].split_at(digits.len() - at - decimals);
    out.extend_from_slice(whole);
    let kept = fraction.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    if kept > 0 {
        out.push(b'.');
        out.extend_from_slice(&fraction[..kept]);
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{Geometry, point, polygon};
    use proptest::prelude::*;

    use crate::geometry::Shape;

    use super::{Axes, CoordinateStyle, Precision, write_fixed, write_shape};

    const DEGREES: CoordinateStyle = CoordinateStyle::CRS84;

    fn check(number: f64, decimals: usize, expected: &str) {
        let mut out = Vec::new();
        write_fixed(&mut out, number, decimals);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn numbers_are_rounded_and_carry_no_needless_zeros() {
        check(12.925, 7, "12.925");
        check(-0.000_000_04, 7, "0");
        check(-0.000_000_06, 7, "-0.0000001");
        check(0.05, 3, "0.05");
        check(360_000.0, 3, "360000");
        check(5_670_123.456_7, 3, "5670123.457");
        check(-180.0, 7, "-180");
        check(1e300, 3, "1e+300");
    }

    #[test]
    fn axes_are_written_as_the_authority_defines_them() {
        let geometry: Geometry = point!(x: 12.5, y: 51.25).into();
        let mut out = Vec::new();
        write_shape(
            &mut out,
            &Shape::from(&geometry),
            CoordinateStyle { precision: Precision::Degrees, axes: Axes::YX },
        );
        assert_eq!(out, br#"{"type":"Point","coordinates":[51.25,12.5]}"#);
    }

    #[test]
    fn a_hole_is_a_second_ring() {
        let geometry: Geometry = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0)],
            interiors: [[(x: 1.0, y: 0.5), (x: 3.0, y: 2.0), (x: 3.0, y: 0.5)]],
        )
        .into();
        let mut out = Vec::new();
        write_shape(&mut out, &Shape::from(&geometry), DEGREES);
        let text = r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[1,0.5],[3,2],[3,0.5],[1,0.5]]]}"#;
        assert_eq!(String::from_utf8(out).unwrap(), text);
    }

    proptest! {
        #[test]
        fn a_written_number_reads_back_within_half_a_unit(number in -1e8..1e8f64) {
            let mut out = Vec::new();
            write_fixed(&mut out, number, 7);
            let read: f64 = serde_json::from_slice(&out).unwrap();
            prop_assert!((read - number).abs() <= 0.5e-7 + number.abs() * 1e-15);
        }
    }
}
