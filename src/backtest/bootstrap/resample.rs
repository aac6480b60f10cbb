use super::Params;
use super::jackknife::without_each_block;
use crate::seed::Seed;
use crate::stats::{
    BlockLength, Spread, StationaryBootstrap, Statistic, Undefined, Underwater, bca, profit_factor, quantile,
    sharpe_of_spread, sum,
};

/// What is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Annualised, of the pooled returns.
    Sharpe,
    /// Growth over the bars of one path: the geometric mean where there are several.
    TotalReturn,
    /// Of one path: the mean where there are several.
    MaxDrawdown,
    /// Of all closed trades.
    ProfitFactor,
}

impl Figure {
    pub const ALL: [Self; 4] = [Self::Sharpe, Self::TotalReturn, Self::MaxDrawdown, Self::ProfitFactor];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sharpe => "sharpe_ratio",
            Self::TotalReturn => "total_return",
            Self::MaxDrawdown => "max_drawdown",
            Self::ProfitFactor => "profit_factor",
        }
    }
}

/// How the limits were read off the resamples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Bias-corrected and accelerated.
    Bca,
    /// Plain quantiles: for a drawdown, which is no smooth function of means, and where the correction is undefined.
    Percentile,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bca => "bca",
            Self::Percentile => "percentile",
        }
    }
}

/// Why there is no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Fewer blocks than an interval can stand on.
    NotEnoughData,
    Undefined(Undefined),
}

impl Lack {
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotEnoughData => "not_enough_data",
            Self::Undefined(why) => why.name(),
        }
    }
}

/// One figure with its resamples.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampled {
    pub figure: Figure,
    pub estimate: Statistic,
    pub interval: Result<Interval, Lack>,
    /// Mean length in bars, or in trades for the profit factor; at least 1.
    pub block_length: Option<f64>,
    /// Bars or trades that were drawn from.
    pub observations: usize,
    /// Empty where there is no interval.
    pub values: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
    pub method: Method,
}

/// Resamples to be drawn, or why none may be.
pub(super) struct Draws {
    rule: Result<StationaryBootstrap, Lack>,
    block_length: Option<f64>,
    pool: usize,
    drawn: usize,
    seed: Seed,
}

impl Draws {
    pub fn new(length: Result<BlockLength, Undefined>, pool: usize, drawn: usize, params: &Params, seed: Seed) -> Self {
        let length = length.map(|length| length.stationary.max(1.0));
        let rule = match length {
            // Too few to look at their correlation is too few for ten blocks.
            Err(Undefined::TooFewBars) => Err(Lack::NotEnoughData),
            Err(why) => Err(Lack::Undefined(why)),
            Ok(length) if pool as f64 / length < params.min_blocks => Err(Lack::NotEnoughData),
            Ok(length) => Ok(StationaryBootstrap::new(pool, length)),
        };
        Self { rule, block_length: length.ok(), pool, drawn, seed }
    }

    /// The statistic of every resample, handed over as its indices.
    fn values(&self, resamples: usize, statistic: impl Fn(&[usize]) -> Statistic) -> Result<Vec<f64>, Lack> {
        let rule = self.rule?;
        let mut rng = self.seed.rng();
        let mut indices = vec![0; self.drawn];
        (0..resamples)
            .map(|_| {
                rule.draw(&mut rng, &mut indices);
                statistic(&indices).map_err(Lack::Undefined)
            })
            .collect()
    }

    fn finish(
        self,
        figure: Figure,
        estimate: Statistic,
        values: Result<Vec<f64>, Lack>,
        left_out: Option<Vec<f64>>,
        level: f64,
    ) -> Resampled {
        let interval = match (&values, estimate) {
            (Err(lack), _) => Err(*lack),
            (_, Err(why)) => Err(Lack::Undefined(why)),
            (Ok(values), Ok(estimate)) => interval(estimate, values, left_out.as_deref(), level),
        };
        Resampled {
            figure,
            estimate,
            interval,
            block_length: self.block_length,
            observations: self.pool,
            values: if interval.is_ok() { values.unwrap_or_default() } else { Vec::new() },
        }
    }

    fn length(&self) -> f64 {
        self.block_length.unwrap_or(1.0)
    }
}

fn interval(estimate: f64, values: &[f64], left_out: Option<&[f64]>, level: f64) -> Result<Interval, Lack> {
    if let Some(corrected) = left_out.and_then(|left_out| bca(estimate, values, left_out, level).ok()) {
        return Ok(Interval { low: corrected.low, high: corrected.high, method: Method::Bca });
    }
    let at = |probability| quantile(values, probability).map_err(Lack::Undefined);
    Ok(Interval { low: at(0.5 - level / 2.0)?, high: at(0.5 + level / 2.0)?, method: Method::Percentile })
}

pub(super) fn sharpes(returns: &[f64], draws: Draws, params: &Params) -> Resampled {
    let whole = Spread::of(returns);
    let of = |spread: &Spread| sharpe_of_spread(spread, params.periods_per_year, params.risk_free_rate);
    let estimate = whole.and_then(|spread| of(&spread));
    let centre = whole.map_or(0.0, |spread| spread.mean);
    let values =
        draws.values(params.resamples, |indices| of(&spread_around(centre, indices.iter().map(|&i| returns[i]))));
    let length = draws.length();
    let left_out = without_each_block(returns.len(), length, |block| {
        let rest = returns[..block.start].iter().chain(&returns[block.end..]);
        of(&spread_around(centre, rest.copied()))
    });
    draws.finish(Figure::Sharpe, estimate, values, left_out, params.level)
}

/// One pass around a centre near the mean: no digits are lost, and a resample costs little.
fn spread_around(centre: f64, values: impl Iterator<Item = f64>) -> Spread {
    let (mut count, mut first, mut second) = (0_u32, 0.0, 0.0);
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values {
        let off = value - centre;
        count += 1;
        first += off;
        second += off * off;
        min = min.min(value);
        max = max.max(value);
    }
    let shift = if count > 0 { first / f64::from(count) } else { 0.0 };
    Spread { count: count as usize, mean: centre + shift, squares: (second - first * shift).max(0.0), min, max }
}

pub(super) fn growths(returns: &[f64], draws: Draws, params: &Params) -> Resampled {
    let logs: Vec<f64> = returns.iter().map(|change| change.ln_1p()).collect();
    let horizon = draws.drawn as f64;
    // The mean over the bars counts, so that a resample and what remains without a block are of the same length.
    let of = |total: f64, bars: usize| -> Statistic {
        let growth = (total / bars.max(1) as f64 * horizon).exp_m1();
        if growth.is_finite() && bars > 0 { Ok(growth) } else { Err(Undefined::NotFinite) }
    };
    let total = sum(logs.iter().copied());
    let estimate = if returns.is_empty() { Err(Undefined::TooFewBars) } else { of(total, logs.len()) };
    let pool = Draws { drawn: logs.len(), ..draws };
    let values = pool.values(params.resamples, |indices| of(indices.iter().map(|&i| logs[i]).sum(), indices.len()));
    let left_out = without_each_block(logs.len(), pool.length(), |block| {
        of(total - sum(logs[block.clone()].iter().copied()), logs.len() - block.len())
    });
    pool.finish(Figure::TotalReturn, estimate, values, left_out, params.level)
}

pub(super) fn lowest(returns: &[f64], realised: &[f64], draws: Draws, params: &Params) -> Resampled {
    let estimate = if realised.is_empty() {
        Err(Undefined::TooFewBars)
    } else {
        Ok(sum(realised.iter().copied()) / realised.len() as f64)
    };
    let values = draws.values(params.resamples, |indices| {
        let mut equity = 1.0;
        let mut water = Underwater::new(equity);
        for &index in indices {
            equity *= 1.0 + returns[index];
            water.mark(equity);
        }
        Ok(water.drawdown().depth)
    });
    draws.finish(Figure::MaxDrawdown, estimate, values, None, params.level)
}

pub(super) fn profits(earned: &[f64], draws: Draws, params: &Params) -> Resampled {
    let of = |values: &mut dyn Iterator<Item = f64>| {
        let (mut gain, mut loss, mut count) = (0.0, 0.0, 0);
        for value in values {
            count += 1;
            if value > 0.0 {
                gain += value;
            } else {
                loss -= value;
            }
        }
        profit_factor(gain, loss, count)
    };
    let estimate = of(&mut earned.iter().copied());
    let values = draws.values(params.resamples, |indices| of(&mut indices.iter().map(|&index| earned[index])));
    let left_out = without_each_block(earned.len(), draws.length(), |block| {
        of(&mut earned[..block.start].iter().chain(&earned[block.end..]).copied())
    });
    draws.finish(Figure::ProfitFactor, estimate, values, left_out, params.level)
}
