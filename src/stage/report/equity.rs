use super::{Artifacts, realism};
use crate::artifact::{Badge, EquityCurveRow};
use crate::report::model::EquityCurve;

/// One curve per strategy and market, in the order of the artifact.
pub fn curves(artifacts: &Artifacts) -> Vec<EquityCurve> {
    artifacts
        .curves
        .chunk_by(|one, other| {
            (&one.strategy_name, &one.market_scenario) == (&other.strategy_name, &other.market_scenario)
        })
        .map(|rows| curve(rows, artifacts))
        .collect()
}

fn curve(rows: &[EquityCurveRow], artifacts: &Artifacts) -> EquityCurve {
    let first = &rows[0];
    let real = first.badge == Badge::Real;
    let courses = |of: &dyn Fn(&EquityCurveRow) -> [f64; 5]| -> Vec<Vec<f64>> {
        let course = |quantile: usize| rows.iter().map(|row| short(of(row)[quantile])).collect();
        if real { vec![course(2)] } else { (0..5).map(course).collect() }
    };
    // The start has no bar of its own: it stands where the first one does.
    let times: Vec<i64> = rows.iter().filter_map(|row| row.time.map(|time| time.0)).collect();
    let start = times.first().copied();
    EquityCurve {
        strategy: first.strategy_name.clone(),
        market: first.market_scenario.clone(),
        badge: realism::marked(first.badge.name(), &artifacts.realism, &first.market_scenario),
        paths: u64::from(first.paths),
        bars: rows.iter().map(|row| u64::from(row.bar)).collect(),
        times: if real { start.into_iter().chain(times).collect() } else { Vec::new() },
        growth: courses(&EquityCurveRow::growth),
        drawdown: courses(&EquityCurveRow::drawdown),
    }
}

/// To a ten-thousandth, which no picture can show; the store has all digits.
pub fn short(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
