use super::figure::Figure;
use super::{Section, value};
use crate::report::Report;
use crate::report::chart::{Caption, Cell, Heat, Shade};
use minijinja::context;
use minijinja::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(in crate::report) const SECTION: Section =
    Section { id: "scenarios", title: "Strategies by scenario", template: include_str!("scenarios.html"), view };

/// The Sharpe ratio of the deepest shade.
const REACH: f64 = 2.0;
const CELL: f64 = 46.0;

/// One strategy's current parameters on one scenario or real market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioRow {
    pub strategy: String,
    pub scenario: String,
    pub span: String,
    /// SIM or REAL; an asterisk says that the generator is outside the bands of real markets.
    pub badge: String,
    pub paths: u64,
    pub sharpe_mean: Option<f64>,
    pub sharpe_low: Option<f64>,
    pub sharpe_high: Option<f64>,
    pub sharpe_reason: Option<String>,
    pub total_return: Option<f64>,
    pub max_drawdown: Option<f64>,
    pub win_rate: Option<f64>,
    pub trades: u64,
    pub outcome: String,
}

fn view(report: &Report) -> Option<Value> {
    Some(context! { figure => value(&matrix(report)?) })
}

fn matrix(report: &Report) -> Option<Figure> {
    let full: Vec<&ScenarioRow> = report.scenarios.iter().filter(|row| row.span == "full").collect();
    let mut markets: Vec<(&str, &str)> = Vec::new();
    for row in &full {
        if !markets.iter().any(|(market, _)| *market == row.scenario) {
            markets.push((&row.scenario, &row.badge));
        }
    }
    // Simulated ones first, in the order they came in; the badge of a real one begins with R.
    markets.sort_by_key(|(_, badge)| badge.starts_with("REAL"));
    let names: Vec<&str> = report
        .leaderboard
        .iter()
        .map(|standing| standing.strategy.as_str())
        .filter(|name| full.iter().any(|row| row.strategy == *name))
        .collect();
    let cell = |strategy: &str, market: &str| {
        let Some(row) = full.iter().find(|row| row.strategy == strategy && row.scenario == market) else {
            return Cell { tip: format!("{strategy} on {market}: not run"), ..Cell::default() };
        };
        let why = row.sharpe_reason.as_deref().unwrap_or(&row.outcome);
        match row.sharpe_mean {
            Some(sharpe) => Cell {
                shade: Shade::of(sharpe, 0.0, REACH),
                text: format!("{sharpe:.2}"),
                tip: format!("{}: {sharpe:.2}, {} trades", plain(market), row.trades),
                ring: None,
            },
            None => Cell { tip: format!("{strategy} on {market}: {}", why.replace('_', " ")), ..Cell::default() },
        }
    };
    let description = format!(
        "Sharpe ratios of {} strategies on {} scenarios and markets. The same figures stand in each strategy's table.",
        names.len(),
        markets.len()
    );
    let heat = Heat {
        caption: Caption { title: "Sharpe ratio by strategy and market".to_owned(), description },
        columns: markets.iter().map(|(market, badge)| format!("{} {badge}", plain(market))).collect(),
        rows: names.iter().map(|name| (*name).to_owned()).collect(),
        cells: names.iter().map(|name| markets.iter().map(|(market, _)| cell(name, market)).collect()).collect(),
        cell_width: CELL,
        ..Heat::default()
    };
    Figure::new(
        "Sharpe ratio, a year, after costs",
        "",
        "blue is above zero, orange below, the deepest from 2 on",
        heat.svg(),
    )
}

/// Without the prefix that its badge says as well.
pub(super) fn plain(market: &str) -> String {
    market.strip_prefix("historical:").unwrap_or(market).replace('_', " ")
}
