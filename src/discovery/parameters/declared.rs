//! Ranges that the code declares itself.

use super::spot::{Sighting, Spot, rank, spot};
use crate::discovery::found::{PlaceKind, RangeSource, SearchRange, ValueType};
use crate::discovery::lineage::Lineage;
use crate::discovery::python::{Call, Expr, ExprKind, StmtKind, each_expr};
use crate::discovery::repository::{FileId, Repository};
use crate::strategy::Value;
use std::collections::BTreeMap;

pub type Range = (SearchRange, RangeSource);

fn declared(range: SearchRange) -> Option<Range> {
    Some((range, RangeSource::Declared))
}

/// A range between two numbers, whole where all are.
pub fn between(low: f64, high: f64, step: Option<f64>, whole: bool) -> Option<SearchRange> {
    if !(low.is_finite() && high.is_finite() && low < high) || step.is_some_and(|step| step.is_nan() || step <= 0.0) {
        return None;
    }
    let exact = |number: f64| number.fract() == 0.0 && number.abs() < 1e15;
    if whole && exact(low) && exact(high) && step.is_none_or(exact) {
        return Some(SearchRange::Int { low: low as i64, high: high as i64, step: step.map_or(1, |step| step as i64) });
    }
    Some(SearchRange::Float { low, high, step, log: low > 0.0 && high / low >= 100.0 })
}

fn choices(expr: &Expr) -> Option<SearchRange> {
    let choices: Option<Vec<Value>> = expr.elements()?.iter().map(|one| one.literal().cloned()).collect();
    choices.filter(|choices| choices.len() > 1).map(|choices| SearchRange::Choice { choices })
}

fn is_whole(value: &Value) -> bool {
    matches!(value, Value::Int(_))
}

/// pydantic's `Field(20, ge=5, le=60)`.
pub fn field_bounds(call: &Call, value: &Value) -> Option<Range> {
    let number = |names: [&str; 2]| names.into_iter().find_map(|name| call.keyword(name)?.number());
    let (low, high) = (number(["ge", "gt"])?, number(["le", "lt"])?);
    declared(between(low, high, None, is_whole(value))?)
}

/// `IntParameter(5, 50, default=20)` and its kin, at the bytes of the default.
pub fn framework_parameter(repository: &Repository, file: FileId, name: &str, call: &Call) -> Option<Spot> {
    let kind = call.function.last_name()?;
    let default = call.keyword("default");
    let number = |at: usize, name: &str| call.positional.get(at).or_else(|| call.keyword(name)).and_then(Expr::number);
    let range = match kind {
        "IntParameter" | "DecimalParameter" | "RealParameter" => {
            let (mut low, mut high) = (number(0, "low"), number(1, "high"));
            if let Some(items) = call.positional.first().and_then(|first| first.elements()) {
                (low, high) = (items.first().and_then(Expr::number), items.get(1).and_then(Expr::number));
            }
            let decimals = call.keyword("decimals").and_then(Expr::number).unwrap_or(3.0).clamp(0.0, 12.0);
            let step = (kind == "DecimalParameter").then(|| 10f64.powi(-(decimals as i32)));
            between(low?, high?, step, kind == "IntParameter")
        }
        "CategoricalParameter" => call.positional.first().or_else(|| call.keyword("categories")).and_then(choices),
        "BooleanParameter" => Some(SearchRange::Bool),
        _ => return None,
    };
    let default = default?;
    let mut spot = spot(
        repository,
        Sighting::of(file, default, name).standing(PlaceKind::FrameworkParameter, rank::FRAMEWORK, name),
    );
    if kind == "CategoricalParameter" {
        spot.value_type = ValueType::Categorical;
    }
    spot.range = range.and_then(declared);
    Some(spot)
}

/// `Literal["ema", "sma"]`
pub fn literal_annotation(annotation: &Expr) -> Option<Range> {
    let ExprKind::Subscript(head, items) = &annotation.kind else { return None };
    if head.last_name() != Some("Literal") {
        return None;
    }
    declared(choices(items)?)
}

/// jesse's `hyperparameters()`: a list of dicts with name, type, min, max, default.
pub fn hyperparameters(repository: &Repository, lineage: &Lineage<'_>) -> Vec<Spot> {
    let mut spots = Vec::new();
    let Some(method) = lineage.method("hyperparameters") else { return spots };
    each_expr(&method.function.body, &mut |expr| {
        let Some(items) = expr.dict() else { return };
        let get = |name: &str| {
            items.iter().find(|(key, _)| key.as_ref().and_then(Expr::string) == Some(name)).map(|(_, v)| v)
        };
        let (Some(name), Some(default)) = (get("name").and_then(Expr::string), get("default")) else { return };
        let file = method.ancestor.id.file;
        let mut one = spot(
            repository,
            Sighting::of(file, default, name).standing(PlaceKind::FrameworkParameter, rank::FRAMEWORK, name),
        );
        one.range = range_of_dict(items, &one.value).and_then(declared);
        spots.push(one);
    });
    spots
}

fn range_of_dict(items: &[(Option<Expr>, Expr)], value: &Value) -> Option<SearchRange> {
    let get = |names: &[&str]| {
        names.iter().find_map(|name| {
            items.iter().find(|(key, _)| key.as_ref().and_then(Expr::string) == Some(name)).map(|(_, value)| value)
        })
    };
    if let Some(list) = get(&["choices", "options", "values", "categories"]) {
        return choices(list);
    }
    let low = get(&["min", "low", "min_value", "lower"])?.number()?;
    let high = get(&["max", "high", "max_value", "upper"])?.number()?;
    let kind = get(&["type"]).map(|kind| kind.last_name().or(kind.string()).unwrap_or("").to_owned());
    let whole = match kind.as_deref() {
        Some("int" | "integer") => true,
        Some("float") => false,
        _ => is_whole(value) || (low.fract() == 0.0 && high.fract() == 0.0 && *value == Value::Null),
    };
    between(low, high, get(&["step"]).and_then(Expr::number), whole)
}

/// Methods and attributes that hold a dict of ranges.
fn declares_ranges(name: &str) -> bool {
    matches!(
        name,
        "get_params_config"
            | "get_parameter_ranges"
            | "get_param_ranges"
            | "parameter_ranges"
            | "param_ranges"
            | "param_grid"
            | "get_param_grid"
            | "parameter_grid"
            | "tunable_parameters"
            | "get_tunable_parameters"
            | "parameter_space"
            | "get_parameter_space"
            | "param_space"
            | "search_space"
            | "get_search_space"
            | "optimization_params"
            | "get_optimization_params"
            | "PARAM_GRID"
            | "PARAM_RANGES"
            | "PARAM_SPACE"
            | "SEARCH_SPACE"
            | "optimize_params"
            | "params_config"
            | "get_optimization_space"
            | "get_parameters_schema"
            | "params_type"
            | "TUNABLE_PARAMETERS"
    )
}

/// Ranges by parameter name, from dicts of ranges and from optuna's `suggest_int` calls.
pub fn ranges(lineage: &Lineage<'_>, whole: &dyn Fn(&str) -> bool) -> BTreeMap<String, Range> {
    let mut ranges = BTreeMap::new();
    // The class's own declaration is read last, so that it wins over a base's.
    for ancestor in lineage.classes.iter().rev() {
        for stmt in &ancestor.class.body {
            match &stmt.kind {
                StmtKind::Function(function) if declares_ranges(&function.name) => {
                    each_expr(&function.body, &mut |expr| read_ranges(expr, whole, &mut ranges));
                }
                StmtKind::Assign(target) => {
                    let named = target.targets.iter().any(|one| one.name().is_some_and(declares_ranges));
                    if let (true, Some(value)) = (named, &target.value) {
                        read_ranges(value, whole, &mut ranges);
                    }
                }
                _ => {}
            }
        }
    }
    // An objective function usually stands beside the class.
    each_expr(lineage.own().source.body(), &mut |expr| {
        if let Some(call) = expr.call() {
            suggestion(call, &mut ranges);
        }
    });
    ranges
}

fn read_ranges(expr: &Expr, whole: &dyn Fn(&str) -> bool, ranges: &mut BTreeMap<String, Range>) {
    if let Some(items) = expr.elements() {
        for item in items.iter().filter_map(Expr::dict) {
            let name = item.iter().find(|(key, _)| key.as_ref().and_then(Expr::string) == Some("name"));
            if let Some(name) = name.and_then(|(_, value)| value.string())
                && let Some(range) = range_of_dict(item, &Value::Null).and_then(declared)
            {
                ranges.insert(name.to_owned(), range);
            }
        }
        return;
    }
    for (key, value) in expr.dict().unwrap_or_default() {
        let Some(name) = key.as_ref().and_then(Expr::string) else { continue };
        let sample = if whole(name) { Value::Int(0) } else { Value::Float(0.0) };
        let range = match &value.kind {
            ExprKind::Dict(items) => range_of_dict(items, &sample),
            ExprKind::Tuple(items) => match items.as_slice() {
                [low, high] => {
                    low.number().zip(high.number()).and_then(|(low, high)| between(low, high, None, whole(name)))
                }
                [low, high, step] => low
                    .number()
                    .zip(high.number())
                    .and_then(|(low, high)| between(low, high, step.number(), whole(name))),
                _ => choices(value),
            },
            ExprKind::List(_) => choices(value),
            ExprKind::Call(call) if call.function.is_name("range") => {
                let numbers: Vec<f64> = call.positional.iter().filter_map(Expr::number).collect();
                match numbers.as_slice() {
                    [low, end] => between(*low, end - 1.0, None, true),
                    [low, end, step] if *step > 0.0 => {
                        between(*low, low + ((end - 1.0 - low) / step).floor() * step, Some(*step), true)
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some(range) = range.and_then(declared) {
            ranges.insert(name.to_owned(), range);
        }
    }
}

/// `trial.suggest_int("lookback", 5, 60, step=5)`
fn suggestion(call: &Call, ranges: &mut BTreeMap<String, Range>) {
    let Some(kind) = call.function.last_name().and_then(|name| name.strip_prefix("suggest_")) else { return };
    let Some(name) = call.positional.first().and_then(Expr::string) else { return };
    let number = |at: usize, name: &str| call.positional.get(at).or_else(|| call.keyword(name)).and_then(Expr::number);
    let range = match kind {
        "int" | "float" | "uniform" | "loguniform" | "discrete_uniform" => {
            let (Some(low), Some(high)) = (number(1, "low"), number(2, "high")) else { return };
            let step = call.keyword("step").and_then(Expr::number);
            between(low, high, step, kind == "int")
        }
        "categorical" => call.positional.get(1).or_else(|| call.keyword("choices")).and_then(choices),
        _ => None,
    };
    if let Some(range) = range.and_then(declared) {
        ranges.entry(name.to_owned()).or_insert(range);
    }
}
