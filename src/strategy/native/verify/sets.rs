//! Parameter sets for the gate: the user's own values, the corners of the ranges, and draws between them.

use crate::discovery::{Parameter, SearchRange};
use crate::seed::Seed;
use crate::strategy::{ParamSet, Value};
use rand::RngExt;

/// Sets of one verification.
const SETS: usize = 8;
/// Draws per wanted set before a small space counts as exhausted.
const ATTEMPTS: usize = 12;

/// Own values first. Only parameters that native code `takes` and that have a range are varied, and only in sets that
/// it can be given: those that `fit`.
pub fn sets(
    parameters: &[Parameter],
    takes: &dyn Fn(&str) -> bool,
    fit: &mut dyn FnMut(&ParamSet) -> bool,
    seed: Seed,
) -> Vec<ParamSet> {
    let varied: Vec<&Parameter> = parameters.iter().filter(|parameter| takes(&parameter.name)).collect();
    let mut found = vec![ParamSet::new()];
    let mut rng = seed.rng();
    let mut add = |set: ParamSet| {
        if fit(&set) && !found.contains(&set) && found.len() < SETS {
            found.push(set);
        }
    };
    for share in [0.0, 1.0] {
        add(draw(&varied, &mut || share));
    }
    // The corners may contradict each other; draws in the right order show the class at work.
    for _ in 0..SETS * ATTEMPTS {
        let set = draw(&varied, &mut || rng.random::<f64>());
        if ordered(parameters, &set) {
            add(set);
        }
    }
    found
}

fn draw(parameters: &[&Parameter], unit: &mut dyn FnMut() -> f64) -> ParamSet {
    parameters
        .iter()
        .filter_map(|parameter| {
            let share = unit();
            let value = match parameter.range.as_ref()? {
                SearchRange::Int { low, high, step } => {
                    let steps = (high - low) / (*step).max(1);
                    Value::Int(low + (share * steps as f64).round() as i64 * (*step).max(1))
                }
                SearchRange::Float { low, high, log: true, .. } if *low > 0.0 => {
                    Value::Float((low.ln() + share * (high.ln() - low.ln())).exp())
                }
                SearchRange::Float { low, high, .. } => Value::Float(low + share * (high - low)),
                SearchRange::Bool => Value::Bool(share < 0.5),
                SearchRange::Choice { choices } => {
                    choices.get((share * choices.len() as f64) as usize).or(choices.last())?.clone()
                }
            };
            (value != parameter.default).then(|| (parameter.name.clone(), value))
        })
        .collect()
}

fn ordered(parameters: &[Parameter], set: &ParamSet) -> bool {
    let value = |name: &str| {
        let own = parameters.iter().find(|parameter| parameter.name == name).map(|parameter| &parameter.default);
        set.get(name).or(own).and_then(Value::as_f64)
    };
    parameters.iter().all(|parameter| {
        let above = parameter.below.as_deref().and_then(value);
        !matches!((value(&parameter.name), above), (Some(low), Some(high)) if low >= high)
    })
}
