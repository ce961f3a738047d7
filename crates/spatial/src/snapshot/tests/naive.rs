//! Filters the slow way: values by name, one record at a time, geometry by `geo` without any preparation.

use cadastre::{publication::View, value::ValueRef};
use geo::Relate;
use geo_types::{Geometry, Rect};

use super::{fixture::STORE, published};
use crate::{
    Crs,
    cql2::{
        Arithmetic, ArrayRelation, Comparison, Expr, Literal, Operator, SpatialRelation as S, TemporalRelation as T,
    },
    densify::geometry_to_crs84,
};

#[derive(Clone, Debug, PartialEq)]
enum V {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// As RFC 3339, which is in order.
    Day(String),
    Instant(String),
    Period(Option<String>, Option<String>),
    List(Vec<V>),
}

pub(super) fn truth(filter: &Expr, view: &View<'_>, geometry: Option<&Geometry>, crs: Crs) -> Option<bool> {
    match value(filter, view, geometry, crs) {
        V::Bool(yes) => Some(yes),
        V::Null => None,
        other => panic!("{filter:?} is {other:?}"),
    }
}

fn value(expr: &Expr, view: &View<'_>, geometry: Option<&Geometry>, crs: Crs) -> V {
    let of = |expr: &Expr| value(expr, view, geometry, crs);
    match expr {
        Expr::Boolean(yes) => V::Bool(*yes),
        Expr::Integer(number) => V::Number(*number as f64),
        Expr::Real(number) => V::Number(*number),
        Expr::Text(text) => V::Text(text.to_string()),
        Expr::Date(day) => V::Day(day.to_string()),
        Expr::Timestamp(at) => V::Instant(at.to_string()),
        Expr::Interval(ends) => {
            let ends = [&ends[0], &ends[1]].map(|end| match (end, of(end)) {
                (Expr::Text(text), _) if &**text == ".." => Some(None),
                (_, V::Day(text) | V::Instant(text) | V::Text(text)) => Some(Some(text)),
                _ => None,
            });
            let [Some(start), Some(end)] = ends else { return V::Null };
            V::Period(start, end)
        }
        Expr::Array(members) => V::List(members.iter().map(of).collect()),
        Expr::Geometry(_) => panic!("geometries are only operands of relations"),
        Expr::Property(name) => match view.value(&name.text) {
            ValueRef::Null => V::Null,
            ValueRef::Text(text) => V::Text(text.into_owned()),
            ValueRef::Integer(number) => V::Number(number as f64),
            ValueRef::Real(number) => V::Number(number),
            ValueRef::Boolean(yes) => V::Bool(yes),
            ValueRef::Date(day) => V::Day(day.to_string()),
            ValueRef::Timestamp(at) => V::Instant(at.to_string()),
            ValueRef::List(texts) => V::List(texts.into_iter().map(|text| V::Text(text.into_owned())).collect()),
        },
        Expr::Call(operator, operands) => call(*operator, operands, &of, geometry, crs).map_or(V::Null, |value| value),
    }
}

fn call(
    operator: Operator,
    operands: &[Expr],
    of: &dyn Fn(&Expr) -> V,
    geometry: Option<&Geometry>,
    crs: Crs,
) -> Option<V> {
    let boolean = |expr: &Expr| match of(expr) {
        V::Bool(yes) => Some(yes),
        _ => None,
    };
    let text = |expr: &Expr| match of(expr) {
        V::Text(text) => Some(text),
        _ => None,
    };
    let number = |expr: &Expr| match of(expr) {
        V::Number(number) => Some(number),
        _ => None,
    };
    let holds = match operator {
        Operator::And => {
            let parts: Vec<_> = operands.iter().map(boolean).collect();
            if parts.contains(&Some(false)) { false } else { parts.iter().all(Option::is_some).then_some(true)? }
        }
        Operator::Or => {
            let parts: Vec<_> = operands.iter().map(boolean).collect();
            if parts.contains(&Some(true)) { true } else { parts.iter().all(Option::is_some).then_some(false)? }
        }
        Operator::Not => !boolean(&operands[0])?,
        Operator::IsNull => match &operands[0] {
            Expr::Property(name) if &*name.text == "geometry" => geometry.is_none(),
            other => of(other) == V::Null,
        },
        Operator::Compare(comparison) => compare(comparison, &of(&operands[0]), &of(&operands[1]))?,
        Operator::Between => {
            let [x, low, high] = [0, 1, 2].map(|at| number(&operands[at]));
            match (x.zip(low).map(|(x, low)| x >= low), x.zip(high).map(|(x, high)| x <= high)) {
                (Some(false), _) | (_, Some(false)) => false,
                (above, below) => above? && below?,
            }
        }
        Operator::In => {
            let V::List(members) = of(&operands[1]) else { panic!("a list") };
            let needle = of(&operands[0]);
            let found: Vec<_> = members.iter().map(|member| compare(Comparison::Equal, &needle, member)).collect();
            if found.contains(&Some(true)) { true } else { found.iter().all(Option::is_some).then_some(false)? }
        }
        Operator::Like => {
            let [text, pattern] =
                [text(&operands[0])?, text(&operands[1])?].map(|text| text.chars().collect::<Vec<_>>());
            like(&text, &pattern)
        }
        Operator::CaseI => return Some(V::Text(text(&operands[0])?.to_lowercase())),
        Operator::AccentI => {
            let plain = |c| match c {
                'ä' => 'a',
                'Ö' => 'O',
                'ö' => 'o',
                other => other,
            };
            return Some(V::Text(text(&operands[0])?.chars().map(plain).collect()));
        }
        Operator::Arithmetic(arithmetic) => {
            let (a, b) = (number(&operands[0])?, number(&operands[1])?);
            let result = match arithmetic {
                Arithmetic::Add => a + b,
                Arithmetic::Subtract => a - b,
                Arithmetic::Multiply => a * b,
                Arithmetic::Divide => a / b,
                Arithmetic::Modulo => a % b,
                Arithmetic::IntegerDivide => (a / b).trunc(),
                Arithmetic::Power => a.powf(b),
            };
            return result.is_finite().then_some(V::Number(result));
        }
        Operator::Spatial(relation) => relate(relation, &operands[0], &operands[1], geometry, crs)?,
        Operator::Temporal(relation) => temporal(relation, &of(&operands[0]), &of(&operands[1]))?,
        Operator::Array(relation) => {
            let (V::List(a), V::List(b)) = (of(&operands[0]), of(&operands[1])) else { return None };
            let all = |a: &[V], b: &[V]| a.iter().all(|member| b.contains(member));
            match relation {
                ArrayRelation::Equals => all(&a, &b) && all(&b, &a),
                ArrayRelation::Contains => all(&b, &a),
                ArrayRelation::ContainedBy => all(&a, &b),
                ArrayRelation::Overlaps => a.iter().any(|member| b.contains(member)),
            }
        }
    };
    Some(V::Bool(holds))
}

fn compare(comparison: Comparison, a: &V, b: &V) -> Option<bool> {
    let order = match (a, b) {
        (V::Bool(a), V::Bool(b)) => a.cmp(b),
        (V::Number(a), V::Number(b)) => a.partial_cmp(b)?,
        (V::Text(a), V::Text(b)) | (V::Day(a), V::Day(b)) | (V::Instant(a), V::Instant(b)) => a.cmp(b),
        (V::Day(day), V::Instant(at)) => format!("{day}T00:00:00Z").cmp(at),
        (V::Instant(at), V::Day(day)) => at.cmp(&format!("{day}T00:00:00Z")),
        (V::Day(day), V::Text(text)) => day.cmp(text),
        (V::Text(text), V::Day(day)) => text.cmp(day),
        _ => return None,
    };
    Some(match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::Greater => order.is_gt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::GreaterOrEqual => order.is_ge(),
    })
}

fn like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|skip| like(&text[skip..], rest)),
        ['_', rest @ ..] => !text.is_empty() && like(&text[1..], rest),
        [c, rest @ ..] => text.first() == Some(c) && like(&text[1..], rest),
    }
}

/// Texts of one granularity are in the order of time.
fn temporal(relation: T, t1: &V, t2: &V) -> Option<bool> {
    let ends = |value: &V, fine: bool| {
        let at = |text: &String, last: &str| {
            if fine && text.len() == 10 { format!("{text}{last}") } else { text.clone() }
        };
        Some(match value {
            V::Day(text) | V::Instant(text) => (at(text, "T00:00:00Z"), at(text, "T23:59:59.999999999Z")),
            V::Period(start, end) => (
                start.as_ref().map_or_else(String::new, |text| at(text, "T00:00:00Z")),
                end.as_ref().map_or_else(|| "~".into(), |text| at(text, "T23:59:59.999999999Z")),
            ),
            _ => return None,
        })
    };
    let is_fine = |value: &V| match value {
        V::Instant(_) => true,
        V::Period(start, end) => [start, end].into_iter().flatten().any(|text| text.len() > 10),
        _ => false,
    };
    let fine = is_fine(t1) || is_fine(t2);
    let ((a, b), (c, d)) = (ends(t1, fine)?, ends(t2, fine)?);
    Some(match relation {
        T::After => a > d,
        T::Before => b < c,
        T::Disjoint => a > d || b < c,
        T::Intersects => !(a > d || b < c),
        T::Equals => a == c && b == d,
        T::Contains => a < c && b > d,
        T::During => c < a && d > b,
        T::FinishedBy => a < c && b == d,
        T::Finishes => c < a && b == d,
        T::Meets => b == c,
        T::MetBy => a == d,
        T::OverlappedBy => c < a && a < d && d < b,
        T::Overlaps => a < c && c < b && b < d,
        T::StartedBy => a == c && d < b,
        T::Starts => a == c && b < d,
    })
}

fn relate(relation: S, a: &Expr, b: &Expr, own: Option<&Geometry>, crs: Crs) -> Option<bool> {
    let given = |literal: &Literal| {
        let geometry = match literal {
            Literal::Bbox([x0, y0, x1, y1]) => Geometry::from(Rect::new((*x0, *y0), (*x1, *y1)).to_polygon()),
            Literal::Geometry(geometry) => geometry.clone(),
        };
        if crs == STORE || crs == Crs::CRS84 { geometry } else { geometry_to_crs84(crs, &geometry).unwrap() }
    };
    let side = |expr: &Expr| {
        if let Expr::Geometry(literal) = expr {
            return Some(given(literal));
        }
        let mut geometry = own?.clone();
        if crs != STORE {
            geometry = published(geometry);
        }
        Some(geometry)
    };
    let matrix = side(a)?.relate(&side(b)?);
    Some(match relation {
        S::Intersects => matrix.is_intersects(),
        S::Equals => matrix.is_equal_topo(),
        S::Disjoint => matrix.is_disjoint(),
        S::Touches => matrix.is_touches(),
        S::Within => matrix.is_within(),
        S::Overlaps => matrix.is_overlaps(),
        S::Crosses => matrix.is_crosses(),
        S::Contains => matrix.is_contains(),
    })
}
