//! The parameters of a class: where each value stands, what it is for, and what a search may try.

mod comment;
mod declared;
mod gather;
mod ordered;
mod range;
mod role;
mod spot;
mod state;

pub use comment::range as comment_range;
pub use range::is_period_name;
pub use role::role;
pub use spot::type_of;

use range::{including, infer};
use spot::Spot;

use super::Override;
use super::construct::Chain;
use super::found::{Parameter, PlaceKind, RangeSource, Role, SearchRange, ValueType};
use super::lineage::Lineage;
use super::repository::Repository;
use crate::strategy::Value;
use std::collections::BTreeMap;

/// The parameters of one class as its Python source has them, in order of their names.
pub fn of(repository: &Repository, lineage: &Lineage<'_>, strategy: &str) -> Vec<Parameter> {
    let chain = Chain::of(lineage);
    let state = state::State::of(lineage);
    let mut spots = gather::gather(repository, lineage, &chain);
    // In a base's file that does not parse, a value may be missing: there is nothing to replace.
    spots.retain(|spot| spot.place.start < spot.place.end);
    spots.sort_by(|a, b| {
        (&a.name, a.rank, &a.place.path, a.place.start).cmp(&(&b.name, b.rank, &b.place.path, b.place.start))
    });
    spots.dedup_by(|a, b| a.name == b.name && a.place.path == b.place.path && a.place.start == b.place.start);
    let mut by_name: BTreeMap<String, Vec<Spot>> = BTreeMap::new();
    for spot in spots {
        by_name.entry(spot.name.clone()).or_default().push(spot);
    }
    let whole = |name: &str| {
        by_name.get(name).and_then(|spots| spots.first()).is_none_or(|spot| matches!(spot.value, Value::Int(_)))
    };
    let ranges = declared::ranges(lineage, &whole);
    let mut parameters = Vec::new();
    for (name, spots) in &by_name {
        let Some(winner) = spots.first() else { continue };
        let declared = ranges.get(name).filter(|(range, _)| fits(range, &winner.value)).cloned();
        let mut parameter = Parameter {
            strategy: strategy.to_owned(),
            name: name.clone(),
            value_type: winner.value_type,
            default: winner.value.clone(),
            role: role(name),
            range: None,
            range_source: None,
            why_not_searched: winner.barred.clone(),
            below: None,
            place: winner.place.clone(),
            shadowed: spots[1..].iter().map(|spot| spot.place.clone()).collect(),
            passed_as: Vec::new(),
        };
        // An attribute that only the framework or an outer program reads changes nothing when it runs here.
        let unread = match parameter.place.kind {
            PlaceKind::SelfAttribute | PlaceKind::ClassAttribute => !state.is_read(name),
            PlaceKind::ConstructorDefault => state.is_kept_unread(&chain, name),
            _ => false,
        };
        if unread && lineage.framework().is_none() {
            parameter.why_not_searched.get_or_insert_with(|| "the class never reads it".to_owned());
        }
        give_range(&mut parameter, spots.iter().find_map(|spot| spot.range.clone()).or(declared));
        parameters.push(parameter);
    }
    one_place_each(&mut parameters);
    parameters
}

/// Two names for the same bytes would be two searches over one value.
fn one_place_each(parameters: &mut Vec<Parameter>) {
    let bytes = |one: &Parameter| (one.place.path.clone(), one.place.start);
    let named: Vec<_> = parameters.iter().map(|one| (bytes(one), one.name.clone(), is_constant_itself(one))).collect();
    parameters.retain(|one| {
        let other = named.iter().any(|(place, name, constant)| *place == bytes(one) && *name != one.name && !constant);
        !(is_constant_itself(one) && other)
    });
    for at in 1..parameters.len() {
        let place = bytes(&parameters[at]);
        if let Some(first) = parameters[..at].iter().find(|one| bytes(one) == place).map(|one| one.name.clone()) {
            parameters[at].range = None;
            parameters[at].range_source = None;
            parameters[at].why_not_searched = Some(format!("it is the same value in the code as {first}"));
        }
    }
}

fn is_constant_itself(parameter: &Parameter) -> bool {
    parameter.place.kind == PlaceKind::ModuleConstant && parameter.place.key.to_lowercase() == parameter.name
}

fn fits(range: &SearchRange, value: &Value) -> bool {
    match range {
        SearchRange::Int { .. } | SearchRange::Float { .. } => {
            value.as_f64().is_some() && !matches!(value, Value::Bool(_))
        }
        SearchRange::Bool => matches!(value, Value::Bool(_)),
        SearchRange::Choice { .. } => !matches!(value, Value::Null),
    }
}

/// Sets the range from the declaration, else by inference, unless something bars the parameter from being searched.
pub fn give_range(parameter: &mut Parameter, declared: Option<(SearchRange, RangeSource)>) {
    parameter.range = None;
    parameter.range_source = None;
    if parameter.why_not_searched.is_some() {
        return;
    }
    if parameter.role == Role::Infrastructure {
        parameter.why_not_searched = Some("infrastructure, not part of the strategy's idea".to_owned());
        return;
    }
    if let Some((range, source)) = declared.filter(|(range, _)| fits(range, &parameter.default)) {
        let texts =
            matches!(&range, SearchRange::Choice { choices } if choices.iter().any(|one| matches!(one, Value::Str(_))));
        if texts && parameter.value_type != ValueType::Enum {
            parameter.value_type = ValueType::Categorical;
        }
        if matches!((&range, parameter.value_type), (SearchRange::Float { .. }, ValueType::Int)) {
            parameter.value_type = ValueType::Float;
        }
        parameter.range = Some(including(range, &parameter.default));
        parameter.range_source = Some(source);
        return;
    }
    match infer(&parameter.strategy, &parameter.name, &parameter.default) {
        Ok(range) => {
            parameter.range = Some(range);
            parameter.range_source = Some(RangeSource::Inferred);
        }
        Err(why) => parameter.why_not_searched = Some(why),
    }
}

/// Bounds and pins that the user gives.
pub fn apply_override(parameter: &mut Parameter, wish: &Override) {
    if wish.pinned.contains(&parameter.name) {
        parameter.range = None;
        parameter.range_source = None;
        parameter.why_not_searched = Some("pinned in the configuration".to_owned());
        return;
    }
    if let Some(&(low, high, step)) = wish.bounds.get(&parameter.name) {
        let whole = matches!(parameter.default, Value::Int(_));
        match declared::between(low, high, step, whole).filter(|range| fits(range, &parameter.default)) {
            Some(range) => {
                parameter.range = Some(range);
                parameter.range_source = Some(RangeSource::Configured);
                parameter.why_not_searched = None;
            }
            None => {
                parameter.range = None;
                parameter.range_source = None;
                parameter.why_not_searched =
                    Some(format!("the configured bounds {low}..{high} do not fit its value {}", parameter.default));
            }
        }
    }
}

pub fn order(parameters: &mut [Parameter]) {
    ordered::order(parameters);
}
