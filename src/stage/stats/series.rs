use super::{RESAMPLES, Sheet, reason};
use crate::seed::Seed;
use crate::stats::{
    MIN_BLOCKS, SharpeEstimate, SharpeInterval, Statistic, Undefined, block_length, cagr, calmar, max_drawdown,
    min_track_record_length, probabilistic_sharpe, sharpe, sharpe_block_length, sharpe_interval, sortino, total_return,
    volatility,
};
use serde_json::json;

/// Coverage of the interval, and one less the level at which a track record must reject.
pub(super) const LEVEL: f64 = 0.95;

/// What one series of returns says. Ratios are annual unless they say otherwise.
#[derive(Debug)]
pub(super) struct Series {
    pub bars: usize,
    pub ruin: bool,
    pub total_return: Statistic,
    pub sharpe: Statistic,
    pub sortino: Statistic,
    pub cagr: Statistic,
    pub max_drawdown: Statistic,
    pub calmar: Statistic,
    pub volatility: Statistic,
    /// Probability that the true Sharpe ratio is above zero.
    pub psr: Statistic,
    /// Bars needed to say so at 5%.
    pub min_track_record: Result<f64, String>,
    pub blocks_of_returns: Statistic,
    pub blocks_of_sizes: Statistic,
    /// Annual.
    pub interval: Result<SharpeInterval, String>,
}

impl Series {
    pub fn of(returns: &[f64], periods: f64, seed: Seed) -> Self {
        let estimate = SharpeEstimate::of(returns);
        let depth = max_drawdown(returns);
        let growth = cagr(returns, periods);
        let sizes: Vec<f64> = returns.iter().map(|change| change.abs()).collect();
        let mut rng = seed.child("sharpe_interval").rng();
        let interval = sharpe_interval(returns, LEVEL, RESAMPLES, &mut rng).map(|interval| SharpeInterval {
            low: interval.low * periods.sqrt(),
            high: interval.high * periods.sqrt(),
            ..interval
        });
        Self {
            bars: returns.len(),
            ruin: returns.iter().any(|&change| change <= -1.0),
            total_return: total_return(returns),
            sharpe: sharpe(returns, periods, 0.0),
            sortino: sortino(returns, periods, 0.0),
            cagr: growth,
            max_drawdown: depth,
            calmar: depth.and_then(|depth| calmar(growth, depth)),
            volatility: volatility(returns, periods),
            psr: estimate.and_then(|estimate| probabilistic_sharpe(&estimate, 0.0)),
            min_track_record: match estimate {
                Ok(estimate) if estimate.sharpe <= 0.0 => {
                    Err("the Sharpe ratio is not above zero: no track record is long enough".to_owned())
                }
                Ok(estimate) => min_track_record_length(&estimate, 0.0, 1.0 - LEVEL).map_err(reason),
                Err(undefined) => Err(reason(undefined)),
            },
            blocks_of_returns: block_length(returns).map(|length| length.stationary),
            blocks_of_sizes: block_length(&sizes).map(|length| length.stationary),
            interval: interval.map_err(|undefined| too_few(undefined, returns)),
        }
    }

    pub fn fill(&self, sheet: &mut Sheet, seed: u64) {
        sheet.put("bars", json!(self.bars));
        sheet.put("ruin", json!(self.ruin));
        sheet.statistic("total_return", self.total_return);
        sheet.statistic("sharpe_ratio", self.sharpe);
        sheet.statistic("sortino_ratio", self.sortino);
        sheet.statistic("cagr", self.cagr);
        sheet.statistic("max_drawdown", self.max_drawdown);
        sheet.statistic("calmar_ratio", self.calmar);
        sheet.statistic("volatility", self.volatility);
        sheet.statistic("psr", self.psr);
        sheet.explained("min_track_record_length", self.min_track_record.clone().map(|bars| json!(bars)));
        sheet.statistic("block_length_returns", self.blocks_of_returns);
        sheet.statistic("block_length_abs_returns", self.blocks_of_sizes);
        let interval = self.interval.clone().map(|interval| {
            json!({
                "low": interval.low,
                "high": interval.high,
                "level": interval.level,
                "method": "BCa, stationary bootstrap, delete-block jackknife",
                "resamples": interval.resamples,
                "seed": seed,
                "block_length": interval.block_length,
                "blocks": self.bars as f64 / interval.block_length,
                "bias": interval.bias,
                "acceleration": interval.acceleration,
            })
        });
        sheet.explained("sharpe_interval", interval);
    }
}

fn too_few(undefined: Undefined, returns: &[f64]) -> String {
    match (undefined, sharpe_block_length(returns)) {
        (Undefined::TooFewBlocks, Ok(length)) => format!(
            "not enough data: {} returns are {:.1} blocks of {length:.1} bars, and an interval needs {MIN_BLOCKS}",
            returns.len(),
            returns.len() as f64 / length,
        ),
        (Undefined::TooFewBars, _) => format!("not enough data: too few returns ({})", returns.len()),
        (undefined, _) => reason(undefined),
    }
}
