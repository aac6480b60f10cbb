use super::Artifacts;
use super::realism;
use crate::artifact::{
    Backtest, Badge, ChangeDecision, Decision, EquityCurveRow, IntervalRow, RunOutcome, StrategyRow,
};
use crate::backtest::Kind;
use crate::backtest::bootstrap::Figure;
use crate::discovery::Status;
use crate::report::model::{Best, Course, Standing};
use std::cmp::Ordering;

/// Current parameters over the full span, best mean Sharpe on simulated markets first; strategies without one last,
/// and after them what should trade and cannot be run.
pub fn leaderboard(artifacts: &Artifacts) -> Vec<Standing> {
    let mut standings: Vec<_> = artifacts
        .strategies
        .iter()
        .filter(|strategy| strategy.status == Status::Runnable)
        .map(|strategy| standing(&strategy.strategy_name, artifacts))
        .collect();
    standings
        .sort_by(|a, b| descending(a.sharpe_simulated, b.sharpe_simulated).then_with(|| a.strategy.cmp(&b.strategy)));
    let idle = artifacts.strategies.iter().filter(|row| is_idle(row.status));
    standings.extend(idle.map(not_runnable));
    standings
}

/// A strategy, as far as anyone can tell, that needs something before it can be run.
const fn is_idle(status: Status) -> bool {
    matches!(status, Status::NeedsAdapter | Status::NeedsData | Status::NeedsService)
}

fn not_runnable(row: &StrategyRow) -> Standing {
    Standing {
        strategy: row.strategy_name.clone(),
        status: "Not runnable".to_owned(),
        best: None,
        sharpe_worst_scenario: None,
        worst_scenario: String::new(),
        sharpe_simulated: None,
        sharpe_real: None,
        total_return_simulated: None,
        max_drawdown_simulated: None,
        win_rate_simulated: None,
        trades_simulated: 0,
        trades_real: 0,
        course: None,
    }
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
        best: best(name, &rows, artifacts),
        sharpe_worst_scenario: worst.map(|(sharpe, _)| sharpe),
        worst_scenario: worst.map_or_else(String::new, |(_, scenario)| scenario.to_owned()),
        sharpe_simulated: mean(of(Badge::Sim).map(|row| row.sharpe_ratio)),
        sharpe_real: mean(of(Badge::Real).map(|row| row.sharpe_ratio)),
        total_return_simulated: mean(of(Badge::Sim).map(|row| row.total_return)),
        max_drawdown_simulated: mean(of(Badge::Sim).map(|row| row.max_drawdown)),
        win_rate_simulated: mean(of(Badge::Sim).map(|row| row.win_rate)),
        trades_simulated: of(Badge::Sim).map(|row| u64::from(row.total_trades)).sum(),
        trades_real: of(Badge::Real).map(|row| u64::from(row.total_trades)).sum(),
        course: if broke { None } else { course(name, artifacts) },
    }
}

/// The highest Sharpe ratio of any scenario or market, with the bootstrap's interval there.
fn best(name: &str, rows: &[&Backtest], artifacts: &Artifacts) -> Option<Best> {
    let measured = rows.iter().filter_map(|row| Some((row.sharpe_ratio?, row)));
    let (sharpe, row) = measured.max_by(|one, other| one.0.total_cmp(&other.0))?;
    let own = |interval: &&IntervalRow| {
        interval.strategy_name == name
            && interval.market_scenario == row.market_scenario
            && interval.backtest_type == Kind::Bootstrap.name()
            && interval.figure == Figure::Sharpe.name()
    };
    let interval = artifacts.intervals.iter().find(own);
    Some(Best {
        market: row.market_scenario.clone(),
        badge: realism::marked(row.badge.name(), &artifacts.realism, &row.market_scenario),
        sharpe,
        low: interval.and_then(|interval| interval.low),
        high: interval.and_then(|interval| interval.high),
    })
}

/// Of the longest real market, or else of the mixed scenario.
fn course(name: &str, artifacts: &Artifacts) -> Option<Course> {
    let own = || artifacts.curves.iter().filter(|row| row.strategy_name == name);
    let longest = own().filter(|row| row.badge == Badge::Real).max_by_key(|row| row.bar);
    let market = &longest.or_else(|| own().find(|row| row.market_scenario == "mixed"))?.market_scenario;
    let rows: Vec<&EquityCurveRow> = own().filter(|row| row.market_scenario == *market).collect();
    Some(Course {
        market: market.clone(),
        badge: realism::marked(rows.first()?.badge.name(), &artifacts.realism, market),
        growth: rows.iter().map(|row| super::equity::short(row.growth_q50)).collect(),
    })
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
    let taken_back =
        artifacts.changes.iter().any(|row| row.strategy_name == name && row.decision == ChangeDecision::RolledBack);
    let mut decisions = artifacts.candidates.iter().filter(|row| row.strategy_name == name);
    let promoted = decisions.any(|row| row.decision == Decision::Promote);
    if rows.is_empty() {
        "Not run"
    } else if taken_back {
        "Rolled back"
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
