//! The strategies a stage works on, each with its parameters.

use super::{Context, Failure};
use crate::artifact::{self, ParameterRow, StrategyRow};
use crate::discovery::{Parameter, Status, Strategy};
use std::collections::BTreeMap;

pub struct Subject {
    pub strategy: Strategy,
    pub parameters: Vec<Parameter>,
}

/// Runnable strategies in name order, or those the command line asked for.
///
/// # Errors
/// `discover` has not run; a name nobody has, with the nearest; a strategy that is not runnable, with its reason.
pub fn runnable(context: &Context) -> Result<Vec<Subject>, Failure> {
    let strategies: Vec<Strategy> =
        artifact::read::<StrategyRow>(&context.data)?.into_iter().map(Strategy::from).collect();
    for name in &context.only {
        known(&strategies, name)?;
    }
    let mut parameters: BTreeMap<String, Vec<Parameter>> = BTreeMap::new();
    for row in artifact::read::<ParameterRow>(&context.data)? {
        let parameter = Parameter::from(row);
        parameters.entry(parameter.strategy.clone()).or_default().push(parameter);
    }
    let mut found: Vec<_> = strategies
        .into_iter()
        .filter(|strategy| strategy.status == Status::Runnable && context.wants(&strategy.name))
        .map(|strategy| Subject { parameters: parameters.remove(&strategy.name).unwrap_or_default(), strategy })
        .collect();
    found.sort_by(|a, b| a.strategy.name.cmp(&b.strategy.name));
    Ok(found)
}

/// The one strategy of this name.
///
/// # Errors
/// As [`runnable`].
pub fn one(context: &Context, name: &str) -> Result<Subject, Failure> {
    let found = runnable(&context.clone().only(vec![name.to_owned()]))?;
    found.into_iter().next().ok_or_else(|| Failure::input(format!("there is no strategy `{name}`")))
}

fn known(strategies: &[Strategy], name: &str) -> Result<(), Failure> {
    match strategies.iter().find(|strategy| strategy.name == name) {
        Some(strategy) if strategy.status == Status::Runnable => Ok(()),
        Some(strategy) => Err(Failure::input(format!(
            "{name} ({}:{}) is not runnable: {}",
            strategy.path, strategy.evidence_line, strategy.reason
        ))),
        None => {
            let names = strategies.iter().map(|strategy| strategy.name.as_str());
            Err(Failure::input(format!("there is no strategy `{name}`")).hint(nearest(name, names)))
        }
    }
}

/// "Did you mean", or the list where nothing is near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<_> = known.collect();
    known.sort_unstable();
    let best = known
        .iter()
        .map(|other| (strsim::jaro_winkler(name, other), *other))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((_, other)) => format!("did you mean `{other}`?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => format!("known: {}", known.join(", ")),
    }
}
