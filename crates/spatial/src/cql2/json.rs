//! CQL2 as JSON (OGC 21-065r2, annex C).

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};
use serde_json::Value;

use super::{Budget, Expr, Literal, Name, Operator, ParseError, date, shorten, timestamp};

/// Reads a filter from the text of its JSON.
pub fn from_json_text(text: &str) -> Result<Expr, ParseError> {
    let value = serde_json::from_str(text)
        .map_err(|error| ParseError::Value { reason: format!("the filter is no JSON: {error}") })?;
    from_json(&value)
}

/// Reads a filter from its JSON.
pub fn from_json(value: &Value) -> Result<Expr, ParseError> {
    read(value, &mut Budget::default())?.not_too_deep()
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, ParseError> {
    Err(ParseError::Value { reason: reason.into() })
}

fn read(value: &Value, budget: &mut Budget) -> Result<Expr, ParseError> {
    budget.take()?;
    budget.descend()?;
    let expr = match value {
        Value::Null => refuse("null is no value; the operator \"isNull\" asks for it"),
        Value::Bool(yes) => Ok(Expr::Boolean(*yes)),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Ok(Expr::Integer(number)),
            (None, Some(number)) if number.is_finite() => Ok(Expr::Real(number)),
            _ => refuse(format!("the number {} is too large", shorten(&number.to_string()))),
        },
        Value::String(text) => Ok(Expr::Text(text.as_str().into())),
        Value::Array(members) => {
            members.iter().map(|member| read(member, budget)).collect::<Result<_, _>>().map(Expr::Array)
        }
        Value::Object(object) => read_object(object, budget),
    };
    budget.ascend();
    expr
}

fn read_object(object: &serde_json::Map<String, Value>, budget: &mut Budget) -> Result<Expr, ParseError> {
    let text = |name: &str, value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        _ => refuse(format!("\"{name}\" must be a text")),
    };
    if let Some(op) = object.get("op") {
        let name = text("op", op)?;
        let Some(operator) = Operator::from_name(&name) else {
            return Err(ParseError::UnknownFunction { name: shorten(&name) });
        };
        let Some(Value::Array(operands)) = object.get("args") else {
            return refuse(format!("\"{}\" needs its operands as a list \"args\"", operator.name()));
        };
        let operands = operands.iter().map(|operand| read(operand, budget)).collect::<Result<_, _>>()?;
        return Expr::call(operator, operands);
    }
    if object.contains_key("type") {
        return geometry(object, budget).map(|geometry| Expr::Geometry(Box::new(Literal::Geometry(geometry))));
    }
    match object.iter().next() {
        Some((member, value)) if object.len() == 1 => match member.as_str() {
            "property" => Ok(Expr::Property(Name { text: text("property", value)?.into(), is_quoted: false })),
            "date" => date(&text("date", value)?),
            "timestamp" => timestamp(&text("timestamp", value)?),
            "interval" => match value.as_array().map(Vec::as_slice) {
                Some([start, end]) => Ok(Expr::Interval(Box::new([read(start, budget)?, read(end, budget)?]))),
                _ => refuse("\"interval\" must be a list of two"),
            },
            "bbox" => bbox(value, budget).map(|corners| Expr::Geometry(Box::new(Literal::Bbox(corners)))),
            other => refuse(format!("\"{}\" is no part of a filter", shorten(other))),
        },
        _ => refuse(
            "an object in a filter needs \"op\", \"property\", \"date\", \"timestamp\", \"interval\", \"bbox\" or \"type\"",
        ),
    }
}

fn bbox(value: &Value, budget: &mut Budget) -> Result<[f64; 4], ParseError> {
    let corners = numbers(value, budget)?;
    match corners[..] {
        [x0, y0, x1, y1] | [x0, y0, _, x1, y1, _] => Ok([x0, y0, x1, y1]),
        _ => Err(ParseError::OperandCount { operator: "bbox", takes: "4 or 6".into(), given: corners.len() }),
    }
}

fn numbers(value: &Value, budget: &mut Budget) -> Result<Vec<f64>, ParseError> {
    members(value)?
        .iter()
        .map(|number| {
            budget.take()?;
            number
                .as_f64()
                .filter(|number| number.is_finite())
                .map_or_else(|| refuse("a coordinate must be a number"), Ok)
        })
        .collect()
}

fn members(value: &Value) -> Result<&[Value], ParseError> {
    value.as_array().map_or_else(|| refuse("coordinates must be lists"), |members| Ok(members.as_slice()))
}

/// A GeoJSON geometry (RFC 7946, section 3.1), heights left out.
fn geometry(object: &serde_json::Map<String, Value>, budget: &mut Budget) -> Result<Geometry, ParseError> {
    let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
    let coordinates =
        || object.get("coordinates").map_or_else(|| refuse(format!("a {} needs coordinates", shorten(kind))), Ok);
    Ok(match kind {
        "Point" => Point(position(coordinates()?, budget)?).into(),
        "LineString" => line(coordinates()?, budget)?.into(),
        "Polygon" => polygon(coordinates()?, budget)?.into(),
        "MultiPoint" => {
            MultiPoint(list(coordinates()?, budget, |value, budget| position(value, budget).map(Point))?).into()
        }
        "MultiLineString" => MultiLineString(list(coordinates()?, budget, line)?).into(),
        "MultiPolygon" => MultiPolygon(list(coordinates()?, budget, polygon)?).into(),
        "GeometryCollection" => {
            let Some(Value::Array(parts)) = object.get("geometries") else {
                return refuse("a GeometryCollection needs a list of geometries");
            };
            budget.descend()?;
            let part = |part: &Value| match part {
                Value::Object(object) => geometry(object, budget),
                _ => refuse("a geometry must be an object"),
            };
            let parts = parts.iter().map(part).collect::<Result<_, _>>()?;
            budget.ascend();
            Geometry::GeometryCollection(GeometryCollection(parts))
        }
        other => return refuse(format!("\"{}\" is not a type of geometry", shorten(other))),
    })
}

fn list<T>(
    value: &Value,
    budget: &mut Budget,
    mut member: impl FnMut(&Value, &mut Budget) -> Result<T, ParseError>,
) -> Result<Vec<T>, ParseError> {
    members(value)?.iter().map(|value| member(value, budget)).collect()
}

fn position(value: &Value, budget: &mut Budget) -> Result<Coord, ParseError> {
    match numbers(value, budget)?[..] {
        [x, y] | [x, y, _] | [x, y, _, _] => Ok(Coord { x, y }),
        _ => refuse("a position must have two or three numbers"),
    }
}

fn line(value: &Value, budget: &mut Budget) -> Result<LineString, ParseError> {
    list(value, budget, position).map(LineString)
}

fn polygon(value: &Value, budget: &mut Budget) -> Result<Polygon, ParseError> {
    let mut rings = list(value, budget, line)?.into_iter();
    let exterior = rings.next().map_or_else(|| refuse("a Polygon needs a ring"), Ok)?;
    super::polygon(exterior, rings.collect())
}
