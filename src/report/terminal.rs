//! The leaderboard for a terminal.

use super::chart::blocks;
use super::model::Standing;
use std::fmt::Write;

const NAME: usize = 26;
const COURSE: usize = 14;

/// A line for each strategy, best mean first, with the course of its equity in blocks. Empty without strategies.
pub fn leaderboard(standings: &[Standing]) -> String {
    let mut text = String::new();
    if standings.is_empty() {
        return text;
    }
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"));
    let percent = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{:.1}%", 100.0 * value));
    let _ = writeln!(
        text,
        "{:<NAME$}  {:<12}  {:<COURSE$}  {:>6}  {:<15}  {:>6}  {:>6}  {:>6}  {:>7}  {:>8}  {:>6}",
        "Strategy", "Status", "Equity", "Best", "Interval", "Worst", "Mean", "Real", "Return", "Drawdown", "Trades"
    );
    for standing in standings {
        let best = standing.best.as_ref();
        let interval = best
            .and_then(|best| best.low.zip(best.high))
            .map_or_else(|| "–".to_owned(), |(low, high)| format!("{low:>6.2} to {high:>5.2}"));
        let course = standing.course.as_ref().map_or_else(String::new, |course| blocks(&course.growth, COURSE));
        let _ = writeln!(
            text,
            "{:<NAME$}  {:<12}  {course:<COURSE$}  {:>6}  {interval:<15}  {:>6}  {:>6}  {:>6}  {:>7}  {:>8}  {:>6}",
            fit(&standing.strategy),
            fit(&standing.status),
            number(best.map(|best| best.sharpe)),
            number(standing.sharpe_worst_scenario),
            number(standing.sharpe_simulated),
            number(standing.sharpe_real),
            percent(standing.total_return_simulated),
            percent(standing.max_drawdown_simulated),
            standing.trades_simulated + standing.trades_real,
        );
    }
    text.push_str(
        "Sharpe ratios, a year, after costs: in the best market with its bootstrap interval [RESAMPLED], in the worst \
         scenario and in the mean [SIM],\nand on your own bars [REAL]. Equity is that of the longest real market, or \
         the median over simulated paths. Return and drawdown are [SIM].\n",
    );
    text
}

/// What a name may do to a terminal is to stand there.
fn fit(name: &str) -> String {
    let plain: String = name.chars().map(|character| if character.is_control() { '�' } else { character }).collect();
    if plain.chars().count() <= NAME {
        return plain;
    }
    plain.chars().take(NAME - 1).chain(['…']).collect()
}
