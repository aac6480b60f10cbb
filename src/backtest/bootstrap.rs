//! What was earned, resampled in blocks: intervals without running a strategy again.
//!
//! The paths of one scenario are one pool of returns, and of closed trades. Blocks are as long as the statistic
//! asks for (Politis and White): by the returns for the Sharpe ratio and the growth, by their size for the
//! drawdown, where the clustering of volatility decides, and by the trades' profits for the profit factor.

mod jackknife;
mod resample;

pub use resample::{Figure, Lack, Resampled};

use super::Trace;
use crate::seed::Seed;
use crate::stats::{BlockLength, Undefined, block_length};
use resample::{Draws, growths, lowest, profits, sharpes};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    pub resamples: usize,
    /// Two-sided coverage.
    pub level: f64,
    /// Fewer blocks than this are not enough data.
    pub min_blocks: f64,
    pub periods_per_year: f64,
    /// Annual.
    pub risk_free_rate: f64,
}

/// One estimate per [`Figure`], in their order. `traces` are the paths of one scenario, or a single market.
pub fn bootstrap(traces: &[&Trace], params: &Params, seed: Seed) -> Vec<Resampled> {
    let returns: Vec<f64> = traces.iter().flat_map(|trace| trace.returns.iter().copied()).collect();
    let sizes: Vec<f64> = returns.iter().map(|change| change.abs()).collect();
    let earned: Vec<f64> = traces.iter().flat_map(|trace| trace.profits.iter().copied()).collect();
    let horizon = returns.len() / traces.len().max(1);
    let ruined = traces.iter().any(|trace| trace.metrics.ruin);
    let draws = |figure: Figure, length: Result<BlockLength, Undefined>, pool: usize, drawn: usize| {
        let length = if ruined { Err(Undefined::Ruin) } else { length };
        Draws::new(length, pool, drawn, params, seed.child(figure.name()))
    };
    let (by_return, by_size) = (block_length(&returns), block_length(&sizes));
    let by_profit = if earned.is_empty() { Err(Undefined::NoTrades) } else { block_length(&earned) };
    Figure::ALL
        .into_iter()
        .map(|figure| match figure {
            Figure::Sharpe => sharpes(&returns, draws(figure, by_return, returns.len(), returns.len()), params),
            Figure::TotalReturn => growths(&returns, draws(figure, by_return, returns.len(), horizon), params),
            Figure::MaxDrawdown => {
                let realised: Vec<f64> = traces.iter().map(|trace| trace.metrics.max_drawdown).collect();
                lowest(&returns, &realised, draws(figure, by_size, returns.len(), horizon), params)
            }
            Figure::ProfitFactor => profits(&earned, draws(figure, by_profit, earned.len(), earned.len()), params),
        })
        .collect()
}

#[cfg(test)]
mod tests;
