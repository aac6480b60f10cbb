//! The promotion gate: whether a challenger replaces the incumbent. One condition per file, each answering
//! with a figure, a threshold and a verdict; one failure is enough to keep everything as it is.
//!
//! The score of a path is its annual Sharpe ratio net of costs, or the user's own objective. Both parameter sets run
//! on the same paths, which the search never saw.

mod alpha;
mod closed_trades;
mod condition;
mod cooldown;
mod costs;
mod defined_scores;
mod deflated_sharpe;
mod drawdown;
mod effect;
mod evidence;
mod foreign;
mod improvement;
mod no_regime_harmed;
mod overfitting;
mod params;
mod plateau;
mod real_walk_forward;
mod ruin;
mod sensitivity;
mod stratified;

pub use alpha::spent_at;
pub use condition::{Condition, Decision, Ruling, Verdict};
pub use cooldown::SinceChange;
pub use evidence::{Evidence, GateError, Pair, PathResult, ScenarioPairs};
pub use foreign::{FamilyPairs, foreign};
pub use overfitting::check as overfitting;
pub use params::Params;
pub use plateau::{Neighbourhood, check as plateau};
pub use real_walk_forward::{RealMarket, check as real_walk_forward};
pub use stratified::{OneSided, Strata, Stratum};

/// Names of the conditions that need more than the validation paths, in the order they are looked into.
pub const FURTHER: [&str; 6] =
    ["foreign_bates", "foreign_resampled", "foreign_margin", "real_walk_forward", "plateau", "overfitting"];

/// All conditions on the validation paths, in this order. The further ones and these go through [`Decision::of`]
/// together.
pub fn on_validation(evidence: &Evidence, params: &Params) -> Result<Vec<Condition>, GateError> {
    params.check()?;
    let strata = Strata::of(evidence)?;
    Ok(vec![
        closed_trades::check(evidence, params),
        ruin::check(evidence),
        defined_scores::check(evidence, params),
        improvement::check(&strata, params),
        costs::check(&strata, evidence)?,
        effect::check(&strata, evidence, params)?,
        sensitivity::check(evidence, params)?,
        no_regime_harmed::check(&strata, params)?,
        drawdown::check(evidence, params),
        deflated_sharpe::check(evidence, params)?,
        cooldown::check(evidence, params),
    ])
}

/// The ruling of the conditions on the validation paths alone.
pub fn decide(evidence: &Evidence, params: &Params) -> Result<Decision, GateError> {
    on_validation(evidence, params).map(Decision::of)
}

#[cfg(test)]
mod tests;
