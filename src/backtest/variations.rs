use crate::discovery::Parameter;
use crate::optimize::space::Space;
use crate::seed::Seed;
use crate::strategy::{ParamSet, Value};
use rand::RngExt;
use std::collections::BTreeSet;

/// How far a variation strays from the current value, as a share of the searched range, both ways.
const REACH: f64 = 0.15;

/// Draws per wanted variation before a small space counts as exhausted.
const ATTEMPTS: usize = 30;

/// Up to `count` different sets around the current values, in a fixed order. Only what differs is named; fewer
/// where the space has no more.
pub fn variations(parameters: &[Parameter], count: usize, seed: Seed) -> Vec<ParamSet> {
    let space = Space::from_parameters(parameters);
    let current = space.decode(&space.incumbent());
    let mut rng = seed.rng();
    let mut seen = BTreeSet::new();
    let mut found = Vec::with_capacity(count);
    for _ in 0..count.saturating_mul(ATTEMPTS) {
        if found.len() == count || space.dimensions().is_empty() {
            break;
        }
        let wanted: ParamSet = parameters
            .iter()
            .filter_map(|parameter| {
                let own = current.get(&parameter.name)?;
                Some((parameter.name.clone(), near(parameter, own, &mut rng)))
            })
            .collect();
        let mut set = space.clip(&wanted);
        set.retain(|name, value| current.get(name) != Some(value));
        if !set.is_empty() && seen.insert(format!("{set:?}")) {
            found.push(set);
        }
    }
    found
}

fn near(parameter: &Parameter, own: &Value, rng: &mut impl rand::Rng) -> Value {
    use crate::discovery::SearchRange;
    let stray = |low: f64, high: f64, rng: &mut dyn FnMut() -> f64| (high - low) * REACH * (2.0 * rng() - 1.0);
    let mut unit = || rng.random::<f64>();
    match (&parameter.range, own.as_f64()) {
        (Some(SearchRange::Int { low, high, .. }), Some(at)) => {
            // At least one step, or a narrow range would never move.
            let by = stray(*low as f64, *high as f64, &mut unit);
            Value::Int((at + if by.abs() < 1.0 { by.signum() } else { by }).round() as i64)
        }
        (Some(SearchRange::Float { low, high, log: true, .. }), Some(at)) if at > 0.0 && *low > 0.0 => {
            Value::Float((at.ln() + stray(low.ln(), high.ln(), &mut unit)).exp())
        }
        (Some(SearchRange::Float { low, high, .. }), Some(at)) => Value::Float(at + stray(*low, *high, &mut unit)),
        (Some(SearchRange::Bool), _) => Value::Bool(unit() < 0.5),
        (Some(SearchRange::Choice { choices }), _) => {
            let index = (unit() * choices.len() as f64) as usize;
            choices.get(index).cloned().unwrap_or_else(|| own.clone())
        }
        _ => own.clone(),
    }
}
