use super::{Section, value};
use crate::report::Report;
use crate::report::chart::{Caption, Sparkline};
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "leaderboard", title: "Leaderboard", template: include_str!("leaderboard.html"), view };

/// One strategy with its current parameters: means over the simulated scenarios, and over the real markets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    pub strategy: String,
    /// Optimized, No change, Rolled back, Failed, Timed out, Looks ahead, Not run or Not runnable.
    pub status: String,
    pub best: Option<Best>,
    pub sharpe_worst_scenario: Option<f64>,
    pub worst_scenario: String,
    pub sharpe_simulated: Option<f64>,
    pub sharpe_real: Option<f64>,
    pub total_return_simulated: Option<f64>,
    pub max_drawdown_simulated: Option<f64>,
    pub win_rate_simulated: Option<f64>,
    pub trades_simulated: u64,
    pub trades_real: u64,
    pub course: Option<Course>,
}

/// The scenario or market with the highest Sharpe ratio, and how sure that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Best {
    pub market: String,
    /// SIM or REAL.
    pub badge: String,
    /// Annualised.
    pub sharpe: f64,
    /// Limits of the bootstrap's interval there, which is RESAMPLED; null where there is none.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// Equity over initial capital along the longest real market, or else the median over the mixed scenario's paths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Course {
    pub market: String,
    pub badge: String,
    pub growth: Vec<f64>,
}

fn view(report: &Report) -> Option<Value> {
    let rows: Vec<Value> = report
        .leaderboard
        .iter()
        .map(|standing| context! { s => value(standing), spark => standing.course.as_ref().and_then(sparkline) })
        .collect();
    Some(context! { rows, level => report.type_levels.bootstrap })
}

fn sparkline(course: &Course) -> Option<String> {
    let last = course.growth.last()?;
    let title = format!("Equity on {}, {}: ×{last:.2} at the end", course.market, course.badge);
    let caption = Caption { title, description: String::new() };
    // As many points as the picture has pixels to tell apart.
    let every = course.growth.len().div_ceil(48);
    let values = course.growth.iter().copied().step_by(every).chain([*last]).collect();
    Sparkline { caption, values, reference: Some(1.0) }.svg()
}
