//! What the markets of a loop are: settings that any user could write, and the real markets that go with them.

use serde_json::{Value, json};

/// Where a loop's real markets come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Real {
    /// One path of the first scenario, longer than those of the search.
    Drawn,
    /// The shipped series, each bar of which is turned upside down or not.
    Mirrored,
    /// The shipped series as they are.
    Shipped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codebase {
    /// One class that follows two means.
    SmaCross,
    /// One that ignores its parameter, and one whose parameter names a coin.
    Placebo,
}

#[derive(Debug, Clone)]
pub struct Law {
    pub codebase: Codebase,
    /// Laid over the project's configuration.
    pub settings: Value,
    pub real: Real,
}

/// Closes of the fast and the slow mean of the planted edge.
pub const OPTIMUM: [i64; 2] = [20, 60];
/// Steps of the grid that the planted edge is searched on.
pub const STEPS: [i64; 2] = [5, 15];

fn free_of_costs(mut settings: Value) -> Value {
    settings["backtest_settings"] = json!({ "commission_rate": 0, "slippage_rate": 0 });
    settings
}

fn sma_cross(fast: Value, slow: Value) -> Value {
    json!({ "overrides": { "sma_cross_trader": { "bounds": { "fast_period": fast, "slow_period": slow } } } })
}

/// Fifteen sets, free of costs and never out of the market: on a market without direction none is better.
fn without_edge(scenarios: Value, real: Real) -> Law {
    let strategies =
        sma_cross(json!({ "low": 5, "high": 25, "step": 5 }), json!({ "low": 30, "high": 90, "step": 30 }));
    let settings = json!({ "strategies": strategies, "scenarios": scenarios, "optimization": { "trials": 15 } });
    Law { codebase: Codebase::SmaCross, settings: free_of_costs(settings), real }
}

/// Normal returns without memory. A log drift of minus half the variance makes the price itself a martingale.
fn normal(volatility: f64) -> Value {
    json!({
        "drift": -0.5 * volatility * volatility,
        "volatility": volatility,
        "garch": { "arch": 0, "leverage": 0, "memory": 0 },
        "tail": 1000,
        "skew": 0,
    })
}

pub fn martingale() -> Law {
    let paths = json!({ "train": 8, "validation": 64, "test": 1 });
    without_edge(json!({ "paths": paths, "custom": { "martingale": normal(0.2) } }), Real::Drawn)
}

/// Volatility that clusters and falls that raise it, fat tails, no drift of the price.
pub fn zero_drift() -> Law {
    let market = |volatility: f64, garch: Value| json!({ "drift": -0.5 * volatility * volatility, "volatility": volatility, "garch": garch, "tail": 5, "skew": 0 });
    let calm = market(0.15, json!({ "arch": 0.02, "leverage": 0.14, "memory": 0.87 }));
    let wild = market(0.45, json!({ "arch": 0.05, "leverage": 0.10, "memory": 0.87 }));
    let paths = json!({ "train": 4, "validation": 32, "test": 1 });
    without_edge(json!({ "paths": paths, "custom": { "calm": calm, "wild": wild } }), Real::Drawn)
}

pub fn mirrored_real() -> Law {
    let paths = json!({ "train": 4, "validation": 16, "test": 1 });
    without_edge(json!({ "paths": paths, "mirrored": ["AAPL", "BTCUSDT", "IBM", "SPX"] }), Real::Mirrored)
}

/// Everything is there: all regimes with their drifts, costs, the shipped markets. Nothing that is searched matters.
pub fn placebo() -> Law {
    let overrides = json!({
        "placebo_trader": { "bounds": { "mood": [1, 40] }, "pinned": ["fast_period", "slow_period"] },
        "lucky_trader": { "bounds": { "lucky_number": [1, 40] } },
    });
    let regimes = crate::scenario::Regime::ALL.map(|regime| regime.name());
    let paths = json!({ "train": 2, "validation": 8, "test": 1 });
    let settings = json!({
        "strategies": { "overrides": overrides },
        "scenarios": { "regimes": regimes, "paths": paths },
        "optimization": { "trials": 10 },
    });
    Law { codebase: Codebase::Placebo, settings, real: Real::Shipped }
}

/// A market with the edge of [`OPTIMUM`] at this annual Sharpe ratio, and the others without any.
fn planted_in(markets: &[(&str, f64)]) -> Law {
    let [fast, slow] = OPTIMUM;
    let market = |sharpe: f64| {
        let mut market = normal(0.2);
        market["tail"] = json!(5);
        market["trend"] = json!({ "fast": fast, "slow": slow, "sharpe": sharpe });
        market
    };
    let custom: serde_json::Map<String, Value> =
        markets.iter().map(|(name, sharpe)| ((*name).to_owned(), market(*sharpe))).collect();
    // As many paths in all as the default has.
    let share = |paths: usize| paths / markets.len();
    let paths = json!({ "train": share(32), "validation": share(128), "test": 1, "foreign": share(128) });
    let [fast_step, slow_step] = STEPS;
    let strategies = sma_cross(
        json!({ "low": 5, "high": 35, "step": fast_step }),
        json!({ "low": 30, "high": 90, "step": slow_step }),
    );
    let settings = json!({
        "strategies": strategies,
        "scenarios": { "paths": paths, "custom": custom },
        "optimization": { "trials": 40 },
    });
    Law { codebase: Codebase::SmaCross, settings: free_of_costs(settings), real: Real::Drawn }
}

pub fn planted(sharpe: f64) -> Law {
    planted_in(&[("trending", sharpe)])
}

/// The edge lives in one of two regimes.
pub fn planted_in_one(sharpe: f64) -> Law {
    planted_in(&[("aimless", 0.0), ("trending", sharpe)])
}
