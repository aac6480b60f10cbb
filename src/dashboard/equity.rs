//! The report's pictures of equity and drawdown, from the store's rows.

use crate::report::model::EquityCurve;
use crate::report::{Figure, equity_figures};
use serde::Deserialize;

/// One place on the way of one strategy through one market.
#[derive(Debug, Deserialize)]
pub struct Place {
    pub market_scenario: String,
    pub badge: String,
    bar: u64,
    /// Microseconds since 1970; None for simulated paths, and where nothing was traded yet.
    time: Option<i64>,
    paths: u64,
    growth_q05: f64,
    growth_q25: f64,
    growth_q50: f64,
    growth_q75: f64,
    growth_q95: f64,
    drawdown_q05: f64,
    drawdown_q25: f64,
    drawdown_q50: f64,
    drawdown_q75: f64,
    drawdown_q95: f64,
}

impl Place {
    const fn growth(&self) -> [f64; 5] {
        [self.growth_q05, self.growth_q25, self.growth_q50, self.growth_q75, self.growth_q95]
    }

    const fn drawdown(&self) -> [f64; 5] {
        [self.drawdown_q05, self.drawdown_q25, self.drawdown_q50, self.drawdown_q75, self.drawdown_q95]
    }
}

pub fn figures(strategy: &str, places: &[Place]) -> Vec<Figure> {
    let curves: Vec<EquityCurve> = places
        .chunk_by(|one, other| one.market_scenario == other.market_scenario)
        .map(|of_market| curve(strategy, of_market))
        .collect();
    equity_figures(&curves.iter().collect::<Vec<_>>())
}

fn curve(strategy: &str, places: &[Place]) -> EquityCurve {
    let first = &places[0];
    let real = first.badge == "REAL";
    let courses = |of: fn(&Place) -> [f64; 5]| -> Vec<Vec<f64>> {
        let course = |quantile: usize| places.iter().map(|place| of(place)[quantile]).collect();
        if real { vec![course(2)] } else { (0..5).map(course).collect() }
    };
    let times: Vec<i64> = places.iter().filter_map(|place| place.time).collect();
    EquityCurve {
        strategy: strategy.to_owned(),
        market: first.market_scenario.clone(),
        badge: first.badge.clone(),
        paths: first.paths,
        bars: places.iter().map(|place| place.bar).collect(),
        // The start has no bar of its own: it stands where the first one does.
        times: if real {
            times.first().copied().into_iter().chain(times.iter().copied()).collect()
        } else {
            Vec::new()
        },
        growth: courses(Place::growth),
        drawdown: courses(Place::drawdown),
    }
}
