//! The promotion gate: whether a challenger replaces the incumbent. One condition per file, each answering
//! with a figure, a threshold and a verdict; one failure is enough to keep everything as it is.
//!
//! The score of a path is its annual Sharpe ratio net of costs. Both parameter sets run on the same paths,
//! which the search never saw.

mod alpha;
mod closed_trades;
mod condition;
mod cooldown;
mod defined_scores;
mod drawdown;
mod effect;
mod evidence;
mod improvement;
mod no_regime_harmed;
mod params;
mod ruin;
mod stratified;

pub use alpha::spent_at;
pub use condition::{Condition, Decision, Ruling, Verdict};
pub use cooldown::SinceChange;
pub use evidence::{Evidence, GateError, Pair, PathResult, ScenarioPairs};
pub use params::Params;
pub use stratified::{OneSided, Strata, Stratum};

/// All conditions on the validation paths, in this order, and the ruling. Further conditions go through
/// [`Decision::of`] together with these.
pub fn decide(evidence: &Evidence, params: &Params) -> Result<Decision, GateError> {
    params.check()?;
    let strata = Strata::of(evidence)?;
    Ok(Decision::of(vec![
        closed_trades::check(evidence, params),
        ruin::check(evidence),
        defined_scores::check(evidence, params),
        improvement::check(&strata, params),
        effect::check(&strata, evidence, params)?,
        no_regime_harmed::check(&strata, params)?,
        drawdown::check(evidence, params),
        cooldown::check(evidence, params),
    ]))
}

#[cfg(test)]
mod tests;
