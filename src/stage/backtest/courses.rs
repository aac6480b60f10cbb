//! Courses of equity → rows of `equity_curves.parquet`.

use super::rows::small;
use crate::artifact::{Badge, EquityCurveRow, Micros};
use crate::backtest::monte_carlo::Drawn;
use crate::backtest::{Course, CourseFan, FAN_STEPS, LINE_STEPS, Path, Trace, places};

/// The quantiles over one scenario's fresh paths; nothing where a path's equity is no number.
pub fn simulated(strategy: &str, scenario: &str, bars: usize, drawn: &[Drawn]) -> Vec<EquityCurveRow> {
    let courses: Vec<&Course> = drawn.iter().map(|path| &path.course).collect();
    rows(strategy, scenario, Badge::Sim, &places(bars, FAN_STEPS), &courses, &|_| None)
}

/// The one way a historical market went.
pub fn historical(strategy: &str, path: &Path, trace: &Trace) -> Vec<EquityCurveRow> {
    let time = |bar: usize| path.series.timestamp.get(bar).copied().map(Micros);
    let course = Course::of(&trace.returns, LINE_STEPS);
    rows(strategy, &path.scenario, Badge::Real, &places(trace.returns.len(), LINE_STEPS), &[&course], &time)
}

fn rows(
    strategy: &str,
    market: &str,
    badge: Badge,
    places: &[usize],
    courses: &[&Course],
    time: &dyn Fn(usize) -> Option<Micros>,
) -> Vec<EquityCurveRow> {
    let Some(fan) = CourseFan::over(courses) else { return Vec::new() };
    let quantiles = fan.growth.into_iter().zip(fan.drawdown);
    places
        .iter()
        .zip(quantiles)
        .enumerate()
        .map(|(place, (&bar, (growth, drawdown)))| EquityCurveRow {
            strategy_name: strategy.to_owned(),
            market_scenario: market.to_owned(),
            badge,
            place: small(place),
            bar: small(bar),
            time: bar.checked_sub(1).and_then(time),
            paths: small(courses.len()),
            growth_q05: growth[0],
            growth_q25: growth[1],
            growth_q50: growth[2],
            growth_q75: growth[3],
            growth_q95: growth[4],
            drawdown_q05: drawdown[0],
            drawdown_q25: drawdown[1],
            drawdown_q50: drawdown[2],
            drawdown_q75: drawdown[3],
            drawdown_q95: drawdown[4],
        })
        .collect()
}
