use super::Artifacts;
use crate::artifact::{Backtest, Badge, Decision, RunOutcome};
use crate::backtest::Kind;
use crate::discovery::Status;
use crate::report::model::Standing;
use std::cmp::Ordering;

/// Current parameters over the full span, best mean Sharpe on simulated markets first; strategies without one last.
pub fn leaderboard(artifacts: &Artifacts) -> Vec<Standing> {
    let mut standings: Vec<_> = artifacts
        .strategies
        .iter()
        .filter(|strategy| strategy.status == Status::Runnable)
        .map(|strategy| standing(&strategy.strategy_name, artifacts))
        .collect();
    standings
        .sort_by(|a, b| descending(a.sharpe_simulated, b.sharpe_simulated).then_with(|| a.strategy.cmp(&b.strategy)));
    standings
}

fn standing(name: &str, artifacts: &Artifacts) -> Standing {
    let rows: Vec<&Backtest> = artifacts
        .backtests
        .iter()
        .filter(|row| row.backtest_type == Kind::Standard.name())
        .filter(|row| row.strategy_name == name && row.is_current && row.span == "full")
        .collect();
    let status = status(name, &rows, artifacts);
    // A class that broke somewhere has no standing: the markets it survived are not a fair sample.
    let broke = rows.iter().any(|row| row.outcome != RunOutcome::Ok);
    let rows = if broke { Vec::new() } else { rows };
    let of = |badge| rows.iter().copied().filter(move |row| row.badge == badge);
    let worst = of(Badge::Sim)
        .filter_map(|row| row.sharpe_ratio.map(|sharpe| (sharpe, row.market_scenario.as_str())))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    Standing {
        strategy: name.to_owned(),
        status,
        sharpe_worst_scenario: worst.map(|(sharpe, _)| sharpe),
        worst_scenario: worst.map_or_else(String::new, |(_, scenario)| scenario.to_owned()),
        sharpe_simulated: mean(of(Badge::Sim).map(|row| row.sharpe_ratio)),
        sharpe_real: mean(of(Badge::Real).map(|row| row.sharpe_ratio)),
        total_return_simulated: mean(of(Badge::Sim).map(|row| row.total_return)),
        max_drawdown_simulated: mean(of(Badge::Sim).map(|row| row.max_drawdown)),
        win_rate_simulated: mean(of(Badge::Sim).map(|row| row.win_rate)),
        trades_simulated: of(Badge::Sim).map(|row| u64::from(row.total_trades)).sum(),
        trades_real: of(Badge::Real).map(|row| u64::from(row.total_trades)).sum(),
    }
}

fn status(name: &str, rows: &[&Backtest], artifacts: &Artifacts) -> String {
    if let Some(broken) = rows.iter().find(|row| row.outcome != RunOutcome::Ok) {
        return match broken.outcome {
            RunOutcome::LooksAhead => "Looks ahead",
            RunOutcome::Timeout => "Timed out",
            _ => "Failed",
        }
        .to_owned();
    }
    let mut decisions = artifacts.candidates.iter().filter(|row| row.strategy_name == name);
    let promoted = decisions.any(|row| row.decision == Decision::Promote);
    if rows.is_empty() {
        "Not run"
    } else if promoted {
        "Optimized"
    } else {
        "No change"
    }
    .to_owned()
}

/// Of the defined values; None when there is none.
fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let defined: Vec<f64> = values.flatten().collect();
    (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
}

fn descending(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
