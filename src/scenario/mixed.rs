//! Years in which moods follow each other: the nearest to a real market. Statistics §4.3, row "mixed".

use super::chain::{Chain, Next, State};
use super::dynamics::Dynamics;
use super::model::Model;
use super::{bear, bull, crash, high_volatility, low_volatility, recovery, sideways};

/// Mean durations and transitions of the reference simulation. 400 paths of 252 bars, 5/50/95%:
/// vol .09/.18/.36, log return −.43/.07/.35, mean drawdown 19.2%.
///
/// The reference does not say where its chain starts and what becomes of the variance at a change. A start by
/// [`Chain::time_shares`] and a variance that is carried over, but for moods with an `initial_vol`, meet its figures;
/// a start in "bull" does not (median vol .16, mean drawdown 17%), nor one with equal chances (vol .20, 22%).
/// Paths of 5,000 bars have a left tail a little heavier than real markets: Hill 2.24, real ones 2.3 to 3.5.
pub fn dynamics() -> Dynamics {
    Dynamics::Chain(Chain {
        states: vec![
            state(
                "bull",
                bull::MODEL,
                120.0,
                &[
                    ("low_volatility", 0.35),
                    ("sideways", 0.35),
                    ("bear", 0.15),
                    ("high_volatility", 0.10),
                    ("crash_leg", 0.05),
                ],
            ),
            state(
                "low_volatility",
                low_volatility::MODEL,
                90.0,
                &[("bull", 0.60), ("sideways", 0.25), ("high_volatility", 0.12), ("crash_leg", 0.03)],
            ),
            state(
                "sideways",
                sideways::MODEL,
                70.0,
                &[("bull", 0.50), ("low_volatility", 0.20), ("bear", 0.20), ("high_volatility", 0.10)],
            ),
            state(
                "bear",
                bear::MODEL,
                70.0,
                &[("sideways", 0.25), ("high_volatility", 0.30), ("crash_leg", 0.15), ("recovery", 0.30)],
            ),
            state(
                "high_volatility",
                high_volatility::MODEL,
                25.0,
                &[("bear", 0.30), ("recovery", 0.35), ("sideways", 0.35)],
            ),
            state("crash_leg", crash::LEG, 20.0, &[("recovery", 0.50), ("high_volatility", 0.40), ("bear", 0.10)]),
            state("recovery", recovery::MODEL, 70.0, &[("bull", 0.70), ("sideways", 0.20), ("low_volatility", 0.10)]),
        ],
    })
}

fn state(name: &str, model: Model, mean_bars: f64, next: &[(&str, f64)]) -> State {
    let next = next.iter().map(|&(to, probability)| Next { to: to.to_owned(), probability }).collect();
    State { name: name.to_owned(), model, mean_bars, next }
}
