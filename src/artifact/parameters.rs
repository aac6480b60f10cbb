//! `parameters.parquet`: every parameter, the exact bytes it lives in, and the values a search may try.

use super::cell::{Json, words};
use super::table::table;
use crate::discovery::{Parameter, Place, PlaceKind, RangeSource, Role, SearchRange, ValueType};
use crate::strategy::Value;

words!(ValueType, Role, PlaceKind, RangeSource);

table! {
    /// One parameter of one strategy.
    pub struct ParameterRow {
        /// The strategy it belongs to.
        strategy_name: String,
        /// Name within the strategy.
        name: String,
        /// int, float, bool, categorical, enum, str, null or expression.
        r#type: ValueType,
        /// The value in force.
        default_value: Json<Value>,
        /// Lowest value a search may try; null where the range has no order or is not searched.
        low: Option<f64>,
        /// Highest value a search may try; null where the range has no order or is not searched.
        high: Option<f64>,
        /// Distance between values a search may try; null where any value between low and high may be.
        step: Option<f64>,
        /// The values a search may try where they are a list.
        choices: Option<Json<Vec<Value>>>,
        /// signal, risk or infrastructure.
        role: Role,
        /// Kind of place that holds the value in force: constructor_default, yaml, json and so on.
        source: PlaceKind,
        /// File that holds the value, relative to the strategy's root.
        path: String,
        /// Line of the value, one-based.
        line: u32,
        /// First byte of the value in the file.
        start_byte: u32,
        /// Byte after the value's last.
        end_byte: u32,
        /// What the value is called there, dotted.
        place_key: String,
        /// blake3 of the file when it was read.
        file_hash: String,
        /// The whole search range, exact; null where it is not searched.
        range: Option<Json<SearchRange>>,
        /// declared, comment, inferred or configured; null where it is not searched.
        range_source: Option<RangeSource>,
        /// Why it is not searched; null where it is.
        why_not_searched: Option<String>,
        /// The parameter that this one has to stay below.
        below: Option<String>,
        /// Keyword path through which a configuration file's value reaches the class.
        passed_as: Json<Vec<String>>,
        /// Further places that hold a value for it and lose.
        shadowed: Json<Vec<Place>>,
    }
    name: "parameters",
    stage: "discover",
    version: 1,
    key: ["strategy_name", "name"],
    check: check,
}

fn check(row: &ParameterRow) -> Result<(), String> {
    if row.strategy_name.is_empty() || row.name.is_empty() {
        return Err("strategy_name or name is empty".to_owned());
    }
    if row.start_byte > row.end_byte {
        return Err(format!("the value's span is {}..{}", row.start_byte, row.end_byte));
    }
    let range = row.range.as_ref().map(|range| &range.0);
    let sound = match range {
        None | Some(SearchRange::Bool) => true,
        Some(SearchRange::Int { low, high, step }) => low <= high && *step > 0,
        Some(SearchRange::Float { low, high, step, log }) => {
            low <= high && step.is_none_or(|step| step > 0.0) && (!log || *low > 0.0)
        }
        Some(SearchRange::Choice { choices }) => !choices.is_empty(),
    };
    if !sound {
        return Err(format!("the search range is empty or has no direction: {range:?}"));
    }
    if Bounds::of(range) != (Bounds { low: row.low, high: row.high, step: row.step }) {
        return Err("low, high and step are not those of range".to_owned());
    }
    Ok(())
}

#[derive(PartialEq)]
struct Bounds {
    low: Option<f64>,
    high: Option<f64>,
    step: Option<f64>,
}

impl Bounds {
    fn of(range: Option<&SearchRange>) -> Self {
        match range {
            Some(SearchRange::Int { low, high, step }) => {
                Self { low: Some(*low as f64), high: Some(*high as f64), step: Some(*step as f64) }
            }
            Some(SearchRange::Float { low, high, step, .. }) => {
                Self { low: Some(*low), high: Some(*high), step: *step }
            }
            None | Some(SearchRange::Bool | SearchRange::Choice { .. }) => Self { low: None, high: None, step: None },
        }
    }
}

impl From<Parameter> for ParameterRow {
    fn from(found: Parameter) -> Self {
        let Bounds { low, high, step } = Bounds::of(found.range.as_ref());
        let choices = match &found.range {
            Some(SearchRange::Choice { choices }) => Some(Json(choices.clone())),
            _ => None,
        };
        Self {
            strategy_name: found.strategy,
            name: found.name,
            r#type: found.value_type,
            default_value: Json(found.default),
            low,
            high,
            step,
            choices,
            role: found.role,
            source: found.place.kind,
            path: found.place.path,
            line: found.place.line,
            start_byte: found.place.start,
            end_byte: found.place.end,
            place_key: found.place.key,
            file_hash: found.place.file_hash,
            range: found.range.map(Json),
            range_source: found.range_source,
            why_not_searched: found.why_not_searched,
            below: found.below,
            passed_as: Json(found.passed_as),
            shadowed: Json(found.shadowed),
        }
    }
}

impl From<ParameterRow> for Parameter {
    fn from(row: ParameterRow) -> Self {
        Self {
            strategy: row.strategy_name,
            name: row.name,
            value_type: row.r#type,
            default: row.default_value.0,
            role: row.role,
            range: row.range.map(|range| range.0),
            range_source: row.range_source,
            why_not_searched: row.why_not_searched,
            below: row.below,
            place: Place {
                kind: row.source,
                path: row.path,
                line: row.line,
                start: row.start_byte,
                end: row.end_byte,
                key: row.place_key,
                file_hash: row.file_hash,
            },
            shadowed: row.shadowed.0,
            passed_as: row.passed_as.0,
        }
    }
}
