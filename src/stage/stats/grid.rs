use super::{RESAMPLES, Sheet, reason};
use crate::artifact::return_file::ReturnMatrix;
use crate::seed::Seed;
use crate::stats::{
    BacktestOverfitting, EffectiveTrials, MIN_BLOCKS, RealityCheck, SharpeEstimate, Spread, Statistic, SuperiorAbility,
    Undefined, backtest_overfitting, block_length, deflated_sharpe, deflated_sharpe_effective, effective_trials,
    expected_max_sharpe, min_backtest_length, quantile, reality_check, superior_ability,
};
use serde_json::{Map, Value, json};

/// Blocks of the cross-validation.
const BLOCKS: [usize; 3] = [8, 10, 16];

/// What a whole grid of configurations says about its best.
#[derive(Debug)]
pub(super) struct Grid {
    pub bars: usize,
    /// Every column, those that never moved as well.
    pub trials: usize,
    /// Columns that never moved: they have no Sharpe ratio, and no correlation.
    pub constant: usize,
    pub best: Result<Best, Undefined>,
    pub effective: Result<EffectiveTrials, Undefined>,
    pub dsr: Statistic,
    pub dsr_effective: Statistic,
    /// Years below which the best of so many worthless trials is expected to show an annual Sharpe ratio of 1.
    pub min_years: f64,
    pub pbo: [Result<BacktestOverfitting, Undefined>; 3],
    pub against: &'static str,
    /// Median over the configurations of the block length that fits their mean.
    pub block_length: Statistic,
    pub spa: Result<SuperiorAbility, Undefined>,
    pub check: Result<RealityCheck, Undefined>,
}

/// The configuration with the largest Sharpe ratio.
#[derive(Debug)]
pub(super) struct Best {
    pub name: String,
    /// Annual.
    pub sharpe: f64,
    /// What the best of as many worthless trials would show, annual.
    pub expected_max: f64,
}

impl Grid {
    pub fn of(matrix: &ReturnMatrix, benchmark: Option<&[f64]>, periods: f64, seed: Seed) -> Self {
        let columns: Vec<&[f64]> = matrix.columns.iter().map(Vec::as_slice).collect();
        let estimates: Vec<_> = columns.iter().map(|column| SharpeEstimate::of(column)).collect();
        let trials = columns.len();
        let moving: Vec<&[f64]> = columns
            .iter()
            .zip(&estimates)
            .filter(|(_, estimate)| estimate.is_ok())
            .map(|(column, _)| *column)
            .collect();
        let ratios: Vec<f64> = estimates.iter().flatten().map(|estimate| estimate.sharpe).collect();
        // One ratio does not deviate, and one trial needs no deflating.
        let deviation = if ratios.len() < 2 { Ok(0.0) } else { Spread::of(&ratios).and_then(|all| all.deviation()) };
        let best = best(&estimates);
        let count = trials as u64;
        let effective = effective_trials(&moving);
        let deflate = |with: &dyn Fn(&SharpeEstimate, f64) -> Statistic| {
            let (place, deviation) = (best?, deviation?);
            with(&estimates[place]?, deviation)
        };

        let differences = differences(&matrix.columns, benchmark);
        let differences: Vec<&[f64]> = differences.iter().map(Vec::as_slice).collect();
        let block_length = shared_block_length(&differences);
        let resample = |name: &str| seed.child(name).rng();
        Self {
            bars: columns[0].len(),
            trials,
            constant: trials - moving.len(),
            dsr: deflate(&|estimate, deviation| deflated_sharpe(estimate, count, deviation)),
            dsr_effective: deflate(&|estimate, deviation| {
                deflated_sharpe_effective(estimate, effective?.by_average_correlation, deviation)
            }),
            best: best.and_then(|place| {
                let annual = |ratio: f64| ratio * periods.sqrt();
                let expected_max = annual(expected_max_sharpe(count, deviation?));
                Ok(Best { name: matrix.names[place].clone(), sharpe: annual(estimates[place]?.sharpe), expected_max })
            }),
            effective,
            min_years: min_backtest_length(count, 1.0),
            pbo: BLOCKS.map(|blocks| backtest_overfitting(&columns, blocks / 2)),
            against: if benchmark.is_some() { "benchmark" } else { "zero" },
            spa: block_length.and_then(|length| {
                superior_ability(&differences, length, RESAMPLES, &mut resample("superior_ability"))
            }),
            check: block_length
                .and_then(|length| reality_check(&differences, length, RESAMPLES, &mut resample("reality_check"))),
            block_length,
        }
    }

    pub fn fill(&self, sheet: &mut Sheet) {
        sheet.put("grid_bars", json!(self.bars));
        sheet.put("n_trials", json!(self.trials));
        sheet.put("constant_trials", json!(self.constant));
        let best = self.best.as_ref().map_err(|undefined| reason(*undefined));
        sheet.explained("best", best.clone().map(|best| json!(best.name)));
        sheet.explained("best_sharpe_ratio", best.clone().map(|best| json!(best.sharpe)));
        sheet.explained("expected_max_sharpe_ratio", best.map(|best| json!(best.expected_max)));
        sheet.statistic("dsr", self.dsr);
        sheet.statistic("n_effective", self.effective.map(|found| found.by_average_correlation));
        sheet.statistic("n_effective_eigenvalues", self.effective.map(|found| found.by_eigenvalues));
        sheet.statistic("dsr_effective", self.dsr_effective);
        sheet.put("min_backtest_length_years", json!(self.min_years));

        let (mut shares, mut details) = (Map::new(), Map::new());
        for (blocks, found) in BLOCKS.iter().zip(&self.pbo) {
            let name = blocks.to_string();
            match found {
                Ok(found) => {
                    shares.insert(name.clone(), json!(found.probability));
                    details.insert(name, overfitting(found));
                }
                Err(undefined) => {
                    shares.insert(name.clone(), Value::Null);
                    details.insert(name, json!({ "undefined": undefined.name() }));
                }
            }
        }
        sheet.put("pbo", Value::Object(shares));
        sheet.put("pbo_details", Value::Object(details));

        let spa = self.spa.as_ref().map_err(|undefined| self.too_few(*undefined));
        sheet.explained("spa_p_value", spa.clone().map(|found| json!(found.consistent)));
        let details = spa.map(|found| {
            json!({
                "against": self.against,
                "statistic": found.statistic,
                "p_lower": found.lower,
                "p_consistent": found.consistent,
                "p_upper": found.upper,
                "method": "Hansen, studentised, stationary bootstrap",
                "resamples": found.resamples,
                "block_length": self.block_length.ok(),
            })
        });
        sheet.explained("spa", details);
        let check = self.check.map(|check| json!(check.p)).map_err(|undefined| self.too_few(undefined));
        sheet.explained("reality_check_p_value", check);
    }

    pub fn too_few(&self, undefined: Undefined) -> String {
        match undefined {
            Undefined::TooFewBlocks => {
                format!("not enough data: {} rows are fewer than {MIN_BLOCKS} blocks", self.bars)
            }
            other => reason(other),
        }
    }
}

fn overfitting(found: &BacktestOverfitting) -> Value {
    json!({
        "splits": found.splits,
        "bars_used": found.bars,
        "pbo": found.probability,
        "pbo_strict": found.strict,
        "mean_logit": found.mean_logit,
        "median_logit": found.median_logit,
        "prob_oos_loss": found.loss,
        "mean_in_sample_sharpe_per_bar": found.mean_in_sample,
        "mean_out_of_sample_sharpe_per_bar": found.mean_out_of_sample,
        "degradation_slope": found.degradation.map(|line| line.slope),
        "degradation_intercept": found.degradation.map(|line| line.intercept),
        "unmoved_splits": found.unmoved,
    })
}

/// The first of the largest.
fn best(estimates: &[Result<SharpeEstimate, Undefined>]) -> Result<usize, Undefined> {
    let mut best: Option<(usize, f64)> = None;
    for (place, estimate) in estimates.iter().enumerate() {
        if let Ok(estimate) = estimate
            && best.is_none_or(|(_, so_far)| estimate.sharpe > so_far)
        {
            best = Some((place, estimate.sharpe));
        }
    }
    let undefined = estimates.first().and_then(|first| first.err()).unwrap_or(Undefined::TooFewBars);
    best.map(|(place, _)| place).ok_or(undefined)
}

fn differences(columns: &[Vec<f64>], benchmark: Option<&[f64]>) -> Vec<Vec<f64>> {
    match benchmark {
        None => columns.to_vec(),
        Some(benchmark) => {
            let less = |column: &Vec<f64>| column.iter().zip(benchmark).map(|(own, other)| own - other).collect();
            columns.iter().map(less).collect()
        }
    }
}

/// One length for all columns, as they are resampled together.
fn shared_block_length(differences: &[&[f64]]) -> Statistic {
    let found: Vec<_> = differences.iter().map(|column| block_length(column)).collect();
    let lengths: Vec<f64> = found.iter().flatten().map(|length| length.stationary.max(1.0)).collect();
    if lengths.is_empty() {
        return Err(found.into_iter().find_map(Result::err).unwrap_or(Undefined::TooFewBars));
    }
    let length = quantile(&lengths, 0.5)?;
    if (differences[0].len() as f64) < MIN_BLOCKS * length { Err(Undefined::TooFewBlocks) } else { Ok(length) }
}
