//! `scenarios.parquet`: the markets that strategies are run on, one line about each.

use super::cell::words;
use super::table::table;
use serde::{Deserialize, Serialize};

/// What a path may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathSet {
    /// Seen by the search.
    Train,
    /// Decides between incumbent and challenger; never seen by the search.
    Validation,
    /// Seen by nobody who decides.
    Test,
    /// Real bars from a file.
    Historical,
}

words!(PathSet);

table! {
    /// One path: one simulated course of one scenario, or one historical market.
    pub struct ScenarioRow {
        /// Name of the path: `bull/train/3`, or `historical:IBM`.
        market: String,
        /// bull, bear, high_volatility, low_volatility, sideways, crash, recovery, mixed, one of the user's,
        /// mirrored_NAME, or the historical market's name.
        scenario: String,
        /// train, validation, test or historical.
        set: PathSet,
        /// Number of the path within its scenario and set, from 0.
        path_index: u32,
        /// Seed the path was drawn from; null for historical markets.
        seed: Option<u64>,
        /// Number of bars.
        bars: u32,
        /// Bars per year, used to annualise.
        periods_per_year: f64,
        /// Natural logarithm of last close over first close.
        log_return: f64,
        /// Standard deviation of log returns per bar times the root of periods_per_year, as a fraction.
        annual_volatility: Option<f64>,
        /// Why annual_volatility is null.
        annual_volatility_reason: Option<String>,
        /// Deepest fall of the close below its highest so far, as a fraction in [-1, 0].
        max_drawdown: f64,
        /// blake3 of timestamps and bars.
        content_hash: String,
        /// File the bars, or those they were made of, were read from; null for simulated paths.
        source_file: Option<String>,
    }
    name: "scenarios",
    stage: "generate-scenarios",
    version: 1,
    key: ["market"],
    check: check,
}

fn check(row: &ScenarioRow) -> Result<(), String> {
    if row.market.is_empty() || row.scenario.is_empty() {
        return Err("market or scenario is empty".to_owned());
    }
    if row.bars == 0 {
        return Err("bars is 0".to_owned());
    }
    if row.periods_per_year <= 0.0 {
        return Err(format!("periods_per_year is {}", row.periods_per_year));
    }
    if !(-1.0..=0.0).contains(&row.max_drawdown) {
        return Err(format!("max_drawdown {} is outside [-1, 0]", row.max_drawdown));
    }
    if row.annual_volatility.is_some_and(|volatility| volatility < 0.0) {
        return Err("annual_volatility is negative".to_owned());
    }
    let historical = row.set == PathSet::Historical;
    if historical == row.seed.is_some() || historical && row.source_file.is_none() {
        return Err("a drawn path has a seed, a historical one a source_file and no seed".to_owned());
    }
    Ok(())
}
